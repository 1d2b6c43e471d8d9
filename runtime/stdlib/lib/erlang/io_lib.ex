# What of io_lib is not a built-in: formats as data, reading by a format.
# Behaviour: the manual page of OTP's io_lib.
defmodule :io_lib do
  # A format and its arguments as characters and, for each control sequence, a map.
  def scan_format(format, args) do
    format = if is_list(format), do: format, else: :unicode.characters_to_list(text(format))
    scan(format, args)
  end

  defp text(format) when is_atom(format), do: :erlang.atom_to_binary(format)
  defp text(format), do: format

  defp scan([?~ | rest], args) do
    {width, adjust, rest, args} = width(rest, args)
    {precision, rest, args} = precision(rest, args)
    {pad, rest, args} = pad(rest, args)
    {mods, rest} = mods(rest, %{encoding: :latin1, strings: true, maps_order: :undefined}, args)
    {mods, args} = ordered(mods, args)
    [control | rest] = rest
    {own, args} = :lists.split(arity(control), args)

    spec = :maps.merge(mods, %{control_char: control, args: own, width: width, adjust: adjust, precision: precision, pad_char: pad})
    [spec | scan(rest, args)]
  end

  defp scan([char | rest], args), do: [char | scan(rest, args)]
  defp scan([], []), do: []
  defp scan([], _args), do: :erlang.error(:badarg)

  defp width([?- | rest], args) do
    {width, _, rest, args} = width(rest, args)
    {width, :left, rest, args}
  end

  defp width(rest, args) do
    {width, rest, args} = number(rest, args)
    if is_integer(width) and width < 0, do: {-width, :left, rest, args}, else: {width, :right, rest, args}
  end

  defp precision([?. | rest], args), do: number(rest, args)
  defp precision(rest, args), do: {:none, rest, args}

  defp pad([?., ?* | rest], [pad | args]), do: {pad, rest, args}
  defp pad([?., pad | rest], args), do: {pad, rest, args}
  defp pad(rest, args), do: {?\s, rest, args}

  defp number([?* | rest], [n | args]) when is_integer(n), do: {n, rest, args}

  defp number(rest, args) do
    case :lists.splitwith(&(&1 in ?0..?9), rest) do
      {[], rest} -> {:none, rest, args}
      {digits, rest} -> {:erlang.list_to_integer(digits), rest, args}
    end
  end

  defp mods([?t | rest], spec, args), do: mods(rest, %{spec | encoding: :unicode}, args)
  defp mods([?l | rest], spec, args), do: mods(rest, %{spec | strings: false}, args)
  defp mods([?k | rest], spec, args), do: mods(rest, %{spec | maps_order: :ordered}, args)
  defp mods([?K | rest], spec, args), do: mods(rest, %{spec | maps_order: :given}, args)
  defp mods(rest, spec, _args), do: {spec, rest}

  defp ordered(%{maps_order: :given} = spec, [order | args]), do: {%{spec | maps_order: order}, args}
  defp ordered(spec, args), do: {spec, args}

  defp arity(control) when control in ~c"n~", do: 0
  defp arity(control) when control in ~c"WPXx", do: 2
  defp arity(control) when control in ~c"wpcsefgbB#+i", do: 1
  defp arity(_), do: :erlang.error(:badarg)

  def unscan_format(specs) do
    :lists.foldr(
      fn
        %{args: args} = spec, {format, all} -> {control(spec) ++ format, args ++ all}
        char, {format, all} when char == ?~ -> {~c"~~" ++ format, all}
        char, {format, all} -> {[char | format], all}
      end,
      {[], []},
      specs
    )
  end

  defp control(%{control_char: char, width: width, adjust: adjust, precision: precision, pad_char: pad} = spec) do
    width = if width == :none, do: [], else: :erlang.integer_to_list(if(adjust == :left, do: -width, else: width))

    precision =
      case {precision, pad} do
        {:none, ?\s} -> []
        {:none, pad} -> [?., ?., pad]
        {n, ?\s} -> [?. | :erlang.integer_to_list(n)]
        {n, pad} -> [?. | :erlang.integer_to_list(n)] ++ [?., pad]
      end

    [?~ | width] ++ precision ++ if(spec.encoding == :unicode, do: ~c"t", else: []) ++ if(spec.strings, do: [], else: ~c"l") ++ [char]
  end

  def build_text(specs), do: build_text(specs, [])

  def build_text(specs, _options) do
    :lists.map(
      fn
        %{args: args} = spec -> :io_lib.format(control(spec), args)
        char -> char
      end,
      specs
    )
  end

  def deep_char_list(term), do: deep(term, 0x10FFFF)
  def deep_latin1_char_list(term), do: deep(term, 255)

  defp deep([head | tail], max), do: deep(head, max) and deep(tail, max)
  defp deep([], _max), do: true
  defp deep(char, max), do: is_integer(char) and char in 0..max

  def quote_atom(atom, _reserved), do: hd(:io_lib.write_atom(atom)) == ?'
  def write_char(char), do: [?$ | escaped_char(char)]
  def write_latin1_string(string), do: :io_lib.write_string(string)

  defp escaped_char(char) when char in ~c"\n\r\t\v\b\f\e\d\s", do: [?\\, :lists.nth(index(char, ~c"\n\r\t\v\b\f\e\d\s", 1), ~c"nrtvbfeds")]
  defp escaped_char(?\\), do: ~c"\\\\"
  defp escaped_char(char), do: [char]

  defp index(char, [char | _], n), do: n
  defp index(char, [_ | rest], n), do: index(char, rest, n + 1)

  # The column at which a text ends that begins at one.
  def indentation(text, start) do
    :lists.foldl(
      fn
        ?\n, _ -> 0
        ?\t, n -> 8 * div(n + 8, 8)
        _, n -> n + 1
      end,
      start,
      :lists.flatten(text)
    )
  end

  # Reads terms from a text: {:ok, terms, rest} | {:more, ...} | {:error, reason}.
  def fread(format, string), do: fread(:unicode.characters_to_list(format), :unicode.characters_to_list(string), 0, [])

  defp fread([?~, control | format], string, count, terms) when control not in ?0..?9 and control not in ~c"*-t.",
    do: fread_control(control, format, string, :none, false, count, terms)

  defp fread([?~, ?* | format], string, count, terms) do
    [control | format] = format
    fread_control(control, format, string, :none, true, count, terms)
  end

  defp fread([?~ | format], string, count, terms) do
    {digits, [control | format]} = :lists.splitwith(&(&1 in ?0..?9), format)
    {control, format} = if control == ?t, do: {hd(format), tl(format)}, else: {control, format}
    width = if digits == [], do: :none, else: :erlang.list_to_integer(digits)
    fread_control(control, format, string, width, false, count, terms)
  end

  defp fread([char | format], string, count, terms) when char in ~c" \t\r\n" do
    {blank, string} = :lists.splitwith(&(&1 in ~c" \t\r\n"), string)
    fread(format, string, count + length(blank), terms)
  end

  defp fread([char | format], [char | string], count, terms), do: fread(format, string, count + 1, terms)
  defp fread([_ | _] = format, [], count, terms), do: {:more, format, count, terms}
  defp fread([_ | _], _string, _count, _terms), do: {:error, {:fread, :input}}
  defp fread([], string, _count, terms), do: {:ok, :lists.reverse(terms), string}

  defp fread_control(?~, format, [?~ | string], _w, _skip, count, terms), do: fread(format, string, count + 1, terms)
  defp fread_control(?~, _format, _string, _w, _skip, _count, _terms), do: {:error, {:fread, :input}}

  defp fread_control(?c, format, string, width, skip, count, terms) do
    n = if width == :none, do: 1, else: width

    case :erlang.length(string) >= n do
      true ->
        {taken, string} = :lists.split(n, string)
        fread(format, string, count + n, if(skip, do: terms, else: [taken | terms]))

      false when string == [] ->
        {:more, [?~, ?c | format], count, terms}

      false ->
        {:error, {:fread, :input}}
    end
  end

  defp fread_control(control, format, string, width, skip, count, terms) do
    {blank, string} = :lists.splitwith(&(&1 in ~c" \t\r\n"), string)
    {word, rest} = :lists.splitwith(&(&1 not in ~c" \t\r\n"), string)
    {field, rest} = fread_field(control, word, rest, width)

    cond do
      string == [] ->
        {:more, [?~, control | format], count + :erlang.length(blank), terms}

      true ->
        case fread_term(control, field) do
          {:ok, term} -> fread(format, rest, count + :erlang.length(blank ++ field), if(skip, do: terms, else: [term | terms]))
          error -> {:error, {:fread, error}}
        end
    end
  end

  defp fread_field(control, word, rest, width) do
    max = if width == :none, do: :erlang.length(word), else: min(width, :erlang.length(word))
    {field, more} = :lists.split(max, word)

    if control in ~c"du#f" do
      {number, other} = :lists.splitwith(&(&1 in ~c"+-0123456789" or (control == ?f and &1 in ~c".eE")), field)
      {number, other ++ more ++ rest}
    else
      {field, more ++ rest}
    end
  end

  defp fread_term(control, []) when control not in ~c"duf", do: :input
  defp fread_term(?s, field), do: {:ok, field}
  defp fread_term(?a, field), do: {:ok, :erlang.list_to_atom(field)}

  defp fread_term(control, field) when control in ~c"du" do
    {:ok, :erlang.list_to_integer(field)}
  catch
    :error, _ -> :integer
  end

  defp fread_term(?f, field) do
    {:ok, :erlang.list_to_float(field)}
  catch
    :error, _ -> :float
  end

  defp fread_term(_, _), do: :character
end
