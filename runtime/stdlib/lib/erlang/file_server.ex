# The file system: there is no disk here, so files live in a process, which
# bears the name OTP's file server has. Paths are absolute binaries; an entry
# is :directory or {:regular, data, mode, modification time in seconds}.
defmodule :file_server do
  @name :file_server_2

  def call(request) do
    server = server()
    ref = :erlang.monitor(:process, server)
    send(server, {:file_request, self(), ref, request})

    receive do
      {:file_reply, ^ref, reply} ->
        :erlang.demonitor(ref, [:flush])
        reply

      {:DOWN, ^ref, _, _, reason} ->
        :erlang.exit({reason, {:file_server, :call, [request]}})
    end
  end

  defp server() do
    case :erlang.whereis(@name) do
      pid when is_pid(pid) ->
        pid

      :undefined ->
        pid = :erlang.spawn(:file_server, :init, [self()])

        receive do
          {^pid, :ready} -> pid
          {^pid, :taken} -> server()
        end
    end
  end

  def init(starter) do
    try do
      :erlang.register(@name, self())
    rescue
      ArgumentError -> send(starter, {self(), :taken})
    else
      true ->
        send(starter, {self(), :ready})

        loop(
          %{"/" => :directory, "/tmp" => :directory}
          |> with_parents(Path.expand(:vivarium_code.cwd()))
        )
    end
  end

  # A directory and those above it.
  defp with_parents(files, path) do
    files = :maps.put(path, :directory, files)
    if path == "/", do: files, else: with_parents(files, Path.dirname(path))
  end

  defp loop(files) do
    receive do
      {:file_request, from, ref, request} ->
        {reply, files} = handle(request, files)
        send(from, {:file_reply, ref, reply})
        loop(files)

      _ ->
        loop(files)
    end
  end

  defp handle({:read, path}, files), do: {read(files, path), files}

  defp handle({:write, path, data, modes}, files) do
    case {:maps.get(path, files, nil), parent(files, path)} do
      {:directory, _} ->
        {{:error, :eisdir}, files}

      {_, {:error, _} = error} ->
        {error, files}

      {{:regular, _, _, _}, _} when modes == :exclusive ->
        {{:error, :eexist}, files}

      {{:regular, old, mode, _}, _} when modes == :append ->
        {:ok, put(files, path, old <> data, mode)}

      {{:regular, _, mode, _}, _} ->
        {:ok, put(files, path, data, mode)}

      {nil, _} ->
        {:ok, put(files, path, data, 0o100644)}
    end
  end

  # The data from a position on, as a device writes it.
  defp handle({:patch, path, position, data}, files) do
    case :maps.get(path, files, nil) do
      {:regular, old, mode, _} ->
        old_size = byte_size(old)

        left =
          if position > old_size,
            do: old <> :binary.copy(<<0>>, position - old_size),
            else: binary_part(old, 0, position)

        after_data = position + byte_size(data)

        right =
          if after_data < old_size,
            do: binary_part(old, after_data, old_size - after_data),
            else: ""

        {:ok, put(files, path, left <> data <> right, mode)}

      _ ->
        {{:error, :enoent}, files}
    end
  end

  defp handle({:delete, path}, files) do
    case :maps.get(path, files, nil) do
      {:regular, _, _, _} -> {:ok, :maps.remove(path, files)}
      :directory -> {{:error, :eperm}, files}
      nil -> {{:error, missing(files, path)}, files}
    end
  end

  defp handle({:make_dir, path}, files) do
    cond do
      :maps.is_key(path, files) -> {{:error, :eexist}, files}
      parent(files, path) != :ok -> {parent(files, path), files}
      true -> {:ok, :maps.put(path, :directory, files)}
    end
  end

  defp handle({:del_dir, path}, files) do
    case {:maps.get(path, files, nil), names(files, path)} do
      {:directory, []} -> {:ok, :maps.remove(path, files)}
      {:directory, _} -> {{:error, :eexist}, files}
      {nil, _} -> {{:error, missing(files, path)}, files}
      {_, _} -> {{:error, :enotdir}, files}
    end
  end

  defp handle({:list_dir, path}, files) do
    case :maps.get(path, files, nil) do
      :directory -> {{:ok, names(files, path)}, files}
      nil -> {{:error, missing(files, path)}, files}
      _ -> {{:error, :enotdir}, files}
    end
  end

  defp handle({:info, path}, files) do
    case :maps.get(path, files, nil) do
      nil -> {{:error, missing(files, path)}, files}
      :directory -> {{:ok, :directory, 4096, 0o40755, 0}, files}
      {:regular, data, mode, time} -> {{:ok, :regular, byte_size(data), mode, time}, files}
    end
  end

  defp handle({:touch, path, time}, files) do
    case :maps.get(path, files, nil) do
      {:regular, data, mode, _} ->
        {:ok, :maps.put(path, {:regular, data, mode, time}, files)}

      :directory ->
        {:ok, files}

      nil ->
        case parent(files, path) do
          :ok -> {:ok, :maps.put(path, {:regular, "", 0o100644, time}, files)}
          error -> {error, files}
        end
    end
  end

  defp handle({:chmod, path, mode}, files) do
    case :maps.get(path, files, nil) do
      {:regular, data, _, time} ->
        {:ok, :maps.put(path, {:regular, data, :erlang.bor(0o100000, mode), time}, files)}

      :directory ->
        {:ok, files}

      nil ->
        {{:error, :enoent}, files}
    end
  end

  defp handle({:rename, source, target}, files) do
    case {:maps.get(source, files, nil), :maps.get(target, files, nil)} do
      {nil, _} ->
        {{:error, :enoent}, files}

      {{:regular, _, _, _}, :directory} ->
        {{:error, :eisdir}, files}

      {entry, _} ->
        case parent(files, target) do
          :ok ->
            prefix = source <> "/"
            size = byte_size(prefix)

            moved =
              for {path, inner} <- :maps.to_list(files), into: %{} do
                case path do
                  <<^prefix::binary-size(^size), rest::binary>> -> {target <> "/" <> rest, inner}
                  _ -> {path, inner}
                end
              end

            {:ok, :maps.put(target, entry, :maps.remove(source, moved))}

          error ->
            {error, files}
        end
    end
  end

  defp read(files, path) do
    case :maps.get(path, files, nil) do
      {:regular, data, _, _} -> {:ok, data}
      :directory -> {:error, :eisdir}
      nil -> {:error, missing(files, path)}
    end
  end

  defp put(files, path, data, mode),
    do: :maps.put(path, {:regular, data, mode, System.os_time(:second)}, files)

  defp missing(files, path) do
    case :maps.get(Path.dirname(path), files, nil) do
      {:regular, _, _, _} -> :enotdir
      _ -> :enoent
    end
  end

  defp parent(files, path) do
    case :maps.get(Path.dirname(path), files, nil) do
      :directory -> :ok
      nil -> {:error, :enoent}
      _ -> {:error, :enotdir}
    end
  end

  defp names(files, directory) do
    prefix = if directory == "/", do: "/", else: directory <> "/"
    size = byte_size(prefix)

    for {path, _} <- :maps.to_list(files),
        <<^prefix::binary-size(^size), name::binary>> <- [path],
        name != "" and :binary.match(name, "/") == :nomatch,
        do: name
  end
end
