# What test modules have in common. Behaviour: Elixir's ExUnit.CaseTemplate.
defmodule ExUnit.CaseTemplate do
  defmacro __using__(_) do
    quote do
      ExUnit.Callbacks.__register__(__MODULE__)
      @before_compile ExUnit.Callbacks
      import ExUnit.Callbacks
      import ExUnit.Assertions
      import unquote(__MODULE__)

      defmacro __using__(opts), do: unquote(__MODULE__).__proxy__(__MODULE__, opts)
      defoverridable __using__: 1
    end
  end

  # What `use` of a template puts into a test module.
  def __proxy__(template, opts) do
    quote do
      use ExUnit.Case, ExUnit.Case.__keys__(unquote(opts))
      setup_all(context, do: unquote(template).__ex_unit__(:setup_all, context))
      setup(context, do: unquote(template).__ex_unit__(:setup, context))
    end
  end

  defmacro using(var \\ quote(do: _), do: block) do
    quote do
      defmacro __using__(unquote(var) = opts) do
        parent = unquote(__MODULE__).__proxy__(__MODULE__, opts)
        result = unquote(block)
        {:__block__, [], [parent, result]}
      end
    end
  end
end
