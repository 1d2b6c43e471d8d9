defmodule OTP.ApplicationTest do
  use ExUnit.Case

  defmodule Sample do
    use Application

    def start(type, owner) do
      send(owner, {:started, type, self()})
      Supervisor.start_link([{Agent, fn -> Process.group_leader() end}], strategy: :one_for_one)
    end

    def prep_stop(state) do
      send(Application.fetch_env!(:sample_app, :owner), {:prep_stop, state})
      state
    end

    def stop(_state), do: send(Application.fetch_env!(:sample_app, :owner), :stopped)
  end

  defp load(env) do
    spec =
      {:application, :sample_app,
       [
         description: ~c"A sample",
         vsn: ~c"1.2.3",
         modules: [Sample],
         registered: [],
         applications: [:kernel, :stdlib, :elixir],
         env: [owner: self()] ++ env,
         mod: {Sample, self()}
       ]}

    :ok = :application.load(spec)

    on_exit(fn ->
      Application.stop(:sample_app)
      Application.unload(:sample_app)
    end)
  end

  @tag :capture_log
  test "an application is started, found and stopped" do
    load(answer: 42)
    assert Application.spec(:sample_app, :vsn) == ~c"1.2.3"
    assert Application.get_env(:sample_app, :answer) == 42
    assert Application.ensure_all_started(:sample_app) == {:ok, [:sample_app]}
    assert Application.ensure_all_started(:sample_app) == {:ok, []}
    assert_received {:started, :normal, starter}
    assert {:sample_app, ~c"A sample", ~c"1.2.3"} in Application.started_applications()
    assert Application.get_application(Sample) == :sample_app

    # What an application starts has its master for a group leader.
    assert starter != self()
    assert Process.info(self(), :group_leader) != {:group_leader, starter}

    assert Application.stop(:sample_app) == :ok
    assert_received {:prep_stop, _}
    assert_received :stopped
    assert Application.stop(:sample_app) == {:error, {:not_started, :sample_app}}
  end

  test "what an application needs has to run before it" do
    :ok = :application.load({:application, :needy_app, [applications: [:absent_app]]})
    on_exit(fn -> Application.unload(:needy_app) end)
    assert Application.start(:needy_app) == {:error, {:not_started, :absent_app}}
    assert {:error, {:absent_app, {~c"no such file or directory", ~c"absent_app.app"}}} = Application.ensure_all_started(:needy_app)
  end

  test "configuration" do
    Application.put_env(:no_app, :key, a: 1)
    assert Application.fetch_env(:no_app, :key) == {:ok, [a: 1]}
    Application.put_all_env(no_app: [key: [b: 2], other: 3])
    assert Enum.sort(Application.get_all_env(:no_app)) == [key: [b: 2], other: 3]
    Application.delete_env(:no_app, :key)
    assert Application.fetch_env(:no_app, :key) == :error

    assert_raise ArgumentError, ~r/could not fetch application environment :key for application :no_app/, fn ->
      Application.fetch_env!(:no_app, :key)
    end
  end
end
