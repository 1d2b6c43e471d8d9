# List: functions on linked lists.
defmodule List do
  def delete(list, element), do: :lists.delete(element, list)

  def duplicate(elem, n) when is_integer(n) and n >= 0, do: :lists.duplicate(n, elem)

  def flatten(list), do: :lists.flatten(list)
  def flatten(list, tail), do: :lists.flatten(list, tail)

  def foldl(list, acc, fun) when is_list(list) and is_function(fun),
    do: :lists.foldl(fun, acc, list)

  def foldr(list, acc, fun) when is_list(list) and is_function(fun),
    do: :lists.foldr(fun, acc, list)

  def first(list, default \\ nil)
  def first([], default), do: default
  def first([head | _], _default), do: head

  def first!(list)
  def first!([head | _]), do: head
  def first!([]), do: raise(ArgumentError, "attempted to get the first element of an empty list")

  def last(list, default \\ nil)
  def last([], default), do: default
  def last([head], _default), do: head
  def last([_ | tail], default), do: last(tail, default)

  def last!(list)
  def last!([head]), do: head
  def last!([_ | tail]), do: last!(tail)
  def last!([]), do: raise(ArgumentError, "attempted to get the last element of an empty list")

  def keyfind(list, key, position, default \\ nil) when is_integer(position) do
    :lists.keyfind(key, position + 1, list) || default
  end

  def keyfind!(list, key, position) when is_integer(position) do
    :lists.keyfind(key, position + 1, list) ||
      raise KeyError,
        key: key,
        term: list,
        message:
          "key #{inspect(key)} at position #{inspect(position)} not found in: #{inspect(list)}"
  end

  def keymember?(list, key, position) when is_integer(position) do
    :lists.keymember(key, position + 1, list)
  end

  def keyreplace(list, key, position, new_tuple) when is_integer(position) do
    :lists.keyreplace(key, position + 1, list, new_tuple)
  end

  def keysort(list, position, sorter \\ :asc)

  def keysort(list, position, :asc) when is_list(list) and is_integer(position) do
    :lists.keysort(position + 1, list)
  end

  def keysort(list, position, sorter) when is_list(list) and is_integer(position) do
    :lists.sort(keysort_fun(sorter, position + 1), list)
  end

  defp keysort_fun(sorter, position) when is_function(sorter, 2) do
    fn a, b -> sorter.(:erlang.element(position, a), :erlang.element(position, b)) end
  end

  defp keysort_fun(:desc, position) do
    fn a, b -> :erlang.element(position, a) >= :erlang.element(position, b) end
  end

  defp keysort_fun(module, position) when is_atom(module) do
    fn a, b ->
      module.compare(:erlang.element(position, a), :erlang.element(position, b)) != :gt
    end
  end

  defp keysort_fun({:asc, module}, position) when is_atom(module),
    do: keysort_fun(module, position)

  defp keysort_fun({:desc, module}, position) when is_atom(module) do
    fn a, b ->
      module.compare(:erlang.element(position, a), :erlang.element(position, b)) != :lt
    end
  end

  def keystore(list, key, position, new_tuple) when is_integer(position) do
    :lists.keystore(key, position + 1, list, new_tuple)
  end

  def keydelete(list, key, position) when is_integer(position) do
    :lists.keydelete(key, position + 1, list)
  end

  def keytake(list, key, position) when is_integer(position) do
    case :lists.keytake(key, position + 1, list) do
      {:value, element, list} -> {element, list}
      false -> nil
    end
  end

  def wrap(term)
  def wrap(list) when is_list(list), do: list
  def wrap(nil), do: []
  def wrap(other), do: [other]

  @deprecated "Use Enum.zip/1 instead"
  def zip([]), do: []
  def zip(list_of_lists) when is_list(list_of_lists), do: zip_rows(list_of_lists)

  defp zip_rows(lists) do
    case heads(lists, [], []) do
      {heads, tails} -> [:erlang.list_to_tuple(heads) | zip_rows(tails)]
      :done -> []
    end
  end

  defp heads([[head | tail] | rest], heads, tails),
    do: heads(rest, [head | heads], [tail | tails])

  defp heads([[] | _], _heads, _tails), do: :done
  defp heads([], heads, tails), do: {:lists.reverse(heads), :lists.reverse(tails)}

  def ascii_printable?(list, limit \\ :infinity)

  def ascii_printable?(list, limit)
      when is_list(list) and (limit == :infinity or (is_integer(limit) and limit >= 0)) do
    ascii(list, limit)
  end

  defp ascii(_, 0), do: true

  defp ascii([char | rest], limit) when is_integer(char) and char >= 32 and char <= 126,
    do: ascii(rest, less(limit))

  defp ascii([?\n | rest], limit), do: ascii(rest, less(limit))
  defp ascii([?\r | rest], limit), do: ascii(rest, less(limit))
  defp ascii([?\t | rest], limit), do: ascii(rest, less(limit))
  defp ascii([?\v | rest], limit), do: ascii(rest, less(limit))
  defp ascii([?\b | rest], limit), do: ascii(rest, less(limit))
  defp ascii([?\f | rest], limit), do: ascii(rest, less(limit))
  defp ascii([?\e | rest], limit), do: ascii(rest, less(limit))
  defp ascii([?\a | rest], limit), do: ascii(rest, less(limit))
  defp ascii([], _limit), do: true
  defp ascii(_, _limit), do: false

  defp less(:infinity), do: :infinity
  defp less(limit), do: limit - 1

  def improper?(list) when is_list(list), do: improper(list)

  defp improper([_ | rest]) when is_list(rest), do: improper(rest)
  defp improper([]), do: false
  defp improper(_), do: true

  def insert_at(list, index, value) when is_list(list) and is_integer(index) do
    case index do
      -1 -> list ++ [value]
      _ when index < 0 -> insert(list, max(length(list) + index + 1, 0), value)
      _ -> insert(list, index, value)
    end
  end

  defp insert([], _index, value), do: [value]
  defp insert(list, 0, value), do: [value | list]
  defp insert([head | tail], index, value), do: [head | insert(tail, index - 1, value)]

  def replace_at(list, index, value) when is_list(list) and is_integer(index) do
    if index < 0,
      do: replace(list, length(list) + index, value),
      else: replace(list, index, value)
  end

  defp replace(list, index, _value) when index < 0, do: list
  defp replace([_ | tail], 0, value), do: [value | tail]
  defp replace([head | tail], index, value), do: [head | replace(tail, index - 1, value)]
  defp replace([], _index, _value), do: []

  def update_at(list, index, fun) when is_list(list) and is_function(fun) and is_integer(index) do
    if index < 0, do: update(list, length(list) + index, fun), else: update(list, index, fun)
  end

  defp update(list, index, _fun) when index < 0, do: list
  defp update([head | tail], 0, fun), do: [fun.(head) | tail]
  defp update([head | tail], index, fun), do: [head | update(tail, index - 1, fun)]
  defp update([], _index, _fun), do: []

  def delete_at(list, index) when is_integer(index), do: elem(pop_at(list, index), 1)

  def pop_at(list, index, default \\ nil) when is_integer(index) do
    if index < 0,
      do: pop(list, length(list) + index, default, list),
      else: pop(list, index, default, list)
  end

  defp pop(list, index, default, _whole) when index < 0, do: {default, list}

  defp pop(list, index, default, whole) do
    case take_out(list, index, []) do
      {value, rest} -> {value, rest}
      :error -> {default, whole}
    end
  end

  defp take_out([head | tail], 0, acc), do: {head, :lists.reverse(acc, tail)}
  defp take_out([head | tail], index, acc), do: take_out(tail, index - 1, [head | acc])
  defp take_out([], _index, _acc), do: :error

  def starts_with?(list, prefix)
  def starts_with?([head | tail], [head | prefix_tail]), do: starts_with?(tail, prefix_tail)
  def starts_with?(list, []) when is_list(list), do: true
  def starts_with?(list, [_ | _]) when is_list(list), do: false

  def ends_with?(list, suffix), do: :lists.suffix(suffix, list)

  def to_atom(charlist), do: :erlang.list_to_atom(charlist)
  def to_existing_atom(charlist), do: :erlang.list_to_existing_atom(charlist)
  def to_float(charlist), do: :erlang.list_to_float(charlist)
  def to_integer(charlist), do: :erlang.list_to_integer(charlist)
  def to_integer(charlist, base), do: :erlang.list_to_integer(charlist, base)
  def to_tuple(list), do: :erlang.list_to_tuple(list)

  def to_string(list) when is_list(list) do
    try do
      :unicode.characters_to_binary(list)
    rescue
      ArgumentError ->
        raise ArgumentError, """
        cannot convert the given list to a string.

        To be converted to a string, a list must either be empty or only
        contain the following elements:

          * strings
          * integers representing Unicode code points
          * a list containing one of these three elements

        Please check the given list or call inspect/1 to get the list representation, got:

        #{inspect(list)}
        """
    else
      result when is_binary(result) ->
        result

      {:error, encoded, rest} ->
        raise UnicodeConversionError, encoded: encoded, rest: rest, kind: :invalid

      {:incomplete, encoded, rest} ->
        raise UnicodeConversionError, encoded: encoded, rest: rest, kind: :incomplete
    end
  end

  def to_charlist(list) when is_list(list) do
    try do
      :unicode.characters_to_list(list)
    rescue
      ArgumentError ->
        raise ArgumentError, """
        cannot convert the given list to a charlist.

        To be converted to a charlist, a list must contain only:

          * strings
          * integers representing Unicode code points
          * or a list containing one of these three elements

        Please check the given list or call inspect/1 to get the list representation, got:

        #{inspect(list)}
        """
    else
      result when is_list(result) ->
        result

      {:error, encoded, rest} ->
        raise UnicodeConversionError, encoded: encoded, rest: rest, kind: :invalid

      {:incomplete, encoded, rest} ->
        raise UnicodeConversionError, encoded: encoded, rest: rest, kind: :incomplete
    end
  end

  # Myers' algorithm: the shortest edit script, walking the diagonals.
  def myers_difference(list1, list2) when is_list(list1) and is_list(list2) do
    myers(list1, list2, nil)
  end

  def myers_difference(list1, list2, diff_script)
      when is_list(list1) and is_list(list2) and is_function(diff_script) do
    myers(list1, list2, diff_script)
  end

  defp myers(list1, list2, diff_script) do
    path = {0, list1, list2, []}
    envelope(0, [path], diff_script)
  end

  # One more edit at most: every path is extended until one reaches the end.
  defp envelope(edits, paths, diff_script) do
    case diagonals(paths, diff_script, []) do
      {:done, script} -> compact(script, [])
      {:next, paths} -> envelope(edits + 1, spread(paths, diff_script), diff_script)
    end
  end

  defp diagonals([], _diff_script, acc), do: {:next, :lists.reverse(acc)}

  defp diagonals([path | rest], diff_script, acc) do
    case snake(path) do
      {_y, [], [], script} -> {:done, script}
      path -> diagonals(rest, diff_script, [path | acc])
    end
  end

  defp snake({y, [same | rest1], [same | rest2], script}),
    do: snake({y + 1, rest1, rest2, [{:eq, same} | script]})

  defp snake(path), do: path

  # The paths after one more edit: the outer diagonals move one way only, the
  # inner ones take the neighbour that has come farther.
  defp spread([first | _] = paths, diff_script) do
    [right(first, diff_script) | between(paths, diff_script)]
  end

  defp between([last], diff_script), do: [down(last, diff_script)]

  defp between([left, right | rest], diff_script) do
    [farther(left, right, diff_script) | between([right | rest], diff_script)]
  end

  defp farther({y1, _, _, _} = left, {y2, _, _, _} = right, diff_script) do
    if y2 > y1 + 1, do: right(right, diff_script), else: down(left, diff_script)
  end

  defp right({y, [], list2, script}, _), do: {y, [], list2, script}

  defp right({y, [head1 | rest1], [head2 | rest2] = list2, script}, diff_script)
       when diff_script != nil do
    case diff_script.(head1, head2) do
      nil -> {y, rest1, list2, [{:del, head1} | script]}
      diff -> {y + 1, rest1, rest2, [{:diff, diff} | script]}
    end
  end

  defp right({y, [head | rest], list2, script}, _), do: {y, rest, list2, [{:del, head} | script]}

  defp down({y, list1, [], script}, _), do: {y + 1, list1, [], script}

  defp down({y, [head1 | rest1] = list1, [head2 | rest2], script}, diff_script)
       when diff_script != nil do
    case diff_script.(head1, head2) do
      nil -> {y + 1, list1, rest2, [{:ins, head2} | script]}
      diff -> {y + 1, rest1, rest2, [{:diff, diff} | script]}
    end
  end

  defp down({y, list1, [head | rest], script}, _),
    do: {y + 1, list1, rest, [{:ins, head} | script]}

  defp compact([], acc), do: acc

  defp compact([{:diff, diff} | rest], acc), do: compact(rest, [{:diff, diff} | acc])

  defp compact([{kind, elem} | rest], [{kind, result} | acc]) do
    compact(rest, [{kind, [elem | result]} | acc])
  end

  # An insertion that repeats what is around it moves before it.
  defp compact(rest, [{:eq, elem}, {:ins, elem}, {:eq, other} | acc]) do
    compact(rest, [{:ins, elem}, {:eq, elem ++ other} | acc])
  end

  defp compact([{kind, elem} | rest], acc), do: compact(rest, [{kind, [elem]} | acc])
end
