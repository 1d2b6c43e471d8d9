defmodule Macro.EnvFunctionsTest do
  use ExUnit.Case, async: true

  alias Macro.Env

  test "what a directive does to an environment" do
    assert {:ok, env} = Env.define_alias(__ENV__, [line: 1], Foo.Bar, as: Baz)
    assert {Baz, Foo.Bar} in env.aliases
    assert {:error, message} = Env.define_alias(__ENV__, [line: 1], Foo.Bar, as: Some.Nested)
    assert message =~ "expected a simple alias, got nested alias: Some.Nested"

    assert {:ok, env} = Env.define_require(__ENV__, [line: 1], Integer)
    assert Env.required?(env, Integer)

    assert {:ok, env} = Env.define_import(__ENV__, [line: 1], List, only: [flatten: 1])
    assert [{:function, List}] = Env.lookup_import(env, {:flatten, 1})
    assert {:error, _} = Env.define_import(__ENV__, [line: 1], List, only: :unknown)
  end

  test "what a name means" do
    assert {:alias, Macro.Env} = Env.expand_alias(__ENV__, [line: 1], [:Env])
    assert Env.expand_alias(__ENV__, [line: 1], [:NoSuch]) == :error
    assert {:error, :not_found} = Env.expand_import(__ENV__, [line: 1], :nothing, 1)
    assert {:function, Kernel, :length} = Env.expand_import(__ENV__, [line: 1], :length, 1)
    assert {:macro, Kernel, expand} = Env.expand_import(__ENV__, [line: 1], :is_nil, 1)
    assert {_, _, [{:x, _, _}, nil]} = expand.([line: 1], [{:x, [], nil}])
    assert :error = Env.expand_require(__ENV__, [line: 1], List, :flatten, 1)
    assert {:macro, Integer, _} = Env.expand_require(__ENV__, [line: 1, required: true], Integer, :is_odd, 1)
  end

  test "an evaluation keeps only the bindings it used" do
    env = Code.env_for_eval([])
    assert {3, [x: 3], _} = Code.eval_quoted_with_env({:x, [], nil}, [x: 3, y: 4], env, prune_binding: true)
    assert {1, [], _} = Code.eval_quoted_with_env(1, [x: 3], env, prune_binding: true)
  end
end
