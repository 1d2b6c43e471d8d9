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

  def compile(files, options \\ []) when is_list(options), do: run(files, options)
  def compile_to_path(files, _path, options \\ []) when is_list(options), do: run(files, options)
  def require(files, options \\ []) when is_list(options), do: run(files, options)

  # {:ok, modules, warnings} or {:error, errors, warnings}, errors as
  # {file, position, message}; what the compiler has to say was printed.
  defp run(files, options) do
    state = %{
      options: options,
      running: %{},
      waiting: [],
      modules: [],
      structs: [],
      errors: []
    }

    files
    |> Enum.reduce(state, &spawn_file/2)
    |> loop()
  end

  defp spawn_file(file, state) do
    parent = self()

    {pid, ref} =
      spawn_monitor(fn ->
        :erlang.put(:elixir_compiler_info, {parent, file})
        Process.flag(:error_handler, Kernel.ErrorHandler)

        result =
          try do
            {:ok, Code.compile_file(file)}
          catch
            kind, reason -> {:error, kind, reason, __STACKTRACE__}
          end

        exit({:shutdown, {:file_done, result}})
      end)

    %{state | running: Map.put(state.running, ref, {pid, file})}
  end

  defp loop(%{running: running} = state) when map_size(running) == 0, do: finish(state)

  defp loop(%{running: running, waiting: waiting} = state) when map_size(running) == length(waiting),
    do: loop(release(state))

  defp loop(state) do
    receive do
      {:available, :module, pid, ref, _file, module} ->
        send(pid, {ref, :ack})
        loop(found(%{state | modules: [module | state.modules]}, module, [:module, :struct]))

      {:available, kind, pid, ref, _file, module} ->
        send(pid, {ref, :ack})
        loop(found(%{state | structs: [module | state.structs]}, module, [kind]))

      {:waiting, kind, pid, ref, file, module} ->
        cond do
          module in state.modules or (kind == :struct and module in state.structs) ->
            send(pid, {ref, :found})
            loop(state)

          true ->
            loop(%{state | waiting: [{kind, pid, ref, file, module} | state.waiting]})
        end

      {:DOWN, ref, :process, _pid, reason} ->
        {{_pid, file}, running} = Map.pop(state.running, ref)
        loop(done(file, reason, %{state | running: running}))
    end
  end

  defp found(state, module, kinds) do
    {ready, waiting} = Enum.split_with(state.waiting, fn {kind, _, _, _, wanted} -> wanted == module and kind in kinds end)
    Enum.each(ready, fn {_, pid, ref, _, _} -> send(pid, {ref, :found}) end)
    %{state | waiting: waiting}
  end

  # Everybody waits. The first one that does not wait for somebody who waits
  # hears that its module will not come; when all wait in circles, the circle is
  # a deadlock.
  defp release(%{waiting: waiting} = state) do
    [{_, pid, ref, _, _} = entry | _] = Enum.reverse(waiting)
    send(pid, {ref, :not_found})
    %{state | waiting: List.delete(waiting, entry)}
  end

  defp done(_file, {:shutdown, {:file_done, {:ok, _modules}}}, state), do: state

  defp done(file, {:shutdown, {:file_done, {:error, kind, reason, stack}}}, state) do
    {blamed, stack} = Exception.blame(kind, reason, stack)
    message = Exception.format(kind, blamed, stack)
    IO.puts(:stderr, ["\n== Compilation error in file ", Path.relative_to_cwd(file), " ==\n", message])
    %{state | errors: [{file, line(reason), message} | state.errors]}
  end

  defp done(file, reason, state) do
    message = Exception.format_exit(reason)
    IO.puts(:stderr, ["\n== Compilation error in file ", Path.relative_to_cwd(file), " ==\n** (EXIT) ", message])
    %{state | errors: [{file, 0, message} | state.errors]}
  end

  defp line(%{line: line}) when is_integer(line), do: line
  defp line(_), do: 0

  defp finish(%{errors: []} = state), do: {:ok, Enum.reverse(state.modules), []}
  defp finish(state), do: {:error, Enum.reverse(state.errors), []}
end
