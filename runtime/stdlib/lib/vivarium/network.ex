# The wires between the nodes of this machine, for programs that want to see what
# happens when one is slow or cut; on the stage the same is done by hand.
defmodule Vivarium.Network do
  # Cuts the wire between two nodes: their connection ends, what is under way is
  # lost, and they cannot be connected until it is mended.
  def cut(a \\ node(), b) when is_atom(a) and is_atom(b), do: :vivarium_node.cut(a, b)
  def heal(a \\ node(), b) when is_atom(a) and is_atom(b), do: :vivarium_node.heal(a, b)

  # How long a signal takes from now on, in milliseconds.
  def latency(a \\ node(), b, time) when is_atom(a) and is_atom(b) and is_number(time) and time >= 0,
    do: :vivarium_node.latency(a, b, round(time * 1000))

  # Ends another node as if its computer had lost its power.
  def kill(node) when is_atom(node) and node != node(), do: :vivarium_node.kill(node)
end
