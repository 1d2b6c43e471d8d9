Code.require_file("helper.exs", __DIR__)

# Process groups across nodes.
defmodule Nodes.PgTest do
  use ExUnit.Case
  import Nodes.Helper, except: [node: 0, node: 1]

  @moduletag :capture_log

  setup do
    {pipe, node} = peer(%{connection: :standard_io})
    Node.connect(node)
    scope = :"scope#{System.unique_integer([:positive])}"
    start_supervised!(%{id: scope, start: {:pg, :start_link, [scope]}})
    keeper = servant(node)
    tell(keeper, Nodes.Helper, :scope, [scope])
    %{node: node, pipe: pipe, scope: scope, keeper: keeper}
  end

  defp members(node, scope, group), do: Enum.sort(:erpc.call(node, :pg, :get_members, [scope, group]))

  test "members of all nodes", %{node: node, scope: scope, keeper: keeper} do
    assert :pg.join(scope, :g, self()) == :ok
    assert tell(keeper, :pg, :join, [scope, :g, keeper]) == :ok
    both = Enum.sort([self(), keeper])
    assert eventually(fn -> Enum.sort(:pg.get_members(scope, :g)) == both end)
    assert eventually(fn -> members(node, scope, :g) == both end)
    assert :pg.get_local_members(scope, :g) == [self()]
    assert :erpc.call(node, :pg, :get_local_members, [scope, :g]) == [keeper]
    assert :pg.which_groups(scope) == [:g]
    assert :pg.leave(scope, :g, self()) == :ok
    assert eventually(fn -> members(node, scope, :g) == [keeper] end)
    assert :pg.which_local_groups(scope) == []
    assert {:error, {:nolocal, _}} = catch_join(scope, keeper)
  end

  defp catch_join(scope, pid) do
    :pg.join(scope, :g, pid)
  catch
    :error, reason -> {:error, reason}
  end

  test "members end with their process and their node", %{node: node, pipe: pipe, scope: scope, keeper: keeper} do
    other = servant(node)
    tell(other, :pg, :join, [scope, :g, other])
    tell(keeper, :pg, :join, [scope, :g, [keeper, keeper]])
    assert eventually(fn -> length(:pg.get_members(scope, :g)) == 3 end)
    send(other, {:die, :normal})
    assert eventually(fn -> :pg.get_members(scope, :g) == [keeper, keeper] end)
    :peer.stop(pipe)
    assert eventually(fn -> :pg.get_members(scope, :g) == [] end)
  end

  test "watching a scope", %{scope: scope, keeper: keeper} do
    {ref, %{}} = :pg.monitor_scope(scope)
    tell(keeper, :pg, :join, [scope, :g, keeper])
    assert_receive {^ref, :join, :g, [^keeper]}
    tell(keeper, :pg, :leave, [scope, :g, keeper])
    assert_receive {^ref, :leave, :g, [^keeper]}
    {group, []} = :pg.monitor(scope, :h)
    tell(keeper, :pg, :join, [scope, :h, keeper])
    assert_receive {^group, :join, :h, [^keeper]}
  end

  test "what was before the nodes met", %{node: node, pipe: pipe, scope: scope, keeper: keeper} do
    # Servers that have just met would look for each other again.
    :pg.join(scope, :ready, self())
    tell(keeper, :pg, :join, [scope, :ready, keeper])
    assert eventually(fn -> length(members(node, scope, :ready)) == 2 and length(:pg.get_members(scope, :ready)) == 2 end)
    Node.disconnect(node)
    assert eventually(fn -> node() not in :peer.call(pipe, :erlang, :nodes, []) end)
    assert :pg.join(scope, :own, self()) == :ok
    assert :peer.call(pipe, :pg, :join, [scope, :theirs, keeper]) == :ok
    Node.connect(node)
    assert eventually(fn -> :pg.get_members(scope, :theirs) == [keeper] end)
    assert eventually(fn -> members(node, scope, :own) == [self()] end)
  end
end
