defmodule A do
  def f(unused), do: 1
  def g, do: Enum.mapp([1], & &1)
  @impl true
  def h, do: B.nothing()
end

A.g()
