# OTP's erl_parse, of which only terms are read here.
defmodule :erl_parse do
  def parse_term(tokens) do
    try do
      case term(tokens) do
        {term, [{:dot, _}]} -> {:ok, term}
        {_, rest} -> unexpected(rest)
      end
    catch
      {__MODULE__, {0, module, message}} when tokens != [] ->
        {:error, {elem(List.last(tokens), 1), module, message}}

      {__MODULE__, error} ->
        {:error, error}
    end
  end

  def format_error(message), do: message

  defp unexpected([{:dot, line} | _]), do: unexpected(line, ~c"")
  defp unexpected([token | _]) when tuple_size(token) == 2, do: unexpected(elem(token, 1), ~c"'#{elem(token, 0)}'")
  defp unexpected([token | _]), do: unexpected(elem(token, 1), :io_lib.write(elem(token, 2)))
  defp unexpected([]), do: unexpected(0, ~c"")
  defp unexpected(line, text), do: throw({__MODULE__, {line, :erl_parse, [~c"syntax error before: ", text]}})

  defp term([{:-, _}, {kind, _, number} | rest]) when kind in [:integer, :float], do: {-number, rest}
  defp term([{:+, _}, {kind, _, number} | rest]) when kind in [:integer, :float], do: {number, rest}
  defp term([{:string, line, text}, {:string, _, more} | rest]), do: term([{:string, line, text ++ more} | rest])
  defp term([{kind, _, value} | rest]) when kind in [:atom, :integer, :float, :string, :char], do: {value, rest}
  defp term([{:"{", _}, {:"}", _} | rest]), do: {{}, rest}

  defp term([{:"{", _} | rest]) do
    {elements, rest} = terms(rest, :"}")
    {List.to_tuple(elements), rest}
  end

  defp term([{:"[", _}, {:"]", _} | rest]), do: {[], rest}
  defp term([{:"[", _} | rest]), do: list(rest)
  defp term([{:"#", _}, {:"{", _}, {:"}", _} | rest]), do: {%{}, rest}
  defp term([{:"#", _}, {:"{", _} | rest]), do: map(rest, %{})
  defp term([{:"<<", _}, {:">>", _} | rest]), do: {"", rest}
  defp term([{:"<<", _} | rest]), do: binary(rest, "")

  defp term([{:fun, _}, {:atom, _, m}, {:":", _}, {:atom, _, f}, {:/, _}, {:integer, _, a} | rest]),
    do: {:erlang.make_fun(m, f, a), rest}

  defp term([{:"(", _} | rest]) do
    case term(rest) do
      {term, [{:")", _} | rest]} -> {term, rest}
      {_, rest} -> unexpected(rest)
    end
  end

  defp term(rest), do: unexpected(rest)

  defp terms(rest, close) do
    case term(rest) do
      {term, [{:",", _} | rest]} ->
        {terms, rest} = terms(rest, close)
        {[term | terms], rest}

      {term, [{^close, _} | rest]} ->
        {[term], rest}

      {_, rest} ->
        unexpected(rest)
    end
  end

  defp list(rest) do
    case term(rest) do
      {head, [{:",", _} | rest]} ->
        {tail, rest} = list(rest)
        {[head | tail], rest}

      {head, [{:"]", _} | rest]} ->
        {[head], rest}

      {head, [{:|, _} | rest]} ->
        case term(rest) do
          {tail, [{:"]", _} | rest]} -> {[head | tail], rest}
          {_, rest} -> unexpected(rest)
        end

      {_, rest} ->
        unexpected(rest)
    end
  end

  defp map(rest, map) do
    with {key, [{:"=>", _} | rest]} <- term(rest), {value, rest} <- term(rest) do
      case rest do
        [{:",", _} | rest] -> map(rest, Map.put(map, key, value))
        [{:"}", _} | rest] -> {Map.put(map, key, value), rest}
        _ -> unexpected(rest)
      end
    else
      {_, rest} -> unexpected(rest)
    end
  end

  defp binary(rest, acc) do
    {part, rest} =
      case rest do
        [{:string, _, text}, {:/, _}, {:atom, _, :utf8} | rest] -> {List.to_string(text), rest}
        [{:string, _, text} | rest] -> {:erlang.list_to_binary(text), rest}
        [{:integer, _, int}, {:":", _}, {:integer, _, size} | rest] -> {<<int::size(size)>>, rest}
        [{:integer, _, int} | rest] -> {<<int>>, rest}
        _ -> unexpected(rest)
      end

    case rest do
      [{:",", _} | rest] -> binary(rest, <<acc::bitstring, part::bitstring>>)
      [{:">>", _} | rest] -> {<<acc::bitstring, part::bitstring>>, rest}
      _ -> unexpected(rest)
    end
  end
end
