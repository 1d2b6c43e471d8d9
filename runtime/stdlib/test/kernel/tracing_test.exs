defmodule Kernel.TracingTest do
  use ExUnit.Case, async: false

  def trace(event, env) do
    if pid = Process.whereis(__MODULE__), do: send(pid, {event, env.module})
    :ok
  end

  setup do
    Process.register(self(), __MODULE__)
    Code.put_compiler_option(:tracers, [__MODULE__])
    on_exit(fn -> Code.put_compiler_option(:tracers, []) end)
  end

  defp compile(code) do
    Code.compile_string(code)
  after
    :code.purge(TracingTest.Sample)
    :code.delete(TracingTest.Sample)
  end

  test "files and modules" do
    compile("defmodule TracingTest.Sample do\n  :ok\nend")
    assert_received {:start, nil}
    assert_received {:defmodule, TracingTest.Sample}
    assert_received {{:on_module, binary, :none}, TracingTest.Sample} when is_binary(binary)
    assert_received {:stop, nil}
  end

  test "aliases with their options, and captures of the module's functions" do
    compile("""
    alias Foo, as: Bar, warn: true
    Bar

    defmodule TracingTest.Sample do
      def f(x), do: x
      def g, do: &f/1
    end
    """)

    assert_received {{:alias, _, Foo, Bar, as: Bar, warn: true}, nil}
    assert_received {{:alias_expansion, _, Bar, Foo}, nil}
    assert_received {{:local_function, meta, :f, 1}, TracingTest.Sample}
    assert meta[:line] == 6
  end
end
