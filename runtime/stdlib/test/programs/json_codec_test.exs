# A JSON codec: a decoder by binary patterns with positions in its errors, an
# encoder by a protocol that a struct can derive.

defmodule Codec.DecodeError do
  defexception [:position, :token]

  @impl true
  def message(%{position: position, token: nil}), do: "unexpected end of input at position #{position}"
  def message(%{position: position, token: token}), do: "unexpected byte at position #{position}: #{inspect(token)}"
end

defprotocol Codec.Encoder do
  @fallback_to_any true
  def encode(value)
end

defimpl Codec.Encoder, for: Atom do
  def encode(nil), do: "null"
  def encode(atom) when is_boolean(atom), do: Atom.to_string(atom)
  def encode(atom), do: Codec.Encoder.encode(Atom.to_string(atom))
end

defimpl Codec.Encoder, for: [Integer, Float] do
  def encode(number), do: to_string(number)
end

defimpl Codec.Encoder, for: BitString do
  def encode(text), do: [?", for(<<c::utf8 <- text>>, do: escape(c)), ?"]

  defp escape(?"), do: "\\\""
  defp escape(?\\), do: "\\\\"
  defp escape(?\n), do: "\\n"
  defp escape(c) when c < 0x20, do: ["\\u", c |> Integer.to_string(16) |> String.pad_leading(4, "0")]
  defp escape(c), do: <<c::utf8>>
end

defimpl Codec.Encoder, for: List do
  def encode(list), do: [?[, Enum.map_intersperse(list, ?,, &Codec.Encoder.encode/1), ?]]
end

defimpl Codec.Encoder, for: Map do
  def encode(map) do
    pairs = for {key, value} <- Enum.sort(map), do: [Codec.Encoder.encode(to_string(key)), ?:, Codec.Encoder.encode(value)]
    [?{, Enum.intersperse(pairs, ?,), ?}]
  end
end

defimpl Codec.Encoder, for: Any do
  defmacro __deriving__(module, _struct, options) do
    only = Keyword.get(options, :only)

    quote do
      defimpl Codec.Encoder, for: unquote(module) do
        def encode(struct) do
          map = Map.from_struct(struct)
          Codec.Encoder.encode(if(unquote(only), do: Map.take(map, unquote(only)), else: map))
        end
      end
    end
  end

  def encode(value), do: raise(Protocol.UndefinedError, protocol: Codec.Encoder, value: value)
end

defmodule Codec do
  def encode(value), do: value |> Codec.Encoder.encode() |> IO.iodata_to_binary()

  def decode(text) do
    {value, rest, position} = value(skip(text, 0))
    with {"", _} <- skip(rest, position), do: {:ok, value}, else: ({rest, position} -> unexpected(rest, position))
  rescue
    error in Codec.DecodeError -> {:error, error}
  end

  defp skip(<<c, rest::binary>>, at) when c in ~c" \t\n\r", do: skip(rest, at + 1)
  defp skip(rest, at), do: {rest, at}

  defp value({"null" <> rest, at}), do: {nil, rest, at + 4}
  defp value({"true" <> rest, at}), do: {true, rest, at + 4}
  defp value({"false" <> rest, at}), do: {false, rest, at + 5}
  defp value({"\"" <> rest, at}), do: string(rest, at + 1, "")
  defp value({"[" <> rest, at}), do: elements(skip(rest, at + 1), [], true)
  defp value({"{" <> rest, at}), do: pairs(skip(rest, at + 1), %{}, true)
  defp value({<<c, _::binary>> = rest, at}) when c in ?0..?9 or c == ?-, do: number(rest, at)
  defp value({rest, at}), do: unexpected(rest, at)

  defp number(text, at) do
    [{0, size}] = Regex.run(~r/^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/, text, return: :index) |> hd() |> List.wrap()
    <<digits::binary-size(^size), rest::binary>> = text

    case Integer.parse(digits) do
      {integer, ""} -> {integer, rest, at + size}
      _ -> {digits |> Float.parse() |> elem(0), rest, at + size}
    end
  rescue
    MatchError -> unexpected(text, at)
  end

  defp string("\"" <> rest, at, acc), do: {acc, rest, at + 1}

  defp string("\\u" <> <<hex::binary-size(4), rest::binary>>, at, acc),
    do: string(rest, at + 6, <<acc::binary, String.to_integer(hex, 16)::utf8>>)

  defp string(<<"\\", c, rest::binary>>, at, acc) do
    case %{?n => "\n", ?t => "\t", ?r => "\r", ?" => "\"", ?\\ => "\\", ?/ => "/"} do
      %{^c => text} -> string(rest, at + 2, acc <> text)
      _ -> unexpected(<<c, rest::binary>>, at + 1)
    end
  end

  defp string(<<c::utf8, rest::binary>>, at, acc), do: string(rest, at + byte_size(<<c::utf8>>), <<acc::binary, c::utf8>>)
  defp string(rest, at, _), do: unexpected(rest, at)

  defp elements({"]" <> rest, at}, acc, first?) when first? or acc != [], do: {Enum.reverse(acc), rest, at + 1}

  defp elements(input, acc, _) do
    {value, rest, at} = value(input)

    case skip(rest, at) do
      {"," <> rest, at} -> rest |> skip(at + 1) |> more(&elements(&1, [value | acc], false), ?])
      {"]" <> rest, at} -> {Enum.reverse([value | acc]), rest, at + 1}
      {rest, at} -> unexpected(rest, at)
    end
  end

  defp pairs({"}" <> rest, at}, acc, true), do: {acc, rest, at + 1}

  defp pairs({"\"" <> rest, at}, acc, _) do
    {key, rest, at} = string(rest, at + 1, "")

    with {":" <> rest, at} <- skip(rest, at),
         {value, rest, at} = value(skip(rest, at + 1)) do
      acc = Map.put(acc, key, value)

      case skip(rest, at) do
        {"," <> rest, at} -> rest |> skip(at + 1) |> more(&pairs(&1, acc, false), ?})
        {"}" <> rest, at} -> {acc, rest, at + 1}
        {rest, at} -> unexpected(rest, at)
      end
    else
      {rest, at} -> unexpected(rest, at)
    end
  end

  defp pairs({rest, at}, _acc, _first?), do: unexpected(rest, at)

  # No comma before the end.
  defp more({<<c, _::binary>> = rest, at}, _fun, c), do: unexpected(rest, at)
  defp more(input, fun, _), do: fun.(input)

  defp unexpected("", at), do: raise(Codec.DecodeError, position: at)
  defp unexpected(<<c::utf8, _::binary>>, at), do: raise(Codec.DecodeError, position: at, token: <<c::utf8>>)
end

defmodule CodecTest do
  use ExUnit.Case, async: true

  defmodule User do
    @derive {Codec.Encoder, only: [:name, :age]}
    defstruct [:name, :age, :password]
  end

  @samples [
    {"null", nil},
    {"[1,-2,3.5]", [1, -2, 3.5]},
    {"[]", []},
    {"{}", %{}},
    {~S({"a":[true,false],"b":{"c":"d"}}), %{"a" => [true, false], "b" => %{"c" => "d"}}},
    {~S("tab\u0009 \"quoted\" \\ ü €"), "tab\t \"quoted\" \\ ü €"}
  ]

  for {{json, value}, n} <- Enum.with_index(@samples) do
    test "sample #{n} goes both ways" do
      assert Codec.decode(unquote(json)) == {:ok, unquote(Macro.escape(value))}
      assert Codec.encode(unquote(Macro.escape(value))) == unquote(json)
    end
  end

  test "space does not matter" do
    assert Codec.decode(" { \"a\" : [ 1 , 2e3 ] }\n") == {:ok, %{"a" => [1, 2000.0]}}
  end

  test "structs show what they derive" do
    assert Codec.encode(%User{name: "Ann", age: 7, password: "x"}) == ~S({"age":7,"name":"Ann"})
    assert_raise Protocol.UndefinedError, ~r/Codec.Encoder not implemented for/, fn -> Codec.encode(self()) end
  end

  test "errors have a position" do
    for {text, message} <- [
          {"", "unexpected end of input at position 0"},
          {"[1,]", "unexpected byte at position 3: \"]\""},
          {"[1 2]", "unexpected byte at position 3: \"2\""},
          {"{\"a\" 1}", "unexpected byte at position 5: \"1\""},
          {"\"abc", "unexpected end of input at position 4"},
          {"nul", "unexpected byte at position 0: \"n\""},
          {"1 x", "unexpected byte at position 2: \"x\""}
        ] do
      assert {:error, error} = Codec.decode(text)
      assert Exception.message(error) == message
    end
  end

  test "whatever is encoded can be decoded" do
    :rand.seed(:exsss, {1, 2, 3})
    for _ <- 1..50, value = random(3), do: assert(Codec.decode(Codec.encode(value)) == {:ok, value})
  end

  defp random(depth) do
    case :rand.uniform(if(depth == 0, do: 4, else: 6)) do
      1 -> :rand.uniform(1_000_000) - 500_000
      2 -> Enum.random([true, false, nil])
      3 -> for(_ <- 1..:rand.uniform(8), into: "", do: <<Enum.random(~c"ab\"\\\nüß€")::utf8>>)
      4 -> :rand.uniform(1000) / 8
      5 -> for(_ <- 1..:rand.uniform(4), do: random(depth - 1))
      6 -> for(_ <- 1..:rand.uniform(4), into: %{}, do: {"k#{:rand.uniform(99)}", random(depth - 1)})
    end
  end
end
