# Functions on quoted expressions. Behaviour: Elixir's Macro.
#
# The work that needs the compiler's tables (expanding, escaping, printing) is
# done by the compiler itself; this module is needed early in the compilation
# of the library, so it calls nothing but :lists and :erlang.
defmodule Macro do
  @type t :: term
  @type input :: term
  @type output :: term
  @type metadata :: keyword
  @type captured_remote_function :: fun

  # The texts of code are made here, not by the protocol.
  import Kernel, except: [to_string: 1]

  # Variables and calls

  def var(name, context) when is_atom(name) and is_atom(context), do: {name, [], context}

  def generate_arguments(0, context) when is_atom(context), do: []

  def generate_arguments(amount, context) when is_integer(amount) and amount > 0 and is_atom(context) do
    :lists.map(fn n -> var(:erlang.binary_to_atom("arg" <> :erlang.integer_to_binary(n)), context) end, :lists.seq(1, amount))
  end

  def unique_var(name, context) when is_atom(name) and is_atom(context) do
    {name, [counter: :elixir_module.next_counter(context)], context}
  end

  def generate_unique_arguments(0, context) when is_atom(context), do: []

  def generate_unique_arguments(amount, context) when is_integer(amount) and amount > 0 and is_atom(context) do
    :lists.map(
      fn n -> unique_var(:erlang.binary_to_atom("arg" <> :erlang.integer_to_binary(n)), context) end,
      :lists.seq(1, amount)
    )
  end

  def decompose_call({:{}, _, args}) when is_list(args), do: :error

  def decompose_call({{:., _, [remote, function]}, _, args}) when is_tuple(remote) or is_atom(remote),
    do: {remote, function, args}

  def decompose_call({name, _, args}) when is_atom(name) and is_atom(args), do: {name, []}
  def decompose_call({name, _, args}) when is_atom(name) and is_list(args), do: {name, args}
  def decompose_call(_), do: :error

  def update_meta({head, meta, args}, fun) when is_list(meta), do: {head, fun.(meta), args}
  def update_meta(other, _fun), do: other

  # Pipes

  def unpipe(expr), do: :lists.reverse(unpipe(expr, []))

  defp unpipe({:|>, _, [left, right]}, acc), do: unpipe(right, unpipe(left, acc))
  defp unpipe(other, acc), do: [{other, 0} | acc]

  def pipe(expr, call_args, position)

  def pipe(expr, {form, _, _} = call, _position) when form in [:&, :{}, :%{}, :__aliases__, :<<>>], do: bad_pipe(expr, call)

  def pipe(expr, {name, _, []}, _position) when name in [:unquote, :unquote_splicing] do
    raise ArgumentError,
          "cannot pipe #{to_string(expr)} into the special form #{name}/1 since #{name}/1 is used to build the Elixir AST itself"
  end

  def pipe(expr, {:fn, _, _}, _position) do
    raise ArgumentError,
          "cannot pipe #{to_string(expr)} into an anonymous function without calling the function; " <>
            "use Kernel.then/2 instead or define the anonymous function as a regular private function"
  end

  def pipe(expr, {call, meta, atom}, position) when is_atom(atom), do: {call, meta, insert([], position, expr)}

  def pipe(_expr, {op, _meta, [arg]}, _position) when op == :+ or op == :- do
    raise ArgumentError,
          "piping into a unary operator is not supported, please use the qualified name: " <>
            "Kernel.#{op}(#{to_string(arg)}), instead of #{op}#{to_string(arg)}"
  end

  def pipe(expr, {{_, dot_meta, [Access, :get]} = op, meta, [first, second]}, position) do
    if :lists.member({:from_brackets, true}, dot_meta) do
      expr = to_string(expr)
      first = to_string(first)
      second = to_string(second)

      raise ArgumentError,
            "wrong operator precedence when piping into bracket-based access\n\n" <>
              " Instead of:\n\n     #{expr} |> #{first}[#{second}]\n\n" <>
              " You should write:\n\n     (#{expr} |> #{first})[#{second}]\n"
    else
      {op, meta, insert([first, second], position, expr)}
    end
  end

  def pipe(expr, {op, meta, args} = call, position) when is_list(args) do
    cond do
      is_atom(op) and operator?(op, 1) -> bad_operator(expr, call, op, "one argument")
      is_atom(op) and operator?(op, 2) -> bad_operator(expr, call, op, "two arguments")
      true -> {op, meta, insert(args, position, expr)}
    end
  end

  def pipe(expr, other, _position), do: bad_pipe(expr, other)

  defp insert(args, 0, expr), do: [expr | args]
  defp insert([], _position, expr), do: [expr]
  defp insert([head | tail], position, expr), do: [head | insert(tail, position - 1, expr)]

  defp bad_operator(expr, call, op, takes) do
    raise ArgumentError,
          "cannot pipe #{to_string(expr)} into #{to_string(call)}, the #{to_string(op)} operator can only take #{takes}"
  end

  defp bad_pipe(expr, call) do
    raise ArgumentError,
          "cannot pipe #{to_string(expr)} into #{to_string(call)}, " <>
            "can only pipe into local calls foo(), remote calls Foo.bar() or anonymous function calls foo.()"
  end

  # Escaping and expanding

  def escape(expr), do: escape(expr, [])

  def escape(expr, opts) do
    unquote? = option(opts, :unquote, false)
    kind = if option(opts, :prune_metadata, false), do: :prune_metadata, else: :none
    code = :elixir_quote.escape(expr, kind, unquote?)

    case option(opts, :generated, false) do
      true -> prewalk(code, fn node -> update_meta(node, fn meta -> [{:generated, true} | meta] end) end)
      false -> code
    end
  end

  defp option(opts, key, default) do
    case :lists.keyfind(key, 1, opts) do
      {_, value} -> value
      false -> default
    end
  end

  def expand_once(ast, env) do
    {ast, _changed?} = :elixir_dispatch.expand_once(ast, env)
    ast
  end

  def expand(ast, env), do: :elixir_dispatch.expand_macros(ast, env)

  def expand_literals(ast, env) do
    {ast, :ok} = expand_literals(ast, :ok, fn node, :ok -> {expand(node, env), :ok} end)
    ast
  end

  def expand_literals(ast, acc, fun)

  def expand_literals({:__aliases__, meta, args}, acc, fun) do
    {args, acc} = expand_literals(args, acc, fun)

    if :lists.all(&is_atom/1, args) do
      fun.({:__aliases__, meta, args}, acc)
    else
      {{:__aliases__, meta, args}, acc}
    end
  end

  def expand_literals({:__MODULE__, _meta, ctx} = node, acc, fun) when is_atom(ctx), do: fun.(node, acc)

  def expand_literals({:%, meta, [left, right]}, acc, fun) do
    {left, acc} = expand_literals(left, acc, fun)
    {right, acc} = expand_literals(right, acc, fun)
    {{:%, meta, [left, right]}, acc}
  end

  def expand_literals({:%{}, meta, args}, acc, fun) do
    {args, acc} = expand_literals(args, acc, fun)
    {{:%{}, meta, args}, acc}
  end

  def expand_literals({:{}, meta, args}, acc, fun) do
    {args, acc} = expand_literals(args, acc, fun)
    {{:{}, meta, args}, acc}
  end

  def expand_literals({left, right}, acc, fun) do
    {left, acc} = expand_literals(left, acc, fun)
    {right, acc} = expand_literals(right, acc, fun)
    {{left, right}, acc}
  end

  def expand_literals(list, acc, fun) when is_list(list), do: :lists.mapfoldl(&expand_literals(&1, &2, fun), acc, list)
  def expand_literals({{:., _, [_, :sigil_H]}, _, _} = node, acc, _fun), do: {node, acc}
  def expand_literals({:require, meta, [arg | rest]}, acc, fun) do
    {arg, acc} = expand_literals(arg, acc, fun)
    {{:require, meta, [arg | rest]}, acc}
  end

  def expand_literals(term, acc, _fun), do: {term, acc}

  def expand_literal(ast, env), do: expand_literals(ast, env)

  def compile_apply(mod, fun, args, env) do
    :elixir_env.trace({:remote_function, [], mod, fun, length(args)}, env)
    :erlang.apply(mod, fun, args)
  end

  def struct_info!(module, env) when is_atom(module), do: :elixir_map.struct_info(module, env)

  def struct!(module, env) when is_atom(module) do
    pairs = :lists.map(fn %{field: field} = info -> {field, :maps.get(:default, info, nil)} end, struct_info!(module, env))
    :maps.from_list([{:__struct__, module} | pairs])
  end

  # Walking

  def prewalk(ast, fun) when is_function(fun, 1) do
    {ast, :ok} = prewalk(ast, :ok, fn node, :ok -> {fun.(node), :ok} end)
    ast
  end

  def prewalk(ast, acc, fun) when is_function(fun, 2), do: traverse(ast, acc, fun, fn node, acc -> {node, acc} end)

  def postwalk(ast, fun) when is_function(fun, 1) do
    {ast, :ok} = postwalk(ast, :ok, fn node, :ok -> {fun.(node), :ok} end)
    ast
  end

  def postwalk(ast, acc, fun) when is_function(fun, 2), do: traverse(ast, acc, fn node, acc -> {node, acc} end, fun)

  def traverse(ast, acc, pre, post) when is_function(pre, 2) and is_function(post, 2) do
    {ast, acc} = pre.(ast, acc)
    do_traverse(ast, acc, pre, post)
  end

  defp do_traverse({form, meta, args}, acc, pre, post) when is_atom(form) do
    {args, acc} = traverse_args(args, acc, pre, post)
    post.({form, meta, args}, acc)
  end

  defp do_traverse({form, meta, args}, acc, pre, post) do
    {form, acc} = pre.(form, acc)
    {form, acc} = do_traverse(form, acc, pre, post)
    {args, acc} = traverse_args(args, acc, pre, post)
    post.({form, meta, args}, acc)
  end

  defp do_traverse({left, right}, acc, pre, post) do
    {left, acc} = pre.(left, acc)
    {left, acc} = do_traverse(left, acc, pre, post)
    {right, acc} = pre.(right, acc)
    {right, acc} = do_traverse(right, acc, pre, post)
    post.({left, right}, acc)
  end

  defp do_traverse(list, acc, pre, post) when is_list(list) do
    {list, acc} = traverse_args(list, acc, pre, post)
    post.(list, acc)
  end

  defp do_traverse(other, acc, _pre, post), do: post.(other, acc)

  defp traverse_args(args, acc, _pre, _post) when is_atom(args), do: {args, acc}

  defp traverse_args(args, acc, pre, post) when is_list(args) do
    :lists.mapfoldl(
      fn arg, acc ->
        {arg, acc} = pre.(arg, acc)
        do_traverse(arg, acc, pre, post)
      end,
      acc,
      args
    )
  end

  def prewalker(ast), do: &prewalker([ast], &1, &2)

  defp prewalker(_buffer, {:halt, acc}, _fun), do: {:halted, acc}
  defp prewalker(buffer, {:suspend, acc}, fun), do: {:suspended, acc, &prewalker(buffer, &1, fun)}
  defp prewalker([], {:cont, acc}, _fun), do: {:done, acc}
  defp prewalker([node | rest], {:cont, acc}, fun), do: prewalker(children(node) ++ rest, fun.(node, acc), fun)

  defp children({form, _meta, args}) when is_atom(form) and is_list(args), do: args
  defp children({form, _meta, args}) when is_atom(form) and is_atom(args), do: []
  defp children({form, _meta, args}) when is_list(args), do: [form | args]
  defp children({form, _meta, _args}), do: [form]
  defp children({left, right}), do: [left, right]
  defp children(list) when is_list(list), do: list
  defp children(_other), do: []

  def postwalker(ast), do: &postwalker([{:open, ast}], &1, &2)

  defp postwalker(_buffer, {:halt, acc}, _fun), do: {:halted, acc}
  defp postwalker(buffer, {:suspend, acc}, fun), do: {:suspended, acc, &postwalker(buffer, &1, fun)}
  defp postwalker([], {:cont, acc}, _fun), do: {:done, acc}
  defp postwalker([{:close, node} | rest], {:cont, acc}, fun), do: postwalker(rest, fun.(node, acc), fun)

  defp postwalker([{:open, node} | rest], command, fun) do
    inner = :lists.map(fn child -> {:open, child} end, children(node))
    postwalker(inner ++ [{:close, node} | rest], command, fun)
  end

  def path(ast, fun) when is_function(fun, 1), do: path([ast], [], fun)

  defp path([node | rest], parents, fun) do
    cond do
      fun.(node) -> [node | parents]
      found = path(children(node), [node | parents], fun) -> found
      true -> path(rest, parents, fun)
    end
  end

  defp path([], _parents, _fun), do: nil

  # Checks

  def validate(expr) do
    case invalid(expr) do
      nil -> :ok
      {:invalid, term} -> {:error, term}
    end
  end

  defp invalid({left, right}), do: first_invalid([left, right])

  defp invalid({_, meta, _} = node) when not is_list(meta), do: {:invalid, node}
  defp invalid({name, _meta, args}) when is_atom(name) and is_atom(args), do: nil
  defp invalid({name, _meta, args}) when is_atom(name) and is_list(args), do: first_invalid(args)
  defp invalid({{_, _, _} = form, _meta, args}) when is_list(args), do: first_invalid([form | args])
  defp invalid(list) when is_list(list), do: first_invalid(list)
  defp invalid(pid) when is_pid(pid), do: nil
  defp invalid(other) when is_atom(other) or is_number(other) or is_binary(other), do: nil

  defp invalid(fun) when is_function(fun) do
    if :erlang.fun_info(fun, :type) == {:type, :external}, do: nil, else: {:invalid, fun}
  end

  defp invalid(other), do: {:invalid, other}

  defp first_invalid([head | tail]) do
    case invalid(head) do
      nil -> first_invalid(tail)
      found -> found
    end
  end

  defp first_invalid([]), do: nil
  defp first_invalid(improper), do: {:invalid, improper}

  def quoted_literal?(term)
  def quoted_literal?({:__aliases__, _, args}), do: quoted_literal?(args)
  def quoted_literal?({:%, _, [left, right]}), do: quoted_literal?(left) and quoted_literal?(right)
  def quoted_literal?({:%{}, _, args}), do: quoted_literal?(args)
  def quoted_literal?({:{}, _, args}), do: quoted_literal?(args)
  def quoted_literal?({op, _, [number]}) when op in [:+, :-] and is_number(number), do: true
  def quoted_literal?({left, right}), do: quoted_literal?(left) and quoted_literal?(right)
  def quoted_literal?(list) when is_list(list), do: :lists.all(&quoted_literal?/1, list)
  def quoted_literal?(term), do: is_atom(term) or is_number(term) or is_binary(term) or is_function(term)

  def special_form?(name, arity) when is_atom(name) and is_integer(arity), do: :elixir_import.special_form(name, arity)

  @unary [:!, :@, :., :+, :-, :^, :not, :~~~, :&, :"not in", :...]
  @binary [
    :==, :!=, :=~, :===, :!==, :<, :<=, :>=, :>, :&&, :&&&, :and, :||, :|||, :or, :<-, :\\, :=, :|, :"::", :when,
    :in, :"not in", :|>, :<<<, :>>>, :<<~, :~>>, :<~, :~>, :<~>, :"<|>", :^^^, :++, :--, :+++, :---, :.., :<>, :+, :-, :*, :/, :**,
    :->, :., :"//"
  ]

  def operator?(name, arity)
  def operator?(:"..//", 3), do: true
  def operator?(:.., 0), do: true
  def operator?(:..., 0), do: true
  def operator?(:"//", 2), do: false
  def operator?(:->, 2), do: true
  def operator?(name, 1) when is_atom(name), do: :lists.member(name, @unary) and name != :"not in" and name != :.
  def operator?(name, 2) when is_atom(name), do: :lists.member(name, @binary)
  def operator?(name, arity) when is_atom(name) and is_integer(arity), do: false

  # Texts

  def to_string(tree), do: :elixir_quote.to_string(tree)

  def to_string(tree, fun), do: to_string(prewalk(tree, fn node -> string_node(node, fun) end))

  # The deprecated to_string/2 lets a function replace the text of each node.
  defp string_node(node, fun) do
    text = :elixir_quote.to_string(node)

    case fun.(node, text) do
      ^text -> node
      other -> {:erlang.binary_to_atom(other), [], nil}
    end
  end

  def unescape_string(string), do: :elixir_interpolation.unescape_string(string)
  def unescape_string(string, map), do: :elixir_interpolation.unescape_string(string, map)

  def unescape_tokens(tokens) do
    :lists.map(fn token -> if is_binary(token), do: unescape_string(token), else: token end, tokens)
  end

  def unescape_tokens(tokens, map) do
    :lists.map(fn token -> if is_binary(token), do: unescape_string(token, map), else: token end, tokens)
  end

  def classify_atom(atom) when is_atom(atom), do: :elixir_quote.classify_atom(atom)

  def inspect_atom(source_format, atom), do: inspect_atom(source_format, atom, [])
  def inspect_atom(source_format, atom, _opts) when is_atom(atom), do: :elixir_quote.inspect_atom(source_format, atom)

  def underscore(atom_or_string)

  def underscore(atom) when is_atom(atom) do
    "Elixir." <> rest = :erlang.atom_to_binary(atom)
    underscore(rest)
  end

  def underscore(<<first, rest::binary>>), do: <<lower(first)>> <> underscore(rest, first)
  def underscore(""), do: ""

  # The last capital of several begins a word when a small letter follows.
  defp underscore(<<h, t, rest::binary>>, _previous)
       when h in ?A..?Z and t not in ?A..?Z and t not in ?0..?9 and t != ?. and t != ?_ do
    <<?_, lower(h), t>> <> underscore(rest, t)
  end

  defp underscore(<<h, rest::binary>>, previous) when h in ?A..?Z and previous not in ?A..?Z and previous != ?_ do
    <<?_, lower(h)>> <> underscore(rest, h)
  end

  defp underscore(<<?., rest::binary>>, _previous), do: "/" <> underscore(rest)
  defp underscore(<<h, rest::binary>>, _previous), do: <<lower(h)>> <> underscore(rest, h)
  defp underscore("", _previous), do: ""

  defp lower(char) when char in ?A..?Z, do: char + 32
  defp lower(char), do: char

  def camelize(string)
  def camelize(""), do: ""
  def camelize(<<?_, rest::binary>>), do: camelize(rest)
  def camelize(<<first, rest::binary>>), do: <<upper(first)>> <> camelize_rest(rest)

  defp camelize_rest(<<?_, ?_, rest::binary>>), do: camelize_rest(<<?_, rest::binary>>)
  defp camelize_rest(<<?_, h, rest::binary>>) when h in ?a..?z, do: <<upper(h)>> <> camelize_rest(rest)
  defp camelize_rest(<<?_, h, rest::binary>>) when h in ?0..?9, do: <<h>> <> camelize_rest(rest)
  defp camelize_rest(<<?_>>), do: ""
  defp camelize_rest(<<?/, rest::binary>>), do: "." <> camelize(rest)
  defp camelize_rest(<<h, rest::binary>>), do: <<h>> <> camelize_rest(rest)
  defp camelize_rest(""), do: ""

  defp upper(char) when char in ?a..?z, do: char - 32
  defp upper(char), do: char

  # dbg
  #
  # The code becomes a sequence of steps. Each is evaluated and shown before the
  # next one runs; the last gives the result.

  def dbg(code, options, %{__struct__: Macro.Env} = env) do
    prelude = quote do: options = unquote(options)
    [first | rest] = steps(code, env)
    calls = [show(first, header(env)) | :lists.map(fn step -> show(step, nil) end, rest)]
    {:__block__, [], [prelude | calls]}
  end

  defp show(step, header) do
    quote do
      unquote(__MODULE__).__dbg__(unquote(step), unquote(header), options)
    end
  end

  defp header(env) do
    [entry] = Macro.Env.stacktrace(env)
    "[" <> Exception.format_stacktrace_entry(entry) <> "]"
  end

  # A step is code that gives {what, quoted code, value}.
  defp step(what, code, value), do: {:{}, [], [what, escape(code), value]}

  defp steps({:|>, _, _} = pipe, _env) do
    value = unique_var(:value, __MODULE__)
    [{first, 0} | rest] = unpipe(pipe)
    last = :lists.last(rest)

    piped =
      :lists.map(
        fn {call, 0} = each ->
          what = if each == last, do: :last_pipe, else: :pipe
          step(what, call, quote(do: unquote(value) = unquote(pipe(value, call, 0))))
        end,
        rest
      )

    [step(:more, first, quote(do: unquote(value) = unquote(first))) | piped]
  end

  defp steps({op, _, [_, _]} = code, _env) when op in [:&&, :||, :and, :or] do
    boolean_steps(code, unique_var(:result, __MODULE__), :value)
  end

  defp steps({:__block__, _, [_ | _] = exprs}, _env) do
    {front, [last]} = :lists.split(length(exprs) - 1, exprs)
    :lists.map(fn expr -> step(:more, expr, expr) end, front) ++ [step(:value, last, last)]
  end

  defp steps({:case, meta, [subject, [do: clauses]]} = code, _env) do
    value = unique_var(:subject, __MODULE__)
    matched = {:case, meta, [value, [do: numbered(clauses)]]}
    [step(:case_subject, subject, quote(do: unquote(value) = unquote(subject))), step(:case_result, code, matched)]
  end

  defp steps({:cond, meta, [[do: clauses]]} = code, _env) do
    value = unique_var(:condition, __MODULE__)

    {clauses, _} =
      :lists.mapfoldl(
        fn {:->, meta, [[left], right]}, index ->
          tried = quote do: unquote(value) = unquote(left)
          {{:->, meta, [[tried], {:{}, [], [escape(left), value, index, right]}]}, index + 1}
        end,
        1,
        clauses
      )

    [step(:cond, code, {:cond, meta, [[do: clauses]]})]
  end

  defp steps({:if, meta, [condition, blocks]} = code, env) do
    case Macro.Env.lookup_import(env, {:if, 2}) do
      [macro: Kernel] ->
        value = unique_var(:condition, __MODULE__)

        [
          step(:if_condition, condition, quote(do: unquote(value) = unquote(condition))),
          step(:if_result, code, {:if, meta, [value, blocks]})
        ]

      _ ->
        [step(:value, code, code)]
    end
  end

  defp steps({:with, meta, [_, _ | _] = args} = code, _env) do
    {clauses, [blocks]} = :lists.split(length(args) - 1, args)
    acc = unique_var(:acc, __MODULE__)
    clauses = :lists.flatmap(fn clause -> with_clause(clause, acc) end, clauses)
    blocks = :lists.map(fn block -> with_block(block, acc) end, blocks)

    traced =
      quote do
        unquote(acc) = []
        unquote({:with, meta, clauses ++ [blocks]})
      end

    [step(:with, code, traced)]
  end

  defp steps(code, _env), do: [step(:value, code, code)]

  # The left side of each operator is shown before the whole.
  defp boolean_steps({op, _, [left, right]} = code, result, what) when op in [:&&, :||, :and, :or] do
    boolean_steps(left, result, :more) ++ [step(what, code, quote(do: unquote(result) = unquote({op, [], [result, right]})))]
  end

  defp boolean_steps(code, result, what), do: [step(what, code, quote(do: unquote(result) = unquote(code)))]

  defp numbered(clauses) do
    {clauses, _} =
      :lists.mapfoldl(fn {:->, meta, [left, right]}, index -> {{:->, meta, [left, {right, index}]}, index + 1} end, 1, clauses)

    clauses
  end

  # What the clauses of a with gave is collected in acc, latest first.
  defp with_clause({:<-, meta, [left, right]}, acc) do
    value = unique_var(:value, __MODULE__)
    collect = with_collect(right, value, acc)
    collect ++ [{:<-, meta, [with_pattern(left, quote(do: _)), {value, acc}]}]
  end

  defp with_clause({:=, meta, [left, right]}, acc) do
    value = unique_var(:value, __MODULE__)
    with_collect(right, value, acc) ++ [{:=, meta, [left, value]}]
  end

  defp with_clause(other, _acc), do: [other]

  defp with_collect(code, value, acc) do
    [
      quote(do: unquote(value) = unquote(code)),
      quote(do: unquote(acc) = [{unquote(escape(code)), unquote(value)} | unquote(acc)])
    ]
  end

  defp with_pattern({:when, meta, [pattern, guard]}, second), do: {:when, meta, [{pattern, second}, guard]}
  defp with_pattern(pattern, second), do: {pattern, second}

  defp with_block({:do, body}, acc), do: {:do, {body, acc}}

  defp with_block({:else, clauses}, acc) when is_list(clauses) do
    clauses = :lists.map(fn {:->, meta, [[left], right]} -> {:->, meta, [[with_pattern(left, acc)], {right, acc}]} end, clauses)

    none =
      quote generated: true do
        {other, _} -> raise WithClauseError, term: other
      end

    {:else, clauses ++ none}
  end

  defp with_block(other, _acc), do: other

  def __dbg__(step, header, options) do
    {print_location?, options} =
      case :lists.keytake(:print_location, 1, options) do
        {:value, {_, value}, rest} -> {value, rest}
        false -> {true, options}
      end

    defaults = :lists.filter(fn {key, _} -> not :lists.keymember(key, 1, options) end, width: 80, pretty: true)
    {text, value} = shown(step, defaults ++ options)
    first = if print_location? and is_binary(header), do: [header, "\n"], else: []
    :ok = IO.write([first, text])
    value
  end

  defp shown({:more, code, value}, options), do: {line(code, value, options), value}
  defp shown({:value, code, value}, options), do: {[line(code, value, options), "\n"], value}
  defp shown({:pipe, code, value}, options), do: {["|> ", line(code, value, options)], value}
  defp shown({:last_pipe, code, value}, options), do: {["|> ", line(code, value, options), "\n"], value}
  defp shown({:case_subject, code, value}, options), do: {["Case argument:\n", line(code, value, options), "\n"], value}
  defp shown({:if_condition, code, value}, options), do: {["If condition:\n", line(code, value, options), "\n"], value}
  defp shown({:if_result, code, value}, options), do: {["If expression:\n", line(code, value, options), "\n"], value}

  defp shown({:case_result, code, {value, clause}}, options) do
    {["Case expression (clause #", :erlang.integer_to_binary(clause), " matched):\n", line(code, value, options), "\n"], value}
  end

  defp shown({:cond, code, {condition, tried, clause, value}}, options) do
    text = [
      ["Cond clause (clause #", :erlang.integer_to_binary(clause), " matched):\n", line(condition, tried, options), "\n"],
      ["Cond expression:\n", line(code, value, options), "\n"]
    ]

    {text, value}
  end

  defp shown({:with, code, {value, acc}}, options) do
    clauses = :lists.map(fn {clause, result} -> line(clause, result, options) end, :lists.reverse(acc))
    {["With clauses:\n", clauses, "\nWith expression:\n", line(code, value, options), "\n"], value}
  end

  defp line(code, value, options), do: [to_string(code), " #=> ", inspect(value, options), "\n"]
end
