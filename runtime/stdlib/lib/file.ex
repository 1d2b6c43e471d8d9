# File: files. They live in memory, in the process :file_server_2, from the
# start of the system to its end; links, owners and times beside that of the
# last change are not kept.
defmodule File do
  @type posix :: atom
  @type io_device :: :file.io_device()

  defmodule Stat do
    defstruct [
      :size,
      :type,
      :access,
      :atime,
      :mtime,
      :ctime,
      :mode,
      :links,
      :major_device,
      :minor_device,
      :inode,
      :uid,
      :gid
    ]

    @type t :: %__MODULE__{}

    def from_record(record) do
      [_ | values] = Tuple.to_list(record)

      keys =
        [:size, :type, :access, :atime, :mtime, :ctime, :mode, :links] ++
          [:major_device, :minor_device, :inode, :uid, :gid]

      struct!(__MODULE__, :lists.zip(keys, values))
    end

    def to_record(%File.Stat{} = stat) do
      keys = [
        :size,
        :type,
        :access,
        :atime,
        :mtime,
        :ctime,
        :mode,
        :links,
        :major_device,
        :minor_device,
        :inode,
        :uid,
        :gid
      ]

      List.to_tuple([:file_info | for(key <- keys, do: :maps.get(key, stat))])
    end
  end

  def regular?(path, _opts \\ []), do: match?({:ok, %{type: :regular}}, stat(path))
  def dir?(path, _opts \\ []), do: match?({:ok, %{type: :directory}}, stat(path))
  def exists?(path, _opts \\ []), do: match?({:ok, _}, stat(path))

  def mkdir(path), do: :file.make_dir(path)
  def mkdir!(path), do: ok!(mkdir(path), "make directory", path)

  def mkdir_p(path) do
    path = Path.expand(chars(path))

    cond do
      dir?(path) ->
        :ok

      path == "/" ->
        :ok

      true ->
        with :ok <- mkdir_p(Path.dirname(path)) do
          case mkdir(path) do
            {:error, :eexist} -> if dir?(path), do: :ok, else: {:error, :eexist}
            other -> other
          end
        end
    end
  end

  def mkdir_p!(path), do: ok!(mkdir_p(path), "make directory (with -p)", path)

  defp chars(path), do: IO.chardata_to_string(path)

  defp ok!(:ok, _action, _path), do: :ok
  defp ok!({:error, reason}, action, path), do: error!(reason, action, path)

  defp error!(reason, action, path) do
    raise File.Error, reason: reason, action: action, path: chars(path)
  end

  def read(path, _modes \\ []), do: :file.read_file(path)

  def read!(path, _modes \\ []) do
    case read(path) do
      {:ok, data} -> data
      {:error, reason} -> error!(reason, "read file", path)
    end
  end

  def write(path, content, modes \\ []) do
    :file.write_file(path, encoded(content, modes), modes)
  end

  defp encoded(content, modes) do
    if :utf8 in modes or {:encoding, :utf8} in modes,
      do: IO.chardata_to_string(content),
      else: content
  end

  def write!(path, content, modes \\ []),
    do: ok!(write(path, content, modes), "write to file", path)

  def stat(path, opts \\ []) do
    opts = Keyword.put_new(opts, :time, :universal)

    case :file.read_file_info(path, opts) do
      {:ok, info} -> {:ok, File.Stat.from_record(info)}
      error -> error
    end
  end

  def stat!(path, opts \\ []) do
    case stat(path, opts) do
      {:ok, info} -> info
      {:error, reason} -> error!(reason, "read file stats", path)
    end
  end

  def lstat(path, opts \\ []), do: stat(path, opts)
  def lstat!(path, opts \\ []), do: stat!(path, opts)

  def touch(path, time \\ System.os_time(:second)) do
    seconds =
      case time do
        seconds when is_integer(seconds) ->
          seconds

        {{_, _, _}, {_, _, _}} = datetime ->
          :calendar.datetime_to_gregorian_seconds(datetime) - 62_167_219_200
      end

    :file_server.call({:touch, Path.expand(chars(path)), seconds})
  end

  def touch!(path, time \\ System.os_time(:second)), do: ok!(touch(path, time), "touch", path)

  def chmod(path, mode), do: :file.change_mode(path, mode)
  def chmod!(path, mode), do: ok!(chmod(path, mode), "change mode for", path)

  def rm(path), do: :file.delete(path)
  def rm!(path), do: ok!(rm(path), "remove file", path)

  def rmdir(path), do: :file.del_dir(path)
  def rmdir!(path), do: ok!(rmdir(path), "remove directory", path)

  def rm_rf(path) do
    path = chars(path)

    case stat(path) do
      {:ok, %{type: :directory}} ->
        {:ok, names} = ls(path)

        removed =
          Enum.reduce(names, [], fn name, acc ->
            {:ok, files} = rm_rf(Path.join(path, name))
            files ++ acc
          end)

        case rmdir(path) do
          :ok -> {:ok, [path | removed]}
          {:error, reason} -> {:error, reason, path}
        end

      {:ok, _} ->
        case rm(path) do
          :ok -> {:ok, [path]}
          {:error, reason} -> {:error, reason, path}
        end

      {:error, reason} when reason in [:enoent, :enotdir] ->
        {:ok, []}
    end
  end

  def rm_rf!(path) do
    case rm_rf(path) do
      {:ok, files} -> files
      {:error, reason, _} -> error!(reason, "remove files and directories recursively from", path)
    end
  end

  def ls(path \\ ".") do
    case :file.list_dir(path) do
      {:ok, names} -> {:ok, :lists.map(&List.to_string/1, names)}
      error -> error
    end
  end

  def ls!(path \\ ".") do
    case ls(path) do
      {:ok, names} -> names
      {:error, reason} -> error!(reason, "list directory", path)
    end
  end

  def rename(source, destination), do: :file.rename(source, destination)

  def rename!(source, destination) do
    case rename(source, destination) do
      :ok ->
        :ok

      {:error, reason} ->
        raise File.RenameError,
          reason: reason,
          action: "rename",
          source: chars(source),
          destination: chars(destination)
    end
  end

  def copy(source, destination, _bytes_count \\ :infinity), do: :file.copy(source, destination)

  def copy!(source, destination, bytes_count \\ :infinity) do
    case copy(source, destination, bytes_count) do
      {:ok, count} -> count
      {:error, reason} -> copy_error!(reason, "copy", source, destination)
    end
  end

  defp copy_error!(reason, action, source, destination) do
    raise File.CopyError,
      reason: reason,
      action: action,
      source: chars(source),
      destination: chars(destination)
  end

  def cp(source, destination, options \\ []) do
    callback = Keyword.get(options, :on_conflict, fn _, _ -> true end)

    cond do
      dir?(source) ->
        {:error, :eisdir}

      exists?(destination) and not callback.(source, destination) ->
        :ok

      true ->
        with {:ok, _} <- :file.copy(source, destination), do: :ok
    end
  end

  def cp!(source, destination, options \\ []) do
    case cp(source, destination, options) do
      :ok -> :ok
      {:error, reason} -> copy_error!(reason, "copy", source, destination)
    end
  end

  def cp_r(source, destination, options \\ []) do
    {source, destination} = {chars(source), chars(destination)}

    if dir?(source) do
      with :ok <- dir_for(destination), {:ok, names} <- ls(source) do
        Enum.reduce_while(names, {:ok, [destination]}, fn name, {:ok, acc} ->
          case cp_r(Path.join(source, name), Path.join(destination, name), options) do
            {:ok, files} -> {:cont, {:ok, files ++ acc}}
            error -> {:halt, error}
          end
        end)
      else
        {:error, reason} -> {:error, reason, destination}
      end
    else
      case cp(source, destination, options) do
        :ok -> {:ok, [destination]}
        {:error, reason} -> {:error, reason, source}
      end
    end
  end

  defp dir_for(path), do: if(dir?(path), do: :ok, else: mkdir(path))

  def cp_r!(source, destination, options \\ []) do
    case cp_r(source, destination, options) do
      {:ok, files} -> files
      {:error, reason, _} -> copy_error!(reason, "copy recursively", source, destination)
    end
  end

  def cwd() do
    case System.cwd() do
      nil -> {:error, :enoent}
      path -> {:ok, path}
    end
  end

  def cwd!(), do: System.cwd!()

  ## What there is none of here: links and owners

  def ln(_existing, _new), do: {:error, :enotsup}
  def ln_s(_existing, _new), do: {:error, :enotsup}

  def ln!(existing, new), do: link_error!("create hard link", existing, new)
  def ln_s!(existing, new), do: link_error!("create symlink", existing, new)

  defp link_error!(action, existing, new) do
    raise File.LinkError,
      reason: :enotsup,
      action: action,
      existing: chars(existing),
      new: chars(new)
  end

  def read_link(path), do: if(exists?(path), do: {:error, :einval}, else: {:error, :enoent})

  def read_link!(path) do
    {:error, reason} = read_link(path)
    error!(reason, "read link", path)
  end

  def chown(path, _uid), do: if(exists?(path), do: :ok, else: {:error, :enoent})
  def chown!(path, uid), do: ok!(chown(path, uid), "change owner for", path)
  def chgrp(path, _gid), do: if(exists?(path), do: :ok, else: {:error, :enoent})
  def chgrp!(path, gid), do: ok!(chgrp(path, gid), "change group for", path)

  def write_stat(path, %File.Stat{mode: mode}, _opts \\ []) do
    if mode, do: chmod(path, mode), else: if(exists?(path), do: :ok, else: {:error, :enoent})
  end

  def write_stat!(path, stat, opts \\ []),
    do: ok!(write_stat(path, stat, opts), "write file stats", path)

  ## Devices

  def open(path, modes_or_function \\ [])

  def open(path, modes) when is_list(modes), do: :file.open(path, modes(modes))
  def open(path, function) when is_function(function, 1), do: open(path, [], function)

  def open(path, modes, function) when is_list(modes) and is_function(function, 1) do
    case open(path, modes) do
      {:ok, device} ->
        try do
          {:ok, function.(device)}
        after
          :ok = close(device)
        end

      error ->
        error
    end
  end

  defp modes(modes) do
    if :charlist in modes, do: List.delete(modes, :charlist), else: [:binary | modes]
  end

  def open!(path, modes_or_function \\ []) do
    case open(path, modes_or_function) do
      {:ok, result} -> result
      {:error, reason} -> error!(reason, "open", path)
    end
  end

  def open!(path, modes, function) do
    case open(path, modes, function) do
      {:ok, result} -> result
      {:error, reason} -> error!(reason, "open", path)
    end
  end

  def close(io_device), do: :file.close(io_device)

  def stream!(path, line_or_bytes \\ :line, modes \\ [])

  def stream!(path, modes, line_or_bytes) when is_list(modes) and not is_list(line_or_bytes) do
    stream!(path, line_or_bytes, modes)
  end

  def stream!(path, modes, []) when is_list(modes), do: stream!(path, :line, modes)

  def stream!(path, line_or_bytes, modes) when is_list(modes) do
    File.Stream.__build__(chars(path), line_or_bytes, modes)
  end

  def cd(path), do: :file.set_cwd(IO.chardata_to_string(path))

  def cd!(path) do
    with {:error, reason} <- cd(path) do
      raise File.Error,
        reason: reason,
        action: "set current working directory to",
        path: IO.chardata_to_string(path)
    end
  end

  def cd!(path, function) do
    old = cwd!()
    cd!(path)

    try do
      function.()
    after
      cd!(old)
    end
  end
end

defmodule File.Stream do
  # What File.stream! gives: lines, or pieces of so many bytes, of a file.
  defstruct path: nil, modes: [], line_or_bytes: :line, raw: true, node: nil

  @type t :: %__MODULE__{}

  def __build__(path, line_or_bytes, modes)
      when line_or_bytes == :line or (is_integer(line_or_bytes) and line_or_bytes > 0) do
    %File.Stream{path: path, modes: modes, line_or_bytes: line_or_bytes, node: node()}
  end

  def __build__(_path, line_or_bytes, _modes) do
    raise ArgumentError,
          "expected :line or a positive integer of bytes, got: #{inspect(line_or_bytes)}"
  end
end

defimpl Enumerable, for: File.Stream do
  def count(%{path: path, line_or_bytes: bytes}) when is_integer(bytes) do
    size = File.stat!(path).size
    {:ok, div(size + bytes - 1, bytes)}
  end

  def count(_stream), do: {:error, __MODULE__}
  def member?(_stream, _element), do: {:error, __MODULE__}
  def slice(_stream), do: {:error, __MODULE__}

  def reduce(%{path: path, modes: modes, line_or_bytes: line_or_bytes}, acc, fun) do
    data =
      case File.read(path) do
        {:ok, data} -> data
        {:error, reason} -> raise File.Error, reason: reason, action: "stream", path: path
      end

    data = if :trim_bom in modes, do: String.replace_prefix(data, "\uFEFF", ""), else: data
    pieces = Stream.unfold(data, &next(&1, line_or_bytes))
    Enumerable.reduce(pieces, acc, fun)
  end

  defp next("", _), do: nil

  defp next(data, :line) do
    case :binary.split(data, "\n") do
      [line, rest] -> {normal(line), rest}
      [line] -> {line, ""}
    end
  end

  defp next(data, bytes) do
    size = min(bytes, byte_size(data))
    <<piece::binary-size(^size), rest::binary>> = data
    {piece, rest}
  end

  defp normal(line) do
    size = byte_size(line) - 1

    if size >= 0 and :binary.at(line, size) == ?\r,
      do: binary_part(line, 0, size) <> "\n",
      else: line <> "\n"
  end
end

defimpl Collectable, for: File.Stream do
  def into(%{path: path, modes: modes} = stream) do
    case File.open(path, if(:append in modes, do: [:append], else: [:write])) do
      {:ok, device} ->
        {:ok,
         fn
           :ok, {:cont, data} -> IO.binwrite(device, data)
           :ok, _ -> File.close(device)
         end
         |> with_stream(stream)}

      {:error, reason} ->
        raise File.Error, reason: reason, action: "stream", path: path
    end
  end

  # The result of collecting is the stream itself.
  defp with_stream(fun, stream) do
    fn
      acc, {:cont, data} ->
        fun.(acc, {:cont, data})
        :ok

      acc, :done ->
        fun.(acc, :done)
        stream

      acc, :halt ->
        fun.(acc, :halt)
        :ok
    end
  end
end

defimpl Inspect, for: File.Stream do
  def inspect(%{path: path, modes: modes, line_or_bytes: line_or_bytes}, opts) do
    {"File.stream!(#{Kernel.inspect(path)}, #{Kernel.inspect(line_or_bytes)}, #{Kernel.inspect(modes)})",
     opts}
  end
end
