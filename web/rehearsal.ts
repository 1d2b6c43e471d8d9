/** The program that a worker runs unseen before the visitor's first one; see worker.ts. */
export const rehearsal = `
defmodule Rehearsal do
  use GenServer
  def init(n), do: {:ok, n}
  def handle_call(:get, _from, n), do: {:reply, n, n}
end

{:ok, pid} = GenServer.start_link(Rehearsal, 1)
1 = GenServer.call(pid, :get)
me = self()
spawn(fn -> send(me, :done) end)
receive do: (:done -> IO.puts("sum #{Enum.sum(1..3)}"))
`;
