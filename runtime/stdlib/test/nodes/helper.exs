# What the tests of nodes share: starting other nodes, and functions to be run
# there. On the BEAM other nodes do not have the code of a test, so what runs there
# is in this module, whose code is sent to them.
{:module, _, binary, _} =
  defmodule Nodes.Helper do
    @doc """
    Makes this node part of a network, if it is not yet. A connection that is taken
    down for a test is to have no other consequences, so :global is told to keep
    out of it.
    """
    def distribute do
      Application.put_env(:kernel, :prevent_overlapping_partitions, false)
      unless Node.alive?(), do: {:ok, _} = Node.start(:"tests#{System.pid()}", name_domain: :shortnames)
      :ok
    end

    @doc "Starts a node that ends with the calling process, and returns its name."
    def node(options \\ %{}), do: options |> peer() |> elem(1)

    def peer(options \\ %{}) do
      distribute()
      args = if List.keymember?(:code.all_loaded(), :elixir, 0), do: paths(), else: []
      options = Map.merge(%{name: :peer.random_name(~c"node")}, options)
      args = [~c"-kernel", ~c"prevent_overlapping_partitions", ~c"#{options[:prevent_overlapping] == true}"] ++ args
      options = options |> Map.delete(:prevent_overlapping) |> Map.update(:args, args, &(&1 ++ args))
      {:ok, peer, node} = :peer.start_link(options)
      call = if options[:connection], do: &:peer.call(peer, &1, &2, &3), else: &:erpc.call(node, &1, &2, &3)
      {:module, __MODULE__} = call.(:code, :load_binary, [__MODULE__, ~c"helper.exs", :persistent_term.get(__MODULE__)])
      {:ok, _} = call.(:application, :ensure_all_started, [:logger])
      {peer, node}
    end

    defp paths, do: Enum.flat_map([:elixir, :logger], &[~c"-pa", :code.lib_dir(&1) ++ ~c"/ebin"])

    @doc "Starts a process on a node that does what it is told in messages."
    def servant(node, how \\ []) do
      case :erlang.spawn_opt(node, __MODULE__, :serve, [self()], how) do
        {pid, ref} -> {pid, ref}
        pid -> pid
      end
    end

    def serve(master) do
      receive do
        {:do, mod, fun, args} ->
          send(master, {self(), apply(mod, fun, args)})
          serve(master)

        {:die, reason} ->
          exit(reason)

        {:pass, to, message} ->
          send(to, message)
          serve(master)

        {:watch, what} ->
          send(master, {self(), Process.monitor(what)})
          serve(master)

        {:link, pid} ->
          send(master, {self(), Process.link(pid)})
          serve(master)

        other ->
          send(master, {self(), :heard, other})
          serve(master)
      end
    end

    @doc "Has a servant call a function."
    def tell(pid, mod, fun, args) do
      send(pid, {:do, mod, fun, args})

      receive do
        {^pid, result} -> result
      after
        5000 -> raise "no answer from #{inspect(pid)}"
      end
    end

    @doc "Waits until something is so."
    def eventually(fun, tries \\ 200) do
      cond do
        fun.() ->
          true

        tries == 0 ->
          false

        true ->
          Process.sleep(10)
          eventually(fun, tries - 1)
      end
    end

    # To be run on other nodes.

    def forever, do: Process.sleep(:infinity)
    def add(a, b), do: a + b
    def fail(reason), do: raise(reason)
    def leave(reason), do: exit(reason)
    def kill_self, do: Process.exit(self(), :kill)
    def toss(value), do: throw(value)
    def count(to, n), do: Enum.each(1..n, &send(to, {:count, &1}))
    def agent(value, name), do: elem(Agent.start(fn -> value end, name: name), 1)
    def get(value), do: value
    def tasks(name), do: elem(Task.Supervisor.start_link(name: name), 1)

    def named(name, to) do
      Process.register(self(), name)
      send(to, {:named, self()})
      serve(to)
    end

    def global(name, to) do
      send(to, {:global, self(), :global.register_name(name, self())})
      serve(to)
    end

    def scope(scope) do
      {:ok, pid} = :pg.start(scope)
      pid
    end
  end

:persistent_term.put(Nodes.Helper, binary)
