defmodule IoLibFormatTest do
  use ExUnit.Case, async: true

  test "fwrite_g/1 writes the shortest digits that read back" do
    assert :io_lib_format.fwrite_g(0.1) == ~c"0.1"
    assert :io_lib_format.fwrite_g(1.0e22) == ~c"1.0e22"
    assert :io_lib_format.fwrite_g(-123_456.5) == ~c"-123456.5"
    assert :io_lib_format.fwrite_g(5.0e-324) == ~c"5.0e-324"
  end
end
