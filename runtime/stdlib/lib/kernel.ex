# Kernel: the functions and macros that every module imports.
#
# This module is compiled first: only @, def, defp, defmacro, defmacrop and
# defmodule exist (from the compiler) and the macros defined above their use.
# That is why guards name :erlang functions in full and why control flow is
# written with case. Nothing here differs from Elixir's Kernel on purpose.
defmodule Kernel do
  ## Functions the compiler inlines

  def abs(number), do: :erlang.abs(number)
  def apply(fun, args), do: :erlang.apply(fun, args)
  def apply(module, function_name, args), do: :erlang.apply(module, function_name, args)
  def binary_part(binary, start, size), do: :erlang.binary_part(binary, start, size)
  def bit_size(bitstring), do: :erlang.bit_size(bitstring)
  def byte_size(bitstring), do: :erlang.byte_size(bitstring)
  def ceil(number), do: :erlang.ceil(number)
  def div(dividend, divisor), do: :erlang.div(dividend, divisor)
  def exit(reason), do: :erlang.exit(reason)
  def floor(number), do: :erlang.floor(number)
  def hd(list), do: :erlang.hd(list)
  def is_atom(term), do: :erlang.is_atom(term)
  def is_binary(term), do: :erlang.is_binary(term)
  def is_bitstring(term), do: :erlang.is_bitstring(term)
  def is_boolean(term), do: :erlang.is_boolean(term)
  def is_float(term), do: :erlang.is_float(term)
  def is_function(term), do: :erlang.is_function(term)
  def is_function(term, arity), do: :erlang.is_function(term, arity)
  def is_integer(term), do: :erlang.is_integer(term)
  def is_list(term), do: :erlang.is_list(term)
  def is_map(term), do: :erlang.is_map(term)
  def is_map_key(map, key), do: :erlang.is_map_key(key, map)
  def is_number(term), do: :erlang.is_number(term)
  def is_pid(term), do: :erlang.is_pid(term)
  def is_port(term), do: :erlang.is_port(term)
  def is_reference(term), do: :erlang.is_reference(term)
  def is_tuple(term), do: :erlang.is_tuple(term)



  def length(list), do: :erlang.length(list)
  def make_ref(), do: :erlang.make_ref()
  def map_size(map), do: :erlang.map_size(map)
  def max(first, second), do: :erlang.max(first, second)
  def min(first, second), do: :erlang.min(first, second)
  def node(), do: :erlang.node()
  def node(arg), do: :erlang.node(arg)
  def rem(dividend, divisor), do: :erlang.rem(dividend, divisor)
  def round(number), do: :erlang.round(number)
  def self(), do: :erlang.self()
  def send(dest, message), do: :erlang.send(dest, message)
  def spawn(fun), do: :erlang.spawn(fun)
  def spawn(module, fun, args), do: :erlang.spawn(module, fun, args)
  def spawn_link(fun), do: :erlang.spawn_link(fun)
  def spawn_link(module, fun, args), do: :erlang.spawn_link(module, fun, args)
  def spawn_monitor(fun), do: :erlang.spawn_monitor(fun)
  def spawn_monitor(module, fun, args), do: :erlang.spawn_monitor(module, fun, args)
  def throw(term), do: :erlang.throw(term)
  def tl(list), do: :erlang.tl(list)
  def trunc(number), do: :erlang.trunc(number)
  def tuple_size(tuple), do: :erlang.tuple_size(tuple)
  def elem(tuple, index), do: :erlang.element(:erlang.+(index, 1), tuple)
  def put_elem(tuple, index, value), do: :erlang.setelement(:erlang.+(index, 1), tuple, value)

  def +value, do: :erlang.+(value)
  def left + right, do: :erlang.+(left, right)
  def -value, do: :erlang.-(value)
  def left - right, do: :erlang.-(left, right)
  def left * right, do: :erlang.*(left, right)
  def left / right, do: :erlang./(left, right)

  def base ** exponent
      when :erlang.andalso(
             :erlang.is_integer(base),
             :erlang.andalso(:erlang.is_integer(exponent), :erlang.>=(exponent, 0))
           ) do
    Integer.pow(base, exponent)
  end

  def base ** exponent
      when :erlang.andalso(:erlang.is_number(base), :erlang.is_number(exponent)) do
    :math.pow(base, exponent)
  end

  def left ++ right, do: :erlang.++(left, right)
  def left -- right, do: :erlang.--(left, right)
  def not value, do: :erlang.not(value)
  def left < right, do: :erlang.<(left, right)
  def left > right, do: :erlang.>(left, right)
  def left <= right, do: :erlang."=<"(left, right)
  def left >= right, do: :erlang.>=(left, right)
  def left == right, do: :erlang.==(left, right)
  def left != right, do: :erlang."/="(left, right)
  def left === right, do: :erlang."=:="(left, right)
  def left !== right, do: :erlang."=/="(left, right)

  ## Boolean macros

  defmacro left and right do
    case :maps.get(:context, __CALLER__) do
      nil -> boolean_case(:and, left, false, false, true, right)
      :guard -> quote(do: :erlang.andalso(unquote(left), unquote(right)))
      :match -> no_pattern!(:match, "and")
    end
  end

  defmacro left or right do
    case :maps.get(:context, __CALLER__) do
      nil -> boolean_case(:or, left, false, right, true, true)
      :guard -> quote(do: :erlang.orelse(unquote(left), unquote(right)))
      :match -> no_pattern!(:match, "or")
    end
  end

  defp boolean_case(operator, check, pattern1, body1, pattern2, body2) do
    boolean_meta(
      operator,
      quote do
        case unquote(check) do
          unquote(pattern1) -> unquote(body1)
          unquote(pattern2) -> unquote(body2)
          other -> :erlang.error({:badbool, unquote(operator), other})
        end
      end
    )
  end

  defp boolean_meta(operator, {:case, meta, args}) do
    {:case, [{:optimize_boolean, true}, {:type_check, {:case, operator}} | meta], args}
  end

  defp no_pattern!(:match, what) do
    :erlang.error(
      ArgumentError.exception(
        <<"invalid expression in match, ", what::binary,
          " is not allowed in patterns such as function clauses, case clauses or on the left side of the = operator">>
      )
    )
  end

  defp no_pattern!(:guard, what) do
    :erlang.error(
      ArgumentError.exception(
        <<"invalid expression in guard, ", what::binary,
          " is not allowed in guards. To learn more about guards, visit: https://hexdocs.pm/elixir/patterns-and-guards.html">>
      )
    )
  end

  defp no_pattern!(nil, _what), do: :ok

  defp falsy_guard() do
    quote generated: true do
      :erlang.orelse(:erlang."=:="(x, false), :erlang."=:="(x, nil))
    end
  end

  defmacro !value

  defmacro !{:!, _, [value]} do
    no_pattern!(:maps.get(:context, __CALLER__), "!")

    boolean_meta(
      :"!!",
      quote do
        case unquote(value) do
          x when unquote(falsy_guard()) -> false
          _ -> true
        end
      end
    )
  end

  defmacro !value do
    no_pattern!(:maps.get(:context, __CALLER__), "!")

    boolean_meta(
      :!,
      quote do
        case unquote(value) do
          x when unquote(falsy_guard()) -> true
          _ -> false
        end
      end
    )
  end

  defmacro left && right do
    no_pattern!(:maps.get(:context, __CALLER__), "&&")

    quote do
      case unquote(left) do
        x when unquote(falsy_guard()) -> x
        _ -> unquote(right)
      end
    end
  end

  defmacro left || right do
    no_pattern!(:maps.get(:context, __CALLER__), "||")

    quote do
      case unquote(left) do
        x when unquote(falsy_guard()) -> unquote(right)
        x -> x
      end
    end
  end

  defmacro if(condition, clauses) do
    case clauses do
      [do: block] -> truthy_case(:if, condition, block, nil)
      [do: block, else: other] -> truthy_case(:if, condition, block, other)
      [else: other, do: block] -> truthy_case(:if, condition, block, other)
      _ -> bad_clauses!("if")
    end
  end

  defmacro unless(condition, clauses) do
    case clauses do
      [do: block] -> truthy_case(:unless, condition, nil, block)
      [do: block, else: other] -> truthy_case(:unless, condition, other, block)
      [else: other, do: block] -> truthy_case(:unless, condition, other, block)
      _ -> bad_clauses!("unless")
    end
  end

  defp bad_clauses!(name) do
    :erlang.error(
      ArgumentError.exception(
        <<"invalid or duplicate keys for ", name::binary,
          ", only \"do\" and an optional \"else\" are permitted">>
      )
    )
  end

  defp truthy_case(operator, condition, truthy, falsy) do
    boolean_meta(
      operator,
      quote do
        case unquote(condition) do
          x when unquote(falsy_guard()) -> unquote(falsy)
          _ -> unquote(truthy)
        end
      end
    )
  end

  ## Raising

  defmacro raise(message) do
    quote do
      :erlang.error(unquote(exception_of(message)), :none, error_info: %{module: Exception})
    end
  end

  defmacro raise(exception, attributes) do
    quote do
      :erlang.error(unquote(exception).exception(unquote(attributes)))
    end
  end

  defmacro reraise(message, stacktrace) do
    quote do
      :erlang.raise(:error, unquote(exception_of(message)), unquote(stacktrace))
    end
  end

  defmacro reraise(exception, attributes, stacktrace) do
    quote do
      :erlang.raise(
        :error,
        unquote(exception).exception(unquote(attributes)),
        unquote(stacktrace)
      )
    end
  end

  # What a single argument of raise stands for, as far as the compiler can tell.
  defp exception_of(message) when :erlang.is_binary(message) do
    quote(do: RuntimeError.exception(unquote(message)))
  end

  defp exception_of({:<<>>, _, _} = message) do
    quote(do: RuntimeError.exception(unquote(message)))
  end

  defp exception_of({:<>, _, [_, _]} = message) do
    quote(do: RuntimeError.exception(unquote(message)))
  end

  defp exception_of(alias) when :erlang.is_atom(alias) do
    quote(do: unquote(alias).exception([]))
  end

  defp exception_of({:__aliases__, _, _} = alias) do
    quote(do: unquote(alias).exception([]))
  end

  defp exception_of(other) do
    quote(do: Kernel.Utils.raise(unquote(other)))
  end

  ## Strings and lists

  defmacro left <> right do
    concats = concat_parts({:<>, [], [left, right]}, __CALLER__)
    {:<<>>, [], concats}
  end

  defp concat_parts({:<>, _, [left, right]}, caller) do
    [concat_left(left, caller) | concat_parts(right, caller)]
  end

  defp concat_parts(other, caller) do
    case :maps.get(:context, caller) do
      :match when :erlang.is_tuple(other) ->
        case :elixir_dispatch.expand_macros(other, caller) do
          binary when :erlang.is_binary(binary) -> [binary]
          _ -> [concat_part(other)]
        end

      _ ->
        [concat_part(other)]
    end
  end

  defp concat_left({_, _, _} = left, caller) do
    case :maps.get(:context, caller) do
      :match ->
        case :elixir_dispatch.expand_macros(left, caller) do
          {name, _, context} = expanded
          when :erlang.andalso(:erlang.is_atom(name), :erlang.is_atom(context)) ->
            unknown_size!(expanded)

          {:<<>>, _, parts} = expanded ->
            case :lists.all(&known_size?/1, parts) do
              true -> concat_part(expanded)
              false -> unknown_size!(first_unknown(left, expanded))
            end

          binary when :erlang.is_binary(binary) ->
            binary

          expanded ->
            concat_part(expanded)
        end

      _ ->
        concat_part(left)
    end
  end

  defp concat_left(left, _caller), do: concat_part(left)

  defp known_size?({:"::", _, [_, {type, _, context}]})
       when :erlang.andalso(
              :erlang.is_atom(context),
              :erlang.orelse(
                :erlang.orelse(:erlang."=:="(type, :binary), :erlang."=:="(type, :bytes)),
                :erlang.orelse(:erlang."=:="(type, :bitstring), :erlang."=:="(type, :bits))
              )
            ),
       do: false

  defp known_size?(_), do: true

  defp first_unknown({:<>, _, [left, _]}, _), do: left
  defp first_unknown(left, _), do: left

  defp unknown_size!(expression) do
    :erlang.error(
      ArgumentError.exception(
        <<"cannot perform prefix match because the left operand of <> has unknown size. ",
          "The left operand of <> inside a match should either be a literal binary or ",
          "an existing variable with the pin operator (such as ^some_var). Got: ",
          Macro.to_string(expression)::binary>>
      )
    )
  end

  defp concat_part(binary) when :erlang.is_binary(binary), do: binary

  defp concat_part(literal)
       when :erlang.orelse(
              :erlang.orelse(:erlang.is_number(literal), :erlang.is_list(literal)),
              :erlang.is_atom(literal)
            ) do
    :erlang.error(
      ArgumentError.exception(
        <<"expected binary argument in <> operator but got: ", Macro.to_string(literal)::binary>>
      )
    )
  end


  defp concat_part(other), do: {:"::", [], [other, {:binary, [], nil}]}

  def left =~ "" when :erlang.is_binary(left), do: true

  def left =~ right when :erlang.andalso(:erlang.is_binary(left), :erlang.is_binary(right)) do
    case :binary.match(left, right) do
      :nomatch -> false
      _ -> true
    end
  end

  def left =~ right when :erlang.is_binary(left), do: Regex.match?(right, left)

  defmacro to_string(term), do: quote(do: :"Elixir.String.Chars".to_string(unquote(term)))

  defmacro to_charlist(term), do: quote(do: :"Elixir.List.Chars".to_charlist(unquote(term)))

  defmacro to_char_list(term), do: quote(do: :"Elixir.List.Chars".to_charlist(unquote(term)))

  def binary_slice(binary, start, size)
      when :erlang.andalso(
             :erlang.is_binary(binary),
             :erlang.andalso(
               :erlang.is_integer(start),
               :erlang.andalso(:erlang.is_integer(size), :erlang.>=(size, 0))
             )
           ) do
    total = :erlang.byte_size(binary)

    start =
      case :erlang.<(start, 0) do
        true -> :erlang.max(:erlang.+(total, start), 0)
        false -> start
      end

    case :erlang.<(start, total) do
      true ->
        :erlang.binary_part(binary, start, :erlang.min(size, :erlang.-(total, start)))

      false ->
        ""
    end
  end

  def binary_slice(binary, %{__struct__: Range, first: first, last: last, step: step})
      when :erlang.andalso(:erlang.is_binary(binary), :erlang.>(step, 0)) do
    total = :erlang.byte_size(binary)
    first = from_end(first, total)
    last = :erlang.min(from_end(last, total), :erlang.-(total, 1))
    slice_part(binary, :erlang.max(first, 0), last, step)
  end

  def binary_slice(binary, %{__struct__: Range} = range) when :erlang.is_binary(binary) do
    :erlang.error(
      ArgumentError.exception(
        <<"binary_slice/2 does not accept ranges with negative steps, got: ",
          inspect(range)::binary>>
      )
    )
  end

  defp from_end(index, total) when :erlang.<(index, 0), do: :erlang.+(index, total)
  defp from_end(index, _total), do: index

  defp slice_part(_binary, first, last, _step) when :erlang.>(first, last), do: ""

  defp slice_part(binary, first, last, 1) do
    :erlang.binary_part(binary, first, :erlang.+(:erlang.-(last, first), 1))
  end

  defp slice_part(binary, first, last, step) do
    :erlang.iolist_to_binary(slice_steps(binary, first, last, step))
  end

  defp slice_steps(_binary, index, last, _step) when :erlang.>(index, last), do: []

  defp slice_steps(binary, index, last, step) do
    [:binary.at(binary, index) | slice_steps(binary, :erlang.+(index, step), last, step)]
  end

  ## Inspecting

  def inspect(term, opts \\ []) when :erlang.is_list(opts) do
    opts = Inspect.Opts.new(opts)

    width =
      case opts do
        %{pretty: true, width: width} -> width
        _ -> :infinity
      end

    {doc, _opts} = Inspect.Algebra.to_doc_with_opts(term, opts)
    :erlang.iolist_to_binary(Inspect.Algebra.format(Inspect.Algebra.group(doc), width))
  end

  ## Structs

  def struct(struct, fields \\ []) do
    struct(struct, fields, fn
      {:__struct__, _value}, acc ->
        acc

      {key, value}, acc ->
        case acc do
          %{^key => _} -> :maps.put(key, value, acc)
          _ -> acc
        end
    end)
  end

  def struct!(struct, fields \\ [])

  def struct!(struct, fields) when :erlang.is_atom(struct) do
    valid_struct!(struct.__struct__(fields), struct, 1)
  end

  def struct!(struct, fields) when :erlang.is_map(struct) do
    struct(struct, fields, fn
      {:__struct__, _}, acc ->
        acc

      {key, value}, acc ->
        case acc do
          %{^key => _} -> :maps.put(key, value, acc)
          _ -> :erlang.error(KeyError.exception(key: key, term: acc))
        end
    end)
  end

  defp struct(struct, [], _fun) when :erlang.is_atom(struct) do
    valid_struct!(struct.__struct__(), struct, 0)
  end

  defp struct(struct, fields, fun) when :erlang.is_atom(struct) do
    struct(valid_struct!(struct.__struct__(), struct, 0), fields, fun)
  end

  defp struct(%{__struct__: _} = struct, [], _fun), do: struct

  defp struct(%{__struct__: _} = struct, fields, fun) when :erlang.is_list(fields) do
    :lists.foldl(fun, struct, fields)
  end

  defp struct(%{__struct__: _} = struct, fields, fun) do
    Enum.reduce(fields, struct, fun)
  end

  defp valid_struct!(%{__struct__: module} = struct, module, _arity), do: struct

  defp valid_struct!(%{__struct__: other}, module, arity) when :erlang.is_atom(other) do
    :erlang.error(
      ArgumentError.exception(
        <<"expected struct name returned by ", inspect(module)::binary, ".__struct__/",
          :erlang.integer_to_binary(arity)::binary, " to be ", inspect(module)::binary, ", got: ",
          inspect(other)::binary>>
      )
    )
  end

  defp valid_struct!(other, module, arity) do
    :erlang.error(
      ArgumentError.exception(
        <<"expected ", inspect(module)::binary, ".__struct__/",
          :erlang.integer_to_binary(arity)::binary,
          " to return a map with a :__struct__ key that holds the name of the struct (atom), got: ",
          inspect(other)::binary>>
      )
    )
  end

  defmacro is_struct(term) do
    case :maps.get(:context, __CALLER__) do
      nil ->
        quote do
          case unquote(term) do
            %_{} -> true
            _ -> false
          end
        end

      :match ->
        no_pattern!(:match, "is_struct/1")

      :guard ->
        quote do
          :erlang.andalso(
            :erlang.andalso(
              :erlang.is_map(unquote(term)),
              :erlang.is_map_key(:__struct__, unquote(term))
            ),
            :erlang.is_atom(:erlang.map_get(:__struct__, unquote(term)))
          )
        end
    end
  end

  defmacro is_struct(term, name) do
    case :maps.get(:context, __CALLER__) do
      nil ->
        quote generated: true do
          case unquote(name) do
            name when :erlang.is_atom(name) ->
              case unquote(term) do
                %{__struct__: ^name} -> true
                _ -> false
              end

            _ ->
              :erlang.error(ArgumentError.exception([]))
          end
        end

      :match ->
        no_pattern!(:match, "is_struct/2")

      :guard ->
        struct_named_guard(term, name)
    end
  end

  defp struct_named_guard(term, name) do
    quote do
      :erlang.andalso(
        :erlang.andalso(
          :erlang.andalso(
            :erlang.is_map(unquote(term)),
            :erlang.orelse(:erlang.is_atom(unquote(name)), :fail)
          ),
          :erlang.is_map_key(:__struct__, unquote(term))
        ),
        :erlang.==(:erlang.map_get(:__struct__, unquote(term)), unquote(name))
      )
    end
  end

  defmacro is_non_struct_map(term) do
    case :maps.get(:context, __CALLER__) do
      nil ->
        quote do
          case unquote(term) do
            %_{} -> false
            %{} -> true
            _ -> false
          end
        end

      :match ->
        no_pattern!(:match, "is_non_struct_map/1")

      :guard ->
        quote do
          :erlang.andalso(
            :erlang.is_map(unquote(term)),
            :erlang.not(
              :erlang.andalso(
                :erlang.is_map_key(:__struct__, unquote(term)),
                :erlang.is_atom(:erlang.map_get(:__struct__, unquote(term)))
              )
            )
          )
        end
    end
  end

  defmacro is_exception(term) do
    case :maps.get(:context, __CALLER__) do
      nil ->
        quote do
          case unquote(term) do
            %_{__exception__: _} -> true
            _ -> false
          end
        end

      :match ->
        no_pattern!(:match, "is_exception/1")

      :guard ->
        quote do
          :erlang.andalso(
            :erlang.andalso(
              :erlang.andalso(
                :erlang.is_map(unquote(term)),
                :erlang.is_map_key(:__struct__, unquote(term))
              ),
              :erlang.is_atom(:erlang.map_get(:__struct__, unquote(term)))
            ),
            :erlang.is_map_key(:__exception__, unquote(term))
          )
        end
    end
  end

  defmacro is_exception(term, name) do
    case :maps.get(:context, __CALLER__) do
      nil ->
        quote generated: true do
          case unquote(name) do
            name when :erlang.is_atom(name) ->
              case unquote(term) do
                %{__struct__: ^name, __exception__: _} -> true
                _ -> false
              end

            _ ->
              :erlang.error(ArgumentError.exception([]))
          end
        end

      :match ->
        no_pattern!(:match, "is_exception/2")

      :guard ->
        quote do
          :erlang.andalso(
            unquote(struct_named_guard(term, name)),
            :erlang.is_map_key(:__exception__, unquote(term))
          )
        end
    end
  end

  defmacro is_nil(term), do: quote(do: :erlang."=:="(unquote(term), nil))

  ## Ranges and membership

  defmacro (..) do
    case :maps.get(:context, __CALLER__) do
      :match -> {:%{}, [], [__struct__: Range, first: 0, last: -1, step: 1]}
      _ -> range_literal(0, -1, 1)
    end
  end

  defmacro first..last do
    context = :maps.get(:context, __CALLER__)
    first = range_side(first, __CALLER__)
    last = range_side(last, __CALLER__)

    case :erlang.andalso(:erlang.is_integer(first), :erlang.is_integer(last)) do
      true ->
        case :erlang."=<"(first, last) do
          true ->
            range_literal(first, last, 1)

          false ->
            default_step_warning(context, first, last, __CALLER__)
            range_literal(first, last, -1)
        end

      false ->
        range_sides!(first, last, [])

        case context do
          nil ->
            quote(do: :"Elixir.Range".new(unquote(first), unquote(last)))

          :guard ->
            no_step_warning("guards", first, last, __CALLER__)

            step =
              quote(
                do:
                  :erlang.map_get(:erlang.>(unquote(first), unquote(last)), %{false: 1, true: -1})
              )

            range_literal(first, last, step)

          :match ->
            no_step_warning("match", first, last, __CALLER__)
            range_literal(first, last, {:_, [], nil})
        end
    end
  end

  defmacro first..last//step do
    context = :maps.get(:context, __CALLER__)
    first = range_side(first, __CALLER__)
    last = range_side(last, __CALLER__)
    step = range_side(step, __CALLER__)
    range_sides!(first, last, [step])

    case literal_range?(first, last, step) do
      true ->
        range_literal(first, last, step)

      false ->
        case context do
          nil ->
            quote(do: :"Elixir.Range".new(unquote(first), unquote(last), unquote(step)))

          _ ->
            range_literal(first, last, step)
        end
    end
  end

  defp literal_range?(first, last, step) do
    :erlang.andalso(
      :erlang.is_integer(first),
      :erlang.andalso(:erlang.is_integer(last), :erlang.is_integer(step))
    )
  end

  defp range_literal(first, last, step) do
    {:%{}, [], [__struct__: Range, first: first, last: last, step: step]}
  end

  defp range_side({:-, _, [number]}, _caller) when :erlang.is_number(number) do
    :erlang.-(number)
  end

  defp range_side({_, _, _} = side, caller) do
    case :maps.get(:context, caller) do
      :match -> side
      _ -> :elixir_dispatch.expand_macros(side, caller)
    end
  end

  defp range_side(side, _caller), do: side

  defp range_sides!(first, last, step) do
    case :erlang.andalso(range_part?(first), range_part?(last)) do
      true ->
        case step do
          [] ->
            :ok

          [step] ->
            case :erlang.andalso(range_part?(step), :erlang."=/="(step, 0)) do
              true ->
                :ok

              false ->
                :erlang.error(
                  ArgumentError.exception(
                    <<"ranges (first..last//step) expect the step to be a non-zero integer, got: ",
                      Macro.to_string(step)::binary>>
                  )
                )
            end
        end

      false ->
        range =
          case step do
            [] -> {:.., [], [first, last]}
            [step] -> {:..//, [], [first, last, step]}
          end

        :erlang.error(
          ArgumentError.exception(
            <<"ranges (first..last//step) expect both sides to be integers, got: ",
              Macro.to_string(range)::binary>>
          )
        )
    end
  end

  defp range_part?({_, _, _}), do: true
  defp range_part?(other), do: :erlang.is_integer(other)

  defp default_step_warning(nil, first, last, caller) do
    range = Macro.to_string({:.., [], [first, last]})

    IO.warn(
      <<range::binary, " has a default step of -1, please write ", range::binary,
        "//-1 instead">>,
      Macro.Env.stacktrace(caller)
    )
  end

  defp default_step_warning(_context, first, last, caller) do
    default_step_warning(nil, first, last, caller)
  end

  defp no_step_warning(place, first, last, caller) do
    range = Macro.to_string({:.., [], [first, last]})

    IO.warn(
      <<range::binary, " inside ", place::binary, " requires an explicit step, please write ",
        range::binary, "//1 or ", range::binary, "//-1 instead">>,
      caller
    )
  end

  defmacro left in right do
    context = :maps.get(:context, __CALLER__)

    right =
      case right do
        {:.., _, _} -> expand_range(right, __CALLER__)
        {:..//, _, _} -> expand_range(right, __CALLER__)
        {_, _, _} -> :elixir_dispatch.expand_macros(right, __CALLER__)
        [_ | _] -> joined(right, __CALLER__)
        _ -> right
      end

    case right do
      [] when :erlang."=:="(context, nil) ->
        quote do
          :lists.member(unquote(left), [])
        end

      [] ->
        false

      list when :erlang.andalso(:erlang.is_list(list), :erlang."=:="(context, nil)) ->
        quote(do: :lists.member(unquote(left), unquote(list)))

      list when :erlang.is_list(list) ->
        in_list_guard(left, list)

      {:%{}, _, [__struct__: Range, first: first, last: last, step: step]} ->
        once(left, context, fn left -> in_range(left, first, last, step, context) end)

      _ when :erlang."=:="(context, nil) ->
        quote(do: :"Elixir.Enum".__in__(unquote(left), unquote(right)))

      _ when :erlang.is_map(right) ->
        :erlang.error(
          ArgumentError.exception(
            <<"found unescaped value on the right side of in/2: ", inspect(right)::binary>>
          )
        )

      _ ->
        bad_in!(right)
    end
  end

  # A list written as [a, b | tail] as one without a tail, if the tail is known.
  defp joined([{:|, meta, [head, tail]}], caller) do
    case :elixir_dispatch.expand_macros(tail, caller) do
      tail when :erlang.is_list(tail) -> [head | joined(tail, caller)]
      tail -> [{:|, meta, [head, tail]}]
    end
  end

  defp joined([head | tail], caller), do: [head | joined(tail, caller)]
  defp joined([], _caller), do: []

  # The range literal of first..last or first..last//step, or the call that
  # makes it.
  defp expand_range(range, caller) do
    :elixir_dispatch.expand_macros(range, caller)
  end

  defp bad_in!(right) do
    :erlang.error(
      ArgumentError.exception(
        <<"invalid right argument for operator \"in\", it expects a compile-time proper list or ",
          "compile-time range on the right side when used in guard expressions, got: ",
          Macro.to_string(right)::binary>>
      )
    )
  end

  # Outside guards the left side is evaluated once.
  defp once({_, _, context} = variable, nil, fun) when :erlang.is_atom(context),
    do: fun.(variable)

  defp once({_, _, _} = left, nil, fun) do
    quote do
      left = unquote(left)
      unquote(fun.(quote(do: left)))
    end
  end

  defp once(left, _context, fun), do: fun.(left)

  defp in_list_guard(left, [head]), do: in_equal(left, head, [head])

  defp in_list_guard(left, [head | tail]) when :erlang.is_list(tail) do
    :lists.foldl(
      fn item, acc ->
        quote(do: :erlang.orelse(unquote(acc), unquote(in_equal(left, item, [head | tail]))))
      end,
      in_equal(left, head, [head | tail]),
      tail
    )
  end

  defp in_equal(_left, {:|, _, [_, _]}, list), do: bad_in!(list)

  defp in_equal(left, item, _list) do
    quote(do: :erlang."=:="(unquote(left), unquote(item)))
  end

  defp in_range(left, first, last, step, _context) do
    parts = [
      left | :lists.filter(fn side -> :erlang.not(:erlang.is_integer(side)) end, [first, last])
    ]

    integers =
      :lists.foldl(
        fn part, acc ->
          check = quote(do: :erlang.is_integer(unquote(part)))

          case acc do
            nil -> check
            _ -> quote(do: :erlang.andalso(unquote(acc), unquote(check)))
          end
        end,
        nil,
        parts
      )

    up =
      quote do
        :erlang.andalso(
          :erlang.>=(unquote(left), unquote(first)),
          :erlang."=<"(unquote(left), unquote(last))
        )
      end

    down =
      quote do
        :erlang.andalso(
          :erlang."=<"(unquote(left), unquote(first)),
          :erlang.>=(unquote(left), unquote(last))
        )
      end

    bounds =
      case step do
        _ when :erlang.andalso(:erlang.is_integer(step), :erlang.>(step, 0)) ->
          up

        _ when :erlang.is_integer(step) ->
          down

        _ ->
          quote do
            :erlang.orelse(
              :erlang.andalso(:erlang.>(unquote(step), 0), unquote(up)),
              :erlang.andalso(:erlang.<(unquote(step), 0), unquote(down))
            )
          end
      end

    inside = quote(do: :erlang.andalso(unquote(integers), unquote(bounds)))

    case :erlang.orelse(:erlang."=:="(step, 1), :erlang."=:="(step, -1)) do
      true ->
        inside

      false ->
        quote do
          :erlang.andalso(
            unquote(inside),
            :erlang."=:="(
              :erlang.rem(:erlang.-(unquote(left), unquote(first)), unquote(step)),
              0
            )
          )
        end
    end
  end

  ## Pipes

  defmacro left |> right do
    pipe_into(left, right)
  end

  # The common cases here; Macro.pipe knows what may not be piped into, and why.
  defp pipe_into(expr, {{:., _, [_, name]} = dot, meta, args} = step)
       when :erlang.andalso(:erlang.is_list(args), :erlang.is_atom(name)) do
    case dot do
      {:., _, [Access, :get]} -> Macro.pipe(expr, step, 0)
      _ -> {dot, meta, [expr | args]}
    end
  end

  defp pipe_into(expr, {:|>, _, [first, second]}), do: pipe_into(pipe_into(expr, first), second)
  defp pipe_into(expr, step), do: Macro.pipe(expr, step, 0)

  defmacro then(value, fun), do: quote(do: unquote(fun).(unquote(value)))

  defmacro tap(value, fun) do
    quote bind_quoted: [fun: fun, value: value] do
      _ = fun.(value)
      value
    end
  end

  ## Matching

  defmacro match?(pattern, expr) do
    success =
      quote do
        unquote(pattern) -> true
      end

    failure =
      quote generated: true do
        _ -> false
      end

    {:case, [], [expr, [do: :erlang.++(success, failure)]]}
  end

  defmacro destructure(left, right) when :erlang.is_list(left) do
    quote do
      unquote(left) = Kernel.Utils.destructure(unquote(right), unquote(:erlang.length(left)))
    end
  end

  ## Variables and aliases

  defmacro var!({name, meta, atom})
           when :erlang.andalso(:erlang.is_atom(name), :erlang.is_atom(atom)) do
    # The variable as the caller would write it: without the macro's counter.
    {name, plain_meta(meta), nil}
  end

  defmacro var!(other), do: bad_var!(other)

  defmacro var!({name, meta, atom}, context)
           when :erlang.andalso(:erlang.is_atom(name), :erlang.is_atom(atom)) do
    case :elixir_dispatch.expand_macros(context, __CALLER__) do
      context when :erlang.is_atom(context) ->
        {name, plain_meta(meta), context}

      other ->
        :erlang.error(
          ArgumentError.exception(
            <<"expected var! context to expand to an atom, got: ",
              Macro.to_string(other)::binary>>
          )
        )
    end
  end

  defmacro var!(other, _context), do: bad_var!(other)

  defp plain_meta(meta) do
    [
      {:if_undefined, :raise}
      | :lists.keydelete(:if_undefined, 1, :lists.keydelete(:counter, 1, meta))
    ]
  end

  defp bad_var!(other) do
    :erlang.error(
      ArgumentError.exception(
        <<"expected a variable to be given to var!, got: ", Macro.to_string(other)::binary>>
      )
    )
  end

  defmacro alias!(alias) when :erlang.is_atom(alias), do: alias

  defmacro alias!({:__aliases__, meta, args}) do
    {:__aliases__, :lists.keydelete(:alias, 1, :lists.keydelete(:counter, 1, meta)), args}
  end

  defmacro binding(context \\ nil) do
    in_match? = :erlang."=:="(:maps.get(:context, __CALLER__), :match)

    bindings =
      for {name, kind} <- :maps.keys(:maps.get(:versioned_vars, __CALLER__)),
          :erlang."=:="(kind, context) do
        case in_match? do
          true -> {name, {name, [], kind}}
          false -> {name, {name, [generated: true], kind}}
        end
      end

    :lists.sort(bindings)
  end

  ## Paths

  def get_in(data, keys)

  def get_in(nil, [_ | _]), do: nil

  def get_in(data, [key | keys]) when :erlang.is_function(key) do
    key.(:get, data, fn data -> get_in_next(data, keys) end)
  end

  def get_in(data, [key | keys]), do: get_in_next(Access.get(data, key), keys)

  defp get_in_next(data, []), do: data
  defp get_in_next(data, keys), do: get_in(data, keys)

  def put_in(data, [_ | _] = keys, value) do
    :erlang.element(2, get_and_update_in(data, keys, fn _ -> {nil, value} end))
  end

  def update_in(data, [_ | _] = keys, fun) when :erlang.is_function(fun) do
    :erlang.element(2, get_and_update_in(data, keys, fn x -> {nil, fun.(x)} end))
  end

  def get_and_update_in(data, keys, fun)

  def get_and_update_in(data, [key], fun) when :erlang.is_function(key, 3) do
    key.(:get_and_update, data, fun)
  end

  def get_and_update_in(data, [key | keys], fun) when :erlang.is_function(key, 3) do
    key.(:get_and_update, data, fn data -> get_and_update_in(data, keys, fun) end)
  end

  def get_and_update_in(data, [key], fun) when :erlang.is_function(fun, 1) do
    Access.get_and_update(data, key, fun)
  end

  def get_and_update_in(data, [key | keys], fun) when :erlang.is_function(fun, 1) do
    Access.get_and_update(data, key, fn data -> get_and_update_in(data, keys, fun) end)
  end

  def pop_in(data, keys)

  def pop_in(nil, [key | _]) do
    :erlang.error(
      ArgumentError.exception(<<"could not pop key ", inspect(key)::binary, " on a nil value">>)
    )
  end

  def pop_in(data, [_ | _] = keys), do: pop_path(data, keys)

  defp pop_path(nil, [_ | _]), do: :pop

  defp pop_path(data, [key]) when :erlang.is_function(key) do
    key.(:get_and_update, data, fn _ -> :pop end)
  end

  defp pop_path(data, [key | keys]) when :erlang.is_function(key) do
    key.(:get_and_update, data, fn data -> pop_path(data, keys) end)
  end

  defp pop_path(data, [key]), do: Access.pop(data, key)

  defp pop_path(data, [key | keys]) do
    Access.get_and_update(data, key, fn data -> pop_path(data, keys) end)
  end

  defmacro get_in(path) do
    {start, steps} = unnest!(path, "get_in/1")
    get_steps(steps, start)
  end

  defp get_steps([], expr), do: expr

  defp get_steps([{:access, key} | steps], expr) do
    get_steps(steps, quote(do: Access.get(unquote(expr), unquote(key))))
  end

  defp get_steps([{:map, field} | steps], expr) do
    variable = {:x, [counter: :erlang.unique_integer()], Kernel}

    quote do
      case unquote(expr) do
        %{unquote(field) => unquote(variable)} ->
          unquote(get_steps(steps, variable))

        nil ->
          nil

        unquote(variable) ->
          :erlang.error({:badkey, unquote(field), unquote(variable)})
      end
    end
  end

  defmacro put_in(path, value) do
    {start, steps} = unnest!(path, "put_in/2")

    case all_fields?(steps) do
      true ->
        update_fields(start, steps, quote(do: fn _ -> unquote(value) end))

      false ->
        quote do
          :erlang.element(
            2,
            unquote(update_steps(start, steps, quote(do: fn _ -> {nil, unquote(value)} end)))
          )
        end
    end
  end

  defmacro update_in(path, fun) do
    {start, steps} = unnest!(path, "update_in/2")

    case all_fields?(steps) do
      true ->
        update_fields(start, steps, fun)

      false ->
        quote do
          :erlang.element(
            2,
            unquote(update_steps(start, steps, quote(do: fn x -> {nil, unquote(fun).(x)} end)))
          )
        end
    end
  end

  defmacro get_and_update_in(path, fun) do
    {start, steps} = unnest!(path, "get_and_update_in/2")
    update_steps(start, steps, fun)
  end

  defmacro pop_in(path) do
    {start, steps} = unnest!(path, "pop_in/1")

    case :lists.last(steps) do
      {:map, field} ->
        :erlang.error(
          ArgumentError.exception(
            <<"cannot use pop_in when the last segment is a map/struct field. ",
              "This would effectively remove the field ", inspect(field)::binary,
              " from the map/struct">>
          )
        )

      {:access, _} ->
        pop_steps(start, steps, {nil, nil})
    end
  end

  # What is nil has nothing to pop: a field keeps it, an access drops it.
  defp pop_steps(expr, [{:access, key}], from_nil) do
    quote do
      case unquote(expr) do
        nil -> unquote(from_nil)
        h -> Access.pop(h, unquote(key))
      end
    end
  end

  defp pop_steps(expr, [{:map, field} | steps], _from_nil) do
    quote do
      Map.get_and_update!(unquote(expr), unquote(field), fn x ->
        unquote(pop_steps(quote(do: x), steps, {nil, nil}))
      end)
    end
  end

  defp pop_steps(expr, [{:access, key} | steps], _from_nil) do
    quote do
      Access.get_and_update(unquote(expr), unquote(key), fn x ->
        unquote(pop_steps(quote(do: x), steps, :pop))
      end)
    end
  end

  defp all_fields?(steps) do
    :lists.all(fn {kind, _} -> :erlang."=:="(kind, :map) end, steps)
  end

  defp update_fields(expr, [{:map, field}], fun) do
    quote(do: Map.update!(unquote(expr), unquote(field), unquote(fun)))
  end

  defp update_fields(expr, [{:map, field} | steps], fun) do
    quote do
      Map.update!(unquote(expr), unquote(field), fn x ->
        unquote(update_fields(quote(do: x), steps, fun))
      end)
    end
  end

  defp update_steps(expr, [step], fun), do: update_step(expr, step, fun)

  defp update_steps(expr, [step | steps], fun) do
    update_step(
      expr,
      step,
      quote(do: fn x -> unquote(update_steps(quote(do: x), steps, fun)) end)
    )
  end

  defp update_step(expr, {:access, key}, fun) do
    quote(do: Access.get_and_update(unquote(expr), unquote(key), unquote(fun)))
  end

  defp update_step(expr, {:map, field}, fun) do
    quote(do: Map.get_and_update!(unquote(expr), unquote(field), unquote(fun)))
  end

  # The start of a path and its steps, outermost first.
  defp unnest!(path, name) do
    case unnest(path, []) do
      {_, []} ->
        :erlang.error(
          ArgumentError.exception(
            <<"expected expression given to ", name::binary,
              " to access at least one element, got: ", Macro.to_string(path)::binary>>
          )
        )

      {start, steps} ->
        case path_start?(start) do
          true ->
            {start, steps}

          false ->
            :erlang.error(
              ArgumentError.exception(
                <<"expression given to ", name::binary,
                  " must start with a variable, local or remote call ",
                  "and be followed by an element access, got: ", Macro.to_string(start)::binary>>
              )
            )
        end
    end
  end

  defp unnest({{:., _, [Access, :get]}, _, [expr, key]}, steps) do
    unnest(expr, [{:access, key} | steps])
  end

  defp unnest({{:., _, [expr, field]}, _, []} = path, steps)
       when :erlang.andalso(
              :erlang.is_tuple(expr),
              :erlang.andalso(
                :erlang."=/="(:erlang.element(1, expr), :__aliases__),
                :erlang."=/="(:erlang.element(1, expr), :__MODULE__)
              )
            ) do
    case :erlang.is_atom(field) do
      true -> unnest(expr, [{:map, field} | steps])
      false -> {path, steps}
    end
  end

  defp unnest(other, steps), do: {other, steps}

  defp path_start?({{:., _, [module, _]}, _, _}) do
    case module do
      {:__aliases__, _, _} -> true
      {:__MODULE__, _, _} -> true
      _ -> :erlang.is_atom(module)
    end
  end

  defp path_start?({name, _, _}), do: :erlang.is_atom(name)
  defp path_start?(start), do: :erlang.not(:erlang.is_tuple(start))

  ## Modules and functions

  def function_exported?(module, function, arity) do
    :erlang.function_exported(module, function, arity)
  end

  def macro_exported?(module, macro, arity)
      when :erlang.andalso(
             :erlang.is_atom(module),
             :erlang.andalso(
               :erlang.is_atom(macro),
               :erlang.andalso(
                 :erlang.is_integer(arity),
                 :erlang.andalso(:erlang.>=(arity, 0), :erlang."=<"(arity, 255))
               )
             )
           ) do
    case :erlang.function_exported(module, :__info__, 1) do
      true -> :lists.member({macro, arity}, module.__info__(:macros))
      false -> false
    end
  end

  def to_timeout(timeout)

  def to_timeout(:infinity), do: :infinity

  def to_timeout(timeout)
      when :erlang.andalso(:erlang.is_integer(timeout), :erlang.>=(timeout, 0)) do
    timeout
  end

  def to_timeout(%{__struct__: Duration, year: year}) when :erlang."=/="(year, 0) do
    bad_timeout!(["duration with a non-zero year cannot be reliably converted to timeouts"])
  end

  def to_timeout(%{__struct__: Duration, month: month}) when :erlang."=/="(month, 0) do
    bad_timeout!(["duration with a non-zero month cannot be reliably converted to timeouts"])
  end

  def to_timeout(%{__struct__: Duration} = duration) do
    %{week: week, day: day, hour: hour, minute: minute, second: second, microsecond: {us, _}} =
      duration

    days = :erlang.+(:erlang.*(week, 7), day)
    hours = :erlang.+(:erlang.*(days, 24), hour)
    minutes = :erlang.+(:erlang.*(hours, 60), minute)
    seconds = :erlang.+(:erlang.*(minutes, 60), second)
    total = :erlang.+(:erlang.*(seconds, 1_000_000), us)

    case :erlang.<(total, 0) do
      true -> bad_timeout!(["duration must be positive, got: ", inspect(duration)])
      false -> :erlang.div(total, 1000)
    end
  end

  def to_timeout([_ | _] = components), do: timeout_parts(components, [], 0)

  def to_timeout([]), do: 0

  defp timeout_parts([], _seen, total), do: total

  defp timeout_parts([{unit, amount} | rest], seen, total) do
    factor =
      case unit do
        :millisecond ->
          1

        :second ->
          1000

        :minute ->
          60_000

        :hour ->
          3_600_000

        :day ->
          86_400_000

        :week ->
          604_800_000

        _ ->
          bad_timeout!([
            "timeout component ",
            inspect(unit),
            " is not a valid timeout component, valid values are: :week, :day, :hour, :minute, :second, :millisecond"
          ])
      end

    case :lists.member(unit, seen) do
      true -> bad_timeout!(["timeout component ", inspect(unit), " is duplicated"])
      false -> :ok
    end

    case :erlang.andalso(:erlang.is_integer(amount), :erlang.>=(amount, 0)) do
      true ->
        timeout_parts(rest, [unit | seen], :erlang.+(total, :erlang.*(factor, amount)))

      false ->
        bad_timeout!([
          "timeout component ",
          inspect(unit),
          " must be a non-negative integer, got: ",
          inspect(amount)
        ])
    end
  end

  defp bad_timeout!(parts) do
    :erlang.error(ArgumentError.exception(:erlang.iolist_to_binary(parts)))
  end

  defmacro use(module, opts \\ []) do
    calls =
      for module <- used_modules(module, __CALLER__) do
        quote do
          require unquote(module)
          unquote(module).__using__(unquote(opts))
        end
      end

    {:__block__, [], calls}
  end

  defp used_modules({{:., _, [base, :{}]}, _, refs}, caller) do
    case :elixir_dispatch.expand_macros(base, caller) do
      atom when :erlang.is_atom(atom) ->
        for ref <- refs do
          case ref do
            {:__aliases__, _, parts} -> Module.concat([atom | parts])
            ref when :erlang.is_atom(ref) -> Module.concat(atom, ref)
            _ -> bad_use!(ref)
          end
        end

      other ->
        bad_use!(other)
    end
  end

  defp used_modules(module, caller) do
    case :elixir_dispatch.expand_macros(module, caller) do
      atom when :erlang.is_atom(atom) -> [atom]
      other -> bad_use!(other)
    end
  end

  defp bad_use!(other) do
    :erlang.error(
      ArgumentError.exception(
        <<"invalid arguments for use, expected a compile time atom or alias, got: ",
          Macro.to_string(other)::binary>>
      )
    )
  end

  defmacro defmodule(alias, do_block)

  defmacro defmodule(alias, do: block) do
    env = __CALLER__
    expanded = :elixir_dispatch.expand_macros(alias, env)

    case expanded do
      atom when :erlang.is_atom(atom) -> :ok
      _ -> bad_module_name!(alias)
    end

    meta =
      case alias do
        {_, meta, _} when :erlang.is_list(meta) -> :lists.keydelete(:counter, 1, meta)
        _ -> []
      end

    {module, required, opts} = nested_module(alias, expanded, :maps.get(:module, env))

    vars =
      for {name, kind} <- :lists.sort(:maps.keys(:maps.get(:versioned_vars, env))) do
        case kind do
          counter when :erlang.is_integer(counter) ->
            {name, [counter: counter, generated: true], nil}

          _ ->
            {name, [generated: true], kind}
        end
      end

    body =
      case env do
        # A function may run when the compilation has long ended.
        %{function: nil, lexical_tracker: tracker} when :erlang."/="(tracker, nil) ->
          key = Kernel.LexicalTracker.write_cache(tracker, block)
          quote(do: Kernel.LexicalTracker.read_cache(unquote(tracker), unquote(key)))

        _ ->
          :elixir_quote.escape(block, :none, false)
      end

    requirement = {:require, [{:defined, module} | meta], [required, opts]}

    quote do
      unquote(requirement)

      :elixir_module.compile(
        unquote(meta),
        unquote(module),
        unquote(body),
        unquote(vars),
        false,
        __ENV__
      )
    end
  end

  defp bad_module_name!(alias) do
    :erlang.error(
      ArgumentError.exception(<<"invalid module name: ", Macro.to_string(alias)::binary>>)
    )
  end

  # The module defined, the one to require and the options for it. An alias
  # inside Outer is relative to it: defmodule Foo.Bar defines Outer.Foo.Bar and
  # makes Foo an alias of Outer.Foo.
  defp nested_module({:__aliases__, _, [:"Elixir", _ | _]}, module, _outer),
    do: {module, module, []}

  defp nested_module({:__aliases__, _, [first | rest]}, _module, outer)
       when :erlang.andalso(:erlang.is_atom(first), :erlang."=/="(outer, nil)) do
    nested = :elixir_aliases.concat([outer, first])
    opts = [as: :elixir_aliases.concat([first]), warn: false]

    case rest do
      [] -> {nested, nested, opts}
      _ -> {:elixir_aliases.concat([nested | rest]), nested, opts}
    end
  end

  defp nested_module(_alias, module, _outer), do: {module, module, []}

  defmacro def(call, expr \\ nil), do: define(:def, call, expr, __CALLER__)
  defmacro defp(call, expr \\ nil), do: define(:defp, call, expr, __CALLER__)
  defmacro defmacro(call, expr \\ nil), do: define(:defmacro, call, expr, __CALLER__)
  defmacro defmacrop(call, expr \\ nil), do: define(:defmacrop, call, expr, __CALLER__)

  defp define(kind, call, expr, env) do
    in_module!(env, kind, 2)
    out_of_function!(env, kind, 2)

    unquoted =
      :erlang.orelse(:elixir_quote.has_unquotes(call), :elixir_quote.has_unquotes(expr))

    store =
      case unquoted do
        true ->
          :elixir_quote.escape({call, expr}, :none, true)

        false ->
          key = :erlang.unique_integer()
          :elixir_module.write_cache(:maps.get(:module, env), key, {call, expr})
          key
      end

    position = :elixir_module.cache_env(env)

    quote do
      :elixir_def.store_definition(unquote(kind), unquote(store), unquote(position))
    end
  end

  defp in_module!(env, name, arity) do
    case :maps.get(:module, env) do
      nil -> misplaced!(name, arity, " outside module")
      module -> module
    end
  end

  defp out_of_function!(env, name, arity) do
    case :maps.get(:function, env) do
      nil -> :ok
      _ -> misplaced!(name, arity, " inside function/macro")
    end
  end

  defp misplaced!(name, arity, where) do
    :erlang.error(
      ArgumentError.exception(
        <<"cannot invoke ", :erlang.atom_to_binary(name)::binary, "/",
          :erlang.integer_to_binary(arity)::binary, where::binary>>
      )
    )
  end

  defmacro defoverridable(keywords_or_behaviour) do
    in_module!(__CALLER__, :defoverridable, 1)

    quote do
      Module.make_overridable(__MODULE__, unquote(keywords_or_behaviour))
    end
  end

  defmacro defdelegate(funs, opts) do
    in_module!(__CALLER__, :@, 1)
    # The target is used at run time only.
    opts =
      case :erlang.is_list(opts) do
        true ->
          for option <- opts do
            case option do
              {:to, to} -> {:to, expand_at_run_time(to, __CALLER__)}
              _ -> option
            end
          end

        false ->
          opts
      end

    quote bind_quoted: [funs: :elixir_quote.escape(funs, :none, true), opts: opts] do
      target = Kernel.Utils.delegate_target(funs, opts, __ENV__)

      for fun <- Kernel.Utils.wrap(funs) do
        {name, args, as, as_args} = Kernel.Utils.defdelegate_each(fun, opts)

        @doc delegate_to: {target, as, :erlang.length(as_args)}
        def unquote({name, [line: __ENV__.line], args}) do
          unquote(target).unquote(as)(unquote_splicing(as_args))
        end
      end
    end
  end

  defp expand_at_run_time({:__aliases__, _, _} = alias, env) do
    :elixir_dispatch.expand_macros(alias, :maps.put(:function, {:__info__, 1}, env))
  end

  defp expand_at_run_time(other, _env), do: other

  defmacro defstruct(fields) do
    in_module!(__CALLER__, :defstruct, 1)

    quote bind_quoted: [fields: fields, bootstrapped?: true] do
      {struct, derive, escaped_struct, kv, body} =
        Kernel.Utils.defstruct(__MODULE__, fields, bootstrapped?, __ENV__)

      case derive do
        [] -> :ok
        _ -> Protocol.__derive__(derive, __MODULE__, __ENV__)
      end

      def __struct__(), do: unquote(escaped_struct)
      def __struct__(unquote(kv)), do: unquote(body)

      Kernel.Utils.announce_struct(__MODULE__)
      struct
    end
  end

  defmacro defexception(fields) do
    in_module!(__CALLER__, :@, 1)

    quote bind_quoted: [fields: fields] do
      @behaviour Exception
      struct = defstruct([__exception__: true] ++ fields)

      if :erlang.is_map_key(:message, struct) do
        @impl true
        def message(exception), do: exception.message

        defoverridable message: 1

        @impl true
        def exception(msg) when Kernel.is_binary(msg) do
          exception(message: msg)
        end
      end

      @impl true
      def exception(args) when Kernel.is_list(args) do
        Kernel.Utils.exception_struct(__MODULE__, args)
      end

      defoverridable exception: 1
    end
  end

  defmacro defprotocol(name, do_block)

  defmacro defprotocol(name, do: block) do
    Protocol.__protocol__(name, do: block)
  end

  defmacro defimpl(name, opts, do_block \\ []) do
    Protocol.__impl__(name, opts, do_block, __CALLER__)
  end

  defmacro defguard(guard), do: define_guard(:defmacro, guard, __CALLER__)
  defmacro defguardp(guard), do: define_guard(:defmacrop, guard, __CALLER__)

  defp define_guard(kind, guard, env) do
    in_module!(env, kind, 2)
    out_of_function!(env, kind, 2)

    case :elixir_utils.extract_guards(guard) do
      {call, [_, _ | _]} ->
        guard_error!([
          "invalid syntax in defguard ",
          Macro.to_string(call),
          ", only a single when clause is allowed"
        ])

      {call, implementation} ->
        case guard_args(call) do
          args when :erlang.is_list(args) ->
            variables_only!(call, args)

            case implementation do
              [] ->
                documented_guard(define(kind, call, nil, env))

              [implementation] ->
                expr =
                  quote do
                    require Kernel.Utils
                    Kernel.Utils.defguard(unquote(args), unquote(implementation))
                  end

                documented_guard(define(kind, call, [do: expr], env))
            end

          :error ->
            guard_error!(["invalid syntax in defguard ", Macro.to_string(call)])
        end
    end
  end

  defp guard_args({{:unquote, _, _}, meta, args}), do: guard_args({:unquote, meta, args})

  defp guard_args({name, _, args}) when :erlang.is_atom(name) do
    case :erlang.is_list(args) do
      true -> args
      false -> []
    end
  end

  defp guard_args(_call), do: :error

  defp documented_guard(definition) do
    quote do
      @doc guard: true
      unquote(definition)
    end
  end

  defp variables_only!(call, args) do
    valid =
      :lists.all(
        fn
          {:\\, _, [{name, _, context}, _default]} ->
            :erlang.andalso(:erlang.is_atom(name), :erlang.is_atom(context))

          {name, _, context} ->
            :erlang.andalso(:erlang.is_atom(name), :erlang.is_atom(context))

          _ ->
            false
        end,
        args
      )

    case valid do
      true -> :ok
      false -> guard_error!(["invalid syntax in defguard ", Macro.to_string(call)])
    end
  end

  defp guard_error!(parts) do
    :erlang.error(ArgumentError.exception(:erlang.iolist_to_binary(parts)))
  end

  ## Module attributes

  defmacro @expr

  defmacro @{:__aliases__, _meta, _args} do
    :erlang.error(
      ArgumentError.exception("module attributes set via @ cannot start with an uppercase letter")
    )
  end

  defmacro @{name, meta, args} do
    module = in_module!(__CALLER__, :@, 1)

    case :erlang.is_list(meta) do
      true -> :ok
      false -> :erlang.error(ArgumentError.exception("invalid module attribute"))
    end

    function? = :erlang."=/="(:maps.get(:function, __CALLER__), nil)

    case args do
      [value] when :erlang.not(function?) ->
        write_attribute(name, meta, value, module, __CALLER__)

      [value] ->
        case :maps.get(:context, __CALLER__) do
          :match ->
            :erlang.error(
              ArgumentError.exception(
                :erlang.iolist_to_binary([
                  "invalid write attribute syntax. If you want to define an attribute, don't do this:\n\n    @foo = :value\n\nInstead, do this:\n\n    @foo :value"
                ])
              )
            )

          _ ->
            _ = value

            :erlang.error(
              ArgumentError.exception(
                <<"cannot set attribute @", :erlang.atom_to_binary(name)::binary,
                  " inside function/macro">>
              )
            )
        end

      none when :erlang.orelse(:erlang.is_atom(none), :erlang."=:="(none, [])) ->
        read_attribute(name, meta, module, function?, __CALLER__)

      _ ->
        :erlang.error(
          ArgumentError.exception(
            <<"expected 0 or 1 argument for @", :erlang.atom_to_binary(name)::binary, ", got: ",
              :erlang.integer_to_binary(:erlang.length(args))::binary>>
          )
        )
    end
  end

  defp write_attribute(name, meta, value, module, env) do
    line = attribute_line(meta, env)

    case :maps.get(:context, env) do
      :match ->
        :erlang.error(
          ArgumentError.exception(
            "invalid write attribute syntax. If you want to define an attribute, don't do this:\n\n    @foo = :value\n\nInstead, do this:\n\n    @foo :value"
          )
        )

      _ ->
        :ok
    end

    case typespec?(name) do
      true ->
        position = :elixir_module.cache_env(env)

        quote do
          Kernel.Typespec.deftypespec(
            unquote(name),
            unquote(:elixir_quote.escape(value, :none, true)),
            unquote(line),
            unquote(:maps.get(:file, env)),
            unquote(module),
            unquote(position)
          )
        end

      false ->
        value =
          case name do
            :behaviour -> expand_at_run_time(value, env)
            _ -> value
          end

        quote do
          Module.__put_attribute__(
            unquote(module),
            unquote(name),
            unquote(value),
            unquote(line),
            []
          )
        end
    end
  end

  defp typespec?(:type), do: true
  defp typespec?(:typep), do: true
  defp typespec?(:opaque), do: true
  defp typespec?(:spec), do: true
  defp typespec?(:callback), do: true
  defp typespec?(:macrocallback), do: true
  defp typespec?(_), do: false

  defp read_attribute(name, meta, module, function?, env) do
    line = attribute_line(meta, env)

    case :erlang.orelse(function?, :erlang."=:="(:maps.get(:context, env), :match)) do
      true ->
        value = Module.__get_attribute__(module, name, line, false)

        try do
          :elixir_quote.escape(value, :none, false)
        rescue
          error in [ArgumentError] ->
            :erlang.error(
              ArgumentError.exception(
                <<"cannot inject attribute @", :erlang.atom_to_binary(name)::binary,
                  " into function/macro because ", :erlang.map_get(:message, error)::binary>>
              )
            )
        end

      false ->
        quote do
          Module.__get_attribute__(unquote(module), unquote(name), unquote(line), true)
        end
    end
  end

  defp attribute_line(meta, env) do
    case :lists.keyfind(:line, 1, meta) do
      {:line, line} -> line
      false -> :maps.get(:line, env)
    end
  end

  ## Debugging

  defmacro dbg(code \\ {:binding, [], []}, options \\ []) do
    no_pattern!(:maps.get(:context, __CALLER__), "dbg")

    case code do
      {:binding, [], []} -> Macro.dbg(quote(do: Kernel.binding()), options, __CALLER__)
      _ -> Macro.dbg(code, options, __CALLER__)
    end
  end

  ## Sigils

  defmacro sigil_S(term, modifiers)
  defmacro sigil_S({:<<>>, _, [binary]}, []) when :erlang.is_binary(binary), do: binary

  defmacro sigil_s(term, modifiers)

  defmacro sigil_s({:<<>>, _, [piece]}, []) when :erlang.is_binary(piece) do
    :elixir_interpolation.unescape_string(piece)
  end

  defmacro sigil_s({:<<>>, meta, pieces}, []), do: {:<<>>, meta, unescape_pieces(pieces)}

  defmacro sigil_C(term, modifiers)

  defmacro sigil_C({:<<>>, _, [binary]}, []) when :erlang.is_binary(binary) do
    :unicode.characters_to_list(binary)
  end

  defmacro sigil_c(term, modifiers)

  defmacro sigil_c({:<<>>, _, [piece]}, []) when :erlang.is_binary(piece) do
    :unicode.characters_to_list(:elixir_interpolation.unescape_string(piece))
  end

  defmacro sigil_c({:<<>>, _, pieces}, []) do
    parts =
      for piece <- pieces do
        case piece do
          {:"::", _, [expr, {:binary, _, _}]} -> expr
          binary -> :elixir_interpolation.unescape_string(binary)
        end
      end

    quote(do: List.to_charlist(unquote(parts)))
  end

  defp unescape_pieces(pieces) do
    for piece <- pieces do
      case :erlang.is_binary(piece) do
        true -> :elixir_interpolation.unescape_string(piece)
        false -> piece
      end
    end
  end

  defmacro sigil_W(term, modifiers)

  defmacro sigil_W({:<<>>, _, [binary]}, modifiers) when :erlang.is_binary(binary) do
    words(words_type(modifiers), String.split(binary))
  end

  defmacro sigil_w(term, modifiers)

  defmacro sigil_w({:<<>>, _, [binary]}, modifiers) when :erlang.is_binary(binary) do
    words(words_type(modifiers), String.split(:elixir_interpolation.unescape_string(binary)))
  end

  defmacro sigil_w({:<<>>, meta, pieces}, modifiers) do
    string = {:<<>>, meta, unescape_pieces(pieces)}

    case words_type(modifiers) do
      ?s -> quote(do: String.split(unquote(string)))
      ?a -> quote(do: :lists.map(&String.to_atom/1, String.split(unquote(string))))
      ?c -> quote(do: :lists.map(&String.to_charlist/1, String.split(unquote(string))))
    end
  end

  defp words_type([]), do: ?s
  defp words_type([?s]), do: ?s
  defp words_type([?a]), do: ?a
  defp words_type([?c]), do: ?c

  defp words_type(_) do
    :erlang.error(ArgumentError.exception("modifier must be one of: s, a, c"))
  end

  defp words(?s, parts), do: parts
  defp words(?a, parts), do: for(part <- parts, do: :erlang.binary_to_atom(part))
  defp words(?c, parts), do: for(part <- parts, do: :unicode.characters_to_list(part))

  defmacro sigil_r(term, modifiers)

  defmacro sigil_r({:<<>>, _, [pattern]}, modifiers) when :erlang.is_binary(pattern) do
    no_pattern!(:maps.get(:context, __CALLER__), "the ~r sigil")
    # The pattern is checked now and made at run time, where Regex keeps it.
    options = :erlang.list_to_binary(modifiers)
    _ = Regex.compile!(pattern, options)
    quote(do: Regex.__literal__(unquote(pattern), unquote(options)))
  end

  defmacro sigil_r({:<<>>, meta, pieces}, modifiers) do
    quote do
      Regex.compile!(
        unquote({:<<>>, meta, pieces}),
        unquote(:erlang.list_to_binary(modifiers))
      )
    end
  end

  defmacro sigil_R(term, modifiers)

  defmacro sigil_R({:<<>>, _, [pattern]}, modifiers) when :erlang.is_binary(pattern) do
    IO.warn("~R/.../ is deprecated, use ~r/.../ instead", Macro.Env.stacktrace(__CALLER__))
    options = :erlang.list_to_binary(modifiers)
    _ = Regex.compile!(pattern, options)
    quote(do: Regex.__literal__(unquote(pattern), unquote(options)))
  end

  defmacro sigil_D(date_string, modifiers)

  defmacro sigil_D({:<<>>, _, [string]}, []) do
    {{:ok, {year, month, day}}, calendar} = parse_with_calendar!(string, :parse_date, "Date")
    calendar_struct(Date, calendar, year: year, month: month, day: day)
  end

  defmacro sigil_T(time_string, modifiers)

  defmacro sigil_T({:<<>>, _, [string]}, []) do
    {{:ok, {hour, minute, second, microsecond}}, calendar} =
      parse_with_calendar!(string, :parse_time, "Time")

    calendar_struct(Time, calendar,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond
    )
  end

  defmacro sigil_N(naive_datetime_string, modifiers)

  defmacro sigil_N({:<<>>, _, [string]}, []) do
    {{:ok, {year, month, day, hour, minute, second, microsecond}}, calendar} =
      parse_with_calendar!(string, :parse_naive_datetime, "NaiveDateTime")

    calendar_struct(NaiveDateTime, calendar,
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond
    )
  end

  defmacro sigil_U(datetime_string, modifiers)

  defmacro sigil_U({:<<>>, _, [string]}, []) do
    {{:ok, {year, month, day, hour, minute, second, microsecond}, offset}, calendar} =
      parse_with_calendar!(string, :parse_utc_datetime, "UTC DateTime")

    case offset do
      0 ->
        :ok

      _ ->
        :erlang.error(
          ArgumentError.exception(
            <<"cannot parse ", inspect(string)::binary, " as UTC DateTime for ",
              inspect(calendar)::binary, ", reason: :non_utc_offset">>
          )
        )
    end

    calendar_struct(DateTime, calendar,
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond,
      time_zone: "Etc/UTC",
      zone_abbr: "UTC",
      utc_offset: 0,
      std_offset: 0
    )
  end

  defp calendar_struct(module, calendar, fields) do
    {:%{}, [], [{:__struct__, module}, {:calendar, calendar} | escape_fields(fields)]}
  end

  defp escape_fields(fields) do
    for {key, value} <- fields, do: {key, :elixir_quote.escape(value, :none, false)}
  end

  defp parse_with_calendar!(string, function, kind) do
    {calendar, string} = split_calendar(string)

    result =
      case function do
        :parse_utc_datetime -> calendar.parse_utc_datetime(string)
        _ -> :erlang.apply(calendar, function, [string])
      end

    case result do
      {:error, reason} ->
        :erlang.error(
          ArgumentError.exception(
            <<"cannot parse ", inspect(string)::binary, " as ", kind::binary, " for ",
              inspect(calendar)::binary, ", reason: ", inspect(reason)::binary>>
          )
        )

      ok ->
        {ok, calendar}
    end
  end

  # A last word that begins with a capital letter names another calendar.
  defp split_calendar(string) do
    case :lists.reverse(:binary.split(string, " ", [:global])) do
      [<<first, _::binary>> = name, _ | _]
      when :erlang.andalso(:erlang.>=(first, ?A), :erlang."=<"(first, ?Z)) ->
        size = :erlang.-(:erlang.-(:erlang.byte_size(string), :erlang.byte_size(name)), 1)

        {:elixir_aliases.concat([:erlang.binary_to_atom(name)]),
         :erlang.binary_part(string, 0, size)}

      _ ->
        {Calendar.ISO, string}
    end
  end
end
