# Turns log events into text by a template. Behaviour: Elixir's Logger.Formatter.
defmodule Logger.Formatter do
  @default "\n$time $metadata[$level] $message\n"
  @valid [:time, :date, :message, :level, :node, :metadata, :levelpad]
  @replacement "�"

  defstruct [:template, :truncate, :metadata, :colors, :utc_log?]

  def new(options \\ []) do
    {__MODULE__,
     %__MODULE__{
       template: compile(options[:format]),
       truncate: options[:truncate] || Application.fetch_env!(:logger, :truncate),
       metadata: options[:metadata] || [],
       colors: colors(options[:colors] || []),
       utc_log?: Keyword.get_lazy(options, :utc_log, fn -> Application.fetch_env!(:logger, :utc_log) end)
     }}
  end

  defp colors(colors) do
    error = Keyword.get(colors, :error, :red)
    info = Keyword.get(colors, :info, :normal)

    %{
      emergency: error,
      alert: error,
      critical: error,
      error: error,
      warning: colors[:warning] || colors[:warn] || :yellow,
      notice: info,
      info: info,
      debug: Keyword.get(colors, :debug, :cyan),
      enabled: Keyword.get(colors, :enabled, &IO.ANSI.enabled?/0)
    }
  end

  def compile(nil), do: compile(@default)
  def compile({mod, fun}) when is_atom(mod) and is_atom(fun), do: {mod, fun}

  def compile(pattern) when is_binary(pattern) do
    for part <- split(pattern, "", []), do: compile_part(part)
  end

  # Names of fields begin with a dollar sign and consist of small letters.
  defp split("", "", parts), do: Enum.reverse(parts)
  defp split("", text, parts), do: Enum.reverse([text | parts])

  defp split("$" <> rest, text, parts) do
    {name, rest} = take_name(rest, "")
    parts = if text == "", do: parts, else: [text | parts]
    if name == "", do: split(rest, "$", parts), else: split(rest, "", ["$" <> name | parts])
  end

  defp split(<<char::utf8, rest::binary>>, text, parts), do: split(rest, <<text::binary, char::utf8>>, parts)

  defp take_name(<<char, rest::binary>>, name) when char in ?a..?z, do: take_name(rest, <<name::binary, char>>)
  defp take_name(rest, name), do: {name, rest}

  defp compile_part("$" <> name) when name != "" do
    case Enum.find(@valid, &(Atom.to_string(&1) == name)) do
      nil -> raise ArgumentError, "$#{name} is an invalid format pattern"
      key -> key
    end
  end

  defp compile_part(text), do: text

  # As a formatter of :logger.
  def format(%{level: level, meta: meta} = event, %__MODULE__{} = config) do
    time =
      case meta do
        %{time: time} when is_integer(time) and time >= 0 -> time
        _ -> :os.system_time(:microsecond)
      end

    metadata =
      case config.metadata do
        :all -> Map.to_list(meta)
        {:all_except, keys} -> meta |> Map.drop(keys) |> Map.to_list()
        keys -> for key <- keys, value = value(key, meta), do: {key, value}
      end

    config.template
    |> format(level, format_event(event, config.truncate), system_time_to_date_time_ms(time, config.utc_log?), metadata)
    |> color(level, meta, config.colors)
  end

  def format(_event, _config), do: raise("invalid configuration for Logger.Formatter. Use Logger.Formatter.new/1 to define a formatter")

  defp value(:module, %{mfa: {module, _, _}}), do: module
  defp value(:function, %{mfa: {_, fun, arity}}), do: [Atom.to_string(fun), "/", Integer.to_string(arity)]
  defp value(key, meta), do: meta[key]

  defp color(text, level, meta, %{enabled: enabled} = colors) do
    if(is_function(enabled, 0), do: enabled.(), else: enabled)
    |> if(
      do: [IO.ANSI.format_fragment(meta[:ansi_color] || Map.fetch!(colors, level), true), text | IO.ANSI.reset()],
      else: text
    )
  end

  def format({mod, fun}, level, msg, timestamp, metadata), do: apply(mod, fun, [level, msg, timestamp, metadata])
  def format(template, level, msg, timestamp, metadata), do: for(part <- template, do: output(part, level, msg, timestamp, metadata))

  defp output(:message, _, msg, _, _), do: msg
  defp output(:date, _, _, {date, _}, _), do: format_date(date)
  defp output(:time, _, _, {_, time}, _), do: format_time(time)
  defp output(:level, level, _, _, _), do: Atom.to_string(level)
  defp output(:node, _, _, _, _), do: Atom.to_string(node())
  defp output(:metadata, _, _, _, []), do: ""
  defp output(:metadata, _, _, _, metadata), do: metadata(metadata)
  defp output(:levelpad, level, _, _, _), do: if(level in [:info, :warn], do: " ", else: "")
  defp output(text, _, _, _, _), do: text

  defp metadata([{key, value} | rest]) do
    if text = metadata(key, value), do: [Atom.to_string(key), ?=, text, ?\s | metadata(rest)], else: metadata(rest)
  end

  defp metadata([]), do: []

  defp metadata(key, _) when key in [:time, :gl, :report_cb], do: nil
  defp metadata(_, nil), do: nil
  defp metadata(_, value) when is_binary(value), do: value
  defp metadata(_, value) when is_integer(value), do: Integer.to_string(value)
  defp metadata(_, value) when is_float(value), do: Float.to_string(value)
  defp metadata(_, value) when is_pid(value), do: :erlang.pid_to_list(value)

  defp metadata(_, value) when is_atom(value) do
    case Atom.to_string(value) do
      "Elixir." <> rest -> rest
      text -> text
    end
  end

  defp metadata(_, ref) when is_reference(ref) do
    ~c"#Ref" ++ rest = :erlang.ref_to_list(ref)
    rest
  end

  defp metadata(:domain, [head | _] = domain) when is_atom(head), do: Enum.map_intersperse(domain, ?., &Atom.to_string/1)

  defp metadata(key, {mod, fun, arity}) when key in [:mfa, :initial_call] and is_atom(mod) and is_atom(fun) and is_integer(arity),
    do: Exception.format_mfa(mod, fun, arity)

  defp metadata(key, value) when key in [:function, :file] and is_list(value), do: value
  defp metadata(_, value) when is_list(value), do: nil

  defp metadata(_, value) do
    case String.Chars.impl_for(value) do
      nil -> nil
      impl -> impl.to_string(value)
    end
  end

  # The message of an event.
  def format_event(%{msg: msg, meta: meta}, truncate), do: message(msg, meta, truncate)

  defp message({:string, text}, _meta, truncate), do: cut(text, truncate)

  defp message({:report, report}, %{report_cb: callback} = meta, truncate) do
    cond do
      is_function(callback, 1) and callback != (&:logger.format_otp_report/1) -> message(callback.(report), meta, truncate)
      is_function(callback, 2) -> callback.(report, %{depth: :unlimited, chars_limit: truncate, single_line: false})
      true -> report(report, truncate)
    end
  end

  defp message({:report, report}, _meta, truncate), do: report(report, truncate)

  defp message({format, args}, _meta, truncate),
    do: format |> Logger.Utils.scan_inspect(args, truncate) |> :io_lib.build_text() |> cut(truncate)

  defp report(report, truncate) do
    report = if is_map(report) and not is_struct(report), do: Map.to_list(report), else: report
    report |> inspect(Application.fetch_env!(:logger, :translator_inspect_opts)) |> cut(truncate)
  end

  defp cut(text, n) when is_binary(text), do: truncate(text, n)

  defp cut(text, n) when is_list(text) do
    truncate(text, n)
  rescue
    error in ArgumentError -> Exception.message(error)
  end

  # Cuts a text to about so many bytes.
  def truncate(chardata, :infinity) when is_binary(chardata) or is_list(chardata), do: chardata

  def truncate(chardata, n) when n >= 0 do
    {chardata, left} = Logger.Utils.truncate_n(chardata, n)
    if left >= 0, do: chardata, else: [chardata, " (truncated)"]
  end

  def prune(binary) when is_binary(binary), do: prune_binary(binary, "")
  def prune([h | t]) when is_integer(h) and h in 0..1_114_111, do: [h | prune(t)]
  def prune([h | t]) when is_integer(h), do: [@replacement | prune(t)]
  def prune([h | t]), do: [prune(h) | prune(t)]
  def prune([]), do: []
  def prune(_), do: @replacement

  defp prune_binary(<<char::utf8, rest::binary>>, acc), do: prune_binary(rest, <<acc::binary, char::utf8>>)
  defp prune_binary(<<_, rest::binary>>, acc), do: prune_binary(rest, acc <> @replacement)
  defp prune_binary("", acc), do: acc

  def system_time_to_date_time_ms(system_time, utc? \\ false) do
    ms = system_time |> rem(1_000_000) |> div(1000)

    {date, {h, m, s}} =
      if utc?,
        do: :calendar.system_time_to_universal_time(system_time, :microsecond),
        else: :calendar.system_time_to_local_time(system_time, :microsecond)

    {date, {h, m, s, ms}}
  end

  def format_date({year, month, day}), do: [Integer.to_string(year), ?-, pad2(month), ?-, pad2(day)]
  def format_time({hour, minute, second, ms}), do: [pad2(hour), ?:, pad2(minute), ?:, pad2(second), ?., pad3(ms)]

  defp pad3(n) when n < 10, do: [?0, ?0, Integer.to_string(n)]
  defp pad3(n) when n < 100, do: [?0, Integer.to_string(n)]
  defp pad3(n), do: Integer.to_string(n)

  defp pad2(n) when n < 10, do: [?0, Integer.to_string(n)]
  defp pad2(n), do: Integer.to_string(n)
end
