# The file system: what a program writes lives in a process, which bears the
# name OTP's file server has, and lies over the host's files, which can only be
# read and of which a browser has none. Paths are absolute binaries; an entry is
# :directory, {:regular, data, mode, modification time in seconds}, or :removed
# where the program took away what the host has.
defmodule :file_server do
  @name :file_server_2

  # The source of a program, which is read before there may be a server.
  def read_source(path) do
    case :erlang.whereis(@name) do
      :undefined -> :vivarium_files.read(path)
      _ -> call({:read, Path.expand(path)})
    end
  end

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
    case {entry(files, path), parent(files, path)} do
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
    case entry(files, path) do
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
    case entry(files, path) do
      {:regular, _, _, _} -> {:ok, remove(path, files)}
      :directory -> {{:error, :eperm}, files}
      nil -> {{:error, missing(files, path)}, files}
    end
  end

  defp handle({:make_dir, path}, files) do
    cond do
      entry(files, path) != nil -> {{:error, :eexist}, files}
      parent(files, path) != :ok -> {parent(files, path), files}
      true -> {:ok, :maps.put(path, :directory, files)}
    end
  end

  defp handle({:del_dir, path}, files) do
    case {entry(files, path), names(files, path)} do
      {:directory, []} -> {:ok, remove(path, files)}
      {:directory, _} -> {{:error, :eexist}, files}
      {nil, _} -> {{:error, missing(files, path)}, files}
      {_, _} -> {{:error, :enotdir}, files}
    end
  end

  defp handle({:list_dir, path}, files) do
    case entry(files, path) do
      :directory -> {{:ok, names(files, path)}, files}
      nil -> {{:error, missing(files, path)}, files}
      _ -> {{:error, :enotdir}, files}
    end
  end

  defp handle({:info, path}, files) do
    case entry(files, path) do
      nil -> {{:error, missing(files, path)}, files}
      :directory -> {{:ok, :directory, 4096, 0o40755, 0}, files}
      {:regular, data, mode, time} -> {{:ok, :regular, byte_size(data), mode, time}, files}
    end
  end

  defp handle({:touch, path, time}, files) do
    case entry(files, path) do
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
    case entry(files, path) do
      {:regular, data, _, time} ->
        {:ok, :maps.put(path, {:regular, data, :erlang.bor(0o100000, mode), time}, files)}

      :directory ->
        {:ok, files}

      nil ->
        {{:error, :enoent}, files}
    end
  end

  defp handle({:rename, source, target}, files) do
    case {entry(files, source), entry(files, target)} do
      {nil, _} ->
        {{:error, :enoent}, files}

      {{:regular, _, _, _}, :directory} ->
        {{:error, :eisdir}, files}

      {entry, _} ->
        case parent(files, target) do
          :ok ->
            moved =
              for {path, inner} <- tree(files, source, entry), reduce: files do
                files -> :maps.put(moved_path(path, source, target), inner, remove(path, files))
              end

            {:ok, moved}

          error ->
            {error, files}
        end
    end
  end

  # An entry and all below it.
  defp tree(files, path, :directory) do
    inner =
      for name <- names(files, path), inner = Path.join(path, name) do
        tree(files, inner, entry(files, inner))
      end

    [{path, :directory} | :lists.append(inner)]
  end

  defp tree(_files, path, entry), do: [{path, entry}]

  defp moved_path(path, source, target) do
    size = byte_size(source)
    target <> binary_part(path, size, byte_size(path) - size)
  end

  defp read(files, path) do
    case entry(files, path) do
      {:regular, data, _, _} -> {:ok, data}
      :directory -> {:error, :eisdir}
      nil -> {:error, missing(files, path)}
    end
  end

  defp put(files, path, data, mode),
    do: :maps.put(path, {:regular, data, mode, System.os_time(:second)}, files)

  defp missing(files, path) do
    case entry(files, Path.dirname(path)) do
      {:regular, _, _, _} -> :enotdir
      _ -> :enoent
    end
  end

  defp parent(files, path) do
    case entry(files, Path.dirname(path)) do
      :directory -> :ok
      nil -> {:error, :enoent}
      _ -> {:error, :enotdir}
    end
  end

  defp names(files, directory) do
    prefix = if directory == "/", do: "/", else: directory <> "/"
    size = byte_size(prefix)

    own =
      for {path, entry} <- :maps.to_list(files),
          entry != :removed,
          <<^prefix::binary-size(^size), name::binary>> <- [path],
          name != "" and :binary.match(name, "/") == :nomatch,
          do: name

    case :vivarium_files.list(directory) do
      {:ok, names} -> own ++ for name <- names, not :maps.is_key(prefix <> name, files), do: name
      {:error, _} -> own
    end
  end

  defp entry(files, path) do
    case files do
      %{^path => :removed} -> nil
      %{^path => entry} -> entry
      _ -> of_host(path)
    end
  end

  defp of_host(path) do
    with {:ok, kind, mode, time} <- :vivarium_files.info(path),
         {:ok, data} <- if(kind == :regular, do: :vivarium_files.read(path), else: {:ok, kind}) do
      if kind == :regular, do: {:regular, data, :erlang.bor(0o100000, mode), time}, else: :directory
    else
      {:error, _} -> nil
    end
  end

  defp remove(path, files) do
    case of_host(path) do
      nil -> :maps.remove(path, files)
      _ -> :maps.put(path, :removed, files)
    end
  end
end
