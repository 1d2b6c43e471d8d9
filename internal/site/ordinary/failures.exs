defmodule Shop do
  defmodule Empty do
    defexception message: "there is nothing"
  end

  def buy(:nothing), do: raise(Empty)
  def buy(price) when price > 10, do: throw(:expensive)
  def buy(_), do: {:ok, :bought}
end

for what <- [:nothing, 20, 1] do
  try do
    Shop.buy(what)
  rescue
    e in Shop.Empty -> IO.puts("rescued: " <> Exception.message(e))
  catch
    :expensive -> IO.puts("too much")
  else
    {:ok, it} -> IO.inspect(it)
  after
    IO.puts("next")
  end
end

attempts = [
  fn -> 1 / String.length("") end,
  fn -> Map.fetch!(%{a: 1}, :b) end,
  fn -> %{a: 1}.b end,
  fn -> {:ok, _} = Map.fetch(%{}, :a) end,
  fn -> String.to_integer("x") end,
  fn -> apply(Shop, :sell, []) end,
  fn -> hd([]) end,
  fn -> raise "plain" end,
  fn -> raise ArgumentError, "given" end,
  fn -> Enum.fetch!([1], 5) end,
  fn -> nil.name end,
  fn -> :foo + 1 end,
  fn -> (fn 1 -> 1 end).(2) end,
  fn -> case 3, do: (1 -> :one) end,
  fn -> GenServer.call(:nobody, :hello) end,
  fn -> exit(:reason) end,
  fn -> throw(:ball) end
]

for attempt <- attempts do
  try do
    attempt.()
  rescue
    e -> IO.puts(Exception.format(:error, e, __STACKTRACE__))
  catch
    kind, what -> IO.puts(Exception.format(kind, what, __STACKTRACE__))
  end
end

spawn(fn -> raise "in a process" end)
spawn(fn -> Map.fetch!(%{}, :key) end)
Process.sleep(10)
raise "the end"
