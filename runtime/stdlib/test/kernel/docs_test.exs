defmodule Kernel.DocsOfModulesTest do
  use ExUnit.Case, async: true

  defp docs(module, code) do
    # On the BEAM documentation is found only in files.
    if function_exported?(:vivarium_code, :docs, 1) do
      Code.compile_string(code)
    else
      dir = Path.join(System.tmp_dir!(), "docs_of_modules")
      File.mkdir_p!(dir)
      file = Path.join(dir, "#{module}.ex")
      File.write!(file, code)
      {:ok, _, _} = Kernel.ParallelCompiler.compile_to_path([file], dir, return_diagnostics: true)
      Code.prepend_path(dir)
    end

    Code.fetch_docs(module)
  end

  defp entry(docs, kind, name) do
    {:docs_v1, _, _, _, _, _, list} = docs
    Enum.find(list, &match?({{^kind, ^name, _}, _, _, _, _}, &1))
  end

  test "a module's documentation" do
    docs =
      docs(DocsOfModulesTest.Sample, ~S'''
      defmodule DocsOfModulesTest.Sample do
        @moduledoc "What it is."
        @moduledoc since: "1.0"

        @default %{a: 1}

        @typedoc "A type"
        @type t :: atom
        @typep p :: atom
        @opaque o :: p

        @doc "A callback"
        @callback run(t, o) :: atom
        @macrocallback expand(Macro.t()) :: Macro.t()

        defstruct [:a]

        @doc "Says hello"
        @doc since: "1.1", tags: [:x]
        def hello(name, opts \\ @default)
        def hello("x", %{}), do: 1
        def hello(_name, _), do: 2

        @doc false
        def hidden, do: 1

        def undocumented(%{a: 1}, %{b: 2}, %__MODULE__{}, [_ | _], _ = given, 1, 1.0, "x", true, :y, {1}), do: given

        def two(1, _, first), do: first
        def two(%{}, _second, {:x, _}), do: 2

        @deprecated "use hello/2"
        def old, do: 1

        @doc "A macro"
        defmacro twice(x), do: quote(do: unquote(x) * 2)

        defguard is_one(x) when x == 1

        defdelegate first(list), to: List

        def _underscored, do: private()
        defp private, do: 1
      end
      ''')

    assert {:docs_v1, 2, :elixir, "text/markdown", %{"en" => "What it is."}, meta, _} = docs
    assert %{since: "1.0", behaviours: [], source_annos: [{1, 1}]} = meta

    assert {{:function, :hello, 2}, 18, ["hello(name, opts \\\\ %{a: 1})"], %{"en" => "Says hello"},
            %{since: "1.1", tags: [:x], defaults: 1, source_annos: [{20, 7}]}} = entry(docs, :function, :hello)

    assert {_, _, ["hidden()"], :hidden, _} = entry(docs, :function, :hidden)
    assert {_, _, [signature], :none, _} = entry(docs, :function, :undocumented)
    assert signature == "undocumented(map1, map2, sample, list, _, int, float, binary, bool, atom, arg)"
    assert {_, _, ["two(arg1, arg2, first)"], :none, _} = entry(docs, :function, :two)
    assert {_, _, _, :none, %{deprecated: "use hello/2"}} = entry(docs, :function, :old)
    assert {_, _, ["%DocsOfModulesTest.Sample{}"], :hidden, _} = entry(docs, :function, :__struct__)
    assert {_, _, _, :hidden, _} = entry(docs, :function, :_underscored)
    assert {{:macro, :twice, 1}, _, ["twice(x)"], %{"en" => "A macro"}, _} = entry(docs, :macro, :twice)
    assert {_, _, _, :none, %{guard: true}} = entry(docs, :macro, :is_one)
    assert {_, _, _, :none, %{delegate_to: {List, :first, 1}}} = entry(docs, :function, :first)
    assert entry(docs, :function, :private) == nil
    assert {{:callback, :run, 2}, 12, [], %{"en" => "A callback"}, _} = entry(docs, :callback, :run)
    assert {{:macrocallback, :expand, 1}, _, [], :none, _} = entry(docs, :macrocallback, :expand)
    assert {{:type, :t, 0}, 7, [], %{"en" => "A type"}, _} = entry(docs, :type, :t)
    assert {_, _, [], :none, %{opaque: true}} = entry(docs, :type, :o)
    assert entry(docs, :type, :p) == nil
  end

  test "no documentation" do
    assert Code.fetch_docs(DocsOfModulesTest.NoSuchModule) == {:error, :module_not_found}
  end
end
