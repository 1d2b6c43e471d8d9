# A rate limiter in two kinds: a bucket of tokens in a server that refills by a
# timer, and a window counted with atomic counters in a table. A throttled queue
# uses the first.

defmodule Limiter.Bucket do
  use GenServer

  def start_link(opts), do: GenServer.start_link(__MODULE__, opts, Keyword.take(opts, [:name]))
  def take(bucket), do: GenServer.call(bucket, :take)
  def wait(bucket), do: GenServer.call(bucket, :wait, :infinity)

  @impl true
  def init(opts) do
    state = %{size: opts[:size], tokens: opts[:size], every: opts[:every], waiting: :queue.new()}
    {:ok, state, {:continue, :tick}}
  end

  @impl true
  def handle_continue(:tick, state), do: {:noreply, tick(state)}

  @impl true
  def handle_call(:take, _from, %{tokens: 0} = state), do: {:reply, {:error, :limited}, state}
  def handle_call(:take, _from, state), do: {:reply, :ok, %{state | tokens: state.tokens - 1}}
  def handle_call(:wait, from, %{tokens: 0} = state), do: {:noreply, %{state | waiting: :queue.in(from, state.waiting)}}
  def handle_call(:wait, _from, state), do: {:reply, :ok, %{state | tokens: state.tokens - 1}}

  @impl true
  def handle_info(:refill, state) do
    state =
      case :queue.out(state.waiting) do
        {{:value, from}, waiting} ->
          GenServer.reply(from, :ok)
          %{state | waiting: waiting}

        {:empty, _} ->
          %{state | tokens: min(state.tokens + 1, state.size)}
      end

    {:noreply, tick(state)}
  end

  defp tick(state) do
    Process.send_after(self(), :refill, state.every)
    state
  end
end

defmodule Limiter.Window do
  def new(limit, ms), do: {:ets.new(__MODULE__, [:public, write_concurrency: true]), limit, ms}

  def allow?({table, limit, ms}, key, now) do
    :ets.update_counter(table, {key, div(now, ms)}, {2, 1}, {nil, 0}) <= limit
  end

  def clean({table, _, ms}, now), do: :ets.select_delete(table, [{{{:_, :"$1"}, :_}, [{:<, :"$1", div(now, ms)}], [true]}])
end

defmodule RateLimiterTest do
  use ExUnit.Case, async: true

  alias Limiter.{Bucket, Window}

  describe "bucket" do
    test "gives its tokens, then none" do
      bucket = start_supervised!({Bucket, size: 3, every: 1000})
      assert for(_ <- 1..5, do: Bucket.take(bucket)) == [:ok, :ok, :ok, {:error, :limited}, {:error, :limited}]
    end

    test "refills, up to its size" do
      bucket = start_supervised!({Bucket, size: 2, every: 10})
      assert Bucket.take(bucket) == :ok
      assert Bucket.take(bucket) == :ok
      Process.sleep(60)
      assert for(_ <- 1..3, do: Bucket.take(bucket)) == [:ok, :ok, {:error, :limited}]
    end

    test "lets callers wait in turn" do
      bucket = start_supervised!({Bucket, size: 1, every: 20})
      parent = self()

      for n <- 1..3 do
        spawn_link(fn ->
          :ok = Bucket.wait(bucket)
          send(parent, {:served, n})
        end)

        Process.sleep(2)
      end

      assert_receive {:served, 1}
      refute_received {:served, 2}
      assert_receive {:served, 2}
      assert_receive {:served, 3}
    end
  end

  describe "window" do
    test "counts for each key and window" do
      window = Window.new(2, 100)
      assert for(now <- [0, 10, 20], do: Window.allow?(window, :a, now)) == [true, true, false]
      assert Window.allow?(window, :b, 20)
      assert Window.allow?(window, :a, 100)
      assert Window.clean(window, 150) == 2
    end

    test "counts exactly under contention" do
      window = Window.new(100, 1_000_000)

      allowed =
        1..200
        |> Task.async_stream(fn _ -> Window.allow?(window, :all, 1) end, max_concurrency: 20)
        |> Enum.count(&(&1 == {:ok, true}))

      assert allowed == 100
    end
  end
end
