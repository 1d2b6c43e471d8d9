# Enum: eager functions over enumerables. Lists, maps and ranges are walked
# directly; anything else goes through Enumerable.
defmodule Enum do
  import Kernel, except: [max: 2, min: 2]

  @type t :: Enumerable.t()
  @type acc :: any
  @type element :: any
  @type index :: integer
  @type default :: any

  # The right side of `in` when it is not known at compile time.
  def __in__(element, list) when is_list(list), do: :lists.member(element, list)
  def __in__(element, enumerable), do: member?(enumerable, element)

  ## Folding

  def reduce(enumerable, fun)
  def reduce([head | tail], fun), do: reduce_list(tail, head, fun)
  def reduce([], _fun), do: raise(Enum.EmptyError)

  def reduce(first..last//step = range, fun) do
    if Range.size(range) == 0 do
      raise Enum.EmptyError
    else
      reduce_range(first + step, last, step, first, fun)
    end
  end

  def reduce(%_{} = enumerable, fun), do: reduce_any(enumerable, fun)

  def reduce(%{} = map, fun), do: reduce(:maps.to_list(map), fun)
  def reduce(enumerable, fun), do: reduce_any(enumerable, fun)

  defp reduce_any(enumerable, fun) do
    {_, result} =
      Enumerable.reduce(enumerable, {:cont, :first}, fn
        element, :first -> {:cont, {:acc, element}}
        element, {:acc, acc} -> {:cont, {:acc, fun.(element, acc)}}
      end)

    case result do
      {:acc, acc} -> acc
      :first -> raise Enum.EmptyError
    end
  end

  def reduce(enumerable, acc, fun)
  def reduce(list, acc, fun) when is_list(list), do: reduce_list(list, acc, fun)
  def reduce(first..last//step, acc, fun), do: reduce_range(first, last, step, acc, fun)
  def reduce(%_{} = enumerable, acc, fun), do: reduce_enumerable(enumerable, acc, fun)
  def reduce(%{} = map, acc, fun), do: reduce_list(:maps.to_list(map), acc, fun)
  def reduce(enumerable, acc, fun), do: reduce_enumerable(enumerable, acc, fun)

  defp reduce_list([head | tail], acc, fun), do: reduce_list(tail, fun.(head, acc), fun)
  defp reduce_list([], acc, _fun), do: acc

  defp reduce_range(first, last, step, acc, fun) when step > 0 do
    reduce_up(first, last, step, acc, fun)
  end

  defp reduce_range(first, last, step, acc, fun), do: reduce_down(first, last, step, acc, fun)

  defp reduce_up(first, last, step, acc, fun) when first <= last do
    reduce_up(first + step, last, step, fun.(first, acc), fun)
  end

  defp reduce_up(_first, _last, _step, acc, _fun), do: acc

  defp reduce_down(first, last, step, acc, fun) when first >= last do
    reduce_down(first + step, last, step, fun.(first, acc), fun)
  end

  defp reduce_down(_first, _last, _step, acc, _fun), do: acc

  defp reduce_enumerable(enumerable, acc, fun) do
    Enumerable.reduce(enumerable, {:cont, acc}, fn x, acc -> {:cont, fun.(x, acc)} end) |> elem(1)
  end

  def reduce_while(enumerable, acc, fun)

  def reduce_while(list, acc, fun) when is_list(list), do: while_list(list, acc, fun)

  def reduce_while(enumerable, acc, fun) do
    {_, acc} = Enumerable.reduce(enumerable, {:cont, acc}, fun)
    acc
  end

  defp while_list([], acc, _fun), do: acc

  defp while_list([head | tail], acc, fun) do
    case fun.(head, acc) do
      {:cont, acc} -> while_list(tail, acc, fun)
      {:halt, acc} -> acc
      # The answer of an enumerable that suspends has no meaning for a list.
      other -> elem(Enumerable.List.reduce(tail, other, fun), 1)
    end
  end

  def map_reduce(enumerable, acc, fun)

  def map_reduce(enumerable, acc, fun) do
    map_reduce_list(to_list(enumerable), acc, fun, [])
  end

  defp map_reduce_list([head | tail], acc, fun, done) do
    {head, acc} = fun.(head, acc)
    map_reduce_list(tail, acc, fun, [head | done])
  end

  defp map_reduce_list([], acc, _fun, done), do: {:lists.reverse(done), acc}

  def flat_map_reduce(enumerable, acc, fun) do
    {_, {list, acc}} =
      Enumerable.reduce(enumerable, {:cont, {[], acc}}, fn entry, {list, acc} ->
        case fun.(entry, acc) do
          {:halt, acc} -> {:halt, {list, acc}}
          {entries, acc} when is_list(entries) -> {:cont, {:lists.reverse(entries, list), acc}}
          {entries, acc} -> {:cont, {reduce(entries, list, &[&1 | &2]), acc}}
        end
      end)

    {:lists.reverse(list), acc}
  end

  def scan(enumerable, fun)
  def scan([], _fun), do: []
  def scan([head | tail], fun), do: [head | scan_list(tail, head, fun)]
  def scan(enumerable, fun), do: scan(to_list(enumerable), fun)

  def scan(enumerable, acc, fun), do: scan_list(to_list(enumerable), acc, fun)

  defp scan_list([], _acc, _fun), do: []

  defp scan_list([head | tail], acc, fun) do
    acc = fun.(head, acc)
    [acc | scan_list(tail, acc, fun)]
  end

  ## Mapping

  def map(enumerable, fun)
  def map(list, fun) when is_list(list), do: map_list(list, fun)

  def map(first..last//step, fun) do
    if step > 0, do: map_up(first, last, step, fun), else: map_down(first, last, step, fun)
  end

  def map(enumerable, fun), do: map_list(to_list(enumerable), fun)

  defp map_list([head | tail], fun), do: [fun.(head) | map_list(tail, fun)]
  defp map_list([], fun) when is_function(fun, 1), do: []

  defp map_up(first, last, step, fun) when first <= last do
    [fun.(first) | map_up(first + step, last, step, fun)]
  end

  defp map_up(_first, _last, _step, _fun), do: []

  defp map_down(first, last, step, fun) when first >= last do
    [fun.(first) | map_down(first + step, last, step, fun)]
  end

  defp map_down(_first, _last, _step, _fun), do: []

  def each(enumerable, fun)

  def each(list, fun) when is_list(list), do: each_list(list, fun)

  def each(first..last//step, fun) do
    if step > 0, do: each_up(first, last, step, fun), else: each_down(first, last, step, fun)
  end

  def each(%_{} = enumerable, fun) do
    reduce_enumerable(enumerable, nil, fn entry, _ ->
      fun.(entry)
      nil
    end)

    :ok
  end

  def each(enumerable, fun) when is_map(enumerable), do: each_list(:maps.to_list(enumerable), fun)

  def each(enumerable, fun) do
    reduce_enumerable(enumerable, nil, fn entry, _ ->
      fun.(entry)
      nil
    end)

    :ok
  end

  defp each_list([head | tail], fun) do
    fun.(head)
    each_list(tail, fun)
  end

  defp each_list([], _fun), do: :ok

  defp each_up(first, last, step, fun) when first <= last do
    fun.(first)
    each_up(first + step, last, step, fun)
  end

  defp each_up(_first, _last, _step, _fun), do: :ok

  defp each_down(first, last, step, fun) when first >= last do
    fun.(first)
    each_down(first + step, last, step, fun)
  end

  defp each_down(_first, _last, _step, _fun), do: :ok

  def map_every(enumerable, nth, fun)
  def map_every(enumerable, 1, fun), do: map(enumerable, fun)
  def map_every(enumerable, 0, _fun), do: to_list(enumerable)
  def map_every([], nth, _fun) when is_integer(nth) and nth > 1, do: []

  def map_every(enumerable, nth, fun) when is_integer(nth) and nth > 1 do
    map_every_list(to_list(enumerable), nth, 0, fun)
  end

  defp map_every_list([], _nth, _count, _fun), do: []

  defp map_every_list([head | tail], nth, 0, fun) do
    [fun.(head) | map_every_list(tail, nth, nth - 1, fun)]
  end

  defp map_every_list([head | tail], nth, count, fun) do
    [head | map_every_list(tail, nth, count - 1, fun)]
  end

  def flat_map(enumerable, fun), do: flat_map_list(to_list(enumerable), fun)

  defp flat_map_list([head | tail], fun) do
    case fun.(head) do
      [] -> flat_map_list(tail, fun)
      [one] -> [one | flat_map_list(tail, fun)]
      list when is_list(list) -> list ++ flat_map_list(tail, fun)
      other -> to_list(other) ++ flat_map_list(tail, fun)
    end
  end

  defp flat_map_list([], _fun), do: []

  def map_intersperse(enumerable, separator, mapper) do
    case to_list(enumerable) do
      [] -> []
      [head | tail] -> [mapper.(head) | intersperse_mapped(tail, separator, mapper)]
    end
  end

  defp intersperse_mapped([], _separator, _mapper), do: []

  defp intersperse_mapped([head | tail], separator, mapper) do
    [separator, mapper.(head) | intersperse_mapped(tail, separator, mapper)]
  end

  def intersperse(enumerable, separator) do
    case to_list(enumerable) do
      [] -> []
      [head | tail] -> [head | intersperse_list(tail, separator)]
    end
  end

  defp intersperse_list([], _separator), do: []

  defp intersperse_list([head | tail], separator) do
    [separator, head | intersperse_list(tail, separator)]
  end

  def with_index(enumerable, fun_or_offset \\ 0)

  def with_index(enumerable, offset) when is_integer(offset) do
    with_offset(to_list(enumerable), offset)
  end

  def with_index(enumerable, fun) when is_function(fun, 2) do
    with_fun(to_list(enumerable), 0, fun)
  end

  defp with_offset([head | tail], index), do: [{head, index} | with_offset(tail, index + 1)]
  defp with_offset([], _index), do: []

  defp with_fun([head | tail], index, fun),
    do: [fun.(head, index) | with_fun(tail, index + 1, fun)]

  defp with_fun([], _index, _fun), do: []

  ## Filtering

  def filter(enumerable, fun), do: filter_list(to_list(enumerable), fun)

  defp filter_list([head | tail], fun) do
    if fun.(head), do: [head | filter_list(tail, fun)], else: filter_list(tail, fun)
  end

  defp filter_list([], _fun), do: []

  def reject(enumerable, fun), do: reject_list(to_list(enumerable), fun)

  defp reject_list([head | tail], fun) do
    if fun.(head), do: reject_list(tail, fun), else: [head | reject_list(tail, fun)]
  end

  defp reject_list([], _fun), do: []

  def split_with(enumerable, fun), do: split_with_list(to_list(enumerable), [], [], fun)

  defp split_with_list([head | tail], yes, no, fun) do
    if fun.(head) do
      split_with_list(tail, [head | yes], no, fun)
    else
      split_with_list(tail, yes, [head | no], fun)
    end
  end

  defp split_with_list([], yes, no, _fun), do: {:lists.reverse(yes), :lists.reverse(no)}

  def uniq(enumerable), do: uniq_list(to_list(enumerable), %{}, nil)

  def uniq_by(enumerable, fun), do: uniq_list(to_list(enumerable), %{}, fun)

  defp uniq_list([], _seen, _fun), do: []

  defp uniq_list([head | tail], seen, fun) do
    key = if fun == nil, do: head, else: fun.(head)

    case seen do
      %{^key => _} -> uniq_list(tail, seen, fun)
      _ -> [head | uniq_list(tail, :maps.put(key, true, seen), fun)]
    end
  end

  def dedup([]), do: []
  def dedup([head | tail]), do: [head | dedup_list(tail, head)]
  def dedup(enumerable), do: dedup(to_list(enumerable))

  defp dedup_list([head | tail], head), do: dedup_list(tail, head)
  defp dedup_list([head | tail], _last), do: [head | dedup_list(tail, head)]
  defp dedup_list([], _last), do: []

  def dedup_by(enumerable, fun) do
    case to_list(enumerable) do
      [] -> []
      [head | tail] -> [head | dedup_by_list(tail, fun.(head), fun)]
    end
  end

  defp dedup_by_list([], _last, _fun), do: []

  defp dedup_by_list([head | tail], last, fun) do
    case fun.(head) do
      ^last -> dedup_by_list(tail, last, fun)
      key -> [head | dedup_by_list(tail, key, fun)]
    end
  end

  ## Asking

  def all?(enumerable)
  def all?(list) when is_list(list), do: all_list(list)
  def all?(enumerable), do: all?(enumerable, & &1)

  defp all_list([head | tail]), do: if(head, do: all_list(tail), else: false)
  defp all_list([]), do: true

  def all?(enumerable, fun)
  def all?(list, fun) when is_list(list), do: all_list(list, fun)

  def all?(enumerable, fun) do
    {_, result} =
      Enumerable.reduce(enumerable, {:cont, true}, fn entry, _ ->
        if fun.(entry), do: {:cont, true}, else: {:halt, false}
      end)

    result
  end

  defp all_list([head | tail], fun), do: if(fun.(head), do: all_list(tail, fun), else: false)
  defp all_list([], _fun), do: true

  def any?(enumerable)
  def any?(list) when is_list(list), do: any_list(list)
  def any?(enumerable), do: any?(enumerable, & &1)

  defp any_list([head | tail]), do: if(head, do: true, else: any_list(tail))
  defp any_list([]), do: false

  def any?(enumerable, fun)
  def any?(list, fun) when is_list(list), do: any_list(list, fun)

  def any?(enumerable, fun) do
    {_, result} =
      Enumerable.reduce(enumerable, {:cont, false}, fn entry, _ ->
        if fun.(entry), do: {:halt, true}, else: {:cont, false}
      end)

    result
  end

  defp any_list([head | tail], fun), do: if(fun.(head), do: true, else: any_list(tail, fun))
  defp any_list([], _fun), do: false

  def count(enumerable)
  def count(list) when is_list(list), do: length(list)

  def count(enumerable) do
    case Enumerable.count(enumerable) do
      {:ok, count} when is_integer(count) -> count
      {:error, _} -> reduce_enumerable(enumerable, 0, fn _, acc -> acc + 1 end)
    end
  end

  def count(enumerable, fun) do
    reduce(enumerable, 0, fn entry, acc -> if(fun.(entry), do: acc + 1, else: acc) end)
  end

  def count_until(enumerable, limit) when is_integer(limit) and limit > 0 do
    case enumerable do
      list when is_list(list) ->
        count_list(list, 0, limit)

      _ ->
        case Enumerable.count(enumerable) do
          {:ok, count} -> Kernel.min(count, limit)
          {:error, _} -> count_to(enumerable, limit, fn _ -> true end)
        end
    end
  end

  def count_until(_enumerable, limit) when is_integer(limit), do: bad_limit(limit)

  defp count_list([_ | tail], count, limit) when count < limit,
    do: count_list(tail, count + 1, limit)

  defp count_list(_list, count, _limit), do: count

  def count_until(enumerable, fun, limit) when is_integer(limit) and limit > 0,
    do: count_to(enumerable, limit, fun)

  def count_until(_enumerable, _fun, limit) when is_integer(limit), do: bad_limit(limit)

  defp bad_limit(limit),
    do: raise(ArgumentError, "expected limit to be greater than 0, got: #{limit}")

  defp count_to(enumerable, limit, fun) do
    {_, count} =
      Enumerable.reduce(enumerable, {:cont, 0}, fn entry, count ->
        cond do
          !fun.(entry) -> {:cont, count}
          count + 1 == limit -> {:halt, limit}
          true -> {:cont, count + 1}
        end
      end)

    count
  end

  def empty?([]), do: true
  def empty?([_ | _]), do: false

  def empty?(enumerable) do
    case Enumerable.slice(enumerable) do
      {:ok, count, _} ->
        count == 0

      {:error, _} ->
        {_, result} = Enumerable.reduce(enumerable, {:cont, true}, fn _, _ -> {:halt, false} end)
        result
    end
  end

  def member?(enumerable, element)
  def member?(list, element) when is_list(list), do: :lists.member(element, list)

  def member?(enumerable, element) do
    case Enumerable.member?(enumerable, element) do
      {:ok, element} when is_boolean(element) ->
        element

      {:error, _} ->
        {_, result} =
          Enumerable.reduce(enumerable, {:cont, false}, fn
            ^element, _ -> {:halt, true}
            _, _ -> {:cont, false}
          end)

        result
    end
  end

  def find(enumerable, default \\ nil, fun)
  def find(list, default, fun) when is_list(list), do: find_list(list, default, fun)

  def find(enumerable, default, fun) do
    {_, result} =
      Enumerable.reduce(enumerable, {:cont, default}, fn entry, default ->
        if fun.(entry), do: {:halt, entry}, else: {:cont, default}
      end)

    result
  end

  defp find_list([head | tail], default, fun) do
    if fun.(head), do: head, else: find_list(tail, default, fun)
  end

  defp find_list([], default, _fun), do: default

  def find_index(enumerable, fun)
  def find_index(list, fun) when is_list(list), do: find_index_list(list, 0, fun)

  def find_index(enumerable, fun) do
    {_, result} =
      Enumerable.reduce(enumerable, {:cont, {:not_found, 0}}, fn entry, {_, index} ->
        if fun.(entry), do: {:halt, {:found, index}}, else: {:cont, {:not_found, index + 1}}
      end)

    case result do
      {:found, index} -> index
      {:not_found, _} -> nil
    end
  end

  defp find_index_list([head | tail], index, fun) do
    if fun.(head), do: index, else: find_index_list(tail, index + 1, fun)
  end

  defp find_index_list([], _index, _fun), do: nil

  def find_value(enumerable, default \\ nil, fun)
  def find_value(list, default, fun) when is_list(list), do: find_value_list(list, default, fun)

  def find_value(enumerable, default, fun) do
    {_, result} =
      Enumerable.reduce(enumerable, {:cont, default}, fn entry, default ->
        if value = fun.(entry), do: {:halt, value}, else: {:cont, default}
      end)

    result
  end

  defp find_value_list([head | tail], default, fun) do
    if value = fun.(head), do: value, else: find_value_list(tail, default, fun)
  end

  defp find_value_list([], default, _fun), do: default

  ## By position

  def at(enumerable, index, default \\ nil) when is_integer(index) do
    case element(enumerable, index) do
      {:ok, element} -> element
      :error -> default
    end
  end

  def fetch(enumerable, index) when is_integer(index), do: element(enumerable, index)

  def fetch!(enumerable, index) when is_integer(index) do
    case element(enumerable, index) do
      {:ok, element} -> element
      :error -> raise Enum.OutOfBoundsError, enumerable: enumerable, index: index
    end
  end

  defp element(list, index) when is_list(list) do
    if index >= 0, do: nth(list, index), else: nth(list, length(list) + index)
  end

  defp element(enumerable, index) do
    case Enumerable.slice(enumerable) do
      {:ok, count, slicer} ->
        position = if index < 0, do: count + index, else: index

        if position >= 0 and position < count do
          [element] = slice_with(enumerable, slicer, count, position, 1, 1)
          {:ok, element}
        else
          :error
        end

      {:error, _} when index >= 0 ->
        {_, result} =
          Enumerable.reduce(enumerable, {:cont, index}, fn
            entry, 0 -> {:halt, {:ok, entry}}
            _, left -> {:cont, left - 1}
          end)

        if is_tuple(result), do: result, else: :error

      {:error, _} ->
        element(to_list(enumerable), index)
    end
  end

  defp nth(_list, index) when index < 0, do: :error
  defp nth([head | _], 0), do: {:ok, head}
  defp nth([_ | tail], index), do: nth(tail, index - 1)
  defp nth([], _index), do: :error

  # What a slicing function of Enumerable.slice/1 gives.
  defp slice_with(enumerable, slicer, count, start, amount, step) do
    cond do
      is_function(slicer, 3) -> slicer.(start, amount, step)
      is_function(slicer, 1) -> slice_list(slicer.(enumerable), start, amount, step)
      is_function(slicer, 2) and step == 1 -> slicer.(start, amount)
      is_function(slicer, 2) -> slice_list(slicer.(0, count), start, amount, step)
    end
  end

  defp slice_list(list, start, amount, step), do: every(drop_list(list, start), amount, step)

  defp every(_list, 0, _step), do: []
  defp every([head | tail], amount, 1), do: [head | every(tail, amount - 1, 1)]

  defp every([head | tail], amount, step) do
    [head | every(drop_list(tail, step - 1), amount - 1, step)]
  end

  defp every([], _amount, _step), do: []

  def slice(enumerable, index_range)

  def slice(enumerable, first..last//step = index_range) do
    cond do
      step > 0 ->
        slice_range(enumerable, first, last, step)

      # first..last with last < first and no step once meant a step of -1.
      step == -1 and first > last ->
        IO.warn(
          "negative steps are not supported in Enum.slice/2, pass #{first}..#{last}//1 instead"
        )

        slice_range(enumerable, first, last, 1)

      true ->
        raise ArgumentError,
              "Enum.slice/2 does not accept ranges with negative steps, got: #{inspect(index_range)}"
    end
  end

  defp slice_range(list, first, -1, step) when is_list(list) and first >= 0 do
    case drop_list(list, first) do
      [] -> []
      rest when step == 1 -> rest
      rest -> every(rest, length(rest), step)
    end
  end

  defp slice_range(list, first, last, step) when is_list(list) and first >= 0 and last >= 0 do
    if first > last,
      do: [],
      else: every(drop_list(list, first), div(last - first, step) + 1, step)
  end

  defp slice_range(enumerable, first, last, step) when first >= 0 and last >= first do
    case Enumerable.slice(enumerable) do
      # What cannot be sliced is not read beyond the range: it may be endless.
      {:error, _} -> enumerable |> take(last + 1) |> slice_range(first, last, step)
      _ -> slice_counted(enumerable, first, last, step)
    end
  end

  defp slice_range(enumerable, first, last, step), do: slice_counted(enumerable, first, last, step)

  defp slice_counted(enumerable, first, last, step) do
    {count, slicer} = sliceable(enumerable)
    first = if first < 0, do: Kernel.max(first + count, 0), else: first
    last = if last < 0, do: last + count, else: Kernel.min(last, count - 1)

    if first > last or first >= count do
      []
    else
      amount = div(last - first, step) + 1
      slice_with(enumerable, slicer, count, first, amount, step)
    end
  end

  def slice(enumerable, start_index, amount)
  def slice(_enumerable, start_index, 0) when is_integer(start_index), do: []

  def slice(enumerable, start_index, amount)
      when is_integer(start_index) and start_index < 0 and is_integer(amount) and amount >= 0 do
    slice_amount(enumerable, start_index, amount)
  end

  def slice(enumerable, start_index, amount)
      when is_integer(start_index) and is_integer(amount) and amount >= 0 do
    slice_amount(enumerable, start_index, amount)
  end

  defp slice_amount(list, start, amount) when is_list(list) and start >= 0 do
    every(drop_list(list, start), amount, 1)
  end

  defp slice_amount(enumerable, start, amount) do
    case Enumerable.slice(enumerable) do
      {:error, _} when start >= 0 ->
        enumerable |> take(start + amount) |> drop_list(start)

      _ ->
        {count, slicer} = sliceable(enumerable)
        start = if start < 0, do: Kernel.max(start + count, 0), else: start

        if start >= count do
          []
        else
          slice_with(enumerable, slicer, count, start, Kernel.min(amount, count - start), 1)
        end
    end
  end

  defp sliceable(enumerable) do
    case Enumerable.slice(enumerable) do
      {:ok, count, slicer} ->
        {count, slicer}

      {:error, _} ->
        list = to_list(enumerable)
        {length(list), fn start, amount, step -> slice_list(list, start, amount, step) end}
    end
  end

  def take(enumerable, amount)
  def take(_enumerable, 0), do: []

  def take(enumerable, amount) when is_list(enumerable) and is_integer(amount) and amount > 0,
    do: take_list(enumerable, amount)

  def take(enumerable, amount) when is_integer(amount) and amount > 0 do
    {_, {list, _}} =
      Enumerable.reduce(enumerable, {:cont, {[], amount}}, fn entry, {list, left} ->
        case left do
          1 -> {:halt, {[entry | list], 0}}
          _ -> {:cont, {[entry | list], left - 1}}
        end
      end)

    :lists.reverse(list)
  end

  def take(enumerable, amount) when is_integer(amount) and amount < 0 do
    if is_list(enumerable) do
      take_last(enumerable, -amount)
    else
      {count, slicer} = sliceable(enumerable)
      amount = Kernel.min(-amount, count)
      if amount == 0, do: [], else: slice_with(enumerable, slicer, count, count - amount, amount, 1)
    end
  end

  defp take_list([head | tail], amount) do
    if amount == 1, do: [head], else: [head | take_list(tail, amount - 1)]
  end

  defp take_list([], _amount), do: []

  defp take_last(list, amount), do: drop_list(list, Kernel.max(length(list) - amount, 0))

  def drop(enumerable, amount)

  def drop(enumerable, amount) when is_list(enumerable) and is_integer(amount) and amount >= 0,
    do: drop_list(enumerable, amount)

  def drop(enumerable, 0), do: to_list(enumerable)

  def drop(enumerable, amount) when is_integer(amount) and amount > 0 do
    {result, _} =
      reduce(enumerable, {[], amount}, fn
        entry, {list, 0} -> {[entry | list], 0}
        _, {list, left} -> {list, left - 1}
      end)

    :lists.reverse(result)
  end

  def drop(enumerable, amount) when is_integer(amount) and amount < 0,
    do: drop_last(to_list(enumerable), -amount)

  defp drop_list(list, 0), do: list
  defp drop_list([_ | tail], amount), do: drop_list(tail, amount - 1)
  defp drop_list([], _amount), do: []

  defp drop_last(list, amount) do
    left = length(list) - amount
    if left > 0, do: take_list(list, left), else: []
  end

  def take_every(enumerable, nth)
  def take_every(_enumerable, 0), do: []
  def take_every(enumerable, 1), do: to_list(enumerable)

  def take_every(list, nth) when is_list(list) and is_integer(nth) and nth > 1,
    do: every(list, length(list), nth)

  def take_every(enumerable, nth) when is_integer(nth) and nth > 1 do
    list = to_list(enumerable)
    every(list, length(list), nth)
  end

  def drop_every(enumerable, nth)
  def drop_every(_enumerable, 1), do: []
  def drop_every(enumerable, 0), do: to_list(enumerable)
  def drop_every([], nth) when is_integer(nth), do: []

  def drop_every(enumerable, nth) when is_integer(nth) and nth > 1 do
    drop_every_list(to_list(enumerable), nth, 0)
  end

  defp drop_every_list([], _nth, _left), do: []
  defp drop_every_list([_ | tail], nth, 0), do: drop_every_list(tail, nth, nth - 1)

  defp drop_every_list([head | tail], nth, left),
    do: [head | drop_every_list(tail, nth, left - 1)]

  def take_while(enumerable, fun)
  def take_while(list, fun) when is_list(list), do: take_while_list(list, fun)

  def take_while(enumerable, fun) do
    {_, list} =
      Enumerable.reduce(enumerable, {:cont, []}, fn entry, acc ->
        if fun.(entry), do: {:cont, [entry | acc]}, else: {:halt, acc}
      end)

    :lists.reverse(list)
  end

  defp take_while_list([head | tail], fun) do
    if fun.(head), do: [head | take_while_list(tail, fun)], else: []
  end

  defp take_while_list([], _fun), do: []

  def drop_while(enumerable, fun), do: drop_while_list(to_list(enumerable), fun)

  defp drop_while_list([head | tail] = list, fun) do
    if fun.(head), do: drop_while_list(tail, fun), else: list
  end

  defp drop_while_list([], _fun), do: []

  def split(enumerable, count)

  def split(enumerable, count) when is_list(enumerable) and is_integer(count) and count >= 0,
    do: split_list(enumerable, count, [])

  def split(enumerable, count) when is_integer(count) and count >= 0,
    do: split_list(to_list(enumerable), count, [])

  def split(enumerable, count) when is_integer(count) and count < 0 do
    list = to_list(enumerable)
    split_list(list, Kernel.max(length(list) + count, 0), [])
  end

  defp split_list(list, 0, acc), do: {:lists.reverse(acc), list}
  defp split_list([head | tail], count, acc), do: split_list(tail, count - 1, [head | acc])
  defp split_list([], _count, acc), do: {:lists.reverse(acc), []}

  def split_while(enumerable, fun), do: split_while_list(to_list(enumerable), fun, [])

  defp split_while_list([head | tail] = list, fun, acc) do
    if fun.(head),
      do: split_while_list(tail, fun, [head | acc]),
      else: {:lists.reverse(acc), list}
  end

  defp split_while_list([], _fun, acc), do: {:lists.reverse(acc), []}

  def reverse(enumerable)
  def reverse(list) when is_list(list), do: :lists.reverse(list)
  def reverse(enumerable), do: reduce(enumerable, [], &[&1 | &2])

  def reverse(enumerable, tail)
  def reverse(list, tail) when is_list(list), do: :lists.reverse(list, to_list(tail))
  def reverse(enumerable, tail), do: reduce(enumerable, to_list(tail), &[&1 | &2])

  def reverse_slice(enumerable, start_index, count)
      when is_integer(start_index) and start_index >= 0 and is_integer(count) and count >= 0 do
    {before, rest} = split(enumerable, start_index)
    {middle, rest} = split_list(rest, count, [])
    before ++ :lists.reverse(middle, rest)
  end

  def slide(enumerable, range_or_single_index, insertion_index)

  def slide(enumerable, index, insertion_index) when is_integer(index) do
    slide(enumerable, index..index//1, insertion_index)
  end

  def slide(_enumerable, _.._//step = range, _insertion_index) when step != 1 do
    raise ArgumentError,
          "Enum.slide/3 does not accept ranges with custom steps, got: #{inspect(range)}"
  end

  def slide(enumerable, first..last//_ = range, insertion_index)
      when first < 0 or last < 0 or insertion_index < 0 do
    list = to_list(enumerable)
    size = length(list)
    from_end = fn index -> if index < 0, do: index + size, else: index end
    first = Kernel.max(from_end.(first), 0)
    last = from_end.(last)
    insertion = Kernel.max(from_end.(insertion_index), 0)

    cond do
      first > last or last < 0 -> list
      true -> slide(list, %{range | first: first, last: last}, insertion)
    end
  end

  def slide(enumerable, insertion_index.._//_, insertion_index), do: to_list(enumerable)

  def slide(_enumerable, first..last//_, insertion_index)
      when insertion_index > first and insertion_index <= last do
    raise ArgumentError,
          "insertion index for slide must be outside the range being moved " <>
            "(tried to insert #{first}..#{last} at #{insertion_index})"
  end

  def slide(enumerable, first..last//_, insertion_index) do
    list = to_list(enumerable)
    {before, rest} = split_list(list, first, [])
    {moved, rest} = split_list(rest, last - first + 1, [])

    if insertion_index <= first do
      {left, right} = split_list(before, insertion_index, [])
      left ++ moved ++ right ++ rest
    else
      {left, right} = split_list(rest, insertion_index - last, [])
      before ++ left ++ moved ++ right
    end
  end

  ## Grouping

  def group_by(enumerable, key_fun, value_fun \\ fn x -> x end)

  def group_by(enumerable, key_fun, value_fun) when is_function(key_fun) do
    group(:lists.reverse(to_list(enumerable)), key_fun, value_fun, %{})
  end

  defp group([head | tail], key_fun, value_fun, acc) do
    key = key_fun.(head)
    value = value_fun.(head)

    acc =
      case acc do
        %{^key => values} -> :maps.put(key, [value | values], acc)
        _ -> :maps.put(key, [value], acc)
      end

    group(tail, key_fun, value_fun, acc)
  end

  defp group([], _key_fun, _value_fun, acc), do: acc

  def frequencies(enumerable) do
    reduce(enumerable, %{}, fn key, acc ->
      case acc do
        %{^key => count} -> :maps.put(key, count + 1, acc)
        _ -> :maps.put(key, 1, acc)
      end
    end)
  end

  def frequencies_by(enumerable, key_fun) when is_function(key_fun) do
    reduce(enumerable, %{}, fn entry, acc ->
      key = key_fun.(entry)

      case acc do
        %{^key => count} -> :maps.put(key, count + 1, acc)
        _ -> :maps.put(key, 1, acc)
      end
    end)
  end

  def chunk_every(enumerable, count), do: chunk_every(enumerable, count, count, [])

  def chunk_every(enumerable, count, step, leftover \\ [])

  def chunk_every(enumerable, count, step, leftover)
      when is_integer(count) and count > 0 and is_integer(step) and step > 0 do
    chunks(to_list(enumerable), count, step, leftover)
  end

  defp chunks([], _count, _step, _leftover), do: []

  defp chunks(list, count, step, leftover) do
    case split_exactly(list, count, []) do
      {chunk, rest} ->
        rest = if step == count, do: rest, else: drop_list(list, step)
        [chunk | chunks(rest, count, step, leftover)]

      {:short, chunk, missing} ->
        case leftover do
          :discard -> []
          _ -> [chunk ++ take(leftover, missing)]
        end
    end
  end

  defp split_exactly(rest, 0, acc), do: {:lists.reverse(acc), rest}
  defp split_exactly([head | tail], count, acc), do: split_exactly(tail, count - 1, [head | acc])
  defp split_exactly([], count, acc), do: {:short, :lists.reverse(acc), count}

  def chunk_while(enumerable, acc, chunk_fun, after_fun) do
    {_, {chunks, acc}} =
      Enumerable.reduce(enumerable, {:cont, {[], acc}}, fn entry, {chunks, acc} ->
        case chunk_fun.(entry, acc) do
          {:cont, chunk, acc} -> {:cont, {[chunk | chunks], acc}}
          {:cont, acc} -> {:cont, {chunks, acc}}
          {:halt, acc} -> {:halt, {chunks, acc}}
        end
      end)

    case after_fun.(acc) do
      {:cont, _acc} -> :lists.reverse(chunks)
      {:cont, chunk, _acc} -> :lists.reverse([chunk | chunks])
    end
  end

  def chunk_by(enumerable, fun) do
    case to_list(enumerable) do
      [] -> []
      [head | tail] -> chunk_by_list(tail, fun.(head), [head], fun)
    end
  end

  defp chunk_by_list([], _key, chunk, _fun), do: [:lists.reverse(chunk)]

  defp chunk_by_list([head | tail], key, chunk, fun) do
    case fun.(head) do
      ^key -> chunk_by_list(tail, key, [head | chunk], fun)
      other -> [:lists.reverse(chunk) | chunk_by_list(tail, other, [head], fun)]
    end
  end

  ## Deprecated names

  @deprecated "Use Enum.chunk_every/2 instead"
  def chunk(enumerable, count), do: chunk_every(enumerable, count, count, :discard)

  @deprecated "Use Enum.chunk_every/3 instead"
  def chunk(enumerable, count, step), do: chunk_every(enumerable, count, step, :discard)

  @deprecated "Use Enum.chunk_every/4 instead"
  def chunk(enumerable, count, step, leftover) do
    chunk_every(enumerable, count, step, leftover || :discard)
  end

  @deprecated "Use Enum.filter/2 + Enum.map/2 or for comprehensions instead"
  def filter_map(enumerable, filter, mapper), do: enumerable |> filter(filter) |> map(mapper)

  @deprecated "Use Enum.split_with/2 instead"
  def partition(enumerable, fun), do: split_with(enumerable, fun)

  @deprecated "Use Enum.uniq_by/2 instead"
  def uniq(enumerable, fun), do: uniq_by(enumerable, fun)

  ## Joining

  def concat(enumerables)
  def concat(list) when is_list(list), do: concat_list(list)
  def concat(enumerables), do: concat_list(to_list(enumerables))

  defp concat_list([last]), do: to_list(last)
  defp concat_list([head | tail]) when is_list(head), do: head ++ concat_list(tail)
  defp concat_list([head | tail]), do: to_list(head) ++ concat_list(tail)
  defp concat_list([]), do: []

  def concat(left, right)
  def concat(left, right) when is_list(left) and is_list(right), do: left ++ right
  def concat(left, right), do: concat_list([left, right])

  def join(enumerable, joiner \\ "")

  def join(enumerable, ""), do: joined(to_list(enumerable), "")
  def join(enumerable, joiner) when is_list(enumerable) and is_binary(joiner), do: joined(enumerable, joiner)
  def join(enumerable, joiner) when is_binary(joiner), do: joined(to_list(enumerable), joiner)

  defp joined([], _joiner), do: ""
  defp joined([head | tail], joiner), do: IO.iodata_to_binary([text(head) | join_list(tail, joiner)])

  defp join_list([], _joiner), do: []
  defp join_list([head | tail], ""), do: [text(head) | join_list(tail, "")]
  defp join_list([head | tail], joiner), do: [joiner, text(head) | join_list(tail, joiner)]

  defp text(entry) when is_binary(entry), do: entry
  defp text(entry) when is_integer(entry), do: :erlang.integer_to_binary(entry)
  defp text(entry), do: String.Chars.to_string(entry)

  def map_join(enumerable, joiner \\ "", mapper)

  def map_join(enumerable, joiner, mapper) when is_binary(joiner) do
    case to_list(enumerable) do
      [] ->
        ""

      [head | tail] ->
        IO.iodata_to_binary([text(mapper.(head)) | map_join_list(tail, joiner, mapper)])
    end
  end

  defp map_join_list([], _joiner, _mapper), do: []

  defp map_join_list([head | tail], joiner, mapper) do
    [joiner, text(mapper.(head)) | map_join_list(tail, joiner, mapper)]
  end

  def into(enumerable, collectable)
  def into(enumerable, []), do: to_list(enumerable)

  def into(%_{} = enumerable, collectable), do: into_protocol(enumerable, collectable)
  def into(enumerable, %_{} = collectable), do: into_protocol(enumerable, collectable)
  def into(%{} = enumerable, %{} = collectable), do: :maps.merge(collectable, enumerable)
  def into(enumerable, %{} = collectable), do: pairs_into(to_list(enumerable), collectable)

  def into(enumerable, collectable), do: into_protocol(enumerable, collectable)

  defp pairs_into(pairs, map) when map_size(map) == 0, do: :maps.from_list(pairs)
  defp pairs_into(pairs, map), do: :maps.merge(map, :maps.from_list(pairs))

  defp into_protocol(enumerable, collectable) do
    {initial, fun} = Collectable.into(collectable)

    try do
      reduce(enumerable, initial, fn entry, acc -> fun.(acc, {:cont, entry}) end)
    catch
      kind, reason ->
        fun.(initial, :halt)
        :erlang.raise(kind, reason, __STACKTRACE__)
    else
      acc -> fun.(acc, :done)
    end
  end

  def into(enumerable, collectable, transform)

  def into(enumerable, [], transform), do: map(enumerable, transform)

  def into(enumerable, %_{} = collectable, transform) do
    into_protocol(enumerable, collectable, transform)
  end

  def into(enumerable, map, transform) when map_size(map) == 0 do
    :maps.from_list(map(enumerable, transform))
  end

  def into(enumerable, %{} = collectable, transform) do
    reduce(enumerable, collectable, fn entry, acc ->
      {key, value} = transform.(entry)
      :maps.put(key, value, acc)
    end)
  end

  def into(enumerable, collectable, transform) do
    into_protocol(enumerable, collectable, transform)
  end

  defp into_protocol(enumerable, collectable, transform) do
    {initial, fun} = Collectable.into(collectable)

    try do
      reduce(enumerable, initial, fn entry, acc -> fun.(acc, {:cont, transform.(entry)}) end)
    catch
      kind, reason ->
        fun.(initial, :halt)
        :erlang.raise(kind, reason, __STACKTRACE__)
    else
      acc -> fun.(acc, :done)
    end
  end

  def to_list(enumerable)
  def to_list(list) when is_list(list), do: list
  def to_list(%Range{} = range), do: Range.to_list(range)

  def to_list(%_{} = enumerable),
    do: :lists.reverse(reduce_enumerable(enumerable, [], &[&1 | &2]))

  def to_list(%{} = map), do: :maps.to_list(map)
  def to_list(enumerable), do: :lists.reverse(reduce_enumerable(enumerable, [], &[&1 | &2]))

  def unzip(enumerable), do: unzip_list(:lists.reverse(to_list(enumerable)), [], [])

  defp unzip_list([{left, right} | rest], lefts, rights) do
    unzip_list(rest, [left | lefts], [right | rights])
  end

  defp unzip_list([], lefts, rights), do: {lefts, rights}

  def zip(enumerable1, enumerable2)

  def zip(left, right) when is_list(left) and is_list(right), do: zip_lists(left, right)
  def zip(left, right), do: zip([left, right])

  defp zip_lists([left | lefts], [right | rights]), do: [{left, right} | zip_lists(lefts, rights)]
  defp zip_lists(_, _), do: []

  def zip(enumerables) when is_list(enumerables) do
    zip_with(enumerables, &:erlang.list_to_tuple/1)
  end

  def zip(enumerables), do: zip(to_list(enumerables))

  def zip_with(enumerable1, enumerable2, zip_fun)

  def zip_with(enumerable1, enumerable2, zip_fun)
      when is_list(enumerable1) and is_list(enumerable2) and is_function(zip_fun, 2) do
    zip_with_lists(enumerable1, enumerable2, zip_fun)
  end

  def zip_with(enumerable1, enumerable2, zip_fun) when is_function(zip_fun, 2) do
    zip_reduce(enumerable1, enumerable2, [], fn left, right, acc -> [zip_fun.(left, right) | acc] end)
    |> :lists.reverse()
  end

  defp zip_with_lists([left | lefts], [right | rights], fun) do
    [fun.(left, right) | zip_with_lists(lefts, rights, fun)]
  end

  defp zip_with_lists(_, _, _fun), do: []

  def zip_with([], _fun), do: []

  def zip_with(enumerables, zip_fun) do
    enumerables
    |> zip_reduce([], fn entries, acc -> [zip_fun.(entries) | acc] end)
    |> :lists.reverse()
  end

  def zip_reduce(left, right, acc, reducer)

  def zip_reduce(left, right, acc, reducer)
      when is_list(left) and is_list(right) and is_function(reducer, 3) do
    zip_reduce_lists(left, right, acc, reducer)
  end

  def zip_reduce(left, right, acc, reducer) when is_function(reducer, 3) do
    zip_reduce([left, right], acc, fn [l, r], acc -> reducer.(l, r, acc) end)
  end

  defp zip_reduce_lists([left | lefts], [right | rights], acc, fun) do
    zip_reduce_lists(lefts, rights, fun.(left, right, acc), fun)
  end

  defp zip_reduce_lists(_, _, acc, _fun), do: acc

  def zip_reduce([], acc, reducer) when is_function(reducer, 2), do: acc

  def zip_reduce(enumerables, acc, reducer) when is_function(reducer, 2) do
    enumerables = to_list(enumerables)

    if :lists.all(&finite?/1, enumerables) do
      zip_rows(map_list(enumerables, &to_list/1), acc, reducer)
    else
      Stream.zip_with(enumerables, & &1).({:cont, acc}, fn entries, acc ->
        {:cont, reducer.(entries, acc)}
      end)
      |> elem(1)
    end
  end

  defp finite?(list) when is_list(list), do: true
  defp finite?(%Range{}), do: true
  defp finite?(%MapSet{}), do: true
  defp finite?(%_{}), do: false
  defp finite?(map) when is_map(map), do: true
  defp finite?(_), do: false

  defp zip_rows([], acc, _fun), do: acc

  defp zip_rows(lists, acc, fun) do
    case heads(lists, [], []) do
      {heads, tails} -> zip_rows(tails, fun.(heads, acc), fun)
      :done -> acc
    end
  end

  defp heads([[head | tail] | rest], heads, tails),
    do: heads(rest, [head | heads], [tail | tails])

  defp heads([[] | _], _heads, _tails), do: :done
  defp heads([], heads, tails), do: {:lists.reverse(heads), :lists.reverse(tails)}

  ## Sorting

  def sort(enumerable)
  def sort(list) when is_list(list), do: :lists.sort(list)
  def sort(enumerable), do: :lists.sort(to_list(enumerable))

  def sort(enumerable, sorter)
  def sort(enumerable, :asc), do: :lists.sort(to_list(enumerable))

  def sort(enumerable, :desc) do
    enumerable |> to_list() |> :lists.sort() |> :lists.reverse()
  end

  def sort(enumerable, sorter), do: :lists.sort(sorter_fun(sorter), to_list(enumerable))

  defp sorter_fun(fun) when is_function(fun, 2), do: fun
  defp sorter_fun(module) when is_atom(module), do: &(module.compare(&1, &2) != :gt)
  defp sorter_fun({:asc, module}) when is_atom(module), do: &(module.compare(&1, &2) != :gt)
  defp sorter_fun({:desc, module}) when is_atom(module), do: &(module.compare(&1, &2) != :lt)

  def sort_by(enumerable, mapper, sorter \\ :asc)

  def sort_by(enumerable, mapper, :desc) when is_function(mapper, 1) do
    keyed = decorate(to_list(enumerable), mapper)
    undecorate(:lists.reverse(:lists.keysort(2, :lists.reverse(keyed))))
  end

  def sort_by(enumerable, mapper, sorter) when is_function(mapper, 1) do
    keyed = decorate(to_list(enumerable), mapper)

    case sorter do
      :asc ->
        undecorate(:lists.keysort(2, keyed))

      _ ->
        sorter = sorter_fun(sorter)
        undecorate(:lists.sort(fn {_, left}, {_, right} -> sorter.(left, right) end, keyed))
    end
  end

  defp decorate([head | tail], fun), do: [{head, fun.(head)} | decorate(tail, fun)]
  defp decorate([], _fun), do: []

  defp undecorate([{head, _} | tail]), do: [head | undecorate(tail)]
  defp undecorate([]), do: []

  ## Extremes

  def max(enumerable, sorter_or_empty \\ &>=/2)

  def max(enumerable, empty_fallback) when is_function(empty_fallback, 0) do
    extreme(enumerable, &>=/2, empty_fallback)
  end

  def max(enumerable, sorter), do: extreme(enumerable, max_fun(sorter), &empty!/0)

  def max(enumerable, sorter, empty_fallback) do
    extreme(enumerable, max_fun(sorter), empty_fallback)
  end

  def min(enumerable, sorter_or_empty \\ &<=/2)

  def min(enumerable, empty_fallback) when is_function(empty_fallback, 0) do
    extreme(enumerable, &<=/2, empty_fallback)
  end

  def min(enumerable, sorter), do: extreme(enumerable, min_fun(sorter), &empty!/0)

  def min(enumerable, sorter, empty_fallback) do
    extreme(enumerable, min_fun(sorter), empty_fallback)
  end

  defp max_fun(module) when is_atom(module), do: &(module.compare(&1, &2) != :lt)
  defp max_fun(sorter) when is_function(sorter, 2), do: sorter

  defp min_fun(module) when is_atom(module), do: &(module.compare(&1, &2) != :gt)
  defp min_fun(sorter) when is_function(sorter, 2), do: sorter

  defp empty!(), do: raise(Enum.EmptyError)

  # The first entry that the sorter puts before all others.
  defp extreme(enumerable, sorter, empty) do
    case to_list(enumerable) do
      [] -> empty.()
      [head | tail] -> extreme_list(tail, head, sorter)
    end
  end

  defp extreme_list([], best, _sorter), do: best

  defp extreme_list([head | tail], best, sorter) do
    if sorter.(best, head),
      do: extreme_list(tail, best, sorter),
      else: extreme_list(tail, head, sorter)
  end

  def max_by(enumerable, fun, sorter_or_empty \\ &>=/2)

  def max_by(enumerable, fun, empty_fallback)
      when is_function(fun, 1) and is_function(empty_fallback, 0) do
    extreme_by(enumerable, fun, &>=/2, empty_fallback)
  end

  def max_by(enumerable, fun, sorter) when is_function(fun, 1),
    do: extreme_by(enumerable, fun, max_fun(sorter), &empty!/0)

  def max_by(enumerable, fun, sorter, empty_fallback) when is_function(fun, 1) do
    extreme_by(enumerable, fun, max_fun(sorter), empty_fallback)
  end

  def min_by(enumerable, fun, sorter_or_empty \\ &<=/2)

  def min_by(enumerable, fun, empty_fallback)
      when is_function(fun, 1) and is_function(empty_fallback, 0) do
    extreme_by(enumerable, fun, &<=/2, empty_fallback)
  end

  def min_by(enumerable, fun, sorter) when is_function(fun, 1),
    do: extreme_by(enumerable, fun, min_fun(sorter), &empty!/0)

  def min_by(enumerable, fun, sorter, empty_fallback) when is_function(fun, 1) do
    extreme_by(enumerable, fun, min_fun(sorter), empty_fallback)
  end

  defp extreme_by(enumerable, fun, sorter, empty) do
    case to_list(enumerable) do
      [] -> empty.()
      [head | tail] -> extreme_by_list(tail, head, fun.(head), fun, sorter)
    end
  end

  defp extreme_by_list([], best, _key, _fun, _sorter), do: best

  defp extreme_by_list([head | tail], best, best_key, fun, sorter) do
    key = fun.(head)

    if sorter.(best_key, key),
      do: extreme_by_list(tail, best, best_key, fun, sorter),
      else: extreme_by_list(tail, head, key, fun, sorter)
  end

  def min_max(enumerable, sorter_or_empty \\ &</2)

  def min_max(enumerable, empty_fallback) when is_function(empty_fallback, 0) do
    min_max(enumerable, &</2, empty_fallback)
  end

  def min_max(enumerable, sorter) when is_atom(sorter), do: min_max(enumerable, sorter, &empty!/0)
  def min_max(enumerable, sorter) when is_function(sorter, 2), do: min_max(enumerable, sorter, &empty!/0)

  def min_max(enumerable, sorter, empty_fallback) when is_atom(sorter) and is_function(empty_fallback, 0),
    do: min_max_by(enumerable, fn x -> x end, sorter, empty_fallback)

  def min_max(enumerable, sorter, empty_fallback) when is_function(sorter, 2) and is_function(empty_fallback, 0),
    do: min_max_by(enumerable, fn x -> x end, sorter, empty_fallback)

  def min_max_by(enumerable, fun, sorter_or_empty \\ &</2)

  def min_max_by(enumerable, fun, empty_fallback)
      when is_function(fun, 1) and is_function(empty_fallback, 0) do
    min_max_by(enumerable, fun, &</2, empty_fallback)
  end

  def min_max_by(enumerable, fun, sorter) when is_function(fun, 1),
    do: min_max_by(enumerable, fun, sorter, &empty!/0)

  def min_max_by(enumerable, fun, sorter, empty_fallback) when is_function(fun, 1) do
    before? =
      if is_atom(sorter), do: &(sorter.compare(&1, &2) == :lt), else: sorter

    case to_list(enumerable) do
      [] ->
        empty_fallback.()

      [head | tail] ->
        key = fun.(head)
        min_max_list(tail, {head, key}, {head, key}, fun, before?)
    end
  end

  defp min_max_list([], {least, _}, {greatest, _}, _fun, _before?), do: {least, greatest}

  defp min_max_list([head | tail], {_, low} = least, {_, high} = greatest, fun, before?) do
    key = fun.(head)

    cond do
      before?.(key, low) -> min_max_list(tail, {head, key}, greatest, fun, before?)
      before?.(high, key) -> min_max_list(tail, least, {head, key}, fun, before?)
      true -> min_max_list(tail, least, greatest, fun, before?)
    end
  end

  ## Numbers

  def sum(enumerable)

  def sum(first.._//step = range) do
    case Range.size(range) do
      0 -> 0
      size -> div(size * (first + first + (size - 1) * step), 2)
    end
  end

  def sum(enumerable), do: sum_list(to_list(enumerable), 0)

  defp sum_list([head | tail], acc), do: sum_list(tail, head + acc)
  defp sum_list([], acc), do: acc

  def sum_by(enumerable, mapper) when is_function(mapper, 1) do
    reduce(enumerable, 0, fn entry, acc -> acc + mapper.(entry) end)
  end

  def product(enumerable), do: reduce(enumerable, 1, &*/2)

  def product_by(enumerable, mapper) when is_function(mapper, 1) do
    reduce(enumerable, 1, fn entry, acc -> acc * mapper.(entry) end)
  end

  ## Chance

  def random(enumerable)

  def random(enumerable) when is_list(enumerable) do
    case length(enumerable) do
      0 -> raise Enum.EmptyError
      length -> :lists.nth(:rand.uniform(length), enumerable)
    end
  end

  def random(first.._//step = range) do
    case Range.size(range) do
      0 -> raise Enum.EmptyError
      size -> first + (:rand.uniform(size) - 1) * step
    end
  end

  def random(enumerable) do
    case Enumerable.slice(enumerable) do
      {:ok, 0, _} ->
        raise Enum.EmptyError

      {:ok, count, slicer} ->
        [entry] = slice_with(enumerable, slicer, count, :rand.uniform(count) - 1, 1, 1)
        entry

      {:error, _} ->
        case take_random(enumerable, 1) do
          [entry] -> entry
          [] -> raise Enum.EmptyError
        end
    end
  end

  def shuffle(enumerable) do
    keyed = reduce(enumerable, [], fn entry, acc -> [{:rand.uniform(), entry} | acc] end)
    for {_, entry} <- :lists.keysort(1, keyed), do: entry
  end

  # Sampling by algorithm L: the first count elements are shuffled in as they
  # come, the next to take is as far away as chance says.
  def take_random(enumerable, count)
  def take_random(_enumerable, 0), do: []

  def take_random(enumerable, 1) do
    {_, _, _, sample} =
      reduce(enumerable, {0, 0, 1.0, []}, fn
        entry, {index, index, weight, _} ->
          {next, weight} = next_taken(index, weight, 1)
          {index + 1, next, weight, [entry]}

        _entry, {index, next, weight, sample} ->
          {index + 1, next, weight, sample}
      end)

    sample
  end

  def take_random(enumerable, count) when is_integer(count) and count > 0 do
    {size, _, _, sample} =
      reduce(enumerable, {0, count - 1, 1.0, %{}}, fn
        entry, {index, next, weight, sample} when index < count ->
          slot = if index == 0, do: 0, else: :rand.uniform(index + 1) - 1
          sample = :maps.put(index, :maps.get(slot, sample, nil), sample)
          {next, weight} = if index == next, do: next_taken(index, weight, count), else: {next, weight}
          {index + 1, next, weight, :maps.put(slot, entry, sample)}

        entry, {index, index, weight, sample} ->
          slot = :rand.uniform(count) - 1
          {next, weight} = next_taken(index, weight, count)
          {index + 1, next, weight, :maps.put(slot, entry, sample)}

        _entry, {index, next, weight, sample} ->
          {index + 1, next, weight, sample}
      end)

    for index <- 0..(Kernel.min(size, count) - 1)//1, do: :maps.get(index, sample)
  end

  defp next_taken(index, weight, count) do
    weight = weight * :math.exp(:math.log(:rand.uniform()) / count)
    {index + floor(:math.log(:rand.uniform()) / :math.log(1 - weight)) + 1, weight}
  end
end
