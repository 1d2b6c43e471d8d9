# OptionParser: command lines.
defmodule OptionParser do
  @type argv :: [String.t()]
  @type parsed :: keyword
  @type errors :: [{String.t(), String.t() | nil}]

  defmodule ParseError do
    defexception [:message]
  end

  def parse(argv, opts \\ []) when is_list(argv) and is_list(opts) do
    parse_args(argv, config(opts, true), [], [], [])
  end

  def parse!(argv, opts \\ []) when is_list(argv) and is_list(opts) do
    case parse(argv, opts) do
      {parsed, args, []} -> {parsed, args}
      {_, _, errors} -> raise ParseError, error_text(errors, opts)
    end
  end

  def parse_head(argv, opts \\ []) when is_list(argv) and is_list(opts) do
    parse_args(argv, config(opts, false), [], [], [])
  end

  def parse_head!(argv, opts \\ []) when is_list(argv) and is_list(opts) do
    case parse_head(argv, opts) do
      {parsed, args, []} -> {parsed, args}
      {_, _, errors} -> raise ParseError, error_text(errors, opts)
    end
  end

  defp parse_args(argv, config, opts, args, invalid) do
    case next_with(argv, config) do
      {:ok, option, value, rest} ->
        parse_args(rest, config, store(opts, option, value, config), args, invalid)

      {:invalid, option, value, rest} ->
        parse_args(rest, config, opts, args, [{option, value} | invalid])

      {:undefined, option, _value, rest} ->
        invalid = if config.strict?, do: [{option, nil} | invalid], else: invalid
        parse_args(rest, config, opts, args, invalid)

      {:error, ["--" | rest] = argv} ->
        rest = if config.return_separator?, do: argv, else: rest
        {Enum.reverse(opts), Enum.reverse(args, rest), Enum.reverse(invalid)}

      {:error, [arg | rest]} when config.all? ->
        parse_args(rest, config, opts, [arg | args], invalid)

      {:error, rest} ->
        {Enum.reverse(opts), Enum.reverse(args, rest), Enum.reverse(invalid)}
    end
  end

  defp store(opts, option, value, config) do
    kinds = kinds(option, config)

    cond do
      :count in kinds -> Keyword.update(opts, option, value, &(&1 + 1))
      :keep in kinds -> [{option, value} | opts]
      true -> [{option, value} | Keyword.delete(opts, option)]
    end
  end

  defp kinds(option, %{switches: switches}), do: List.wrap(switches[option])

  defp config(opts, all?) do
    if opts[:switches] && opts[:strict] do
      raise ArgumentError, ":switches and :strict cannot be given together"
    end

    if !(opts[:switches] || opts[:strict]) do
      IO.warn("not passing the :switches or :strict option to OptionParser is deprecated")
    end

    %{
      aliases: opts[:aliases] || [],
      create_atoms?: opts[:allow_nonexistent_atoms] || false,
      strict?: !opts[:switches] && !!opts[:strict],
      switches: check!(opts[:switches] || opts[:strict] || []),
      return_separator?: opts[:return_separator] || false,
      all?: all?
    }
  end

  defp check!(switches) do
    for {_name, types} <- switches do
      case List.wrap(types) -- [:boolean, :count, :integer, :float, :string, :regex, :keep] do
        [] ->
          :ok

        invalid ->
          raise ArgumentError,
                "invalid switch types/modifiers: " <> Enum.map_join(invalid, ", ", &inspect/1)
      end
    end

    switches
  end

  def next(argv, opts \\ []) when is_list(argv) and is_list(opts),
    do: next_with(argv, config(opts, true))

  defp next_with(["--" <> option | rest], config) when option != "" do
    {option, value} = split_option(option)
    original = "--" <> option

    if String.contains?(option, "_"),
      do: {:undefined, original, value, rest},
      else: tagged(tag(option, config), value, original, rest, config)
  end

  defp next_with(["-" <> option | rest] = argv, config)
       when option not in ["", "-"] and binary_part(option, 0, 1) != " " do
    {letters, value} = split_option(option)
    original = "-" <> letters

    cond do
      value == nil and number?(letters) ->
        {:error, argv}

      String.contains?(letters, ["-", "_"]) ->
        {:undefined, original, value, rest}

      String.length(letters) == 1 ->
        tagged(aliased(letters, config), value, original, rest, config)

      true ->
        case aliased(letters, config) do
          :unknown ->
            next_with(letters(letters, value) ++ rest, config)

          tag ->
            IO.warn("multi-letter aliases are deprecated, got: #{inspect(key(letters, config))}")
            tagged(tag, value, original, rest, config)
        end
    end
  end

  defp next_with(argv, _config), do: {:error, argv}

  defp split_option(option) do
    case :binary.split(option, "=") do
      [option] -> {option, nil}
      [option, value] -> {option, value}
    end
  end

  defp number?(<<char, _::binary>>), do: char in ?0..?9
  defp number?(_), do: false

  # -abc is -a -b -c, and the last letter may have a number: -an5 is -a -n=5.
  defp letters(text, value) do
    {letters, number} = text |> String.to_charlist() |> Enum.split_while(&(&1 not in ?0..?9))
    {last, first} = letters |> List.to_string() |> String.graphemes() |> List.pop_at(-1)
    number = if number == [], do: "", else: "=#{number}"
    value = if value, do: "=" <> value, else: ""
    Enum.map(first, &("-" <> &1)) ++ ["-" <> last <> number <> value]
  end

  defp aliased(letters, config) do
    name = config.aliases[key(letters, config)]
    if name, do: {:default, name}, else: :unknown
  end

  defp tag("no-" <> name = option, config) do
    negated = key(name, config)

    if negated && :boolean in kinds(negated, config),
      do: {:negated, negated},
      else: default(option, config)
  end

  defp tag(option, config), do: default(option, config)

  defp default(option, config) do
    key = key(option, config)
    if key, do: {:default, key}, else: :unknown
  end

  # The atom of an option's name; nil when there is none, and none may be made.
  defp key(option, %{create_atoms?: create?}) do
    name = String.replace(option, "-", "_")

    if create? do
      String.to_atom(name)
    else
      try do
        String.to_existing_atom(name)
      rescue
        ArgumentError -> nil
      end
    end
  end

  defp tagged(:unknown, value, original, rest, _config) do
    {value, _kinds, rest} = value(value, [], rest)
    {:undefined, original, value, rest}
  end

  defp tagged({tag, option}, value, original, rest, config) do
    if config.strict? and not Keyword.has_key?(config.switches, option) do
      {:undefined, original, value, rest}
    else
      {value, kinds, rest} =
        case tag do
          :negated when value != nil -> {value, [:invalid], rest}
          :negated -> {false, kinds(option, config), rest}
          :default -> value(value, kinds(option, config), rest)
        end

      case convert(value, kinds) do
        {:ok, converted} -> {:ok, option, converted, rest}
        :error -> {:invalid, original, value, rest}
      end
    end
  end

  defp value(nil, kinds, rest) do
    cond do
      :boolean in kinds -> {true, kinds, rest}
      :count in kinds -> {nil, kinds, rest}
      value_in_tail?(rest) -> {hd(rest), kinds, tl(rest)}
      kinds == [] -> {true, kinds, rest}
      true -> {nil, [:invalid], rest}
    end
  end

  defp value(value, kinds, rest), do: {value, kinds, rest}

  # What may be the value of the option before it.
  defp value_in_tail?(["-" | _]), do: true
  defp value_in_tail?(["- " <> _ | _]), do: true
  defp value_in_tail?(["-" <> rest | _]), do: number?(rest)
  defp value_in_tail?(rest), do: rest != []

  defp convert(value, kinds) do
    cond do
      :invalid in kinds -> :error
      :boolean in kinds -> boolean(value)
      :count in kinds -> if value == nil, do: {:ok, 1}, else: :error
      :integer in kinds -> whole(Integer.parse(value))
      :float in kinds -> whole(Float.parse(value))
      :regex in kinds -> with {:error, _} <- Regex.compile(value, "u"), do: :error
      true -> {:ok, value}
    end
  end

  defp boolean(value) when value in [true, "true"], do: {:ok, true}
  defp boolean(value) when value in [false, "false"], do: {:ok, false}
  defp boolean(_), do: :error

  defp whole({number, ""}), do: {:ok, number}
  defp whole(_), do: :error

  ## The text of an error

  defp error_text(errors, opts) do
    types = opts[:switches] || opts[:strict] || []
    count = length(errors)
    supported = types |> Enum.sort() |> Enum.map_join("\n", &supported(&1, opts[:aliases] || []))

    "#{count} error#{if count == 1, do: "", else: "s"} found!\n" <>
      Enum.map_join(errors, "\n", &error_line(&1, opts, types)) <>
      if(types == [], do: "", else: "\n\nSupported options:\n" <> supported)
  end

  defp supported({name, types}, aliases) do
    switch = switch(name)
    types = List.wrap(types)

    text =
      case {List.first(List.delete(types, :keep), :string), switch} do
        {:boolean, "--no-" <> _} -> switch
        {:boolean, "--" <> long} -> "#{switch}, --no-#{long}"
        {type, _} -> "#{switch} #{type |> Atom.to_string() |> String.upcase()}"
      end

    text =
      case Enum.sort(for({short, ^name} <- aliases, do: "-#{short}")) do
        [] -> text
        shorts -> "#{text} (alias: #{Enum.join(shorts, ", ")})"
      end

    "  " <> text <> if(:keep in types, do: " (may be given more than once)", else: "")
  end

  defp switch(name, prefix \\ "--"), do: prefix <> String.replace(Atom.to_string(name), "_", "-")

  defp error_line({option, nil}, opts, types) do
    type = type_of(option, opts, types)

    cond do
      type == nil ->
        "#{option} : Unknown option" <> did_you_mean(option, types)

      String.contains?(option, "_") ->
        "#{option} : Unknown option. Did you mean #{String.replace(option, "_", "-")}?"

      true ->
        "#{option} : Missing argument of type #{type}"
    end
  end

  defp error_line({option, value}, opts, types) do
    type = type_of(option, opts, types)

    case if(type == :regex, do: Regex.compile(value, "u")) do
      {:error, {reason, position}} ->
        "#{option} : Invalid regular expression #{inspect(value)}: #{reason} at position #{position}"

      _ ->
        "#{option} : Expected type #{type}, got #{inspect(value)}"
    end
  end

  defp type_of(option, opts, types) do
    key = key(String.trim_leading(option, "-"), %{create_atoms?: opts[:allow_nonexistent_atoms]})
    kinds = types[opts[:aliases][key] || key]
    if is_list(kinds), do: List.first(List.delete(kinds, :keep), :string), else: kinds
  end

  defp did_you_mean(option, types) do
    key = option |> String.trim_leading("-") |> String.replace("-", "_")

    {name, score} =
      Enum.reduce(types, {nil, 0}, fn {name, _}, {_, best} = last ->
        score = String.jaro_distance(Atom.to_string(name), key)
        if score < best, do: last, else: {name, score}
      end)

    if score > 0.8, do: ". Did you mean #{switch(name)}?", else: ""
  end

  ## The other way

  def to_argv(enum, options \\ []) do
    switches = Keyword.get(options, :switches, [])

    Enum.flat_map(enum, fn
      {_key, nil} -> []
      {key, true} -> [switch(key)]
      {key, false} -> [switch(key, "--no-")]
      {key, value} ->
        if switches[key] == :count,
          do: List.duplicate(switch(key), value),
          else: [switch(key), to_string(value)]
    end)
  end

  def split(string) when is_binary(string),
    do: split(String.trim_leading(string, " "), "", [], nil)

  defp split("", "", acc, nil), do: Enum.reverse(acc)
  defp split("", buffer, acc, nil), do: Enum.reverse([buffer | acc])

  defp split("", _buffer, _acc, marker) do
    raise "argv string did not terminate properly, a #{<<marker>>} was opened but never closed"
  end

  defp split(<<?\\, char, rest::binary>>, buffer, acc, nil) when char in ~c" \\\"'" do
    split(rest, <<buffer::binary, char>>, acc, nil)
  end

  defp split(<<?\\, quote, rest::binary>>, buffer, acc, quote) do
    split(rest, <<buffer::binary, quote>>, acc, quote)
  end

  defp split(<<?\s, rest::binary>>, buffer, acc, nil) do
    split(String.trim_leading(rest, " "), "", [buffer | acc], nil)
  end

  defp split(<<quote, rest::binary>>, buffer, acc, nil) when quote in ~c"\"'",
    do: split(rest, buffer, acc, quote)

  defp split(<<quote, rest::binary>>, buffer, acc, quote), do: split(rest, buffer, acc, nil)

  defp split(<<char, rest::binary>>, buffer, acc, quote),
    do: split(rest, <<buffer::binary, char>>, acc, quote)
end
