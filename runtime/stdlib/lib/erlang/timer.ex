# Timers and times. Behaviour: OTP's timer; what repeats is kept by a process of
# its own, as there.
defmodule :timer do
  def sleep(time) do
    receive do
    after
      time -> :ok
    end
  end

  def seconds(n), do: 1000 * n
  def minutes(n), do: 60_000 * n
  def hours(n), do: 3_600_000 * n
  def hms(h, m, s), do: hours(h) + minutes(m) + seconds(s)

  def now_diff({a1, b1, c1}, {a2, b2, c2}), do: ((a1 - a2) * 1_000_000 + b1 - b2) * 1_000_000 + c1 - c2

  def tc(fun) when is_function(fun), do: tc(fun, [], :microsecond)
  def tc(fun, args) when is_function(fun) and is_list(args), do: tc(fun, args, :microsecond)
  def tc(fun, unit) when is_function(fun) and is_atom(unit), do: tc(fun, [], unit)

  def tc(fun, args, unit) when is_function(fun) do
    started = :erlang.monotonic_time()
    value = apply(fun, args)
    {elapsed(started, unit), value}
  end

  def tc(mod, fun, args) when is_atom(mod), do: tc(mod, fun, args, :microsecond)

  def tc(mod, fun, args, unit) do
    started = :erlang.monotonic_time()
    value = apply(mod, fun, args)
    {elapsed(started, unit), value}
  end

  defp elapsed(started, unit), do: :erlang.convert_time_unit(:erlang.monotonic_time() - started, :native, unit)

  def start, do: server() && :ok

  def send_after(time, message), do: send_after(time, self(), message)

  def send_after(time, dest, message) when is_integer(time) and time >= 0,
    do: once(time, {:send, resolve(dest), message})

  def send_after(_time, _dest, _message), do: {:error, :badarg}

  def apply_after(time, fun) when is_function(fun, 0), do: once(time, {:apply, :erlang, :apply, [fun, []]})
  def apply_after(time, fun, args) when is_function(fun), do: once(time, {:apply, :erlang, :apply, [fun, args]})

  def apply_after(time, mod, fun, args) when is_integer(time) and time >= 0,
    do: once(time, {:apply, mod, fun, args})

  def apply_after(_time, _mod, _fun, _args), do: {:error, :badarg}

  def exit_after(time, reason), do: exit_after(time, self(), reason)
  def exit_after(time, pid, reason), do: apply_after(time, :erlang, :exit, [pid, reason])
  def kill_after(time), do: exit_after(time, self(), :kill)
  def kill_after(time, pid), do: exit_after(time, pid, :kill)

  def send_interval(time, message), do: send_interval(time, self(), message)

  def send_interval(time, dest, message) when is_integer(time) and time > 0,
    do: repeat(time, {:send, resolve(dest), message}, owner(dest))

  def send_interval(_time, _dest, _message), do: {:error, :badarg}

  def apply_interval(time, fun) when is_function(fun, 0), do: repeat(time, {:apply, :erlang, :apply, [fun, []]}, self())
  def apply_interval(time, fun, args) when is_function(fun), do: repeat(time, {:apply, :erlang, :apply, [fun, args]}, self())

  def apply_interval(time, mod, fun, args) when is_integer(time) and time > 0,
    do: repeat(time, {:apply, mod, fun, args}, self())

  def apply_interval(_time, _mod, _fun, _args), do: {:error, :badarg}

  def apply_repeatedly(time, fun), do: apply_interval(time, fun)
  def apply_repeatedly(time, fun, args), do: apply_interval(time, fun, args)
  def apply_repeatedly(time, mod, fun, args), do: apply_interval(time, mod, fun, args)

  def cancel({:once, ref}) when is_reference(ref), do: cancel({:interval, ref})
  def cancel({:send_local, ref}) when is_reference(ref), do: :erlang.cancel_timer(ref) && {:ok, :cancel}
  def cancel({:interval, ref}) when is_reference(ref), do: call({:cancel, ref})
  def cancel({:instant, ref}) when is_reference(ref), do: {:ok, :cancel}
  def cancel(_), do: {:error, :badarg}

  defp resolve(dest), do: dest
  defp owner(pid) when is_pid(pid), do: pid
  defp owner(name) when is_atom(name), do: :erlang.whereis(name)
  defp owner(_), do: self()

  # A message after a time needs nobody but the machine.
  defp once(time, {:send, dest, message}) when is_pid(dest) or is_atom(dest),
    do: {:ok, {:send_local, :erlang.send_after(time, dest, message)}}

  defp once(time, action), do: call({:once, time, action})
  defp repeat(time, action, owner), do: call({:repeat, time, action, owner})

  # The server.

  defp server do
    case :erlang.whereis(:timer_server) do
      :undefined -> start_server()
      pid -> pid
    end
  end

  defp start_server do
    caller = self()
    ref = :erlang.make_ref()

    spawn(fn ->
      :vivarium_trace.role(:system, :timer_server)

      try do
        :erlang.register(:timer_server, self())
        send(caller, ref)
        serve(%{})
      catch
        :error, :badarg -> send(caller, ref)
      end
    end)

    receive do
      ^ref -> :erlang.whereis(:timer_server)
    end
  end

  defp call(request) do
    pid = server()
    ref = :erlang.monitor(:process, pid)
    send(pid, {:call, self(), ref, request})

    receive do
      {^ref, reply} ->
        :erlang.demonitor(ref, [:flush])
        reply

      {:DOWN, ^ref, _, _, reason} ->
        exit(reason)
    end
  end

  defp serve(timers) do
    receive do
      {:call, from, ref, {:once, time, action}} ->
        timer = :erlang.start_timer(time, self(), :once)
        send(from, {ref, {:ok, {:once, timer}}})
        serve(:maps.put(timer, {action, timer}, timers))

      {:call, from, ref, {:repeat, time, action, owner}} ->
        id = :erlang.monitor(:process, owner)
        due = :erlang.monotonic_time(:millisecond) + time
        timer = :erlang.start_timer(due, self(), {:tick, id, time, due}, abs: true)
        send(from, {ref, {:ok, {:interval, id}}})
        serve(:maps.put(id, {action, timer}, timers))

      {:call, from, ref, {:cancel, id}} ->
        send(from, {ref, {:ok, :cancel}})
        serve(stop(id, timers))

      {:timeout, timer, :once} ->
        case :maps.take(timer, timers) do
          {{action, _}, timers} ->
            perform(action)
            serve(timers)

          :error ->
            serve(timers)
        end

      {:timeout, _timer, {:tick, id, time, due}} ->
        case timers do
          %{^id => {action, _}} ->
            perform(action)
            due = due + time
            timer = :erlang.start_timer(due, self(), {:tick, id, time, due}, abs: true)
            serve(%{timers | id => {action, timer}})

          _ ->
            serve(timers)
        end

      {:DOWN, id, _, _, _} ->
        serve(stop(id, timers))

      _other ->
        serve(timers)
    end
  end

  defp stop(id, timers) do
    case :maps.take(id, timers) do
      {{_action, timer}, timers} ->
        :erlang.cancel_timer(timer)
        :erlang.demonitor(id, [:flush])
        timers

      :error ->
        timers
    end
  end

  defp perform({:send, dest, message}) do
    try do
      :erlang.send(dest, message)
    catch
      _, _ -> :ok
    end
  end

  defp perform({:apply, mod, fun, args}), do: spawn(mod, fun, args)
end
