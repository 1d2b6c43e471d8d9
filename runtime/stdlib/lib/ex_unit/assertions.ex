# Assertions. Behaviour and messages: Elixir's ExUnit.Assertions.
defmodule ExUnit.AssertionError do
  @no_value :ex_unit_no_meaningful_value

  defexception left: @no_value,
               right: @no_value,
               message: @no_value,
               expr: @no_value,
               args: @no_value,
               doctest: @no_value,
               context: :==

  def no_value, do: @no_value

  @impl true
  def message(exception), do: "\n\n" <> ExUnit.Formatter.format_assertion_error(exception)
end

defmodule ExUnit.MultiError do
  defexception errors: []

  @impl true
  def message(%{errors: errors}) do
    "got the following errors:\n\n" <>
      Enum.map_join(errors, "\n\n", fn {kind, error, stack} -> Exception.format_banner(kind, error, stack) end)
  end
end

defmodule ExUnit.Assertions do
  @operators [==: 2, !=: 2, <: 2, >: 2, <=: 2, >=: 2, ===: 2, !==: 2, =~: 2, in: 2]

  # assert

  defmacro assert({:=, meta, [left, right]} = assertion) do
    code = escape_quoted(:assert, meta, assertion)

    # expanded first, so that what is a pattern only after expansion is one
    left = __expand_pattern__(left, __CALLER__)
    vars = collect_vars_from_pattern(left)
    pins = collect_pins_from_pattern(left, Macro.Env.vars(__CALLER__))

    match_expr =
      suppress_warning(
        quote do
          case right do
            unquote(left) -> unquote(vars)
            _ -> raise ExUnit.AssertionError, left: left, right: right, expr: expr, message: "match (=) failed" <> ExUnit.Assertions.__pins__(unquote(pins)), context: {:match, unquote(pins)}
          end
        end
      )

    quote do
      right = unquote(right)
      expr = unquote(code)
      left = unquote(Macro.escape(left))
      unquote(vars) = unquote(match_expr)
      right
    end
  end

  defmacro assert({:match?, meta, [left, right]} = assertion) do
    code = escape_quoted(:assert, meta, assertion)
    left = __expand_pattern__(left, __CALLER__)
    pins = collect_pins_from_pattern(left, Macro.Env.vars(__CALLER__))

    match? =
      suppress_warning(
        quote do
          match?(unquote(left), right)
        end
      )

    quote do
      right = unquote(right)
      left = unquote(Macro.escape(left))

      ExUnit.Assertions.assert(unquote(match?),
        right: right,
        left: left,
        expr: unquote(code),
        message: "match (match?) failed" <> ExUnit.Assertions.__pins__(unquote(pins)),
        context: {:match, unquote(pins)}
      )
    end
  end

  defmacro assert(assertion) do
    if translated = translate_assertion(:assert, assertion) do
      translated
    else
      {args, value} = extract_args(assertion, __CALLER__)

      quote generated: true do
        if value = unquote(value) do
          value
        else
          raise ExUnit.AssertionError,
            args: unquote(args),
            expr: unquote(escape_quoted(:assert, [], assertion)),
            message: "Expected truthy, got #{inspect(value)}"
        end
      end
    end
  end

  defmacro refute({:match?, meta, [left, right]} = assertion) do
    code = escape_quoted(:refute, meta, assertion)
    left = __expand_pattern__(left, __CALLER__)
    pins = collect_pins_from_pattern(left, Macro.Env.vars(__CALLER__))

    match? =
      suppress_warning(
        quote do
          match?(unquote(left), right)
        end
      )

    quote do
      right = unquote(right)
      left = unquote(Macro.escape(left))

      ExUnit.Assertions.refute(unquote(match?),
        right: right,
        left: left,
        expr: unquote(code),
        message: "match (match?) succeeded, but should have failed" <> ExUnit.Assertions.__pins__(unquote(pins)),
        context: {:match, unquote(pins)}
      )
    end
  end

  defmacro refute(assertion) do
    if translated = translate_assertion(:refute, assertion) do
      {:!, [], [translated]}
    else
      {args, value} = extract_args(assertion, __CALLER__)

      quote generated: true do
        if value = unquote(value) do
          raise ExUnit.AssertionError,
            args: unquote(args),
            expr: unquote(escape_quoted(:refute, [], assertion)),
            message: "Expected false or nil, got #{inspect(value)}"
        else
          value
        end
      end
    end
  end

  # Operators: both sides are shown.

  defp translate_assertion(:assert, {operator, meta, [_, _]} = expr) when is_atom(operator) do
    if {operator, 2} in @operators, do: translate_operator(:assert, expr, escape_quoted(:assert, meta, expr))
  end

  defp translate_assertion(:refute, {operator, meta, [_, _]} = expr) when is_atom(operator) do
    if {operator, 2} in @operators, do: translate_operator(:refute, expr, escape_quoted(:refute, meta, expr))
  end

  defp translate_assertion(_kind, _expr), do: nil

  defp translate_operator(kind, {op, meta, [left, right]}, code) do
    call = {op, meta, [Macro.var(:left, __MODULE__), Macro.var(:right, __MODULE__)]}
    equality_check? = op in [:<, :>, :!==, :!=]
    {message, context} = {operator_message(kind, op), op}

    quote do
      left = unquote(left)
      right = unquote(right)

      ExUnit.Assertions.unquote(:"__#{kind}_operator__")(
        unquote(call),
        left,
        right,
        unquote(code),
        unquote(message),
        unquote(equality_check?),
        unquote(context)
      )
    end
  end

  defp operator_message(:assert, op), do: "Assertion with #{op} failed"
  defp operator_message(:refute, op), do: "Refute with #{op} failed"

  def __assert_operator__(value, left, right, expr, message, equality_check?, context) do
    cond do
      value ->
        value

      equality_check? and left === right ->
        raise ExUnit.AssertionError, left: left, expr: expr, message: message <> ", both sides are exactly equal", context: context

      true ->
        raise ExUnit.AssertionError, left: left, right: right, expr: expr, message: message, context: context
    end
  end

  def __refute_operator__(value, left, right, expr, message, _equality_check?, context) do
    cond do
      !value ->
        value

      left === right and context in [:==, :===, :<=, :>=, :=~] ->
        raise ExUnit.AssertionError, left: left, expr: expr, message: message <> ", both sides are exactly equal", context: context

      true ->
        raise ExUnit.AssertionError, left: left, right: right, expr: expr, message: message, context: context
    end
  end

  # The arguments of a call are shown when they say more than the code.
  defp extract_args({root, meta, [_ | _] = args} = expr, env) do
    arity = length(args)

    reserved? =
      is_atom(root) and (Macro.special_form?(root, arity) or Macro.operator?(root, arity) or macro?(root, arity, env))

    all_quoted_literals? = Enum.all?(args, &Macro.quoted_literal?/1)

    case Macro.expand_once(expr, env) do
      ^expr when not reserved? and not all_quoted_literals? ->
        vars = for i <- 1..arity//1, do: Macro.var(:"arg#{i}", __MODULE__)

        quoted =
          quote do
            {unquote_splicing(vars)} = {unquote_splicing(args)}
            unquote({root, meta, vars})
          end

        {vars, quoted}

      other ->
        {ExUnit.AssertionError.no_value(), other}
    end
  end

  defp extract_args(expr, _env), do: {ExUnit.AssertionError.no_value(), expr}

  defp macro?(name, arity, env), do: Enum.any?(env.macros, fn {_, list} -> {name, arity} in list end)

  defp escape_quoted(kind, meta, expr), do: Macro.escape({kind, meta, [expr]}, prune_metadata: true)

  def __pins__([]), do: ""

  def __pins__(pins) do
    content = Enum.map_join(pins, "\n", fn {{name, _}, value} -> "  #{name} = #{inspect(value)}" end)
    "\nThe following variables were pinned:\n" <> content
  end

  def __expand_pattern__({:when, meta, [left, right]}, caller) do
    left = prewalk_expand_pattern(left, Macro.Env.to_match(caller))
    right = prewalk_expand_pattern(right, %{caller | context: :guard})
    {:when, meta, [left, right]}
  end

  def __expand_pattern__(expr, caller), do: prewalk_expand_pattern(expr, Macro.Env.to_match(caller))

  defp prewalk_expand_pattern(expr, caller) do
    Macro.prewalk(expr, fn
      {:__aliases__, _, _} = expr -> Macro.expand(expr, caller)
      {:@, _, [{attribute, _, _}]} -> caller.module |> Module.get_attribute(attribute) |> Macro.escape()
      {left, meta, right} = expr when is_list(right) -> keep_original(expr, Macro.expand(expr, caller), left, meta)
      expr -> expr
    end)
  end

  defp keep_original(expr, expr, _left, _meta), do: expr
  defp keep_original(_expr, expanded, _left, _meta), do: expanded

  defp suppress_warning({name, meta, [expr, [do: clauses]]}) do
    clauses = for {:->, meta, args} <- clauses, do: {:->, [generated: true] ++ meta, args}
    {name, [generated: true] ++ meta, [expr, [do: clauses]]}
  end

  defp suppress_warning({name, meta, args}), do: {name, [generated: true] ++ meta, args}

  # Variables of a pattern, each once; those of pins and of types in binaries are
  # not its own.
  def __vars__(pattern), do: collect_vars_from_pattern(pattern)

  defp collect_vars_from_pattern({:when, _, [left, right]}) do
    pattern = collect_vars_from_pattern(left)

    vars =
      for {name, _, context} = var <- collect_vars_from_pattern(right),
          has_var?(pattern, name, context),
          do: var

    pattern ++ (vars -- vars)
  end

  defp collect_vars_from_pattern(expr) do
    {_, vars} =
      Macro.prewalk(expr, [], fn
        {:"::", _, [left, right]}, acc ->
          {[left], acc |> skip_type(right)}

        {skip, _, [_]}, acc when skip in [:^, :@] ->
          {:ok, acc}

        {skip, _, [_, _]}, acc when skip == :quote ->
          {:ok, acc}

        {:_, _, context}, acc when is_atom(context) ->
          {:ok, acc}

        {name, meta, context}, acc when is_atom(name) and is_atom(context) ->
          {:ok, [{name, meta, context} | acc]}

        node, acc ->
          {node, acc}
      end)

    # generated, so that nobody warns of a variable that only the assertion uses
    for {name, meta, context} <- vars |> Enum.reverse() |> Enum.uniq_by(fn {name, meta, context} -> {name, meta[:counter], context} end) do
      {name, [generated: true] ++ meta, context}
    end
  end

  defp skip_type(acc, _right), do: acc

  defp has_var?(pattern, name, context), do: Enum.any?(pattern, &match?({^name, _, ^context}, &1))

  defp collect_pins_from_pattern(expr, vars) do
    {_, pins} =
      Macro.prewalk(expr, %{}, fn
        {:quote, _, [_]}, acc ->
          {:ok, acc}

        {:quote, _, [_, _]}, acc ->
          {:ok, acc}

        {:^, _, [{name, _, nil} = var]}, acc ->
          identifier = {name, nil}

          if identifier in vars,
            do: {:ok, Map.put(acc, identifier, var)},
            else: {:ok, acc}

        form, acc ->
          {form, acc}
      end)

    pins |> Enum.sort() |> Enum.map(fn {key, var} -> {Macro.escape(key), var} end)
  end

  # As functions

  def assert(value, message) when is_binary(message), do: assert(value, message: message)

  def assert(value, opts) when is_list(opts) do
    unless value, do: raise(ExUnit.AssertionError, opts)
    true
  end

  def assert(value, %{__exception__: true} = exception) do
    unless value, do: raise(exception)
    true
  end

  def refute(value, message) when is_binary(message), do: not assert(!value, message: message)
  def refute(value, opts) when is_list(opts), do: not assert(!value, opts)

  # Messages

  defmacro assert_receive(pattern, timeout \\ nil, failure_message \\ nil),
    do: do_assert_receive(:assert_receive, pattern, timeout, failure_message, __CALLER__)

  defmacro assert_received(pattern, failure_message \\ nil),
    do: do_assert_receive(:assert_received, pattern, 0, failure_message, __CALLER__)

  defp do_assert_receive(kind, pattern, timeout, failure_message, caller) do
    code = Macro.escape({kind, [], [pattern]}, prune_metadata: true)
    pattern = __expand_pattern__(pattern, caller)
    bare = bare_pattern(pattern)
    vars = collect_vars_from_pattern(bare)
    pins = collect_pins_from_pattern(pattern, Macro.Env.vars(caller))

    failure_message =
      failure_message ||
        quote do
          ExUnit.Assertions.__mailbox_message__(timeout, length(messages), unquote(pins))
        end

    quote do
      timeout = ExUnit.Assertions.__timeout__(unquote(timeout), :assert_receive_timeout)

      {received, unquote(vars)} =
        receive do
          unquote(with_received(pattern)) -> {received, unquote(vars)}
        after
          timeout ->
            {:messages, messages} = Process.info(self(), :messages)

            ExUnit.Assertions.__flunk_mailbox__(
              unquote(failure_message),
              unquote(code),
              unquote(Macro.escape(bare)),
              messages,
              unquote(pins)
            )
        end

      received
    end
    |> mark_generated()
  end

  defp mark_generated({name, meta, args}), do: {name, [generated: true] ++ meta, args}

  defp bare_pattern({:when, _, [pattern, _guard]}), do: pattern
  defp bare_pattern(pattern), do: pattern

  defp with_received({:when, meta, [pattern, guard]}),
    do: {:when, meta, [quote(do: unquote(pattern) = received), guard]}

  defp with_received(pattern), do: quote(do: unquote(pattern) = received)

  @max_mailbox_length 10

  def __mailbox_message__(timeout, length, pins) do
    "Assertion failed, no matching message after #{timeout}ms" <> __pins__(pins) <> in_mailbox(length)
  end

  defp in_mailbox(0), do: "\nThe process mailbox is empty."

  defp in_mailbox(length) do
    shown = min(length, @max_mailbox_length)
    word = if length == 1, do: "message", else: "messages"
    "\nShowing #{shown} of #{length} #{word} in the mailbox"
  end

  def __flunk_mailbox__(message, expr, pattern, messages, pins) do
    raise ExUnit.AssertionError,
      message: message,
      expr: expr,
      left: pattern,
      right: Enum.take(messages, -@max_mailbox_length),
      context: {:mailbox, pins, messages}
  end

  def __timeout__(timeout, _key) when is_integer(timeout) and timeout >= 0, do: timeout
  def __timeout__(nil, key), do: Application.get_env(:ex_unit, key, 100)

  def __timeout__(timeout, _key),
    do: raise(ArgumentError, "timeout must be a non-negative integer, got: #{inspect(timeout)}")

  defmacro refute_receive(pattern, timeout \\ nil, failure_message \\ nil),
    do: do_refute_receive(pattern, timeout, failure_message)

  defmacro refute_received(pattern, failure_message \\ nil),
    do: do_refute_receive(pattern, 0, failure_message)

  defp do_refute_receive(pattern, timeout, failure_message) do
    quote do
      receive do
        unquote(with_received(pattern)) ->
          raise ExUnit.AssertionError,
            message:
              unquote(failure_message) ||
                "Unexpectedly received message #{inspect(received)} (which matched #{unquote(Macro.to_string(pattern))})"
      after
        ExUnit.Assertions.__timeout__(unquote(timeout), :refute_receive_timeout) -> false
      end
    end
    |> mark_generated()
  end

  # Exceptions

  def assert_raise(exception, message, function) when is_function(function, 0) do
    error = assert_raise(exception, function)

    match? =
      cond do
        is_binary(message) -> Exception.message(error) == message
        is_struct(message, Regex) -> Exception.message(error) =~ message
      end

    message =
      "Wrong message for #{inspect(exception)}\n" <>
        "expected:\n  #{inspect(message)}\n" <>
        "actual:\n" <> "  #{inspect(Exception.message(error))}"

    assert match?, message: message
    error
  end

  def assert_raise(exception, function) when is_function(function, 0) do
    try do
      function.()
    rescue
      error ->
        name = error.__struct__

        cond do
          name == exception ->
            check_error_message(name, error)
            error

          name == ExUnit.AssertionError ->
            reraise error, __STACKTRACE__

          true ->
            message = "Expected exception #{inspect(exception)} but got #{inspect(name)} (#{Exception.message(error)})"
            reraise ExUnit.AssertionError, [message: message], __STACKTRACE__
        end
    else
      _ -> flunk("Expected exception #{inspect(exception)} but nothing was raised")
    end
  end

  defp check_error_message(module, error) do
    try do
      module.message(error)
    catch
      kind, reason ->
        message =
          "Got exception #{inspect(module)} but it failed to produce a message with:\n\n" <>
            Exception.format(kind, reason, __STACKTRACE__)

        flunk(message)
    end
  end

  # In delta

  def assert_in_delta(value1, value2, delta, message \\ nil)

  def assert_in_delta(_, _, delta, _) when delta < 0,
    do: raise(ArgumentError, "delta must always be a positive number, got: #{inspect(delta)}")

  def assert_in_delta(value1, value2, delta, message) do
    diff = abs(value1 - value2)

    message =
      message ||
        "Expected the difference between #{inspect(value1)} and #{inspect(value2)} (#{inspect(diff)}) to be less than or equal to #{inspect(delta)}"

    assert diff <= delta, message
  end

  def refute_in_delta(value1, value2, delta, message \\ nil) do
    diff = abs(value1 - value2)

    message =
      message ||
        "Expected the difference between #{inspect(value1)} and #{inspect(value2)} (#{inspect(diff)}) to be more than #{inspect(delta)}"

    refute diff <= delta, message
  end

  # Catching

  defmacro catch_throw(expression), do: do_catch(:throw, expression)
  defmacro catch_exit(expression), do: do_catch(:exit, expression)
  defmacro catch_error(expression), do: do_catch(:error, expression)

  defp do_catch(kind, expr) do
    quote do
      try do
        _ = unquote(expr)
        flunk("Expected to catch #{unquote(kind)}, got nothing")
      rescue
        e in [ExUnit.AssertionError] -> reraise(e, __STACKTRACE__)
      catch
        unquote(kind), we_got -> we_got
      end
    end
  end

  def flunk(message \\ "Flunked!") when is_binary(message), do: assert(false, message: message)
end
