# Regex: regular expressions over the built-in :re.
defmodule Regex do
  defstruct re_pattern: nil, source: "", opts: []

  @type t :: %__MODULE__{re_pattern: term, source: binary, opts: [term]}
  @type capture_option :: :all | :first | :all_but_first | :none | :all_names | [binary | atom]

  defmodule CompileError do
    defexception message: "regex could not be compiled"
  end

  # What a sigil stands for: compiled at its first use.
  @doc false
  def __literal__(source, options) do
    key = {__MODULE__, source, options}

    case :persistent_term.get(key, nil) do
      nil ->
        regex = compile!(source, options)
        :persistent_term.put(key, regex)
        regex

      regex ->
        regex
    end
  end

  def compile(source, opts \\ "")

  def compile(source, opts) when is_binary(source) and is_binary(opts) do
    case options(opts, []) do
      {:ok, list} -> compile_with(source, list)
      {:error, rest} -> {:error, {:invalid_option, rest}}
    end
  end

  def compile(source, opts) when is_binary(source) and is_list(opts),
    do: compile_with(source, opts)

  defp compile_with(source, opts) do
    case :re.compile(source, opts -- [:export]) do
      {:ok, re_pattern} -> {:ok, %Regex{re_pattern: re_pattern, source: source, opts: opts}}
      error -> error
    end
  end

  defp options(<<?u, rest::binary>>, acc), do: options(rest, [:unicode, :ucp | acc])
  defp options(<<?i, rest::binary>>, acc), do: options(rest, [:caseless | acc])

  defp options(<<?s, rest::binary>>, acc),
    do: options(rest, [:dotall, {:newline, :anycrlf} | acc])

  defp options(<<?m, rest::binary>>, acc), do: options(rest, [:multiline | acc])
  defp options(<<?x, rest::binary>>, acc), do: options(rest, [:extended | acc])
  defp options(<<?f, rest::binary>>, acc), do: options(rest, [:firstline | acc])
  defp options(<<?U, rest::binary>>, acc), do: options(rest, [:ungreedy | acc])
  defp options(<<?E, rest::binary>>, acc), do: options(rest, [:export | acc])
  defp options(<<>>, acc), do: {:ok, acc}
  defp options(rest, _acc), do: {:error, rest}

  def compile!(source, options \\ "") when is_binary(source) do
    case compile(source, options) do
      {:ok, regex} -> regex
      {:error, {reason, at}} -> raise CompileError, "#{reason} at position #{at}"
    end
  end

  def recompile(%Regex{source: source, opts: opts}), do: compile(source, opts)
  def recompile!(%Regex{source: source, opts: opts}), do: compile!(source, opts)

  def import(%Regex{} = regex), do: regex

  def version(), do: IO.iodata_to_binary(:re.version())

  def match?(%Regex{} = regex, string) when is_binary(string) do
    :re.run(string, regex.re_pattern, [{:capture, :none}]) == :match
  end

  @deprecated "Use Kernel.is_struct(term, Regex) or pattern match on %Regex{} instead"
  def regex?(%Regex{}), do: true
  def regex?(_), do: false

  def source(%Regex{source: source}), do: source
  def opts(%Regex{opts: opts}), do: opts
  def re_pattern(%Regex{re_pattern: re_pattern}), do: re_pattern

  def names(%Regex{re_pattern: re_pattern}) do
    {:namelist, names} = :re.inspect(re_pattern, :namelist)
    names
  end

  def to_embed(regex, embed_opts \\ [])

  def to_embed(%Regex{source: source, opts: regex_opts}, embed_opts) do
    {letters, rest} = embeddable(regex_opts, [], [])

    if rest != [] and Keyword.get(embed_opts, :strict, true) do
      raise ArgumentError,
            "regex compiled with options #{inspect(rest)} which cannot be represented as an " <>
              "embedded pattern in this version of PCRE"
    end

    letters = Enum.sort(letters)
    off = ~c"imsx" -- letters
    off = if off == [], do: "", else: "-#{off}"
    # A comment of an extended pattern must not swallow the closing parenthesis.
    nl = if ?x in letters, do: "\n", else: ""
    "(?#{letters}#{off}:#{source}#{nl})"
  end

  defp embeddable([:dotall, {:newline, :anycrlf} | rest], acc, bad),
    do: embeddable(rest, [?s | acc], bad)

  defp embeddable([:caseless | rest], acc, bad), do: embeddable(rest, [?i | acc], bad)
  defp embeddable([:extended | rest], acc, bad), do: embeddable(rest, [?x | acc], bad)
  defp embeddable([:multiline | rest], acc, bad), do: embeddable(rest, [?m | acc], bad)
  defp embeddable([option | rest], acc, bad), do: embeddable(rest, acc, [option | bad])
  defp embeddable([], acc, bad), do: {acc, bad}

  ## Running

  def run(regex, string, options \\ [])

  def run(%Regex{} = regex, string, options) when is_binary(string) and is_list(options) do
    return = Keyword.get(options, :return, :binary)
    captures = Keyword.get(options, :capture, :all)
    offset = Keyword.get(options, :offset, 0)

    case :re.run(string, regex.re_pattern, [
           {:capture, capture(captures), return},
           {:offset, offset}
         ]) do
      :nomatch -> nil
      :match -> []
      {:match, results} -> results
    end
  end

  defp capture(captures) when is_list(captures) do
    for capture <- captures,
        do: if(is_binary(capture), do: String.to_atom(capture), else: capture)
  end

  defp capture(captures), do: captures

  def named_captures(regex, string, options \\ []) when is_binary(string) do
    names = names(regex)

    case run(regex, string, Keyword.put(options, :capture, names)) do
      nil -> nil
      results -> :maps.from_list(:lists.zip(names, results))
    end
  end

  def scan(regex, string, options \\ [])

  def scan(%Regex{} = regex, string, options) when is_binary(string) and is_list(options) do
    return = Keyword.get(options, :return, :binary)
    captures = Keyword.get(options, :capture, :all)
    offset = Keyword.get(options, :offset, 0)
    opts = [{:capture, capture(captures), return}, :global, {:offset, offset}]

    case :re.run(string, regex.re_pattern, opts) do
      :match -> []
      :nomatch -> []
      # Matches of which nothing was asked.
      {:match, [[] | _]} when captures == :all_names -> []
      {:match, results} -> results
    end
  end

  ## Splitting

  def split(regex, string, options \\ [])

  def split(%Regex{}, "", opts) do
    if Keyword.get(opts, :trim, false), do: [], else: [""]
  end

  def split(%Regex{} = regex, string, opts) when is_binary(string) and is_list(opts) do
    on = Keyword.get(opts, :on, :first)

    case :re.run(string, regex.re_pattern, [:global, {:capture, capture(on), :index}]) do
      {:match, matches} ->
        index = parts_to_index(Keyword.get(opts, :parts, :infinity))
        trim = Keyword.get(opts, :trim, false)
        include_captures = Keyword.get(opts, :include_captures, false)
        split_matches(matches, string, index, trim, include_captures, 0)

      :match ->
        [string]

      :nomatch ->
        [string]
    end
  end

  defp parts_to_index(:infinity), do: 0
  defp parts_to_index(n) when is_integer(n) and n > 0, do: n

  defp split_matches(_, string, _, true, _, offset) when byte_size(string) <= offset, do: []
  defp split_matches(_, string, 1, _, _, offset), do: [from(string, offset)]
  defp split_matches([], string, _, _, _, offset), do: [from(string, offset)]

  defp split_matches([[{pos, _} | rest] | matches], string, index, trim, captures, offset)
       when pos - offset < 0 do
    split_matches([rest | matches], string, index, trim, captures, offset)
  end

  defp split_matches([[] | matches], string, index, trim, captures, offset) do
    split_matches(matches, string, index, trim, captures, offset)
  end

  defp split_matches([[{pos, length} | rest] | matches], string, index, trim, captures, offset) do
    keep = pos - offset
    separator = if captures, do: [:erlang.binary_part(string, pos, length)], else: []
    rest = [rest | matches]

    cond do
      # An empty match where the last one ended.
      keep == 0 and offset != 0 and length == 0 ->
        index = if captures, do: index - 1, else: index
        split_matches(rest, string, index, trim, captures, pos)

      keep == 0 and trim ->
        index = if captures, do: index - 1, else: index
        separator ++ split_matches(rest, string, index, trim, captures, pos + length)

      true ->
        part = :erlang.binary_part(string, offset, keep)
        [part | separator ++ split_matches(rest, string, index - 1, trim, captures, pos + length)]
    end
  end

  defp from(string, offset), do: :erlang.binary_part(string, offset, byte_size(string) - offset)

  ## Replacing

  def replace(%Regex{} = regex, string, replacement, options \\ [])
      when is_binary(string) and is_list(options) do
    opts = if Keyword.get(options, :global, true), do: [:global], else: []
    pieces = if is_binary(replacement), do: template(replacement, ""), else: replacement

    opts = [{:capture, captures_for(pieces), :index} | opts]

    case :re.run(string, regex.re_pattern, opts) do
      :nomatch ->
        string

      {:match, [matches | _] = all} when is_list(matches) ->
        IO.iodata_to_binary(apply_all(string, all, pieces, 0))

      {:match, matches} ->
        IO.iodata_to_binary(apply_all(string, [matches], pieces, 0))
    end
  end

  defp captures_for(fun) when is_function(fun, 0), do: :first
  defp captures_for(fun) when is_function(fun, 1), do: :first
  defp captures_for(_), do: :all

  # A replacement text in pieces: texts and numbers of captures.
  defp template(<<>>, ""), do: []
  defp template(<<>>, acc), do: [acc]

  defp template(<<?\\, ?g, ?{, rest::binary>>, acc) when byte_size(rest) > 0 do
    {number, rest} = number(rest, [])

    case {number, rest} do
      {_, <<?}, rest::binary>>} when number != [] ->
        text(acc, [List.to_integer(number) | template(rest, "")])

      other ->
        raise MatchError, term: other
    end
  end

  defp template(<<?\\, ?\\, rest::binary>>, acc), do: template(rest, <<acc::binary, ?\\>>)

  defp template(<<?\\, digit, _::binary>> = string, acc) when digit in ?0..?9 do
    <<_, rest::binary>> = string
    {number, rest} = number(rest, [])
    text(acc, [List.to_integer(number) | template(rest, "")])
  end

  defp template(<<char, rest::binary>>, acc), do: template(rest, <<acc::binary, char>>)

  defp text("", pieces), do: pieces
  defp text(acc, pieces), do: [acc | pieces]

  defp number(<<digit, rest::binary>>, acc) when digit in ?0..?9, do: number(rest, [digit | acc])
  defp number(rest, acc), do: {:lists.reverse(acc), rest}

  defp apply_all(string, [], _pieces, offset), do: [from(string, offset)]

  defp apply_all(string, [[{pos, length} | _] = match | matches], pieces, offset) do
    [
      :erlang.binary_part(string, offset, pos - offset),
      apply_one(string, match, pieces) | apply_all(string, matches, pieces, pos + length)
    ]
  end

  defp apply_one(string, match, pieces) when is_list(pieces) do
    for piece <- pieces do
      if is_integer(piece), do: captured(string, match, piece), else: piece
    end
  end

  defp apply_one(string, match, fun) do
    {:arity, arity} = :erlang.fun_info(fun, :arity)
    args = arguments(string, match, arity)
    to_text(:erlang.apply(fun, args))
  end

  defp to_text(text) when is_binary(text) or is_list(text), do: text
  defp to_text(other), do: other

  defp arguments(_string, _match, 0), do: []

  defp arguments(string, [{pos, length} | rest], n),
    do: [part(string, pos, length) | arguments(string, rest, n - 1)]

  defp arguments(string, [], n), do: ["" | arguments(string, [], n - 1)]

  defp captured(string, [{pos, length} | _], 0), do: part(string, pos, length)
  defp captured(string, [_ | rest], n), do: captured(string, rest, n - 1)
  defp captured(_string, [], _n), do: ""

  defp part(_string, -1, _length), do: ""
  defp part(string, pos, length), do: :erlang.binary_part(string, pos, length)

  ## Escaping

  def escape(string) when is_binary(string), do: escape(string, "")

  defp escape(<<char, rest::binary>>, acc)
       when char in ~c".^$*+?()[]{}|\\-#" or char in ~c" \t\n\v\f\r" do
    escape(rest, <<acc::binary, ?\\, char>>)
  end

  defp escape(<<char, rest::binary>>, acc), do: escape(rest, <<acc::binary, char>>)
  defp escape(<<>>, acc), do: acc
end
