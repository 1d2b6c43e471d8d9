# The older calls of functions on other nodes, over :erpc. Behaviour: the manual
# page of OTP's rpc. What is asked of its server, :rex, by name works too.
defmodule :rpc do
  @behaviour :gen_server

  defguardp is_timeout(time) when time == :infinity or (is_integer(time) and time >= 0)

  def call(node, mod, fun, args), do: call(node, mod, fun, args, :infinity)

  def call(node, mod, fun, args, timeout) when is_atom(node) and is_atom(mod) and is_atom(fun) and is_list(args) and is_timeout(timeout),
    do: result(fn -> :erpc.call(node, mod, fun, args, timeout) end)

  def block_call(node, mod, fun, args), do: block_call(node, mod, fun, args, :infinity)

  def block_call(node, mod, fun, args, timeout) when is_atom(node) and is_atom(mod) and is_atom(fun) and is_list(args) and is_timeout(timeout),
    do: server_ask(node, {:block_call, mod, fun, args, :erlang.group_leader()}, timeout)

  defp server_ask(node, request, timeout) do
    :gen_server.call({:rex, node}, request, timeout)
  catch
    :exit, {{:nodedown, _}, _} -> {:badrpc, :nodedown}
    :exit, {:timeout, _} -> {:badrpc, :timeout}
    :exit, reason -> exit(reason)
  end

  # Outcomes of erpc in the words of rpc.
  defp result(get) do
    get.()
  catch
    :throw, {:EXIT, _} = thrown -> {:badrpc, thrown}
    :throw, value -> value
    :exit, {:exception, reason} -> {:badrpc, {:EXIT, reason}}
    :exit, {:signal, reason} -> {:badrpc, {:EXIT, reason}}
    :error, {:exception, reason, stack} -> {:badrpc, {:EXIT, {reason, stack}}}
    :error, {:erpc, :noconnection} -> {:badrpc, :nodedown}
    :error, {:erpc, reason} -> {:badrpc, reason}
  else
    {:EXIT, _} = exit -> {:badrpc, exit}
    value -> value
  end

  def cast(node, mod, fun, args) when is_atom(node) and is_atom(mod) and is_atom(fun) and is_list(args) do
    :erpc.cast(node, mod, fun, args)
    true
  end

  def multicall(mod, fun, args), do: multicall([node() | :erlang.nodes()], mod, fun, args)
  def multicall(nodes, mod, fun, args) when is_list(nodes) and is_atom(mod), do: multicall(nodes, mod, fun, args, :infinity)
  def multicall(mod, fun, args, timeout) when is_atom(mod) and is_timeout(timeout), do: multicall([node() | :erlang.nodes()], mod, fun, args, timeout)

  def multicall(nodes, mod, fun, args, timeout) when is_list(nodes) and is_atom(mod) and is_atom(fun) and is_list(args) and is_timeout(timeout) do
    outcomes = :lists.zip(nodes, :erpc.multicall(nodes, mod, fun, args, timeout))
    {down, up} = :lists.partition(&match?({_, {:error, {:erpc, reason}}} when reason in [:noconnection, :timeout], &1), outcomes)
    {:lists.map(fn {_, outcome} -> result(fn -> again(outcome) end) end, up), :lists.map(&elem(&1, 0), down)}
  end

  defp again({:ok, value}), do: value
  defp again({class, reason}), do: :erlang.raise(class, reason, [])

  # Answers that are fetched later.

  def async_call(node, mod, fun, args) when is_atom(node) and is_atom(mod) and is_atom(fun) and is_list(args),
    do: :erpc.send_request(node, mod, fun, args)

  def yield(key), do: result(fn -> :erpc.receive_response(key) end)

  def nb_yield(key), do: nb_yield(key, 0)

  def nb_yield(key, timeout) when is_timeout(timeout) do
    case result(fn -> :erpc.wait_response(key, timeout) end) do
      :no_response -> :timeout
      {:response, {:EXIT, _} = exit} -> {:value, {:badrpc, exit}}
      {:response, value} -> {:value, value}
      failed -> {:value, failed}
    end
  end

  # Messages to a name on many nodes.

  def abcast(name, message), do: abcast([node() | :erlang.nodes()], name, message)

  def abcast(nodes, name, message) when is_list(nodes) and is_atom(name) do
    :lists.foreach(&:erlang.send({name, &1}, message), nodes)
    :abcast
  end

  def sbcast(name, message), do: sbcast([node() | :erlang.nodes()], name, message)

  # Tells the nodes on which somebody has the name from the others.
  def sbcast(nodes, name, message) when is_list(nodes) and is_atom(name) do
    outcomes = :lists.zip(nodes, :erpc.multicall(nodes, :rpc, :send_to, [name, message]))
    {good, bad} = :lists.partition(&match?({_, {:ok, true}}, &1), outcomes)
    {:lists.map(&elem(&1, 0), good), :lists.map(&elem(&1, 0), bad)}
  end

  def send_to(name, message) do
    case :erlang.whereis(name) do
      :undefined ->
        false

      pid ->
        send(pid, message)
        true
    end
  end

  def eval_everywhere(mod, fun, args), do: eval_everywhere([node() | :erlang.nodes()], mod, fun, args)

  def eval_everywhere(nodes, mod, fun, args) do
    :erpc.multicast(nodes, mod, fun, args)
    :abcast
  end

  # Servers that answer {ReplyWrapper, node, reply}.

  def server_call(node, name, wrapper, message) when is_atom(node) and is_atom(name) do
    if node == node() and :erlang.whereis(name) == :undefined do
      {:error, :nodedown}
    else
      ref = :erlang.monitor(:process, {name, node})
      send({name, node}, {self(), message})

      receive do
        {:DOWN, ^ref, _, _, _} ->
          {:error, :nodedown}

        {^wrapper, ^node, reply} ->
          :erlang.demonitor(ref, [:flush])
          reply
      end
    end
  end

  def multi_server_call(name, message), do: multi_server_call([node() | :erlang.nodes()], name, message)

  def multi_server_call(nodes, name, message) when is_list(nodes) and is_atom(name) do
    {replies, bad} =
      :lists.foldl(
        fn {node, ref}, {replies, bad} ->
          receive do
            {:DOWN, ^ref, _, _, _} ->
              {replies, [node | bad]}

            {^name, ^node, reply} ->
              :erlang.demonitor(ref, [:flush])
              {[reply | replies], bad}
          end
        end,
        {[], []},
        :lists.map(
          fn node ->
            ref = :erlang.monitor(:process, {name, node})
            send({name, node}, {self(), message})
            {node, ref}
          end,
          nodes
        )
      )

    {:lists.reverse(replies), :lists.reverse(bad)}
  end

  # Work shared out among the nodes.

  def parallel_eval(calls) do
    nodes = [node() | :erlang.nodes()]

    keys =
      :lists.map(
        fn {{mod, fun, args}, i} -> async_call(:lists.nth(rem(i, length(nodes)) + 1, nodes), mod, fun, args) end,
        :lists.zip(calls, :lists.seq(0, length(calls) - 1))
      )

    :lists.map(&yield/1, keys)
  end

  def pmap({mod, fun}, extra, list) do
    results = parallel_eval(:lists.map(&{mod, fun, [&1 | extra]}, list))
    if :lists.any(&match?({:badrpc, _}, &1), results), do: exit(:badrpc), else: results
  end

  def pinfo(pid) when node(pid) == node(), do: :erlang.process_info(pid)
  def pinfo(pid), do: call(node(pid), :erlang, :process_info, [pid])
  def pinfo(pid, item) when node(pid) == node(), do: :erlang.process_info(pid, item)
  def pinfo(pid, item), do: call(node(pid), :erlang, :process_info, [pid, item])

  # The server, one on each node of a network.

  def start, do: :gen_server.start({:local, :rex}, :rpc, [], [])

  def init([]) do
    :vivarium_trace.role(:system, :rex)
    {:ok, %{}}
  end

  def handle_call({:call, mod, fun, args, leader}, from, state) do
    spawn(fn -> :gen_server.reply(from, apply_as(leader, mod, fun, args)) end)
    {:noreply, state}
  end

  def handle_call({:block_call, mod, fun, args, leader}, _from, state) do
    own = :erlang.group_leader()
    reply = apply_as(leader, mod, fun, args)
    :erlang.group_leader(own, self())
    {:reply, reply, state}
  end

  def handle_call(:stop, _from, state), do: {:stop, :normal, :stopped, state}
  def handle_call(_request, _from, state), do: {:noreply, state}

  def handle_cast({:cast, mod, fun, args, leader}, state) do
    spawn(fn -> apply_as(leader, mod, fun, args) end)
    {:noreply, state}
  end

  def handle_cast(_request, state), do: {:noreply, state}

  # In the words of those who do not know of gen_server.
  def handle_info({from, {:sbcast, name, message}}, state) do
    send(from, {:rex, node(), if(send_to(name, message), do: name, else: {:nonexisting_name, name})})
    {:noreply, state}
  end

  def handle_info({from, {:call, mod, fun, args, leader}}, state) do
    spawn(fn -> send(from, {:rex, apply_as(leader, mod, fun, args)}) end)
    {:noreply, state}
  end

  def handle_info({from, {:features_request, _features}}, state) do
    send(from, {:features_reply, node(), []})
    {:noreply, state}
  end

  def handle_info(_message, state), do: {:noreply, state}

  defp apply_as(leader, mod, fun, args) do
    :erlang.group_leader(leader, self())
    result(fn -> :erpc.call(node(), mod, fun, args) end)
  end
end
