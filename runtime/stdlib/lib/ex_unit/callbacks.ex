# Set-up of tests. Behaviour: Elixir's ExUnit.Callbacks.
#
# Callbacks of a module are collected while it is compiled, the last one first,
# and become the clauses of __ex_unit__/2: (:setup_all, context) and
# (:setup, context). Those of a describe block become a function of their own.
defmodule ExUnit.Callbacks do
  def __register__(module) do
    Module.put_attribute(module, :ex_unit_describe, nil)
    Module.put_attribute(module, :ex_unit_setup, [])
    Module.put_attribute(module, :ex_unit_setup_all, [])
    Module.put_attribute(module, :ex_unit_used_describes, %{})
  end

  # {whether there is a setup_all, the code of __ex_unit__/2}
  def __callbacks__(module) do
    setup_all = Module.get_attribute(module, :ex_unit_setup_all)
    used = Module.get_attribute(module, :ex_unit_used_describes)

    code =
      quote do
        unquote(define(:setup, Module.get_attribute(module, :ex_unit_setup), used))
        unquote(define(:setup_all, setup_all, %{}))
      end

    {setup_all != [], code}
  end

  defmacro __before_compile__(%{module: module}), do: module |> __callbacks__() |> elem(1)

  defp define(kind, callbacks, describes) do
    clauses =
      for {describe, name} <- describes, name != nil, clause <- quote(do: (unquote(describe) -> unquote(name)(var!(context)))) do
        clause
      end

    body =
      if clauses == [] do
        chain(callbacks, kind)
      else
        quote do
          var!(context) = unquote(chain(callbacks, kind))
          case Map.get(var!(context), :describe, nil), do: unquote(clauses ++ quote(do: (_ -> var!(context))))
        end
      end

    quote do
      def __ex_unit__(unquote(kind), var!(context)), do: unquote(body)
    end
  end

  # An expression that runs callbacks one after the other, each with the context
  # that the ones before it have made.
  defp chain([], _kind), do: quote(do: var!(context))

  defp chain([last | before], kind) do
    call =
      case last do
        {module, fun} -> quote(do: unquote(module).unquote(fun)(var!(context)))
        name -> quote(do: unquote(name)(var!(context)))
      end

    # No tail call, so that a stack trace shows the function.
    call =
      quote do
        result = unquote(__MODULE__).__merge__(__MODULE__, unquote(kind), var!(context), unquote(call))
        unquote(__MODULE__).__noop__()
        result
      end

    if before == [] do
      call
    else
      quote do
        var!(context) = unquote(chain(before, kind))
        unquote(call)
      end
    end
  end

  def __noop__, do: :noop

  defmacro setup(block_or_functions), do: callback(:__setup__, block_or_functions)
  defmacro setup(context, block), do: callback(:__setup__, "setup", context, block)
  defmacro setup_all(block_or_functions), do: callback(:__setup_all__, block_or_functions)
  defmacro setup_all(context, block), do: callback(:__setup_all__, "setup_all", context, block)

  defp callback(function, block_or_functions) do
    if Keyword.keyword?(block_or_functions) do
      define_callback(function, quote(do: _), block_or_functions)
    else
      quote do
        ExUnit.Callbacks.unquote(function)(__MODULE__, unquote(block_or_functions))
      end
    end
  end

  defp callback(function, name, context, block) do
    unless Keyword.keyword?(block) and Keyword.has_key?(block, :do) do
      raise ArgumentError, "#{name}/2 requires a block as the second argument after the context, got: #{Macro.to_string(block)}"
    end

    define_callback(function, context, block)
  end

  defp define_callback(function, context, block) do
    quote bind_quoted: [context: escape(context), block: escape(block), function: function] do
      name = apply(ExUnit.Callbacks, function, [__MODULE__])
      defp unquote(name)(unquote(context)), unquote(block)
    end
  end

  defp escape(contents), do: Macro.escape(contents, unquote: true)

  # With functions: adds them. Without: adds a new one and gives its name.

  def __setup__(module, callbacks), do: add(module, :ex_unit_setup, callbacks)

  def __setup__(module) do
    count = length(Module.get_attribute(module, :ex_unit_setup))

    name =
      case Module.get_attribute(module, :ex_unit_describe) do
        {_, _, describe} -> :"__ex_unit_setup_#{describe}_#{count}"
        nil -> :"__ex_unit_setup_#{count}"
      end

    add(module, :ex_unit_setup, name)
    name
  end

  def __setup_all__(module, callbacks) do
    no_describe!(module)
    add(module, :ex_unit_setup_all, callbacks)
  end

  def __setup_all__(module) do
    no_describe!(module)
    name = :"__ex_unit_setup_all_#{length(Module.get_attribute(module, :ex_unit_setup_all))}"
    add(module, :ex_unit_setup_all, name)
    name
  end

  defp add(module, attribute, callbacks) do
    callbacks = List.wrap(callbacks)

    for callback <- callbacks, not is_atom(callback) and not match?({mod, fun} when is_atom(mod) and is_atom(fun), callback) do
      raise ArgumentError,
            "setup/setup_all expect a callback as an atom, a {module, function} tuple or a list of callbacks, got: #{inspect(callback)}"
    end

    Module.put_attribute(module, attribute, Enum.reverse(callbacks, Module.get_attribute(module, attribute)))
  end

  defp no_describe!(module) do
    if Module.get_attribute(module, :ex_unit_describe) do
      raise "cannot invoke setup_all/1-2 inside describe as setup_all always applies to all tests in a module"
    end
  end

  # A describe block: fun evaluates it. Its callbacks and tags are its own.
  def __describe__(module, line, message, fun) do
    if Module.get_attribute(module, :ex_unit_describe) do
      raise "cannot call \"describe\" inside another \"describe\". See the documentation for ExUnit.Case.describe/2 on named setups and how to handle hierarchies"
    end

    used = Module.get_attribute(module, :ex_unit_used_describes)

    cond do
      not is_binary(message) -> raise ArgumentError, "describe name must be a string, got: #{inspect(message)}"
      is_map_key(used, message) -> raise ArgumentError, "describe #{inspect(message)} is already defined in #{inspect(module)}"
      Module.get_attribute(module, :describetag) != [] -> raise "@describetag must be set inside describe/2 blocks"
      true -> :ok
    end

    if Module.get_attribute(module, :tag) != [], do: IO.warn("found unused @tag before \"describe\", did you mean to use @describetag?")
    outer = Module.get_attribute(module, :ex_unit_setup)
    Module.put_attribute(module, :ex_unit_setup, [])
    Module.put_attribute(module, :ex_unit_describe, {line, message, map_size(used)})

    try do
      fun.(message, used)
    after
      Module.put_attribute(module, :ex_unit_describe, nil)
      Module.put_attribute(module, :ex_unit_setup, outer)
      for name <- [:describetag | Module.get_attribute(module, :ex_unit_registered_describe_attributes)], do: Module.delete_attribute(module, name)
    end
  end

  # At its end: name and body of the function that runs its callbacks.
  def __describe__(module, message, used) do
    {name, _} =
      named =
      case Module.get_attribute(module, :ex_unit_setup) do
        [] -> {nil, nil}
        callbacks -> {:"__ex_unit_describe_#{map_size(used)}", chain(callbacks, :setup)}
      end

    Module.put_attribute(module, :ex_unit_used_describes, Map.put(used, message, name))
    named
  end

  # What a callback returns becomes part of the context.

  @reserved [:case, :file, :line, :test, :async, :registered, :describe]

  def __merge__(_mod, _kind, context, :ok), do: context
  def __merge__(mod, kind, context, {:ok, value}), do: merge(mod, kind, context, value, {:ok, value})
  def __merge__(mod, kind, context, value), do: merge(mod, kind, context, value, value)

  defp merge(mod, kind, context, data, returned) when is_list(data), do: merge(mod, kind, context, Map.new(data), returned)

  defp merge(mod, kind, context, data, _returned) when is_non_struct_map(data) do
    Map.merge(context, data, fn
      key, old, new when key in @reserved and old != new ->
        raise "ExUnit #{kind} callback in #{inspect(mod)} is trying to set reserved field #{inspect(key)} to #{inspect(new)}"

      _, _, value ->
        value
    end)
  end

  defp merge(mod, kind, _context, _data, returned) do
    raise "expected ExUnit #{kind} callback in #{inspect(mod)} to return the atom :ok, a keyword, or a map, " <>
            "got #{inspect(returned)} instead"
  end

  # For tests and callbacks while they run.

  def on_exit(name_or_ref \\ make_ref(), callback) when is_function(callback, 0) do
    case ExUnit.OnExitHandler.add(self(), name_or_ref, callback) do
      :ok -> :ok
      :error -> raise ArgumentError, "on_exit/2 callback can only be invoked from the test process"
    end
  end

  def start_supervised(child_spec_or_module, opts \\ []) do
    sup =
      case ExUnit.fetch_test_supervisor() do
        {:ok, sup} -> sup
        :error -> raise ArgumentError, "start_supervised/2 can only be invoked from the test process"
      end

    Supervisor.start_child(sup, Supervisor.child_spec(child_spec_or_module, opts))
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
end
