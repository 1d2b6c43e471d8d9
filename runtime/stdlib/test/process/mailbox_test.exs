defmodule Process.MailboxTest do
  use ExUnit.Case, async: true

  describe "order" do
    test "between two processes is the order of sending" do
      me = self()

      pids =
        for who <- 1..5 do
          spawn(fn -> for n <- 1..100, do: send(me, {who, n}) end)
        end

      got = for _ <- 1..500, do: receive(do: ({who, n} when who in 1..5 -> {who, n}))
      for who <- 1..5, do: assert(for({^who, n} <- got, do: n) == Enum.to_list(1..100))
      assert length(pids) == 5
    end

    test "messages come before the exit and the down of their sender" do
      Process.flag(:trap_exit, true)
      me = self()

      for _ <- 1..20 do
        pid = spawn_link(fn -> for n <- 1..10, do: send(me, {self(), n}) end)
        ref = Process.monitor(pid)

        got =
          for _ <- 1..12 do
            receive do
              {^pid, n} -> n
              {:EXIT, ^pid, _} -> :exit
              {:DOWN, ^ref, _, _, _} -> :down
            end
          end

        assert Enum.filter(got, &is_integer/1) == Enum.to_list(1..10)
        assert Enum.find_index(got, &(&1 == 10)) < Enum.find_index(got, &(&1 == :exit))
      end
    end

    test "selective receive leaves the others as they are" do
      for n <- 1..5, do: send(self(), {:n, n})
      assert_received {:n, 3}
      assert_received {:n, 5}
      rest = for _ <- 1..3, do: receive(do: ({:n, n} -> n))
      assert rest == [1, 2, 4]
    end

    test "a reference made after many messages is found" do
      for n <- 1..1000, do: send(self(), {:old, n})
      me = self()
      ref = make_ref()
      spawn(fn -> send(me, {ref, :new}) end)
      assert_receive {^ref, :new}
      assert Process.info(me, :message_queue_len) == {:message_queue_len, 1000}
      for n <- 1..1000, do: assert(receive(do: ({:old, m} -> m)) == n)
    end

    test "a guard that fails is no match" do
      send(self(), :atom)
      send(self(), [1])
      assert receive(do: (x when hd(x) == 1 -> x)) == [1]
      assert receive(do: (x -> x)) == :atom
    end
  end

  describe "receive after" do
    test "0 looks at what is there" do
      send(self(), 1)
      assert receive(do: (2 -> :two), after: (0 -> :none)) == :none
      assert receive(do: (1 -> :one), after: (0 -> :none)) == :one
    end

    test "the largest time" do
      send(self(), 1)
      assert receive(do: (1 -> :one), after: (4_294_967_295 -> :none)) == :one
      send(self(), 1)
      assert receive(do: (1 -> :one), after: (:infinity -> :none)) == :one
    end

    test "bad times" do
      for bad <- [:soon, -1, 1.5, 4_294_967_296, nil] do
        error = assert_raise ErlangError, fn -> receive(do: (:never -> :ok), after: (bad -> :none)) end
        assert error.original == :timeout_value
      end
    end

    test "other messages do not start it anew" do
      me = self()
      pid = spawn(fn -> for(_ <- 1..1000, do: Process.sleep(5) && send(me, :noise)) end)
      start = System.monotonic_time(:millisecond)
      assert receive(do: (:never -> :ok), after: (40 -> :late)) == :late
      assert System.monotonic_time(:millisecond) - start in 39..2000
      Process.exit(pid, :kill)
    end
  end

  describe "timers" do
    test "send_after and start_timer" do
      ref = Process.send_after(self(), :hello, 1)
      assert is_reference(ref)
      assert_receive :hello
      ref = :erlang.start_timer(1, self(), :content)
      assert_receive {:timeout, ^ref, :content}
    end

    test "come in the order of their times" do
      for ms <- [30, 10, 20, 0], do: Process.send_after(self(), {:at, ms}, ms)
      assert for(_ <- 1..4, do: receive(do: ({:at, ms} -> ms))) == [0, 10, 20, 30]
    end

    test "cancel and read" do
      ref = Process.send_after(self(), :never, 100_000)
      assert Process.read_timer(ref) in 90_000..100_000
      assert Process.cancel_timer(ref) in 90_000..100_000
      assert Process.cancel_timer(ref) == false
      assert Process.read_timer(ref) == false
      assert Process.cancel_timer(make_ref()) == false
      ref = Process.send_after(self(), :now, 0)
      assert_receive :now
      assert Process.cancel_timer(ref) == false
    end

    test "options of cancel_timer and read_timer" do
      ref = Process.send_after(self(), :never, 100_000)
      assert Process.cancel_timer(ref, info: false) == :ok
      assert Process.cancel_timer(ref, info: false) == :ok
      ref = Process.send_after(self(), :never, 100_000)
      assert :erlang.read_timer(ref, async: true) == :ok
      assert_receive {:read_timer, ^ref, left} when left in 90_000..100_000
      assert Process.cancel_timer(ref, async: true) == :ok
      assert_receive {:cancel_timer, ^ref, left} when left in 90_000..100_000
      assert Process.cancel_timer(ref, async: true) == :ok
      assert_receive {:cancel_timer, ^ref, false}
      assert Process.cancel_timer(ref, async: true, info: false) == :ok
      refute_receive {:cancel_timer, ^ref, _}, 2
    end

    test "at a time" do
      at = System.monotonic_time(:millisecond) + 5
      Process.send_after(self(), :there, at, abs: true)
      assert_receive :there
      assert System.monotonic_time(:millisecond) >= at
      ref = :erlang.start_timer(System.monotonic_time(:millisecond) - 10, self(), :past, abs: true)
      assert_receive {:timeout, ^ref, :past}
    end

    test "to a name: whoever has it then" do
      name = :"name #{System.unique_integer()}"
      Process.send_after(name, :lost, 0)
      Process.send_after(name, :found, 10)
      Process.sleep(2)
      Process.register(self(), name)
      assert_receive :found
      refute_received :lost
      Process.unregister(name)
    end

    test "to a dead process end with it" do
      pid = spawn(fn -> receive(do: (:never -> :ok)) end)
      ref = Process.send_after(pid, :x, 100_000)
      down = Process.monitor(pid)
      Process.exit(pid, :kill)
      assert_receive {:DOWN, ^down, _, _, _}
      assert :erlang.read_timer(ref) == false
    end

    test "bad arguments" do
      for bad <- [-1, :soon, 1.0] do
        assert_raise ArgumentError, fn -> :erlang.send_after(bad, self(), :x) end
        assert_raise ArgumentError, fn -> :erlang.start_timer(bad, self(), :x) end
      end

      assert_raise ArgumentError, fn -> :erlang.send_after(1, 1, :x) end
      assert_raise ArgumentError, fn -> :erlang.send_after(1, self(), :x, [:abs]) end
      assert_raise ArgumentError, fn -> :erlang.cancel_timer(1) end
      assert_raise ArgumentError, fn -> :erlang.cancel_timer(make_ref(), [:x]) end
    end
  end
end
