# What happens when an undefined function is called. Behaviour: OTP's
# error_handler: modules are loaded on their first call by the machine, so what
# comes here is really undefined.
defmodule :error_handler do
  def undefined_function(mod, fun, args) do
    if :code.ensure_loaded(mod) == {:module, mod} and :erlang.function_exported(mod, fun, :erlang.length(args)) do
      apply(mod, fun, args)
    else
      :erlang.raise(:error, :undef, [{mod, fun, args, []}])
    end
  end

  def undefined_lambda(_mod, fun, args), do: :erlang.error({:badfun, fun}, [args])

  def raise_undef_exception(mod, fun, args), do: :erlang.raise(:error, :undef, [{mod, fun, args, []}])
end
