# The file system: what a program writes lives in a process, which bears the
# name OTP's file server has, and lies over the host's files, which can only be
# read and of which a browser has none. Paths are absolute binaries; an entry is
# {:directory, mode, time}, {:regular, data, mode, time}, {:symlink, target},
# {:hard, number} for a file with several names, whose {:regular, ...} is under
# {:inode, number}, or :removed where the program took away what the host has.
# Times are seconds since 1970, of the last change.
defmodule :file_server do
  @name :file_server_2
  @directory_mode 0o40755
  @file_mode 0o100644
  @link_mode 0o120777
  @max_links 40

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
        files = %{"/" => directory(), "/tmp" => directory()}
        loop(with_parents(files, Path.expand(:file.cwd())))
    end
  end

  defp directory(), do: {:directory, @directory_mode, System.os_time(:second)}

  # A directory and those above it.
  defp with_parents(files, path) do
    files = :maps.put(path, directory(), files)
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

  # The request for a path is for what the path leads to, but for requests about
  # names, where only the directories above are followed.
  @about_names [:delete, :del_dir, :make_dir, :link_info, :read_link, :symlink, :rename, :link]

  defp handle({:rename, source, target}, files), do: named(files, [source, target], &rename/3)
  defp handle({:link, existing, new}, files), do: named(files, [existing, new], &link/3)

  defp handle(request, files) do
    kind = elem(request, 0)

    case resolve(files, elem(request, 1), kind not in @about_names) do
      {:ok, path} -> serve(:erlang.setelement(2, request, path), files)
      error -> {error, files}
    end
  end

  defp named(files, [path1, path2], fun) do
    with {:ok, path1} <- resolve(files, path1, false),
         {:ok, path2} <- resolve(files, path2, false) do
      fun.(files, path1, path2)
    else
      error -> {error, files}
    end
  end

  defp resolve(files, path, last?) do
    if :maps.is_key(:links, files),
      do: follow(files, tl(Path.split(path)), "/", last?, @max_links),
      else: {:ok, path}
  end

  defp follow(_files, [], path, _last?, _left), do: {:ok, path}
  defp follow(_files, _parts, _path, _last?, 0), do: {:error, :eloop}

  defp follow(files, [part | rest], base, last?, left) do
    path = Path.join(base, part)

    case files do
      %{^path => {:symlink, target}} when rest != [] or last? ->
        ["/" | parts] = target |> Path.expand(base) |> Path.split()
        follow(files, parts ++ rest, "/", last?, left - 1)

      _ ->
        follow(files, rest, path, last?, left)
    end
  end

  defp serve({:read, path}, files) do
    reply =
      case entry(files, path) do
        {:regular, data, _, _} -> {:ok, data}
        {:directory, _, _} -> {:error, :eisdir}
        nil -> {:error, missing(files, path)}
      end

    {reply, files}
  end

  defp serve({:write, path, data, modes}, files) do
    case {entry(files, path), parent(files, path)} do
      {{:directory, _, _}, _} -> {{:error, :eisdir}, files}
      {_, {:error, _} = error} -> {error, files}
      {{:regular, _, _, _}, _} when modes == :exclusive -> {{:error, :eexist}, files}
      {{:regular, old, mode, _}, _} when modes == :append -> put(files, path, old <> data, mode)
      {{:regular, _, mode, _}, _} -> put(files, path, data, mode)
      {nil, _} -> put(files, path, data, @file_mode)
    end
  end

  # The data from a position on, as a device writes it.
  defp serve({:patch, path, position, data}, files) do
    case entry(files, path) do
      {:regular, old, mode, _} ->
        left = at_size(old, position)
        after_data = position + byte_size(data)
        put(files, path, left <> data <> remaining(old, after_data), mode)

      _ ->
        {{:error, :enoent}, files}
    end
  end

  defp serve({:truncate, path, size}, files) do
    case entry(files, path) do
      {:regular, old, mode, _} -> put(files, path, at_size(old, size), mode)
      _ -> {{:error, :enoent}, files}
    end
  end

  defp serve({:delete, path}, files) do
    case lookup(files, path) do
      nil -> {{:error, missing(files, path)}, files}
      {:directory, _, _} -> {{:error, :eperm}, files}
      _ -> {:ok, remove(path, files)}
    end
  end

  defp serve({:make_dir, path}, files) do
    cond do
      lookup(files, path) != nil -> {{:error, :eexist}, files}
      parent(files, path) != :ok -> {parent(files, path), files}
      true -> {:ok, :maps.put(path, directory(), files)}
    end
  end

  defp serve({:del_dir, path}, files) do
    case {lookup(files, path), names(files, path)} do
      {{:directory, _, _}, []} -> {:ok, remove(path, files)}
      {{:directory, _, _}, _} -> {{:error, :eexist}, files}
      {nil, _} -> {{:error, missing(files, path)}, files}
      {_, _} -> {{:error, :enotdir}, files}
    end
  end

  defp serve({:list_dir, path}, files) do
    case entry(files, path) do
      {:directory, _, _} -> {{:ok, names(files, path)}, files}
      nil -> {{:error, missing(files, path)}, files}
      _ -> {{:error, :enotdir}, files}
    end
  end

  # {:ok, type, size, mode, time, number of names, number of the file}
  defp serve({:info, path}, files), do: {info(files, path), files}

  defp serve({:link_info, path}, files) do
    case lookup(files, path) do
      {:symlink, target} -> {{:ok, :symlink, byte_size(target), @link_mode, 0, 1, inode(path)}, files}
      _ -> {info(files, path), files}
    end
  end

  defp serve({:read_link, path}, files) do
    case lookup(files, path) do
      {:symlink, target} -> {{:ok, target}, files}
      nil -> {{:error, :enoent}, files}
      _ -> {{:error, :einval}, files}
    end
  end

  defp serve({:symlink, path, target}, files) do
    cond do
      lookup(files, path) != nil -> {{:error, :eexist}, files}
      parent(files, path) != :ok -> {parent(files, path), files}
      true -> {:ok, :maps.put(:links, true, :maps.put(path, {:symlink, target}, files))}
    end
  end

  # What of an entry changes: its mode or its time.
  defp serve({:change, path, mode, time}, files) do
    case entry(files, path) do
      {:regular, data, old, last} ->
        {:ok, store(files, path, {:regular, data, mode(mode, old), time || last})}

      {:directory, old, last} ->
        {:ok, :maps.put(path, {:directory, mode(mode, old), time || last}, files)}

      nil ->
        {{:error, missing(files, path)}, files}
    end
  end

  defp mode(nil, old), do: old
  defp mode(mode, old), do: :erlang.bor(:erlang.band(old, 0o170000), :erlang.band(mode, 0o7777))

  defp at_size(data, size) when byte_size(data) >= size, do: binary_part(data, 0, size)
  defp at_size(data, size), do: data <> :binary.copy(<<0>>, size - byte_size(data))

  defp remaining(data, from) when from >= byte_size(data), do: ""
  defp remaining(data, from), do: binary_part(data, from, byte_size(data) - from)

  defp info(files, path) do
    links =
      case lookup(files, path) do
        {:hard, number} = hard -> {Enum.count(files, &(elem(&1, 1) == hard)), number}
        _ -> {1, inode(path)}
      end

    {count, number} = links

    case entry(files, path) do
      nil -> {:error, missing(files, path)}
      {:directory, mode, time} -> {:ok, :directory, 4096, mode, time, count, number}
      {:regular, data, mode, time} -> {:ok, :regular, byte_size(data), mode, time, count, number}
    end
  end

  defp inode(path), do: :erlang.phash2(path)

  # A second name for a file: both lead to one entry from now on.
  defp link(files, existing, new) do
    case {lookup(files, existing), lookup(files, new), parent(files, new)} do
      {nil, _, _} ->
        {{:error, missing(files, existing)}, files}

      {{:directory, _, _}, _, _} ->
        {{:error, :eperm}, files}

      {_, taken, _} when taken != nil ->
        {{:error, :eexist}, files}

      {_, _, {:error, _} = error} ->
        {error, files}

      {{:regular, _, _, _} = entry, nil, :ok} ->
        number = inode(existing)
        hard = {:hard, number}
        files = :maps.put({:inode, number}, entry, :maps.put(existing, hard, files))
        {:ok, :maps.put(new, hard, files)}

      {other, nil, :ok} ->
        {:ok, :maps.put(new, other, files)}
    end
  end

  defp rename(files, path, path), do: {if(lookup(files, path), do: :ok, else: {:error, :enoent}), files}

  defp rename(files, source, target) do
    case {lookup(files, source), lookup(files, target), parent(files, target)} do
      {nil, _, _} ->
        {{:error, missing(files, source)}, files}

      {_, _, {:error, _} = error} ->
        {error, files}

      {{:directory, _, _} = entry, {:directory, _, _}, _} ->
        cond do
          names(files, target) != [] -> {{:error, :eexist}, files}
          inside?(target, source) -> {{:error, :einval}, files}
          true -> {:ok, move(files, source, target, entry)}
        end

      {{:directory, _, _}, existing, _} when existing != nil ->
        {{:error, :enotdir}, files}

      {_, {:directory, _, _}, _} ->
        {{:error, :eisdir}, files}

      {entry, _, _} ->
        if inside?(target, source),
          do: {{:error, :einval}, files},
          else: {:ok, move(files, source, target, entry)}
    end
  end

  defp inside?(path, directory), do: String.starts_with?(path, directory <> "/")

  defp move(files, source, target, entry) do
    for {path, inner} <- tree(files, source, entry), reduce: files do
      files -> :maps.put(moved_path(path, source, target), inner, remove(path, files))
    end
  end

  # An entry and all below it.
  defp tree(files, path, {:directory, _, _} = entry) do
    inner =
      for name <- names(files, path), inner = Path.join(path, name) do
        tree(files, inner, lookup(files, inner))
      end

    [{path, entry} | :lists.append(inner)]
  end

  defp tree(_files, path, entry), do: [{path, entry}]

  defp moved_path(path, source, target) do
    size = byte_size(source)
    target <> binary_part(path, size, byte_size(path) - size)
  end

  defp put(files, path, data, mode),
    do: {:ok, store(files, path, {:regular, data, mode, System.os_time(:second)})}

  defp store(files, path, entry) do
    case lookup(files, path) do
      {:hard, number} -> :maps.put({:inode, number}, entry, files)
      _ -> :maps.put(path, entry, files)
    end
  end

  defp missing(files, path) do
    case parent(files, path) do
      {:error, :enotdir} -> :enotdir
      _ -> :enoent
    end
  end

  defp parent(files, path) do
    case entry(files, Path.dirname(path)) do
      {:directory, _, _} -> :ok
      nil when path != "/" -> if parent(files, Path.dirname(path)) == {:error, :enotdir}, do: {:error, :enotdir}, else: {:error, :enoent}
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

  # What is under a path; entry looks through a file's several names.
  defp lookup(files, path) do
    case files do
      %{^path => :removed} -> nil
      %{^path => entry} -> entry
      _ -> of_host(path)
    end
  end

  defp entry(files, path) do
    case lookup(files, path) do
      {:hard, number} -> :maps.get({:inode, number}, files)
      {:symlink, _} -> nil
      entry -> entry
    end
  end

  defp of_host(path) do
    case :vivarium_files.info(path) do
      {:ok, :directory, mode, time} ->
        {:directory, :erlang.bor(0o40000, mode), time}

      {:ok, :regular, mode, time} ->
        with {:ok, data} <- :vivarium_files.read(path) do
          {:regular, data, :erlang.bor(0o100000, mode), time}
        else
          {:error, _} -> nil
        end

      _ ->
        nil
    end
  end

  defp remove(path, files) do
    case of_host(path) do
      nil -> :maps.remove(path, files)
      _ -> :maps.put(path, :removed, files)
    end
  end
end
