# A to-do server: lists are processes that a cache starts when they are first
# asked for and that sleep after a while; entries are kept in a database with a
# pool of workers; all of it stands under one supervisor.

defmodule Todo.List do
  defstruct next_id: 1, entries: %{}

  def new(entries \\ []), do: Enum.reduce(entries, %__MODULE__{}, &add(&2, &1))

  def add(%__MODULE__{} = list, entry) do
    entry = Map.put(entry, :id, list.next_id)
    %{list | entries: Map.put(list.entries, list.next_id, entry), next_id: list.next_id + 1}
  end

  def on(%__MODULE__{entries: entries}, date) do
    entries |> Map.values() |> Enum.filter(&(&1.date == date)) |> Enum.sort_by(& &1.id)
  end

  def update(%__MODULE__{} = list, id, fun) do
    case list.entries do
      %{^id => entry} -> %{list | entries: %{list.entries | id => fun.(entry)}}
      _ -> list
    end
  end

  def delete(%__MODULE__{} = list, id), do: %{list | entries: Map.delete(list.entries, id)}

  defimpl Collectable do
    def into(list) do
      {list,
       fn
         list, {:cont, entry} -> Todo.List.add(list, entry)
         list, :done -> list
         _list, :halt -> :ok
       end}
    end
  end

  defimpl Enumerable do
    def count(%{entries: entries}), do: {:ok, map_size(entries)}
    def member?(_list, _entry), do: {:error, __MODULE__}
    def slice(_list), do: {:error, __MODULE__}
    def reduce(%{entries: entries}, acc, fun), do: Enumerable.List.reduce(Map.values(entries), acc, fun)
  end
end

defmodule Todo.Database do
  defmodule Worker do
    use GenServer

    def start_link({table, n}), do: GenServer.start_link(__MODULE__, table, name: via(n))
    def store(n, key, data), do: GenServer.cast(via(n), {:store, key, data})
    def get(n, key), do: GenServer.call(via(n), {:get, key})

    defp via(n), do: {:via, Registry, {Todo.Registry, {__MODULE__, n}}}

    @impl true
    def init(table), do: {:ok, table}

    @impl true
    def handle_cast({:store, key, data}, table) do
      :ets.insert(table, {key, :erlang.term_to_binary(data)})
      {:noreply, table}
    end

    @impl true
    def handle_call({:get, key}, _from, table) do
      case :ets.lookup(table, key) do
        [{^key, data}] -> {:reply, :erlang.binary_to_term(data), table}
        [] -> {:reply, nil, table}
      end
    end
  end

  @size 3

  def child_spec(table) do
    children = for n <- 0..(@size - 1), do: Supervisor.child_spec({Worker, {table, n}}, id: n)
    %{id: __MODULE__, type: :supervisor, start: {Supervisor, :start_link, [children, [strategy: :one_for_one]]}}
  end

  def store(key, data), do: Worker.store(worker(key), key, data)
  def get(key), do: Worker.get(worker(key), key)
  def worker(key), do: :erlang.phash2(key, @size)
end

defmodule Todo.Server do
  use GenServer, restart: :temporary

  @idle 50

  def start_link(name), do: GenServer.start_link(__MODULE__, name, name: via(name))
  def add(server, entry), do: GenServer.cast(server, {:add, entry})
  def delete(server, id), do: GenServer.cast(server, {:delete, id})
  def on(server, date), do: GenServer.call(server, {:on, date})
  def whereis(name), do: GenServer.whereis(via(name))

  defp via(name), do: {:via, Registry, {Todo.Registry, {__MODULE__, name}}}

  @impl true
  def init(name), do: {:ok, {name, nil}, {:continue, :load}}

  @impl true
  def handle_continue(:load, {name, nil}), do: {:noreply, {name, Todo.Database.get(name) || Todo.List.new()}, @idle}

  @impl true
  def handle_cast({:add, entry}, {name, list}), do: keep(name, Todo.List.add(list, entry))
  def handle_cast({:delete, id}, {name, list}), do: keep(name, Todo.List.delete(list, id))

  @impl true
  def handle_call({:on, date}, _from, {_, list} = state), do: {:reply, Todo.List.on(list, date), state, @idle}

  @impl true
  def handle_info(:timeout, state), do: {:stop, :normal, state}

  defp keep(name, list) do
    Todo.Database.store(name, list)
    {:noreply, {name, list}, @idle}
  end
end

defmodule Todo.Cache do
  def child_spec(_), do: DynamicSupervisor.child_spec(name: __MODULE__, strategy: :one_for_one)

  def server(name) do
    Todo.Server.whereis(name) ||
      case DynamicSupervisor.start_child(__MODULE__, {Todo.Server, name}) do
        {:ok, pid} -> pid
        {:error, {:already_started, pid}} -> pid
      end
  end
end

defmodule Todo.System do
  def start_link(table) do
    Supervisor.start_link([{Registry, name: Todo.Registry, keys: :unique}, {Todo.Database, table}, Todo.Cache],
      strategy: :rest_for_one,
      name: __MODULE__
    )
  end

  def child_spec(table), do: %{id: __MODULE__, type: :supervisor, start: {__MODULE__, :start_link, [table]}}
end

defmodule Todo.ListTest do
  use ExUnit.Case, async: true

  @friday ~D[2026-11-20]
  @saturday ~D[2026-11-21]

  setup do
    {:ok, list: Todo.List.new([%{date: @friday, title: "Shopping"}, %{date: @saturday, title: "Movies"}, %{date: @friday, title: "Dentist"}])}
  end

  test "finds entries by date", %{list: list} do
    assert [%{id: 1, title: "Shopping"}, %{id: 3, title: "Dentist"}] = Todo.List.on(list, @friday)
    assert Todo.List.on(list, ~D[2026-11-22]) == []
  end

  test "updates and deletes", %{list: list} do
    assert [%{title: "SHOPPING"} | _] = list |> Todo.List.update(1, &%{&1 | title: String.upcase(&1.title)}) |> Todo.List.on(@friday)
    assert Todo.List.update(list, 9, &flunk(inspect(&1))) == list
    assert list |> Todo.List.delete(2) |> Todo.List.on(@saturday) == []
  end

  test "collects and enumerates", %{list: list} do
    list = Enum.into([%{date: @saturday, title: "Cinema"}], list)
    assert Enum.count(list) == 4
    assert list |> Enum.map(& &1.title) |> Enum.sort() == ["Cinema", "Dentist", "Movies", "Shopping"]
    assert Enum.frequencies_by(list, & &1.date) == %{@friday => 2, @saturday => 2}
  end
end

defmodule Todo.SystemTest do
  use ExUnit.Case

  @today ~D[2026-11-20]

  setup do
    table = :ets.new(:disk, [:public])
    start_supervised!({Todo.System, table})
    :ok
  end

  defp titles(name), do: name |> Todo.Cache.server() |> Todo.Server.on(@today) |> Enum.map(& &1.title)

  defp kill(pid) do
    ref = Process.monitor(pid)
    Process.exit(pid, :kill)
    assert_receive {:DOWN, ^ref, :process, ^pid, :killed}
  end

  test "one server a name" do
    bob = Todo.Cache.server("bob")
    assert Todo.Cache.server("bob") == bob
    assert Todo.Cache.server("alice") != bob
    assert DynamicSupervisor.count_children(Todo.Cache).active == 2
  end

  test "entries survive their server" do
    server = Todo.Cache.server("bob")
    Todo.Server.add(server, %{date: @today, title: "Dentist"})
    Todo.Server.add(server, %{date: @today, title: "Shopping"})
    Todo.Server.delete(server, 1)
    assert titles("bob") == ["Shopping"]
    kill(server)
    assert titles("bob") == ["Shopping"]
    refute Todo.Cache.server("bob") == server
  end

  test "an idle server goes, its entries stay" do
    server = Todo.Cache.server("eve")
    Todo.Server.add(server, %{date: @today, title: "Yoga"})
    ref = Process.monitor(server)
    assert_receive {:DOWN, ^ref, :process, ^server, :normal}, 500
    assert titles("eve") == ["Yoga"]
  end

  test "a worker of the pool is replaced in its place" do
    n = Todo.Database.worker("bob")
    [{pid, nil}] = Registry.lookup(Todo.Registry, {Todo.Database.Worker, n})
    server = Todo.Cache.server("bob")
    assert titles("bob") == []
    kill(pid)
    Process.sleep(5)
    Todo.Server.add(server, %{date: @today, title: "Again"})
    assert titles("bob") == ["Again"]
    assert [{new, nil}] = Registry.lookup(Todo.Registry, {Todo.Database.Worker, n})
    refute new == pid
  end

  test "the cache starts anew, the database stays" do
    bob = Todo.Cache.server("bob")
    Todo.Server.add(bob, %{date: @today, title: "Read"})
    assert titles("bob") == ["Read"]
    before = children()
    kill(before[Todo.Cache])
    Process.sleep(20)
    now = children()
    refute now[Todo.Cache] == before[Todo.Cache]
    assert Map.delete(now, Todo.Cache) == Map.delete(before, Todo.Cache)
    refute Process.alive?(bob)
    assert titles("bob") == ["Read"]
  end

  defp children, do: Map.new(Supervisor.which_children(Todo.System), fn {id, pid, _, _} -> {id, pid} end)
end
