# Calls on other nodes, of which there are none, and on this one. Behaviour: the
# manual pages of OTP's rpc and erpc.
defmodule :rpc do
  def call(node, mod, fun, args), do: call(node, mod, fun, args, :infinity)

  def call(node, mod, fun, args, timeout) do
    case :erpc.call(node, mod, fun, args, timeout) do
      {:EXIT, _} = exit -> {:badrpc, exit}
      {:badrpc, _} = bad -> bad
      result -> result
    end
  catch
    :throw, value -> value
    :exit, {:exception, reason} -> {:badrpc, {:EXIT, reason}}
    :error, {:exception, reason, stack} -> {:badrpc, {:EXIT, {reason, stack}}}
    :error, {:erpc, :noconnection} -> {:badrpc, :nodedown}
    :error, {:erpc, reason} -> {:badrpc, reason}
  end

  def block_call(node, mod, fun, args), do: call(node, mod, fun, args, :infinity)
  def block_call(node, mod, fun, args, timeout), do: call(node, mod, fun, args, timeout)

  def cast(node, mod, fun, args) do
    :erpc.cast(node, mod, fun, args)
    true
  end

  def multicall(mod, fun, args), do: multicall([node() | :erlang.nodes()], mod, fun, args)
  def multicall(nodes, mod, fun, args) when is_list(nodes), do: multicall(nodes, mod, fun, args, :infinity)
  def multicall(mod, fun, args, timeout), do: multicall([node() | :erlang.nodes()], mod, fun, args, timeout)

  def multicall(nodes, mod, fun, args, timeout) do
    results = :lists.map(&{&1, call(&1, mod, fun, args, timeout)}, nodes)
    {down, up} = :lists.partition(&match?({_, {:badrpc, :nodedown}}, &1), results)
    {:lists.map(&elem(&1, 1), up), :lists.map(&elem(&1, 0), down)}
  end

  def eval_everywhere(mod, fun, args), do: eval_everywhere([node() | :erlang.nodes()], mod, fun, args)

  def eval_everywhere(nodes, mod, fun, args) do
    :lists.foreach(&:gen_server.cast({:rex, &1}, {:cast, mod, fun, args, :erlang.group_leader()}), nodes)
    :abcast
  end

  def async_call(node, mod, fun, args) do
    parent = self()
    spawn(fn -> send(parent, {self(), {:promise_reply, call(node, mod, fun, args)}}) end)
  end

  def yield(key), do: elem(nb_yield(key, :infinity), 1)
  def nb_yield(key), do: nb_yield(key, 0)

  def nb_yield(key, timeout) do
    receive do
      {^key, {:promise_reply, result}} -> {:value, result}
    after
      timeout -> :timeout
    end
  end

  def pmap({mod, fun}, extra, list), do: :lists.map(&apply(mod, fun, [&1 | extra]), list)
end

defmodule :erpc do
  def call(node, fun), do: call(node, fun, :infinity)
  def call(node, fun, timeout) when is_function(fun, 0), do: call(node, :erlang, :apply, [fun, []], timeout)
  def call(node, mod, fun, args), do: call(node, mod, fun, args, :infinity)

  # In a process of its own, whose end tells how it went.
  def call(node, mod, fun, args, timeout) do
    if node != node(), do: :erlang.error({:erpc, :noconnection})

    {pid, ref} =
      spawn_monitor(fn ->
        exit(
          try do
            {__MODULE__, :return, apply(mod, fun, args)}
          catch
            :throw, value -> {__MODULE__, :throw, value}
            :exit, reason -> {__MODULE__, :exit, reason}
            :error, reason -> {__MODULE__, :error, reason, below(__STACKTRACE__)}
          end
        )
      end)

    receive do
      {:DOWN, ^ref, _, _, {__MODULE__, :return, value}} -> value
      {:DOWN, ^ref, _, _, {__MODULE__, :throw, value}} -> throw(value)
      {:DOWN, ^ref, _, _, {__MODULE__, :exit, reason}} -> exit({:exception, reason})
      {:DOWN, ^ref, _, _, {__MODULE__, :error, reason, stack}} -> :erlang.error({:exception, reason, stack})
      {:DOWN, ^ref, _, _, reason} -> exit({:signal, reason})
    after
      timeout ->
        :erlang.exit(pid, :kill)
        :erlang.demonitor(ref, [:flush])
        :erlang.error({:erpc, :timeout})
    end
  end

  defp below(stack), do: :lists.takewhile(fn frame -> elem(frame, 0) != __MODULE__ end, stack)

  def cast(node, fun), do: cast(node, :erlang, :apply, [fun, []])

  def cast(node, mod, fun, args) do
    if node == node(), do: spawn(mod, fun, args)
    :ok
  end

  def multicall(nodes, fun), do: multicall(nodes, :erlang, :apply, [fun, []], :infinity)
  def multicall(nodes, fun, timeout) when is_function(fun, 0), do: multicall(nodes, :erlang, :apply, [fun, []], timeout)
  def multicall(nodes, mod, fun, args), do: multicall(nodes, mod, fun, args, :infinity)

  def multicall(nodes, mod, fun, args, timeout) do
    :lists.map(
      fn node ->
        try do
          {:ok, call(node, mod, fun, args, timeout)}
        catch
          :error, {:exception, reason, stack} -> {:error, {:exception, reason, stack}}
          class, reason -> {class, reason}
        end
      end,
      nodes
    )
  end

  def multicast(nodes, fun), do: :lists.foreach(&cast(&1, fun), nodes)
  def multicast(nodes, mod, fun, args), do: :lists.foreach(&cast(&1, mod, fun, args), nodes)
end

# This node cannot become part of a network.
defmodule :net_kernel do
  def connect_node(node), do: if(node == node(), do: true, else: :ignored)
  def disconnect(_node), do: :ignored
  def nodename, do: :ignored
  def get_state, do: %{started: :no}
  def allow(_nodes), do: :ignored
  def monitor_nodes(flag) when is_boolean(flag), do: :ok
  def monitor_nodes(flag, _opts) when is_boolean(flag), do: :ok
  def get_net_ticktime, do: :ignored
  def set_net_ticktime(_time), do: :ignored
  def start(name, _opts), do: not_allowed(name)
  def start([name | _]), do: not_allowed(name)
  def stop, do: {:error, :not_found}

  # As where no port mapper can be reached.
  defp not_allowed(_name), do: {:error, {{:shutdown, {:failed_to_start_child, :net_kernel, {:EXIT, :nodistribution}}}, :undefined}}
end

defmodule :net_adm do
  def ping(node) when is_atom(node), do: if(node == node() and :erlang.is_alive(), do: :pong, else: :pang)
  def names, do: {:error, :address}
  def localhost, do: ~c"localhost"
end
