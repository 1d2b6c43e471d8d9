# Nodes started by a program. Behaviour: OTP's peer. A node is not a program of
# an operating system here but a part of the machine; what OTP says of its
# command line (exec, args other than a few) says nothing here. An alternative
# connection (standard_io, or a port's number) is a pipe between the process that
# controls the node and the node, which needs no network.
defmodule :peer do
  @behaviour :gen_server
  @boot_timeout 15_000

  def random_name, do: random_name(~c"peer")

  def random_name(prefix) do
    n = :erlang.unique_integer([:positive])
    :lists.flatten(:io_lib.format(~c"~ts-~b-~ts", [:unicode.characters_to_list(text(prefix)), n, :os.getpid()]))
  end

  defp text(prefix) when is_atom(prefix), do: :erlang.atom_to_list(prefix)
  defp text(prefix), do: prefix

  def start_link, do: start_link(%{name: random_name()})
  def start_link(options), do: start_it(options, &:gen_server.start_link/3)
  def start(options), do: start_it(options, &:gen_server.start/3)

  defp start_it(options, starter) do
    check(options)
    wait = :maps.get(:wait_boot, options, @boot_timeout)

    notify =
      case wait do
        {pid, tag} when is_pid(pid) -> {pid, tag}
        false -> false
        _ -> {self(), :erlang.make_ref()}
      end

    case starter.(:peer, [notify, options], []) do
      {:ok, pid} when wait == :infinity or is_integer(wait) -> await(pid, notify, wait)
      {:ok, pid} when is_map_key(options, :host) -> {:ok, pid, :erlang.list_to_atom(full_name(options))}
      other -> other
    end
  end

  defp await(pid, {_, tag}, wait) do
    ref = :erlang.monitor(:process, pid)

    receive do
      {^tag, {:started, node, ^pid}} ->
        :erlang.demonitor(ref, [:flush])
        {:ok, pid, node}

      {^tag, {:boot_failed, reason, ^pid}} ->
        :erlang.demonitor(ref, [:flush])
        exit({:boot_failed, reason})

      {:DOWN, ^ref, _, _, reason} ->
        exit(reason)
    after
      wait ->
        :gen_server.stop(pid)
        :erlang.demonitor(ref, [:flush])
        exit(:timeout)
    end
  end

  defp check(options) do
    args = :maps.get(:args, options, [])
    is_list(args) || :erlang.error({:invalid_arg, args})
    :lists.foreach(&(:io_lib.char_list(&1) || :erlang.error({:invalid_arg, &1})), args)

    is_map_key(options, :connection) or (is_map_key(options, :name) and :erlang.is_alive()) ||
      :erlang.error(:not_alive)

    case options do
      %{shutdown: shutdown} -> shutdown?(shutdown) || :erlang.error({:shutdown, shutdown})
      _ -> :ok
    end

    case options do
      %{detached: false, connection: :standard_io} -> :erlang.error({:detached, :cannot_detach_with_standard_io})
      _ -> :ok
    end
  end

  defp shutdown?(how) when how in [:close, :halt], do: true
  defp shutdown?({:halt, time}), do: time?(time)
  defp shutdown?({time, node}) when is_atom(node), do: time?(time)
  defp shutdown?(time), do: time?(time)
  defp time?(time), do: time == :infinity or (is_integer(time) and time >= 1000)

  def stop(peer), do: :gen_server.stop(peer)
  def get_state(peer), do: :gen_server.call(peer, :get_state)

  def call(peer, mod, fun, args), do: call(peer, mod, fun, args, 5000)

  def call(peer, mod, fun, args, timeout) do
    case :gen_server.call(peer, {:call, mod, fun, args}, timeout) do
      {:ok, value} -> value
      {:crash, reason} -> exit(reason)
      {class, {reason, stack}} -> :erlang.raise(class, reason, stack)
      {:error, reason} -> :erlang.error(reason)
    end
  end

  def cast(peer, mod, fun, args), do: :gen_server.cast(peer, {:cast, mod, fun, args})
  def send(peer, to, message), do: :gen_server.cast(peer, {:send, to, message})

  # The process that controls a node.

  def init([notify, options]) do
    :vivarium_trace.role(:system, :peer)
    :erlang.process_flag(:trap_exit, true)

    boot = %{
      name: if(is_map_key(options, :name) or is_map_key(options, :host), do: full_name(options), else: :undefined),
      domain: if(longnames?(options), do: :longnames, else: :shortnames),
      args: :maps.get(:args, options, []),
      env: :maps.get(:env, options, []),
      piped: is_map_key(options, :connection),
      origin: self(),
      leader: :erlang.group_leader()
    }

    name = if boot.name == :undefined, do: :nonode@nohost, else: :erlang.list_to_atom(boot.name)
    number = :vivarium_node.boot(name, :peer, :boot, [boot])
    # A name that another node has.
    if number == false, do: :erlang.send(self(), {:vivarium_node, :ended, false, 1})
    {:ok, %{options: options, notify: notify, state: :booting, node: :undefined, number: number, pipe: nil, outstanding: %{}}}
  end

  defp longnames?(options), do: :maps.get(:longnames, options, :net_kernel.longnames()) == true

  defp full_name(options) do
    name = text(:maps.get(:name, options, hd(:string.split(:erlang.atom_to_list(node()), ~c"@"))))

    cond do
      is_map_key(options, :host) -> name ++ ~c"@" ++ :maps.get(:host, options)
      :lists.member(?@, name) -> name
      longnames?(options) and :erlang.is_alive() -> name ++ ~c"@" ++ :lists.last(:string.split(:erlang.atom_to_list(node()), ~c"@"))
      true -> name ++ ~c"@" ++ :net_adm.localhost()
    end
  end

  def handle_call({:call, _mod, _fun, _args}, _from, %{pipe: nil} = state), do: {:reply, {:error, :noconnection}, state}

  def handle_call({:call, mod, fun, args}, from, state) do
    ref = :erlang.make_ref()
    :vivarium_node.pipe(state.pipe, {:call, ref, mod, fun, args})
    {:noreply, %{state | outstanding: :maps.put(ref, from, state.outstanding)}}
  end

  def handle_call({:starting, _node}, _from, state), do: {:reply, :ok, state}
  def handle_call(:get_node, _from, state), do: {:reply, state.node, state}
  def handle_call(:get_state, _from, state), do: {:reply, state.state, state}
  def handle_call(:group_leader, _from, state), do: {:reply, :erlang.group_leader(), state}

  def handle_cast(_request, %{pipe: nil} = state), do: {:noreply, state}

  def handle_cast({:cast, mod, fun, args}, state) do
    :vivarium_node.pipe(state.pipe, {:cast, mod, fun, args})
    {:noreply, state}
  end

  def handle_cast({:send, to, message}, state) do
    :vivarium_node.pipe(state.pipe, {:message, to, message})
    {:noreply, state}
  end

  # Over the network.
  def handle_info({:started, node}, state) do
    :erlang.monitor_node(node, true)
    {:noreply, booted(:started, node, state)}
  end

  def handle_info({:nodedown, node}, %{pipe: nil} = state), do: down({:nodedown, node}, state)
  def handle_info({:nodedown, _node}, state), do: {:noreply, state}

  # Over the pipe.
  def handle_info({:piped, pipe, {:started, node}}, state), do: {:noreply, booted(:started, node, %{state | pipe: pipe})}

  def handle_info({:piped, pipe, {:io_request, from, ref, request}}, state) do
    leader = :erlang.group_leader()
    # Input may be long in coming.
    spawn(fn -> :vivarium_node.pipe(pipe, {:io_reply, from, ref, forward(leader, request)}) end)
    {:noreply, state}
  end

  def handle_info({:piped, _pipe, {:reply, ref, class, value}}, state) do
    {from, outstanding} = :maps.take(ref, state.outstanding)
    :gen_server.reply(from, {class, value})
    {:noreply, %{state | outstanding: outstanding}}
  end

  # The node has ended; the machine says so to who started it.
  def handle_info({:vivarium_node, :ended, number, status}, %{number: number} = state) do
    cond do
      state.state == :booting -> down({:exit_status, status}, booted(:boot_failed, {:exit_status, status}, state))
      is_map_key(state.options, :connection) -> down({:exit_status, status}, %{state | pipe: nil})
      true -> {:noreply, state}
    end
  end

  def handle_info(_message, state), do: {:noreply, state}

  defp forward(leader, request) do
    ref = :erlang.monitor(:process, leader)
    :erlang.send(leader, {:io_request, self(), ref, request})

    receive do
      {:io_reply, ^ref, reply} ->
        :erlang.demonitor(ref, [:flush])
        reply

      {:DOWN, ^ref, _, _, _} ->
        {:error, :terminated}
    end
  end

  defp booted(result, node, state) do
    with {pid, tag} <- state.notify, do: :erlang.send(pid, {tag, {result, node, self()}})
    %{state | state: :running, node: node}
  end

  defp down(reason, state) do
    case state do
      %{options: %{peer_down: :crash}} -> {:stop, reason, %{state | state: {:down, reason}, pipe: nil}}
      %{options: %{peer_down: :continue}, state: {:down, _}} -> {:noreply, state}
      %{options: %{peer_down: :continue}} -> {:noreply, %{state | state: {:down, reason}}}
      _ -> {:stop, :normal, %{state | state: {:down, reason}}}
    end
  end

  # However it goes, the machine sees to it that the node does not outlive this
  # process.
  def terminate(_reason, %{state: {:down, _}}), do: :ok

  def terminate(_reason, state) do
    case {:maps.get(:shutdown, state.options, :halt), state.pipe} do
      {:close, nil} -> :erlang.disconnect_node(state.node)
      {:close, _pipe} -> :vivarium_node.kill(state.number)
      {:halt, nil} -> halt(state.node, 5000)
      {{:halt, time}, nil} -> halt(state.node, time)
      {:halt, _pipe} -> :vivarium_node.kill(state.number)
      {{:halt, _time}, _pipe} -> :vivarium_node.kill(state.number)
      {how, nil} -> with_time(state, time(how), fn -> :erpc.cast(state.node, :init, :stop, []) end)
      {how, pipe} -> with_time(state, time(how), fn -> :vivarium_node.pipe(pipe, {:cast, :init, :stop, []}) end)
    end

    :ok
  end

  defp time({time, _node}), do: time
  defp time(time), do: time

  defp halt(:undefined, _timeout), do: :ok

  defp halt(node, timeout) do
    :erpc.call(node, :erlang, :halt, [], timeout)
  catch
    :error, {:erpc, :noconnection} -> :ok
    _, _ -> :erlang.disconnect_node(node)
  end

  defp with_time(state, timeout, stop) do
    stop.()
    number = state.number

    receive do
      {:vivarium_node, :ended, ^number, _status} -> :ok
    after
      timeout -> :ok
    end
  end

  # On the new node: its first process.

  def boot(boot) do
    :vivarium_trace.role(:system, :peer)
    %{origin: origin, leader: leader} = boot
    user = spawn(fn -> if boot.piped, do: guarded(origin), else: relay(leader) end)
    :erlang.register(:user, user)
    :user.start_standard_error()
    :erlang.group_leader(user, self())
    :lists.foreach(fn {key, value} -> if value == false, do: :os.unsetenv(key), else: :os.putenv(key, value) end, boot.env)
    Logger.start()
    settings(boot.args)

    if boot.name != :undefined do
      options = %{name_domain: boot.domain, hidden: :lists.member(~c"-hidden", boot.args)}
      options = with {:ok, cookie} <- argument(~c"-setcookie", boot.args), do: :maps.put(:cookie, :erlang.list_to_atom(cookie), options), else: (_ -> options)
      {:ok, _} = :net_kernel.boot(:erlang.list_to_atom(boot.name), options)
    end

    if boot.piped do
      :erlang.send(user, :started)
    else
      spawn(fn ->
        ref = :erlang.monitor(:process, origin)
        :erlang.send(origin, {:started, node()})

        receive do
          {:DOWN, ^ref, _, _, _} -> :erlang.halt()
        end
      end)
    end
  end

  defp argument(flag, [flag, value | _]), do: {:ok, value}
  defp argument(flag, [_ | rest]), do: argument(flag, rest)
  defp argument(_flag, []), do: :error

  # -application key value
  defp settings([[?- | app], key, value | rest]) when hd(key) != ?- and hd(value) != ?- do
    case {:erl_scan.string(value ++ ~c"."), app} do
      {{:ok, tokens, _}, app} when app not in [~c"setcookie", ~c"pa", ~c"pz"] ->
        with {:ok, term} <- :erl_parse.parse_term(tokens), do: :application.set_env(:erlang.list_to_atom(app), :erlang.list_to_atom(key), term)

      _ ->
        :ok
    end

    settings(rest)
  end

  defp settings([_ | rest]), do: settings(rest)
  defp settings([]), do: :ok

  # What is written goes to the group leader of who controls the node.
  defp relay(leader) do
    receive do
      message ->
        :erlang.send(leader, message)
        relay(leader)
    end
  end

  # Without it nobody would hear of the node any more.
  defp guarded(origin) do
    piped(origin, %{})
  catch
    _, _ -> :erlang.halt(1)
  end

  defp piped(origin, calls) do
    receive do
      :started ->
        pipe(origin, {:started, node()})
        piped(origin, calls)

      {:io_request, from, ref, request} ->
        pipe(origin, {:io_request, from, ref, request})
        piped(origin, calls)

      {:io_reply, from, ref, reply} ->
        :erlang.send(from, {:io_reply, ref, reply})
        piped(origin, calls)

      {:call, ref, mod, fun, args} ->
        own = self()
        {_, monitor} = spawn_monitor(fn -> :erlang.send(own, outcome(ref, mod, fun, args)) end)
        piped(origin, :maps.put(monitor, ref, calls))

      {:reply, _ref, _class, _value} = reply ->
        pipe(origin, reply)
        piped(origin, calls)

      {:DOWN, monitor, _, _, reason} ->
        {ref, calls} = :maps.take(monitor, calls)
        if reason != :normal, do: pipe(origin, {:reply, ref, :crash, reason})
        piped(origin, calls)

      {:cast, mod, fun, args} ->
        spawn(mod, fun, args)
        piped(origin, calls)

      {:message, to, message} ->
        :erlang.send(to, message)
        piped(origin, calls)

      _other ->
        piped(origin, calls)
    end
  end

  defp pipe(origin, message), do: :vivarium_node.pipe(origin, {:piped, self(), message})

  defp outcome(ref, mod, fun, args) do
    {:reply, ref, :ok, apply(mod, fun, args)}
  catch
    class, reason -> {:reply, ref, class, {reason, __STACKTRACE__}}
  end
end
