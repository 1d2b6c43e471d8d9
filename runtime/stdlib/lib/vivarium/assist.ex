# What an editor asks about a program that is being written. The program's
# modules, as they compiled last, are loaded on the machine that this runs on.
#
# A program is a list of {file, text}; a place in it is a file with a line and a
# column, which count from 1.
defmodule Vivarium.Assist do
  def answer(what, id, sources, file, line, column) do
    {_, text} = List.keyfind(sources, file, 0, {file, ""})

    try do
      case what do
        :complete -> complete(id, text, line, column)
        :about -> about(id, text, line, column)
        :definition -> definition(id, sources, file, text, line, column)
      end
    catch
      # A text may be anything.
      _, _ -> :ok
    end

    :vivarium_assist.done()
  end

  defp complete(id, text, line, column) do
    before = before(text, line, column)
    {from, items} = IEx.Autocomplete.complete(before, scope(text, before))
    :vivarium_iex.completed(id, from, items)
  end

  # The text up to a place.
  defp before(text, line, column) do
    lines = String.split(text, "\n")
    {above, rest} = Enum.split(lines, line - 1)
    Enum.join(above ++ [rest |> List.first("") |> String.slice(0, column - 1)], "\n")
  end

  ## What is in scope at a place

  # As far as the text tells: aliases, imports, variables, and the definitions of
  # the module around it.
  def scope(text, before) do
    cursor =
      case Code.Fragment.container_cursor_to_quoted(before) do
        {:ok, quoted} -> quoted
        _ -> nil
      end

    whole =
      case Code.string_to_quoted(text, columns: true, emit_warnings: false) do
        {:ok, quoted} -> quoted
        _ -> cursor
      end

    path = path(cursor, [])
    module = Enum.find_value(path, &module_name/1)
    empty = IEx.Autocomplete.empty()

    %{
      empty
      | aliases: aliases(path),
        imports: empty.imports ++ imports(path),
        vars: variables(path),
        locals: for(%{module: ^module, name: name} = d when name != nil <- defined(whole, ""), do: d) |> Enum.uniq_by(&{&1.name, &1.arity}),
        attributes: attributes(whole)
    }
  end

  # The nodes around the cursor, the innermost first.
  defp path(quoted, above) do
    cond do
      match?({:__cursor__, _, _}, quoted) -> above
      is_tuple(quoted) -> quoted |> children() |> Enum.find_value(&path(&1, [quoted | above]))
      is_list(quoted) -> Enum.find_value(quoted, &path(&1, above))
      true -> nil
    end
  end

  defp children({form, _, args}), do: [form | List.wrap(args)]
  defp children({left, right}), do: [left, right]
  defp children(_), do: []

  defp module_name({:defmodule, _, [{:__aliases__, _, parts} | _]}), do: if(Enum.all?(parts, &is_atom/1), do: Module.concat(parts))
  defp module_name({:defmodule, _, [name | _]}) when is_atom(name), do: name
  defp module_name(_), do: nil

  # The statements before the cursor, of all blocks around it.
  defp statements(path) do
    for {:__block__, _, list} <- path, statement <- list, do: statement
  end

  defp aliases(path) do
    for statement <- statements(path), pair <- alias_of(statement), do: pair
  end

  defp alias_of({:alias, _, [{:__aliases__, _, parts}]}), do: [{Module.concat([List.last(parts)]), Module.concat(parts)}]
  defp alias_of({:alias, _, [{:__aliases__, _, parts}, [as: {:__aliases__, _, as}]]}), do: [{Module.concat(as), Module.concat(parts)}]

  defp alias_of({:alias, _, [{{:., _, [{:__aliases__, _, parts}, :{}]}, _, list}]}),
    do: for({:__aliases__, _, more} <- list, do: {Module.concat([List.last(more)]), Module.concat(parts ++ more)})

  defp alias_of({:defmodule, _, [{:__aliases__, _, [single]}, _]}), do: [{Module.concat([single]), Module.concat([single])}]
  defp alias_of(_), do: []

  defp imports(path) do
    for {kind, _, [{:__aliases__, _, parts} | _]} when kind in [:import, :use] <- statements(path),
        module = Module.concat(parts),
        Code.ensure_loaded?(module),
        function_exported?(module, :__info__, 1),
        kind == :import,
        do: {module, module.__info__(:functions) ++ module.__info__(:macros)}
  end

  @definers [:def, :defp, :defmacro, :defmacrop]

  # Variables are seen in the definition around the cursor, or at the top.
  defp variables(path) do
    inner = Enum.find(path, List.last(path), &match?({definer, _, _} when definer in @definers, &1))
    {_, names} = Macro.prewalk(inner, [], &variable/2)
    names |> Enum.reverse() |> Enum.uniq()
  end

  defp variable({definer, _, _} = node, names) when definer in [:defmodule, :quote], do: {if(cursor?(node), do: node), names}
  defp variable({name, _, context} = node, names) when is_atom(name) and is_atom(context) and name not in [:__cursor__, :_, :__MODULE__, :__ENV__, :__CALLER__, :__DIR__, :__STACKTRACE__], do: {node, [name | names]}
  defp variable(node, names), do: {node, names}

  defp cursor?(node), do: path(node, []) != nil

  defp attributes(quoted) do
    {_, names} =
      Macro.prewalk(quoted, [], fn
        {:@, _, [{name, _, [_]}]} = node, names when is_atom(name) -> {node, [name | names]}
        node, names -> {node, names}
      end)

    Enum.uniq(names)
  end

  ## Definitions

  # Everything that is defined in a source: modules, with the name nil, and
  # functions.
  def defined(nil, _file), do: []

  def defined(quoted, file) do
    {_, {_, found}} = Macro.traverse(quoted, {[], []}, &enter(&1, &2, file), &leave/2)
    Enum.reverse(found)
  end

  defp enter({:defmodule, meta, [name | _]} = node, {outer, found}, file) do
    module =
      case name do
        {:__aliases__, _, [Elixir | parts]} -> Module.concat(parts)
        {:__aliases__, _, parts} when is_list(parts) -> if Enum.all?(parts, &is_atom/1), do: Module.concat(Enum.take(outer, 1) ++ parts)
        name when is_atom(name) -> name
        _ -> nil
      end

    place = %{module: module, name: nil, arity: 0, kind: "module", file: file, line: meta[:line], column: meta[:column]}
    {node, {[module | outer], [place | found]}}
  end

  defp enter({definer, meta, [head | _]} = node, {[module | _], found} = acc, file) when definer in [:def, :defp, :defmacro, :defmacrop, :defguard, :defguardp, :defdelegate] do
    case head_of(head) do
      {name, args, at} ->
        kind = if definer in [:defmacro, :defmacrop, :defguard, :defguardp], do: "macro", else: "function"
        signature = "#{name}(#{Enum.map_join(args, ", ", &Macro.to_string/1)})"
        place = %{module: module, name: name, arity: length(args), kind: kind, signature: signature, file: file, line: at[:line] || meta[:line], column: at[:column] || meta[:column]}
        {node, {elem(acc, 0), [place | found]}}

      nil ->
        {node, acc}
    end
  end

  defp enter(node, acc, _file), do: {node, acc}

  defp leave({:defmodule, _, _} = node, {[_ | outer], found}), do: {node, {outer, found}}
  defp leave(node, acc), do: {node, acc}

  defp head_of({:when, _, [head | _]}), do: head_of(head)
  defp head_of({name, meta, args}) when is_atom(name) and is_list(args), do: {name, args, meta}
  defp head_of({name, meta, context}) when is_atom(name) and is_atom(context), do: {name, [], meta}
  defp head_of(_), do: nil

  ## What stands at a place

  # {:module, module}, {:call, module or nil, name}, {:variable, name} or nil.
  defp meant(text, line, column) do
    scope = scope(text, before(text, line, column))

    # A caret stands behind what it has just been moved over.
    case [column, max(column - 1, 1)] |> Enum.map(&Code.Fragment.surround_context(text, {line, &1})) |> Enum.find(&(&1 != :none)) do
      %{context: context} = around -> {meant_by(context, scope), scope, around}
      nil -> nil
    end
  end

  defp meant_by({:alias, name}, scope), do: {:module, expand(name, scope)}
  defp meant_by({:struct, name}, scope) when is_list(name), do: {:module, expand(name, scope)}
  defp meant_by({:unquoted_atom, name}, _), do: {:module, List.to_atom(name)}
  defp meant_by({dot, {:alias, module}, name}, scope) when dot in [:dot, :dot_arity, :dot_call], do: {:call, expand(module, scope), List.to_atom(name)}
  defp meant_by({dot, {:unquoted_atom, module}, name}, _) when dot in [:dot, :dot_arity, :dot_call], do: {:call, List.to_atom(module), List.to_atom(name)}
  defp meant_by({local, name}, _) when local in [:local_call, :local_arity], do: {:call, nil, List.to_atom(name)}

  defp meant_by({:local_or_var, name}, scope) do
    name = List.to_atom(name)
    if name in scope.vars and not Enum.any?(scope.locals, &(&1.name == name and &1.arity == 0)), do: {:variable, name}, else: {:call, nil, name}
  end

  defp meant_by(_, _), do: nil

  defp expand(name, scope) do
    [first | rest] = name |> List.to_string() |> String.split(".")
    head = Module.concat([first])
    {_, full} = List.keyfind(scope.aliases, head, 0, {head, head})
    Module.concat([full | rest])
  end

  ## Documentation

  defp about(id, text, line, column) do
    with {meant, scope, %{begin: {line, from}, end: {_, to}}} <- meant(text, line, column),
         {title, body} <- described(meant, scope) do
      :vivarium_assist.about(id, title, body, line, from, to)
    end
  end

  defp described({:module, module}, _) do
    if Code.ensure_loaded?(module) do
      {:docs_v1, _, _, _, doc, _, _} = docs(module)
      {inspect(module), whole(doc)}
    end
  end

  defp described({:call, nil, name}, scope) do
    case Enum.filter(scope.locals, &(&1.name == name)) do
      [] ->
        imported = for {module, list} <- scope.imports, {^name, _} <- list, uniq: true, do: module
        Enum.find_value(imported, &functions(&1, name))

      [%{module: module} | _] = found ->
        functions(module, name) || {Enum.map_join(found, "\n", & &1.signature), ""}
    end
  end

  defp described({:call, module, name}, _), do: functions(module, name)
  defp described(_, _), do: nil

  defp functions(module, name) do
    if module != nil and Code.ensure_loaded?(module) do
      {:docs_v1, _, _, _, _, _, docs} = docs(module)
      found = for {{kind, ^name, arity}, _, signature, doc, _} when kind in [:function, :macro] <- docs, do: {arity, signature, doc}
      exported = for {_, ^name, arity} <- IEx.Autocomplete.exports(module), do: arity

      cond do
        found != [] ->
          title = Enum.map_join(found, "\n", fn {arity, signature, _} -> "#{inspect(module)}." <> if(signature == [], do: "#{name}/#{arity}", else: Enum.join(signature, " ")) end)
          {title, found |> Enum.map(fn {_, _, doc} -> whole(doc) end) |> Enum.reject(&(&1 == "")) |> Enum.join("\n\n")}

        exported != [] ->
          {Enum.map_join(exported, "\n", &"#{inspect(module)}.#{name}/#{&1}"), ""}

        true ->
          nil
      end
    end
  end

  defp docs(module) do
    case Code.fetch_docs(module) do
      {:docs_v1, _, _, _, _, _, _} = docs -> docs
      _ -> {:docs_v1, 1, :erlang, "", :none, %{}, []}
    end
  end

  defp whole(%{"en" => text}), do: String.trim(text)
  defp whole(_), do: ""

  ## Where things are defined

  defp definition(id, sources, file, text, line, column) do
    with {meant, scope, _} when meant != nil <- meant(text, line, column),
         %{} = place <- place(meant, scope, sources, file, {text, line, column}) do
      :vivarium_assist.found(id, place.file, place.line, place.column || 1)
    end
  end

  defp place({:module, module}, _, sources, _, _), do: sources |> all() |> Enum.find(&(&1.module == module and &1.name == nil))

  defp place({:call, nil, name}, %{locals: [%{module: module} | _]}, sources, _, _) do
    Enum.find(all(sources), &(&1.module == module and &1.name == name))
  end

  defp place({:call, module, name}, scope, sources, _, _) do
    modules = if module, do: [module], else: for({m, list} <- scope.imports, List.keymember?(list, name, 0), do: m)
    Enum.find(all(sources), &(&1.module in modules and &1.name == name))
  end

  # Where it is named first in the definition around it.
  defp place({:variable, name}, _, _, file, {text, line, column}) do
    {:ok, quoted} = Code.string_to_quoted(text, columns: true, emit_warnings: false)
    around = quoted |> bodies() |> Enum.filter(fn {from, to} -> from <= line and line <= to end) |> List.last({1, line})

    {_, places} =
      Macro.prewalk(quoted, [], fn
        {^name, meta, context} = node, places when is_atom(context) -> {node, [{meta[:line], meta[:column]} | places]}
        node, places -> {node, places}
      end)

    places = for {l, c} <- places, l >= elem(around, 0), {l, c} <= {line, column}, do: {l, c}
    if places != [], do: then(Enum.min(places), fn {l, c} -> %{file: file, line: l, column: c} end)
  end

  # The lines of each definition, those further in behind those around them.
  defp bodies(quoted) do
    {_, found} =
      Macro.prewalk(quoted, [], fn
        {definer, meta, _} = node, found when definer in [:defmodule | @definers] -> {node, [{meta[:line], last_line(node)} | found]}
        node, found -> {node, found}
      end)

    Enum.reverse(found)
  end

  defp last_line(node) do
    {_, line} =
      Macro.prewalk(node, 0, fn
        {_, meta, _} = node, line when is_list(meta) -> {node, Enum.max([line, meta[:line] || 0, get_in(meta, [:end, :line]) || 0])}
        node, line -> {node, line}
      end)

    line
  end

  defp all(sources) do
    for {file, text} <- sources,
        {:ok, quoted} <- [Code.string_to_quoted(text, columns: true, emit_warnings: false)],
        place <- defined(quoted, file),
        do: place
  end
end
