# Compiles files that may need each other, in any order: each in a process of
# its own, which waits where it needs a module that another file defines.
# Behaviour: Elixir's Kernel.ParallelCompiler.
defmodule Kernel.ParallelCompiler do
  def async(fun) when is_function(fun, 0) do
    case :erlang.get(:elixir_compiler_info) do
      {_, _} = info ->
        Task.async(fn ->
          :erlang.put(:elixir_compiler_info, info)
          Process.flag(:error_handler, Kernel.ErrorHandler)
          fun.()
        end)

      :undefined ->
        raise ArgumentError, "cannot spawn parallel compiler task because the current file is not being compiled/required"
    end
  end

  def pmap(collection, fun) when is_function(fun, 1) do
    collection |> Enum.map(&async(fn -> fun.(&1) end)) |> Task.await_many(:infinity)
  end

  def compile(files, options \\ []) when is_list(options) do
    case Keyword.pop(options, :dest) do
      {nil, options} -> run(files, options)
      {path, options} -> compile_to_path(files, path, options)
    end
  end

  # There are no object files; the path is what :code.which/1 tells of them.
  def compile_to_path(files, path, options \\ []) when is_binary(path) and is_list(options) do
    :vivarium_code.put_option(:destination, {:set, Path.expand(path)})
    run(files, options)
  after
    :vivarium_code.put_option(:destination, nil)
  end

  def require(files, options \\ []) when is_list(options), do: run(files, options)

  # Compiles sources that are no files, pairs of a name and a text, each by the
  # function; what run/2 returns.
  def sources(sources, compile) when is_function(compile, 2) do
    texts = Map.new(sources)
    run(for({name, _} <- sources, do: name), return_diagnostics: true, vivarium_source: &compile.(Map.fetch!(texts, &1), &1))
  end

  # {:ok, modules, warnings} or {:error, errors, warnings}; what the compiler has
  # to say is printed as well.
  defp run(files, options) do
    :vivarium_code.collect_diagnostics(true)

    state = %{
      options: options,
      running: %{},
      waiting: [],
      modules: [],
      structs: [],
      errors: []
    }

    state =
      files
      |> Enum.reduce(state, &spawn_file(&1, &2))
      |> loop()

    compiling = :vivarium_code.take_diagnostics()
    :vivarium_code.collect_diagnostics(true)
    if state.errors == [], do: :vivarium_code.postponed_checks(), else: :vivarium_code.forget_checks()
    checking = :vivarium_code.take_diagnostics()

    {errors, checked} = Enum.split_with(checking, &(&1.severity == :error))
    if errors != [], do: IO.puts(:stderr, "== Type checking failed with errors ==")
    if !Keyword.get(options, :return_diagnostics, false),
      do: IO.warn("you must pass return_diagnostics: true when invoking Kernel.ParallelCompiler functions")

    {failed, compiled} = Enum.split_with(compiling, &(&1.severity == :error))
    # What code under compilation reports as an error is none of a compilation that succeeds.
    failed = if state.errors == [], do: [], else: failed
    finish(state, failed ++ Enum.reverse(state.errors) ++ errors, compiled, checked)
  end

  defp finish(state, [], compiled, checked),
    do: {:ok, Enum.reverse(state.modules), warnings(state, compiled, checked)}

  defp finish(state, errors, compiled, checked) do
    if Keyword.get(state.options, :return_diagnostics, false),
      do: {:error, errors, warnings(state, compiled, checked)},
      else: {:error, Enum.map(errors, &plain/1), warnings(state, compiled, checked)}
  end

  defp warnings(state, compiled, checked) do
    if Keyword.get(state.options, :return_diagnostics, false),
      do: %{compile_warnings: compiled, runtime_warnings: checked},
      else: Enum.map(checked ++ compiled, &plain/1)
  end

  defp plain(diagnostic), do: {diagnostic.file, diagnostic.position, diagnostic.message}

  defp spawn_file(file, state) do
    leader = self()
    own = Keyword.get(state.options, :vivarium_source)
    {file, compile} = if own, do: {file, own}, else: {Path.expand(file), &Code.compile_file/1}

    {pid, ref} =
      spawn_monitor(fn ->
        :erlang.put(:elixir_compiler_info, {leader, file})
        Process.flag(:error_handler, Kernel.ErrorHandler)

        result =
          try do
            {:ok, compile.(file)}
          catch
            kind, reason -> {:error, kind, reason, __STACKTRACE__}
          end

        exit({:shutdown, {:file_done, result}})
      end)

    %{state | running: Map.put(state.running, ref, {pid, file})}
  end

  defp loop(%{running: running} = state) when map_size(running) == 0, do: state

  defp loop(%{running: running, waiting: waiting} = state) when map_size(running) == length(waiting),
    do: loop(release(state))

  defp loop(state) do
    receive do
      {:available, :module, pid, ref, file, module} ->
        send(pid, {ref, :ack})

        case Keyword.get(state.options, :each_module) do
          nil -> :ok
          each -> each.(file, module, "")
        end

        loop(found(%{state | modules: [module | state.modules]}, module, [:module, :struct]))

      {:available, kind, pid, ref, _file, module} ->
        send(pid, {ref, :ack})
        loop(found(%{state | structs: [module | state.structs]}, module, [kind]))

      {:waiting, kind, mode, pid, ref, file, module} ->
        if module in state.modules or (kind == :struct and module in state.structs) do
          send(pid, {ref, :found})
          loop(state)
        else
          wait = %{kind: kind, mode: mode, pid: pid, ref: ref, file: file, on: module}
          loop(%{state | waiting: [wait | state.waiting]})
        end

      {:DOWN, ref, :process, _pid, reason} when is_map_key(state.running, ref) ->
        {{_pid, file}, running} = Map.pop(state.running, ref)
        loop(done(file, reason, %{state | running: running}))
    end
  end

  defp found(state, module, kinds),
    do: answer(state, &(&1.on == module and &1.kind in kinds), :found)

  defp answer(state, who, answer) do
    {told, waiting} = Enum.split_with(state.waiting, who)
    for wait <- Enum.reverse(told), do: send(wait.pid, {wait.ref, answer})
    %{state | waiting: waiting}
  end

  # Everybody waits. After an error they wait for what that may have prevented,
  # so nothing is said of them. Otherwise those whose module nobody is defining hear that it will not
  # come; then those who can go on without; what is left is a deadlock.
  defp release(%{waiting: waiting} = state) do
    cond do
      state.errors != [] -> abandon(state)
      Enum.any?(waiting, &(not Module.open?(&1.on))) -> answer(state, &(not Module.open?(&1.on)), :not_found)
      Enum.any?(waiting, &(&1.mode == :soft)) -> answer(state, &(&1.mode == :soft), :deadlock)
      true -> deadlock(state)
    end
  end

  defp deadlock(%{waiting: waiting} = state) do
    state = abandon(state)

    errors =
      for %{file: file, on: module} <- waiting do
        description = "deadlocked waiting on module #{inspect(module)}"
        print(file, ["** (CompileError) ", description, ?\n])
        diagnostic(file, nil, description, [], nil)
      end

    size = waiting |> Enum.map(&String.length(Path.relative_to_cwd(&1.file))) |> Enum.max()

    IO.puts(:stderr, """

    Compilation failed because of a deadlock between files.
    The following files depended on the following modules:
    """)

    for %{file: file, on: module} <- waiting,
        do: IO.puts(:stderr, ["  ", String.pad_leading(Path.relative_to_cwd(file), size), " => ", inspect(module)])

    IO.puts(
      :stderr,
      "\nEnsure there are no compile-time dependencies between those files " <>
        "(such as structs or macros) and that the modules they reference exist and are correctly named\n"
    )

    %{state | errors: Enum.reverse(errors, state.errors)}
  end

  defp abandon(state) do
    for {ref, {pid, _}} <- state.running do
      Process.demonitor(ref, [:flush])
      Process.exit(pid, :kill)
    end

    %{state | running: %{}, waiting: []}
  end

  defp done(file, {:shutdown, {:file_done, {:ok, _modules}}}, state) do
    case Keyword.get(state.options, :each_file) do
      nil -> :ok
      each -> each.(file)
    end

    state
  end

  defp done(file, {:shutdown, {:file_done, {:error, kind, reason, stack}}}, state) do
    {blamed, stack} = Exception.blame(kind, reason, stack)
    stack = if logged?(blamed), do: [], else: Enum.take_while(stack, fn {module, _, _, _} -> module not in [Code, __MODULE__] end)
    message = Exception.format(kind, blamed, stack)
    position = position(file, blamed, stack)
    print(file, message)
    %{state | errors: [%{diagnostic(file, position, message, stack, {kind, reason}) | file: told_of(blamed, file)} | state.errors]}
  end

  defp done(file, reason, state) do
    message = ["** (EXIT) ", Exception.format_exit(reason), ?\n]
    print(file, message)
    %{state | errors: [diagnostic(file, 0, IO.iodata_to_binary(message), [], nil) | state.errors]}
  end

  defp print(file, message),
    do: IO.puts(:stderr, ["\n== Compilation error in file ", Path.relative_to_cwd(file), " ==\n", message])

  # An error in text from elsewhere is told of that.
  defp told_of(%{file: file, line: line}, _) when is_binary(file) and is_integer(line) and line > 0, do: file
  defp told_of(_, file), do: file

  # Its errors have been told, each at its place.
  defp logged?(%CompileError{line: 0}), do: true
  defp logged?(_), do: false

  defp position(_file, %{line: line, file: in_file} = error, _) when is_integer(line) and line > 0 and is_binary(in_file) do
    case error do
      %{column: column} when is_integer(column) -> {line, column}
      _ -> line
    end
  end

  # Only the place where it was raised counts, behind what is no place.
  defp position(file, error, [{_, _, _, info} | stack]) do
    cond do
      is_nil(info[:line]) and stack != [] -> position(file, error, [hd(stack)])
      info[:line] && info[:file] && Path.expand(info[:file]) == file -> info[:line]
      true -> 0
    end
  end

  defp position(_, _, []), do: 0

  defp diagnostic(file, position, message, stack, details) do
    %{
      severity: :error,
      message: message,
      file: file,
      source: file,
      position: position,
      span: nil,
      stacktrace: stack,
      details: details
    }
  end
end
