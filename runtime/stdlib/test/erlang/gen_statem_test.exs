defmodule Erlang.GenStatemTest do
  use ExUnit.Case, async: true

  defmodule Door do
    @behaviour :gen_statem
    def start_link(owner), do: :gen_statem.start_link(__MODULE__, owner, [])
    def child_spec(owner), do: %{id: __MODULE__, start: {__MODULE__, :start_link, [owner]}}

    @impl true
    def callback_mode, do: [:state_functions, :state_enter]
    @impl true
    def init(owner), do: {:ok, :locked, %{owner: owner, entered: ""}}

    def locked(:enter, old, data), do: tell({:keep_state, %{data | entered: ""}}, data, {:locked, old})

    def locked({:call, from}, {:button, b}, data) do
      case data.entered <> b do
        "123" -> {:next_state, :open, data, [{:reply, from, :opened}]}
        entered -> {:keep_state, %{data | entered: entered}, [{:reply, from, :wait}, {:timeout, 50, :too_slow}]}
      end
    end

    def locked(:timeout, :too_slow, data), do: tell({:keep_state, %{data | entered: ""}}, data, :forgotten)
    def locked({:call, _from}, :walk, _data), do: {:keep_state_and_data, :postpone}
    def locked(:info, :stop, _data), do: :stop

    def open(:enter, old, data), do: tell({:keep_state_and_data, {:state_timeout, 100, :close}}, data, {:open, old})
    def open(:state_timeout, :close, data), do: {:next_state, :locked, data}
    def open({:call, from}, :walk, data), do: {:keep_state, data, [{:reply, from, :through}, {:next_event, :internal, :noted}]}
    def open(:internal, :noted, data), do: tell(:keep_state_and_data, data, :noted)
    def open({:call, from}, {:later, ms}, _), do: {:keep_state_and_data, {{:timeout, :own}, ms, from}}
    def open({:timeout, :own}, from, data), do: {:next_state, :locked, data, {:reply, from, :late}}

    defp tell(result, %{owner: owner}, what) do
      send(owner, what)
      result
    end
  end

  setup do
    %{door: start_supervised!({Door, self()})}
  end

  test "state functions, entering, postponing and the timeouts", %{door: door} do
    assert_receive {:locked, :locked}
    assert :gen_statem.call(door, {:button, "1"}) == :wait
    assert_receive :forgotten, 1000
    walker = Task.async(fn -> :gen_statem.call(door, :walk) end)
    assert Task.yield(walker, 20) == nil
    assert Enum.map(["1", "2", "3"], &:gen_statem.call(door, {:button, &1})) == [:wait, :wait, :opened]
    assert_receive {:open, :locked}
    assert Task.await(walker) == :through
    assert_receive :noted
    assert_receive {:locked, :open}, 1000
  end

  test "timeouts with a name outlive the events", %{door: door} do
    for b <- ["1", "2", "3"], do: :gen_statem.call(door, {:button, b})
    assert :gen_statem.call(door, {:later, 5}) == :late
    assert {:locked, %{entered: ""}} = :sys.get_state(door)
  end

  test "it may be looked into, held and changed", %{door: door} do
    assert {:locked, %{entered: ""}} = :sys.get_state(door)
    :ok = :sys.suspend(door)
    assert {:locked, %{entered: "12"}} = :sys.replace_state(door, fn {s, d} -> {s, %{d | entered: "12"}} end)
    :ok = :sys.resume(door)
    assert :gen_statem.call(door, {:button, "3"}) == :opened
    assert {:status, ^door, {:module, :gen_statem}, [_, :running, _, [], _]} = :sys.get_status(door)
  end

  test "stopping", %{door: door} do
    ref = Process.monitor(door)
    stop_supervised!(Door)
    assert_receive {:DOWN, ^ref, _, _, :shutdown}
    assert catch_exit(:gen_statem.call(door, :walk)) == {:noproc, {:gen_statem, :call, [door, :walk, :infinity]}}
  end

  defmodule Switch do
    @behaviour :gen_statem
    def callback_mode, do: :handle_event_function
    def init(_), do: {:ok, :off, 0}
    def handle_event({:call, from}, :flip, :off, n), do: {:next_state, :on, n + 1, {:reply, from, n}}
    def handle_event({:call, from}, :flip, :on, n), do: {:next_state, :off, n + 1, {:reply, from, n}}
    def handle_event(:cast, {:reset, n}, _, _), do: {:next_state, :off, n}
    def handle_event({:call, from}, :done, _, n), do: {:stop_and_reply, :normal, {:reply, from, n}}
  end

  test "one function for every state" do
    {:ok, switch} = :gen_statem.start(Switch, [], [])
    assert :gen_statem.call(switch, :flip) == 0
    assert :gen_statem.call(switch, :flip) == 1
    :gen_statem.cast(switch, {:reset, 10})
    assert :gen_statem.call(switch, :flip) == 10
    assert :gen_statem.call(switch, :done) == 11
  end
end
