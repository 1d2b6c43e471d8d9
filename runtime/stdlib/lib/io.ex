# Input and output, through the I/O protocol of the device's process.
# Behaviour: Elixir's IO.
defmodule IO do
  @type device :: atom | pid
  @type nodata :: {:error, term} | :eof
  @type chardata :: String.t() | maybe_improper_list(char | chardata, String.t() | [])

  defguardp is_iodata(data) when is_list(data) or is_binary(data)

  def read(device \\ :stdio, line_or_chars)
  def read(device, :eof), do: getn(device, [], :eof)
  def read(device, :line), do: :io.get_line(map_dev(device), [])

  def read(device, count) when is_integer(count) and count >= 0,
    do: :io.get_chars(map_dev(device), [], count)

  def read(device, :all) do
    warn("IO.read(device, :all) is deprecated, use IO.read(device, :eof) instead")
    with :eof <- read(device, :eof), do: ""
  end

  def binread(device \\ :stdio, line_or_chars)
  def binread(device, :eof), do: binread_rest(map_dev(device), "")
  def binread(device, :line), do: data(:file.read_line(map_dev(device)))

  def binread(device, count) when is_integer(count) and count >= 0,
    do: data(:file.read(map_dev(device), count))

  def binread(device, :all) do
    warn("IO.binread(device, :all) is deprecated, use IO.binread(device, :eof) instead")
    with :eof <- binread(device, :eof), do: ""
  end

  defp data({:ok, data}), do: data
  defp data(other), do: other

  defp binread_rest(device, acc) do
    case :file.read(device, 65_536) do
      {:ok, data} -> binread_rest(device, acc <> data)
      :eof when acc == "" -> :eof
      :eof -> acc
      other -> other
    end
  end

  def write(device \\ :stdio, chardata), do: :io.put_chars(map_dev(device), :unicode, to_chardata(chardata))

  def binwrite(device \\ :stdio, iodata) when is_iodata(iodata) do
    with {:error, reason} <- :file.write(map_dev(device), iodata), do: :erlang.error(reason)
  end

  def puts(device \\ :stdio, item), do: :io.put_chars(map_dev(device), :unicode, [to_chardata(item), ?\n])

  def warn(message) do
    {:current_stacktrace, [_, _ | stack]} = Process.info(self(), :current_stacktrace)
    print_warning(message, 0, nil, stack)
  end

  def warn(message, %Macro.Env{} = env), do: print_warning(message, env.line, env.file, Macro.Env.stacktrace(env))

  def warn(message, [{name, _} | _] = opts) when is_atom(name) do
    opts = Map.new(opts)
    env = %{__ENV__ | file: opts[:file], line: opts[:line] || 0, module: opts[:module], function: opts[:function]}
    position = if opts[:column], do: {env.line, opts.column}, else: env.line

    case env.file do
      nil -> print_warning(message, position, nil, [])
      file -> print_warning(message, position, file, Macro.Env.stacktrace(env))
    end
  end

  def warn(message, stack) when is_list(stack), do: print_warning(message, 0, nil, stack)

  # A warning that is given once for a key and a place.
  @doc false
  def warn_once(key, message, drop) do
    {:current_stacktrace, stack} = Process.info(self(), :current_stacktrace)
    stack = Enum.drop(stack, drop)

    if :persistent_term.get({__MODULE__, key, stack}, true) do
      :persistent_term.put({__MODULE__, key, stack}, false)
      warn(message.(), stack)
    else
      :ok
    end
  end

  # With a file the place and its line are shown, else the stack trace.
  defp print_warning(message, position, file, stack) do
    :elixir_errors.print_diagnostic(%{
      severity: :warning,
      message: chardata_to_string(to_chardata(message)),
      position: position,
      file: file,
      stacktrace: stack,
      shown: for(entry <- program(stack), do: Exception.format_stacktrace_entry(entry))
    })
  end

  # The frames of a program: those of what runs it are below.
  defp program(stack) do
    stack
    |> Enum.reverse()
    |> Enum.drop_while(&(elem(&1, 1) != :__FILE__ and elem(&1, 0) in [Kernel.CLI, Enum, Code, :elixir_compiler, :proc_lib]))
    |> Enum.reverse()
  end

  def inspect(item, opts \\ []), do: inspect(:stdio, item, opts)

  def inspect(device, item, opts) when is_list(opts) do
    {label, opts} = Keyword.pop(opts, :label)
    label = if label, do: [to_chardata(label), ": "], else: []
    opts = Inspect.Opts.new(Keyword.put_new(opts, :width, columns(device)))
    inspected = Inspect.Algebra.format(Inspect.Algebra.to_doc(item, opts), opts.width)
    puts(device, [label | inspected])
    item
  end

  defp columns(device) do
    case :io.columns(map_dev(device)) do
      {:ok, width} -> min(width, 80)
      _ -> 80
    end
  end

  def gets(device \\ :stdio, prompt), do: :io.get_line(map_dev(device), to_chardata(prompt))
  def getn(prompt, count \\ 1)
  def getn(prompt, :eof), do: getn(:stdio, prompt, :eof)
  def getn(prompt, count) when is_integer(count) and count > 0, do: getn(:stdio, prompt, count)
  def getn(device, prompt) when not is_integer(prompt), do: getn(device, prompt, 1)
  def getn(device, prompt, :eof), do: rest(map_dev(device), to_chardata(prompt), [])

  def getn(device, prompt, count) when is_integer(count) and count > 0,
    do: :io.get_chars(map_dev(device), to_chardata(prompt), count)

  defp rest(device, prompt, acc) do
    case :io.get_line(device, prompt) do
      line when is_binary(line) or is_list(line) -> rest(device, [], [line | acc])
      :eof when acc == [] -> :eof
      :eof when is_binary(hd(acc)) -> acc |> :lists.reverse() |> iodata_to_binary()
      :eof -> acc |> :lists.reverse() |> :lists.append()
      other -> other
    end
  end

  def stream(), do: stream(:stdio, :line)
  def binstream(), do: binstream(:stdio, :line)
  def stream(device \\ :stdio, line_or_codepoints), do: IO.Stream.__build__(map_dev(device), false, line_or_codepoints)
  def binstream(device \\ :stdio, line_or_bytes), do: IO.Stream.__build__(map_dev(device), true, line_or_bytes)

  def chardata_to_string(string) when is_binary(string), do: string

  def chardata_to_string(list) when is_list(list), do: List.to_string(list)

  def iodata_to_binary(iodata), do: :erlang.iolist_to_binary(iodata)
  def iodata_length(iodata), do: :erlang.iolist_size(iodata)
  def iodata_empty?(iodata), do: empty?(iodata)

  defp empty?(""), do: true
  defp empty?([]), do: true
  defp empty?([head | tail]), do: empty?(head) and empty?(tail)
  defp empty?(_), do: false

  defp map_dev(:stdio), do: :standard_io
  defp map_dev(:stderr), do: :standard_error
  defp map_dev(other) when is_atom(other) or is_pid(other) or is_tuple(other), do: other

  defp to_chardata(list) when is_list(list), do: list
  defp to_chardata(other), do: to_string(other)

  @doc false
  def each_stream(device, line_or_codepoints), do: next(read(device, line_or_codepoints), device)

  @doc false
  def each_binstream(device, line_or_chars), do: next(binread(device, line_or_chars), device)

  defp next(:eof, device), do: {:halt, device}
  defp next({:error, reason}, _device), do: raise(IO.StreamError, reason: reason)
  defp next(data, device), do: {[data], device}
end

defmodule IO.Stream do
  defstruct device: nil, raw: true, line_or_bytes: :line

  def __build__(device, raw, line_or_bytes), do: %IO.Stream{device: device, raw: raw, line_or_bytes: line_or_bytes}

  defimpl Enumerable do
    def reduce(%{device: device, raw: raw, line_or_bytes: what}, acc, fun) do
      next = fn _ ->
        case if(raw, do: IO.binread(device, what), else: IO.read(device, what)) do
          :eof -> {:halt, nil}
          {:error, reason} -> raise IO.StreamError, reason: reason
          data -> {[data], nil}
        end
      end

      Stream.resource(fn -> nil end, next, fn _ -> :ok end).(acc, fun)
    end

    def count(_stream), do: {:error, __MODULE__}
    def member?(_stream, _term), do: {:error, __MODULE__}
    def slice(_stream), do: {:error, __MODULE__}
  end

  defimpl Collectable do
    def into(%{device: device, raw: raw} = stream) do
      {:ok,
       fn
         :ok, {:cont, x} -> if raw, do: IO.binwrite(device, x), else: IO.write(device, x)
         :ok, _ -> stream
       end}
    end
  end
end

defmodule IO.StreamError do
  defexception [:reason]

  @impl true
  def message(%{reason: reason}) do
    "error during streaming: #{inspect(reason)}"
  end
end
