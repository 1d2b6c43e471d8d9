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
    check =
      quote generated: true do
        if right do
          :ok
        else
          raise ExUnit.AssertionError, expr: expr, message: "Expected truthy, got #{inspect(right)}"
        end
      end

    __match__(left, right, escape_quoted(:assert, meta, assertion), check, __CALLER__)
  end

  defmacro assert({:match?, _, [_, _]} = assertion), do: match?(:assert, assertion, "match (match?) failed", __CALLER__)

  defmacro assert(assertion) do
    translate(:assert, assertion, __CALLER__) ||
      truth(:assert, assertion, __CALLER__, fn value, failure ->
        quote generated: true do
          if value = unquote(value), do: value, else: unquote(failure)
        end
      end)
  end

  defmacro refute({:match?, _, [_, _]} = assertion),
    do: match?(:refute, assertion, "match (match?) succeeded, but should have failed", __CALLER__)

  defmacro refute(assertion) do
    if translated = translate(:refute, assertion, __CALLER__) do
      {:!, [generated: true], [translated]}
    else
      truth(:refute, assertion, __CALLER__, fn value, failure ->
        quote generated: true do
          if value = unquote(value), do: unquote(failure), else: value
        end
      end)
    end
  end

  defp truth(kind, assertion, caller, test) do
    {args, value} = extract_args(assertion, caller)
    expected = if kind == :assert, do: "Expected truthy, got ", else: "Expected false or nil, got "

    test.(
      value,
      quote do
        raise ExUnit.AssertionError,
          args: unquote(args),
          expr: unquote(escape_quoted(kind, [], assertion)),
          message: unquote(expected) <> inspect(value)
      end
    )
  end

  defp match?(kind, {:match?, meta, [left, right]} = assertion, message, caller) do
    test = {:match?, meta, [left, Macro.var(:right, __MODULE__)]}
    left = __expand_pattern__(left, caller)
    pins = collect_pins_from_pattern(left, Macro.Env.vars(caller))

    quote do
      right = unquote(right)
      left = unquote(Macro.escape(left))

      ExUnit.Assertions.unquote(kind)(unquote(test),
        right: right,
        left: left,
        expr: unquote(escape_quoted(kind, meta, assertion)),
        message: unquote(message) <> ExUnit.Assertions.__pins__(unquote(pins)),
        context: {:match, unquote(pins)}
      )
    end
  end

  # assert pattern = value. check is code that is run when it matches.
  def __match__({:when, _, _} = left, right, _code, _check, _caller) do
    raise ArgumentError, """
    invalid pattern in assert/1:

    #{Macro.to_string(left) |> indent(2)}

    To assert with guards, use match?/2:

    #{Macro.to_string(quote(do: assert(match?(unquote(left), unquote(right))))) |> indent(2)}
    """
  end

  def __match__(left, right, code, check, caller) do
    left = __expand_pattern__(left, caller)
    vars = collect_vars_from_pattern(left)
    pins = collect_pins_from_pattern(left, Macro.Env.vars(caller))

    match_expr =
      suppress_warning(
        quote do
          case right do
            unquote(left) ->
              unquote(check)
              unquote(mark_as_generated(vars))

            _ ->
              raise ExUnit.AssertionError,
                left: unquote(Macro.escape(left)),
                right: right,
                expr: expr,
                message: "match (=) failed" <> ExUnit.Assertions.__pins__(unquote(pins)),
                context: {:match, unquote(pins)}
          end
        end
      )

    quote do
      right = unquote(right)
      expr = unquote(code)
      unquote(vars) = unquote(match_expr)
      right
    end
  end

  defp indent(text, n), do: String.duplicate(" ", n) <> String.replace(text, "\n", "\n" <> String.duplicate(" ", n))

  # Kernel's operators: both sides are shown.

  defp translate(kind, {op, meta, [left, right]} = expr, caller) when is_atom(op) do
    if {op, 2} in @operators and match?([{_, Kernel}], Macro.Env.lookup_import(caller, {op, 2})) do
      expr = escape_quoted(kind, meta, expr)
      context = if op in [:===, :!==], do: :===, else: :==
      test = {op, meta, [Macro.var(:left, __MODULE__), Macro.var(:right, __MODULE__)]}

      {test, message, distinct} =
        if kind == :assert,
          do: {test, "Assertion with #{op} failed", [:<, :>, :!==, :!=]},
          else: {{:not, meta, [test]}, "Refute with #{op} failed", [:<=, :>=, :===, :==, :=~]}

      compare(test, left, right, expr, message, context, op in distinct)
    end
  end

  defp translate(_kind, _expr, _caller), do: nil

  # distinct?: sides that are exactly equal are the failure.
  defp compare(test, left, right, expr, message, context, distinct?) do
    failure =
      quote do
        ExUnit.Assertions.assert(unquote(test),
          left: left,
          right: right,
          expr: unquote(expr),
          message: unquote(message),
          context: unquote(context)
        )
      end

    quote do
      left = unquote(left)
      right = unquote(right)

      unquote(
        if distinct? do
          quote do
            if ExUnit.Assertions.__equal__?(left, right) do
              ExUnit.Assertions.assert(false,
                left: left,
                expr: unquote(expr),
                message: unquote(message <> ", both sides are exactly equal")
              )
            else
              unquote(failure)
            end
          end
        else
          failure
        end
      )
    end
  end

  def __equal__?(left, right), do: left === right

  # The arguments of a call are shown when they say more than the code.
  defp extract_args({root, meta, [_ | _] = args} = expr, env) do
    arity = length(args)

    reserved? = is_atom(root) and (Macro.special_form?(root, arity) or Macro.operator?(root, arity))

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

  defp escape_quoted(kind, meta, expr), do: Macro.escape({kind, meta, [expr]}, prune_metadata: true)

  # The pinned variables that a reader of the test has written.
  def __pins__(pins) do
    case for({{name, nil}, value} <- pins, do: "#{name} = #{inspect(value)}") do
      [] -> ""
      lines -> "\nThe following variables were pinned:\n  " <> (lines |> Enum.reverse() |> Enum.join("\n  "))
    end
  end

  # Macros of a pattern are expanded, so that their variables are found; what was
  # written stands in the metadata.

  def __expand_pattern__({:when, meta, [left, right]}, caller) do
    {:when, meta, [expand(left, Macro.Env.to_match(caller)), expand(right, %{caller | context: :guard})]}
  end

  def __expand_pattern__(expr, caller), do: expand(expr, Macro.Env.to_match(caller))

  defp expand({:quote, _, [_]} = expr, _caller), do: expr
  defp expand({:quote, _, [_, _]} = expr, _caller), do: expr
  defp expand({:__aliases__, _, _} = expr, caller), do: Macro.expand(expr, caller)
  defp expand({:@, _, [{name, _, _}]}, caller), do: caller.module |> Module.get_attribute(name) |> Macro.escape()

  defp expand({left, meta, right} = expr, caller) do
    case Macro.expand(expr, caller) do
      ^expr -> {expand(left, caller), meta, expand(right, caller)}
      {left, meta, right} -> {expand(left, caller), [{:original, expr} | meta], expand(right, caller)}
      other -> other
    end
  end

  defp expand({left, right}, caller), do: {expand(left, caller), expand(right, caller)}
  defp expand([_ | _] = list, caller), do: Enum.map(list, &expand(&1, caller))
  defp expand(other, _caller), do: other

  defp suppress_warning({name, meta, [expr, [do: clauses]]}) do
    clauses = for {:->, meta, args} <- clauses, do: {:->, [generated: true] ++ meta, args}
    {name, meta, [expr, [do: clauses]]}
  end

  # So that nobody warns of a variable that only the assertion uses.
  defp mark_as_generated(vars), do: for({name, meta, context} <- vars, do: {name, [generated: true] ++ meta, context})

  # Variables of a pattern; those of pins are not its own, and of a type in a
  # binary only what its size names.

  defp collect_vars_from_pattern({:when, _, [left, right]}) do
    pattern = collect_vars_from_pattern(left)

    pattern ++
      for {name, _, context} = var <- collect_vars_from_pattern(right), Enum.any?(pattern, &match?({^name, _, ^context}, &1)) do
        var
      end
  end

  defp collect_vars_from_pattern(expr) do
    expr
    |> Macro.prewalk([], fn
      {:"::", _, [left, right]}, acc -> {[left], vars_of_size(right, acc)}
      {skip, _, [_]}, acc when skip in [:^, :@, :quote] -> {:ok, acc}
      {:quote, _, [_, _]}, acc -> {:ok, acc}
      {:_, _, context}, acc when is_atom(context) -> {:ok, acc}
      {name, meta, context}, acc when is_atom(name) and is_atom(context) -> {:ok, [{name, meta, context} | acc]}
      node, acc -> {node, acc}
    end)
    |> elem(1)
  end

  defp vars_of_size(type, acc) do
    type
    |> Macro.prewalk(acc, fn
      {mode, _, [{name, meta, context}]}, acc when is_atom(mode) and is_atom(name) and is_atom(context) -> {:ok, [{name, meta, context} | acc]}
      node, acc -> {node, acc}
    end)
    |> elem(1)
  end

  defp collect_pins_from_pattern(expr, vars) do
    {_, pins} =
      Macro.prewalk(expr, %{}, fn
        {:quote, _, [_]}, acc ->
          {:ok, acc}

        {:quote, _, [_, _]}, acc ->
          {:ok, acc}

        {:^, _, [{name, meta, context} = var]}, acc ->
          key = {name, meta[:counter] || context}
          {:ok, if(key in vars, do: Map.put(acc, key, var), else: acc)}

        form, acc ->
          {form, acc}
      end)

    Enum.to_list(pins)
  end

  # As functions

  def assert(value, message) when is_binary(message), do: assert(value, message: message)

  def assert(value, opts) when is_list(opts) do
    unless value, do: raise(ExUnit.AssertionError, opts)
    true
  end

  def refute(value, message), do: not assert(!value, message)

  # Messages

  @max_mailbox_length 10

  defmacro assert_receive(pattern, timeout \\ nil, failure_message \\ nil),
    do: received(:assert_receive, pattern, timeout, failure_message, __CALLER__)

  defmacro assert_received(pattern, failure_message \\ nil),
    do: received(:assert_received, pattern, 0, failure_message, __CALLER__)

  defp received(kind, pattern, timeout, failure_message, caller) do
    code = escape_quoted(kind, [], pattern)
    expanded = __expand_pattern__(pattern, caller)
    vars = collect_vars_from_pattern(expanded)
    pins = collect_pins_from_pattern(expanded, Macro.Env.vars(caller))

    pattern =
      case expanded do
        {:when, meta, [left, right]} -> {:when, meta, [quote(do: unquote(left) = received), right]}
        left -> quote(do: unquote(left) = received)
      end

    finder =
      suppress_warning(
        quote do
          case message do
            unquote(pattern) ->
              _ = unquote(mark_as_generated(vars))
              true

            _ ->
              false
          end
        end
      )

    on_timeout =
      if failure_message do
        quote do
          flunk(unquote(failure_message))
        end
      else
        quote do
          ExUnit.Assertions.__timeout__(
            unquote(Macro.escape(expanded)),
            unquote(code),
            unquote(pins),
            fn message -> unquote(finder) end,
            timeout
          )
        end
      end

    quote do
      timeout = ExUnit.Assertions.__timeout__(unquote(timeout), :assert_receive_timeout)

      {received, unquote(vars)} =
        receive do
          unquote(pattern) -> {received, unquote(mark_as_generated(vars))}
        after
          timeout -> unquote(on_timeout)
        end

      received
    end
  end

  def __timeout__(timeout, _key) when is_integer(timeout) and timeout >= 0, do: timeout
  def __timeout__(nil, key), do: Application.fetch_env!(:ex_unit, key)

  def __timeout__(timeout, _key),
    do: raise(ArgumentError, "timeout must be a non-negative integer, got: #{inspect(timeout)}")

  # No message has come in time; it may have come since.
  def __timeout__(pattern, code, pins, finder, timeout) do
    {:messages, messages} = Process.info(self(), :messages)

    if Enum.any?(messages, finder) do
      raise ExUnit.AssertionError,
        expr: code,
        message: """
        Found message matching #{Macro.to_string(pattern)} after #{timeout}ms.

        This means the message was delivered too close to the timeout value, you may want to either:

          1. Give an increased timeout to `assert_receive/2`
          2. Increase the default timeout to all `assert_receive` in your
             test_helper.exs by setting ExUnit.configure(assert_receive_timeout: ...)
        """
    else
      raise ExUnit.AssertionError,
        left: pattern,
        expr: code,
        message: "Assertion failed, no matching message after #{timeout}ms" <> __pins__(pins) <> in_mailbox(length(messages)),
        context: {:mailbox, pins, Enum.take(messages, -@max_mailbox_length)}
    end
  end

  defp in_mailbox(0), do: "\nThe process mailbox is empty."
  defp in_mailbox(1), do: "\nShowing 1 of 1 message in the mailbox"
  defp in_mailbox(n), do: "\nShowing #{min(n, @max_mailbox_length)} of #{n} messages in the mailbox"

  defmacro refute_receive(pattern, timeout \\ nil, failure_message \\ nil),
    do: not_received(pattern, timeout, failure_message)

  defmacro refute_received(pattern, failure_message \\ nil), do: not_received(pattern, 0, failure_message)

  defp not_received(pattern, timeout, failure_message) do
    clause =
      if failure_message do
        quote do
          unquote(pattern) -> flunk(unquote(failure_message))
        end
      else
        text = Macro.to_string(pattern)

        quote do
          unquote(pattern) = actual ->
            flunk("Unexpectedly received message #{inspect(actual)} (which matched #{unquote(text)})")
        end
      end

    quote do
      timeout = ExUnit.Assertions.__timeout__(unquote(timeout), :refute_receive_timeout)

      receive do
        unquote(clause)
      after
        timeout -> false
      end
    end
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

    unless match?, do: flunk(message)
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
      if message,
        do: message <> " (difference between #{inspect(value1)} and #{inspect(value2)} is less than #{inspect(delta)})",
        else:
          "Expected the difference between #{inspect(value1)} and #{inspect(value2)} (#{inspect(diff)}) to be more than #{inspect(delta)}"

    refute diff < delta, message
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
