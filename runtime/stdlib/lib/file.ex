# File: files. They live in memory, in the process :file_server_2, from the
# start of the system to its end; owners and times beside that of the last
# change are not kept.
defmodule File do
  @type posix :: atom
  @type io_device :: :file.io_device()

  defmodule Stat do
    # In the order of Erlang's record.
    @fields [:size, :type, :access, :atime, :mtime, :ctime, :mode, :links, :major_device, :minor_device, :inode, :uid, :gid]

    defstruct @fields

    @type t :: %__MODULE__{}

    def from_record(record) do
      [:file_info | values] = Tuple.to_list(record)
      struct!(__MODULE__, :lists.zip(@fields, values))
    end

    def to_record(%File.Stat{} = stat) do
      List.to_tuple([:file_info | for(key <- @fields, do: :maps.get(key, stat))])
    end
  end

  def regular?(path, _opts \\ []), do: :filelib.is_regular(chars(path))
  def dir?(path, _opts \\ []), do: :filelib.is_dir(chars(path))
  def exists?(path, _opts \\ []), do: :filelib.is_file(chars(path))

  defp chars(path), do: IO.chardata_to_string(path)

  # A path or a device.
  defp source(device) when is_pid(device), do: device
  defp source(path), do: chars(path)

  defp ok!(:ok, _action, _path), do: :ok
  defp ok!({:ok, result}, _action, _path), do: result

  defp ok!({:error, reason}, action, path) do
    raise File.Error, reason: reason, action: action, path: chars(path)
  end

  def mkdir(path), do: :file.make_dir(chars(path))
  def mkdir!(path), do: ok!(mkdir(path), "make directory", path)

  def mkdir_p(path), do: make_dirs(chars(path))

  defp make_dirs(path) do
    parent = Path.dirname(path)

    with true <- parent != path and not dir?(path),
         :ok <- make_dirs(parent),
         {:error, :eexist} <- :file.make_dir(path) do
      if dir?(path), do: :ok, else: {:error, :enotdir}
    else
      false -> :ok
      other -> other
    end
  end

  def mkdir_p!(path), do: ok!(mkdir_p(path), "make directory (with -p)", path)

  def read(path, modes \\ []), do: :file.read_file(chars(path), modes)
  def read!(path, modes \\ []), do: ok!(read(path, modes), "read file", path)

  def write(path, content, modes \\ []),
    do: :file.write_file(chars(path), content, modes(modes, false))

  def write!(path, content, modes \\ []),
    do: ok!(write(path, content, modes), "write to file", path)

  def stat(path, opts \\ []), do: with_stat(:file.read_file_info(chars(path), time(opts)))
  def stat!(path, opts \\ []), do: ok!(stat(path, opts), "read file stats", path)
  def lstat(path, opts \\ []), do: with_stat(:file.read_link_info(chars(path), time(opts)))
  def lstat!(path, opts \\ []), do: ok!(lstat(path, opts), "read file stats", path)

  defp time(opts), do: Keyword.put_new(opts, :time, :universal)

  defp with_stat({:ok, info}), do: {:ok, File.Stat.from_record(info)}
  defp with_stat(error), do: error

  def write_stat(path, %File.Stat{} = stat, opts \\ []),
    do: :file.write_file_info(chars(path), File.Stat.to_record(stat), time(opts))

  def write_stat!(path, stat, opts \\ []),
    do: ok!(write_stat(path, stat, opts), "write file stats", path)

  def touch(path, time \\ System.os_time(:second)) when is_integer(time) or is_tuple(time) do
    with {:error, :enoent} <- :file.change_time(chars(path), time),
         :ok <- write(path, "", [:append]) do
      :file.change_time(chars(path), time)
    end
  end

  def touch!(path, time \\ System.os_time(:second)), do: ok!(touch(path, time), "touch", path)

  def chmod(path, mode), do: :file.change_mode(chars(path), mode)
  def chmod!(path, mode), do: ok!(chmod(path, mode), "change mode for", path)

  # Nobody owns a file here.
  def chown(path, _uid), do: with({:ok, _} <- stat(path), do: :ok)
  def chown!(path, uid), do: ok!(chown(path, uid), "change owner for", path)
  def chgrp(path, _gid), do: with({:ok, _} <- stat(path), do: :ok)
  def chgrp!(path, gid), do: ok!(chgrp(path, gid), "change group for", path)

  def ln(existing, new), do: :file.make_link(chars(existing), chars(new))
  def ln!(existing, new), do: link!(ln(existing, new), "create hard link", existing, new)
  def ln_s(existing, new), do: :file.make_symlink(chars(existing), chars(new))
  def ln_s!(existing, new), do: link!(ln_s(existing, new), "create symlink", existing, new)

  defp link!(:ok, _action, _existing, _new), do: :ok

  defp link!({:error, reason}, action, existing, new) do
    raise File.LinkError,
      reason: reason,
      action: action,
      existing: chars(existing),
      new: chars(new)
  end

  def read_link(path) do
    with {:ok, target} <- :file.read_link(chars(path)), do: {:ok, chars(target)}
  end

  def read_link!(path), do: ok!(read_link(path), "read link", path)

  def rm(path), do: :file.delete(chars(path))
  def rm!(path), do: ok!(rm(path), "remove file", path)
  def rmdir(path), do: :file.del_dir(chars(path))
  def rmdir!(path), do: ok!(rmdir(path), "remove directory", path)

  def rm_rf(path), do: path |> no_null!("File.rm_rf/1") |> remove_all([])

  defp no_null!(path, operation) do
    path = chars(path)

    if :binary.match(path, "\0") != :nomatch do
      raise ArgumentError,
            "cannot execute #{operation} for path with null byte, got: #{inspect(path)}"
    end

    path
  end

  defp remove_all(path, acc) do
    case lstat(path) do
      {:ok, %{type: :directory}} ->
        {:ok, names} = ls(path)

        removed =
          Enum.reduce(names, acc, fn name, acc ->
            case remove_all(Path.join(path, name), acc) do
              {:ok, acc} -> acc
              {:error, _, _} -> acc
            end
          end)

        removed(rmdir(path), path, removed)

      {:ok, _} ->
        removed(rm(path), path, acc)

      {:error, reason} ->
        removed({:error, reason}, path, acc)
    end
  end

  defp removed(:ok, path, acc), do: {:ok, [path | acc]}
  defp removed({:error, reason}, _path, acc) when reason in [:enoent, :enotdir], do: {:ok, acc}
  defp removed({:error, reason}, path, _acc), do: {:error, reason, path}

  def rm_rf!(path) do
    result = with {:error, reason, _} <- rm_rf(path), do: {:error, reason}
    ok!(result, "remove files and directories recursively from", path)
  end

  def ls(path \\ ".") do
    case :file.list_dir(chars(path)) do
      {:ok, names} -> {:ok, :lists.map(&List.to_string/1, names)}
      error -> error
    end
  end

  def ls!(path \\ "."), do: ok!(ls(path), "list directory", path)

  def rename(source, destination), do: :file.rename(chars(source), chars(destination))

  def rename!(source, destination),
    do: copied!(rename(source, destination), File.RenameError, "rename", source, destination)

  defp copied!(result, error, action, source, destination, on \\ "") do
    case result do
      :ok ->
        :ok

      {:ok, result} ->
        result

      {:error, reason} ->
        raise error,
          reason: reason,
          action: action,
          source: source(source),
          destination: source(destination),
          on: on
    end
  end

  def copy(source, destination, bytes_count \\ :infinity),
    do: :file.copy(source(source), source(destination), bytes_count)

  def copy!(source, destination, bytes_count \\ :infinity) do
    copy(source, destination, bytes_count)
    |> copied!(File.CopyError, "copy", source, destination)
  end

  def cp(source, destination, options \\ [])

  def cp(source, destination, callback) when is_function(callback, 2) do
    callback_warning(:cp)
    cp(source, destination, on_conflict: callback)
  end

  def cp(source, destination, options) when is_list(options) do
    with {:error, reason, _} <- copy_file(chars(source), chars(destination), conflict(options), []) do
      {:error, reason}
    else
      _ -> :ok
    end
  end

  defp callback_warning(name) do
    IO.warn_once(
      {File, name},
      fn ->
        "passing a callback to File.#{name}/3 is deprecated, pass it as a on_conflict: callback option instead"
      end,
      4
    )
  end

  defp conflict(options), do: Keyword.get(options, :on_conflict, fn _, _ -> true end)

  # What copying one entry adds to the copied, or {:error, reason, path}.
  defp copy_file(source, destination, conflict, acc) do
    result =
      case :file.copy(source, {destination, [:exclusive]}) do
        {:error, :eexist} ->
          if differ?(source, destination) and conflict.(source, destination),
            do: :file.copy(source, destination),
            else: :kept

        other ->
          other
      end

    with {:ok, _} <- result, {:ok, %{mode: mode}} <- stat(source), :ok <- chmod(destination, mode) do
      [destination | acc]
    else
      :kept -> acc
      {:error, reason} -> {:error, reason, source}
    end
  end

  defp differ?(path, path), do: false
  defp differ?(path1, path2), do: :file.read_file_info(path1) != :file.read_file_info(path2)

  def cp!(source, destination, options \\ []),
    do: copied!(cp(source, destination, options), File.CopyError, "copy", source, destination)

  def cp_r(source, destination, options \\ [])

  def cp_r(source, destination, callback) when is_function(callback, 2) do
    callback_warning(:cp_r)
    cp_r(source, destination, on_conflict: callback)
  end

  def cp_r(source, destination, options) when is_list(options) do
    source = no_null!(source, "File.cp_r/3")
    destination = no_null!(destination, "File.cp_r/3")
    {from, to} = {Path.split(Path.expand(source)), Path.split(Path.expand(destination))}

    if from != to and List.starts_with?(to, from) do
      {:error, :einval, destination}
    else
      how = %{
        conflict: conflict(options),
        followed: if(options[:dereference_symlinks], do: []),
        modes?: options[:preserve_directory_permissions] || false
      }

      with copied when is_list(copied) <- copy_all(source, destination, how, []), do: {:ok, copied}
    end
  end

  defp copy_all(source, destination, how, acc) do
    case lstat(source) do
      {:ok, %{type: :regular}} ->
        with {:error, :enoent, _} <- copy_file(source, destination, how.conflict, acc),
          do: {:error, :enoent, destination}

      {:ok, %{type: :symlink}} ->
        {:ok, link} = read_link(source)
        copy_link(link, source, destination, how, acc)

      {:ok, %{type: :directory, mode: mode}} ->
        with made when made in [:ok, {:error, :eexist}] <- mkdir(destination),
             {:ok, names} = ls(source),
             copied when is_list(copied) <- copy_names(names, source, destination, how, [destination | acc]) do
          if how.modes?, do: chmod(destination, mode)
          copied
        else
          {:error, reason} -> {:error, reason, destination}
          error -> error
        end

      {:error, reason} ->
        {:error, reason, source}
    end
  end

  defp copy_names(names, source, destination, how, acc) do
    Enum.reduce_while(names, acc, fn name, acc ->
      case copy_all(Path.join(source, name), Path.join(destination, name), how, acc) do
        {:error, _, _} = error -> {:halt, error}
        acc -> {:cont, acc}
      end
    end)
  end

  defp copy_link(link, source, destination, %{followed: nil} = how, acc) do
    case ln_s(link, destination) do
      :ok ->
        [destination | acc]

      {:error, :eexist} ->
        if differ?(source, destination) and how.conflict.(source, destination) do
          rm(destination)
          copy_link(link, source, destination, %{how | conflict: fn _, _ -> false end}, acc)
        else
          acc
        end

      {:error, reason} ->
        {:error, reason, source}
    end
  end

  defp copy_link(link, source, destination, %{followed: followed} = how, acc) do
    target = Path.expand(link, Path.dirname(source))

    if target in followed,
      do: {:error, :eloop, source},
      else: copy_all(target, destination, %{how | followed: [target | followed]}, acc)
  end

  def cp_r!(source, destination, options \\ []) do
    {result, on} =
      case cp_r(source, destination, options) do
        {:error, reason, on} -> {{:error, reason}, on}
        ok -> {ok, ""}
      end

    copied!(result, File.CopyError, "copy recursively", source, destination, on)
  end

  def cwd(), do: {:ok, :file.cwd()}
  def cwd!(), do: :file.cwd()
  def cd(path), do: :file.set_cwd(chars(path))
  def cd!(path), do: ok!(cd(path), "set current working directory to", path)

  def cd!(path, function) do
    old = cwd!()
    cd!(path)

    try do
      function.()
    after
      cd!(old)
    end
  end

  ## Devices

  def open(path, modes_or_function \\ [])
  def open(path, modes) when is_list(modes), do: :file.open(chars(path), modes(modes, true))
  def open(path, function) when is_function(function, 1), do: open(path, [], function)

  def open(path, modes, function) when is_list(modes) and is_function(function, 1) do
    with {:ok, device} <- open(path, modes) do
      try do
        {:ok, function.(device)}
      after
        :ok = close(device)
      end
    end
  end

  # Devices give binaries, but for those of charlists.
  defp modes([:utf8 | rest], binary?), do: [{:encoding, :utf8} | modes(rest, binary?)]
  defp modes([:read_ahead | rest], binary?), do: [{:read_ahead, 65_536} | modes(rest, binary?)]
  defp modes([:charlist | rest], _binary?), do: modes(rest, false)

  defp modes([:char_list | rest], _binary?) do
    IO.warn("the :char_list mode is deprecated, use :charlist")
    modes(rest, false)
  end

  defp modes([mode | rest], binary?), do: [mode | modes(rest, binary?)]
  defp modes([], true), do: [:binary]
  defp modes([], false), do: []

  def open!(path, modes_or_function \\ []), do: ok!(open(path, modes_or_function), "open", path)
  def open!(path, modes, function), do: ok!(open(path, modes, function), "open", path)

  def close(io_device), do: :file.close(io_device)

  def stream!(path, line_or_bytes_modes \\ [])
  def stream!(path, modes) when is_list(modes), do: stream!(path, :line, modes)

  def stream!(path, line_or_bytes) when is_integer(line_or_bytes) or line_or_bytes == :line,
    do: stream!(path, line_or_bytes, [])

  def stream!(path, modes, line_or_bytes) when is_list(modes) do
    IO.warn(
      "File.stream!(path, modes, line_or_byte) is deprecated, " <>
        "invoke File.stream!(path, line_or_bytes, modes) instead"
    )

    stream!(path, line_or_bytes, modes)
  end

  def stream!(path, line_or_bytes, modes),
    do: File.Stream.__build__(chars(path), line_or_bytes, modes(modes, true))
end

defmodule File.Stream do
  # What File.stream! gives: lines, or pieces of so many bytes, of a file.
  defstruct path: nil, modes: [], line_or_bytes: :line, raw: true, node: nil

  @type t :: %__MODULE__{}

  @doc false
  def __build__(path, line_or_bytes, modes) do
    with {:read_offset, offset} <- :lists.keyfind(:read_offset, 1, modes),
         false <- is_integer(offset) and offset >= 0 do
      raise ArgumentError,
            "expected :read_offset to be a non-negative integer, got: #{inspect(offset)}"
    end

    # Bytes are read without the way through characters.
    raw = not :lists.keymember(:encoding, 1, modes)

    modes =
      case raw and :lists.keyfind(:read_ahead, 1, modes) do
        {:read_ahead, false} -> [:raw | :lists.keydelete(:read_ahead, 1, modes)]
        {:read_ahead, _} -> [:raw | modes]
        false when raw -> [:raw, :read_ahead | modes]
        false -> modes
      end

    %File.Stream{path: path, modes: modes, raw: raw, line_or_bytes: line_or_bytes, node: node()}
  end

  @doc false
  def __open__(%File.Stream{path: path}, modes) do
    with {:error, reason} <- :file.open(path, modes) do
      raise File.Error, reason: reason, action: "stream", path: path
    end
  end
end

defimpl Enumerable, for: File.Stream do
  def count(%{line_or_bytes: :line} = stream),
    do: {:ok, Enumerable.reduce(stream, {:cont, 0}, fn _, count -> {:cont, count + 1} end) |> elem(1)}

  def count(%{path: path, line_or_bytes: bytes, raw: true} = stream) do
    case File.stat(path) do
      {:ok, %{size: 0}} ->
        {:error, __MODULE__}

      {:ok, %{size: size}} ->
        device = start(stream)
        {:ok, read} = :file.position(device, :cur)
        :file.close(device)
        {:ok, div(max(size - read, 0) + bytes - 1, bytes)}

      {:error, reason} ->
        raise File.Error, reason: reason, action: "stream", path: path
    end
  end

  def count(_stream), do: {:error, __MODULE__}
  def member?(_stream, _element), do: {:error, __MODULE__}
  def slice(_stream), do: {:error, __MODULE__}

  def reduce(%{line_or_bytes: line_or_bytes, raw: raw} = stream, acc, fun) do
    next =
      if raw,
        do: &IO.each_binstream(&1, line_or_bytes),
        else: &IO.each_stream(&1, line_or_bytes)

    Stream.resource(fn -> start(stream) end, next, &:file.close/1).(acc, fun)
  end

  # The device, behind a byte order mark that is to be left out and the offset.
  defp start(%{modes: modes, raw: raw} = stream) do
    {:ok, device} = File.Stream.__open__(stream, modes -- [:write, :append, :trim_bom])
    if :trim_bom in modes, do: trim_bom(device, raw)

    case :lists.keyfind(:read_offset, 1, modes) do
      {:read_offset, offset} when offset > 0 -> {:ok, _} = :file.position(device, {:cur, offset})
      _ -> :ok
    end

    device
  end

  defp trim_bom(device, true), do: :file.position(device, bom(IO.binread(device, 4)))
  defp trim_bom(device, false), do: if(bom(IO.read(device, 1)) == 0, do: :file.position(device, 0))

  defp bom(<<0xEF, 0xBB, 0xBF, _::binary>>), do: 3
  defp bom(<<0xFE, 0xFF, _::binary>>), do: 2
  defp bom(<<0xFF, 0xFE, _::binary>>), do: 2
  defp bom(<<0, 0, 0xFE, 0xFF, _::binary>>), do: 4
  defp bom(_), do: 0
end

defimpl Collectable, for: File.Stream do
  def into(%{modes: modes, raw: raw} = stream) do
    {:ok, device} = File.Stream.__open__(stream, [:write | modes -- [:read]])

    {:ok,
     fn
       :ok, {:cont, data} ->
         if raw, do: IO.binwrite(device, data), else: IO.write(device, data)

       :ok, :done ->
         :ok = :file.close(device)
         stream

       :ok, :halt ->
         :ok = :file.close(device)
     end}
  end
end

defimpl Inspect, for: File.Stream do
  def inspect(%{path: path, modes: modes, line_or_bytes: line_or_bytes}, opts) do
    {"File.stream!(#{Kernel.inspect(path)}, #{Kernel.inspect(line_or_bytes)}, #{Kernel.inspect(modes)})",
     opts}
  end
end
