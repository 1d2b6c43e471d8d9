# The start and the end of a node. Behaviour: OTP's init; there is no command line
# of the emulator's.
defmodule :init do
  @always [:kernel, :stdlib, :compiler, :elixir, :logger]

  def stop, do: stop(0)

  # Applications are stopped first, those that were started last before the others.
  def stop(status) when (is_integer(status) and status >= 0) or is_list(status) do
    if :erlang.whereis(:init_stopping) == :undefined, do: spawn(fn -> stopping(status) end)
    :ok
  end

  defp stopping(status) do
    :erlang.register(:init_stopping, self())
    :persistent_term.put({:init, :status}, :stopping)
    for {app, _, _} <- :application.which_applications(), app not in @always, do: :application.stop(app)
    :erlang.halt(status)
  catch
    _, _ -> :erlang.halt(1)
  end

  def get_status, do: {:persistent_term.get({:init, :status}, :started), :started}
  def get_arguments, do: []
  def get_argument(flag) when is_atom(flag), do: :error
  def get_plain_arguments, do: :lists.map(&:unicode.characters_to_list/1, System.argv())
  def script_id, do: {~c"Erlang/OTP", :erlang.system_info(:otp_release)}
  def notify_when_started(_pid), do: :started
end
