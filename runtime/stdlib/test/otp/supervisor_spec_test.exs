ExUnit.start()

defmodule SupervisorSpecTest do
  use ExUnit.Case, async: true

  # Called so that nothing warns: it is deprecated.
  defp spec(name, args), do: apply(Supervisor.Spec, name, args)

  test "children as tuples" do
    assert spec(:worker, [Agent, [1]]) ==
             {Agent, {Agent, :start_link, [1]}, :permanent, 5000, :worker, [Agent]}

    assert spec(:worker, [Agent, [], [id: 1, restart: :temporary, function: :go, shutdown: 7, modules: [:x]]]) ==
             {1, {Agent, :go, []}, :temporary, 7, :worker, [:x]}

    assert {Agent, _, :permanent, :infinity, :supervisor, [Agent]} = spec(:supervisor, [Agent, []])
  end

  test "a supervisor of them" do
    child = spec(:worker, [Agent, [fn -> 1 end]])
    assert {:ok, {{:one_for_all, 9, 5}, [^child]}} = spec(:supervise, [[child], [strategy: :one_for_all, max_restarts: 9]])

    {:ok, supervisor} = Supervisor.start_link([child], strategy: :one_for_one)
    assert [{Agent, pid, :worker, [Agent]}] = Supervisor.which_children(supervisor)
    assert Agent.get(pid, & &1) == 1
  end

  test "what cannot be supervised" do
    child = spec(:worker, [Agent, []])

    for {message, args} <- [
          {~r/expected :strategy option to be given/, [[], []]},
          {~r/duplicate ID Agent found/, [[child, child], [strategy: :one_for_one]]},
          {~r/Got: 1$/, [[1], [strategy: :one_for_one]]}
        ],
        do: assert_raise(ArgumentError, message, fn -> spec(:supervise, args) end)
  end
end
