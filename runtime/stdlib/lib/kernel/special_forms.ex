# The special forms, so that there is a module which lists them. The compiler
# knows them itself: none is ever called.
defmodule Kernel.SpecialForms do
  forms = [
    %: 2, %{}: 1, &: 1, .: 2, "::": 2, <<>>: 1, =: 2, ^: 1, __CALLER__: 0, __DIR__: 0, __ENV__: 0, __MODULE__: 0,
    __STACKTRACE__: 0, __aliases__: 1, __block__: 1, __cursor__: 1, alias: 2, case: 2, cond: 1, fn: 1, for: 1, import: 2, quote: 2,
    receive: 1, require: 2, super: 1, try: 1, unquote: 1, unquote_splicing: 1, with: 1, {}: 1
  ]

  for {name, arity} <- forms do
    args = Macro.generate_arguments(arity, __MODULE__)

    defmacro unquote(name)(unquote_splicing(args)) do
      _ = unquote(args)
      raise "Elixir's special forms are expanded by the compiler and must not be invoked directly"
    end
  end
end
