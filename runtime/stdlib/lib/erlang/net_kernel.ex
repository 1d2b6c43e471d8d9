# A node's part in the network of nodes. Behaviour: the manual page of OTP's
# net_kernel. The machine itself makes connections and carries signals; this
# gives the node its name and keeps the process that others look for.
defmodule :net_kernel do
  @behaviour :gen_server

  # name: what it is to be called, :"name@host" or :name, to which the host is
  # added. Options: name_domain, hidden, net_ticktime, net_tickintensity, dist_listen.
  def start(name, options) when is_atom(name) and is_map(options), do: start_named(name, options, false)
  def start(name, options), do: :erlang.error(:invalid_name, [name, options])

  def start([name]) when is_atom(name), do: start(name, %{name_domain: :longnames})
  def start([name, domain]) when is_atom(name) and domain in [:shortnames, :longnames], do: start(name, %{name_domain: domain})
  def start([name, domain, _tick]) when is_atom(name), do: start([name, domain])

  # At the start of a node; such a name stays.
  def boot(name, options), do: start_named(name, options, true)

  defp start_named(name, options, boot) do
    check_options(options)

    case :erlang.whereis(:net_kernel) do
      :undefined ->
        domain = :maps.get(:name_domain, options, :longnames)
        hidden = :maps.get(:hidden, options, false)

        with {:ok, full} <- full_name(name, domain),
             true <- :vivarium_node.listen(full, :maps.get(:cookie, options, :vivarium), hidden) do
          settings = %{domain: domain, type: type(name), boot: boot, tick: :maps.get(:net_ticktime, options, 60)}
          {:ok, pid} = :gen_server.start({:local, :net_kernel}, :net_kernel, settings, [])
          :global.start()
          :rpc.start()
          {:ok, pid}
        else
          {:error, message} ->
            :logger.notice(message, [])
            not_started(name)

          false ->
            :logger.notice(~c"Protocol ~tp: the name ~ts seems to be in use by another Erlang node", [~c"inet_tcp", :erlang.atom_to_list(name)])
            not_started(name)
        end

      pid ->
        {:error, {:already_started, pid}}
    end
  end

  defp check_options(options) do
    :maps.foreach(
      fn
        :name_domain, domain when domain in [:shortnames, :longnames] -> :ok
        :hidden, flag when is_boolean(flag) -> :ok
        :dist_listen, flag when is_boolean(flag) -> :ok
        :net_ticktime, time when is_integer(time) and time > 0 -> :ok
        :net_tickintensity, n when is_integer(n) and n in 4..1000 -> :ok
        :cookie, cookie when is_atom(cookie) -> :ok
        key, value -> :erlang.error({:badarg, [{key, value}]})
      end,
      options
    )
  catch
    :error, {:badarg, _} -> :erlang.error(:badarg)
  end

  defp type(:undefined), do: :dynamic
  defp type(_name), do: :static

  defp full_name(name, domain) do
    case :string.split(:erlang.atom_to_list(name), ~c"@") do
      [_, host] when host != [] ->
        if domain == :shortnames and :lists.member(?., host),
          do: {:error, ~c"Can't set short node name!\nPlease check your configuration\n"},
          else: {:ok, name}

      [own] when domain == :shortnames ->
        {:ok, :erlang.list_to_atom(own ++ ~c"@" ++ :net_adm.localhost())}

      _ ->
        {:error, ~c"Can't set long node name!\nPlease check your configuration\n"}
    end
  end

  # As OTP reports it.
  defp not_started(name) do
    child =
      {:child, :undefined, :net_sup_dynamic,
       {:erl_distribution, :start_link, [%{name: name, supervisor: :net_sup_dynamic, clean_halt: false}]}, :permanent, false, 1000,
       :supervisor, [:erl_distribution]}

    {:error, {{:shutdown, {:failed_to_start_child, :net_kernel, {:EXIT, :nodistribution}}}, child}}
  end

  def stop do
    case get_state() do
      %{started: :no} ->
        {:error, :not_found}

      %{started: :static} ->
        {:error, :not_allowed}

      _ ->
        :vivarium_node.stop_listening()
        :gen_server.stop(:net_kernel)
        :global.stop()
        :gen_server.call(:rex, :stop)
        :ok
    end
  end

  def get_state do
    case settings() do
      nil ->
        %{started: :no}

      settings ->
        %{
          started: if(settings.boot, do: :static, else: :dynamic),
          name_type: settings.type,
          name: node(),
          name_domain: settings.domain
        }
    end
  end

  def longnames do
    case settings() do
      nil -> :ignored
      settings -> settings.domain == :longnames
    end
  end

  def nodename, do: if(:erlang.is_alive(), do: node(), else: :ignored)
  def get_net_ticktime, do: with(%{tick: tick} <- settings(), do: tick, else: (_ -> :ignored))
  def set_net_ticktime(time), do: set_net_ticktime(time, 60)

  def set_net_ticktime(time, _transition) when is_integer(time) and time > 0 do
    case settings() do
      nil ->
        :ignored

      %{tick: ^time} ->
        :unchanged

      _ ->
        :gen_server.call(:net_kernel, {:ticktime, time})
        :change_initiated
    end
  end

  # The network can be asked for without its process: the answer is the same
  # for all who ask.
  defp settings, do: :persistent_term.get({:net_kernel, :settings}, nil)

  def connect_node(node) when is_atom(node) do
    cond do
      not :erlang.is_alive() -> :ignored
      allowed?(node) -> :vivarium_node.connect(node)
      true -> false
    end
  end

  def hidden_connect_node(node), do: connect_node(node)
  def disconnect(node), do: :erlang.disconnect_node(node)

  # Only nodes that were allowed may be connected with; without a call, all.
  def allow(nodes) when is_list(nodes) do
    cond do
      not :lists.all(&is_atom/1, nodes) -> :error
      settings() == nil -> :ignored
      true -> :gen_server.call(:net_kernel, {:allow, nodes})
    end
  end

  def allowed, do: with(%{allowed: nodes} <- settings(), do: {:ok, nodes}, else: (_ -> {:ok, []}))

  defp allowed?(node) do
    case settings() do
      %{allowed: nodes} -> node == node() or :lists.member(node, nodes)
      _ -> true
    end
  end

  def monitor_nodes(flag), do: monitor(:monitor_nodes, flag)
  def monitor_nodes(flag, options), do: monitor({:monitor_nodes, options}, flag)

  defp monitor(what, flag) do
    :erlang.process_flag(what, flag)
    :ok
  catch
    :error, :badarg -> :error
  end

  def init(settings) do
    :vivarium_trace.role(:system, :net_kernel)
    :erlang.process_flag(:trap_exit, true)
    :persistent_term.put({:net_kernel, :settings}, settings)
    {:ok, settings}
  end

  def handle_call({:allow, nodes}, _from, settings) do
    known = :maps.get(:allowed, settings, [])
    {:reply, :ok, changed(:maps.put(:allowed, known ++ (nodes -- known), settings))}
  end

  def handle_call({:ticktime, time}, _from, settings), do: {:reply, :ok, changed(%{settings | tick: time})}

  # net_adm's ping is this call.
  def handle_call({:is_auth, _node}, _from, settings), do: {:reply, :yes, settings}
  def handle_call(_request, _from, settings), do: {:reply, :error, settings}

  defp changed(settings) do
    :persistent_term.put({:net_kernel, :settings}, settings)
    settings
  end

  def handle_cast(_request, settings), do: {:noreply, settings}
  def handle_info(_message, settings), do: {:noreply, settings}

  def terminate(_reason, _settings), do: :persistent_term.erase({:net_kernel, :settings})
end

# What a network's hosts tell: all nodes of the machine are on one.
defmodule :net_adm do
  def ping(node) when is_atom(node) do
    :gen_server.call({:net_kernel, node}, {:is_auth, node()}, :infinity)
  catch
    _, _ -> :pang
  else
    :yes -> :pong
    _ -> :pang
  end

  def localhost, do: ~c"vivarium"

  # The port mapper knows every node of the network; a port is its place in the list.
  def names do
    own = :lists.map(&hd(:string.split(:erlang.atom_to_list(&1), ~c"@")), :vivarium_node.names())
    {:ok, :lists.zip(own, :lists.seq(1, length(own)))}
  end

  def names(_host), do: names()

  def world, do: :lists.filter(&(&1 == node() or ping(&1) == :pong), :vivarium_node.names())
  def world(_verbosity), do: world()
  def world_list(_hosts), do: world()
  def world_list(_hosts, _verbosity), do: world()
  def dns_hostname(host), do: {:ok, :lists.flatten(:io_lib.format(~c"~ts", [host]))}
  def host_file, do: {:error, :enoent}
end

# Spawning on another node: the machine's answer to spawn/2,4 and the like for a
# node that is not the caller's. The process is asked for, and the answer awaited.
# On a node that cannot be reached nothing starts; a process of the caller's own
# node stands in for it, and fails.
defmodule :vivarium_spawn do
  def spawn(node, fun), do: spawn_opt(node, fun, [])
  def spawn(node, mod, fun, args), do: spawn_opt(node, mod, fun, args, [])
  def spawn_link(node, fun), do: spawn_opt(node, fun, [:link])
  def spawn_link(node, mod, fun, args), do: spawn_opt(node, mod, fun, args, [:link])
  def spawn_monitor(node, fun), do: spawn_opt(node, fun, [:monitor])
  def spawn_monitor(node, mod, fun, args), do: spawn_opt(node, mod, fun, args, [:monitor])
  def spawn_opt(node, fun, opts) when is_function(fun, 0), do: spawn_opt(node, :erlang, :apply, [fun, []], opts)
  def spawn_opt(_node, _fun, _opts), do: :erlang.error(:badarg)

  def spawn_opt(node, mod, fun, args, opts) do
    ref = :erlang.spawn_request(node, mod, fun, args, opts)

    receive do
      {:spawn_reply, ^ref, :ok, pid} ->
        if monitored?(opts), do: {pid, ref}, else: pid

      {:spawn_reply, ^ref, :error, :badopt} ->
        :erlang.error(:badarg)

      {:spawn_reply, ^ref, :error, :noconnection} ->
        :erlang.spawn_opt(:vivarium_spawn, :crash, [node, mod, fun, args, opts], opts)

      {:spawn_reply, ^ref, :error, reason} ->
        :erlang.error(reason)
    end
  end

  defp monitored?(opts), do: :lists.any(&(&1 == :monitor or match?({:monitor, _}, &1)), opts)

  def crash(node, mod, fun, args, []) do
    :logger.warning(~c"** Can not start ~w:~w,~w on ~w **~n", [mod, fun, args, node])
    exit(:noconnection)
  end

  def crash(node, mod, fun, args, opts) do
    :logger.warning(~c"** Can not start ~w:~w,~w (~w) on ~w **~n", [mod, fun, args, opts, node])
    exit(:noconnection)
  end
end
