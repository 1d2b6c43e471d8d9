defmodule Kernel.TypespecsOfModulesTest do
  use ExUnit.Case, async: true

  import ExUnit.CaptureIO

  defp define(body) do
    Code.eval_string("defmodule TypespecsOfModules do\n#{body}\nend")
  after
    :code.purge(TypespecsOfModules)
    :code.delete(TypespecsOfModules)
  end

  test "what a type cannot be" do
    for {code, message} <- [
          {"@type a :: foo", "type foo/0 undefined (no such type in TypespecsOfModules)"},
          {"@type integer :: atom", "type integer/0 is a built-in type and it cannot be redefined"},
          {"@type a :: atom\n@type a :: integer", "type a/0 is already defined in nofile:2"},
          {"@type a(1) :: atom", "@type definitions expect all arguments to be variables. The type a/1 has an invalid argument(s): 1"},
          {"@type a(x) :: atom",
           "type variable x is used only once. Type variables in typespecs must be referenced at least twice, otherwise it is equivalent to term()"},
          {"@type a :: %{a | b}", "make sure to wrap the key type in parentheses: %{a | b}"},
          {"@type a :: 1..0", "invalid range specification"},
          {"@type a :: <<_::7, _::_*300>>", "invalid binary specification"},
          {"@type a :: foo.bar", "invalid remote in typespec: foo.bar"},
          {"@type a :: 1.0", "unexpected expression in typespec: 1.0"},
          {"@type a :: [1, 2]", "unexpected list in typespec: [1, 2]"},
          {"@type a :: record(:foo)", "unknown record :foo"},
          {"@type a :: %__MODULE__{z: 1}\ndefstruct [:a]", "undefined field :z on struct TypespecsOfModules"},
          {"@spec f", "type specification missing return type: f"},
          {"@spec f() :: 1 when foo\ndef f, do: 1", "expected keywords as guard in type specification, got: foo"}
        ] do
      error = assert_raise Kernel.TypespecError, fn -> define(code) end
      assert error.description =~ message
    end

    assert_raise ArgumentError, "default arguments \\\\ not supported in typespecs", fn ->
      define("@spec f(integer \\\\ 1) :: atom\ndef f(_), do: 1")
    end
  end

  test "warnings" do
    for {code, message} <- [
          {"@typep p :: atom", "type p/0 is unused"},
          {"@opaque o :: term", "@opaque type o/0 is underspecified and therefore meaningless"},
          {"@type a :: string", "string() type use is discouraged. For character lists, use charlist() type, for strings, String.t()"},
          {"@type a(_x) :: {_x, _x}", ~S(the underscored type variable "_x" is used more than once)},
          {"@type a :: {a :: b :: integer}", "Type annotations cannot be nested: a :: b :: integer"},
          {"@type a :: {atom | b :: integer}", "The left side of :: must be a variable, got: atom | b."}
        ] do
      assert capture_io(:stderr, fn -> define(code) end) =~ message
    end
  end

  test "back to quoted code" do
    for {type, text} <- [
          {{:a, {:type, 1, :list, [{:type, 1, :atom, []}]}, []}, "a() :: [atom()]"},
          {{:a, {:type, 1, :nonempty_list, [{:var, 1, :X}]}, [{:var, 1, :X}]}, "a(x) :: [x, ...]"},
          {{:a, {:type, 1, :fun, [{:type, 1, :any}, {:type, 1, :integer, []}]}, []}, "a() :: (... -> integer())"},
          {{:a, {:type, 1, :map, [{:type, 1, :map_field_assoc, [{:type, 1, :atom, []}, {:type, 1, :any, []}]}]}, []},
           "a() :: %{optional(atom()) => any()}"},
          {{:a, {:type, 1, :binary, [{:integer, 1, 8}, {:integer, 1, 4}]}, []}, "a() :: <<_::8, _::_*4>>"},
          {{:a, {:remote_type, 1, [{:atom, 0, String}, {:atom, 0, :t}, []]}, []}, "a() :: String.t()"}
        ] do
      assert type |> Code.Typespec.type_to_quoted() |> Macro.to_string() == text
    end

    spec = {:type, 1, :fun, [{:type, 1, :product, [{:var, 1, :x}]}, {:type, 1, :union, [{:var, 1, :x}, {:atom, 0, nil}]}]}
    assert :f |> Code.Typespec.spec_to_quoted(spec) |> Macro.to_string() == "f(x) :: x | nil when x: var"
  end
end
