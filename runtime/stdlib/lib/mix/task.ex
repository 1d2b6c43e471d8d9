# Tasks: modules named Mix.Tasks.Name. Behaviour: Elixir's Mix.Task.
defmodule Mix.Task do
  @type task_name :: String.t() | atom
  @type task_module :: atom

  @callback run(command_line_args :: [binary]) :: any

  @attributes [:shortdoc, :recursive, :preferred_cli_env, :requirements]

  defmacro __using__(_opts) do
    quote do
      Module.register_attribute(__MODULE__, :shortdoc, persist: true)
      Module.register_attribute(__MODULE__, :recursive, persist: true)
      Module.register_attribute(__MODULE__, :preferred_cli_env, persist: true)
      Module.register_attribute(__MODULE__, :requirements, persist: true)
      @behaviour Mix.Task
    end
  end

  def supported_attributes, do: @attributes
  def shortdoc(module), do: attribute(module, :shortdoc)
  def recursive(module), do: attribute(module, :recursive) || false
  def requirements(module), do: attribute(module, :requirements) || []

  defp attribute(module, name) do
    case module.__info__(:attributes)[name] do
      [value] -> value
      other -> other
    end
  end

  def moduledoc(module) do
    case Code.fetch_docs(module) do
      {:docs_v1, _, _, _, %{"en" => doc}, _, _} -> doc
      {:docs_v1, _, _, _, :hidden, _, _} -> false
      _ -> nil
    end
  end

  def task_name(module), do: Mix.Utils.module_name_to_command(module, 2)
  def task?(module), do: match?("Elixir.Mix.Tasks." <> _, Atom.to_string(module)) and Code.ensure_loaded?(module) and function_exported?(module, :run, 1)
  def alias?(task) when is_binary(task), do: Keyword.has_key?(Mix.Project.config()[:aliases], String.to_atom(task))
  def all_modules, do: for({module, _} <- :code.all_loaded(), task?(module), do: module)
  def load_all, do: all_modules()
  def recursing?, do: false

  def get(task) do
    case fetch(task) do
      {:ok, module} -> module
      {:error, _} -> nil
    end
  end

  def get!(task) do
    case fetch(task) do
      {:ok, module} -> module
      {:error, :invalid} -> raise Mix.InvalidTaskError, task: to_string(task)
      {:error, :not_found} -> raise Mix.NoTaskError, task: to_string(task)
    end
  end

  defp fetch(task) do
    with {:module, module} <- Mix.Utils.command_to_module(to_string(task), Mix.Tasks) do
      if function_exported?(module, :run, 1), do: {:ok, module}, else: {:error, :invalid}
    else
      _ -> {:error, :not_found}
    end
  end

  # A task runs once; aliases of the project stand before it.
  def run(task, args \\ []) when (is_atom(task) or is_binary(task)) and is_list(args) do
    task = to_string(task)
    ran = ran()

    cond do
      task in ran ->
        :noop

      action = {:alias, task} not in ran && Mix.Project.config()[:aliases][String.to_atom(task)] ->
        put([{:alias, task} | ran])
        result = action |> List.wrap() |> Enum.reduce(nil, fn step, _ -> run_step(step, args) end)
        put(List.delete(ran(), {:alias, task}))
        result

      true ->
        module = get!(task)
        put([task | ran])
        for requirement <- requirements(module), do: run_step(requirement, [])
        module.run(args)
    end
  end

  defp run_step(step, args) when is_function(step, 1), do: step.(args)

  defp run_step(step, args) when is_binary(step) do
    [task | own] = OptionParser.split(step)
    run(task, own ++ args)
  end

  def rerun(task, args \\ []) do
    reenable(task)
    run(task, args)
  end

  def reenable(task) do
    put(List.delete(ran(), if(is_atom(task) and match?("Elixir." <> _, Atom.to_string(task)), do: task_name(task), else: to_string(task))))
    :ok
  end

  def clear do
    put([])
    :ok
  end

  defp ran, do: :ets.lookup_element(Mix.State, :tasks, 2)
  defp put(tasks), do: :ets.insert(Mix.State, {:tasks, tasks})
end

defmodule Mix.Utils do
  def command_to_module(command, at \\ Elixir) do
    module = command |> String.split(".") |> Enum.map_join(".", &Macro.camelize/1)
    Code.ensure_loaded(Module.concat(at, module))
  end

  def module_name_to_command(module, nesting \\ 0)
  def module_name_to_command(module, nesting) when is_atom(module), do: module_name_to_command(inspect(module), nesting)

  def module_name_to_command(module, nesting) do
    module |> String.split(".") |> Enum.drop(nesting) |> Enum.map_join(".", &Macro.underscore/1)
  end

  def camelize(name), do: Macro.camelize(name)
  def underscore(name), do: Macro.underscore(name)
end
