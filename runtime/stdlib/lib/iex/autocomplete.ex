# What a piece of code could go on with: modules, functions, variables, keys,
# with what is known of each. The shell asks it at Tab, an editor at each key.
#
# What is in scope is a map: `aliases` and `imports` (pairs of a module and its
# names with arities) as an environment has them, `vars` (names), `locals` (maps
# of a name, an arity and a kind), `attributes` (names), and `value`, which gives
# a variable's value as {:ok, value} or :error.
defmodule IEx.Autocomplete do
  @most 200

  # Answers the host: what text could go on with, with the variables and the
  # environment of an evaluation; without an environment nothing is in scope.
  def answer(id, text, binding, env) do
    {from, items} =
      try do
        complete(text, scope(binding, env))
      catch
        # A text may be anything.
        _, _ -> {0, []}
      end

    :vivarium_iex.completed(id, from, items)
  end

  defp scope(_binding, nil), do: empty()

  defp scope(binding, env) do
    vars = for {name, _} <- binding, is_atom(name), do: name
    value = fn name -> Keyword.fetch(for({name, v} <- binding, is_atom(name), do: {name, v}), name) end
    %{empty() | aliases: env.aliases, imports: env.functions ++ env.macros, vars: vars, value: value}
  end

  # Where nothing but Kernel is in scope.
  def empty do
    %{
      aliases: [],
      imports: [{Kernel, Kernel.__info__(:functions) ++ Kernel.__info__(:macros)}],
      vars: [],
      locals: [],
      attributes: [],
      value: fn _ -> :error end
    }
  end

  # {how many characters before the cursor are replaced, items}, an item being
  # [text, label, kind, detail, documentation].
  def complete(text, scope) do
    {hint, items} = found(Code.Fragment.cursor_context(text), text, scope)
    {length(hint), items |> Enum.sort_by(&order/1) |> Enum.uniq_by(&Enum.at(&1, 1)) |> Enum.take(@most)}
  end

  # Modules stand behind what can be called or read.
  defp order([text, label, kind, _, _]) do
    rank = Enum.find_index(["field", "variable", "attribute", "function", "macro", "keyword", "struct", "module"], &(&1 == kind))
    {rank || 9, String.starts_with?(text, "_"), text, label}
  end

  defp found({:alias, hint}, text, scope), do: {last_part(hint), struct_or_modules(hint, text, scope)}
  defp found({:struct, hint}, _, scope) when is_list(hint), do: {last_part(hint), aliases(hint, scope, &struct?/1, "struct")}
  defp found({:dot, path, hint}, _, scope), do: {hint, dot(path, hint, scope)}
  defp found({:dot_arity, path, hint}, _, scope), do: {hint, dot(path, hint, scope)}
  defp found({:unquoted_atom, hint}, _, _), do: {hint, erlang_modules(hint)}
  defp found({:module_attribute, hint}, _, scope), do: {hint, attributes(hint, scope)}
  defp found({:local_or_var, hint}, text, scope), do: {hint, local(hint, text, scope)}
  defp found({:local_arity, hint}, text, scope), do: {hint, local(hint, text, scope)}
  defp found({:block_keyword_or_binary_operator, hint}, _, _), do: {hint, keywords(hint)}
  defp found(:expr, text, scope), do: {~c"", local(~c"", text, scope)}
  defp found(_, _, _), do: {~c"", []}

  # Names after the last dot.
  defp last_part(hint), do: hint |> List.to_string() |> String.split(".") |> List.last() |> String.to_charlist()

  defp struct_or_modules(hint, text, scope) do
    if String.match?(text, ~r/%[\w.]*\z/), do: aliases(hint, scope, &struct?/1, "struct"), else: aliases(hint, scope, fn _ -> true end, "module")
  end

  ## Modules

  # "Foo.Ba" goes on with the next part of the modules below Foo.
  defp aliases(hint, scope, wanted, kind) do
    {above, part} =
      case hint |> List.to_string() |> String.split(".") |> Enum.split(-1) do
        {[], [part]} -> {nil, part}
        {parts, [part]} -> {expand(parts, scope), part}
      end

    below = modules_below(above, part, wanted, kind)

    if above == nil do
      own = for {short, full} <- scope.aliases, name = trim(short), String.starts_with?(name, part), wanted.(full), do: [name, name, kind, inspect(full), doc(full)]
      own ++ below
    else
      below
    end
  end

  defp expand(parts, %{aliases: aliases}) do
    [first | rest] = parts
    head = Module.concat([first])
    Module.concat([List.keyfind(aliases, head, 0, {head, head}) |> elem(1) | rest])
  end

  defp modules_below(above, part, wanted, kind) do
    prefix = if above, do: Atom.to_string(above) <> ".", else: "Elixir."
    size = byte_size(prefix)

    for module <- :vivarium_iex.modules(),
        name = Atom.to_string(module),
        String.starts_with?(name, prefix <> part),
        rest = binary_part(name, size, byte_size(name) - size),
        [next | more] = String.split(rest, "."),
        next != "",
        more != [] or wanted.(module),
        uniq: true do
      if more == [], do: [next, next, kind, "", doc(module)], else: [next, next, "module", "", ""]
    end
    |> Enum.sort_by(fn [_, _, _, _, doc] -> doc == "" end)
    |> Enum.uniq_by(&hd/1)
  end

  defp erlang_modules(hint) do
    part = List.to_string(hint)
    for module <- :vivarium_iex.modules(), name = Atom.to_string(module), not String.starts_with?(name, "Elixir."), String.starts_with?(name, part), do: [name, name, "module", "", ""]
  end

  defp trim(module), do: String.replace_prefix(Atom.to_string(module), "Elixir.", "")
  defp struct?(module), do: Code.ensure_loaded?(module) and function_exported?(module, :__struct__, 0)

  ## Behind a dot

  defp dot({:alias, name}, hint, scope) do
    module = name |> List.to_string() |> String.split(".") |> expand(scope)
    functions(module, hint) ++ modules_below(module, List.to_string(hint), fn _ -> true end, "module")
  end

  defp dot({:unquoted_atom, name}, hint, _), do: functions(List.to_atom(name), hint)

  defp dot(path, hint, scope) do
    case value(path, scope) do
      {:ok, map} when is_map(map) -> fields(map, hint)
      {:ok, module} when is_atom(module) -> functions(module, hint)
      _ -> []
    end
  end

  defp value({:var, name}, scope), do: scope.value.(List.to_atom(name))

  defp value({:dot, path, field}, scope) do
    with {:ok, %{} = map} <- value(path, scope), do: Map.fetch(map, List.to_atom(field))
  end

  defp value(_, _), do: :error

  defp fields(map, hint) do
    for {key, value} <- Map.to_list(map), is_atom(key), key not in [:__struct__, :__exception__], name = Atom.to_string(key), starts?(name, hint),
        do: [name, name, "field", inspect(value, limit: 5, printable_limit: 60), ""]
  end

  defp functions(module, hint) do
    if Code.ensure_loaded?(module) do
      docs = docs(module)
      for {kind, name, arity} <- exports(module), text = Atom.to_string(name), starts?(text, hint), visible?(text, hint), do: function(module, kind, name, arity, docs)
    else
      []
    end
  end

  defp visible?(text, hint), do: not String.starts_with?(text, "_") or (hint != [] and hd(hint) == ?_)

  @doc "The functions and macros that a module exports, as {kind, name, arity}."
  def exports(module) do
    if function_exported?(module, :__info__, 1) do
      for({name, arity} <- module.__info__(:macros), do: {"macro", name, arity}) ++
        for {name, arity} <- module.__info__(:functions), do: {"function", name, arity}
    else
      for {name, arity} <- module.module_info(:exports), name not in [:module_info, :behaviour_info], do: {"function", name, arity}
    end
  end

  defp function(_module, kind, name, arity, docs) do
    {signature, doc} = Map.get(docs, {name, arity}, {"", ""})
    [Atom.to_string(name), "#{name}/#{arity}", kind, signature, doc]
  end

  # Signatures and documentation by name and arity.
  def docs(module) do
    case Code.fetch_docs(module) do
      {:docs_v1, _, _, _, _, _, docs} ->
        for {{kind, name, arity}, _, signature, doc, _} <- docs, kind in [:function, :macro], into: %{}, do: {{name, arity}, {Enum.join(signature, " "), first(doc)}}

      _ ->
        %{}
    end
  end

  defp doc(module) do
    with true <- :code.is_loaded(module) != false, {:docs_v1, _, _, _, doc, _, _} <- Code.fetch_docs(module), do: first(doc), else: (_ -> "")
  end

  # The first paragraph.
  def first(%{"en" => text}), do: text |> String.trim() |> String.split("\n\n", parts: 2) |> hd()
  def first(_), do: ""

  ## What is in scope

  defp local(hint, text, scope) do
    fields = struct_fields(text, hint, scope)
    if fields == [], do: variables(hint, scope) ++ locals(hint, scope) ++ imports(hint, scope) ++ keywords(hint), else: fields
  end

  defp variables(hint, scope) do
    for name <- Enum.uniq(scope.vars), text = Atom.to_string(name), starts?(text, hint) do
      shown =
        case scope.value.(name) do
          {:ok, value} -> inspect(value, limit: 5, printable_limit: 60)
          :error -> ""
        end

      [text, text, "variable", shown, ""]
    end
  end

  defp locals(hint, scope) do
    for %{name: name, arity: arity} = local <- scope.locals, text = Atom.to_string(name), starts?(text, hint),
        do: [text, "#{name}/#{arity}", local.kind, Map.get(local, :signature, ""), Map.get(local, :doc, "")]
  end

  # Nobody wants to read all there is.
  defp imports([], _), do: []

  defp imports(hint, scope) do
    for {module, list} <- scope.imports, {name, arity} <- list, text = Atom.to_string(name), starts?(text, hint), visible?(text, hint), uniq: true do
      {signature, doc} = if module == Kernel, do: {"", ""}, else: Map.get(docs(module), {name, arity}, {"", ""})
      kind = if macro?(module, name, arity), do: "macro", else: "function"
      [text, "#{name}/#{arity}", kind, if(signature == "", do: inspect(module), else: signature), doc]
    end
  end

  defp macro?(module, name, arity), do: macro_exported?(module, name, arity)

  defp keywords([]), do: []
  defp keywords(hint), do: for(word <- ~w(do end after else catch rescue fn true false nil when and or not in), starts?(word, hint), do: [word, word, "keyword", "", ""])

  defp attributes(hint, scope) do
    known = ~w(moduledoc doc spec type typep opaque callback behaviour impl derive enforce_keys typedoc compile)a
    for name <- Enum.uniq(scope.attributes ++ known), text = Atom.to_string(name), starts?(text, hint), do: [text, "@" <> text, "attribute", "", ""]
  end

  # The keys of a struct or of a map that is being written: %Struct{na, %{map | na
  defp struct_fields(text, hint, scope) do
    with {:ok, quoted} <- Code.Fragment.container_cursor_to_quoted(text),
         {:ok, of, given} <- container(quoted) do
      keys =
        case of do
          {:struct, {:__aliases__, _, parts}} -> struct_keys(expand(Enum.map(parts, &Atom.to_string/1), scope))
          {:map, {name, _, context}} when is_atom(name) and is_atom(context) -> map_keys(scope.value.(name))
          _ -> []
        end

      for {key, value} <- keys, key not in given, name = Atom.to_string(key), starts?(name, hint),
          do: [name <> ": ", name, "field", inspect(value, limit: 5, printable_limit: 60), ""]
    else
      _ -> []
    end
  end

  defp struct_keys(module) do
    if struct?(module), do: module.__struct__() |> Map.from_struct() |> Enum.sort(), else: []
  end

  defp map_keys({:ok, %{} = map}), do: for({key, value} <- Map.to_list(map), is_atom(key), key != :__struct__, do: {key, value})
  defp map_keys(_), do: []

  # The innermost map or struct that the cursor is directly in, and the keys that
  # it has.
  defp container(quoted) do
    {_, found} =
      Macro.prewalk(quoted, :error, fn
        {:%, _, [of, {:%{}, _, args}]} = node, acc -> {node, if(at_cursor?(args), do: {:ok, {:struct, of}, keys(args)}, else: acc)}
        {:%{}, _, [{:|, _, [of, args]}]} = node, acc -> {node, if(at_cursor?(List.wrap(args)), do: {:ok, {:map, of}, keys(List.wrap(args))}, else: acc)}
        node, acc -> {node, acc}
      end)

    found
  end

  defp at_cursor?(args) when is_list(args), do: match?({:__cursor__, _, _}, List.last(args))
  defp at_cursor?(_), do: false
  defp keys(args), do: for({key, _} when is_atom(key) <- args, do: key)

  defp starts?(text, hint), do: String.starts_with?(text, List.to_string(hint))
end
