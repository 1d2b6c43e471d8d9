# The filters through which Logger sees every event first.
defmodule Logger.Utils do
  # Lets an event of a process pass by the level that the process has set itself.
  def process_level(%{level: level, meta: %{pid: pid}} = event, _extra) when pid == self() do
    case Process.get({:"$logger_level", pid}) do
      nil -> :ignore
      own -> if :logger.compare_levels(level, own) == :lt, do: :stop, else: event
    end
  end

  def process_level(_event, _extra), do: :ignore

  # Turns OTP's reports into text.
  def translator(%{meta: %{domain: [:otp, :sasl | _]}}, %{sasl: false}), do: :stop
  def translator(%{meta: %{domain: [:supervisor_report | _]}}, %{sasl: false}), do: :stop
  def translator(%{msg: {:string, _}}, _config), do: :ignore

  def translator(%{msg: {:report, %{label: label, report: report} = full}} = event, config) when map_size(full) == 2,
    do: translate(event, :report, {label, report}, config)

  def translator(%{msg: {:report, %{label: label} = report}} = event, config),
    do: translate(event, :report, {label, report}, config)

  def translator(%{msg: {:report, report}} = event, config) when is_map(report),
    do: translate(event, :report, {:logger, Map.to_list(report)}, config)

  def translator(%{msg: {:report, report}} = event, config), do: translate(event, :report, {:logger, report}, config)
  def translator(%{msg: {format, args}} = event, config), do: translate(event, :format, {format, args}, config)

  defp translate(%{level: level, meta: meta} = event, kind, data, %{translators: translators} = config) do
    min_level = :logger.get_primary_config().level
    opts = %{min_level: min_level, translators: translators}

    case run(translators, min_level, level, kind, data) do
      {:ok, chardata, more} -> %{event | msg: {:string, chardata}, meta: Map.merge(meta, Map.new(more))}
      {:ok, chardata} -> %{event | msg: {:string, chardata}}
      :skip -> :stop
      :none -> untranslated(event, kind, data, opts, config)
    end
  end

  defp run([], _min_level, _level, _kind, _data), do: :none

  defp run([{mod, fun} | rest], min_level, level, kind, data) do
    case apply(mod, fun, [min_level, level, kind, data]) do
      :none -> run(rest, min_level, level, kind, data)
      other -> other
    end
  end

  defp untranslated(event, :format, {format, args}, _opts, _config),
    do: %{event | msg: {:string, formatted(format, args)}}

  defp untranslated(%{meta: %{report_cb: cb}, msg: {:report, report}} = event, :report, _data, _opts, _config)
       when is_function(cb, 1) do
    {format, args} = cb.(report)
    %{event | msg: {:string, formatted(format, args)}}
  end

  defp untranslated(_event, _kind, _data, _opts, _config), do: :ignore

  # Erlang's formats, in which terms (~p and ~w) are shown as Elixir shows them.
  def formatted(format, args) do
    {format, args} = format |> IO.chardata_to_string() |> elixir(args, [], [])
    :io_lib.format(format, args)
  end

  defp elixir(<<?~, rest::binary>>, args, text, shown) do
    {options, <<control::utf8, rest::binary>>} = options(rest, "")

    case {control, args} do
      {c, [arg | args]} when c in [?p, ?w] ->
        elixir(rest, args, ["~ts" | text], [inspect(arg) | shown])

      {c, [arg, limit | args]} when c in [?P, ?W] ->
        elixir(rest, args, ["~ts" | text], [inspect(arg, limit: limit) | shown])

      {c, args} when c in [?n, ?~] ->
        elixir(rest, args, [<<?~, options::binary, control::utf8>> | text], shown)

      {_, [arg | args]} ->
        elixir(rest, args, [<<?~, options::binary, control::utf8>> | text], [arg | shown])

      {_, []} ->
        elixir(rest, [], [<<?~, options::binary, control::utf8>> | text], shown)
    end
  end

  defp elixir(<<char::utf8, rest::binary>>, args, text, shown), do: elixir(rest, args, [<<char::utf8>> | text], shown)

  defp elixir("", args, text, shown),
    do: {text |> Enum.reverse() |> IO.iodata_to_binary() |> String.to_charlist(), Enum.reverse(shown, args)}

  defp options(<<char, rest::binary>>, options) when char in ?0..?9 or char in [?-, ?., ?t, ?l, ?k, ?K],
    do: options(rest, <<options::binary, char>>)

  defp options(rest, options), do: {options, rest}
end
