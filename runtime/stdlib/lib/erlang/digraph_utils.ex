# OTP's digraph_utils: algorithms on digraphs.
defmodule :digraph_utils do
  def preorder(graph),
    do:
      :lists.reverse(
        :lists.append(visit_all(graph, :digraph.vertices(graph), &:digraph.out_neighbours/2))
      )

  def postorder(graph), do: :lists.reverse(postorder_reversed(graph))

  defp postorder_reversed(graph) do
    {order, _} =
      :lists.foldl(
        fn vertex, {order, seen} -> post(graph, vertex, order, seen) end,
        {[], %{}},
        roots_first(graph)
      )

    order
  end

  defp roots_first(graph), do: :digraph.vertices(graph)

  defp post(graph, vertex, order, seen) do
    if :maps.is_key(vertex, seen) do
      {order, seen}
    else
      seen = :maps.put(vertex, true, seen)

      {order, seen} =
        :lists.foldl(
          fn next, {order, seen} -> post(graph, next, order, seen) end,
          {order, seen},
          :digraph.out_neighbours(graph, vertex)
        )

      {[vertex | order], seen}
    end
  end

  def topsort(graph) do
    order = postorder_reversed(graph)
    if is_acyclic(graph), do: order, else: false
  end

  def is_acyclic(graph) do
    loop_vertices(graph) == [] and :lists.all(&match?([_], &1), strong_components(graph))
  end

  def loop_vertices(graph) do
    for vertex <- :digraph.vertices(graph),
        :lists.member(vertex, :digraph.out_neighbours(graph, vertex)),
        do: vertex
  end

  def components(graph) do
    visit_all(graph, :digraph.vertices(graph), fn graph, vertex ->
      :digraph.in_neighbours(graph, vertex) ++ :digraph.out_neighbours(graph, vertex)
    end)
  end

  def strong_components(graph) do
    visit_all(graph, postorder_reversed(graph), &:digraph.in_neighbours/2)
  end

  def cyclic_strong_components(graph) do
    for component <- strong_components(graph), cyclic?(graph, component), do: component
  end

  defp cyclic?(graph, [vertex]), do: :lists.member(vertex, :digraph.out_neighbours(graph, vertex))
  defp cyclic?(_graph, _), do: true

  # A list of trees, each a list of vertices in the reverse order of their visit.
  defp visit_all(graph, vertices, neighbours) do
    {trees, _} =
      :lists.foldl(
        fn vertex, {trees, seen} ->
          case visit([vertex], graph, neighbours, [], seen) do
            {[], seen} -> {trees, seen}
            {tree, seen} -> {[tree | trees], seen}
          end
        end,
        {[], %{}},
        vertices
      )

    trees
  end

  defp visit([], _graph, _neighbours, tree, seen), do: {tree, seen}

  defp visit([vertex | rest], graph, neighbours, tree, seen) do
    if :maps.is_key(vertex, seen) do
      visit(rest, graph, neighbours, tree, seen)
    else
      {tree, seen} =
        visit(
          neighbours.(graph, vertex),
          graph,
          neighbours,
          [vertex | tree],
          :maps.put(vertex, true, seen)
        )

      visit(rest, graph, neighbours, tree, seen)
    end
  end

  def reachable(vertices, graph),
    do: :lists.append(reach(vertices, graph, &:digraph.out_neighbours/2))

  def reaching(vertices, graph),
    do: :lists.append(reach(vertices, graph, &:digraph.in_neighbours/2))

  defp reach(vertices, graph, neighbours), do: visit_all(graph, vertices, neighbours)

  def reachable_neighbours(vertices, graph) do
    next = :lists.append(for vertex <- vertices, do: :digraph.out_neighbours(graph, vertex))
    reachable(next, graph)
  end

  def reaching_neighbours(vertices, graph) do
    next = :lists.append(for vertex <- vertices, do: :digraph.in_neighbours(graph, vertex))
    reaching(next, graph)
  end

  def is_tree(graph) do
    :digraph.no_edges(graph) == :digraph.no_vertices(graph) - 1 and length(components(graph)) == 1
  end

  def is_arborescence(graph), do: arborescence_root(graph) != :no

  def arborescence_root(graph) do
    if is_tree(graph) do
      case for(
             vertex <- :digraph.vertices(graph),
             :digraph.in_degree(graph, vertex) == 0,
             do: vertex
           ) do
        [root] -> {:yes, root}
        _ -> :no
      end
    else
      :no
    end
  end

  def subgraph(graph, vertices), do: subgraph(graph, vertices, [])

  def subgraph(graph, vertices, options) do
    type =
      case :lists.keyfind(:type, 1, options) do
        {:type, type} when is_list(type) -> type
        _ -> [:digraph.info(graph)[:cyclicity]]
      end

    labels? = :lists.keyfind(:keep_labels, 1, options) != {:keep_labels, false}
    new = :digraph.new(type)

    for vertex <- vertices, {vertex, label} <- [:digraph.vertex(graph, vertex)] do
      if labels?,
        do: :digraph.add_vertex(new, vertex, label),
        else: :digraph.add_vertex(new, vertex)
    end

    for vertex <- vertices, edge <- :digraph.out_edges(graph, vertex) do
      {edge, v1, v2, label} = :digraph.edge(graph, edge)

      if :lists.member(v2, vertices),
        do: :digraph.add_edge(new, edge, v1, v2, if(labels?, do: label, else: []))
    end

    new
  end

  def condensation(graph) do
    new = :digraph.new()
    components = strong_components(graph)

    home =
      :maps.from_list(for component <- components, vertex <- component, do: {vertex, component})

    for component <- components, do: :digraph.add_vertex(new, component)

    for edge <- :digraph.edges(graph) do
      {_, v1, v2, _} = :digraph.edge(graph, edge)
      {from, to} = {:maps.get(v1, home), :maps.get(v2, home)}
      :digraph.add_edge(new, from, to)
    end

    new
  end
end
