# Set-up of tests. Behaviour: Elixir's ExUnit.Callbacks.
#
# Callbacks of a module are collected while it is compiled and become the
# clauses of __ex_unit__/2: (:setup_all, context) and (:setup, context).
defmodule ExUnit.Callbacks do
  defmacro setup(block_or_functions) do
    if Keyword.keyword?(block_or_functions) and Keyword.has_key?(block_or_functions, :do) do
      do_setup(quote(do: _), block_or_functions)
    else
      quote do
        ExUnit.Callbacks.__callback__(__MODULE__, :setup, unquote(block_or_functions))
      end
    end
  end

  defmacro setup(context, block), do: do_setup(context, block)

  defp do_setup(context, block) do
    quote bind_quoted: [context: escape(context), block: escape(block)] do
      name = ExUnit.Callbacks.__name__(__MODULE__, :setup)
      defp unquote(name)(unquote(context)), unquote(block)
      ExUnit.Callbacks.__callback__(__MODULE__, :setup, name)
    end
  end

  defmacro setup_all(block_or_functions) do
    if Keyword.keyword?(block_or_functions) and Keyword.has_key?(block_or_functions, :do) do
      do_setup_all(quote(do: _), block_or_functions)
    else
      quote do
        ExUnit.Callbacks.__callback__(__MODULE__, :setup_all, unquote(block_or_functions))
      end
    end
  end

  defmacro setup_all(context, block), do: do_setup_all(context, block)

  defp do_setup_all(context, block) do
    quote bind_quoted: [context: escape(context), block: escape(block)] do
      name = ExUnit.Callbacks.__name__(__MODULE__, :setup_all)
      defp unquote(name)(unquote(context)), unquote(block)
      ExUnit.Callbacks.__callback__(__MODULE__, :setup_all, name)
    end
  end

  defp escape(contents), do: Macro.escape(contents, unquote: true)

  defmacro __before_compile__(env) do
    setup_all = Module.get_attribute(env.module, :ex_unit_setup_all)
    setup = Module.get_attribute(env.module, :ex_unit_setup)
    describes = Module.get_attribute(env.module, :ex_unit_used_describes)

    describe_clauses =
      for {message, name} <- Enum.reverse(describes) do
        quote do
          defp __ex_unit_describe__(%{describe: unquote(message)} = context), do: unquote(name)(context)
        end
      end

    quote do
      def __ex_unit__(:setup_all, context), do: unquote(__chain__(setup_all, :setup_all))
      def __ex_unit__(:setup, context), do: __ex_unit_describe__(unquote(__chain__(setup)))
      unquote(describe_clauses)
      defp __ex_unit_describe__(context), do: context
    end
  end

  # An expression that runs callbacks one after the other, each with the context
  # that the ones before it have made of the variable context. The callbacks come
  # last first.
  def __chain__(callbacks, kind \\ :setup) do
    Enum.reduce(Enum.reverse(callbacks), quote(do: context), fn callback, acc ->
      call =
        case callback do
          {mod, fun} -> quote(do: unquote(mod).unquote(fun)(context))
          name -> quote(do: unquote(name)(context))
        end

      quote do
        context = unquote(acc)
        unquote(__MODULE__).__merge__(__MODULE__, unquote(kind), context, unquote(call))
      end
    end)
  end

  def __name__(module, kind) do
    counter = Module.get_attribute(module, :ex_unit_counter) || 0
    Module.put_attribute(module, :ex_unit_counter, counter + 1)

    case Module.get_attribute(module, :ex_unit_describe) do
      {_, _, number} -> :"__ex_unit_#{kind}_#{number}_#{counter}"
      _ -> :"__ex_unit_#{kind}_#{counter}"
    end
  end

  def __callback__(module, kind, functions) do
    if kind == :setup_all and Module.get_attribute(module, :ex_unit_describe) do
      raise "cannot invoke setup_all/1-2 inside describe as setup_all/1-2 always applies to all tests in a module"
    end

    attribute = :"ex_unit_#{kind}"
    functions = validate(functions, kind)
    Module.put_attribute(module, attribute, Enum.reverse(functions) ++ Module.get_attribute(module, attribute))
  end

  defp validate(functions, kind) do
    functions
    |> List.wrap()
    |> Enum.map(fn
      name when is_atom(name) ->
        name

      {mod, fun} when is_atom(mod) and is_atom(fun) ->
        {mod, fun}

      invalid ->
        raise ArgumentError,
              "#{kind}/1 expects a callback as an atom, a {module, function} tuple or a list of callbacks, got: #{inspect(invalid)}"
    end)
  end

  # A describe block: its callbacks are its own.

  def __describe__(module, line, message) do
    describes = Module.get_attribute(module, :ex_unit_describes)

    cond do
      Module.get_attribute(module, :ex_unit_describe) ->
        raise "cannot call \"describe\" inside another \"describe\". See the documentation for ExUnit.Case.describe/2 on named setups and how to handle hierarchies"

      not is_binary(message) ->
        raise ArgumentError, "describe name must be a string, got: #{inspect(message)}"

      is_map_key(describes, message) ->
        raise ExUnit.DuplicateDescribeError, "describe #{inspect(message)} is already defined in #{inspect(module)}"

      true ->
        Module.put_attribute(module, :ex_unit_describes, Map.put(describes, message, line))
        Module.put_attribute(module, :ex_unit_describe, {line, message, map_size(describes)})
        Module.put_attribute(module, :ex_unit_outer_setup, Module.get_attribute(module, :ex_unit_setup))
        Module.put_attribute(module, :ex_unit_setup, [])
    end
  end

  # Ends it; gives name, argument and body of the function that runs its
  # callbacks, or nil.
  def __describe__(module) do
    {_, message, number} = Module.get_attribute(module, :ex_unit_describe)
    setup = Module.get_attribute(module, :ex_unit_setup)
    Module.put_attribute(module, :ex_unit_setup, Module.delete_attribute(module, :ex_unit_outer_setup))
    Module.put_attribute(module, :ex_unit_describe, nil)
    Module.delete_attribute(module, :describetag)
    Module.register_attribute(module, :describetag, accumulate: true)

    for {name, _} <- Module.get_attribute(module, :ex_unit_registered_describe_attributes) do
      Module.delete_attribute(module, name)
    end

    if setup == [] do
      nil
    else
      name = :"__ex_unit_describe_#{number}"
      used = Module.get_attribute(module, :ex_unit_used_describes)
      Module.put_attribute(module, :ex_unit_used_describes, [{message, name} | used])
      {name, quote(do: context), __chain__(setup)}
    end
  end

  # What a callback returns becomes part of the context.

  @reserved [:case, :file, :line, :test, :async, :registered, :describe]

  def __merge__(_mod, _kind, context, :ok), do: context
  def __merge__(mod, kind, context, {:ok, value}), do: unwrapped(mod, kind, context, value, {:ok, value})
  def __merge__(mod, kind, context, value), do: unwrapped(mod, kind, context, value, value)

  defp unwrapped(mod, kind, _context, %_{}, original), do: raise_merge_failed!(mod, kind, original)
  defp unwrapped(mod, kind, context, data, _original) when is_map(data), do: merge(mod, kind, context, data)

  defp unwrapped(mod, kind, context, data, original) do
    if Keyword.keyword?(data),
      do: merge(mod, kind, context, Map.new(data)),
      else: raise_merge_failed!(mod, kind, original)
  end

  defp merge(mod, kind, context, data) do
    Map.merge(context, data, fn
      key, old, new when key in @reserved and old != new ->
        raise "ExUnit #{kind} callback in #{inspect(mod)} is trying to set reserved field #{inspect(key)} to #{inspect(new)}"

      _, _, value ->
        value
    end)
  end

  defp raise_merge_failed!(mod, kind, value) do
    raise "expected ExUnit #{kind} callback in #{inspect(mod)} to return the atom :ok, a keyword, or a map, " <>
            "got #{inspect(value)} instead"
  end

  # For tests and callbacks while they run.

  def on_exit(name_or_ref \\ make_ref(), callback) when is_function(callback, 0) do
    case ExUnit.OnExitHandler.add(self(), name_or_ref, callback) do
      :ok -> :ok
      :error -> raise ArgumentError, "on_exit/2 can only be invoked from the test process"
    end
  end

  def start_supervised(child_spec_or_module, opts \\ []) do
    sup =
      case ExUnit.fetch_test_supervisor() do
        {:ok, sup} -> sup
        :error -> raise ArgumentError, "start_supervised/2 can only be invoked from the test process"
      end

    child_spec = Supervisor.child_spec(child_spec_or_module, opts)

    Supervisor.start_child(sup, child_spec)
  end

  def start_supervised!(child_spec_or_module, opts \\ []) do
    case start_supervised(child_spec_or_module, opts) do
      {:ok, pid} ->
        pid

      {:ok, pid, _info} ->
        pid

      {:error, reason} ->
        raise "failed to start child with the spec #{inspect(child_spec_or_module)}.\n" <>
                "Reason: #{start_supervised_error(reason)}"
    end
  end

  defp start_supervised_error({{:EXIT, reason}, info}) when is_tuple(info), do: Exception.format_exit(reason)
  defp start_supervised_error({reason, info}) when is_tuple(info), do: Exception.format_exit(reason)
  defp start_supervised_error(reason), do: Exception.format_exit({:start_spec, reason})

  def start_link_supervised!(child_spec_or_module, opts \\ []) do
    pid = start_supervised!(child_spec_or_module, opts)
    Process.link(pid)
    pid
  end

  def stop_supervised(id) do
    case ExUnit.OnExitHandler.get_supervisor(self()) do
      {:ok, nil} ->
        {:error, :not_found}

      {:ok, sup} ->
        pid =
          Enum.find_value(Supervisor.which_children(sup), fn
            {^id, pid, _, _} when is_pid(pid) -> pid
            _ -> nil
          end)

        if pid, do: Process.unlink(pid)

        with :ok <- Supervisor.terminate_child(sup, id) do
          case Supervisor.delete_child(sup, id) do
            :ok -> :ok
            {:error, :not_found} -> :ok
          end
        end

      :error ->
        raise ArgumentError, "stop_supervised/1 can only be invoked from the test process"
    end
  end

  def stop_supervised!(id) do
    case stop_supervised(id) do
      :ok -> :ok
      {:error, :not_found} -> raise "could not stop child ID #{inspect(id)} because it was not found"
    end
  end

  def __start_supervisor__ do
    {:ok, sup} = Supervisor.start_link([], strategy: :one_for_one, max_restarts: 1_000_000, max_seconds: 1)
    :ok = ExUnit.OnExitHandler.put_supervisor(self(), sup)
    {:ok, sup}
  end
end
