# Inspect: how terms are printed.
defprotocol Inspect do
  @fallback_to_any true

  def inspect(term, opts)

  defmacro __deriving__(module, options) do
    Inspect.Any.derive(module, Macro.struct_info!(module, __CALLER__), options)
  end
end

defimpl Inspect, for: Atom do
  def inspect(atom, opts) do
    {Inspect.Algebra.color_doc(Macro.inspect_atom(:literal, atom), color_key(atom), opts), opts}
  end

  defp color_key(atom) when is_boolean(atom), do: :boolean
  defp color_key(nil), do: nil
  defp color_key(_), do: :atom
end

defimpl Inspect, for: BitString do
  import Inspect.Algebra

  def inspect(term, opts) when is_binary(term) do
    %{binaries: bins, base: base, printable_limit: printable_limit} = opts

    if bins == :as_strings or
         (bins == :infer and base == :decimal and String.printable?(term, printable_limit)) do
      {text, rest} = escape(term, ?", printable_limit)
      doc = color_doc(concat(["\"", text, "\""]), :string, opts)
      {if(rest == :cut, do: concat([doc, " <> ..."]), else: doc), opts}
    else
      bits(term, opts)
    end
  end

  def inspect(term, opts), do: bits(term, opts)

  defp bits("", opts), do: {"<<>>", opts}

  defp bits(bitstring, opts) do
    left = color_doc("<<", :binary, opts)
    right = color_doc(">>", :binary, opts)
    inner = segments(bitstring, opts.limit, opts)
    doc = group(concat([left, nest(inner, 2), right]))

    limit =
      if opts.limit == :infinity,
        do: :infinity,
        else: max(opts.limit - byte_size(bitstring), 0)

    {doc, %{opts | limit: limit}}
  end

  defp segments(_, 0, _opts), do: "..."
  defp segments(<<>>, _limit, _opts), do: empty()
  defp segments(<<byte>>, _limit, opts), do: segment(byte, opts)

  defp segments(<<byte, rest::bitstring>>, limit, opts) do
    left = if limit == :infinity, do: limit, else: limit - 1
    flex_glue(concat(segment(byte, opts), ","), segments(rest, left, opts))
  end

  defp segments(rest, _limit, opts), do: segment(rest, opts)

  defp segment(byte, opts) when is_integer(byte), do: elem(Inspect.Integer.inspect(byte, opts), 0)

  defp segment(rest, opts) do
    size = bit_size(rest)
    <<number::size(^size)>> = rest
    concat([segment(number, opts), "::size(", Integer.to_string(size), ")"])
  end

  # The text between the quotes and :cut when it is longer than the limit.
  def escape(text, delimiter, limit), do: :vivarium_inspect.escape(text, delimiter, limit)
end

defimpl Inspect, for: List do
  import Inspect.Algebra

  def inspect([], opts), do: {color_doc("[]", :list, opts), opts}

  def inspect(term, opts) do
    %{charlists: lists, printable_limit: printable_limit} = opts

    lists =
      if lists == :infer and opts.char_lists != :infer,
        do: old_option(opts.char_lists),
        else: lists

    cond do
      lists == :as_charlists and charlist?(term) ->
        charlist(term, opts)

      lists == :infer and List.ascii_printable?(term, printable_limit) ->
        charlist(term, opts)

      keyword?(term) ->
        open = color_doc("[", :list, opts)
        close = color_doc("]", :list, opts)
        separator = color_doc(",", :list, opts)

        container_doc_with_opts(open, term, close, opts, &keyword/2,
          separator: separator,
          break: :strict
        )

      true ->
        open = color_doc("[", :list, opts)
        close = color_doc("]", :list, opts)
        separator = color_doc(",", :list, opts)

        container_doc_with_opts(open, term, close, opts, &to_doc_with_opts/2,
          separator: separator
        )
    end
  end

  defp old_option(:as_char_lists), do: :as_charlists
  defp old_option(other), do: other

  defp charlist?([char | rest]) when is_integer(char) and char in 0..0x10FFFF, do: charlist?(rest)
  defp charlist?(rest), do: rest == []

  defp charlist(list, opts) do
    %{printable_limit: limit} = opts
    # Beyond the limit anything may stand in the list.
    {list, cut} = if limit == :infinity, do: {list, nil}, else: take(list, limit, [])
    {text, _} = Inspect.BitString.escape(:unicode.characters_to_binary(list), ?", :infinity)
    doc = concat(["~c\"", text, "\""])
    doc = if cut == :cut, do: concat([doc, " ++ ..."]), else: doc
    {color_doc(doc, :charlist, opts), opts}
  end

  defp take([], _limit, acc), do: {:lists.reverse(acc), nil}
  defp take(_rest, 0, acc), do: {:lists.reverse(acc), :cut}
  defp take([head | tail], limit, acc), do: take(tail, limit - 1, [head | acc])

  def keyword({key, value}, opts) do
    key = color_doc(Macro.inspect_atom(:key, key), :atom, opts)
    {doc, opts} = to_doc_with_opts(value, opts)
    {concat([key, " ", doc]), opts}
  end

  def keyword?([{key, _value} | rest]) when is_atom(key) do
    case :erlang.atom_to_binary(key) do
      <<"Elixir.", _::binary>> -> false
      _ -> keyword?(rest)
    end
  end

  def keyword?([]), do: true
  def keyword?(_other), do: false
end

defimpl Inspect, for: Tuple do
  import Inspect.Algebra

  def inspect(tuple, opts) do
    open = color_doc("{", :tuple, opts)
    separator = color_doc(",", :tuple, opts)
    close = color_doc("}", :tuple, opts)

    container_doc_with_opts(open, Tuple.to_list(tuple), close, opts, &to_doc_with_opts/2,
      separator: separator,
      break: :flex
    )
  end
end

defimpl Inspect, for: Map do
  import Inspect.Algebra

  def inspect(map, opts), do: pairs(:maps.to_list(map), "", opts)

  # A map with a name before its brace, its fields as given.
  def inspect_as_struct(map, name, infos, opts) do
    pairs(for(%{field: field} <- infos, do: {field, :maps.get(field, map)}), name, opts)
  end

  defp pairs(list, name, opts) do
    fun =
      if Inspect.List.keyword?(list),
        do: &Inspect.List.keyword/2,
        else: arrow(color_doc(" => ", :map, %{opts | syntax_colors: []}))

    open = color_doc("%" <> name <> "{", :map, opts)
    separator = color_doc(",", :map, opts)
    close = color_doc("}", :map, opts)
    container_doc_with_opts(open, list, close, opts, fun, separator: separator, break: :strict)
  end

  defp arrow(arrow) do
    fn {key, value}, opts ->
      {key, opts} = to_doc_with_opts(key, opts)
      {value, opts} = to_doc_with_opts(value, opts)
      {concat([key, arrow, value]), opts}
    end
  end
end

defimpl Inspect, for: Integer do
  def inspect(term, %{base: base} = opts) do
    text = Integer.to_string(term, radix(base))

    text =
      case {base, text} do
        {:decimal, _} -> text
        {_, "-" <> digits} -> "-" <> prefix(base) <> digits
        {_, digits} -> prefix(base) <> digits
      end

    {Inspect.Algebra.color_doc(text, :number, opts), opts}
  end

  defp radix(:decimal), do: 10
  defp radix(:binary), do: 2
  defp radix(:octal), do: 8
  defp radix(:hex), do: 16

  defp prefix(:binary), do: "0b"
  defp prefix(:octal), do: "0o"
  defp prefix(:hex), do: "0x"
end

defimpl Inspect, for: Float do
  def inspect(float, opts) do
    text = :erlang.float_to_binary(float, [:short])
    size = abs(float)
    # Up to 1.0e16 all digits are written out.
    text = if size >= 1.0 and size < 1.0e16, do: plain(text), else: text
    {Inspect.Algebra.color_doc(text, :number, opts), opts}
  end

  defp plain("-" <> text), do: "-" <> plain(text)

  defp plain(text) do
    case :binary.split(text, "e") do
      [_] ->
        text

      [mantissa, exponent] ->
        [whole, fraction] = :binary.split(mantissa, ".")
        exponent = :erlang.binary_to_integer(exponent)
        fraction = if fraction == "0", do: "", else: fraction
        zeros = exponent - byte_size(fraction)

        if zeros >= 0 do
          whole <> fraction <> :binary.copy("0", zeros) <> ".0"
        else
          <<left::binary-size(^exponent), right::binary>> = fraction
          whole <> left <> "." <> right
        end
    end
  end
end

defimpl Inspect, for: Regex do
  import Inspect.Algebra

  @modifiers %{
    caseless: ?i,
    extended: ?x,
    firstline: ?f,
    ungreedy: ?U,
    multiline: ?m,
    export: ?E
  }

  def inspect(%{source: source, opts: regex_opts}, opts) when is_list(regex_opts) do
    case modifiers(regex_opts, []) do
      :error ->
        source = to_doc(source, opts)
        concat(["Regex.compile!(", source, ", ", to_doc(regex_opts, opts), ")"])

      modifiers ->
        color_doc(IO.iodata_to_binary(["~r/", escape(source), ?/, modifiers]), :regex, opts)
    end
  end

  # The options stand in the reverse order of their letters.
  defp modifiers([:dotall, {:newline, :anycrlf} | rest], acc), do: modifiers(rest, [?s | acc])
  defp modifiers([:unicode, :ucp | rest], acc), do: modifiers(rest, [?u | acc])

  defp modifiers([option | rest], acc) when is_map_key(@modifiers, option),
    do: modifiers(rest, [:erlang.map_get(option, @modifiers) | acc])

  defp modifiers([], acc), do: acc
  defp modifiers(_, _), do: :error

  # A slash ends the literal, #{ would be code, and control characters would not
  # show.
  defp escape(<<"\\\\", rest::binary>>), do: ["\\\\" | escape(rest)]
  defp escape(<<"\\/", rest::binary>>), do: ["\\/" | escape(rest)]
  defp escape(<<"\\\#{", rest::binary>>), do: ["\\\#{" | escape(rest)]
  defp escape(<<"\#{", rest::binary>>), do: ["\\\#{" | escape(rest)]
  defp escape(<<?/, rest::binary>>), do: ["\\/" | escape(rest)]

  defp escape(<<char, rest::binary>>) when char < 0x20 or char == 0x7F,
    do: [control(char) | escape(rest)]

  defp escape(<<char::utf8, rest::binary>>), do: [<<char::utf8>> | escape(rest)]
  defp escape(<<byte, rest::binary>>), do: [control(byte) | escape(rest)]
  defp escape(<<>>), do: []

  defp control(0), do: "\\0"
  defp control(?\a), do: "\\a"
  defp control(?\f), do: "\\f"
  defp control(?\n), do: "\\n"
  defp control(?\r), do: "\\r"
  defp control(?\t), do: "\\t"
  defp control(?\v), do: "\\v"
  defp control(char), do: ["\\x" | String.pad_leading(Integer.to_string(char, 16), 2, "0")]
end

defimpl Inspect, for: Function do
  def inspect(function, opts) do
    info = :erlang.fun_info(function)
    module = info[:module]
    name = info[:name]

    doc =
      if info[:type] == :external and info[:env] == [] do
        "&" <>
          Kernel.inspect(module) <>
          "." <> Macro.inspect_atom(:remote_call, name) <> "/" <> Integer.to_string(info[:arity])
      else
        "#Function<" <> unique(info) <> place(module, name, info[:arity]) <> ">"
      end

    {doc, opts}
  end

  defp unique(info) do
    uniq = info[:uniq]
    uniq = if is_integer(uniq), do: Integer.to_string(uniq), else: "0"
    Integer.to_string(info[:index] || info[:new_index] || 0) <> "." <> uniq
  end

  # What a file runs is of that file; what is evaluated, of Erlang's evaluator.
  defp place(module, name, arity) do
    with "elixir_compiler_" <> _ <- Atom.to_string(module) do
      case :vivarium_code.script(module) do
        nil -> "/" <> Integer.to_string(arity) <> " in :erl_eval.expr/6"
        file -> " in file:" <> file
      end
    else
      _ -> "/" <> Integer.to_string(arity) <> " in " <> function(module, name)
    end
  end

  defp function(module, name) do
    text = Atom.to_string(name)

    with "-" <> rest <- text,
         [function | _] <- :binary.split(rest, ["-fun-", "-anonymous-", "-inlined-"]),
         true <- byte_size(function) < byte_size(rest),
         [arity, reversed] <- :binary.split(String.reverse(function), "/") do
      function = String.reverse(reversed)

      Kernel.inspect(module) <>
        "." <>
        Macro.inspect_atom(:remote_call, String.to_atom(function)) <> "/" <> String.reverse(arity)
    else
      _ -> Kernel.inspect(module) <> "." <> Macro.inspect_atom(:remote_call, name)
    end
  end
end

defimpl Inspect, for: PID do
  def inspect(pid, opts), do: {"#PID" <> IO.iodata_to_binary(:erlang.pid_to_list(pid)), opts}
end

defimpl Inspect, for: Port do
  def inspect(port, opts), do: {IO.iodata_to_binary(:erlang.port_to_list(port)), opts}
end

defimpl Inspect, for: Reference do
  def inspect(ref, opts) do
    ~c"#Ref" ++ rest = :erlang.ref_to_list(ref)
    {"#Reference" <> IO.iodata_to_binary(rest), opts}
  end
end

defimpl Inspect, for: Any do
  import Inspect.Algebra

  def inspect(%module{} = struct, opts) do
    try do
      {module.__struct__(), module.__info__(:struct)}
    rescue
      _ -> Inspect.Map.inspect(struct, opts)
    else
      {dunder, infos} ->
        if :lists.sort(:maps.keys(dunder)) == :lists.sort(:maps.keys(struct)) do
          infos =
            for %{field: field} = info <- infos,
                field not in [:__struct__, :__exception__],
                do: info

          Inspect.Map.inspect_as_struct(struct, Macro.inspect_atom(:literal, module), infos, opts)
        else
          Inspect.Map.inspect(struct, opts)
        end
    end
  end

  # The fields that :only or :except leave out become "...".
  def inspect_as_struct(struct, name, infos, opts) do
    open = color_doc("#" <> name <> "<", :map, opts)
    separator = color_doc(",", :map, opts)
    close = color_doc(">", :map, opts)

    fun = fn
      %{field: field}, opts -> Inspect.List.keyword({field, :maps.get(field, struct)}, opts)
      :..., opts -> {"...", opts}
    end

    container_doc_with_opts(open, infos ++ [:...], close, opts, fun,
      separator: separator,
      break: :strict
    )
  end

  # What @derive Inspect defines.
  def derive(module, infos, options) do
    fields =
      :lists.sort(for(%{field: field} <- infos, do: field) -- [:__exception__, :__struct__])

    only = Keyword.get(options, :only, fields)
    except = Keyword.get(options, :except, [])
    optional = Keyword.get(options, :optional, [])
    :ok = known!(:only, only, fields, module)
    :ok = known!(:except, except, fields, module)

    :ok =
      case optional do
        :all -> :ok
        _ -> known!(:optional, optional, fields, module)
      end

    optional = if optional == :all, do: fields, else: optional

    filtered =
      fields
      |> Enum.reject(&(&1 in except))
      |> Enum.filter(&(&1 in only))

    shown =
      for %{field: field} = info <- infos,
          field in filtered,
          do: Map.take(info, [:field, :default])

    optional? = optional != []
    all? = filtered == fields

    quote do
      defimpl Inspect, for: unquote(module) do
        def inspect(struct, opts) do
          infos = unquote(Macro.escape(shown))

          infos =
            if unquote(optional?) do
              Inspect.Any.without_defaults(struct, infos, unquote(optional))
            else
              infos
            end

          name = Macro.inspect_atom(:literal, unquote(module))

          if unquote(all?) do
            Inspect.Map.inspect_as_struct(struct, name, infos, opts)
          else
            Inspect.Any.inspect_as_struct(struct, name, infos, opts)
          end
        end
      end
    end
  end

  def without_defaults(struct, infos, optional) do
    for %{field: field, default: default} = info <- infos,
        field not in optional or :maps.get(field, struct) != default,
        do: info
  end

  defp known!(option, list, fields, module) when is_list(list) do
    case list -- fields do
      [] ->
        :ok

      unknown ->
        raise ArgumentError,
              "unknown fields #{Kernel.inspect(unknown)} in #{Kernel.inspect(option)} " <>
                "when deriving the Inspect protocol for #{Kernel.inspect(module)}"
    end
  end

  defp known!(option, other, _fields, module) do
    raise ArgumentError,
          "invalid value #{Kernel.inspect(other)} in #{Kernel.inspect(option)} " <>
            "when deriving the Inspect protocol for #{Kernel.inspect(module)} (expected a list)"
  end
end

defimpl Inspect, for: Inspect.Error do
  def inspect(%{stacktrace: stacktrace} = error, _opts) do
    message = error |> Exception.message() |> String.trim_trailing("\n") |> Inspect.Error.pad(2)

    trace =
      if stacktrace == [],
        do: "",
        else: "\n\n  Stacktrace:\n\n" <> Exception.format_stacktrace(stacktrace)

    "#Inspect.Error<\n" <> message <> trace <> "\n>"
  end
end

defimpl Inspect, for: Macro.Env do
  # Without the compiler's own: who traces, and the variables' numbers.
  def inspect(env, opts) do
    infos = for %{field: field} = info <- Macro.Env.__info__(:struct), field not in [:tracers, :versioned_vars], do: info
    Inspect.Any.inspect_as_struct(env, "Macro.Env", infos ++ [:...], opts)
  end
end
