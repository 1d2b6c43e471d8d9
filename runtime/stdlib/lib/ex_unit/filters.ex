# Which tests are to be run. Behaviour: Elixir's ExUnit.Filters.
defmodule ExUnit.Filters do
  # A path as given to `mix test`, maybe with lines: {path, options for ExUnit}.
  def parse_path(path), do: with({[path], opts} <- parse_paths([path]), do: {path, opts})

  def parse_paths(paths) do
    parsed = Enum.map(paths, &split_path/1)
    locations = for {path, [_ | _] = lines} <- parsed, do: {:location, {path, if(match?([_], lines), do: hd(lines), else: lines)}}
    opts = if locations == [], do: [], else: [exclude: [:test], include: locations]
    {parsed |> Enum.map(&elem(&1, 0)) |> Enum.uniq(), opts}
  end

  # Lines begin with the first part that is one; what is none after it is dropped.
  defp split_path(path) do
    case path |> String.split(":") |> Enum.split_while(&(line(&1) == nil)) do
      {_, []} ->
        {tidy(path), []}

      {name, numbers} ->
        for bad <- numbers, line(bad) == nil, do: IO.warn("invalid line number given as ExUnit filter: #{bad}", [])
        {name |> Enum.join(":") |> tidy(), numbers |> Enum.map(&line/1) |> Enum.reject(&is_nil/1)}
    end
  end

  defp line(text) do
    case Integer.parse(text) do
      {n, ""} when n > 0 -> n
      _ -> nil
    end
  end

  defp tidy(path), do: path |> Path.split() |> Path.join() |> Path.relative_to_cwd()

  def parse(filters) do
    Enum.map(filters, fn filter ->
      case String.split(filter, ":", parts: 2) do
        ["line", line] -> {:line, String.to_integer(line)}
        ["location", path] -> {:location, path |> split_path() |> location()}
        [key, value] -> {String.to_atom(key), value}
        [key] -> String.to_atom(key)
      end
    end)
  end

  defp location({path, [line]}), do: {path, line}
  defp location({path, []}), do: path
  defp location(both), do: both

  # No filter twice; what is included is not excluded.
  def normalize(include, exclude) do
    {include_atoms, include_tags} = include |> List.wrap() |> Enum.uniq() |> Enum.split_with(&is_atom/1)
    {exclude_atoms, exclude_tags} = exclude |> List.wrap() |> Enum.uniq() |> Enum.split_with(&is_atom/1)
    excluded = Map.new(exclude_tags)
    included = include_atoms ++ for(tag <- include_tags, key = has_tag(tag, excluded), do: key)
    {include_atoms ++ include_tags, (exclude_atoms -- include_atoms) ++ Keyword.drop(exclude_tags, included)}
  end

  def failure_info(path), do: ExUnit.FailuresManifest.info(path)
  def fail_all!(path), do: ExUnit.FailuresManifest.fail_all!(path)

  # :ok, {:excluded, why} or {:skipped, why}
  def eval(include, exclude, tags, collection) when is_map(tags) do
    excluded =
      unless Enum.any?(include, &has_tag(&1, tags, collection)),
        do: Enum.find_value(exclude, &has_tag(&1, tags, collection))

    case tags do
      _ when excluded != nil -> {:excluded, "due to #{excluded} filter"}
      %{skip: skip} when is_binary(skip) or skip == true -> skip(include, skip, collection)
      _ -> :ok
    end
  end

  defp skip(include, skip, collection) do
    cond do
      Enum.any?(include, &has_tag(&1, %{skip: skip}, collection)) -> :ok
      skip == true -> {:skipped, "due to skip tag"}
      true -> {:skipped, skip}
    end
  end

  # The tag's name, or something false.

  defp has_tag({:location, {path, lines}}, %{line: _, describe_line: _} = tags, collection) do
    String.ends_with?(tags.file, path) and lines |> List.wrap() |> Enum.any?(&has_tag({:line, &1}, tags, collection)) and :location
  end

  # A line is that of a describe block, or belongs to the test above it. A doctest
  # may be told by its own line as well.
  defp has_tag({:line, line}, %{line: _, describe_line: _} = tags, collection) when is_integer(line) do
    cond do
      tags.describe_line == line -> :line
      tags[:doctest_line] == line -> :line
      Enum.any?(collection, &(&1.tags.describe_line == line)) -> false
      true -> tags.line <= line and nearest(line, collection) == tags.line and :line
    end
  end

  defp has_tag(filter, tags, _collection), do: has_tag(filter, tags)

  defp has_tag({key, value}, tags) do
    case tags do
      %{^key => ^value} -> key
      %{^key => tag} -> same?(tag, value) and key
      _ -> false
    end
  end

  defp has_tag(key, tags) when is_atom(key), do: is_map_key(tags, key) and key

  defp same?(tag, %Regex{} = value), do: to_string(tag) =~ value
  defp same?(tag, value), do: bare(to_string(tag)) == bare(to_string(value))

  defp bare("Elixir." <> name), do: name
  defp bare(name), do: name

  defp nearest(line, collection) do
    collection
    |> Enum.map(& &1.tags.line)
    |> Enum.filter(&(&1 <= line))
    |> Enum.max(fn -> nil end)
  end
end
