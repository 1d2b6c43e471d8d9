# OTP's file, over the files of :file_server. Names may be any chardata;
# devices are processes that speak the IO protocol.
defmodule :file do
  defp path(name), do: name |> IO.chardata_to_string() |> check() |> Path.expand()

  # No name holds the byte that ends a name elsewhere.
  defp check(name) do
    if :binary.match(name, "\0") == :nomatch, do: name, else: throw({__MODULE__, :badarg})
  end

  # What fun gives for the path of a name.
  defp at(name, fun) do
    try do
      fun.(path(name))
    catch
      {__MODULE__, reason} -> {:error, reason}
    end
  end

  defp ask(kind, name), do: at(name, &:file_server.call({kind, &1}))

  # The working directory as a binary.
  def cwd(), do: :persistent_term.get({__MODULE__, :cwd}, nil) || :vivarium_code.cwd()

  def get_cwd(), do: {:ok, String.to_charlist(cwd())}
  def get_cwd(_drive), do: {:error, :enotsup}

  def set_cwd(name) do
    at(name, fn path ->
      case :file_server.call({:info, path}) do
        {:ok, :directory, _, _, _, _, _} -> :persistent_term.put({__MODULE__, :cwd}, path)
        {:ok, _, _, _, _, _, _} -> {:error, :enotdir}
        error -> error
      end
    end)
  end

  def native_name_encoding(), do: :utf8

  # The terms of a file in Erlang's syntax.
  def consult(name) do
    with {:ok, data} <- read_file(name) do
      text = if String.valid?(data), do: data, else: :unicode.characters_to_binary(data, :latin1)
      terms(text, 1, [])
    end
  end

  def path_consult(path, name), do: in_path(path, name, &consult/1)

  defp in_path(path, name, fun) do
    Enum.find_value(path, {:error, :enoent}, fn directory ->
      full = Path.join(IO.chardata_to_string(directory), IO.chardata_to_string(name))

      case fun.(full) do
        {:error, :enoent} -> nil
        {:ok, result} -> {:ok, result, String.to_charlist(full)}
        error -> error
      end
    end)
  end

  defp terms(text, line, acc) do
    result =
      with {:more, continuation} <- :erl_scan.tokens([], text, line),
           do: :erl_scan.tokens(continuation, :eof, line)

    case result do
      {:done, {:eof, _}, _} ->
        {:ok, :lists.reverse(acc)}

      {:done, {:ok, tokens, line}, rest} ->
        with {:ok, term} <- :erl_parse.parse_term(tokens) do
          if rest == :eof, do: {:ok, :lists.reverse([term | acc])}, else: terms(rest, line, [term | acc])
        end

      {:done, {:error, error, _}, _} ->
        {:error, error}
    end
  end

  def read_file(name), do: ask(:read, name)
  def read_file(name, _modes), do: read_file(name)
  def write_file(name, data), do: write_file(name, data, [])

  def write_file(name, data, modes) do
    with {:ok, data} <- iodata(data) do
      data =
        case encoding(modes) do
          :latin1 -> data
          encoding -> :unicode.characters_to_binary(data, :latin1, encoding)
        end

      mode =
        cond do
          :append in modes -> :append
          :exclusive in modes -> :exclusive
          true -> :write
        end

      at(name, &:file_server.call({:write, &1, data, mode}))
    end
  end

  defp iodata(data) do
    try do
      {:ok, :erlang.iolist_to_binary(data)}
    rescue
      ArgumentError -> {:error, :badarg}
    end
  end

  def delete(name), do: ask(:delete, name)
  def delete(name, _opts), do: delete(name)
  def make_dir(name), do: ask(:make_dir, name)
  def del_dir(name), do: ask(:del_dir, name)

  def del_dir_r(name) do
    case read_link_info(name) do
      {:ok, info} when elem(info, 2) == :directory ->
        {:ok, names} = list_dir(name)
        Enum.each(names, &del_dir_r(Path.join(IO.chardata_to_string(name), IO.chardata_to_string(&1))))
        del_dir(name)

      {:ok, _} ->
        delete(name)

      error ->
        error
    end
  end

  def rename(source, target), do: both(:rename, source, target)
  def make_link(existing, new), do: both(:link, existing, new)

  defp both(kind, name1, name2),
    do: at(name1, fn path1 -> at(name2, &:file_server.call({kind, path1, &1})) end)

  def make_symlink(target, new) do
    at(new, &:file_server.call({:symlink, &1, IO.chardata_to_string(target)}))
  end

  def read_link(name) do
    with {:ok, target} <- ask(:read_link, name), do: {:ok, String.to_charlist(target)}
  end

  def read_link_all(name), do: read_link(name)

  def change_mode(name, mode), do: change(name, mode, nil)
  def change_time(name, time), do: change(name, nil, seconds(time))
  def change_time(name, _access, modification), do: change(name, nil, seconds(modification))

  defp change(name, mode, time), do: at(name, &:file_server.call({:change, &1, mode, time}))

  defp seconds(time) when is_integer(time), do: time

  defp seconds(time),
    do: :calendar.datetime_to_gregorian_seconds(time) - 62_167_219_200

  def write_file_info(name, info), do: write_file_info(name, info, [])

  def write_file_info(name, info, _opts) do
    mode = elem(info, 7)
    time = elem(info, 5)

    change(
      name,
      if(mode != :undefined, do: mode),
      if(time != :undefined, do: seconds(time))
    )
  end

  def list_dir(name) do
    case ask(:list_dir, name) do
      {:ok, names} -> {:ok, :lists.map(&String.to_charlist/1, names)}
      error -> error
    end
  end

  def list_dir_all(name), do: list_dir(name)

  def copy(source, target), do: copy(source, target, :infinity)

  def copy(source, target, count) do
    with {:ok, data} <- read_all(source),
         data = if(count < byte_size(data), do: binary_part(data, 0, count), else: data),
         :ok <- write_all(target, data) do
      {:ok, byte_size(data)}
    end
  end

  defp read_all(device) when is_pid(device), do: read_all(device, "")
  defp read_all({name, _modes}), do: read_file(name)
  defp read_all(name), do: read_file(name)

  defp read_all(device, acc) do
    case read(device, 65_536) do
      {:ok, data} -> read_all(device, acc <> :erlang.iolist_to_binary(data))
      :eof -> {:ok, acc}
      error -> error
    end
  end

  defp write_all(device, data) when is_pid(device), do: write(device, data)
  defp write_all({name, modes}, data), do: write_file(name, data, modes)
  defp write_all(name, data), do: write_file(name, data)

  def read_file_info(name), do: read_file_info(name, [])
  def read_file_info(name, opts), do: info(:info, name, opts)
  def read_link_info(name), do: read_link_info(name, [])
  def read_link_info(name, opts), do: info(:link_info, name, opts)

  defp info(kind, name, opts) do
    with {:ok, type, size, mode, time, links, inode} <- ask(kind, name) do
      time =
        case :lists.keyfind(:time, 1, opts) do
          {:time, :posix} -> time
          _ -> :calendar.system_time_to_universal_time(time, :second)
        end

      {:ok,
       {:file_info, size, type, :read_write, time, time, time, mode, links, 0, 0, inode, 0, 0}}
    end
  end

  def format_error(reason) do
    case reason do
      :eacces -> ~c"permission denied"
      :badarg -> ~c"bad argument"
      :ebadf -> ~c"bad file number"
      :ebusy -> ~c"file busy"
      :eexist -> ~c"file already exists"
      :eio -> ~c"I/O error"
      :eisdir -> ~c"illegal operation on a directory"
      :einval -> ~c"invalid argument"
      :eloop -> ~c"too many levels of symbolic links"
      :enoent -> ~c"no such file or directory"
      :enospc -> ~c"no space left on device"
      :enotdir -> ~c"not a directory"
      :enotempty -> ~c"directory not empty"
      :enotsup -> ~c"operation not supported"
      :eperm -> ~c"not owner"
      :epipe -> ~c"broken pipe"
      :terminated -> ~c"the file server or another linked process has terminated"
      _ -> ~c"unknown POSIX error"
    end
  end

  ## Devices

  def open(name, modes) do
    modes = if is_list(modes), do: modes, else: [modes]
    at(name, &open_path(&1, modes))
  end

  defp open_path(path, modes) do
    writes? = :lists.any(&(&1 in modes), [:write, :append, :exclusive])

    opened =
      cond do
        :directory in modes ->
          {:error, :enotsup}

        :exclusive in modes ->
          :file_server.call({:write, path, "", :exclusive})

        :append in modes or (:write in modes and :read in modes) ->
          :file_server.call({:write, path, "", :append})

        :write in modes ->
          :file_server.call({:write, path, "", :write})

        true ->
          with({:ok, _} <- :file_server.call({:read, path}), do: :ok)
      end

    with :ok <- opened do
      device = %{
        path: path,
        position: 0,
        append: :append in modes,
        reads: :read in modes or not writes?,
        writes: writes?,
        encoding: encoding(modes),
        binary: :binary in modes,
        owner: self()
      }

      {:ok, :erlang.spawn(:file, :device, [device])}
    end
  end

  defp encoding(modes) do
    case :lists.keyfind(:encoding, 1, modes) do
      {:encoding, :utf8} -> :unicode
      {:encoding, encoding} -> encoding
      false -> if :utf8 in modes, do: :unicode, else: :latin1
    end
  end

  def close(device) when is_pid(device), do: request(device, :close)
  def close(_device), do: {:error, :badarg}
  def position(device, position), do: request(device, {:position, position})
  def truncate(device), do: request(device, :truncate)
  def sync(_device), do: :ok
  def datasync(_device), do: :ok
  def advise(_device, _offset, _length, _advice), do: :ok
  def allocate(_device, _offset, _length), do: :ok
  def pread(device, position, count), do: request(device, {:pread, position, count})

  def pread(device, places) do
    {:ok,
     for {position, count} <- places do
       with {:ok, data} <- pread(device, position, count), do: data
     end}
  end

  def pwrite(device, position, data), do: request(device, {:pwrite, position, :erlang.iolist_to_binary(data)})

  def pwrite(device, places) do
    Enum.reduce_while(places, :ok, fn {position, data}, _ ->
      case pwrite(device, position, data) do
        :ok -> {:cont, :ok}
        error -> {:halt, error}
      end
    end)
  end

  # Bytes are characters of latin1 to any device.
  def read(device, count), do: ok(:io.request(device, {:get_chars, :latin1, ~c"", count}))
  def read_line(device), do: ok(:io.request(device, {:get_line, :latin1, ~c""}))

  defp ok(data) when is_binary(data) or is_list(data), do: {:ok, data}
  defp ok(other), do: other

  def write(device, data) do
    with {:ok, data} <- iodata(data), do: :io.request(device, {:put_chars, :latin1, data})
  end

  defp request(device, request) do
    ref = :erlang.monitor(:process, device)
    send(device, {:file_request, self(), ref, request})

    receive do
      {:file_reply, ^ref, reply} ->
        :erlang.demonitor(ref, [:flush])
        reply

      {:DOWN, ^ref, _, _, _} ->
        {:error, :terminated}
    end
  end

  # The process of a device; it ends with the process that opened it.
  def device(%{owner: owner} = state) do
    device_loop(:maps.put(:ref, :erlang.monitor(:process, owner), state))
  end

  defp device_loop(%{ref: owner_ref} = state) do
    receive do
      {:io_request, from, ref, request} ->
        {reply, state} = io(request, state)
        send(from, {:io_reply, ref, reply})
        device_loop(state)

      {:file_request, from, ref, :close} ->
        send(from, {:file_reply, ref, :ok})

      {:file_request, from, ref, request} ->
        {reply, state} = file(request, state)
        send(from, {:file_reply, ref, reply})
        device_loop(state)

      {:DOWN, ^owner_ref, _, _, _} ->
        :ok

      _ ->
        device_loop(state)
    end
  end

  defp file({:position, position}, state) do
    size = byte_size(contents(state))

    position =
      case position do
        {:bof, offset} -> offset
        {:cur, offset} -> state.position + offset
        {:eof, offset} -> size + offset
        :bof -> 0
        :cur -> state.position
        :eof -> size
        offset -> offset
      end

    if position < 0,
      do: {{:error, :einval}, state},
      else: {{:ok, position}, %{state | position: position}}
  end

  defp file({:pread, position, count}, %{reads: true} = state) do
    case rest(state, position) do
      "" when count > 0 ->
        {:eof, state}

      rest ->
        data = binary_part(rest, 0, min(count, byte_size(rest)))
        {{:ok, if(state.binary, do: data, else: :erlang.binary_to_list(data))}, state}
    end
  end

  defp file({:pwrite, position, data}, %{writes: true, path: path} = state),
    do: {:file_server.call({:patch, path, position, data}), state}

  defp file(:truncate, %{writes: true, path: path, position: position} = state),
    do: {:file_server.call({:truncate, path, position}), state}

  defp file(_request, state), do: {{:error, :ebadf}, state}

  defp contents(%{path: path}) do
    case :file_server.call({:read, path}) do
      {:ok, data} -> data
      _ -> ""
    end
  end

  defp rest(state, position) do
    data = contents(state)
    if position >= byte_size(data), do: "", else: binary_part(data, position, byte_size(data) - position)
  end

  defp put(_data, %{writes: false} = state), do: {{:error, :ebadf}, state}

  defp put(data, %{append: true, path: path} = state),
    do: {:file_server.call({:write, path, data, :append}), state}

  defp put(data, %{path: path, position: position} = state) do
    {:file_server.call({:patch, path, position, data}),
     %{state | position: position + byte_size(data)}}
  end

  defp io({:put_chars, encoding, chars}, state) do
    case :unicode.characters_to_binary(chars, encoding, state.encoding) do
      data when is_binary(data) -> put(data, state)
      _ -> {{:error, :no_translation}, state}
    end
  end

  defp io({:put_chars, encoding, module, function, args}, state) do
    io({:put_chars, encoding, apply(module, function, args)}, state)
  end

  defp io({:put_chars, chars}, state), do: io({:put_chars, :latin1, chars}, state)

  defp io({:requests, requests}, state) do
    :lists.foldl(fn request, {_, state} -> io(request, state) end, {:ok, state}, requests)
  end

  defp io({:setopts, opts}, state) do
    encoding = if :lists.keymember(:encoding, 1, opts), do: encoding(opts), else: state.encoding

    binary =
      cond do
        :binary in opts -> true
        :list in opts -> false
        true -> :proplists.get_value(:binary, opts, state.binary)
      end

    {:ok, %{state | encoding: encoding, binary: binary}}
  end

  defp io(:getopts, state), do: {[binary: state.binary, encoding: state.encoding], state}

  defp io(request, state) do
    case :io_input.input(request) do
      nil -> {{:error, :request}, state}
      _ when not state.reads -> {{:error, :ebadf}, state}
      request -> read_input(request, state)
    end
  end

  # What is neither bytes nor UTF-8 is read as UTF-8, and counted as it stands in
  # the file.
  defp read_input(request, %{encoding: encoding} = state) do
    rest = rest(state, state.position)
    wide? = encoding not in [:latin1, :unicode]
    own = if wide?, do: :unicode, else: encoding
    data = if wide?, do: :unicode.characters_to_binary(rest, encoding, :unicode), else: rest

    case is_binary(data) && :io_input.read(request, data, own) do
      false ->
        {{:error, :collect_line}, state}

      {reply, left, _} ->
        used = binary_part(data, 0, byte_size(data) - byte_size(left))
        used = if wide?, do: :unicode.characters_to_binary(used, :unicode, encoding), else: used
        state = %{state | position: state.position + byte_size(used)}
        {reply(reply, own, elem(request, 1), state.binary), state}
    end
  end

  defp reply(data, own, encoding, binary?) when is_binary(data) do
    case if(own == encoding, do: data, else: :unicode.characters_to_binary(data, own, encoding)) do
      data when not is_binary(data) -> {:error, {:no_translation, own, encoding}}
      data when binary? -> data
      data when encoding == :latin1 -> :erlang.binary_to_list(data)
      data -> :unicode.characters_to_list(data)
    end
  end

  defp reply(other, _own, _encoding, _binary?), do: other
end
