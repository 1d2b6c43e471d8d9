# A chat: rooms are processes that know their members by monitors, users are
# processes that keep what they have heard.

defmodule Chat.Room do
  use GenServer

  def start_link(name), do: GenServer.start_link(__MODULE__, name, name: {:global, {__MODULE__, name}})
  def join(room, nick), do: GenServer.call(room(room), {:join, nick, self()})
  def leave(room), do: GenServer.call(room(room), :leave)
  def say(room, text), do: GenServer.cast(room(room), {:say, self(), text})
  def members(room), do: GenServer.call(room(room), :members)

  defp room(name), do: {:global, {__MODULE__, name}}

  @impl true
  def init(name), do: {:ok, %{name: name, members: %{}}}

  @impl true
  def handle_call({:join, nick, pid}, _from, state) do
    if Enum.any?(state.members, fn {_, {taken, _}} -> taken == nick end) do
      {:reply, {:error, :nick_taken}, state}
    else
      tell(state, {:joined, nick})
      {:reply, :ok, put_in(state.members[pid], {nick, Process.monitor(pid)})}
    end
  end

  def handle_call(:leave, {pid, _}, state), do: {:reply, :ok, remove(state, pid, :left)}
  def handle_call(:members, _from, state), do: {:reply, state.members |> Map.values() |> Enum.map(&elem(&1, 0)) |> Enum.sort(), state}

  @impl true
  def handle_cast({:say, pid, text}, state) do
    with %{^pid => {nick, _}} <- state.members, do: tell(state, {:said, nick, text})
    {:noreply, state}
  end

  @impl true
  def handle_info({:DOWN, _ref, :process, pid, _reason}, state), do: {:noreply, remove(state, pid, :lost)}

  defp remove(state, pid, how) do
    {{nick, ref}, members} = Map.pop!(state.members, pid)
    Process.demonitor(ref, [:flush])
    state = %{state | members: members}
    tell(state, {how, nick})
    state
  end

  defp tell(state, event), do: for({pid, _} <- state.members, do: send(pid, {:chat, state.name, event}))
end

defmodule Chat.User do
  use GenServer

  def start(nick), do: GenServer.start(__MODULE__, nick)
  def join(user, room), do: GenServer.call(user, {:join, room})
  def say(user, room, text), do: GenServer.cast(user, {:say, room, text})
  def heard(user), do: GenServer.call(user, :heard)

  @impl true
  def init(nick), do: {:ok, %{nick: nick, heard: []}}

  @impl true
  def handle_call({:join, room}, _from, state), do: {:reply, Chat.Room.join(room, state.nick), state}
  def handle_call(:heard, _from, state), do: {:reply, Enum.reverse(state.heard), state}

  @impl true
  def handle_cast({:say, room, text}, state) do
    Chat.Room.say(room, text)
    {:noreply, state}
  end

  @impl true
  def handle_info({:chat, room, event}, state), do: {:noreply, %{state | heard: [{room, event} | state.heard]}}
end

defmodule ChatTest do
  use ExUnit.Case, async: true

  setup %{test: test} do
    start_supervised!({Chat.Room, test})
    {:ok, room: test}
  end

  defp users(nicks, room) do
    for nick <- nicks do
      {:ok, user} = Chat.User.start(nick)
      :ok = Chat.User.join(user, room)
      user
    end
  end

  test "everybody hears what is said, in the same order", %{room: room} do
    [ann, bob] = users(["ann", "bob"], room)
    for n <- 1..3, do: Chat.User.say(ann, room, "a#{n}")
    Chat.User.heard(ann)
    Chat.Room.members(room)
    Chat.User.say(bob, room, "b")
    Chat.User.heard(bob)
    assert Chat.Room.members(room) == ["ann", "bob"]
    said = for text <- ["a1", "a2", "a3"], do: {room, {:said, "ann", text}}
    assert Chat.User.heard(ann) == [{room, {:joined, "bob"}} | said] ++ [{room, {:said, "bob", "b"}}]
    assert Chat.User.heard(bob) == said ++ [{room, {:said, "bob", "b"}}]
  end

  test "a nick belongs to one", %{room: room} do
    assert Chat.Room.join(room, "me") == :ok
    {:ok, other} = Chat.User.start("me")
    assert Chat.User.join(other, room) == {:error, :nick_taken}
    assert Chat.Room.leave(room) == :ok
    assert Chat.User.join(other, room) == :ok
  end

  test "the room notices who is gone", %{room: room} do
    Chat.Room.join(room, "watcher")
    [ann] = users(["ann"], room)
    assert_receive {:chat, ^room, {:joined, "ann"}}
    Process.exit(ann, :kill)
    assert_receive {:chat, ^room, {:lost, "ann"}}
    assert Chat.Room.members(room) == ["watcher"]
  end

  test "strangers are not heard", %{room: room} do
    Chat.Room.join(room, "in")
    task = Task.async(fn -> Chat.Room.say(room, "psst") end)
    Task.await(task)
    refute_receive {:chat, _, {:said, _, _}}, 20
  end
end
