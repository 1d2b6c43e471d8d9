# The functions at hand in the shell. Behaviour: IEx.Helpers of Elixir 1.20.
defmodule IEx.Helpers do
  import IEx, only: [dont_display_result: 0]

  ## Results and processes

  def v(n \\ -1) do
    history = Process.get(:iex_history, [])

    found =
      if n < 0,
        do: Enum.at(history, -n - 1),
        else: List.keyfind(history, n, 0)

    case found do
      {_, value} -> value
      nil -> raise "v(#{n}) is out of bounds, the currently preserved history ranges from #{range(history)}"
    end
  end

  defp range([]), do: "1 to 0 (or use negative numbers to look from the end)"

  defp range(history) do
    {first, _} = List.last(history)
    {last, _} = hd(history)
    "#{first} to #{last} (or use negative numbers to look from the end)"
  end

  def flush do
    receive do
      message ->
        IO.puts(inspect(message, IEx.inspect_opts()))
        flush()
    after
      0 -> :ok
    end
  end

  def respawn, do: exit({:shutdown, :respawn})

  def pid(string) when is_binary(string), do: :erlang.list_to_pid(~c"<#{string}>")
  def pid(name) when is_atom(name), do: Process.whereis(name)

  def pid(x, y, z) when is_integer(x) and x >= 0 and is_integer(y) and y >= 0 and is_integer(z) and z >= 0,
    do: :erlang.list_to_pid(~c"<#{x}.#{y}.#{z}>")

  def port(string) when is_binary(string), do: :erlang.list_to_port(~c"#Port<#{string}>")
  def port(major, minor), do: :erlang.list_to_port(~c"#Port<#{major}.#{minor}>")

  def ref(string) when is_binary(string), do: :erlang.list_to_ref(~c"#Ref<#{string}>")
  def ref(w, x, y, z), do: :erlang.list_to_ref(~c"#Ref<#{w}.#{x}.#{y}.#{z}>")

  def process_info(pid) when is_pid(pid) do
    case Process.info(pid) do
      nil ->
        IO.puts("Failed to determine process info for #{inspect(pid)}")

      info ->
        rows(for {key, value} <- info, do: {Atom.to_string(key), inspect(value, limit: 10)})
    end

    dont_display_result()
  end

  ## What things are

  def i(term \\ v(-1)) do
    info = [{"Term", inspect(term, IEx.inspect_opts())}] ++ IEx.Info.info(term) ++ [{"Implemented protocols", protocols(term)}]

    for {subject, text} <- info do
      IO.puts(subject)
      IO.puts(["  ", String.replace(text, "\n", "\n  ")])
    end

    dont_display_result()
  end

  @protocols [Collectable, Enumerable, IEx.Info, Inspect, JSON.Encoder, List.Chars, String.Chars]

  defp protocols(term) do
    all = Enum.uniq(@protocols ++ for({module, _} <- :code.all_loaded(), protocol?(module), do: module))
    all |> Enum.filter(&implemented?(&1, term)) |> Enum.map(&inspect/1) |> Enum.sort() |> Enum.join(", ")
  end

  defp protocol?(module), do: function_exported?(module, :__protocol__, 1) and function_exported?(module, :impl_for, 1)
  defp implemented?(protocol, term), do: protocol.impl_for(term) not in [nil, Module.concat(protocol, Any)] or protocol == IEx.Info

  def exports(module \\ IEx.Helpers) when is_atom(module) do
    list = if function_exported?(module, :__info__, 1), do: module.__info__(:macros) ++ module.__info__(:functions), else: module.module_info(:exports)
    list |> Enum.reject(fn {name, _} -> String.starts_with?(Atom.to_string(name), "_") end) |> Enum.sort() |> Enum.map(fn {n, a} -> "#{n}/#{a}" end) |> columns()
    dont_display_result()
  end

  defp columns([]), do: :ok

  defp columns(items) do
    size = (items |> Enum.map(&String.length/1) |> Enum.max()) + 4
    per_line = max(div(IEx.width(), size), 1)
    for row <- Enum.chunk_every(items, per_line), do: IO.puts(Enum.map(row, &String.pad_trailing(&1, size)))
  end

  defp rows(pairs) do
    size = pairs |> Enum.map(fn {key, _} -> String.length(key) end) |> Enum.max()
    for {key, value} <- pairs, do: IO.puts([String.pad_trailing(key, size), "  ", value])
  end

  ## Documentation

  def h do
    IO.puts("""

                                   IEx.Helpers

    Welcome to Interactive Elixir. You are seeing the documentation of its helpers:

      * b/1            - prints the callbacks of a behaviour
      * c/1            - compiles a file
      * exports/1      - shows all exports of a module
      * flush/0        - prints and removes all messages sent to the shell
      * h/1            - prints the documentation of a module, function or macro
      * i/0, i/1       - prints information about a value
      * import_file/1  - evaluates a file in the shell's context
      * ls/0, pwd/0    - the files of the working directory, and where it is
      * pid/1, pid/3   - makes a PID of its text or numbers
      * process_info/1 - prints what is known of a process
      * r/1            - compiles and loads a module's source again
      * recompile/0    - loads what has changed in the editor, in a page that has one
      * respawn/0      - begins a new shell
      * runtime_info/0 - prints versions, memory and numbers of the system
      * t/1            - prints the types of a module
      * v/0, v/1       - a former result
    """)

    dont_display_result()
  end

  defmacro h(term), do: quote(do: IEx.Introspection.h(unquote(target(term, __CALLER__))))
  defmacro b(term), do: quote(do: IEx.Introspection.b(unquote(target(term, __CALLER__))))
  defmacro t(term), do: quote(do: IEx.Introspection.t(unquote(target(term, __CALLER__))))

  # Mod, Mod.fun, Mod.fun/arity, fun and fun/arity as a tuple.
  defp target({:/, _, [call, arity]} = term, env) do
    case Macro.decompose_call(call) do
      {module, name, []} when is_integer(arity) -> {:{}, [], [Macro.expand(module, env), name, arity]}
      {name, []} when is_atom(name) and is_integer(arity) -> {:{}, [], [import_of(name, arity, env), name, arity]}
      _ when is_integer(arity) and is_tuple(call) -> {:{}, [], [import_of(elem(call, 0), arity, env), elem(call, 0), arity]}
      _ -> term
    end
  end

  defp target({name, _, context}, env) when is_atom(name) and is_atom(context), do: {import_of(name, nil, env), name}
  defp target({:__aliases__, _, _} = alias, _env), do: alias

  defp target(call, env) do
    case Macro.decompose_call(call) do
      {module, name, []} -> {Macro.expand(module, env), name}
      {module, name, args} -> {:{}, [], [Macro.expand(module, env), name, length(args)]}
      {name, args} -> {:{}, [], [import_of(name, length(args), env), name, length(args)]}
      :error -> call
    end
  end

  defp import_of(name, arity, env) do
    Enum.find_value(env.functions ++ env.macros, Kernel, fn {module, list} ->
      if Enum.any?(list, fn {n, a} -> n == name and arity in [nil, a] end), do: module
    end)
  end

  ## Code

  def c(files, path \\ :in_memory) when path in [:in_memory] or is_binary(path) do
    files = List.wrap(files)

    case Enum.split_with(files, &File.exists?/1) do
      {found, []} ->
        case Kernel.ParallelCompiler.compile(found, return_diagnostics: true) do
          {:ok, modules, _} -> modules
          {:error, _, _} -> raise CompileError
        end

      {_, missing} ->
        raise ArgumentError, "could not find file#{if match?([_], missing), do: "", else: "s"} #{Enum.join(missing, ", ")}"
    end
  end

  def r(modules) do
    {:reloaded,
     modules
     |> List.wrap()
     |> Enum.map(fn module ->
       unless Code.ensure_loaded?(module), do: raise(ArgumentError, "could not load nor find module: #{inspect(module)}")
       file = module.module_info(:compile)[:source]
       unless file && File.exists?(file), do: raise(ArgumentError, "could not find source (#{file || "unknown"}) for module: #{inspect(module)}")
       for {module, _} <- Code.compile_file(List.to_string(file)), do: module
     end)
     |> List.flatten()}
  end

  def l(module) when is_atom(module) do
    case :code.ensure_loaded(module) do
      {:module, _} = loaded -> loaded
      error -> error
    end
  end

  # Beside an editor it is the program there that is loaded.
  def recompile(_options \\ []) do
    if :vivarium_iex.reload() do
      IO.puts("Loading what has changed in the editor")
      :ok
    else
      IO.puts(:stderr, "IEx is not running in a Mix project")
      :error
    end
  end

  defmacro import_file(path), do: file(path, true)
  defmacro import_file_if_available(path), do: file(path, false)

  defp file(path, required) when is_binary(path) do
    path = Path.expand(path)

    cond do
      File.exists?(path) -> path |> File.read!() |> Code.string_to_quoted!(file: path)
      required -> raise(File.Error, action: "read file", path: path, reason: :enoent)
      true -> nil
    end
  end

  defp file(_path, _required), do: raise(ArgumentError, "import_file/1 expects a literal binary as its argument")

  defmacro import_if_available(module, opts \\ []) do
    if Code.ensure_loaded?(Macro.expand(module, __CALLER__)), do: quote(do: import(unquote(module), unquote(opts)))
  end

  defmacro use_if_available(module, opts \\ []) do
    if Code.ensure_loaded?(Macro.expand(module, __CALLER__)), do: quote(do: use(unquote(module), unquote(opts)))
  end

  ## Files and the system

  def pwd do
    IO.puts(File.cwd!())
    dont_display_result()
  end

  def cd(directory) when is_binary(directory) do
    case File.cd(directory) do
      :ok -> pwd()
      {:error, :enoent} -> IO.puts("No directory #{directory}") && dont_display_result()
    end
  end

  def ls(path \\ ".") when is_binary(path) do
    case File.ls(path) do
      {:ok, items} -> items |> Enum.sort() |> Enum.map(&if(File.dir?(Path.join(path, &1)), do: &1 <> "/", else: &1)) |> columns()
      {:error, :enoent} -> IO.puts("No such file or directory #{path}")
      {:error, :enotdir} -> IO.puts(Path.absname(path))
    end

    dont_display_result()
  end

  def clear do
    IO.puts("Cannot clear the screen because ANSI escape codes are not enabled on this shell")
    dont_display_result()
  end

  def runtime_info(_topic \\ []) do
    IO.puts("\n## System and architecture\n")
    rows([{"Elixir version:", System.version()}, {"Schedulers:", "#{System.schedulers()}"}])
    IO.puts("\n## Memory\n")
    rows(for {key, bytes} <- :erlang.memory(), do: {Atom.to_string(key) <> ":", "#{div(bytes, 1024)} kB"})
    IO.puts("\n## Statistics / limits\n")

    rows([
      {"Processes:", "#{:erlang.system_info(:process_count)} / #{:erlang.system_info(:process_limit)}"},
      {"Atoms:", "#{:erlang.system_info(:atom_count)} / #{:erlang.system_info(:atom_limit)}"}
    ])

    dont_display_result()
  end
end
