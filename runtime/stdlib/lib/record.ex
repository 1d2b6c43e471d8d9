# Record: macros to work with tagged tuples, as Erlang's records are.
defmodule Record do
  # Erlang's source files are not here, so nothing can be read from them.
  def extract(name, opts) when is_atom(name) and is_list(opts) do
    raise ArgumentError,
          "no Erlang file to read the record #{inspect(name)} from: #{inspect(opts)}"
  end

  def extract_all(opts) when is_list(opts) do
    raise ArgumentError, "no Erlang file to read records from: #{inspect(opts)}"
  end

  defmacro is_record(data, kind) when is_atom(kind) do
    case Macro.Env.in_guard?(__CALLER__) do
      true ->
        guard(data, kind)

      false ->
        quote do
          result = unquote(data)
          unquote(guard(quote(do: result), kind))
        end
    end
  end

  defmacro is_record(data, kind), do: guard(data, kind)

  defmacro is_record(data) do
    quote do
      is_tuple(unquote(data)) and tuple_size(unquote(data)) > 0 and
        is_atom(:erlang.element(1, unquote(data)))
    end
  end

  defp guard(data, kind) do
    quote do
      :erlang.is_tuple(unquote(data)) and :erlang.>(:erlang.tuple_size(unquote(data)), 0) and
        :erlang."=:="(:erlang.element(1, unquote(data)), unquote(kind))
    end
  end

  defmacro defrecord(name, tag \\ nil, kv) do
    quote bind_quoted: [name: name, tag: tag, kv: kv] do
      tag = tag || name
      fields = Record.__fields__(:defrecord, kv)

      defmacro unquote(name)(args \\ []) do
        Record.__access__(unquote(tag), unquote(Macro.escape(fields)), args, __CALLER__)
      end

      defmacro unquote(name)(record, args) do
        Record.__access__(unquote(tag), unquote(Macro.escape(fields)), record, args, __CALLER__)
      end
    end
  end

  defmacro defrecordp(name, tag \\ nil, kv) do
    quote bind_quoted: [name: name, tag: tag, kv: kv] do
      tag = tag || name
      fields = Record.__fields__(:defrecordp, kv)

      defmacrop unquote(name)(args \\ []) do
        Record.__access__(unquote(tag), unquote(Macro.escape(fields)), args, __CALLER__)
      end

      defmacrop unquote(name)(record, args) do
        Record.__access__(unquote(tag), unquote(Macro.escape(fields)), record, args, __CALLER__)
      end
    end
  end

  @doc false
  def __fields__(type, fields) do
    :lists.map(
      fn
        {key, value} when is_atom(key) ->
          {key, Macro.escape(value)}

        key when is_atom(key) ->
          {key, nil}

        other ->
          raise ArgumentError, "#{type} fields must be atoms, got: #{inspect(other)}"
      end,
      fields
    )
  end

  # name(), name(field) gives an index, name(fields) makes a record.
  @doc false
  def __access__(tag, fields, args, caller) do
    cond do
      is_atom(args) ->
        index(tag, fields, args)

      Keyword.keyword?(args) ->
        create(tag, fields, args, caller)

      true ->
        fields = Macro.escape(fields)

        case Macro.expand(args, caller) do
          {:{}, _, [^tag | list]} when length(list) == length(fields) ->
            record = List.to_tuple([tag | list])

            quote(
              do: Record.__keyword__(unquote(tag), unquote(fields), unquote(Macro.escape(record)))
            )

          {^tag, arg} when length(fields) == 1 ->
            quote(
              do: Record.__keyword__(unquote(tag), unquote(fields), {unquote(tag), unquote(arg)})
            )

          _ ->
            quote(do: Record.__keyword__(unquote(tag), unquote(fields), unquote(args)))
        end
    end
  end

  # name(record, field) reads, name(record, fields) updates.
  @doc false
  def __access__(tag, fields, record, args, caller) do
    cond do
      is_atom(args) ->
        index = index(tag, fields, args)
        quote(do: :erlang.element(unquote(index + 1), unquote(record)))

      Keyword.keyword?(args) ->
        update(tag, fields, record, args, caller)

      true ->
        raise ArgumentError,
              "expected arguments to be a compile time atom or a keyword list, got: " <>
                Macro.to_string(args)
    end
  end

  defp index(tag, fields, field) do
    case position(fields, field, 1) do
      nil ->
        raise ArgumentError, "record #{inspect(tag)} does not have the key: #{inspect(field)}"

      index ->
        index
    end
  end

  defp position([{field, _} | _], field, index), do: index
  defp position([_ | rest], field, index), do: position(rest, field, index + 1)
  defp position([], _field, _index), do: nil

  defp create(tag, fields, keyword, caller) do
    in_match? = Macro.Env.in_match?(caller)
    keyword = defaults(fields, keyword, in_match?)

    {values, rest} =
      Enum.map_reduce(fields, keyword, fn {key, default}, rest ->
        case Keyword.fetch(rest, key) do
          {:ok, value} -> {value, Keyword.delete(rest, key)}
          :error when in_match? -> {quote(do: _), rest}
          :error -> {default, rest}
        end
      end)

    unknown!(tag, rest)
    {:{}, [], [tag | values]}
  end

  # name(_: value) stands for every field not given.
  defp defaults(fields, keyword, _in_match?) do
    case Keyword.pop(keyword, :_, keyword) do
      {^keyword, _} ->
        keyword

      {default, rest} ->
        for({key, _} <- fields, not Keyword.has_key?(rest, key), do: {key, default}) ++ rest
    end
  end

  defp update(tag, fields, record, keyword, caller) do
    if Macro.Env.in_match?(caller) do
      raise ArgumentError, "cannot invoke update style macro inside match"
    end

    if Keyword.has_key?(keyword, :_) do
      IO.warn(
        "updating a record with a default (:_) is equivalent to creating a new record",
        caller
      )

      create(tag, fields, keyword, caller)
    else
      Enum.reduce(keyword, record, fn {key, value}, acc ->
        index = index(tag, fields, key)
        quote(do: :erlang.setelement(unquote(index + 1), unquote(acc), unquote(value)))
      end)
    end
  end

  defp unknown!(_tag, []), do: :ok

  defp unknown!(tag, rest) do
    raise ArgumentError,
          "record #{inspect(tag)} does not have the key: #{inspect(hd(Keyword.keys(rest)))}"
  end

  @doc false
  def __keyword__(tag, fields, record) do
    if is_tuple(record) and tuple_size(record) > 0 and elem(record, 0) == tag do
      [_tag | values] = Tuple.to_list(record)

      if length(values) == length(fields) do
        :lists.zip(Keyword.keys(fields), values)
      else
        raise ArgumentError,
              "expected argument to be a #{inspect(tag)} record with #{length(fields)} fields, " <>
                "got: " <> inspect(record)
      end
    else
      raise ArgumentError,
            "expected argument to be a literal atom, literal keyword or a #{inspect(tag)} record, " <>
              "got runtime: " <> inspect(record)
    end
  end
end
