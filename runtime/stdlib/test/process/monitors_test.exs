defmodule Process.MonitorsTest do
  use ExUnit.Case, async: true

  defp waiting, do: spawn(fn -> receive(do: (:stop -> :ok)) end)

  defp dead do
    {pid, ref} = spawn_monitor(fn -> :ok end)
    assert_receive {:DOWN, ^ref, :process, ^pid, _}
    pid
  end

  # The reference of a monitor whose message has come.
  defp fired do
    pid = dead()
    {:message_queue_len, before} = Process.info(self(), :message_queue_len)
    ref = Process.monitor(pid)
    until_more(before)
    ref
  end

  defp until_more(before) do
    if Process.info(self(), :message_queue_len) == {:message_queue_len, before} do
      Process.sleep(1)
      until_more(before)
    end
  end

  defp unique, do: :"name #{System.unique_integer()}"

  describe "monitor/1,2" do
    test "fires exactly once, each of them" do
      pid = waiting()
      refs = for _ <- 1..5, do: Process.monitor(pid)
      assert length(Enum.uniq(refs)) == 5
      send(pid, :stop)
      for ref <- refs, do: assert_receive({:DOWN, ^ref, :process, ^pid, :normal})
      refute_receive {:DOWN, _, _, _, _}, 2
    end

    test "of a dead process fires with noproc" do
      pid = dead()
      ref = Process.monitor(pid)
      assert_receive {:DOWN, ^ref, :process, ^pid, :noproc}
    end

    test "of itself never fires" do
      ref = Process.monitor(self())
      refute_receive {:DOWN, ^ref, _, _, _}, 2
      assert Process.demonitor(ref)
    end

    test "by name tells name and node" do
      name = unique()
      pid = waiting()
      Process.register(pid, name)
      ref = Process.monitor(name)
      other = Process.monitor({name, node()})
      send(name, :stop)
      assert_receive {:DOWN, ^ref, :process, {^name, node}, :normal}
      assert node == node()
      assert_receive {:DOWN, ^other, :process, {^name, ^node}, :normal}
    end

    test "by a name nobody has fires with noproc" do
      name = unique()
      node = node()
      ref = Process.monitor(name)
      assert_receive {:DOWN, ^ref, :process, {^name, ^node}, :noproc}
      ref = Process.monitor({name, node})
      assert_receive {:DOWN, ^ref, :process, {^name, ^node}, :noproc}
    end

    test "by name stays with the process when the name goes on" do
      name = unique()
      first = waiting()
      Process.register(first, name)
      ref = Process.monitor(name)
      Process.unregister(name)
      second = waiting()
      Process.register(second, name)
      send(second, :stop)
      refute_receive {:DOWN, ^ref, _, _, _}, 2
      send(first, :stop)
      assert_receive {:DOWN, ^ref, :process, {^name, _}, :normal}
    end

    test "with a tag" do
      pid = waiting()
      ref = Process.monitor(pid, tag: {:my, "tag"})
      send(pid, :stop)
      assert_receive {{:my, "tag"}, ^ref, :process, ^pid, :normal}
      ref = Process.monitor(pid, tag: :gone)
      assert_receive {:gone, ^ref, :process, ^pid, :noproc}
    end

    test "is listed" do
      me = self()
      name = unique()
      pid = waiting()
      Process.register(pid, name)
      a = Process.monitor(pid)
      b = Process.monitor(name)
      {:monitors, list} = Process.info(me, :monitors)
      assert {:process, pid} in list
      assert {:process, {name, node()}} in list
      assert Process.info(pid, :monitored_by) == {:monitored_by, [me, me]}
      Process.demonitor(a)
      Process.demonitor(b)
      assert Process.info(pid, :monitored_by) == {:monitored_by, []}
      send(pid, :stop)
    end

    test "bad arguments" do
      assert_raise ArgumentError, fn -> :erlang.monitor(:process, 1) end
      assert_raise ArgumentError, fn -> :erlang.monitor(:processes, self()) end
      assert_raise ArgumentError, fn -> :erlang.monitor(:process, self(), [:alias]) end
      assert_raise ArgumentError, fn -> :erlang.monitor(:process, self(), [{:alias, :reply}]) end
      assert_raise ArgumentError, fn -> :erlang.demonitor(1) end
      assert_raise ArgumentError, fn -> :erlang.demonitor(make_ref(), [:other]) end
    end
  end

  describe "demonitor/1,2" do
    test "nothing comes after it" do
      pid = waiting()
      ref = Process.monitor(pid)
      assert Process.demonitor(ref)
      send(pid, :stop)
      refute_receive {:DOWN, ^ref, _, _, _}, 2
    end

    test "leaves a message that came before, unless it flushes" do
      ref = fired()
      send(self(), :between)
      assert Process.demonitor(ref)
      assert_received {:DOWN, ^ref, _, _, _}
      ref = fired()
      assert Process.demonitor(ref, [:flush])
      refute_received {:DOWN, ^ref, _, _, _}
      assert_received :between
    end

    test "info tells whether there was one" do
      pid = waiting()
      ref = Process.monitor(pid)
      assert Process.demonitor(ref, [:info])
      refute Process.demonitor(ref, [:info])
      ref = fired()
      refute Process.demonitor(ref, [:info])
      assert_received {:DOWN, ^ref, _, _, _}
      refute Process.demonitor(make_ref(), [:info])
      assert Process.demonitor(make_ref())
      send(pid, :stop)
    end

    test "flush and info: true when it was there, or nothing was flushed" do
      ref = Process.monitor(waiting())
      assert Process.demonitor(ref, [:flush, :info])
      ref = fired()
      refute Process.demonitor(ref, [:info, :flush])
      refute_received {:DOWN, ^ref, _, _, _}
      refute Process.demonitor(ref, [:info, :flush])
    end

    test "of another's monitor" do
      me = self()
      pid = waiting()
      ref = Process.monitor(pid)

      spawn(fn ->
        send(me, {:result, try(do: :erlang.demonitor(ref, [:info]), catch: (_, reason -> reason))})
      end)

      assert_receive {:result, result}
      assert result in [false, :badarg]
      send(pid, :stop)
      assert_receive {:DOWN, ^ref, _, _, _}
    end
  end

  describe "aliases" do
    test "are active until unalias" do
      a = Process.alias()
      send(a, 1)
      send(a, 2)
      assert_received 1
      assert_received 2
      assert Process.unalias(a)
      send(a, 3)
      refute_receive 3, 2
      refute Process.unalias(a)
      refute Process.unalias(make_ref())
    end

    test "explicit_unalias is the same" do
      a = Process.alias([:explicit_unalias])
      for n <- 1..3, do: send(a, n)
      for n <- 1..3, do: assert_received(^n)
      assert Process.unalias(a)
    end

    test "reply is good for one message" do
      a = Process.alias([:reply])
      send(a, 1)
      send(a, 2)
      assert_received 1
      refute_receive 2, 2
      refute Process.unalias(a)
    end

    test "work from other processes, and after the owner's death" do
      a = Process.alias()
      spawn(fn -> send(a, :hello) end)
      assert_receive :hello
      me = self()
      spawn(fn -> send(me, {:alias, Process.alias()}) end)
      assert_receive {:alias, gone}
      assert send(gone, :nobody) == :nobody
    end

    test "bad options" do
      assert_raise ArgumentError, fn -> :erlang.alias([:demonitor]) end
      assert_raise ArgumentError, fn -> :erlang.unalias(1) end
    end

    test "of a monitor with explicit_unalias outlives it" do
      pid = waiting()
      ref = Process.monitor(pid, alias: :explicit_unalias)
      send(pid, :stop)
      assert_receive {:DOWN, ^ref, :process, ^pid, :normal}
      send(ref, :still)
      assert_receive :still
      assert Process.unalias(ref)
      send(ref, :over)
      refute_receive :over, 2
    end

    test "of a monitor with demonitor ends with it" do
      ref = Process.monitor(waiting(), alias: :demonitor)
      send(ref, :one)
      send(ref, :two)
      assert_receive :one
      assert_receive :two
      Process.demonitor(ref)
      send(ref, :three)
      refute_receive :three, 2

      pid = waiting()
      ref = Process.monitor(pid, alias: :demonitor)
      send(pid, :stop)
      assert_receive {:DOWN, ^ref, _, _, _}
      send(ref, :late)
      refute_receive :late, 2
    end

    test "unalias leaves the monitor" do
      pid = waiting()
      ref = Process.monitor(pid, alias: :demonitor)
      assert Process.unalias(ref)
      send(ref, :no)
      send(pid, :stop)
      assert_receive {:DOWN, ^ref, _, _, _}
      refute_received :no
    end

    test "of a monitor with reply_demonitor end with the first message" do
      pid = waiting()
      ref = Process.monitor(pid, alias: :reply_demonitor)
      send(ref, :one)
      send(ref, :two)
      assert_receive :one
      refute_receive :two, 2
      send(pid, :stop)
      refute_receive {:DOWN, ^ref, _, _, _}, 2
      refute Process.demonitor(ref, [:info])
    end

    test "a late reply to a call that gave up is dropped" do
      me = self()

      server =
        spawn(fn ->
          receive do
            {from, ref} ->
              send(me, {:asked, self()})
              receive(do: (:answer -> send(ref, {ref, :reply, from})))
          end
        end)

      ref = Process.monitor(server, alias: :reply_demonitor)
      send(server, {me, ref})
      assert_receive {:asked, ^server}
      Process.demonitor(ref, [:flush])
      again = Process.monitor(server)
      send(server, :answer)
      assert_receive {:DOWN, ^again, _, _, :normal}
      refute_received {^ref, :reply, _}
    end
  end
end
