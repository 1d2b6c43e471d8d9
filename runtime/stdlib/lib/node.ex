# This node, which is alone: there is no distribution. Behaviour: Elixir's Node.
defmodule Node do
  @type t :: node

  def self, do: :erlang.node()
  def alive?, do: :erlang.is_alive()
  def list, do: :erlang.nodes()
  def list(args), do: :erlang.nodes(args)
  def monitor(node, flag) when is_atom(node), do: :erlang.monitor_node(node, flag)
  def monitor(node, flag, options) when is_atom(node), do: :erlang.monitor_node(node, flag, options)
  def ping(node) when is_atom(node), do: :net_adm.ping(node)
  def connect(node) when is_atom(node), do: :net_kernel.connect_node(node)
  def disconnect(node) when is_atom(node), do: :net_kernel.disconnect(node)
  def start(name, opts \\ []) when is_atom(name), do: :net_kernel.start(name, opts)
  def start(name, type, tick_time), do: :net_kernel.start([name, type, tick_time])
  def stop, do: :net_kernel.stop()
  def get_cookie, do: :erlang.get_cookie()
  def set_cookie(node \\ Node.self(), cookie) when is_atom(cookie), do: :erlang.set_cookie(node, cookie)

  def spawn(node, fun), do: run(node, {:erlang, :apply, [fun, []]}, [fun, []])
  def spawn(node, fun, opts), do: run(node, {:erlang, :apply, [fun, []]}, [fun, opts])
  def spawn(node, module, fun, args), do: run(node, {module, fun, args}, [module, fun, args, []])
  def spawn(node, module, fun, args, opts), do: run(node, {module, fun, args}, [module, fun, args, opts])
  def spawn_link(node, fun), do: Node.spawn(node, fun, [:link])
  def spawn_link(node, module, fun, args), do: Node.spawn(node, module, fun, args, [:link])
  def spawn_monitor(node, fun), do: Node.spawn(node, fun, [:monitor])
  def spawn_monitor(node, module, fun, args), do: Node.spawn(node, module, fun, args, [:monitor])

  # On a node that is not there nothing starts; whoever is linked learns of it.
  defp run(node, {module, fun, args}, call) do
    if node == :erlang.node() do
      apply(:erlang, :spawn_opt, call)
    else
      :logger.warning(~c"** Can not start ~w:~w,~w on ~w **~n", [module, fun, args, node])
      :erlang.spawn_opt(fn -> exit(:noconnection) end, List.last(call))
    end
  end
end
