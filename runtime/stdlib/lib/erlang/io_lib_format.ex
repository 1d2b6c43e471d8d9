# What programs call of io_lib's inner module: libraries for JSON and decimals
# write floats with it. Formats themselves are built-in, see :io_lib.
defmodule :io_lib_format do
  # The shortest digits that read back as the same float.
  def fwrite_g(float), do: :erlang.float_to_list(float, [:short])
end
