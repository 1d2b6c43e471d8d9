defmodule Logger.SampleTest do
  use ExUnit.Case

  import ExUnit.CaptureLog
  require Logger

  test "levels" do
    log = capture_log(fn -> for level <- Logger.levels(), do: Logger.log(level, "at #{level}") end)
    for level <- Logger.levels(), do: assert(log =~ "[#{level}] at #{level}")
    assert Logger.compare_levels(:warning, :info) == :gt
  end

  test "messages are made only where they are wanted" do
    Logger.put_module_level(__MODULE__, :error)
    assert capture_log(fn -> Logger.info(fn -> flunk("not wanted") end) end) == ""
    Logger.delete_module_level(__MODULE__)
    assert capture_log(fn -> Logger.info(fn -> {"wanted", []} end) end) =~ "[info] wanted"
  end

  test "a process may say less" do
    Logger.put_process_level(self(), :error)
    assert Logger.get_process_level(self()) == :error
    assert capture_log(fn -> Logger.info("not wanted") end) == ""
    Logger.delete_process_level(self())
    assert capture_log(fn -> Logger.info("wanted") end) =~ "wanted"
  end

  test "metadata and formats" do
    Logger.metadata(request: 7)
    assert Logger.metadata() == [request: 7]
    assert capture_log([format: "$level|$metadata|$message\n", metadata: [:request, :extra], colors: [enabled: false]], fn -> Logger.warning("hm", extra: :x) end) ==
             "warning|request=7 extra=x |hm\n"

    Logger.reset_metadata()
    assert Logger.metadata() == []
  end

  test "reports" do
    assert capture_log(fn -> Logger.info(a: 1, b: "two") end) =~ "[info] [a: 1, b: \"two\"]"
    assert capture_log(fn -> Logger.info(%{c: 3}) end) =~ "[info] [c: 3]"
    assert capture_log(fn -> :logger.error(~c"~p and ~ts", [[1, 2], "é"]) end) =~ "[error] [1, 2] and é"
  end

  defmodule Crasher do
    use GenServer
    def init(x), do: {:ok, x}
    def handle_call(:crash, _from, _), do: raise("oops")
    def handle_cast(:exit, state), do: {:stop, :bad, state}
  end

  test "what is said about servers that end" do
    {:ok, pid} = GenServer.start(Crasher, :the_state)
    log = capture_log(fn -> catch_exit(GenServer.call(pid, :crash)) end)
    assert log =~ "[error] GenServer #{inspect(pid)} terminating\n** (RuntimeError) oops\n"
    assert log =~ "Last message (from #{inspect(self())}): :crash\nState: :the_state\n"
    assert log =~ "Client #{inspect(self())} is alive\n"

    {:ok, pid} = GenServer.start(Crasher, :the_state)
    ref = Process.monitor(pid)

    log =
      capture_log(fn ->
        GenServer.cast(pid, :exit)
        assert_receive {:DOWN, ^ref, _, _, :bad}
      end)

    assert log =~ "** (stop) :bad\nLast message: {:\"$gen_cast\", :exit}\nState: :the_state\n"
  end

  test "what is said about processes and tasks that end" do
    log =
      capture_log(fn ->
        down(spawn(fn -> raise ArgumentError, "no" end))
        Process.sleep(50)
      end)

    assert log =~ ~r/\[error\] Process #PID<.*> raised an exception\n\*\* \(ArgumentError\) no\n/

    {task, log} =
      with_log(fn ->
        {:ok, task} = Task.start(fn -> exit(:gone) end)
        down(task)
        task
      end)

    assert log =~ "[error] Task #{inspect(task)} started from #{inspect(self())} terminating\n** (stop) :gone\n"
  end

  test "the logger is stopped and started again" do
    filters = :logger.get_primary_config().filters
    Logger.App.stop()
    assert :logger.get_primary_config().filters[:logger_translator] == nil
    Logger.App.start()
    :logger.remove_primary_filter(:silence_logger_exit)
    assert :logger.get_primary_config().filters == filters
    assert capture_log(fn -> Logger.info("again") end) =~ "again"
  end

  test "a task tells its label" do
    report = %{name: self(), starter: self(), function: :f, args: [], reason: :oops, process_label: :working}
    {format, terms} = Task.Supervised.format_report(%{label: {Task.Supervisor, :terminating}, report: report})
    assert :io_lib.format(format, terms) |> IO.chardata_to_string() =~ "** Process Label == working\n** Started from"
  end

  defp down(pid) do
    ref = Process.monitor(pid)
    assert_receive {:DOWN, ^ref, _, _, _}, 1000
  end

  test "filters and translators" do
    :logger.add_primary_filter(:secrets, {fn event, word -> if(inspect(event.msg) =~ word, do: :stop, else: :ignore) end, "secret"})
    assert capture_log(fn -> Logger.info("a secret") end) == ""
    :logger.add_primary_filter(:later, {fn _, _ -> :ignore end, nil})
    assert [{:later, _}, {:secrets, _} | _] = :logger.get_primary_config().filters
    :logger.remove_primary_filter(:later)
    :logger.remove_primary_filter(:secrets)
    assert capture_log(fn -> Logger.info("a secret") end) =~ "a secret"
  end
end
