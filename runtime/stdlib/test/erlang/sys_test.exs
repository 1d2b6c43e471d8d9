defmodule Erlang.SysTest do
  use ExUnit.Case, async: true

  defmodule Counter do
    use GenServer
    def start_link(n), do: GenServer.start_link(__MODULE__, n)
    def init(n), do: {:ok, n}
    def handle_call(:next, _from, n), do: {:reply, n, n + 1}
    def handle_cast({:add, m}, n), do: {:noreply, n + m}
    def code_change(_old, n, extra), do: {:ok, {n, extra}}
    def format_status(status), do: Map.update!(status, :state, &{:shown, &1})
  end

  setup do
    %{counter: start_supervised!({Counter, 1})}
  end

  test "states are read and replaced", %{counter: counter} do
    assert :sys.get_state(counter) == 1
    assert :sys.replace_state(counter, &(&1 + 10)) == 11
    assert GenServer.call(counter, :next) == 11
    assert_raise ErlangError, fn -> raise ErlangError, original: catch_exit(:sys.get_state(:nobody_at_all)) end
  end

  test "what is asked while it is held is answered afterwards", %{counter: counter} do
    :ok = :sys.suspend(counter)
    task = Task.async(fn -> GenServer.call(counter, :next) end)
    assert Task.yield(task, 20) == nil
    assert :sys.change_code(counter, Counter, :old, :extra) == :ok
    assert :sys.get_state(counter) == {1, :extra}
    :sys.replace_state(counter, fn {n, _} -> n end)
    :ok = :sys.resume(counter)
    assert Task.await(task) == 1
  end

  test "events are counted and kept", %{counter: counter} do
    :ok = :sys.statistics(counter, true)
    :ok = :sys.log(counter, true)
    GenServer.call(counter, :next)
    GenServer.cast(counter, {:add, 5})
    assert {:ok, figures} = :sys.statistics(counter, :get)
    assert figures[:messages_in] == 2
    assert figures[:messages_out] == 1
    me = self()
    assert {:ok, [{:in, {:"$gen_call", {_, _}, :next}}, {:out, 1, {^me, _}, 2} | _]} = :sys.log(counter, :get)

    assert ExUnit.CaptureIO.capture_io(fn ->
             Process.group_leader(counter, Process.group_leader())
             :ok = :sys.log(counter, :print)
           end) =~ ~r/^\*DBG\* <[0-9.]+> got call next from <[0-9.]+>\n\*DBG\* <[0-9.]+> sent 1 to <[0-9.]+>, new state 2\n/

    :ok = :sys.no_debug(counter)
    assert :sys.statistics(counter, :get) == {:ok, :no_statistics}
  end

  test "a function sees the events", %{counter: counter} do
    me = self()

    :ok =
      :sys.install(counter, {fn state, event, _misc ->
         send(me, {:event, event})
         state
       end, nil})

    GenServer.cast(counter, {:add, 5})
    assert_receive {:event, {:in, {:"$gen_cast", {:add, 5}}}}
    assert_receive {:event, {:noreply, 6}}
  end

  test "the status is shown as the callback module wants it", %{counter: counter} do
    assert {:status, ^counter, {:module, :gen_server}, [_, :running, parent, [], misc]} = :sys.get_status(counter)
    assert is_pid(parent)
    assert {:data, [{~c"State", {:shown, 1}}]} in misc
    assert misc[:header] == ~c"Status for generic server " ++ :erlang.pid_to_list(counter)
  end
end
