# Access: container[key], and the accessors for get_in and its kin.
defmodule Access do
  @type container :: keyword | struct | map
  @type nil_container :: nil
  @type t :: container | nil_container | any
  @type key :: any
  @type value :: any
  @type get_and_update_fun(data, current_value) ::
          (:get, data, (term -> term) -> new_data :: container)
          | (:get_and_update, data, (term -> term) ->
               {current_value, new_data :: container} | :pop)
  @type access_fun(data, current_value) :: get_and_update_fun(data, current_value)

  @callback fetch(term :: t, key) :: {:ok, value} | :error
  @callback get_and_update(data, key, (value | nil -> {current_value, new_value :: value} | :pop)) ::
              {current_value, new_data :: data}
            when current_value: value, data: container
  @callback pop(data, key) :: {value, data} when data: container

  def fetch(container, key)

  def fetch(%module{} = container, key) do
    try do
      module.fetch(container, key)
    rescue
      exception in UndefinedFunctionError ->
        raise_undefined(exception, __STACKTRACE__, module, :fetch, [container, key])
    end
  end

  def fetch(map, key) when is_map(map) do
    case map do
      %{^key => value} -> {:ok, value}
      _ -> :error
    end
  end

  def fetch(list, key) when is_list(list) and is_atom(key) do
    case :lists.keyfind(key, 1, list) do
      {_, value} -> {:ok, value}
      false -> :error
    end
  end

  def fetch(list, key) when is_list(list) do
    raise ArgumentError,
          "the Access calls for keywords expect the key to be an atom, got: " <> inspect(key)
  end

  def fetch(nil, _key), do: :error

  def fetch!(container, key) do
    case fetch(container, key) do
      {:ok, value} -> value
      :error -> raise(KeyError, key: key, term: container)
    end
  end

  def get(container, key, default \\ nil)

  def get(%module{} = container, key, default) do
    try do
      module.fetch(container, key)
    rescue
      exception in UndefinedFunctionError ->
        raise_undefined(exception, __STACKTRACE__, module, :fetch, [container, key])
    else
      {:ok, value} -> value
      :error -> default
    end
  end

  def get(map, key, default) when is_map(map) do
    case map do
      %{^key => value} -> value
      _ -> default
    end
  end

  def get(list, key, default) when is_list(list) and is_atom(key) do
    case :lists.keyfind(key, 1, list) do
      {_, value} -> value
      false -> default
    end
  end

  def get(list, key, _default) when is_list(list) and is_integer(key) do
    raise ArgumentError, """
    the Access module does not support accessing lists by index, got: #{inspect(key)}

    Accessing a list by index is typically discouraged in Elixir, \
    instead we prefer to use the Enum module to manipulate lists \
    as a whole. If you really must access a list element by index, \
    you can use Enum.at/2 or the functions in the List module\
    """
  end

  def get(list, key, _default) when is_list(list) do
    raise ArgumentError, """
    the Access module supports only keyword lists (with atom keys), got: #{inspect(key)}

    If you want to search lists of tuples, use List.keyfind/3\
    """
  end

  def get(nil, _key, default), do: default

  def get_and_update(container, key, fun)

  def get_and_update(%module{} = container, key, fun) do
    try do
      module.get_and_update(container, key, fun)
    rescue
      exception in UndefinedFunctionError ->
        raise_undefined(exception, __STACKTRACE__, module, :get_and_update, [container, key, fun])
    end
  end

  def get_and_update(map, key, fun) when is_map(map), do: Map.get_and_update(map, key, fun)

  def get_and_update(list, key, fun) when is_list(list) and is_atom(key) do
    Keyword.get_and_update(list, key, fun)
  end

  def get_and_update(list, key, _fun) when is_list(list) and is_integer(key) do
    raise ArgumentError, """
    the Access module does not support accessing lists by index, got: #{inspect(key)}

    Accessing a list by index is typically discouraged in Elixir, \
    instead we prefer to use the Enum module to manipulate lists \
    as a whole. If you really must modify a list element by index, \
    you can use Access.at/1 or the functions in the List module\
    """
  end

  def get_and_update(list, key, _fun) when is_list(list) do
    raise ArgumentError, """
    the Access module supports only keyword lists (with atom keys), got: #{inspect(key)}\
    """
  end

  def get_and_update(nil, key, _fun) do
    raise ArgumentError, "could not put/update key #{inspect(key)} on a nil value"
  end

  def pop(container, key)

  def pop(%module{} = container, key) do
    try do
      module.pop(container, key)
    rescue
      exception in UndefinedFunctionError ->
        raise_undefined(exception, __STACKTRACE__, module, :pop, [container, key])
    end
  end

  def pop(map, key) when is_map(map), do: Map.pop(map, key)
  def pop(list, key) when is_list(list), do: Keyword.pop(list, key)

  def pop(nil, key) do
    raise ArgumentError, "could not pop key #{inspect(key)} on a nil value"
  end

  defp raise_undefined(exception, stacktrace, module, function, args) do
    arity = length(args)

    exception =
      case exception do
        %{module: ^module, function: ^function, arity: ^arity} ->
          reason =
            "#{inspect(module)} does not implement the Access behaviour\n\n" <>
              "You can use the \"struct.field\" syntax to access struct fields. " <>
              "You can also use Access.key!/1 to access struct fields dynamically " <>
              "inside get_in/put_in/update_in"

          %{exception | reason: reason}

        _ ->
          exception
      end

    reraise exception, stacktrace
  end

  ## Accessors

  def key(key, default \\ nil) do
    fn
      :get, data, next ->
        next.(Map.get(data || %{}, key, default))

      :get_and_update, data, next ->
        value = Map.get(data || %{}, key, default)

        case next.(value) do
          {get, update} -> {get, Map.put(data || %{}, key, update)}
          :pop -> {value, Map.delete(data || %{}, key)}
        end
    end
  end

  def key!(key) do
    fn
      :get, %{} = data, next ->
        next.(Map.fetch!(data, key))

      :get_and_update, %{} = data, next ->
        value = Map.fetch!(data, key)

        case next.(value) do
          {get, update} -> {get, Map.put(data, key, update)}
          :pop -> {value, Map.delete(data, key)}
        end

      _op, data, _next ->
        raise "Access.key!/1 expected a map/struct, got: #{inspect(data)}"
    end
  end

  def elem(index) when is_integer(index) and index >= 0 do
    position = index + 1

    fn
      :get, data, next when is_tuple(data) ->
        next.(:erlang.element(position, data))

      :get_and_update, data, next when is_tuple(data) ->
        value = :erlang.element(position, data)

        case next.(value) do
          {get, update} -> {get, :erlang.setelement(position, data, update)}
          :pop -> raise "cannot pop data from a tuple"
        end

      _op, data, _next ->
        raise "Access.elem/1 expected a tuple, got: #{inspect(data)}"
    end
  end

  def all(), do: &all/3

  defp all(:get, data, next) when is_list(data), do: Enum.map(data, next)
  defp all(:get_and_update, data, next) when is_list(data), do: all_of(data, next, [], [])

  defp all(_op, data, _next) do
    raise "Access.all/0 expected a list, got: #{inspect(data)}"
  end

  defp all_of([head | rest], next, gets, updates) do
    case next.(head) do
      {get, update} -> all_of(rest, next, [get | gets], [update | updates])
      :pop -> all_of(rest, next, [head | gets], updates)
    end
  end

  defp all_of([], _next, gets, updates), do: {:lists.reverse(gets), :lists.reverse(updates)}

  def at(index) when is_integer(index), do: fn op, data, next -> at(op, data, index, next) end

  defp at(:get, data, index, next) when is_list(data), do: data |> Enum.at(index) |> next.()

  defp at(:get_and_update, data, index, next) when is_list(data) do
    get_and_update_at(data, index, next, fn -> nil end)
  end

  defp at(_op, data, _index, _next) do
    raise "Access.at/1 expected a list, got: #{inspect(data)}"
  end

  defp get_and_update_at(list, index, next, missing) do
    position = if index < 0, do: length(list) + index, else: index
    update_position(list, position, next, [], missing)
  end

  defp update_position([head | rest], 0, next, acc, _missing) do
    case next.(head) do
      {get, update} -> {get, :lists.reverse(acc, [update | rest])}
      :pop -> {head, :lists.reverse(acc, rest)}
    end
  end

  defp update_position([head | rest], position, next, acc, missing) when position > 0 do
    update_position(rest, position - 1, next, [head | acc], missing)
  end

  defp update_position(rest, _position, _next, acc, missing) do
    {missing.(), :lists.reverse(acc, rest)}
  end

  def at!(index) when is_integer(index), do: fn op, data, next -> at!(op, data, index, next) end

  defp at!(:get, data, index, next) when is_list(data) do
    case Enum.fetch(data, index) do
      {:ok, value} -> next.(value)
      :error -> raise Enum.OutOfBoundsError, enumerable: data, index: index
    end
  end

  defp at!(:get_and_update, data, index, next) when is_list(data) do
    get_and_update_at(data, index, next, fn ->
      raise Enum.OutOfBoundsError, enumerable: data, index: index
    end)
  end

  defp at!(_op, data, _index, _next) do
    raise "Access.at!/1 expected a list, got: #{inspect(data)}"
  end

  def find(predicate) when is_function(predicate, 1) do
    fn op, data, next -> find(op, data, predicate, next) end
  end

  defp find(:get, data, predicate, next) when is_list(data) do
    data |> Enum.find(predicate) |> next.()
  end

  defp find(:get_and_update, data, predicate, next) when is_list(data) do
    update_found(data, predicate, next, [])
  end

  defp find(_op, data, _predicate, _next) do
    raise "Access.find/1 expected a list, got: #{inspect(data)}"
  end

  defp update_found([head | rest], predicate, next, acc) do
    if predicate.(head) do
      case next.(head) do
        {get, update} -> {get, :lists.reverse(acc, [update | rest])}
        :pop -> {head, :lists.reverse(acc, rest)}
      end
    else
      update_found(rest, predicate, next, [head | acc])
    end
  end

  defp update_found([], _predicate, _next, acc), do: {nil, :lists.reverse(acc)}

  def filter(fun) when is_function(fun) do
    fn op, data, next -> filter(op, data, fun, next) end
  end

  defp filter(:get, data, fun, next) when is_list(data) do
    data |> Enum.filter(fun) |> Enum.map(next)
  end

  defp filter(:get_and_update, data, fun, next) when is_list(data) do
    filter_update(data, fun, next, [], [])
  end

  defp filter(_op, data, _fun, _next) do
    raise "Access.filter/1 expected a list, got: #{inspect(data)}"
  end

  defp filter_update([head | rest], fun, next, gets, updates) do
    if fun.(head) do
      case next.(head) do
        {get, update} -> filter_update(rest, fun, next, [get | gets], [update | updates])
        :pop -> filter_update(rest, fun, next, [head | gets], updates)
      end
    else
      filter_update(rest, fun, next, gets, [head | updates])
    end
  end

  defp filter_update([], _fun, _next, gets, updates) do
    {:lists.reverse(gets), :lists.reverse(updates)}
  end

  def slice(%Range{} = range) do
    if range.step > 0 do
      fn op, data, next -> slice(op, data, range, next) end
    else
      raise ArgumentError,
            "Access.slice/1 does not accept ranges with negative steps, got: #{inspect(range)}"
    end
  end

  defp slice(:get, data, range, next) when is_list(data) do
    data |> Enum.slice(range) |> Enum.map(next)
  end

  defp slice(:get_and_update, data, range, next) when is_list(data) do
    size = length(data)
    first = if range.first < 0, do: range.first + size, else: range.first
    last = if range.last < 0, do: range.last + size, else: range.last
    range = %{range | first: first, last: last}
    slice_update(data, 0, range, next, [], [])
  end

  defp slice(_op, data, _range, _next) do
    raise ArgumentError, "Access.slice/1 expected a list, got: #{inspect(data)}"
  end

  defp slice_update([head | rest], index, range, next, gets, updates) do
    if index in range do
      case next.(head) do
        {get, update} ->
          slice_update(rest, index + 1, range, next, [get | gets], [update | updates])

        :pop ->
          slice_update(rest, index + 1, range, next, [head | gets], updates)
      end
    else
      slice_update(rest, index + 1, range, next, gets, [head | updates])
    end
  end

  defp slice_update([], _index, _range, _next, gets, updates) do
    {:lists.reverse(gets), :lists.reverse(updates)}
  end

  def values() do
    fn
      :get, %{} = data, next ->
        Enum.map(data, fn {_key, value} -> next.(value) end)

      :get, data, next when data == [] or is_atom(:erlang.element(1, hd(data))) ->
        Enum.map(data, fn {_key, value} -> next.(value) end)

      :get_and_update, data, next when is_map(data) ->
        {gets, pairs} = values_update(Map.to_list(data), next, [], [])
        {gets, Map.new(pairs)}

      :get_and_update, data, next when data == [] or is_atom(:erlang.element(1, hd(data))) ->
        values_update(data, next, [], [])

      _op, data, _next ->
        raise "Access.values/0 expected a map or a keyword list, got: #{inspect(data)}"
    end
  end

  defp values_update([{key, value} | rest], next, gets, updates) do
    case next.(value) do
      {get, update} -> values_update(rest, next, [get | gets], [{key, update} | updates])
      :pop -> values_update(rest, next, [value | gets], updates)
    end
  end

  defp values_update([], _next, gets, updates),
    do: {:lists.reverse(gets), :lists.reverse(updates)}
end
