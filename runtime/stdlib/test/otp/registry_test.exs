defmodule OTP.RegistryTest do
  use ExUnit.Case, async: true

  for keys <- [:unique, :duplicate], partitions <- [1, 4] do
    describe "#{keys} keys in #{partitions} partitions" do
      setup do
        name = :"registry#{System.unique_integer([:positive])}"
        start_supervised!({Registry, keys: unquote(keys), name: name, partitions: unquote(partitions)})
        %{registry: name}
      end

      test "names are given, found and given back", %{registry: registry} do
        {:ok, owner} = Registry.register(registry, "name", 1)
        assert is_pid(owner)
        assert Registry.lookup(registry, "name") == [{self(), 1}]
        assert Registry.keys(registry, self()) == ["name"]
        assert Registry.count(registry) == 1
        assert Registry.match(registry, "name", :"$1", [{:>, :"$1", 1}]) == []
        assert Registry.select(registry, [{{:"$1", :_, :"$2"}, [], [{{:"$1", :"$2"}}]}]) == [{"name", 1}]
        Registry.unregister(registry, "name")
        assert Registry.lookup(registry, "name") == []
      end

      test "the names of what ended are free", %{registry: registry} do
        task = Task.async(fn -> Registry.register(registry, {:key, 1}, :value) end)
        {:ok, _} = Task.await(task)
        ref = Process.monitor(task.pid)
        assert_receive {:DOWN, ^ref, _, _, _}
        assert Enum.any?(1..100, fn _ -> Registry.lookup(registry, {:key, 1}) == [] or Process.sleep(5) == nil end)
      end

      test "keys that look like patterns", %{registry: registry} do
        for key <- [:_, :"$1", {:_, :"$2"}, [:_], %{a: :_}], do: {:ok, _} = Registry.register(registry, key, key)
        for key <- [:_, :"$1", {:_, :"$2"}, [:_], %{a: :_}], do: assert(Registry.lookup(registry, key) == [{self(), key}])
        assert Registry.lookup(registry, {:a, :b}) == []
        Registry.unregister(registry, :_)
        assert Registry.count(registry) == 4
      end
    end
  end

  test "values of what has a name of its own are updated" do
    start_supervised!({Registry, keys: :unique, name: Named})
    {:ok, agent} = Agent.start_link(fn -> 0 end, name: {:via, Registry, {Named, :counter, 1}})
    assert Registry.lookup(Named, :counter) == [{agent, 1}]
    assert {:error, {:already_started, ^agent}} = Agent.start_link(fn -> 0 end, name: {:via, Registry, {Named, :counter}})
    assert Registry.update_value(Named, :counter, &(&1 + 1)) == :error
    {:ok, _} = Registry.register(Named, :mine, 1)
    assert Registry.update_value(Named, :mine, &(&1 + 1)) == {2, 1}
    assert {:error, {:already_registered, ^agent}} = Registry.register(Named, :counter, 2)
  end

  test "listeners hear of names" do
    Process.register(self(), :listener_of_names)
    start_supervised!({Registry, keys: :duplicate, name: Heard, listeners: [:listener_of_names]})
    {:ok, _} = Registry.register(Heard, :key, :value)
    me = self()
    assert_receive {:register, Heard, :key, ^me, :value}
    Registry.unregister(Heard, :key)
    assert_receive {:unregister, Heard, :key, ^me}
  end

  test "everyone under a key is told" do
    start_supervised!({Registry, keys: :duplicate, name: Told, partitions: 2})
    me = self()

    for n <- 1..3 do
      start_supervised!(
        {Task, fn ->
           Registry.register(Told, :topic, n)
           send(me, :ready)
           receive do: ({:told, what} -> send(me, {n, what}))
         end},
        id: n
      )

      assert_receive :ready
    end

    Registry.dispatch(Told, :topic, fn entries -> for {pid, n} <- entries, do: send(pid, {:told, n * 10}) end)
    for n <- 1..3, do: assert_receive({^n, told} when told == n * 10)
  end
end
