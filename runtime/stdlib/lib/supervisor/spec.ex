# Supervisor.Spec: a supervisor's children as tuples, of old.
defmodule Supervisor.Spec do
  @instead "Use the new child specifications outlined in the Supervisor module instead"

  @deprecated @instead
  def supervise(children, options) do
    strategy = options[:strategy] || raise ArgumentError, "expected :strategy option to be given"
    ids = Enum.map(children, &id/1)

    case ids -- Enum.uniq(ids) do
      [] ->
        :ok

      [id | _] ->
        raise ArgumentError,
              "duplicate ID #{inspect(id)} found in the supervisor specification, " <>
                "please explicitly pass the :id option when defining this worker/supervisor"
    end

    restarts = Keyword.get(options, :max_restarts, 3)
    {:ok, {{strategy, restarts, Keyword.get(options, :max_seconds, 5)}, children}}
  end

  defp id({id, _, _, _, _, _}), do: id

  defp id(other) do
    raise ArgumentError,
          "invalid tuple specification given to supervise/2. If you are trying to use " <>
            "the map child specification that is part of the Elixir v1.5, use Supervisor.init/2 " <>
            "instead of Supervisor.Spec.supervise/2. See the Supervisor module for more information. " <>
            "Got: #{inspect(other)}"
  end

  @deprecated @instead
  def worker(module, args, options \\ []), do: child(:worker, module, args, options)

  @deprecated @instead
  def supervisor(module, args, options \\ []),
    do: child(:supervisor, module, args, Keyword.put_new(options, :shutdown, :infinity))

  defp child(type, module, args, options) do
    start = {module, Keyword.get(options, :function, :start_link), args}
    restart = Keyword.get(options, :restart, :permanent)
    modules = Keyword.get(options, :modules, [module])
    {Keyword.get(options, :id, module), start, restart, Keyword.get(options, :shutdown, 5000), type, modules}
  end
end
