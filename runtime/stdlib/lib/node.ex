# The nodes of the machine. Behaviour: Elixir's Node.
defmodule Node do
  @type t :: node

  def self, do: :erlang.node()
  def alive?, do: :erlang.is_alive()
  def list, do: :erlang.nodes()
  def list(args), do: :erlang.nodes(args)
  def monitor(node, flag), do: :erlang.monitor_node(node, flag)
  def monitor(node, flag, options), do: :erlang.monitor_node(node, flag, options)
  def ping(node) when is_atom(node), do: :net_adm.ping(node)
  def connect(node) when is_atom(node), do: :net_kernel.connect_node(node)
  def disconnect(node) when is_atom(node), do: :net_kernel.disconnect(node)

  def start(name, type_or_opts \\ [])

  def start(name, opts) when is_list(opts), do: :net_kernel.start(name, :maps.from_list(opts))
  def start(name, type) when is_atom(type), do: start(name, type, 15_000)
  def start(name, type, tick_time), do: :net_kernel.start([name, type, tick_time])

  def stop, do: :net_kernel.stop()
  def get_cookie, do: :erlang.get_cookie()
  def set_cookie(node \\ Node.self(), cookie) when is_atom(cookie), do: :erlang.set_cookie(node, cookie)

  def spawn(node, fun), do: :erlang.spawn(node, fun)
  def spawn(node, fun, opts), do: :erlang.spawn_opt(node, fun, opts)
  def spawn(node, module, fun, args), do: :erlang.spawn(node, module, fun, args)
  def spawn(node, module, fun, args, opts), do: :erlang.spawn_opt(node, module, fun, args, opts)
  def spawn_link(node, fun), do: :erlang.spawn_link(node, fun)
  def spawn_link(node, module, fun, args), do: :erlang.spawn_link(node, module, fun, args)
  def spawn_monitor(node, fun), do: :erlang.spawn_monitor(node, fun)
  def spawn_monitor(node, module, fun, args), do: :erlang.spawn_monitor(node, module, fun, args)
end
