defmodule Kernel.TypeMistakesTest do
  # Standard error is shared: what is said of other tests must not come between.
  use ExUnit.Case, async: false

  import ExUnit.CaptureIO

  # What the compiler says of a function's body.
  defp said(body) do
    capture_io(:stderr, fn ->
      try do
        Code.eval_string("defmodule TypeMistakes do\n  #{body}\nend")
      after
        :code.purge(TypeMistakes)
        :code.delete(TypeMistakes)
      end
    end)
    |> String.replace(~r/\e\[\d+m/, "")
  end

  test "arithmetic with a string" do
    assert said("def f do\n    name = \"Bob\"\n    name + 1\n  end") == """
           warning: incompatible types given to Kernel.+/2:

               name + 1

           given types:

               -binary()-, integer()

           but expected one of:

               #1
               integer(), integer()

               #2
               integer(), float()

               #3
               float(), integer()

               #4
               float(), float()

           where "name" was given the type:

               # type: binary()
               # from: nofile:3
               name = "Bob"

           └─ nofile:4: TypeMistakes.f/0

           """
  end

  test "a field that a map does not have" do
    assert said("def f do\n    m = %{name: \"x\", age: 3}\n    m.nme\n  end") == """
           warning: unknown key .nme in expression:

               m.nme

           the given type does not have the given key:

               %{age: integer(), name: binary()}

           where "m" was given the type:

               # type: %{age: integer(), name: binary()}
               # from: nofile:3
               m = %{name: "x", age: 3}

           └─ nofile:4: TypeMistakes.f/0

           """
  end

  test "a comparison of distinct types" do
    text = said("def f do\n    x = 1\n    x == \"a\"\n  end")
    assert text =~ "comparison between distinct types found:\n\n    x == \"a\"\n\ngiven types:\n\n    integer() == binary()\n"
    assert said("def f, do: :a < 1") =~ ":a < integer()"
    assert said("def f, do: 1 == 1.0") == ""
  end

  test "what is wrong, in a line" do
    for {body, line} <- [
          {"def f(a) when is_binary(a), do: a + 1", "-binary()-, integer()"},
          {"def f(a) when is_atom(a), do: a * 2", "-dynamic(atom())-, integer()"},
          {"def f(x), do: x + \"a\"", "dynamic(float() or integer()), -binary()-"},
          {"def f, do: [1, \"a\", :b] + 1", "-non_empty_list(:b or binary() or integer())-, integer()"},
          {"def f, do: nil + 1", "-nil-, integer()"},
          {"def f, do: String.upcase(1)", "incompatible types given to String.upcase/1:"},
          {"def f, do: length(\"abc\")", "list(term())"},
          {"def f do\n x = nil\n x.name\nend", "expected a map or struct when accessing .name in expression:"},
          {"def f do\n {:ok, x} = {:error, 1}\n x\nend", "the following pattern will never match:"},
          {"def f do\n x = %{a: 1}\n %{x | b: 2}\nend", "expected a map with key :b in map update syntax:"},
          {"def f do\n n = 5\n \"a\" <> n\nend", "<<..., n::binary>>"}
        ] do
      assert said(body) =~ "    " <> line or said(body) =~ line
    end
  end

  test "a function's name is written as it is called" do
    assert said(~s|def unquote(:"two words")(), do: String.upcase(1)|) =~ ~s|TypeMistakes."two words"/0|
  end

  test "a clause behind one that takes everything" do
    assert said("def f(a) do\n    case a do\n      x -> x\n      y -> y\n    end\n  end") =~ """
           warning: the following clause cannot match because the previous clauses already matched all possible values:

               y ->

           it attempts to match on the result of:

               a

           which has the already matched type:

               dynamic()

           where "y" was given the type:

               # type: dynamic()
               # from: nofile:5
               y

           └─ nofile:5: TypeMistakes.f/1

           """
  end

  test "joining what is no binary" do
    for code <- ["[1] <> \"a\"", "\"a\" <> [1]", "1 <> \"a\""] do
      assert_raise ArgumentError, ~r/^expected binary argument in <> operator but got: /, fn -> Code.eval_string(code) end
    end
  end

  test "nothing where nothing is known" do
    for body <- [
          "def f(x), do: x + 1",
          "def f(x) do\n y = x\n y.name\nend",
          "def f(x) do\n x = if x, do: 1, else: 2.0\n x + 1\nend",
          "def f(x, y), do: x == y",
          "def f(m), do: %{m | a: 1}",
          "def f({:ok, x}), do: x * 2",
          "def f(x) when x > 1, do: x <> \"a\""
        ] do
      assert said(body) == ""
    end
  end

  test "calls of the library" do
    assert said("def f, do: Process.sleep(\"a\")") =~ """
           warning: incompatible types given to Process.sleep/1:

               Process.sleep("a")

           given types:

               -binary()-

           but expected one of:

               #1
               integer()

               #2
               :infinity or integer()
           """

    for {body, line} <- [
          {"def f, do: Integer.to_string(\"1\")", "Integer.to_string(\"1\")"},
          {"def f, do: List.first(%{})", "-empty_map()-"},
          {"def f, do: Map.put(nil, :a, 1)", "map(), term(), term()"},
          {"def f(x), do: String.split(nil, x)", "-nil-, dynamic()"},
          {"def f do\n x = 1\n x[:a]\nend", "x[:a]"},
          {"def f, do: Task.await(1)", "%Task{}"},
          {"def f, do: elem({1, 2}, 3)", "elem({1, 2}, 3)\n\nthe given type does not have the given index:"}
        ] do
      assert said(body) =~ "    " <> line
    end
  end

  test "calls of the program's own functions" do
    for {body, lines} <- [
          {"def f(x) when is_integer(x), do: x + 1\ndef g, do: f(\"a\")", ["given to f/1:", "-binary()-", "    integer()\n"]},
          {"def f(:a), do: 1\ndef f(:b), do: 2\ndef g, do: f(:c)", ["#1\n    :a\n", "#2\n    :b\n"]},
          {"def f([]), do: 0\ndef f([_ | t]), do: 1 + f(t)\ndef g, do: f(%{})", ["empty_list()", "non_empty_list(term(), term())"]},
          {"def f({:ok, x}), do: x\ndef f({:error, _}), do: nil\ndef g, do: f({:ok, 1, 2})", ["{:ok, term()}", "{:error, term()}"]},
          {"def f(x, opts \\\\ []) when is_binary(x) and is_list(opts), do: {x, opts}\ndef g, do: f(1)", ["given to f/1:", "    binary()\n"]},
          {"def f(x) when x in [:b, :a], do: x\ndef g, do: f(:c)", [":a or :b"]},
          {"def f(0), do: 1\ndef f(n) when is_integer(n), do: n * f(n - 1)\ndef g, do: f(\"5\")", ["one of:\n\n    integer()\n"]}
        ] do
      text = said(body)
      for line <- lines, do: assert(text =~ line)
    end

    for body <- [
          "def f(x), do: x + 1\ndef g, do: f(\"a\")",
          "def f(x) when x > 1, do: x * 2\ndef g, do: f(\"a\")",
          "def f(%{a: x}), do: x\ndef g, do: f(1)",
          "def f(x) when is_list(x), do: hd(x)\ndef g, do: f(1)"
        ] do
      refute said(body) =~ "given to f/1"
    end
  end

  test "fields of structs" do
    fields = "defstruct [:zed, :a]\n"

    assert said(fields <> "def f(%__MODULE__{} = s), do: s.b") =~ """
           warning: unknown key .b in expression:

               s.b

           the given type does not have the given key:

               dynamic(%TypeMistakes{zed: term(), a: term()})

           where "s" was given the type:

               # type: dynamic(%TypeMistakes{})
               # from: nofile:3
               %TypeMistakes{} = s
           """

    for {body, line} <- [
          {"def f(s = %__MODULE__{a: 1}), do: s.b", "dynamic(%TypeMistakes{zed: term(), a: integer()})"},
          {"def f(%URI{} = u), do: u.hots", "    dynamic(%URI{\n      scheme: term(),"},
          {"def f(x) do\n case x do\n %URI{} = u -> u.hots\n _ -> nil\n end\nend", "unknown key .hots"},
          {"def f(%URI{} = u), do: %{u | hots: 1}", "expected a map with key :hots in map update syntax"},
          {"def f(%Date{} = d), do: String.upcase(d)", "-dynamic(%Date{})-"},
          {"def f(%Date{} = a, %Date{} = b), do: a > b", "dynamic(%Date{}) > dynamic(%Date{})"}
        ] do
      assert said(fields <> body) =~ line
    end

    for body <- ["def f(%URI{} = u), do: u.host", "def f(%URI{} = u), do: u.__struct__", "def f(%URI{host: h} = u) when is_binary(h), do: u.hots"] do
      assert said(body) == ""
    end
  end

  test "updates of structs" do
    assert said("defstruct [:a]\ndef f(x), do: %__MODULE__{x | a: 1}") =~ """
           warning: a struct for TypeMistakes is expected on struct update:

               %TypeMistakes{x | a: 1}

           but got type:

               dynamic()

           where "x" was given the type:

               # type: dynamic()
               # from: nofile:3
               x

           when defining the variable "x", you must also pattern match on "%TypeMistakes{}"
           """

    assert said("defstruct [:a]\ndef f(%__MODULE__{} = x), do: %__MODULE__{x | a: 1}") == ""
    assert said("defstruct [:a]\ndef f(x) do\n x = g(x)\n %__MODULE__{x | a: 1}\nend\ndef g(x), do: x") == ""
  end

  test "their order: by how the code is written, then by place" do
    text = said("def t(x) when is_integer(x), do: x\ndef a, do: t(\"l\")\ndef b, do: %{a: 1}.field\ndef c, do: String.upcase(1)\ndef d, do: 1[:k]")
    places = for part <- ["1[:k]", "String.upcase(1)", ".field in", "given to t/1"], do: :binary.match(text, part) |> elem(0)
    assert places == Enum.sort(places)
  end
end
