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

      {:undefined, option, _value, _rest} when config.strict? ->
        # What follows an unknown option is an argument.
        parse_args(tl(argv), config, opts, args, [{option, nil} | invalid])

      {:undefined, _option, _value, rest} ->
        parse_args(rest, config, opts, args, invalid)

      {:error, ["--" | rest]} ->
        {Enum.reverse(opts),
         Enum.reverse(args, if(config.return_separator?, do: ["--" | rest], else: rest)),
         Enum.reverse(invalid)}

      {:error, [arg | rest]} ->
        if config.all? do
          parse_args(rest, config, opts, [arg | args], invalid)
        else
          {Enum.reverse(opts), Enum.reverse(args, [arg | rest]), Enum.reverse(invalid)}
        end

      {:error, []} ->
        {Enum.reverse(opts), Enum.reverse(args), Enum.reverse(invalid)}
    end
  end

  defp store(opts, option, value, %{switches: switches}) do
    kinds = List.wrap(Keyword.get(switches, option))

    cond do
      :keep in kinds ->
        [{option, value} | opts]

      :count in kinds ->
        [{option, Keyword.get(opts, option, 0) + value} | Keyword.delete(opts, option)]

      true ->
        [{option, value} | Keyword.delete(opts, option)]
    end
  end

  defp config(opts, all?) do
    {switches, strict?} =
      cond do
        opts[:switches] && opts[:strict] ->
          raise ArgumentError, ":switches and :strict cannot be given together"

        switches = opts[:switches] ->
          check!(switches, :switches)
          {switches, false}

        strict = opts[:strict] ->
          check!(strict, :strict)
          {strict, true}

        true ->
          {[], false}
      end

    %{
      aliases: Keyword.get(opts, :aliases, []),
      dynamic?: not strict?,
      allow_nonexistent_atoms?: Keyword.get(opts, :allow_nonexistent_atoms, false),
      strict?: strict?,
      switches: switches,
      return_separator?: Keyword.get(opts, :return_separator, false),
      all?: all?
    }
  end

  defp check!(switches, _kind) do
    for {_name, type} <- switches, one <- List.wrap(type) do
      if one not in [:boolean, :count, :integer, :float, :string, :keep, :regex] do
        raise ArgumentError, "invalid switch types/modifiers: #{inspect(one)}"
      end
    end
  end

  def next(argv, opts \\ []) when is_list(argv) and is_list(opts),
    do: next_with(argv, config(opts, true))

  defp next_with([], _config), do: {:error, []}
  defp next_with(["--" | _] = argv, _config), do: {:error, argv}
  defp next_with(["-" | _] = argv, _config), do: {:error, argv}
  defp next_with(["- " <> _ | _] = argv, _config), do: {:error, argv}

  # -h or -hvalue style: --option[=value], -o, -abc, -n5 ...
  defp next_with(["-" <> option | rest] = argv, config) do
    %{aliases: aliases, switches: switches} = config

    if negative_number?(option) do
      {:error, argv}
    else
      {option, value} = split_option(option)
      original = "-" <> option
      tagged = tag(option, value, switches, aliases, config)

      case tagged do
        {:default, name} ->
          kind_of(name, original, value, rest, config)

        {:negated, name} ->
          {:ok, name, false, rest} |> negated(original, value)

        {:expand, letters} ->
          next_with(letters ++ rest, config)

        :unknown ->
          {value, rest} =
            if value == nil and value_in_tail?(rest),
              do: {hd(rest), tl(rest)},
              else: {value, rest}

          {:undefined, original, value, rest}

        :invalid ->
          {:undefined, original, value, rest}
      end
    end
  end

  defp next_with(argv, _config), do: {:error, argv}

  defp negated(ok, _original, nil), do: ok
  defp negated({:ok, _, _, rest}, original, value), do: {:invalid, original, value, rest}

  defp negative_number?(option) do
    match?({_, ""}, Float.parse(option)) and option != "" and :binary.first(option) in ?0..?9
  end

  defp split_option(option) do
    case :binary.split(option, "=") do
      [h] -> {h, nil}
      [h, t] -> {h, t}
    end
  end

  defp tag("-no-" <> name = "-" <> whole, _value, switches, _aliases, config) do
    with {:ok, negated} <- atom(name, config),
         kinds = List.wrap(Keyword.get(switches, negated)),
         true <-
           :boolean in kinds or
             (config.dynamic? and not Keyword.has_key?(switches, negated) and
                known(whole, switches, config) == nil) do
      {:negated, negated}
    else
      _ -> default(whole, config)
    end
  end

  defp tag("-" <> name, _value, _switches, _aliases, config), do: default(name, config)

  defp tag(letters, value, _switches, aliases, _config) when is_binary(letters) do
    case String.graphemes(letters) do
      [_] ->
        case short(letters, aliases) do
          nil -> :unknown
          name -> {:default, name}
        end

      graphemes ->
        case short(letters, aliases) do
          nil ->
            {first, rest} = {hd(graphemes), Enum.join(tl(graphemes))}

            cond do
              # -n5: a letter and its number.
              number?(rest) and short(first, aliases) != nil ->
                {:expand, ["-" <> first, rest]}

              true ->
                last = List.last(graphemes)
                last = if value, do: last <> "=" <> value, else: last
                {:expand, Enum.map(Enum.drop(graphemes, -1), &("-" <> &1)) ++ ["-" <> last]}
            end

          name ->
            {:default, name}
        end
    end
  end

  defp number?(text),
    do: text != "" and match?({_, ""}, Integer.parse(text)) and :binary.first(text) in ?0..?9

  defp short(letter, aliases) do
    Enum.find_value(aliases, fn {name, long} -> if Atom.to_string(name) == letter, do: long end)
  end

  defp known(name, switches, config) do
    case atom(name, config) do
      {:ok, atom} -> if Keyword.has_key?(switches, atom), do: atom
      :error -> nil
    end
  end

  defp default(name, config) do
    if String.contains?(name, "_") do
      :invalid
    else
      case atom(name, config) do
        {:ok, atom} ->
          if config.strict? and not Keyword.has_key?(config.switches, atom),
            do: :unknown,
            else: {:default, atom}

        :error ->
          :unknown
      end
    end
  end

  defp atom(name, config) do
    text = String.replace(name, "-", "_")

    if config.allow_nonexistent_atoms? do
      {:ok, String.to_atom(text)}
    else
      # A name among the switches exists as an atom, of course.
      try do
        {:ok, String.to_existing_atom(text)}
      rescue
        ArgumentError -> :error
      end
    end
  end

  defp kind_of(name, original, value, rest, %{switches: switches}) do
    kinds = List.wrap(Keyword.get(switches, name))

    cond do
      :boolean in kinds ->
        case value do
          nil -> {:ok, name, true, rest}
          "true" -> {:ok, name, true, rest}
          "false" -> {:ok, name, false, rest}
          _ -> {:invalid, original, value, rest}
        end

      :count in kinds ->
        if value == nil, do: {:ok, name, 1, rest}, else: {:invalid, original, value, rest}

      true ->
        typed = Enum.find(kinds, &(&1 in [:integer, :float, :string, :regex]))
        typed = typed || if(:keep in kinds, do: :string)

        {value, rest} =
          cond do
            value != nil -> {value, rest}
            value_in_tail?(rest) -> {hd(rest), tl(rest)}
            true -> {nil, rest}
          end

        case {typed, value} do
          {nil, nil} -> {:ok, name, true, rest}
          {nil, value} -> {:ok, name, value, rest}
          {_, nil} -> {:invalid, original, nil, rest}
          {:string, value} -> {:ok, name, value, rest}
          {:integer, value} -> number(Integer.parse(value), name, original, value, rest)
          {:float, value} -> number(Float.parse(value), name, original, value, rest)
          {:regex, value} -> regex(Regex.compile(value, "u"), name, original, value, rest)
        end
    end
  end

  defp number({number, ""}, name, _original, _value, rest), do: {:ok, name, number, rest}
  defp number(_, _name, original, value, rest), do: {:invalid, original, value, rest}

  defp regex({:ok, regex}, name, _original, _value, rest), do: {:ok, name, regex, rest}
  defp regex(_, _name, original, value, rest), do: {:invalid, original, value, rest}

  # What may be the value of the option before it.
  defp value_in_tail?(["-" | _]), do: true
  defp value_in_tail?(["- " <> _ | _]), do: true
  defp value_in_tail?(["-" <> rest | _]), do: negative_number?(rest)
  defp value_in_tail?([]), do: false
  defp value_in_tail?(_), do: true

  defp error_text(errors, opts) do
    types = opts[:switches] || opts[:strict] || []
    aliases = Keyword.get(opts, :aliases, [])
    lines = for {option, value} <- errors, do: "\n" <> error_line(option, value, opts, types)
    count = length(errors)
    supported = if types == [], do: "", else: "\n\nSupported options:\n" <> Enum.map_join(types, "\n", &supported(&1, aliases))
    "#{count} error#{if count == 1, do: "", else: "s"} found!" <> IO.iodata_to_binary(lines) <> supported
  end

  defp supported({name, type}, aliases) do
    long = "--" <> String.replace(Atom.to_string(name), "_", "-")
    kinds = List.wrap(type)

    shape =
      cond do
        :boolean in kinds -> "#{long}, --no-#{binary_part(long, 2, byte_size(long) - 2)}"
        :count in kinds -> long
        true -> "#{long} #{(Enum.find(kinds, &(&1 != :keep)) || :string) |> Atom.to_string() |> String.upcase()}"
      end

    case for({short, ^name} <- aliases, do: "-#{short}") do
      [] -> "  " <> shape
      shorts -> "  " <> shape <> " (alias: " <> Enum.join(shorts, ", ") <> ")"
    end
  end

  defp error_line(option, value, opts, types) do
    case {type_of(option, opts, types), value} do
      {nil, _} ->
        "#{option} : Unknown option" <> did_you_mean(option, types)

      {type, nil} ->
        "#{option} : Missing argument of type #{type}"

      {type, value} ->
        "#{option} : Expected type #{type}, got #{inspect(value)}"
    end
  end

  defp type_of(option, opts, types) do
    name =
      case option do
        "--no-" <> name ->
          name

        "--" <> name ->
          name

        "-" <> letter ->
          letter |> short(Keyword.get(opts, :aliases, [])) |> then(&(&1 && Atom.to_string(&1)))
      end

    kinds =
      Enum.find_value(types, fn {key, kinds} ->
        if name && String.replace(Atom.to_string(key), "_", "-") == String.replace(name, "_", "-"),
          do: List.wrap(kinds)
      end)

    kinds && (Enum.find(kinds, &(&1 != :keep)) || :string)
  end

  defp did_you_mean(option, types) do
    names = for {name, _} <- types, do: "--" <> String.replace(Atom.to_string(name), "_", "-")

    case Enum.max_by(names, &String.jaro_distance(&1, option), fn -> nil end) do
      nil -> ""
      name -> if String.jaro_distance(name, option) > 0.8, do: ". Did you mean #{name}?", else: ""
    end
  end

  ## The other way

  def to_argv(enum, options \\ []) do
    switches = Keyword.get(options, :switches, [])

    Enum.flat_map(enum, fn {key, value} ->
      dashed = String.replace(Atom.to_string(key), "_", "-")

      cond do
        value == nil -> []
        value == true -> ["--" <> dashed]
        value == false -> ["--no-" <> dashed]
        :count in List.wrap(switches[key]) -> List.duplicate("--" <> dashed, value)
        true -> ["--" <> dashed, to_string(value)]
      end
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
