# Stream: lazy enumerables. A stream is an enumerable and the functions that
# rewrite its reducer, each with an accumulator of its own; the accumulators
# travel in a list beside that of the consumer.
defmodule Stream do
  defstruct enum: nil, funs: [], accs: [], done: nil

  @type acc :: any
  @type element :: any
  @type index :: non_neg_integer
  @type default :: any

  ## Transformers without state

  def each(enum, fun) when is_function(fun, 1) do
    lazy(enum, fn next ->
      fn entry, acc ->
        fun.(entry)
        next.(entry, acc)
      end
    end)
  end

  def filter(enum, fun) when is_function(fun, 1) do
    lazy(enum, fn next ->
      fn entry, acc -> if fun.(entry), do: next.(entry, acc), else: {:cont, acc} end
    end)
  end

  def reject(enum, fun) when is_function(fun, 1) do
    lazy(enum, fn next ->
      fn entry, acc -> if fun.(entry), do: {:cont, acc}, else: next.(entry, acc) end
    end)
  end

  def map(enum, fun) when is_function(fun, 1) do
    lazy(enum, fn next -> fn entry, acc -> next.(fun.(entry), acc) end end)
  end

  def flat_map(enum, mapper) when is_function(mapper, 1) do
    transform(enum, nil, fn entry, nil -> {mapper.(entry), nil} end)
  end

  def take_while(enum, fun) when is_function(fun, 1) do
    lazy(enum, fn next ->
      fn entry, acc -> if fun.(entry), do: next.(entry, acc), else: {:halt, acc} end
    end)
  end

  ## Transformers with state: [state | the rest of the accumulators]

  def with_index(enum, fun_or_offset \\ 0)

  def with_index(enum, offset) when is_integer(offset) do
    lazy(enum, offset, fn next ->
      fn entry, [head, index | tail] ->
        forward(next, {entry, index}, head, index + 1, tail)
      end
    end)
  end

  def with_index(enum, fun) when is_function(fun, 2) do
    lazy(enum, 0, fn next ->
      fn entry, [head, index | tail] ->
        forward(next, fun.(entry, index), head, index + 1, tail)
      end
    end)
  end

  # The consumer's accumulator comes first; next gets it with the later states
  # taken off, and they are put back.
  defp forward(next, entry, head, state, tail) do
    case next.(entry, [head | tail]) do
      {reason, [head | tail]} -> {reason, [head, state | tail]}
    end
  end

  defp skip(head, state, tail), do: {:cont, [head, state | tail]}

  def drop(enum, n) when is_integer(n) and n >= 0 do
    lazy(enum, n, fn next ->
      fn
        entry, [head, 0 | tail] -> forward(next, entry, head, 0, tail)
        _entry, [head, left | tail] -> skip(head, left - 1, tail)
      end
    end)
  end

  # The last n elements are held back until there are n more.
  def drop(enum, n) when is_integer(n) and n < 0 do
    n = -n

    transform(enum, {0, [], []}, fn
      entry, {count, buffer_in, []} when count < n ->
        {[], {count + 1, [entry | buffer_in], []}}

      entry, {count, buffer_in, [first | rest]} ->
        {[first], {count, [entry | buffer_in], rest}}

      entry, {count, buffer_in, []} ->
        [first | rest] = :lists.reverse(buffer_in)
        {[first], {count, [entry], rest}}
    end)
  end

  def drop_every(enum, nth)
  def drop_every(enum, 0), do: %Stream{enum: enum}
  def drop_every([], _nth), do: %Stream{enum: []}

  def drop_every(enum, nth) when is_integer(nth) and nth > 0 do
    lazy(enum, 0, fn next ->
      fn
        _entry, [head, 0 | tail] -> skip(head, nth - 1, tail)
        entry, [head, left | tail] -> forward(next, entry, head, left - 1, tail)
      end
    end)
  end

  def drop_while(enum, fun) when is_function(fun, 1) do
    lazy(enum, true, fn next ->
      fn entry, [head, dropping? | tail] ->
        if dropping? and fun.(entry) do
          skip(head, true, tail)
        else
          forward(next, entry, head, false, tail)
        end
      end
    end)
  end

  def take(enum, count)
  def take(enum, count) when is_integer(count), do: taken(enum, count)

  defp taken(_enum, 0), do: %Stream{enum: []}
  defp taken([], _count), do: %Stream{enum: []}

  defp taken(enum, count) when count > 0 do
    lazy(enum, count, fn next ->
      fn entry, [head, left | tail] ->
        case left do
          0 ->
            {:halt, [head, 0 | tail]}

          1 ->
            {_reason, acc} = forward(next, entry, head, 0, tail)
            {:halt, acc}

          _ ->
            forward(next, entry, head, left - 1, tail)
        end
      end
    end)
  end

  defp taken(enum, count) do
    &Enumerable.reduce(Enum.take(enum, count), &1, &2)
  end

  def take_every(enum, nth)
  def take_every(enum, nth) when is_integer(nth) and nth >= 0, do: taken_every(enum, nth)

  defp taken_every(_enum, 0), do: %Stream{enum: []}
  defp taken_every([], _nth), do: %Stream{enum: []}

  defp taken_every(enum, nth) do
    lazy(enum, 0, fn next ->
      fn
        entry, [head, 0 | tail] -> forward(next, entry, head, nth - 1, tail)
        _entry, [head, left | tail] -> skip(head, left - 1, tail)
      end
    end)
  end

  def map_every(enum, nth, fun)
  def map_every(enum, nth, fun) when is_integer(nth) and nth >= 0 and is_function(fun, 1),
    do: mapped_every(enum, nth, fun)

  defp mapped_every(enum, 1, fun), do: map(enum, fun)
  defp mapped_every(enum, 0, _fun), do: %Stream{enum: enum}
  defp mapped_every([], _nth, _fun), do: %Stream{enum: []}

  defp mapped_every(enum, nth, fun) do
    lazy(enum, 0, fn next ->
      fn
        entry, [head, 0 | tail] -> forward(next, fun.(entry), head, nth - 1, tail)
        entry, [head, left | tail] -> forward(next, entry, head, left - 1, tail)
      end
    end)
  end

  def scan(enum, fun) when is_function(fun, 2) do
    lazy(enum, :first, fn next ->
      fn
        entry, [head, :first | tail] ->
          forward(next, entry, head, {:ok, entry}, tail)

        entry, [head, {:ok, acc} | tail] ->
          value = fun.(entry, acc)
          forward(next, value, head, {:ok, value}, tail)
      end
    end)
  end

  def scan(enum, acc, fun) when is_function(fun, 2) do
    lazy(enum, acc, fn next ->
      fn entry, [head, acc | tail] ->
        value = fun.(entry, acc)
        forward(next, value, head, value, tail)
      end
    end)
  end

  def dedup(enum), do: dedup_by(enum, fn x -> x end)

  def dedup_by(enum, fun) when is_function(fun, 1) do
    lazy(enum, nil, fn next ->
      fn entry, [head, previous | tail] ->
        value = fun.(entry)

        case previous do
          {:value, ^value} -> skip(head, previous, tail)
          _ -> forward(next, entry, head, {:value, value}, tail)
        end
      end
    end)
  end

  def uniq(enum), do: uniq_by(enum, fn x -> x end)

  def uniq_by(enum, fun) when is_function(fun, 1) do
    lazy(enum, %{}, fn next ->
      fn entry, [head, seen | tail] ->
        value = fun.(entry)

        case seen do
          %{^value => _} -> skip(head, seen, tail)
          _ -> forward(next, entry, head, :maps.put(value, true, seen), tail)
        end
      end
    end)
  end

  def intersperse(enumerable, intersperse_element) do
    transform(enumerable, false, fn
      entry, true -> {[intersperse_element, entry], true}
      entry, false -> {[entry], true}
    end)
  end

  def into(enum, collectable, transform \\ fn x -> x end) when is_function(transform, 1) do
    &into_collectable(enum, collectable, transform, &1, &2)
  end

  defp into_collectable(enum, collectable, transform, acc, fun) do
    {initial, into} = Collectable.into(collectable)

    composed = fn entry, [acc | collection] ->
      collection = into.(collection, {:cont, transform.(entry)})
      {reason, acc} = fun.(entry, acc)
      {reason, [acc | collection]}
    end

    step = &Enumerable.reduce(enum, &1, composed)
    run_into(step, initial, into, acc)
  end

  defp run_into(step, collection, into, {command, acc}) do
    try do
      step.({command, [acc | collection]})
    catch
      kind, reason ->
        into.(collection, :halt)
        :erlang.raise(kind, reason, __STACKTRACE__)
    else
      {:suspended, [acc | collection], continuation} ->
        {:suspended, acc, &run_into(continuation, collection, into, &1)}

      {reason, [acc | collection]} ->
        into.(collection, :done)
        {reason, acc}
    end
  end

  ## Chunks

  def chunk_every(enum, count), do: chunk_every(enum, count, count, [])

  def chunk_every(enum, count, step, leftover \\ [])
      when is_integer(count) and count > 0 and is_integer(step) and step > 0 do
    # The buffer holds the last elements in reverse, and skipped counts those
    # to leave out when step > count.
    chunk_fun = fn
      _entry, {buffer, size, skip} when skip > 0 ->
        {:cont, {buffer, size, skip - 1}}

      entry, {buffer, size, 0} when size + 1 == count ->
        chunk = :lists.reverse([entry | buffer])

        if step >= count do
          {:cont, chunk, {[], 0, step - count}}
        else
          kept = Enum.drop(chunk, step)
          {:cont, chunk, {:lists.reverse(kept), count - step, 0}}
        end

      entry, {buffer, size, 0} ->
        {:cont, {[entry | buffer], size + 1, 0}}
    end

    after_fun = fn
      {[], 0, _} = acc ->
        {:cont, acc}

      {buffer, size, _} = acc ->
        if leftover == :discard do
          {:cont, acc}
        else
          {:cont, :lists.reverse(buffer, Enum.take(leftover, count - size)), acc}
        end
    end

    chunk_while(enum, {[], 0, 0}, chunk_fun, after_fun)
  end

  def chunk_by(enum, fun) when is_function(fun, 1) do
    chunk_fun = fn
      entry, nil ->
        {:cont, {[entry], fun.(entry)}}

      entry, {buffer, value} ->
        case fun.(entry) do
          ^value -> {:cont, {[entry | buffer], value}}
          other -> {:cont, :lists.reverse(buffer), {[entry], other}}
        end
    end

    after_fun = fn
      nil -> {:cont, nil}
      {buffer, _} -> {:cont, :lists.reverse(buffer), nil}
    end

    chunk_while(enum, nil, chunk_fun, after_fun)
  end

  def chunk_while(enum, acc, chunk_fun, after_fun)
      when is_function(chunk_fun, 2) and is_function(after_fun, 1) do
    # The function for the rest stands with the state until the consumer halts.
    stream =
      lazy(enum, {acc, after_fun}, fn next ->
        fn entry, [head, {acc, after_fun} | tail] ->
          case chunk_fun.(entry, acc) do
            {:cont, chunk, acc} ->
              case next.(chunk, [head | tail]) do
                {:halt, [head | tail]} -> {:halt, [head, {acc, nil} | tail]}
                {reason, [head | tail]} -> {reason, [head, {acc, after_fun} | tail]}
              end

            {:cont, acc} ->
              {:cont, [head, {acc, after_fun} | tail]}

            {:halt, acc} ->
              {:halt, [head, {acc, after_fun} | tail]}
          end
        end
      end)

    %{stream | done: &rest/2}
  end

  # What is to come after the last element, from the last state.
  defp rest({_acc, nil}, _), do: :none

  defp rest({acc, after_fun}, next) do
    case after_fun.(acc) do
      {:cont, chunk, _} -> next.(chunk)
      {:cont, _} -> :none
    end
  end

  ## transform: each element becomes an enumerable

  def transform(enum, acc, reducer) when is_function(reducer, 2) do
    &transforming(enum, fn -> acc end, reducer, nil, nil, &1, &2)
  end

  def transform(enum, start_fun, reducer, after_fun)
      when is_function(start_fun, 0) and is_function(reducer, 2) and is_function(after_fun, 1) do
    &transforming(enum, start_fun, reducer, nil, after_fun, &1, &2)
  end

  def transform(enum, start_fun, reducer, last_fun, after_fun)
      when is_function(start_fun, 0) and is_function(reducer, 2) and is_function(last_fun, 1) and
             is_function(after_fun, 1) do
    &transforming(enum, start_fun, reducer, last_fun, after_fun, &1, &2)
  end

  defp transforming(enum, start_fun, reducer, last_fun, after_fun, inner_acc, fun) do
    funs = {reducer, last_fun, after_fun, fun}

    # The source gives its elements one at a time.
    source = &Enumerable.reduce(enum, &1, fn entry, _ -> {:suspend, {:element, entry}} end)
    pull(source, start_fun.(), funs, inner_acc)
  end

  # What comes next: nothing pending; take an element from the source.
  defp pull(source, state, funs, {:halt, acc}) do
    close(source)
    finally(funs, state)
    {:halted, acc}
  end

  defp pull(source, state, funs, {:suspend, acc}) do
    {:suspended, acc, &pull(source, state, funs, &1)}
  end

  defp pull(source, state, {reducer, last_fun, _, _} = funs, {:cont, acc}) do
    step =
      guarded(source, state, funs, fn ->
        case source.({:cont, :none}) do
          {:suspended, {:element, entry}, source} ->
            {:next, source, reducer.(entry, state)}

          # An enumerable may give its last element as it ends.
          {reason, {:element, entry}} when reason in [:done, :halted] ->
            {:next, :over, reducer.(entry, state)}

          {_, _} ->
            :over
        end
      end)

    case step do
      {:next, source, {:halt, state}} ->
        close(source)
        finally(funs, state)
        {:halted, acc}

      {:next, source, {[], state}} ->
        continue(source, state, funs, {:cont, acc})

      {:next, source, {entries, state}} ->
        entries(entries, source, state, funs, {:cont, acc})

      :over when last_fun == nil ->
        finally(funs, state)
        {:done, acc}

      :over ->
        last(state, funs, {:cont, acc})
    end
  end

  defp continue(:over, state, {_, nil, _, _} = funs, {:cont, acc}) do
    finally(funs, state)
    {:done, acc}
  end

  defp continue(:over, state, funs, {:cont, _} = acc), do: last(state, funs, acc)

  defp continue(:over, state, funs, {:suspend, acc}) do
    {:suspended, acc, &continue(:over, state, funs, &1)}
  end

  defp continue(:over, state, funs, {:halt, acc}) do
    finally(funs, state)
    {:halted, acc}
  end

  defp continue(source, state, funs, acc), do: pull(source, state, funs, acc)

  # Once, after the last element.
  defp last(state, {reducer, last_fun, after_fun, fun}, {:cont, acc}) do
    funs = {reducer, nil, after_fun, fun}

    case guarded(:over, state, funs, fn -> last_fun.(state) end) do
      {:halt, state} ->
        finally(funs, state)
        {:halted, acc}

      {entries, state} ->
        entries(entries, :over, state, funs, {:cont, acc})
    end
  end

  # The elements that one element became.
  defp entries(list, source, state, funs, acc) when is_list(list) do
    list_entries(list, source, state, funs, acc)
  end

  defp entries(enum, source, state, {_, _, _, fun} = funs, {:cont, _} = acc) do
    inner =
      &Enumerable.reduce(enum, &1, fn entry, {_, acc} ->
        {command, _} = answer = fun.(entry, acc)
        {command, answer}
      end)

    inner_entries(inner, source, state, funs, acc)
  end

  defp list_entries([], source, state, funs, acc), do: continue(source, state, funs, acc)

  defp list_entries(_list, source, state, funs, {:halt, acc}) do
    close(source)
    finally(funs, state)
    {:halted, acc}
  end

  defp list_entries(list, source, state, funs, {:suspend, acc}) do
    {:suspended, acc, &list_entries(list, source, state, funs, &1)}
  end

  defp list_entries([entry | rest], source, state, {_, _, _, fun} = funs, {:cont, acc}) do
    acc = guarded(source, state, funs, fn -> fun.(entry, acc) end)
    list_entries(rest, source, state, funs, acc)
  end

  # The inner accumulator holds the consumer's last answer, since the enumerable
  # may end of itself right after an element.
  defp inner_entries(inner, source, state, funs, {:halt, acc}) do
    inner.({:halt, {:halt, acc}})
    close(source)
    finally(funs, state)
    {:halted, acc}
  end

  defp inner_entries(inner, source, state, funs, {:suspend, acc}) do
    {:suspended, acc, &inner_entries(inner, source, state, funs, &1)}
  end

  defp inner_entries(inner, source, state, funs, {:cont, acc}) do
    case guarded(source, state, funs, fn -> inner.({:cont, {:cont, acc}}) end) do
      {:suspended, {_, acc}, inner} ->
        {:suspended, acc, &inner_entries(inner, source, state, funs, &1)}

      {_, {:halt, acc}} ->
        close(source)
        finally(funs, state)
        {:halted, acc}

      {_, answer} ->
        continue(source, state, funs, answer)
    end
  end

  defp guarded(source, state, funs, fun) do
    try do
      fun.()
    catch
      kind, reason ->
        close(source)
        finally(funs, state)
        :erlang.raise(kind, reason, __STACKTRACE__)
    end
  end

  defp close(over) when over == :over or is_list(over), do: :ok
  defp close(source), do: source.({:halt, []})

  defp finally({_, _, nil, _}, _state), do: :ok
  defp finally({_, _, after_fun, _}, state), do: after_fun.(state)

  ## Joining

  def concat(enumerables), do: flat_map(enumerables, & &1)
  def concat(first, second), do: flat_map([first, second], & &1)

  def zip(enumerable1, enumerable2), do: zip([enumerable1, enumerable2])

  def zip(enumerables), do: zip_with(enumerables, &:erlang.list_to_tuple/1)

  def zip_with(enumerable1, enumerable2, zip_fun) when is_function(zip_fun, 2) do
    zip_with([enumerable1, enumerable2], fn [left, right] -> zip_fun.(left, right) end)
  end

  def zip_with(enumerables, zip_fun) when is_function(zip_fun, 1) do
    if is_list(enumerables) and enumerables != [] and :lists.all(&is_list/1, enumerables) do
      &zip_lists(enumerables, &1, &2, zip_fun)
    else
      &zip_enums(enumerables, &1, &2, zip_fun)
    end
  end

  defp zip_lists(_lists, {:halt, acc}, _fun, _zip_fun), do: {:halted, acc}

  defp zip_lists(lists, {:suspend, acc}, fun, zip_fun) do
    {:suspended, acc, &zip_lists(lists, &1, fun, zip_fun)}
  end

  defp zip_lists(lists, {:cont, acc}, fun, zip_fun) do
    case heads(lists, [], []) do
      {heads, tails} -> zip_lists(tails, fun.(zip_fun.(heads), acc), fun, zip_fun)
      :done -> {:done, acc}
    end
  end

  defp heads([[head | tail] | rest], heads, tails),
    do: heads(rest, [head | heads], [tail | tails])

  defp heads([[] | _], _heads, _tails), do: :done
  defp heads([], heads, tails), do: {:lists.reverse(heads), :lists.reverse(tails)}

  defp zip_enums(enumerables, acc, fun, zip_fun) do
    sources =
      for enum <- Enum.to_list(enumerables) do
        &Enumerable.reduce(enum, &1, fn entry, acc -> {:suspend, [entry | acc]} end)
      end

    if sources == [], do: zip_none(acc), else: zip_next(sources, acc, fun, zip_fun)
  end

  defp zip_none({:halt, acc}), do: {:halted, acc}
  defp zip_none({:suspend, acc}), do: {:suspended, acc, &zip_none/1}
  defp zip_none({:cont, acc}), do: {:done, acc}

  defp zip_next(sources, {:halt, acc}, _fun, _zip_fun) do
    close_all(sources)
    {:halted, acc}
  end

  defp zip_next(sources, {:suspend, acc}, fun, zip_fun) do
    {:suspended, acc, &zip_next(sources, &1, fun, zip_fun)}
  end

  defp zip_next(sources, {:cont, acc}, fun, zip_fun) do
    try do
      case zip_row(sources, [], []) do
        {:next, sources, row} -> {:next, sources, fun.(zip_fun.(row), acc)}
        {:done, sources} -> {:done, sources}
      end
    catch
      kind, reason ->
        close_all(sources)
        :erlang.raise(kind, reason, __STACKTRACE__)
    else
      {:next, sources, acc} ->
        zip_next(sources, acc, fun, zip_fun)

      {:done, sources} ->
        close_all(sources)
        {:done, acc}
    end
  end

  defp zip_row([], row, sources), do: {:next, :lists.reverse(sources), :lists.reverse(row)}

  # What ended has left a list of what is still to give.
  defp zip_row([[entry | left] | rest], row, sources),
    do: zip_row(rest, [entry | row], [left | sources])

  defp zip_row([[] | rest], _row, sources), do: {:done, :lists.reverse(sources, rest)}

  defp zip_row([source | rest], row, sources) do
    case source.({:cont, []}) do
      {:suspended, [entry], source} -> zip_row(rest, [entry | row], [source | sources])
      {_, left} -> zip_row([left | rest], row, sources)
    end
  end

  defp close_all(sources), do: :lists.foreach(&close/1, sources)

  ## Sources

  def cycle(enumerable)

  def cycle([]) do
    raise ArgumentError, "cannot cycle over an empty enumerable"
  end

  def cycle(enumerable) do
    fn acc, fun ->
      cycle(enumerable, acc, fun)
    end
  end

  defp cycle(enumerable, acc, fun) do
    inner =
      &Enumerable.reduce(enumerable, &1, fn entry, {_, acc} ->
        {reason, acc} = fun.(entry, acc)
        {reason, {reason, acc}}
      end)

    cycling(inner, enumerable, acc, fun, :empty)
  end

  defp cycling(inner, enumerable, {:suspend, acc}, fun, first) do
    {:suspended, acc, &cycling(inner, enumerable, &1, fun, first)}
  end

  defp cycling(inner, enumerable, {command, acc}, fun, first) do
    case inner.({command, {first, acc}}) do
      {:suspended, {_, acc}, inner} ->
        {:suspended, acc, &cycling(inner, enumerable, &1, fun, :cont)}

      {_, {reason, acc}} when command == :halt or reason == :halt ->
        {:halted, acc}

      {_, {:empty, _acc}} ->
        raise ArgumentError, "cannot cycle over an empty enumerable"

      # The enumerable ended, perhaps of itself and with an element.
      {_, {command, acc}} ->
        cycle(enumerable, {command, acc}, fun)
    end
  end

  def duplicate(value, n) when is_integer(n) and n >= 0 do
    unfold(n, fn
      0 -> nil
      left -> {value, left - 1}
    end)
  end

  def from_index(fun_or_offset \\ 0)

  def from_index(offset) when is_integer(offset), do: unfold(offset, &{&1, &1 + 1})
  def from_index(fun) when is_function(fun, 1), do: unfold(0, &{fun.(&1), &1 + 1})

  def iterate(start_value, next_fun) when is_function(next_fun, 1) do
    unfold({:ok, start_value}, fn
      {:ok, value} ->
        {value, {:next, value}}

      {:next, value} ->
        next = next_fun.(value)
        {next, {:next, next}}
    end)
  end

  def repeatedly(generator_fun) when is_function(generator_fun, 0) do
    &repeating(generator_fun, &1, &2)
  end

  defp repeating(generator_fun, {:suspend, acc}, fun) do
    {:suspended, acc, &repeating(generator_fun, &1, fun)}
  end

  defp repeating(_generator_fun, {:halt, acc}, _fun), do: {:halted, acc}

  defp repeating(generator_fun, {:cont, acc}, fun) do
    repeating(generator_fun, fun.(generator_fun.(), acc), fun)
  end

  def unfold(next_acc, next_fun) when is_function(next_fun, 1) do
    &unfolding(next_acc, next_fun, &1, &2)
  end

  defp unfolding(next_acc, next_fun, {:suspend, acc}, fun) do
    {:suspended, acc, &unfolding(next_acc, next_fun, &1, fun)}
  end

  defp unfolding(_next_acc, _next_fun, {:halt, acc}, _fun), do: {:halted, acc}

  defp unfolding(next_acc, next_fun, {:cont, acc}, fun) do
    case next_fun.(next_acc) do
      nil -> {:done, acc}
      {value, next_acc} -> unfolding(next_acc, next_fun, fun.(value, acc), fun)
    end
  end

  def resource(start_fun, next_fun, after_fun)
      when is_function(start_fun, 0) and is_function(next_fun, 1) and is_function(after_fun, 1) do
    # An endless source of nothing, each transformed by what next_fun gives.
    transform(repeatedly(fn -> nil end), start_fun, fn _, acc -> next_fun.(acc) end, after_fun)
  end

  def interval(n) when is_integer(n) and n >= 0 when n == :infinity do
    unfold(0, fn count ->
      Process.sleep(n)
      {count, count + 1}
    end)
  end

  def timer(n) when is_integer(n) and n >= 0 when n == :infinity do
    unfold(0, fn
      0 ->
        Process.sleep(n)
        {0, 1}

      1 ->
        nil
    end)
  end

  def run(stream) do
    _ = Enumerable.reduce(stream, {:cont, nil}, fn _, _ -> {:cont, nil} end)
    :ok
  end

  ## Building

  # Later functions come first in funs; a state comes with its function.
  defp lazy(%Stream{done: nil, funs: funs} = lazy, fun), do: %{lazy | funs: [fun | funs]}
  defp lazy(enum, fun), do: %Stream{enum: enum, funs: [fun]}

  defp lazy(%Stream{done: nil, funs: funs, accs: accs} = lazy, acc, fun) do
    %{lazy | funs: [fun | funs], accs: [acc | accs]}
  end

  defp lazy(enum, acc, fun), do: %Stream{enum: enum, funs: [fun], accs: [acc]}

  ## Deprecated names

  @deprecated "Use Stream.chunk_every/2 instead"
  def chunk(enum, n), do: chunk(enum, n, n, nil)

  @deprecated "Use Stream.chunk_every/3 instead"
  def chunk(enum, n, step), do: chunk_every(enum, n, step, :discard)

  @deprecated "Use Stream.chunk_every/4 instead"
  def chunk(enum, n, step, leftover)
      when is_integer(n) and n > 0 and is_integer(step) and step > 0 do
    chunk_every(enum, n, step, leftover || :discard)
  end

  @deprecated "Use Stream.filter/2 + Stream.map/2 instead"
  def filter_map(enum, filter, mapper), do: enum |> filter(filter) |> map(mapper)

  @deprecated "Use Stream.uniq_by/2 instead"
  def uniq(enum, fun), do: uniq_by(enum, fun)
end

defimpl Enumerable, for: Stream do
  def count(_lazy), do: {:error, __MODULE__}
  def member?(_lazy, _value), do: {:error, __MODULE__}
  def slice(_lazy), do: {:error, __MODULE__}

  def reduce(lazy, acc, fun) do
    consumer = fn entry, [acc] ->
      {reason, acc} = fun.(entry, acc)
      {reason, [acc]}
    end

    # The function added last is the nearest to the consumer; the states stand
    # in the order in which the elements meet them.
    composed = :lists.foldl(fn fun, next -> fun.(next) end, consumer, lazy.funs)
    {command, acc} = acc
    states = :lists.reverse(lazy.accs)
    last = if lazy.done, do: &last(lazy.done, &1, &2, fun)
    run(&Enumerable.reduce(lazy.enum, &1, composed), {command, [acc | states]}, last)
  end

  defp run(step, {command, _} = acc, last) do
    case step.(acc) do
      {:suspended, [acc | states], continuation} ->
        {:suspended, acc, fn {command, acc} -> run(continuation, {command, [acc | states]}, last) end}

      {reason, [acc | states]} when last != nil and command != :halt ->
        {reason, last.(acc, :lists.last(states))}

      {reason, [acc | _]} ->
        {reason, acc}
    end
  end

  # The function added last may have something to add at the end.
  defp last(done, acc, state, fun) do
    case done.(state, &fun.(&1, acc)) do
      :none -> acc
      {_reason, acc} -> acc
    end
  end
end

defimpl Inspect, for: Stream do
  import Inspect.Algebra

  def inspect(%{enum: enum, funs: funs}, opts) do
    {doc, opts} = to_doc_with_opts([enum: enum, funs: Enum.reverse(funs)], opts)
    {concat(["#Stream<", doc, ">"]), opts}
  end
end
