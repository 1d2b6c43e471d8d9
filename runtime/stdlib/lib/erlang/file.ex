# OTP's file, over the files of :file_server. Names may be any chardata;
# devices are processes that speak the IO protocol.
defmodule :file do
  defp path(name), do: name |> IO.chardata_to_string() |> Path.expand()

  def get_cwd(), do: {:ok, String.to_charlist(:vivarium_code.cwd())}

  def read_file(name), do: :file_server.call({:read, path(name)})
  def read_file(name, _modes), do: read_file(name)
  def write_file(name, data), do: write_file(name, data, [])

  def write_file(name, data, modes) do
    try do
      :erlang.iolist_to_binary(data)
    rescue
      ArgumentError -> {:error, :badarg}
    else
      data ->
        mode =
          cond do
            :append in modes -> :append
            :exclusive in modes -> :exclusive
            true -> :write
          end

        :file_server.call({:write, path(name), data, mode})
    end
  end

  def delete(name), do: :file_server.call({:delete, path(name)})
  def make_dir(name), do: :file_server.call({:make_dir, path(name)})
  def del_dir(name), do: :file_server.call({:del_dir, path(name)})
  def rename(source, target), do: :file_server.call({:rename, path(source), path(target)})
  def change_mode(name, mode), do: :file_server.call({:chmod, path(name), mode})

  def list_dir(name) do
    case :file_server.call({:list_dir, path(name)}) do
      {:ok, names} -> {:ok, :lists.map(&String.to_charlist/1, names)}
      error -> error
    end
  end

  def copy(source, target) do
    case read_file(source) do
      {:ok, data} ->
        case write_file(target, data) do
          :ok -> {:ok, byte_size(data)}
          error -> error
        end

      error ->
        error
    end
  end

  def read_file_info(name), do: read_file_info(name, [])

  def read_file_info(name, opts) do
    case :file_server.call({:info, path(name)}) do
      {:ok, type, size, mode, time} ->
        time =
          case :lists.keyfind(:time, 1, opts) do
            {:time, :posix} -> time
            _ -> :calendar.system_time_to_universal_time(time, :second)
          end

        {:ok, {:file_info, size, type, :read_write, time, time, time, mode, 1, 0, 0, 0, 0, 0}}

      error ->
        error
    end
  end

  def read_link_info(name), do: read_file_info(name)
  def read_link_info(name, opts), do: read_file_info(name, opts)

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
    path = path(name)
    writes? = :lists.any(&(&1 in modes), [:write, :append, :exclusive])

    opened =
      cond do
        :exclusive in modes ->
          :file_server.call({:write, path, "", :exclusive})

        :append in modes or (:write in modes and :read in modes) ->
          :file_server.call({:write, path, "", :append})

        :write in modes ->
          :file_server.call({:write, path, "", :write})

        true ->
          with({:ok, _} <- :file_server.call({:read, path}), do: :ok)
      end

    case opened do
      :ok ->
        owner = self()
        encoding = if :utf8 in modes or {:encoding, :utf8} in modes, do: :unicode, else: :latin1

        device = %{
          path: path,
          position: 0,
          append: :append in modes,
          reads: :read in modes or not writes?,
          writes: writes?,
          encoding: encoding,
          binary: :binary in modes,
          owner: owner
        }

        {:ok, :erlang.spawn(:file, :device, [device])}

      error ->
        error
    end
  end

  def close(device) when is_pid(device), do: request(device, :close)
  def position(device, position), do: request(device, {:position, position})
  def read(device, count), do: request(device, {:read, count})
  def read_line(device), do: request(device, :read_line)
  def write(device, data), do: request(device, {:write, :erlang.iolist_to_binary(data)})
  def sync(_device), do: :ok
  def datasync(_device), do: :ok

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
    ref = :erlang.monitor(:process, owner)
    device_loop(:maps.put(:ref, ref, state))
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
    {:ok, data} = contents(state)

    position =
      case position do
        {:bof, offset} -> offset
        {:cur, offset} -> state.position + offset
        {:eof, offset} -> byte_size(data) + offset
        :bof -> 0
        :cur -> state.position
        :eof -> byte_size(data)
        offset -> offset
      end

    if position < 0,
      do: {{:error, :einval}, state},
      else: {{:ok, position}, %{state | position: position}}
  end

  defp file({:read, count}, state) do
    case take(state, fn rest -> binary_part(rest, 0, min(count, byte_size(rest))) end) do
      {:eof, state} -> {:eof, state}
      {{:error, _} = error, state} -> {error, state}
      {data, state} -> {{:ok, kind(data, state)}, state}
    end
  end

  defp file(:read_line, state) do
    case take(state, &line/1) do
      {:eof, state} -> {:eof, state}
      {{:error, _} = error, state} -> {error, state}
      {data, state} -> {{:ok, kind(data, state)}, state}
    end
  end

  defp file({:write, data}, state), do: put(data, state)

  defp kind(data, %{binary: true}), do: data
  defp kind(data, _state), do: :erlang.binary_to_list(data)

  defp contents(%{path: path}) do
    case :file_server.call({:read, path}) do
      {:ok, data} -> {:ok, data}
      _ -> {:ok, ""}
    end
  end

  defp take(%{reads: false} = state, _fun), do: {{:error, :ebadf}, state}

  defp take(%{position: position} = state, fun) do
    {:ok, data} = contents(state)

    if position >= byte_size(data) do
      {:eof, state}
    else
      part = fun.(binary_part(data, position, byte_size(data) - position))
      {part, %{state | position: position + byte_size(part)}}
    end
  end

  defp line(rest) do
    case :binary.match(rest, "\n") do
      {at, 1} -> binary_part(rest, 0, at + 1)
      :nomatch -> rest
    end
  end

  defp put(_data, %{writes: false} = state), do: {{:error, :ebadf}, state}

  defp put(data, %{append: true, path: path} = state),
    do: {:file_server.call({:write, path, data, :append}), state}

  defp put(data, %{path: path, position: position} = state) do
    {:file_server.call({:patch, path, position, data}),
     %{state | position: position + byte_size(data)}}
  end

  defp io({:put_chars, encoding, chars}, state) do
    case :unicode.characters_to_binary(
           chars,
           encoding,
           if(state.encoding == :unicode, do: :unicode, else: encoding)
         ) do
      data when is_binary(data) ->
        # A device of bytes cannot hold what is not a byte.
        case if(state.encoding == :unicode or encoding == :latin1,
               do: data,
               else: :unicode.characters_to_binary(data, :unicode, :latin1)
             ) do
          data when is_binary(data) -> put(data, state)
          _ -> {{:error, :no_translation}, state}
        end

      _ ->
        {{:error, {:put_chars, encoding, chars}}, state}
    end
  end

  defp io({:put_chars, encoding, module, function, args}, state) do
    io({:put_chars, encoding, apply(module, function, args)}, state)
  end

  defp io({:put_chars, chars}, state), do: io({:put_chars, :latin1, chars}, state)

  defp io({:get_line, encoding, _prompt}, state), do: chars(take(state, &line/1), encoding)

  defp io({:get_chars, encoding, _prompt, count}, state) do
    chars(take(state, fn rest -> characters(rest, count, state.encoding, encoding) end), encoding)
  end

  defp io({:requests, requests}, state) do
    :lists.foldl(fn request, {_, state} -> io(request, state) end, {:ok, state}, requests)
  end

  defp io({:setopts, opts}, state) do
    encoding =
      case :lists.keyfind(:encoding, 1, opts) do
        {:encoding, encoding} when encoding in [:utf8, :unicode] -> :unicode
        {:encoding, :latin1} -> :latin1
        _ -> state.encoding
      end

    {:ok, %{state | encoding: encoding}}
  end

  defp io(:getopts, state), do: {[binary: true, encoding: state.encoding], state}
  defp io(_request, state), do: {{:error, :request}, state}

  defp characters(rest, count, :unicode, :unicode) do
    {part, _} = String.split_at(rest, count)
    part
  end

  defp characters(rest, count, _, _), do: binary_part(rest, 0, min(count, byte_size(rest)))

  # Bytes are what a reader of latin1 wants; others get them as characters.
  defp chars({data, %{encoding: :latin1} = state}, :unicode) when is_binary(data) do
    {:unicode.characters_to_binary(data, :latin1, :unicode), state}
  end

  defp chars(result, _encoding), do: result
end
