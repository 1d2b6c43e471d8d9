# Starts the same child several times, to be chosen among by a key. Behaviour:
# Elixir's PartitionSupervisor.
defmodule PartitionSupervisor do
  @behaviour Supervisor

  @registry PartitionSupervisor.Registry

  @type name :: atom | {:via, module, term}

  def child_spec(opts) when is_list(opts) do
    id =
      case Keyword.get(opts, :name, PartitionSupervisor) do
        name when is_atom(name) -> name
        {:via, _module, name} -> name
      end

    %{id: id, start: {PartitionSupervisor, :start_link, [opts]}, type: :supervisor}
  end

  def start_link(opts) when is_list(opts) do
    name = opts[:name]

    unless name do
      raise ArgumentError, "the :name option must be given to PartitionSupervisor"
    end

    {child_spec, opts} = Keyword.pop(opts, :child_spec)

    unless child_spec do
      raise ArgumentError, "the :child_spec option must be given to PartitionSupervisor"
    end

    {partitions, opts} = Keyword.pop(opts, :partitions, System.schedulers_online())

    unless is_integer(partitions) and partitions >= 1 do
      raise ArgumentError, "the :partitions option must be a positive integer, got: #{inspect(partitions)}"
    end

    {with_arguments, opts} = Keyword.pop(opts, :with_arguments, fn args, _partition -> args end)

    unless is_function(with_arguments, 2) do
      raise ArgumentError,
            "the :with_arguments option must be a function that receives two arguments, the current call arguments and the partition, got: #{inspect(with_arguments)}"
    end

    %{start: {mod, fun, args}} = map = Supervisor.child_spec(child_spec, [])
    modules = map[:modules] || [mod]

    children =
      for partition <- 0..(partitions - 1) do
        args = with_arguments.(args, partition)

        unless is_list(args) do
          raise "the call to the function in :with_arguments must return a list, got: #{inspect(args)}"
        end

        start = {__MODULE__, :start_child, [mod, fun, args, name, partition]}
        Map.merge(map, %{id: partition, start: start, modules: modules})
      end

    auto_shutdown = Keyword.get(opts, :auto_shutdown, :never)

    unless auto_shutdown == :never do
      raise ArgumentError, "the :auto_shutdown option must be :never, got: #{inspect(auto_shutdown)}"
    end

    {start_opts, init_opts} = Keyword.split(opts, [:name])
    init_opts = Keyword.put_new(init_opts, :strategy, :one_for_one)
    Supervisor.start_link(__MODULE__, {name, partitions, children, init_opts}, start_opts)
  end

  # Called by the supervisor to start a partition.
  def start_child(mod, fun, args, name, partition) do
    case apply(mod, fun, args) do
      {:ok, pid} ->
        register_child(name, partition, pid)
        {:ok, pid}

      {:ok, pid, info} ->
        register_child(name, partition, pid)
        {:ok, pid, info}

      other ->
        other
    end
  end

  defp register_child(name, partition, pid) when is_atom(name), do: :ets.insert(name, {partition, pid})

  defp register_child({:via, _, _}, partition, pid) do
    table = Process.get(@registry)
    :ets.insert(table, {partition, pid})
  end

  @impl true
  def init({name, partitions, children, init_opts}) do
    table = init_table(name)
    Process.put(@registry, table)
    :ets.insert(table, {:partitions, partitions})
    Supervisor.init(children, init_opts)
  end

  defp init_table(name) when is_atom(name), do: :ets.new(name, [:set, :named_table, :public, read_concurrency: true])

  defp init_table({:via, _, _} = name) do
    table = :ets.new(__MODULE__, [:set, :public, read_concurrency: true])
    :persistent_term.put({@registry, name}, table)
    table
  end

  def partitions(name), do: name |> table() |> partitions(name)

  defp partitions(table, name) do
    try do
      :ets.lookup_element(table, :partitions, 2)
    catch
      :error, :badarg -> exit({:noproc, {__MODULE__, :partitions, [name]}})
    end
  end

  defp table(name) when is_atom(name), do: name
  defp table({:via, _, _} = name), do: :persistent_term.get({@registry, name}, nil)

  def resize!(name, partitions) when is_integer(partitions) do
    supervisor = GenServer.whereis(name) || exit({:noproc, {__MODULE__, :resize!, [name, partitions]}})
    children = Supervisor.which_children(supervisor)
    all = length(children)

    if partitions not in 0..all do
      raise ArgumentError, "the number of partitions to resize to must be a number between 0 and #{all}, got: #{partitions}"
    end

    for {id, pid, _, _} <- children do
      cond do
        id >= partitions and is_pid(pid) -> Supervisor.terminate_child(supervisor, id)
        id < partitions and pid == :undefined -> Supervisor.restart_child(supervisor, id)
        true -> :ok
      end
    end

    table = table(name)
    before = partitions(table, name)
    :ets.insert(table, {:partitions, partitions})
    before
  end

  def which_children(name) when is_atom(name) or elem(name, 0) == :via, do: Supervisor.which_children(name)
  def count_children(supervisor) when is_atom(supervisor) or elem(supervisor, 0) == :via, do: Supervisor.count_children(supervisor)

  def stop(supervisor, reason \\ :normal, timeout \\ :infinity) when is_atom(supervisor) or elem(supervisor, 0) == :via,
    do: Supervisor.stop(supervisor, reason, timeout)

  # For {:via, PartitionSupervisor, {name, key}}

  def whereis_name({name, key}) when is_atom(name) or is_tuple(name) do
    table = table(name)
    partitions = partitions(table, name)
    if partitions == 0, do: raise(ArgumentError, "PartitionSupervisor #{inspect(name)} has zero partitions")
    partition = if is_integer(key), do: rem(abs(key), partitions), else: :erlang.phash2(key, partitions)

    try do
      :ets.lookup_element(table, partition, 2)
    catch
      :error, :badarg -> :undefined
    end
  end

  def send({name, key}, msg) do
    pid = whereis_name({name, key})
    Kernel.send(pid, msg)
    pid
  end

  def register_name(_, _), do: raise("{:via, PartitionSupervisor, _} cannot be given on registration")
  def unregister_name(_), do: raise("{:via, PartitionSupervisor, _} cannot be given on unregistration")
end
