defmodule Kernel.ParallelCompilerTest do
  use ExUnit.Case

  import ExUnit.CaptureIO

  # Writes files of a compilation and compiles them.
  defp compile(files) do
    dir = Path.join(System.tmp_dir!(), "vivarium_parallel_#{System.unique_integer([:positive])}")
    File.mkdir_p!(dir)
    on_exit(fn -> File.rm_rf!(dir) end)

    paths =
      for {name, text} <- files do
        path = Path.join(dir, name)
        File.write!(path, text)
        path
      end

    said =
      capture_io(:stderr, fn ->
        send(self(), {:result, Kernel.ParallelCompiler.compile(paths, return_diagnostics: true)})
      end)

    assert_received {:result, result}
    {result, said}
  end

  test "a file waits for the struct and the macro of another" do
    {result, said} =
      compile([
        {"a.ex",
         """
         defmodule PCT.User do
           use PCT.Using
           def name(%PCT.Person.Data{name: name}), do: PCT.Late.wrap(name)
           def new, do: %PCT.Person.Data{name: given()}
         end
         """},
        {"b.ex",
         """
         defmodule PCT.Using do
           defmacro __using__(_), do: quote(do: def(given, do: "Ada"))
         end
         """},
        {"c.ex",
         """
         defmodule PCT.Person do
           defmodule Data do
             defstruct [:name]
           end
         end
         """},
        {"d.ex",
         """
         defmodule PCT.Late do
           def wrap(x), do: {x}
         end
         """}
      ])

    assert {:ok, modules, %{compile_warnings: [], runtime_warnings: []}} = result
    assert said == ""
    assert Enum.sort(modules) == [PCT.Late, PCT.Person, PCT.Person.Data, PCT.User, PCT.Using]
    assert apply(PCT.User, :name, [apply(PCT.User, :new, [])]) == {"Ada"}
  end

  test "what is undefined is told when all files are there" do
    {result, said} =
      compile([
        {"a.ex", "defmodule PCT.A do\n  def f, do: PCT.Nowhere.g()\nend\n"},
        {"b.ex", "defmodule PCT.B do\n  def f(%PCT.NoStruct{}), do: 1\nend\n"}
      ])

    assert {:error, [error], %{runtime_warnings: [warning]}} = result
    assert error.message =~ "struct PCT.NoStruct is undefined"
    assert warning.message =~ "PCT.Nowhere.g/0 is undefined"
    assert said =~ "== Type checking failed with errors =="
  end

  test "files that wait for each other" do
    {result, said} =
      compile([
        {"c.ex", "defmodule PCT.C do\n  use PCT.D\nend\n"},
        {"d.ex", "defmodule PCT.D do\n  use PCT.C\n  defmacro __using__(_), do: nil\nend\n"}
      ])

    assert {:error, errors, _} = result

    assert Enum.sort(Enum.map(errors, & &1.message)) ==
             ["deadlocked waiting on module PCT.C", "deadlocked waiting on module PCT.D"]

    assert said =~ "Compilation failed because of a deadlock between files."
  end
end
