# OTP's filelib, over the files of :file_server.
defmodule :filelib do
  defp path(name), do: name |> IO.chardata_to_string() |> Path.expand()
  defp info(name), do: :file_server.call({:info, path(name)})

  defp type(name) do
    with info when elem(info, 0) == :ok <- info(name), do: elem(info, 1)
  end

  def is_dir(name), do: type(name) == :directory
  def is_regular(name), do: type(name) == :regular
  def is_file(name), do: type(name) in [:directory, :regular]

  def file_size(name) do
    case info(name) do
      {:ok, :regular, size, _, _, _, _} -> size
      _ -> 0
    end
  end

  def last_modified(name) do
    case info(name) do
      {:ok, _, _, _, time, _, _} -> :calendar.system_time_to_universal_time(time, :second)
      _ -> 0
    end
  end

  def ensure_dir(name), do: ensure_path(Path.dirname(path(name)))

  def ensure_path(name) do
    path = path(name)

    cond do
      is_dir(path) ->
        :ok

      true ->
        with :ok <- ensure_path(Path.dirname(path)), do: :file.make_dir(path)
    end
  end

  # Names with *, ?, [a-z], {a,b} and ** (any directories between).
  def wildcard(pattern), do: wildcard(pattern, "")

  def wildcard(pattern, directory), do: wildcard(pattern, directory, false)

  # dots? tells whether *, ? and ** take names that begin with a dot.
  def wildcard(pattern, directory, dots?) do
    pattern = IO.chardata_to_string(pattern)
    base = IO.chardata_to_string(directory)

    for one <- alternatives(pattern),
        found <- one |> String.split("/") |> start(base, dots?),
        uniq: true do
      found
    end
    |> :lists.sort()
    |> Enum.map(&String.to_charlist/1)
  end

  defp start(["" | parts], _base, dots?), do: walk(parts, "/", "/", dots?)
  defp start(parts, base, dots?), do: walk(parts, if(base == "", do: ".", else: base), "", dots?)

  # The names that match the parts, below a directory; shown is what of the
  # path the caller sees.
  defp walk([], _real, shown, _dots?), do: [shown]

  defp walk(["**" | rest], real, shown, dots?) do
    below =
      for name <- names(real), name_matches?("*", name, dots?), is_dir(Path.join(real, name)) do
        walk(["**" | rest], Path.join(real, name), join(shown, name), dots?)
      end

    Enum.concat([walk(rest, real, shown, dots?) | below])
  end

  defp walk([part | rest], real, shown, dots?) do
    if special?(part) do
      Enum.concat(
        for name <- names(real),
            name_matches?(part, name, dots?),
            rest == [] or is_dir(Path.join(real, name)) do
          walk(rest, Path.join(real, name), join(shown, name), dots?)
        end
      )
    else
      next = Path.join(real, part)
      if is_file(next), do: walk(rest, next, join(shown, part), dots?), else: []
    end
  end

  defp join("", name), do: name
  defp join("/", name), do: "/" <> name
  defp join(shown, name), do: shown <> "/" <> name

  defp names(directory) do
    case :file_server.call({:list_dir, path(directory)}) do
      {:ok, names} -> names
      _ -> []
    end
  end

  defp special?(part), do: :binary.match(part, ["*", "?", "["]) != :nomatch

  # A name that begins with a dot is matched by a pattern that does so only.
  defp name_matches?(<<?., _::binary>> = part, name, _dots?), do: glob(part, name)
  defp name_matches?(_part, <<?., _::binary>>, false), do: false
  defp name_matches?(part, name, _dots?), do: glob(part, name)

  defp glob("*" <> rest, name),
    do: glob(rest, name) or (name != "" and glob("*" <> rest, tail(name)))

  defp glob("?" <> rest, name), do: name != "" and glob(rest, tail(name))

  defp glob("[" <> rest, <<char::utf8, name::binary>>) do
    case :binary.split(rest, "]") do
      [set, rest] -> in_set?(String.to_charlist(set), char) and glob(rest, name)
      [_] -> char == ?[ and glob(rest, name)
    end
  end

  defp glob(<<char::utf8, rest::binary>>, <<char::utf8, name::binary>>), do: glob(rest, name)
  defp glob("", ""), do: true
  defp glob(_, _), do: false

  defp tail(<<_::utf8, rest::binary>>), do: rest

  defp in_set?([low, ?-, high | rest], char),
    do: (char >= low and char <= high) or in_set?(rest, char)

  defp in_set?([one | rest], char), do: one == char or in_set?(rest, char)
  defp in_set?([], _char), do: false

  defp alternatives(pattern) do
    with [before, rest] <- :binary.split(pattern, "{"),
         [inner, rest] <- :binary.split(rest, "}") do
      for choice <- String.split(inner, ","),
          pattern <- alternatives(before <> choice <> rest),
          do: pattern
    else
      _ -> [pattern]
    end
  end

  def fold_files(directory, regexp, recursive, fun, acc) do
    {:ok, regex} = Regex.compile(IO.chardata_to_string(regexp))
    fold(path(directory), regex, recursive, fun, acc)
  end

  defp fold(directory, regex, recursive, fun, acc) do
    Enum.reduce(names(directory), acc, fn name, acc ->
      full = Path.join(directory, name)

      cond do
        is_dir(full) -> if recursive, do: fold(full, regex, recursive, fun, acc), else: acc
        Regex.match?(regex, name) -> fun.(String.to_charlist(full), acc)
        true -> acc
      end
    end)
  end
end
