# Starts and stops Logger as an application: its filters and the default handler.
defmodule Logger.App do
  @behaviour Application

  @impl true
  def start(_type, _args) do
    before = :logger.get_primary_config()
    :persistent_term.put(__MODULE__, before)
    :logger.set_primary_config(:level, Application.get_env(:logger, :level, :debug))

    with [_ | _] = metadata <- Application.fetch_env!(:logger, :metadata) do
      :logger.set_primary_config(:metadata, Enum.into(metadata, before.metadata))
    end

    :logger.add_primary_filter(:logger_process_level, {&Logger.Utils.process_level/2, []})

    config = %{
      translators: Application.fetch_env!(:logger, :translators),
      otp: Application.fetch_env!(:logger, :handle_otp_reports),
      sasl: Application.fetch_env!(:logger, :handle_sasl_reports)
    }

    :logger.add_primary_filter(:logger_translator, {&Logger.Utils.translator/2, config})
    :logger.remove_handler(:default)
    if handler = Application.get_env(:logger, :default_handler, []), do: add_handler(handler)
    {:ok, self()}
  end

  defp add_handler(handler) do
    config =
      handler
      |> Keyword.put_new(:filters, remote_gl: {&:logger_filters.remote_gl/2, :stop})
      |> Keyword.put_new(:filter_default, :log)
      |> Keyword.put_new(:module, :logger_std_h)
      |> Keyword.put_new_lazy(:formatter, &Logger.default_formatter/0)
      |> Keyword.replace_lazy(:config, &Map.new/1)
      |> Map.new()

    with {:error, error} <- :logger.add_handler(:default, config.module, config) do
      IO.puts(:stderr, "Could not attach default Logger handler: #{inspect(error)}")
    end
  end

  def start, do: Application.start(:logger)
  def stop, do: Application.stop(:logger)

  @impl true
  def stop(_state) do
    :logger.remove_primary_filter(:logger_process_level)
    :logger.remove_primary_filter(:logger_translator)
    :logger.remove_handler(:default)
    :logger.set_primary_config(:persistent_term.get(__MODULE__))
    :logger.add_handler(:default, :logger_std_h, %{filters: [remote_gl: {&:logger_filters.remote_gl/2, :stop}]})
    :ok
  end
end
