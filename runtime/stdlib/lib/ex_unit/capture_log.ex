# Captures what is logged. Behaviour: Elixir's ExUnit.CaptureLog.
defmodule ExUnit.CaptureLog do
  def capture_log(opts \\ [], fun), do: opts |> with_log(fun) |> elem(1)

  def with_log(opts \\ [], fun) when is_list(opts) do
    opts = current_level(opts)
    {:ok, string_io} = StringIO.open("")

    try do
      ref = ExUnit.CaptureServer.log_capture_on(self(), string_io, opts)

      try do
        fun.()
      after
        :ok = Logger.flush()
        :ok = ExUnit.CaptureServer.log_capture_off(ref)
      end
    catch
      kind, reason ->
        StringIO.close(string_io)
        :erlang.raise(kind, reason, __STACKTRACE__)
    else
      result ->
        {:ok, {_, output}} = StringIO.close(string_io)
        {result, output}
    end
  end

  defp current_level(opts) do
    if opts[:level] == :warn do
      IO.warn("level: :warn is deprecated, please use :warning instead")
      Keyword.put(opts, :level, :warning)
    else
      opts
    end
  end
end
