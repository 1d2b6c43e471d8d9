defmodule P do
  defstruct [:a]
end

defmodule Q do
  def f, do: %P{b: 1}
end
