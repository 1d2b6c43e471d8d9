# A supervisor and two counters. Change anything, and run it again.
defmodule Counter do
  use GenServer

  def start_link(name), do: GenServer.start_link(__MODULE__, 0, name: name)
  def child_spec(name), do: %{id: name, start: {__MODULE__, :start_link, [name]}}
  def next(name), do: GenServer.call(name, :next)
  def trip(name), do: GenServer.cast(name, :trip)

  def init(n), do: {:ok, n}
  def handle_call(:next, _from, n), do: {:reply, n + 1, n + 1}
  def handle_cast(:trip, _n), do: raise("tripped over a stone")
end

# The stage tells of a crash; the console need not.
Logger.configure(level: :none)

IO.puts("Two counters, and a supervisor that looks after them")

{:ok, _supervisor} =
  Supervisor.start_link([{Counter, :ada}, {Counter, :joe}], strategy: :one_for_one)

1
|> Stream.iterate(&(&1 + 1))
|> Enum.each(fn round ->
  IO.puts("ada is at #{Counter.next(:ada)}, joe is at #{Counter.next(:joe)}")
  if rem(round, 4) == 0, do: Counter.trip(:joe)
  Process.sleep(500)
end)
