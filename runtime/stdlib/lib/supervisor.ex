# A process that starts, watches and restarts children. Behaviour: Elixir's
# Supervisor; the process itself is :supervisor.
defmodule Supervisor do
  @callback init(init_arg :: term) :: {:ok, {sup_flags(), [child_spec() | term]}} | :ignore

  @type sup_flags :: %{
          strategy: strategy,
          intensity: non_neg_integer,
          period: pos_integer,
          auto_shutdown: auto_shutdown
        }
  @type strategy :: :one_for_one | :one_for_all | :rest_for_one
  @type auto_shutdown :: :never | :any_significant | :all_significant
  @type on_start :: {:ok, pid} | :ignore | {:error, term}
  @type on_start_child :: {:ok, pid | :undefined} | {:ok, pid | :undefined, term} | {:error, term}
  @type child :: pid | :undefined
  @type child_spec :: map
  @type module_spec :: {module, term} | module
  @type name :: atom | {:global, term} | {:via, module, term}
  @type option :: {:name, name}
  @type init_option :: {:strategy, strategy} | {:max_restarts, non_neg_integer} | {:max_seconds, pos_integer}
  @type supervisor :: pid | name | {atom, node}

  defmacro __using__(opts) do
    quote location: :keep, bind_quoted: [opts: opts] do
      @behaviour Supervisor

      unless Module.has_attribute?(__MODULE__, :doc) do
        @doc """
        Returns a specification to start this module under a supervisor.

        See `Supervisor`.
        """
      end

      def child_spec(init_arg) do
        default = %{id: __MODULE__, start: {__MODULE__, :start_link, [init_arg]}, type: :supervisor}
        Supervisor.child_spec(default, unquote(Macro.escape(opts)))
      end

      defoverridable child_spec: 1

      @doc false
      def init(arg)
    end
  end

  def start_link(children, options) when is_list(children) do
    {start_opts, init_opts} = Keyword.split(options, [:name])
    start_link(Supervisor.Default, init(children, init_opts), start_opts)
  end

  def start_link(module, init_arg) when is_atom(module), do: start_link(module, init_arg, [])

  def start_link(module, init_arg, options) when is_list(options) do
    case Keyword.get(options, :name) do
      nil ->
        :supervisor.start_link(module, init_arg)

      atom when is_atom(atom) ->
        :supervisor.start_link({:local, atom}, module, init_arg)

      {:global, _term} = tuple ->
        :supervisor.start_link(tuple, module, init_arg)

      {:via, via, _term} = tuple when is_atom(via) ->
        :supervisor.start_link(tuple, module, init_arg)

      other ->
        raise ArgumentError, """
        expected :name option to be one of the following:

          * nil
          * atom
          * {:global, term}
          * {:via, module, term}

        Got: #{inspect(other)}
        """
    end
  end

  def init(children, options) when is_list(children) and is_list(options) do
    strategy =
      case options[:strategy] do
        nil -> raise ArgumentError, "expected :strategy option to be given"
        strategy -> strategy
      end

    flags = %{
      strategy: strategy,
      intensity: Keyword.get(options, :max_restarts, 3),
      period: Keyword.get(options, :max_seconds, 5),
      auto_shutdown: Keyword.get(options, :auto_shutdown, :never)
    }

    {:ok, {flags, Enum.map(children, &init_child/1)}}
  end

  defp init_child(module) when is_atom(module), do: call_child_spec(module, [])
  defp init_child({module, arg}) when is_atom(module), do: call_child_spec(module, arg)
  defp init_child(map) when is_map(map), do: map
  defp init_child({_, _, _, _, _, _} = tuple), do: tuple
  defp init_child(other), do: raise(ArgumentError, child_spec_error(other))

  defp call_child_spec(module, arg) do
    try do
      module.child_spec(arg)
    rescue
      e in UndefinedFunctionError ->
        case __STACKTRACE__ do
          [{^module, :child_spec, [^arg], _} | _] -> raise ArgumentError, child_spec_error(module)
          stack -> reraise e, stack
        end
    end
  end

  defp child_spec_error(module) when is_atom(module) do
    if Code.ensure_loaded?(module) do
      "The module #{inspect(module)} was given as a child to a supervisor\n" <>
        "but it does not implement child_spec/1.\n\n" <>
        "If you own the given module, please define a child_spec/1 function\n" <>
        "that receives an argument and returns a child specification as a map.\n" <>
        "For example:\n\n" <>
        "    def child_spec(opts) do\n      %{\n        id: __MODULE__,\n" <>
        "        start: {__MODULE__, :start_link, [opts]},\n        type: :worker,\n" <>
        "        restart: :permanent,\n        shutdown: 500\n      }\n    end\n\n" <>
        "Note that \"use Agent\", \"use GenServer\" and so on automatically define\n" <>
        "this function for you.\n\n" <>
        "However, if you don't own the given module and it doesn't implement\n" <>
        "child_spec/1, instead of passing the module name directly as a supervisor\n" <>
        "child, you will have to pass a child specification as a map:\n\n" <>
        "    %{\n      id: #{inspect(module)},\n      start: {#{inspect(module)}, :start_link, [arg1, arg2]}\n    }\n\n" <>
        "See the Supervisor documentation for more information.\n"
    else
      "The module #{inspect(module)} was given as a child to a supervisor but it does not exist"
    end
  end

  defp child_spec_error(other) do
    "supervisors expect each child to be one of the following:\n\n" <>
      "  * a module\n  * a {module, arg} tuple\n  * a child specification as a map with at least the :id and :start fields\n" <>
      "  * or a tuple with 6 elements generated by Supervisor.Spec (deprecated)\n\n" <>
      "Got: #{inspect(other)}\n"
  end

  def child_spec(module_or_map, overrides) do
    Enum.reduce(overrides, init_child(module_or_map), fn
      {key, value}, acc when key in [:id, :start, :restart, :shutdown, :type, :modules, :significant] ->
        Map.put(acc, key, value)

      {key, _value}, _acc ->
        raise ArgumentError, "unknown key #{inspect(key)} in child specification override"
    end)
  end

  def start_child(supervisor, {_, _, _, _, _, _} = child_spec), do: call(supervisor, {:start_child, child_spec})

  def start_child(supervisor, args) when is_list(args), do: call(supervisor, {:start_child, args})

  def start_child(supervisor, child_spec),
    do: call(supervisor, {:start_child, Supervisor.child_spec(child_spec, [])})

  def terminate_child(supervisor, child_id), do: call(supervisor, {:terminate_child, child_id})
  def delete_child(supervisor, child_id), do: call(supervisor, {:delete_child, child_id})
  def restart_child(supervisor, child_id), do: call(supervisor, {:restart_child, child_id})
  def which_children(supervisor), do: call(supervisor, :which_children)
  def count_children(supervisor), do: call(supervisor, :count_children) |> :maps.from_list()

  def stop(supervisor, reason \\ :normal, timeout \\ :infinity), do: GenServer.stop(supervisor, reason, timeout)

  defp call(supervisor, request), do: GenServer.call(supervisor, request, :infinity)
end

defmodule Supervisor.Default do
  def init(args), do: args
end
