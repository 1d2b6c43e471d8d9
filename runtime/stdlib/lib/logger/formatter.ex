# Turns log events into text by a template. Behaviour: Elixir's Logger.Formatter.
defmodule Logger.Formatter do
  @default "\n$time $metadata[$level] $message\n"
  @valid [:time, :date, :message, :level, :node, :metadata, :levelpad]
  @replacement "�"

  defstruct [:template, :truncate, :metadata, :colors, :utc_log?]

  def new(options \\ []) do
    options = Keyword.merge([format: @default, metadata: [], truncate: 8096, colors: [], utc_log: false], options)

    template = compile(options[:format])
    truncate = if options[:truncate] == :infinity, do: :infinity, else: options[:truncate]

    {__MODULE__,
     %__MODULE__{
       template: template,
       truncate: truncate,
       metadata: options[:metadata],
       colors: colors(options[:colors]),
       utc_log?: options[:utc_log]
     }}
  end

  defp colors(overrides) do
    Map.merge(
      %{
        debug: :cyan,
        info: :normal,
        notice: :normal,
        warning: :yellow,
        error: :red,
        critical: :red,
        alert: :red,
        emergency: :red,
        enabled: &IO.ANSI.enabled?/0
      },
      Map.new(overrides)
    )
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
  def format(%{level: level, msg: msg, meta: meta}, %__MODULE__{} = config) do
    chardata = message(msg, meta)
    chardata = if config.truncate == :infinity, do: chardata, else: truncate(chardata, config.truncate)
    timestamp = date_time(Map.get(meta, :time, :logger.timestamp()), config.utc_log?)
    metadata = metadata(meta, config.metadata)

    config.template
    |> format(level, chardata, timestamp, metadata)
    |> color(level, meta, config.colors)
  end

  def format({mod, fun}, level, msg, timestamp, metadata), do: apply(mod, fun, [level, msg, timestamp, metadata])

  def format(template, level, msg, timestamp, metadata) do
    for part <- template, do: output(part, level, msg, timestamp, metadata)
  end

  defp output(:message, _, msg, _, _), do: msg
  defp output(:date, _, _, {date, _}, _), do: format_date(date)
  defp output(:time, _, _, {_, time}, _), do: format_time(time)
  defp output(:level, level, _, _, _), do: Atom.to_string(level)
  defp output(:node, _, _, _, _), do: Atom.to_string(node())
  defp output(:metadata, _, _, _, []), do: ""
  defp output(:metadata, _, _, _, metadata), do: for({key, value} <- metadata, do: pair(key, metadata_value(key, value)))
  defp output(:levelpad, level, _, _, _), do: if(level in [:info, :warning], do: " ", else: "")
  defp output(text, _, _, _, _), do: text

  defp pair(_key, nil), do: ""
  defp pair(key, value), do: [Atom.to_string(key), ?=, value, ?\s]

  defp metadata_value(:file, file) when is_list(file), do: file
  defp metadata_value(:domain, [head | tail]) when is_atom(head), do: Enum.map_intersperse([head | tail], ?., &Atom.to_string/1)
  defp metadata_value(:mfa, {mod, fun, arity}), do: Exception.format_mfa(mod, fun, arity)
  defp metadata_value(:initial_call, {mod, fun, arity}), do: Exception.format_mfa(mod, fun, arity)
  defp metadata_value(_, value) when is_binary(value), do: value
  defp metadata_value(_, value) when is_integer(value), do: Integer.to_string(value)
  defp metadata_value(_, value) when is_float(value), do: Float.to_string(value)
  defp metadata_value(_, value) when is_pid(value), do: :erlang.pid_to_list(value)
  defp metadata_value(_, "Elixir." <> rest), do: rest

  defp metadata_value(_, value) when is_atom(value) do
    case Atom.to_string(value) do
      "Elixir." <> rest -> rest
      "nil" -> ""
      text -> text
    end
  end

  defp metadata_value(_, ref) when is_reference(ref) do
    ~c"#Ref" ++ rest = :erlang.ref_to_list(ref)
    rest
  end

  defp metadata_value(_, list) when is_list(list), do: nil

  defp metadata_value(_, other) do
    case String.Chars.impl_for(other) do
      nil -> nil
      impl -> impl.to_string(other)
    end
  end

  defp metadata(meta, :all), do: Map.to_list(Map.drop(meta, [:gl, :report_cb, :error_logger, :time]))
  defp metadata(meta, {:all_except, keys}), do: Map.to_list(Map.drop(meta, [:gl, :report_cb, :error_logger, :time | keys]))

  defp metadata(meta, keys) do
    for key <- keys, is_map_key(meta, key), do: {key, Map.fetch!(meta, key)}
  end

  defp message({:string, text}, _meta), do: text
  defp message({:report, report}, %{report_cb: cb}) when is_function(cb, 1), do: cb_text(cb.(report))

  defp message({:report, report}, %{report_cb: cb}) when is_function(cb, 2),
    do: cb.(report, %{depth: :unlimited, chars_limit: :unlimited, single_line: false})

  defp message({:report, %{__struct__: _} = struct}, _meta), do: inspect(struct)
  defp message({:report, report}, _meta) when is_map(report), do: inspect(Map.to_list(report))
  defp message({:report, report}, _meta), do: inspect(report)
  defp message({format, args}, _meta), do: :io_lib.format(format, args)

  defp cb_text({format, args}), do: :io_lib.format(format, args)

  defp color(text, level, meta, %{enabled: enabled} = colors) do
    on? = if is_function(enabled, 0), do: enabled.(), else: enabled

    if on? do
      [IO.ANSI.format_fragment(Map.get(meta, :ansi_color, Map.fetch!(colors, level)), true), text | IO.ANSI.reset()]
    else
      text
    end
  end

  # Cuts a text to about so many bytes, at a character's end.
  def truncate(chardata, n) when is_integer(n) do
    text = IO.chardata_to_string(chardata)
    if byte_size(text) <= n, do: chardata, else: [cut(text, n), " (truncated)"]
  end

  defp cut(text, n) do
    case :unicode.characters_to_binary(binary_part(text, 0, n)) do
      whole when is_binary(whole) -> whole
      {_, whole, _} -> whole
    end
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

  def system_time_to_date_time_ms(system_time, utc? \\ false), do: date_time(system_time, utc?)

  defp date_time(micros, utc?) do
    seconds = Integer.floor_div(micros, 1_000_000)
    ms = div(Integer.mod(micros, 1_000_000), 1000)

    {date, {h, m, s}} =
      if utc?,
        do: :calendar.system_time_to_universal_time(seconds, :second),
        else: :calendar.system_time_to_local_time(seconds, :second)

    {date, {h, m, s, ms}}
  end

  def format_time_of(meta) do
    {date, time} = date_time(Map.get(meta, :time, :logger.timestamp()), false)
    [format_date(date), ?T, format_time(time)]
  end

  def format_date({year, month, day}), do: [Integer.to_string(year), ?-, pad2(month), ?-, pad2(day)]
  def format_time({hour, minute, second, ms}), do: [pad2(hour), ?:, pad2(minute), ?:, pad2(second), ?., pad3(ms)]

  defp pad3(n), do: String.pad_leading(Integer.to_string(n), 3, "0")
  defp pad2(n), do: String.pad_leading(Integer.to_string(n), 2, "0")
end
