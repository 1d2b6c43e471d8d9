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
end
