# This node, which is alone: there is no distribution. Behaviour: Elixir's Node.
defmodule Node do
  @type t :: node

  def self, do: :erlang.node()
  def alive?, do: :erlang.is_alive()
  def list, do: :erlang.nodes()
  def list(args), do: :erlang.nodes(args)
  def monitor(node, flag), do: :erlang.monitor_node(node, flag)
  def monitor(node, flag, options), do: :erlang.monitor_node(node, flag, options)
  def ping(node), do: if(node == :erlang.node(), do: :pong, else: :pang)
  def connect(node), do: if(node == :erlang.node(), do: true, else: :ignored)
  def disconnect(_node), do: :ignored
  def get_cookie, do: :erlang.get_cookie()
  def set_cookie(node \\ Node.self(), cookie) when is_atom(cookie), do: :erlang.set_cookie(node, cookie)

  def spawn(node, fun) when node == :erlang.node(), do: Kernel.spawn(fun)
  def spawn(node, fun, opts) when node == :erlang.node(), do: :erlang.spawn_opt(fun, opts)
  def spawn(node, module, fun, args) when node == :erlang.node(), do: Kernel.spawn(module, fun, args)
  def spawn(node, module, fun, args, opts) when node == :erlang.node(), do: :erlang.spawn_opt(module, fun, args, opts)
  def spawn_link(node, fun) when node == :erlang.node(), do: Kernel.spawn_link(fun)
  def spawn_link(node, module, fun, args) when node == :erlang.node(), do: Kernel.spawn_link(module, fun, args)
  def spawn_monitor(node, fun) when node == :erlang.node(), do: Kernel.spawn_monitor(fun)
  def spawn_monitor(node, module, fun, args) when node == :erlang.node(), do: Kernel.spawn_monitor(module, fun, args)
end
