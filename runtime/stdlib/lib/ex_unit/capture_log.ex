# Captures what is logged. Behaviour: Elixir's ExUnit.CaptureLog.
defmodule ExUnit.CaptureLog do
  def capture_log(opts \\ [], fun), do: with_log(opts, fun) |> elem(1)

  def with_log(opts \\ [], fun) when is_list(opts) do
    {level, opts} = Keyword.pop(opts, :level, :all)
    {formatter_opts, _} = Keyword.split(opts, [:format, :metadata, :truncate, :colors, :utc_log])
    {:ok, string_io} = StringIO.open("")
    id = :"capture_log_#{System.unique_integer([:positive])}"
    formatter = Logger.Formatter.new(Keyword.put_new(formatter_opts, :colors, enabled: false))
    :ok = :logger.add_handler(id, ExUnit.CaptureLog, %{level: level || :all, formatter: formatter, config: %{device: string_io}})
    default = mute()

    try do
      result = fun.()
      {result, StringIO.contents(string_io) |> elem(1)}
    after
      unmute(default)
      :logger.remove_handler(id)
      StringIO.close(string_io)
    end
  end

  # What is captured is not shown as well.
  defp mute do
    case :logger.get_handler_config(:default) do
      {:ok, %{level: level}} ->
        :logger.set_handler_config(:default, :level, :none)
        level

      _ ->
        nil
    end
  end

  defp unmute(nil), do: :ok
  defp unmute(level), do: :logger.set_handler_config(:default, :level, level)

  # As a handler of :logger.
  def log(event, %{config: %{device: device}, formatter: {module, config}}) do
    IO.write(device, module.format(event, config))
    :ok
  end
end
