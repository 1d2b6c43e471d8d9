defmodule Erlang.GenServerTest do
  use ExUnit.Case, async: true

  defmodule Doubler do
    use GenServer
    def start_link(state), do: GenServer.start_link(__MODULE__, state)
    def init(state), do: {:ok, state}
    def handle_call({:double, n}, _from, state), do: {:reply, n * 2, state}
    def handle_call({:later, n}, from, state), do: {:noreply, [{from, n} | state]}

    def handle_cast(:answer, state) do
      for {from, n} <- state, do: GenServer.reply(from, n)
      {:noreply, []}
    end
  end

  setup do
    %{server: start_supervised!({Doubler, []})}
  end

  test "requests whose answers are waited for later", %{server: server} do
    one = :gen_server.send_request(server, {:double, 1})
    two = :gen_server.send_request(server, {:double, 2})
    assert :gen_server.wait_response(two, 1000) == {:reply, 4}
    assert :gen_server.receive_response(one, 1000) == {:reply, 2}
  end

  test "a collection of requests", %{server: server} do
    ids = for n <- [1, 2, 3], reduce: :gen_server.reqids_new(), do: (ids -> :gen_server.send_request(server, {:double, n}, {:n, n}, ids))
    assert :gen_server.reqids_size(ids) == 3
    assert [{_, {:n, 1}}, {_, {:n, 2}}, {_, {:n, 3}}] = Enum.sort_by(:gen_server.reqids_to_list(ids), &elem(&1, 1))

    {answers, ids} =
      Enum.map_reduce(1..3, ids, fn _, ids ->
        {{:reply, value}, {:n, n}, ids} = :gen_server.receive_response(ids, 1000, true)
        {{n, value}, ids}
      end)

    assert Enum.sort(answers) == [{1, 2}, {2, 4}, {3, 6}]
    assert :gen_server.receive_response(ids, 10, true) == :no_request
  end

  test "an answer that comes late is not waited for", %{server: server} do
    request = :gen_server.send_request(server, {:later, 7})
    assert :gen_server.wait_response(request, 10) == :timeout
    GenServer.cast(server, :answer)
    assert :gen_server.receive_response(request, 1000) == {:reply, 7}
  end

  test "a message may be the answer", %{server: server} do
    request = :gen_server.send_request(server, {:double, 5})
    assert_receive message
    assert :gen_server.check_response(:other, request) == :no_reply
    assert :gen_server.check_response(message, request) == {:reply, 10}
  end

  test "the server is not there" do
    request = :gen_server.send_request(:nobody_at_all, :hello)
    assert {:error, {:noproc, :nobody_at_all}} = :gen_server.receive_response(request, 1000)
  end
end
