# A bank: accounts are agents found in a registry, money moves by transfers that
# lock their accounts in order, and a ledger keeps what has happened.

defmodule Bank.InsufficientFunds do
  defexception [:account, :balance, :amount]

  @impl true
  def message(e), do: "account #{inspect(e.account)} has #{e.balance}, which is less than #{e.amount}"
end

defmodule Bank do
  @registry Bank.Registry
  @ledger Bank.Ledger

  def child_spec(_) do
    children = [
      {Registry, keys: :unique, name: @registry},
      %{id: @ledger, start: {Agent, :start_link, [fn -> [] end, [name: @ledger]]}},
      {DynamicSupervisor, name: Bank.Accounts, strategy: :one_for_one}
    ]

    %{id: __MODULE__, type: :supervisor, start: {Supervisor, :start_link, [children, [strategy: :one_for_all]]}}
  end

  def open(id, balance \\ 0) when balance >= 0 do
    spec = %{id: id, start: {Agent, :start_link, [fn -> balance end, [name: via(id)]]}}

    case DynamicSupervisor.start_child(Bank.Accounts, spec) do
      {:ok, _} -> :ok
      {:error, {:already_started, _}} -> {:error, :exists}
    end
  end

  def balance(id), do: Agent.get(via(id), & &1)
  def deposit(id, amount) when amount > 0, do: change(id, amount)
  def withdraw(id, amount) when amount > 0, do: change(id, -amount)

  defp change(id, amount) do
    result =
      Agent.get_and_update(via(id), fn balance ->
        if balance + amount >= 0, do: {{:ok, balance + amount}, balance + amount}, else: {{:error, balance}, balance}
      end)

    with {:ok, _} <- result, do: log({id, amount})

    case result do
      {:ok, balance} -> balance
      {:error, balance} -> raise Bank.InsufficientFunds, account: id, balance: balance, amount: -amount
    end
  end

  # Locks are taken in one order, so that two transfers never wait for each other.
  def transfer(from, to, amount) when from != to do
    [first, second] = Enum.sort([from, to])

    :global.trans({first, self()}, fn ->
      :global.trans({second, self()}, fn ->
        withdraw(from, amount)
        deposit(to, amount)
        :ok
      end)
    end)
  end

  def ledger, do: Agent.get(@ledger, &Enum.reverse/1)

  defp log(entry), do: Agent.update(@ledger, &[entry | &1])
  defp via(id), do: {:via, Registry, {@registry, id}}
end

defmodule BankTest do
  use ExUnit.Case

  setup do
    start_supervised!(Bank)
    :ok = Bank.open("ann", 100)
    :ok = Bank.open("bob")
  end

  test "accounts are opened once" do
    assert Bank.open("ann", 5) == {:error, :exists}
    assert Bank.balance("ann") == 100
    assert {:noproc, _} = catch_exit(Bank.balance("nobody"))
  end

  test "money comes and goes" do
    assert Bank.deposit("bob", 40) == 40
    assert Bank.withdraw("bob", 15) == 25
    assert Bank.ledger() == [{"bob", 40}, {"bob", -15}]
  end

  test "nobody owes" do
    error = assert_raise Bank.InsufficientFunds, fn -> Bank.withdraw("bob", 1) end
    assert Exception.message(error) == ~s(account "bob" has 0, which is less than 1)
    assert_raise FunctionClauseError, fn -> Bank.deposit("bob", -1) end
    assert Bank.ledger() == []
  end

  test "a transfer moves everything or nothing" do
    assert Bank.transfer("ann", "bob", 30) == :ok
    assert {Bank.balance("ann"), Bank.balance("bob")} == {70, 30}
    assert_raise Bank.InsufficientFunds, fn -> Bank.transfer("ann", "bob", 71) end
    assert {Bank.balance("ann"), Bank.balance("bob")} == {70, 30}
  end

  test "many transfers at once keep the sum" do
    Bank.deposit("bob", 100)

    1..40
    |> Task.async_stream(fn n -> if rem(n, 2) == 0, do: Bank.transfer("ann", "bob", 1), else: Bank.transfer("bob", "ann", 2) end,
      max_concurrency: 8,
      ordered: false
    )
    |> Enum.each(&assert &1 == {:ok, :ok})

    assert {Bank.balance("ann"), Bank.balance("bob")} == {120, 80}
    assert Bank.ledger() |> Enum.map(&elem(&1, 1)) |> Enum.sum() == 100
  end

  @tag :capture_log
  test "the bank starts anew as a whole" do
    Process.exit(Process.whereis(Bank.Accounts), :kill)
    Process.sleep(20)
    assert Bank.ledger() == []
    assert Bank.open("ann", 7) == :ok
    assert Bank.balance("ann") == 7
  end
end
