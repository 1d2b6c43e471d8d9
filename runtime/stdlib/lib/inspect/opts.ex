# Inspect.Opts: the options of inspect.
defmodule Inspect.Opts do
  defstruct base: :decimal,
            binaries: :infer,
            char_lists: :infer,
            charlists: :infer,
            custom_options: [],
            inspect_fun: &Inspect.inspect/2,
            limit: 200,
            pretty: false,
            printable_limit: 4096,
            safe: true,
            structs: true,
            syntax_colors: [],
            width: 80

  @type color_key :: atom
  @type t :: %__MODULE__{}

  def new(opts) do
    case default_inspect_fun() do
      fun when opts == [] -> %Inspect.Opts{inspect_fun: fun}
      fun -> struct(%Inspect.Opts{inspect_fun: fun}, opts)
    end
  end

  def default_inspect_fun() do
    :persistent_term.get({__MODULE__, :inspect_fun}, &Inspect.inspect/2)
  end

  def default_inspect_fun(fun) when is_function(fun, 2) do
    :persistent_term.put({__MODULE__, :inspect_fun}, fun)
  end
end
