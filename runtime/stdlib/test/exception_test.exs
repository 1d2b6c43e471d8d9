defmodule ExceptionTest do
  use ExUnit.Case, async: true

  defp blamed(fun) do
    try do
      fun.()
    catch
      :error, reason ->
        {exception, _} = Exception.blame(:error, reason, __STACKTRACE__)
        Exception.message(exception)
    end
  end

  test "calls on what is no module" do
    map = Process.get(:nothing, %{field: 1, fun: &self/0})
    number = Process.get(:nothing, 5)
    assert blamed(fn -> apply(map, :field, [1]) end) =~ "on a map/struct. If you are using Kernel"
    assert blamed(fn -> apply(map, :fun, [1]) end) =~ "the parenthesis: map.fun.()"
    assert blamed(fn -> number.name() end) =~ "you attempted to apply a function named :name on 5. "
    assert blamed(fn -> number.name(1) end) =~ "you attempted to apply a function on 5. Modules"
    assert blamed(fn -> :ets.insert(:no_such_table, 1) end) =~ "* 2nd argument: not a tuple"
    assert blamed(fn -> List.ends_with?([1], [1 | 2]) end) =~ "* 1st argument: not a list"
  end

  test "names of functions" do
    for {module, function, arity, text} <- [
          {Foo, :b@r, 1, ~S(Foo."b@r"/1)},
          {Foo, :Ólá, [1, 2], ~S|Foo."Ólá"(1, 2)|},
          {Foo, :ólá, 0, "Foo.ólá/0"},
          {Foo, :{}, 0, ~S(Foo."{}"/0)},
          {Foo, :++, 2, "Foo.++/2"},
          {Foo, :..//, 3, ~S(Foo."..//"/3)}
        ] do
      assert Exception.format_mfa(module, function, arity) == text
    end
  end

  test "reasons of exits" do
    for {reason, text} <- [
          {{:bad_call, :request}, "bad call: :request"},
          {{:bad_return, {Foo, :init, :foo}}, "Foo.init/1 returned a bad value: :foo"},
          {{:bad_start_spec, :x}, "bad child specification, invalid children: :x"},
          {{:start_spec, {:invalid_shutdown, :x}},
           "bad child specification, invalid shutdown: :x. Must be an integer >= 0, :infinity or :brutal_kill."},
          {{:supervisor_data, {:invalid_period, :x}},
           "bad supervisor configuration, invalid max_seconds (period): :x"},
          {{:shutdown, {:failed_to_start_child, Foo, {:EXIT, :x}}},
           "shutdown: failed to start child: Foo\n    ** (EXIT) :x"},
          {{{:bad_call, :x}, {GenServer, :call, [:a, :b]}},
           "exited in: GenServer.call(:a, :b)\n    ** (EXIT) bad call: :x"},
          {{:badarg, [{Foo, :bar, 1, []}]},
           "an exception was raised:\n    ** (ArgumentError) argument error\n        Foo.bar/1"}
        ] do
      assert Exception.format_exit(reason) == text
    end
  end

  test "what exceptions say of themselves" do
    error = %RuntimeError{message: "a"}
    assert Exception.format_error(error, []) == %{general: "a", reason: "#Elixir.RuntimeError"}

    assert Exception.message(%MissingApplicationsError{apps: [a: "~> 1.0"], description: "x"}) ==
             "x\n\nTo address this, include these applications as your dependencies:\n\n  {:a, \"~> 1.0\"}"

    assert blamed(fn -> JSON.encode!(<<"a", 255>>) end) =~ "invalid byte 16#FF at byte position 1"
  end

  describe "the clauses attempted" do
    defp attempted(module, function, args) do
      {:ok, kind, clauses} = Exception.blame_mfa(module, function, args)
      message = Exception.message(%FunctionClauseError{module: module, function: function, arity: length(args), args: args, kind: kind, clauses: clauses})
      [_, shown] = String.split(message, "Attempted function clauses ")
      shown
    end

    test "name each part that did not match" do
      assert attempted(List, :first, [:a, nil]) ==
               "(showing 2 out of 2):\n\n    def first(-[]-, default)\n    def first(-[head | _]-, _default)\n"

      assert attempted(String, :at, [1, 0]) == """
             (showing 2 out of 2):

                 def at(string, position) when -is_binary(string)- and is_integer(position) and position >= 0
                 def at(string, position) when -is_binary(string)- and is_integer(position) and -position < 0-
             """
    end

    test "are there for structs, ranges, either-or guards and macros" do
      assert attempted(Regex, :run, ["a", "b", []]) =~ "def run(-%Regex{"
      assert attempted(Process, :sleep, [:a]) =~ "when -is_integer(timeout)- and timeout >= 0 when -timeout == :infinity-"
      assert attempted(Integer, :parse, [:a, 10]) =~ "when -not (is_integer(base) and (base >= 2 and base <= 36))-"
      assert {:ok, :defmacro, [_ | _]} = Exception.blame_mfa(Kernel, :sigil_S, [1, 2])
    end

    test "see the values bound before" do
      assert attempted(Enum, :chunk_every, [[1], 0, 0, []]) =~ "and -count > 0- and is_integer(step) and -step > 0-"
    end

    test "are not kept for modules in memory" do
      assert Exception.blame_mfa(__MODULE__, :attempted, [1, 2, 3]) == :error
      assert Exception.blame_mfa(:lists, :nth, [1, 2]) == :error
    end
  end

  defmodule Greeter do
    @callback greet(term) :: term
    @callback wave() :: term
    @optional_callbacks wave: 0
  end

  test "a callback that is missing, unless it is optional" do
    Code.with_diagnostics(fn ->
      defmodule Silent do
        @behaviour Greeter
      end
    end)

    assert blamed(fn -> apply(__MODULE__.Silent, :greet, [1]) end) =~ "but the behaviour ExceptionTest.Greeter expects it to be present"
    refute blamed(fn -> apply(__MODULE__.Silent, :wave, []) end) =~ "expects it to be present"
  end
end
