# OTP's digraph: directed graphs that change in place, in three tables.
defmodule :digraph do
  def new(), do: new([])

  def new(type) do
    unless is_list(type) and :lists.all(&(&1 in [:cyclic, :acyclic, :private, :protected]), type) do
      :erlang.error(:badarg)
    end

    access = if :private in type, do: :private, else: :protected
    vertices = :ets.new(:vertices, [:set, access])
    edges = :ets.new(:edges, [:set, access])
    neighbours = :ets.new(:neighbours, [:bag, access])
    :ets.insert(neighbours, [{:"$vid", 0}, {:"$eid", 0}])
    {:digraph, vertices, edges, neighbours, :acyclic not in type}
  end

  def delete({:digraph, vertices, edges, neighbours, _}) do
    :ets.delete(vertices)
    :ets.delete(edges)
    :ets.delete(neighbours)
    true
  end

  def info({:digraph, vertices, edges, neighbours, cyclic}) do
    memory =
      :ets.info(vertices, :memory) + :ets.info(edges, :memory) + :ets.info(neighbours, :memory)

    [
      cyclicity: if(cyclic, do: :cyclic, else: :acyclic),
      memory: memory,
      protection: :ets.info(vertices, :protection)
    ]
  end

  defp counter(neighbours, key) do
    [{_, number}] = :ets.lookup(neighbours, key)
    true = :ets.delete(neighbours, key)
    true = :ets.insert(neighbours, {key, number + 1})
    number
  end

  def add_vertex({:digraph, _, _, neighbours, _} = graph) do
    add_vertex(graph, [:"$v" | counter(neighbours, :"$vid")])
  end

  def add_vertex(graph, vertex), do: add_vertex(graph, vertex, [])

  def add_vertex({:digraph, vertices, _, _, _}, vertex, label) do
    true = :ets.insert(vertices, {vertex, label})
    vertex
  end

  def vertex({:digraph, vertices, _, _, _}, vertex) do
    case :ets.lookup(vertices, vertex) do
      [found] -> found
      [] -> false
    end
  end

  def no_vertices({:digraph, vertices, _, _, _}), do: :ets.info(vertices, :size)

  def vertices({:digraph, vertices, _, _, _}),
    do: for({vertex, _} <- :ets.tab2list(vertices), do: vertex)

  def source_vertices(graph),
    do: for(vertex <- vertices(graph), in_edges(graph, vertex) == [], do: vertex)

  def sink_vertices(graph),
    do: for(vertex <- vertices(graph), out_edges(graph, vertex) == [], do: vertex)

  def del_vertex({:digraph, vertices, _, neighbours, _} = graph, vertex) do
    del_edges(graph, in_edges(graph, vertex) ++ out_edges(graph, vertex))
    :ets.delete(neighbours, {:in, vertex})
    :ets.delete(neighbours, {:out, vertex})
    :ets.delete(vertices, vertex)
    true
  end

  def del_vertices(graph, vertices) do
    :lists.foreach(&del_vertex(graph, &1), vertices)
    true
  end

  def add_edge(graph, v1, v2), do: add_edge(graph, v1, v2, [])

  def add_edge({:digraph, _, _, neighbours, _} = graph, v1, v2, label) do
    add_edge(graph, [:"$e" | counter(neighbours, :"$eid")], v1, v2, label)
  end

  def add_edge({:digraph, vertices, edges, neighbours, cyclic} = graph, edge, v1, v2, label) do
    cond do
      not :ets.member(vertices, v1) ->
        {:error, {:bad_vertex, v1}}

      not :ets.member(vertices, v2) ->
        {:error, {:bad_vertex, v2}}

      other_edge?(edges, edge, v1, v2) ->
        {:error, {:bad_edge, edge_path(graph, edge, v1, v2)}}

      not cyclic and (v1 === v2 or get_path(graph, v2, v1) != false) ->
        {:error, {:bad_edge, if(v1 === v2, do: [v1, v2], else: get_path(graph, v2, v1))}}

      true ->
        if :ets.lookup(edges, edge) == [] do
          :ets.insert(neighbours, [{{:out, v1}, edge}, {{:in, v2}, edge}])
        end

        :ets.insert(edges, {edge, v1, v2, label})
        edge
    end
  end

  # An edge keeps its ends.
  defp other_edge?(edges, edge, v1, v2) do
    case :ets.lookup(edges, edge) do
      [{_, ^v1, ^v2, _}] -> false
      [] -> false
      _ -> true
    end
  end

  defp edge_path(_graph, _edge, v1, v2), do: [v1, v2]

  def del_edge(graph, edge), do: del_edges(graph, [edge])

  def del_edges({:digraph, _, edges, neighbours, _}, list) do
    :lists.foreach(
      fn edge ->
        case :ets.lookup(edges, edge) do
          [{_, v1, v2, _}] ->
            :ets.delete_object(neighbours, {{:in, v2}, edge})
            :ets.delete_object(neighbours, {{:out, v1}, edge})
            :ets.delete(edges, edge)

          [] ->
            :ok
        end
      end,
      list
    )

    true
  end

  def edge({:digraph, _, edges, _, _}, edge) do
    case :ets.lookup(edges, edge) do
      [found] -> found
      [] -> false
    end
  end

  def no_edges({:digraph, _, edges, _, _}), do: :ets.info(edges, :size)

  def edges({:digraph, _, edges, _, _}),
    do: for({edge, _, _, _} <- :ets.tab2list(edges), do: edge)

  def edges({:digraph, _, _, neighbours, _}, vertex) do
    for {_, edge} <-
          :ets.lookup(neighbours, {:out, vertex}) ++ :ets.lookup(neighbours, {:in, vertex}),
        uniq: true,
        do: edge
  end

  def in_edges({:digraph, _, _, neighbours, _}, vertex) do
    for {_, edge} <- :ets.lookup(neighbours, {:in, vertex}), do: edge
  end

  def out_edges({:digraph, _, _, neighbours, _}, vertex) do
    for {_, edge} <- :ets.lookup(neighbours, {:out, vertex}), do: edge
  end

  def in_degree(graph, vertex), do: length(in_edges(graph, vertex))
  def out_degree(graph, vertex), do: length(out_edges(graph, vertex))

  def in_neighbours({:digraph, _, edges, _, _} = graph, vertex) do
    for edge <- in_edges(graph, vertex), do: :ets.lookup_element(edges, edge, 2)
  end

  def out_neighbours({:digraph, _, edges, _, _} = graph, vertex) do
    for edge <- out_edges(graph, vertex), do: :ets.lookup_element(edges, edge, 3)
  end

  ## Paths

  def get_path(graph, v1, v2), do: deep(graph, out_neighbours(graph, v1), v2, [v1], [v1])

  # Depth first; each branch is a list of vertices still to try.
  defp deep(graph, next, target, path, seen) do
    case walk(graph, next, target, path, seen) do
      {:found, path} -> :lists.reverse(path)
      {:seen, _} -> false
    end
  end

  defp walk(_graph, [], _target, _path, seen), do: {:seen, seen}
  defp walk(_graph, [target | _], target, path, _seen), do: {:found, [target | path]}

  defp walk(graph, [vertex | rest], target, path, seen) do
    if :lists.member(vertex, seen) do
      walk(graph, rest, target, path, seen)
    else
      case walk(graph, out_neighbours(graph, vertex), target, [vertex | path], [vertex | seen]) do
        {:found, path} -> {:found, path}
        {:seen, seen} -> walk(graph, rest, target, path, seen)
      end
    end
  end

  def del_path({:digraph, _, edges, _, _} = graph, v1, v2) do
    case get_path(graph, v1, v2) do
      false ->
        true

      path ->
        for {a, b} <- :lists.zip(:lists.droplast(path), tl(path)),
            edge <- out_edges(graph, a),
            :ets.lookup_element(edges, edge, 3) === b do
          del_edge(graph, edge)
        end

        del_path(graph, v1, v2)
    end
  end

  def get_cycle(graph, vertex) do
    neighbours = out_neighbours(graph, vertex)

    case deep(graph, :lists.delete(vertex, neighbours), vertex, [vertex], [vertex]) do
      false -> if :lists.member(vertex, neighbours), do: [vertex], else: false
      cycle -> cycle
    end
  end

  def get_short_cycle(graph, vertex), do: get_short_path(graph, vertex, vertex)

  def get_short_path(graph, v1, v2) do
    # Breadth first: each vertex remembers where it was reached from.
    wide([v1], graph, v2, %{v1 => :start}, v1)
  end

  defp wide([], _graph, _target, _from, _start), do: false

  defp wide(level, graph, target, from, start) do
    case spread(level, graph, target, from, []) do
      {:found, vertex, from} -> back(vertex, from, start, [target])
      {:next, level, from} -> wide(:lists.reverse(level), graph, target, from, start)
    end
  end

  defp spread([], _graph, _target, from, next), do: {:next, next, from}

  defp spread([vertex | rest], graph, target, from, next) do
    neighbours = out_neighbours(graph, vertex)

    if :lists.member(target, neighbours) do
      {:found, vertex, from}
    else
      {from, next} =
        :lists.foldl(
          fn neighbour, {from, next} ->
            if :maps.is_key(neighbour, from),
              do: {from, next},
              else: {:maps.put(neighbour, vertex, from), [neighbour | next]}
          end,
          {from, next},
          neighbours
        )

      spread(rest, graph, target, from, next)
    end
  end

  defp back(vertex, from, start, acc) do
    case :maps.get(vertex, from) do
      :start -> [vertex | acc]
      previous -> back(previous, from, start, [vertex | acc])
    end
  end
end
