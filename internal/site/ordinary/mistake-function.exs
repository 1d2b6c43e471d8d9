defmodule A do
  def f(x), do: g(x)
end
