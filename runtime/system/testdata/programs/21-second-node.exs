# two nodes, one name: when the node of the one who has it ends, the other takes over
Logger.configure(level: :none)
unless Node.alive?(), do: {:ok, _} = Node.start(:watcher, name_domain: :shortnames)

{:module, Candidate, code, _} =
  defmodule Candidate do
    def run(name) do
      case :global.register_name(:leader, self()) do
        :yes -> lead(name, 1)
        :no -> stand_by(name, :global.whereis_name(:leader))
      end
    end

    defp lead(name, times) do
      receive do
        {:who, from} ->
          send(from, {:answer, "#{name} answers, number #{times}"})
          lead(name, times + 1)
      end
    end

    defp stand_by(name, :undefined), do: run(name)

    defp stand_by(name, leader) do
      ref = Process.monitor(leader)

      receive do
        {:DOWN, ^ref, :process, _pid, _reason} -> run(name)
      end
    end
  end

start = fn name ->
  {:ok, peer, node} =
    :peer.start_link(%{
      name: :peer.random_name(String.to_charlist(name)),
      # a wire of its own, so that the node lives on when the network is cut
      connection: :standard_io,
      args: for(path <- :code.get_path(), arg <- [~c"-pa", path], do: arg)
    })

  # on the BEAM a new node has no code of ours
  {:module, Candidate} = :peer.call(peer, :code, :load_binary, [Candidate, ~c"candidate", code])
  true = Node.connect(node)
  :ok = :global.sync()
  Node.spawn(node, Candidate, :run, [name])
  {peer, node}
end

ask = fn ->
  case :global.whereis_name(:leader) do
    :undefined ->
      IO.puts("nobody is the leader")

    leader ->
      send(leader, {:who, self()})

      receive do
        {:answer, text} -> IO.puts(text)
      after
        1000 -> IO.puts("nobody answers")
      end
  end
end

{first, node} = start.("one")
Process.sleep(100)
start.("two")
Process.sleep(100)
for _ <- 1..3, do: ask.()

Node.monitor(node, true)
:peer.stop(first)
receive(do: ({:nodedown, ^node} -> IO.puts("node one is down")))
Process.sleep(200)
ask.()
