# Knows which applications are loaded and which are running, and starts and stops
# them. Only starting one with processes needs the process of this name.
defmodule :application_controller do
  use GenServer

  @elixir ~c"1.20.4"
  @ex_unit [
    colors: [],
    max_failures: :infinity,
    exclude: [],
    slowest_modules: 0,
    refute_receive_timeout: 100,
    formatters: [ExUnit.CLIFormatter],
    include: [],
    slowest: 0,
    exit_status: 2,
    stacktrace_depth: 20,
    timeout: 60_000,
    capture_log: false,
    rand_algorithm: :exsss,
    assert_receive_timeout: 100,
    after_suite: [],
    trace: false,
    dry_run: false,
    repeat_until_failure: 0,
    autorun: true
  ]
  @iex [
    colors: [],
    auto_reload: false,
    history_size: 20,
    inspect: [pretty: true],
    default_prompt: "%prefix(%counter)>",
    alive_prompt: "%prefix(%node)%counter>"
  ]
  @logger [
    translator_inspect_opts: [],
    metadata: [],
    utc_log: false,
    always_evaluate_messages: false,
    compile_time_purge_matching: [],
    truncate: 8096,
    compile_time_application: nil,
    translators: [{Logger.Translator, :translate}],
    handle_sasl_reports: false,
    handle_otp_reports: true
  ]

  # {application, description, version, applications it needs, callback module, environment}
  @known [
    {:logger, ~c"logger", @elixir, [:kernel, :stdlib, :elixir], [], @logger},
    {:elixir, ~c"elixir", @elixir, [:kernel, :stdlib, :compiler], [], [check_endianness: true, dbg_callback: {Macro, :dbg, []}]},
    {:compiler, ~c"ERTS  CXC 138 10", ~c"10.0.6", [:kernel, :stdlib], [], []},
    {:stdlib, ~c"ERTS  CXC 138 10", ~c"8.1", [:kernel], [], []},
    {:kernel, ~c"ERTS  CXC 138 10", ~c"11.0.4", [], [], []},
    {:ex_unit, ~c"ex_unit", @elixir, [:kernel, :stdlib, :elixir], {ExUnit, []}, @ex_unit},
    {:eex, ~c"eex", @elixir, [:kernel, :stdlib, :elixir], [], []},
    {:iex, ~c"iex", @elixir, [:kernel, :stdlib, :elixir], [], @iex},
    {:mix, ~c"mix", @elixir, [:kernel, :stdlib, :elixir], {Mix, []}, [colors: []]},
    {:crypto, ~c"CRYPTO", ~c"5.10", [:kernel, :stdlib], [], []},
    {:sasl, ~c"SASL  CXC 138 11", ~c"4.4", [:kernel, :stdlib], [], []},
    {:runtime_tools, ~c"RUNTIME_TOOLS", ~c"2.5", [:kernel, :stdlib], [], []}
  ]
  @always [:logger, :elixir, :compiler, :stdlib, :kernel]
  @keys [:description, :id, :vsn, :modules, :maxP, :maxT, :registered, :included_applications, :optional_applications, :applications, :mod, :start_phases]
  @defaults [
    description: [],
    id: [],
    vsn: [],
    modules: [],
    maxP: :infinity,
    maxT: :infinity,
    registered: [],
    included_applications: [],
    optional_applications: [],
    applications: [],
    mod: [],
    start_phases: :undefined
  ]

  # What may be read without asking the process

  def env(app) do
    case :persistent_term.get({:application, app}, nil) do
      nil -> if(app in @always, do: elem(:lists.keyfind(app, 1, @known), 5), else: [])
      env -> env
    end
  end

  def put_env(app, env), do: :persistent_term.put({:application, app}, env)

  defp specs, do: :persistent_term.get({__MODULE__, :specs}, [])
  defp running, do: :persistent_term.get({__MODULE__, :running}, [])
  defp put_specs(specs), do: :persistent_term.put({__MODULE__, :specs}, specs)
  defp put_running(running), do: :persistent_term.put({__MODULE__, :running}, running)

  def loaded, do: for({app, _} <- specs(), do: app) ++ @always
  def started do
    always = if :persistent_term.get({__MODULE__, :logger}, true), do: @always, else: tl(@always)
    for({app, _, _, _} <- running(), do: app) ++ always
  end

  def spec(app) do
    case :lists.keyfind(app, 1, specs()) do
      {_, spec} -> spec
      false -> if app in @always, do: known_spec(app)
    end
  end

  def own?(app), do: :lists.keymember(app, 1, specs()) and known_spec(app) == nil

  defp known_spec(app) do
    case :lists.keyfind(app, 1, @known) do
      {_, description, version, needs, mod, _} ->
        complete(description: description, vsn: version, applications: needs, mod: mod, modules: :vivarium_code.modules(app))

      false ->
        nil
    end
  end

  defp complete(given), do: Enum.map(@keys, &{&1, Keyword.get(given, &1, @defaults[&1])})

  # The application whose master a process has as its group leader.
  def application_of(pid) do
    with {:group_leader, leader} <- :erlang.process_info(pid, :group_leader),
         {app, _, _, _} <- :lists.keyfind(leader, 3, running()) do
      app
    else
      _ -> nil
    end
  end

  def application_with(module) do
    case Enum.find(specs(), fn {_, spec} -> module in spec[:modules] end) do
      {app, _} -> {:ok, app}
      nil -> :undefined
    end
  end

  def supervisor(app) do
    case :lists.keyfind(app, 1, running()) do
      {_, _, _, pid} when is_pid(pid) -> {:ok, pid}
      _ -> :undefined
    end
  end

  # Loading

  def load({:application, app, given}) do
    if app in loaded() do
      {:error, {:already_loaded, app}}
    else
      put_specs([{app, complete(given)} | specs()])
      put_env(app, merge(Keyword.get(given, :env, []), env(app)))
      :ok
    end
  end

  def load(app) when is_atom(app) do
    cond do
      app in loaded() -> {:error, {:already_loaded, app}}
      spec = known_spec(app) -> load({:application, app, [{:env, elem(:lists.keyfind(app, 1, @known), 5)} | spec]})
      true -> {:error, {~c"no such file or directory", :erlang.atom_to_list(app) ++ ~c".app"}}
    end
  end

  # What was configured before wins over what the application comes with.
  defp merge(own, set), do: Enum.reduce(set, own, fn {key, value}, acc -> :lists.keystore(key, 1, acc, {key, value}) end)

  def unload(app) do
    cond do
      app in started() -> {:error, {:running, app}}
      :lists.keymember(app, 1, specs()) -> put_specs(:lists.keydelete(app, 1, specs())) && put_env(app, []) && :ok
      true -> {:error, {:not_loaded, app}}
    end
  end

  # Starting

  def start({:application, app, _} = spec, type) do
    _ = load(spec)
    start(app, type)
  end

  def start(app, type) do
    cond do
      app in started() -> {:error, {:already_started, app}}
      error = load_error(load(app)) -> error
      needed = Enum.find(spec(app)[:applications] -- spec(app)[:optional_applications], &(&1 not in started())) -> {:error, {:not_started, needed}}
      true -> start_loaded(app, type, spec(app))
    end
  end

  defp load_error({:error, {:already_loaded, _}}), do: nil
  defp load_error({:error, _} = error), do: error
  defp load_error(:ok), do: nil

  # Logger's processes are always there; only what it adds is started and stopped.
  defp start_loaded(:logger, type, _spec) do
    {:ok, _} = Logger.App.start(type, [])
    :persistent_term.put({__MODULE__, :logger}, true)
    progress(:logger)
  end

  defp start_loaded(app, type, spec) do
    case spec[:mod] do
      [] ->
        put_running([{app, type, nil, nil} | running()])
        progress(app)

      {_, _} ->
        GenServer.call(ensure_process(), {:start, app, type}, :infinity)
    end
  end

  def stop(:logger) do
    if :logger in started() do
      :persistent_term.put({__MODULE__, :logger}, false)
      Logger.App.stop([])
    else
      {:error, {:not_started, :logger}}
    end
  end

  def stop(app) do
    case :lists.keyfind(app, 1, running()) do
      {_, _, nil, _} -> put_running(:lists.keydelete(app, 1, running())) && :ok
      {_, _, master, _} -> GenServer.call(ensure_process(), {:stop, app, master}, :infinity)
      false -> {:error, {:not_started, app}}
    end
  end

  defp ensure_process do
    with nil <- Process.whereis(__MODULE__) do
      case GenServer.start(__MODULE__, Process.whereis(:user), name: __MODULE__) do
        {:ok, pid} -> pid
        {:error, {:already_started, pid}} -> pid
      end
    end
  end

  # The process. An application being started runs in its master, so that the
  # controller can be asked meanwhile.

  @impl true
  def init(leader) do
    :vivarium_trace.role(:system, __MODULE__)
    Process.flag(:trap_exit, true)
    if leader, do: Process.group_leader(self(), leader)
    {:ok, %{starting: %{}, stopping: %{}}}
  end

  @impl true
  def handle_call({:start, app, type}, from, state) do
    case Enum.find(state.starting, fn {_, {other, _, _}} -> other == app end) do
      {master, {_, _, waiting}} ->
        {:noreply, put_in(state.starting[master], {app, type, [from | waiting]})}

      nil ->
        controller = self()
        master = spawn_link(fn -> master(controller, app, spec(app)[:mod]) end)
        {:noreply, put_in(state.starting[master], {app, type, [from]})}
    end
  end

  def handle_call({:stop, app, master}, from, state) do
    send(master, {self(), :stop})
    {:noreply, put_in(state.stopping[master], {app, from})}
  end

  @impl true
  def handle_info({:started, master, result}, state) do
    {{app, type, waiting}, starting} = Map.pop!(state.starting, master)

    reply =
      case result do
        {:ok, top} ->
          put_running([{app, type, master, top} | running()])
          progress(app)

        {:error, reason} ->
          exited(app, reason, type)
          {:error, reason}
      end

    Enum.each(waiting, &GenServer.reply(&1, reply))
    {:noreply, %{state | starting: starting}}
  end

  def handle_info({:EXIT, master, reason}, state) do
    case :lists.keyfind(master, 3, running()) do
      {app, type, _, _} ->
        put_running(:lists.keydelete(app, 1, running()))
        stopper = state.stopping[master]
        exited(app, if(stopper, do: :stopped, else: reason), type)
        if stopper, do: GenServer.reply(elem(stopper, 1), :ok), else: down(type, reason)

      false ->
        :ok
    end

    {:noreply, %{state | stopping: Map.delete(state.stopping, master)}}
  end

  def handle_info(_message, state), do: {:noreply, state}

  # A permanent application takes the system with it, a transient one if it
  # did not end as it should.
  defp down(:permanent, _reason), do: System.stop(1)
  defp down(:transient, reason) when reason != :normal, do: System.stop(1)
  defp down(_, _), do: :ok

  defp progress(app) do
    :logger.info(
      %{label: {:application_controller, :progress}, report: [application: app, started_at: node()]},
      %{domain: [:otp, :sasl], report_cb: &__MODULE__.report_cb/2}
    )
  end

  defp exited(app, reason, type) do
    :logger.notice(
      %{label: {:application_controller, :exit}, report: [application: app, exited: reason, type: type]},
      %{domain: [:otp], report_cb: &__MODULE__.report_cb/2}
    )
  end

  def report_cb(%{report: report}, _opts), do: :io_lib.format(~c"~p", [report]) |> :lists.flatten()

  # The master of an application: the group leader of its processes, which passes
  # on what they write. Another process calls the application's functions, as they
  # may write too.
  defp master(controller, app, {mod, args}) do
    :vivarium_trace.role(:system, :application_master)
    Process.flag(:trap_exit, true)
    leader = Process.group_leader()
    Process.group_leader(self(), self())
    master = self()
    runner = spawn_link(fn -> run(master, mod, args) end)
    master_loop(%{controller: controller, app: app, leader: leader, runner: runner})
  end

  defp master_loop(state) do
    %{controller: controller, runner: runner} = state

    receive do
      {:io_request, _, _, _} = request ->
        send(state.leader, request)
        master_loop(state)

      {^runner, :started, result} ->
        send(controller, {:started, self(), result})
        master_loop(state)

      {^controller, :stop} ->
        send(runner, {self(), :stop})
        master_loop(state)

      {:EXIT, ^runner, reason} ->
        exit(reason)

      {:EXIT, ^controller, reason} ->
        exit(reason)

      _ ->
        master_loop(state)
    end
  end

  defp run(master, mod, args) do
    Process.flag(:trap_exit, true)
    call = {mod, :start, [:normal, args]}

    result =
      try do
        mod.start(:normal, args)
      catch
        :exit, reason -> {:bad_return, {call, {:EXIT, reason}}}
        :error, reason -> {:bad_return, {call, {:EXIT, {reason, __STACKTRACE__}}}}
        :throw, value -> {:bad_return, {call, value}}
      end

    case result do
      {:ok, top} when is_pid(top) -> running(master, mod, top, [])
      {:ok, top, state} when is_pid(top) -> running(master, mod, top, state)
      {:error, reason} -> not_started(master, {reason, call})
      {:bad_return, _} = reason -> not_started(master, reason)
      other -> not_started(master, {:bad_return, {call, other}})
    end
  end

  defp not_started(master, reason) do
    send(master, {self(), :started, {:error, reason}})
    exit(:normal)
  end

  defp running(master, mod, top, state) do
    send(master, {self(), :started, {:ok, top}})
    wait(master, mod, top, state)
  end

  defp wait(master, mod, top, state) do
    receive do
      {^master, :stop} ->
        state = prep_stop(mod, state)
        Process.unlink(top)
        ref = Process.monitor(top)
        Process.exit(top, :shutdown)
        receive do: ({:DOWN, ^ref, _, _, _} -> :ok)
        _ = stop_callback(mod, state)
        exit(:stopped)

      {:EXIT, ^top, reason} ->
        _ = stop_callback(mod, state)
        exit(reason)

      {:EXIT, ^master, reason} ->
        Process.exit(top, :kill)
        exit(reason)

      _ ->
        wait(master, mod, top, state)
    end
  end

  defp prep_stop(mod, state) do
    if function_exported?(mod, :prep_stop, 1), do: mod.prep_stop(state), else: state
  end

  defp stop_callback(mod, state) do
    mod.stop(state)
  catch
    _, _ -> :ok
  end
end
