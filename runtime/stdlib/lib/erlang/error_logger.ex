# The log's older interface. Behaviour: OTP's error_logger, which hands all on to
# logger.
defmodule :error_logger do
  def error_msg(format), do: error_msg(format, [])
  def error_msg(format, args), do: message(:error, :error, format, args)
  def format(format, args), do: error_msg(format, args)
  def warning_msg(format), do: warning_msg(format, [])
  def warning_msg(format, args), do: message(:warning, :warning_msg, format, args)
  def info_msg(format), do: info_msg(format, [])
  def info_msg(format, args), do: message(:notice, :info_msg, format, args)
  def error_info(error), do: report(:error, :error_report, error, error)

  def error_report(report), do: error_report(:std_error, report)
  def error_report(type, report), do: report(:error, :error_report, type, report)
  def warning_report(report), do: warning_report(:std_warning, report)
  def warning_report(type, report), do: report(:warning, :warning_report, type, report)
  def info_report(report), do: info_report(:std_info, report)
  def info_report(type, report), do: report(:notice, :info_report, type, report)
  def warning_map, do: :warning
  def get_format_depth, do: :unlimited
  def limit_term(term), do: term
  def tty(_flag), do: :ok

  defp message(level, tag, format, args) do
    :logger.log(level, %{label: {:error_logger, tag}, format: format, args: args}, meta(tag, :undefined))
  end

  defp report(level, tag, type, report) do
    :logger.log(level, %{label: {:error_logger, tag}, report: report}, meta(tag, type))
  end

  defp meta(tag, type) do
    error_logger = if type == :undefined, do: %{tag: tag}, else: %{tag: tag, type: type}
    # A type of one's own is a domain of its own.
    domain = if type in [:undefined, :std_error, :std_warning, :std_info], do: %{}, else: %{domain: [type]}

    :maps.merge(
      %{pid: self(), gl: :erlang.group_leader(), time: :logger.timestamp(), error_logger: error_logger, report_cb: &:error_logger.report_to_format/1},
      domain
    )
  end

  # A list of pairs stands in lines.
  def report_to_format(%{label: {:error_logger, _}, format: format, args: args}), do: {format, args}

  def report_to_format(%{label: {:error_logger, _}, report: report}) when is_list(report) and report != [] do
    if :io_lib.printable_unicode_list(report) do
      {~c"~ts~n", [report]}
    else
      {lines, args} =
        :lists.foldr(
          fn
            {key, value}, {lines, args} -> {~c"    ~tp: ~tp\n" ++ lines, [key, value | args]}
            other, {lines, args} -> {~c"    ~tp\n" ++ lines, [other | args]}
          end,
          {[], []},
          report
        )

      {:lists.droplast(lines), args}
    end
  end

  def report_to_format(%{label: {:error_logger, _}, report: report}), do: {~c"~tp~n", [report]}
end
