<<<<<<< HEAD
# Functions as values. Behaviour: Elixir's Function.
defmodule Function do
  @type information :: :arity | :env | :index | :module | :name | :new_index | :new_uniq | :pid | :type | :uniq

  def capture(module, function_name, arity), do: :erlang.make_fun(module, function_name, arity)
  def info(fun), do: :erlang.fun_info(fun)
  def info(fun, item), do: :erlang.fun_info(fun, item)
=======
# Function: functions on functions.
defmodule Function do
  def capture(module, function_name, arity), do: :erlang.make_fun(module, function_name, arity)

  def info(fun), do: :erlang.fun_info(fun)

  def info(fun, item), do: :erlang.fun_info(fun, item)

>>>>>>> library
  def identity(value), do: value
end
