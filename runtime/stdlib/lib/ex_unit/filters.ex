# Which tests are to be run. Behaviour: Elixir's ExUnit.Filters.
defmodule ExUnit.Filters do
  def parse(filters) do
    Enum.map(filters, fn filter ->
      case String.split(filter, ":", parts: 2) do
        [key, value] -> parse_kv(String.to_atom(key), value)
        [key] -> String.to_atom(key)
      end
    end)
  end

  defp parse_kv(:line, line) when is_binary(line), do: {:line, String.to_integer(line)}
  defp parse_kv(key, value), do: {key, value}

  def normalize(include, exclude) do
    include = include |> List.wrap() |> Enum.uniq()
    exclude = exclude |> List.wrap() |> Enum.uniq() |> Enum.reject(&(&1 in include))
    {include, exclude}
  end

  # :ok, {:excluded, why} or {:skipped, why}
  def eval(include, exclude, tags, collection) when is_map(tags) do
    excluded = Enum.find(exclude, &has_tag(&1, tags, collection))

    cond do
      excluded != nil and not included?(include, tags, collection) ->
        {:excluded, "due to #{tag_name(excluded)} filter"}

      skip = Map.get(tags, :skip) ->
        if is_binary(skip), do: {:skipped, skip}, else: skip_with(skip)

      true ->
        :ok
    end
  end

  defp skip_with(true), do: {:skipped, "due to skip tag"}
  defp skip_with(_), do: :ok

  defp included?(include, tags, collection), do: Enum.any?(include, &has_tag(&1, tags, collection))

  defp tag_name({key, _}), do: to_string(key)
  defp tag_name(key), do: to_string(key)

  defp has_tag({:line, line}, %{line: _, describe_line: _} = tags, collection) do
    line = if is_binary(line), do: String.to_integer(line), else: line

    cond do
      tags.describe_line == line -> true
      true -> nearest(line, collection) == tags.line
    end
  end

  defp has_tag({key, %Regex{} = value}, tags, _), do: is_map_key(tags, key) and to_string(tags[key]) =~ value
  defp has_tag({key, value}, tags, _) when is_map_key(tags, key), do: compare(Map.fetch!(tags, key), value)
  defp has_tag({_, _}, _tags, _), do: false
  defp has_tag(key, tags, _) when is_atom(key), do: is_map_key(tags, key)

  defp compare(same, same), do: true
  defp compare(list, value) when is_list(list), do: value in list
  defp compare(tag, value) when is_atom(tag) and is_binary(value), do: value in [to_string(tag), inspect(tag)]
  defp compare(tag, value) when is_binary(value), do: to_string(tag) == value
  defp compare(_, _), do: false

  defp nearest(line, collection) do
    collection
    |> Enum.map(& &1.tags.line)
    |> Enum.filter(&(&1 <= line))
    |> Enum.max(fn -> nil end)
  end
end
