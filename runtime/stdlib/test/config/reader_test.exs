defmodule Config.ReaderTest do
  use ExUnit.Case, async: true

  @config """
  import Config
  config :app, Repo, key: [nested: false, other: true]
  config :app, Repo, key: [nested: true]
  config :other, value: config_env()
  """

  setup do
    dir = Path.join(System.tmp_dir!(), "config_#{System.unique_integer([:positive])}")
    File.mkdir_p!(dir)
    on_exit(fn -> File.rm_rf!(dir) end)
    path = Path.join(dir, "config.exs")
    File.write!(path, @config <> ~s(import_config "more.exs"\n))
    File.write!(Path.join(dir, "more.exs"), "import Config\nconfig :more, read_config(:other)")
    {:ok, path: path, dir: dir}
  end

  test "files and what they import", %{path: path, dir: dir} do
    config = [
      app: [{Repo, [key: [other: true, nested: true]]}],
      other: [value: :dev],
      more: [value: :dev]
    ]

    assert Config.Reader.read!(path, env: :dev) == config
    assert Config.Reader.read_imports!(path, env: :dev) == {config, [Path.join(dir, "more.exs"), path]}

    assert_raise RuntimeError, ~r/import_config\/1 is not enabled/, fn ->
      Config.Reader.read!(path, env: :dev, imports: :disabled)
    end

    assert_raise RuntimeError, "no :env key was given to this configuration file", fn ->
      Config.Reader.read!(path)
    end
  end

  test "text" do
    assert Config.Reader.eval!("x.exs", @config, env: :test)[:other] == [value: :test]
    assert Config.Reader.eval!("x.exs", "[app: [key: :value]]") == [app: [key: :value]]

    assert_raise ArgumentError, ~r/expected config for app :app in .*x.exs to return keyword/, fn ->
      Config.Reader.eval!("x.exs", "[app: 1]")
    end

    assert_raise RuntimeError, ~r/could not set configuration via Config/, fn ->
      Code.eval_string("import Config; config :a, b: 1")
    end
  end

  test "a provider", %{path: path} do
    state = Config.Reader.init(path: path, env: :prod)
    assert Config.Reader.load([more: [old: 1]], state)[:more] == [old: 1, value: :prod]
    assert_raise ArgumentError, ~r/expected configuration path/, fn -> Config.Reader.init("x") end
  end
end
