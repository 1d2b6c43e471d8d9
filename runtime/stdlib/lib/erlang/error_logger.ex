# The log's older interface. Behaviour: OTP's error_logger, which hands all on to
# logger.
defmodule :error_logger do
  def error_msg(format), do: error_msg(format, [])
  def error_msg(format, args), do: log(:error, :error, {format, args})
  def warning_msg(format), do: warning_msg(format, [])
  def warning_msg(format, args), do: log(:warning, :warning_msg, {format, args})
  def info_msg(format), do: info_msg(format, [])
  def info_msg(format, args), do: log(:notice, :info_msg, {format, args})

  def error_report(report), do: log(:error, :error_report, report)
  def warning_report(report), do: log(:warning, :warning_report, report)
  def info_report(report), do: log(:notice, :info_report, report)

  defp log(level, tag, {format, args}) when is_list(args),
    do: :logger.log(level, format, args, meta(tag))

  defp log(level, tag, report) when is_list(report) or is_map(report), do: :logger.log(level, report, meta(tag))
  defp log(level, tag, other), do: :logger.log(level, ~c"~p~n", [other], meta(tag))

  defp meta(tag), do: %{pid: self(), gl: :erlang.group_leader(), time: :logger.timestamp(), error_logger: %{tag: tag}}
end
