# Paths of files, as on Unix. Behaviour: Elixir's Path.
defmodule Path do
  @type t :: IO.chardata()

  def absname(path), do: absname(path, :vivarium_code.cwd())
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
    path = IO.chardata_to_string(path)
    cwd = IO.chardata_to_string(cwd)
    split_path = split(path)
    force? = Keyword.get(opts, :force, false)

    case {type(path), type(cwd)} do
      {:relative, :relative} ->
        parts = expand_relative(split_path, [], split_path)
        cwd_parts = split(cwd)

        if force?,
          do: relative_forced(parts, expand_relative(cwd_parts, [], cwd_parts)),
          else: relative_unforced(parts, expand_relative(cwd_parts, [], cwd_parts), path)

      {:relative, _} when not force? ->
        case expand_relative(split_path, [], split_path) do
          [] -> "."
          parts -> join(parts)
        end

      _ ->
        split_path = split(expand(path, cwd))
        split_cwd = split(expand(cwd))

        if force?, do: relative_forced(split_path, split_cwd), else: relative_unforced(split_path, split_cwd, path)
    end
  end

  defp relative_forced(path, path), do: "."
  defp relative_forced([same | path], [same | cwd]), do: relative_forced(path, cwd)
  defp relative_forced(path, cwd), do: join(:lists.duplicate(length(cwd), "..") ++ path)

  defp relative_unforced(path, path, _original), do: "."
  defp relative_unforced([same | path], [same | cwd], original), do: relative_unforced(path, cwd, original)
  defp relative_unforced(path, [], _original), do: join(path)
  defp relative_unforced(_path, _cwd, original), do: join(split(expand_dots_if_absolute(original)))

  defp expand_dots_if_absolute("/" <> _ = path), do: expand_dots(path)
  defp expand_dots_if_absolute(path), do: path

  # "a/../b" is "b"; what would lead out of the folder stays as it is.
  defp expand_relative([".." | rest], [_ | acc], original), do: expand_relative(rest, acc, original)
  defp expand_relative([".." | _], [], original), do: original
  defp expand_relative(["." | rest], acc, original), do: expand_relative(rest, acc, original)
  defp expand_relative([part | rest], acc, original), do: expand_relative(rest, [part | acc], original)
  defp expand_relative([], acc, _original), do: :lists.reverse(acc)

  def relative_to_cwd(path, opts \\ []) when is_list(opts), do: relative_to(path, :vivarium_code.cwd(), opts)

  def safe_relative(path, cwd \\ nil) do
    _ = cwd
    path = IO.chardata_to_string(path)

    if type(path) == :absolute do
      :error
    else
      case safe(split(path), []) do
        {:ok, []} -> {:ok, ""}
        {:ok, parts} -> {:ok, join(parts)}
        :error -> :error
      end
    end
  end

  defp safe([".." | _], []), do: :error
  defp safe([".." | rest], [_ | acc]), do: safe(rest, acc)
  defp safe(["." | rest], acc), do: safe(rest, acc)
  defp safe([part | rest], acc), do: safe(rest, [part | acc])
  defp safe([], acc), do: {:ok, :lists.reverse(acc)}

  def basename(path), do: path |> split() |> last_part()

  defp last_part([]), do: ""
  defp last_part(["/"]), do: ""
  defp last_part(parts), do: :lists.last(parts)

  def basename(path, extension) do
    name = basename(path)
    size = byte_size(name) - byte_size(extension)

    if size >= 0 and binary_part(name, size, byte_size(extension)) == extension,
      do: binary_part(name, 0, size),
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

  def extname(path), do: path |> basename() |> extension()

  defp extension(name) do
    case :binary.matches(name, ".") do
      [] ->
        ""

      matches ->
        {at, 1} = :lists.last(matches)
        if at == 0, do: "", else: binary_part(name, at, byte_size(name) - at)
    end
  end

  def rootname(path) do
    path = IO.chardata_to_string(path)
    binary_part(path, 0, byte_size(path) - byte_size(extname(path)))
  end

  def rootname(path, extension) do
    path = IO.chardata_to_string(path)
    if extname(path) == extension, do: rootname(path), else: path
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

  # One slash between parts, none at the end.
  defp normalize(path) do
    parts = for part <- :binary.split(path, "/", [:global]), part != "", do: part

    case path do
      "/" <> _ -> "/" <> join_parts(parts)
      _ -> join_parts(parts)
    end
  end

  def split(path) do
    path = IO.chardata_to_string(path)
    parts = for part <- :binary.split(path, "/", [:global]), part != "", do: part

    case path do
      "/" <> _ -> ["/" | parts]
      _ -> parts
    end
  end

  def wildcard(glob, opts \\ []) do
    _ = opts
    glob |> IO.chardata_to_string() |> String.to_charlist() |> :filelib.wildcard() |> Enum.map(&IO.chardata_to_string/1)
  end

  def safe_relative_to(path, cwd), do: safe_relative(path, cwd)
end
