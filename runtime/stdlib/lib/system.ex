# The system around the program: time, environment, arguments, exit.
# Behaviour: Elixir's System.
defmodule System do
  @type time_unit :: :second | :millisecond | :microsecond | :nanosecond | pos_integer

  def version, do: "1.20.4"
  def otp_release, do: "29"

  def build_info,
    do: %{build: "1.20.4 (compiled with Erlang/OTP 29)", date: "2026-11-01T00:00:00Z", otp_release: "29", revision: "vivarium", version: "1.20.4"}

  def endianness, do: :little
  def compiled_endianness, do: :little

  def argv, do: :elixir_config.get(:argv, [])
  def argv(args) when is_list(args), do: :elixir_config.put(:argv, args)

  def at_exit(fun) when is_function(fun, 1) do
    :elixir_config.update(:at_exit, &[fun | &1])
    :ok
  end

  def halt(status \\ 0)
  def halt(status) when is_integer(status) or status == :abort, do: :erlang.halt(status)
  def halt(status) when is_binary(status), do: :erlang.halt(String.to_charlist(status))

  def stop(status \\ 0)
  def stop(status) when is_integer(status), do: :init.stop(status)
  def stop(status) when is_binary(status), do: :init.stop(String.to_charlist(status))
  def restart, do: :init.restart()
  def no_halt, do: :elixir_config.get(:no_halt, false)
  def no_halt(value) when is_boolean(value), do: :elixir_config.put(:no_halt, value)

  def pid, do: "1"
  def schedulers, do: :erlang.system_info(:schedulers)
  def schedulers_online, do: :erlang.system_info(:schedulers_online)
  def wait_until_booted, do: :ok

  def get_env, do: :os.env() |> Enum.into(%{}, fn {k, v} -> {:unicode.characters_to_binary(k), :unicode.characters_to_binary(v)} end)

  def get_env(varname, default \\ nil) when is_binary(varname) do
    case :os.getenv(String.to_charlist(varname)) do
      false -> default
      other -> :unicode.characters_to_binary(other)
    end
  end

  def fetch_env(varname) when is_binary(varname) do
    case :os.getenv(String.to_charlist(varname)) do
      false -> :error
      other -> {:ok, :unicode.characters_to_binary(other)}
    end
  end

  def fetch_env!(varname) when is_binary(varname) do
    case fetch_env(varname) do
      {:ok, value} -> value
      :error -> raise System.EnvError, env: varname
    end
  end

  def put_env(varname, value) when is_binary(varname) and is_binary(value) do
    if :binary.match(varname, "=") != :nomatch do
      raise ArgumentError, "cannot execute System.put_env/2 for key with \"=\", got: #{inspect(varname)}"
    end

    :os.putenv(String.to_charlist(varname), String.to_charlist(value))
    :ok
  end

  def put_env(enum) do
    Enum.each(enum, fn
      {key, nil} -> :os.unsetenv(to_charlist(key))
      {key, value} -> :os.putenv(to_charlist(key), to_charlist(value))
    end)
  end

  def delete_env(varname) do
    :os.unsetenv(String.to_charlist(varname))
    :ok
  end

  @deprecated "Use File.cwd/0 instead"
  def cwd, do: :file.cwd()
  @deprecated "Use File.cwd!/0 instead"
  def cwd!, do: :file.cwd()
  @deprecated "Use System.pid/0 instead"
  def get_pid, do: "1"
  def tmp_dir, do: "/tmp"
  def tmp_dir!, do: "/tmp"
  def user_home, do: "/home"
  def user_home!, do: "/home"

  def find_executable(program) when is_binary(program) do
    without_null(program, "System.find_executable/1")
    nil
  end

  # There is no operating system to run a command.
  def cmd(command, args, opts \\ []) when is_binary(command) and is_list(args) do
    without_null(command, "System.cmd/3")

    if not Enum.all?(args, &is_binary/1) do
      raise ArgumentError, "all arguments for System.cmd/3 must be binaries"
    end

    _ = opts
    :erlang.error(:enoent, [command, args])
  end

  def shell(command, opts \\ []) when is_binary(command) do
    without_null(command, "System.shell/2")
    _ = opts
    if String.trim(command) == "", do: {"", 0}, else: :erlang.error(:enoent, [command])
  end

  defp without_null(program, where) do
    if String.contains?(program, "\0") do
      raise ArgumentError, "cannot execute #{where} for program with null byte, got: #{inspect(program)}"
    end
  end

  def trap_signal(signal, _id \\ make_ref(), fun) when is_atom(signal) and is_function(fun, 0), do: {:error, :not_sup}
  def untrap_signal(_signal, _id), do: {:error, :not_found}

  # Time

  def monotonic_time, do: :erlang.monotonic_time()
  def monotonic_time(unit), do: :erlang.monotonic_time(normalize_time_unit(unit))
  def system_time, do: :erlang.system_time()
  def system_time(unit), do: :erlang.system_time(normalize_time_unit(unit))

  def os_time, do: :os.system_time()
  def os_time(unit), do: :os.system_time(normalize_time_unit(unit))

  def time_offset, do: :erlang.time_offset()
  def time_offset(unit), do: :erlang.time_offset(normalize_time_unit(unit))

  def convert_time_unit(time, _from, _to) when not is_integer(time), do: :erlang.error(:badarg)

  def convert_time_unit(time, from_unit, to_unit),
    do: :erlang.convert_time_unit(time, normalize_time_unit(from_unit), normalize_time_unit(to_unit))

  def unique_integer(modifiers \\ []) when is_list(modifiers), do: :erlang.unique_integer(modifiers)

  defp normalize_time_unit(:native), do: :native
  defp normalize_time_unit(:second), do: :second
  defp normalize_time_unit(:millisecond), do: :millisecond
  defp normalize_time_unit(:microsecond), do: :microsecond
  defp normalize_time_unit(:nanosecond), do: :nanosecond
  defp normalize_time_unit(unit) when is_integer(unit) and unit > 0, do: unit

  defp normalize_time_unit(other) do
    raise ArgumentError,
          "unsupported time unit. Expected :second, :millisecond, :microsecond, :nanosecond, or a positive integer, got #{inspect(other)}"
  end

  @deprecated "Use __STACKTRACE__ instead"
  def stacktrace(), do: []
end

defmodule System.EnvError do
  defexception [:env]

  @impl true
  def message(%{env: env}), do: "could not fetch environment variable #{inspect(env)} because it is not set"
end
