# Paths of files, as on Unix. Behaviour: Elixir's Path.
defmodule Path do
  @type t :: IO.chardata()

  def absname(path), do: absname(path, :file.cwd())
  def absname(path, relative_to), do: join_absolute(IO.chardata_to_string(path), relative_to)

  defp join_absolute("/" <> _ = path, _relative_to), do: normalize(path)
  defp join_absolute(path, fun) when is_function(fun, 0), do: join_absolute(path, fun.())
  defp join_absolute(path, relative_to), do: normalize(join(relative_to, path))

  def expand(path), do: path |> expand_home() |> absname() |> expand_dots()

  def expand(path, relative_to) do
    relative_to |> expand_home() |> absname() |> then(&absname(expand_home(path), &1)) |> expand_dots()
  end

  defp expand_home(path) do
    case IO.chardata_to_string(path) do
      "~" -> System.user_home!()
      "~/" <> rest -> join(System.user_home!(), rest)
      other -> other
    end
  end

  defp expand_dots(path), do: "/" <> (path |> split() |> tl() |> dots([]) |> :lists.reverse() |> join_parts())

  defp dots([".." | rest], acc), do: dots(rest, drop(acc))
  defp dots(["." | rest], acc), do: dots(rest, acc)
  defp dots([part | rest], acc), do: dots(rest, [part | acc])
  defp dots([], acc), do: acc

  defp drop([]), do: []
  defp drop([_ | rest]), do: rest

  defp join_parts([]), do: ""
  defp join_parts([part]), do: part
  defp join_parts([part | rest]), do: part <> "/" <> join_parts(rest)

  def type(path) do
    case IO.chardata_to_string(path) do
      "/" <> _ -> :absolute
      _ -> :relative
    end
  end

  def relative(path) do
    case IO.chardata_to_string(path) do
      "/" -> "."
      "/" <> rest -> rest
      path -> path
    end
  end

  def relative_to(path, cwd, opts \\ []) when is_list(opts) do
    {path, cwd} = {split(path), split(cwd)}

    case {path, cwd} do
      {["/" | _], ["/" | _]} ->
        {path, cwd} = {without_dots(path), without_dots(cwd)}
        between(path, cwd, path, Keyword.get(opts, :force, false))

      {["/" | _], _} ->
        join(without_up(path, [], []))

      {_, ["/" | _]} ->
        join(without_up(path, [], []))

      _ ->
        between(without_up(path, [], []), without_up(cwd, [], []), [], true)
    end
  end

  # From one folder to a path: through its parents only when that is forced.
  defp between(path, path, _original, _force?), do: "."
  defp between(["."], _cwd, _original, true), do: "."
  defp between(path, ["."], _original, true), do: join(path)
  defp between([same | path], [same | cwd], original, force?), do: between(path, cwd, original, force?)
  defp between([_ | _] = path, [], _original, false), do: join(path)
  defp between(_path, _cwd, original, false), do: join(original)
  defp between(original, _cwd, original, true), do: join(original)
  defp between(path, cwd, _original, true), do: join(List.duplicate("..", length(cwd)) ++ path)

  defp without_dots(["/" | parts]), do: ["/" | parts |> dots([]) |> :lists.reverse()]

  # "a/../b" is "b"; what leads out of the folder comes first.
  defp without_up([".." | rest], [_ | acc], up), do: without_up(rest, acc, up)
  defp without_up([".." | rest], acc, up), do: without_up(rest, acc, [".." | up])
  defp without_up(["." | rest], acc, up), do: without_up(rest, acc, up)
  defp without_up([part | rest], acc, up), do: without_up(rest, [part | acc], up)
  defp without_up([], [], []), do: ["."]
  defp without_up([], acc, up), do: up ++ :lists.reverse(acc)

  def relative_to_cwd(path, opts \\ []) when is_list(opts), do: relative_to(path, :file.cwd(), opts)

  # A path that stays below a folder, also where links lead it.
  def safe_relative(path, relative_to \\ :file.cwd()) do
    case split(path) do
      ["/" | _] -> :error
      parts -> safe(parts, [], IO.chardata_to_string(relative_to), [])
    end
  end

  defp safe([".." | _], [], _base, _seen), do: :error
  defp safe([".." | rest], [_ | acc], base, seen), do: safe(rest, acc, base, seen)
  defp safe(["." | rest], acc, base, seen), do: safe(rest, acc, base, seen)
  defp safe([], [], _base, _seen), do: {:ok, ""}
  defp safe([], acc, _base, _seen), do: {:ok, join(:lists.reverse(acc))}

  defp safe([part | rest], acc, base, seen) do
    path = join([base | :lists.reverse([part | acc])])

    case :file.read_link(path) do
      {:ok, target} when hd(target) != ?/ ->
        if path in seen, do: :error, else: safe(split(target) ++ rest, acc, base, [path | seen])

      {:ok, _} ->
        :error

      _ ->
        safe(rest, [part | acc], base, seen)
    end
  end

  def basename(path), do: path |> split() |> last_part()

  defp last_part([]), do: ""
  defp last_part(["/"]), do: ""
  defp last_part(parts), do: :lists.last(parts)

  def basename(path, extension) do
    path = IO.chardata_to_string(path)
    extension = IO.chardata_to_string(extension)
    name = basename(path)

    if String.ends_with?(path, extension) and byte_size(extension) <= byte_size(name),
      do: binary_part(name, 0, byte_size(name) - byte_size(extension)),
      else: name
  end

  def dirname(path) do
    path = IO.chardata_to_string(path)

    case :lists.reverse(:binary.split(path, "/", [:global])) do
      [_] -> "."
      [_ | dirs] -> dirs |> :lists.reverse() |> join_parts() |> trim_slashes(path)
    end
  end

  defp trim_slashes(dir, path) do
    case String.trim_trailing(dir, "/") do
      "" -> if String.starts_with?(path, "/"), do: "/", else: "."
      dir -> dir
    end
  end

  # What is behind the last dot of the last part, which does not begin with it.
  def extname(path) do
    path = IO.chardata_to_string(path)
    at = last_dot(path)
    if at in [nil, 0], do: "", else: binary_part(path, at, byte_size(path) - at)
  end

  defp last_dot(path) do
    case path |> :binary.matches([".", "/"]) |> List.last() do
      {0, 1} -> if :binary.first(path) == ?., do: 0
      {at, 1} -> if :binary.at(path, at) == ?. and :binary.at(path, at - 1) != ?/, do: at
      nil -> nil
    end
  end

  def rootname(path) do
    path = IO.chardata_to_string(path)
    binary_part(path, 0, last_dot(path) || byte_size(path))
  end

  def rootname(path, extension) do
    path = IO.chardata_to_string(path)
    extension = IO.chardata_to_string(extension)
    size = byte_size(path) - byte_size(extension)

    if String.ends_with?(path, extension) and (size == 0 or :binary.at(path, size - 1) != ?/),
      do: binary_part(path, 0, size),
      else: path
  end

  def join([name]), do: IO.chardata_to_string(name)
  def join([name1, name2 | rest]), do: join([join(name1, name2) | rest])

  # One slash between them: that at the end of the left, at the start and at the
  # end of the right go; any other stays.
  def join(left, right) do
    left = IO.chardata_to_string(left)
    right = right |> IO.chardata_to_string() |> drop_first() |> drop_last()

    case {left, drop_last(left), right} do
      {"", _, right} -> right
      {_, "", ""} -> "/"
      {_, left, ""} -> left
      {_, left, right} -> left <> "/" <> right
    end
  end

  defp drop_first("/" <> rest), do: rest
  defp drop_first(path), do: path

  defp drop_last(path) do
    size = byte_size(path) - 1
    if size >= 0 and :binary.at(path, size) == ?/, do: binary_part(path, 0, size), else: path
  end

  # One slash between parts, none at the end, and no "." but the last.
  defp normalize(path) do
    parts = for part <- :binary.split(path, "/", [:global]), part != "", do: part

    case path do
      "/" <> _ -> "/" <> join_parts(inner_dots(parts))
      _ -> join_parts(inner_dots(parts))
    end
  end

  defp inner_dots(["." | [_ | _] = rest]), do: inner_dots(rest)
  defp inner_dots([part | rest]), do: [part | inner_dots(rest)]
  defp inner_dots([]), do: []

  def split(path) do
    path = IO.chardata_to_string(path)
    parts = for part <- :binary.split(path, "/", [:global]), part != "", do: part

    case path do
      "/" <> _ -> ["/" | parts]
      _ -> parts
    end
  end

  def wildcard(glob, opts \\ []) when is_list(opts) do
    glob = IO.chardata_to_string(glob)

    if :binary.match(glob, "\0") != :nomatch do
      raise ArgumentError, "cannot execute Path.wildcard/2 for path with null byte, got: #{inspect(glob)}"
    end

    for name <- :filelib.wildcard(glob, "", Keyword.get(opts, :match_dot, false)),
        do: IO.chardata_to_string(name)
  end

  def safe_relative_to(path, cwd), do: safe_relative(path, cwd)
end
