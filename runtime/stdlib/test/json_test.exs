defmodule JSONReadingTest do
  use ExUnit.Case, async: true

  test "numbers" do
    assert JSON.decode!(" [1, 2.5, -3e2, 1E5, -0, -0.0, 1e-3] ") == [1, 2.5, -300.0, 1.0e5, 0, -0.0, 0.001]
    assert JSON.decode!("[999999999999999999, -9223372036854775808, 123456789012345678901234567890]") ==
             [999_999_999_999_999_999, -9_223_372_036_854_775_808, 123_456_789_012_345_678_901_234_567_890]
  end

  test "strings" do
    assert JSON.decode!(~S("\u00e9\ud83d\ude00\n\/\\\"é\u0000")) == "é😀\n/\\\"é\0"
    assert JSON.decode!(~S({"a" :{"b":[true,false,null , {}, []]}})) == %{"a" => %{"b" => [true, false, nil, %{}, []]}}
  end

  test "of equal keys the first one counts" do
    assert JSON.decode!(~S({"a": 1, "b": 2, "a": 3})) == %{"a" => 1, "b" => 2}
    many = for(i <- 1..40, do: ~s("k#{i}": #{i}, )) |> Enum.join()
    assert %{"k1" => 1, "k40" => 40} = JSON.decode!("{" <> many <> ~s("k1": 0}))
  end

  test "what is no JSON is told with its place" do
    for {text, reason} <- [
          {"[1,]", {:invalid_byte, 3, ?]}},
          {~S({"a":1,}), {:invalid_byte, 7, ?}}},
          {"01", {:invalid_byte, 1, ?1}},
          {"1.", {:unexpected_end, 2}},
          {"tru", {:unexpected_end, 3}},
          {"[1]x", {:invalid_byte, 3, ?x}},
          {"", {:unexpected_end, 0}},
          {"\"\x01\"", {:invalid_byte, 1, 1}},
          {<<?", 255, ?">>, {:invalid_byte, 1, 255}},
          {~S("\ud800\u0041"), {:unexpected_sequence, 1, ~S(\ud800\u0041)}},
          {"1e400", {:unexpected_sequence, 0, "1.0e400"}}
        ] do
      assert JSON.decode(text) == {:error, reason}
    end

    assert catch_error(:json.decode("[1,]")) == {:invalid_byte, ?]}
  end

  test "depth has no limit but memory" do
    deep = String.duplicate("[", 5000) <> String.duplicate("]", 5000)
    assert {:ok, [[[_]]]} = JSON.decode(deep)
  end

  test "null and decoders are the caller's" do
    assert :json.decode("[null]") == [:null]
    assert {[nil, 3], :acc, " x"} = JSON.decode("[null, 3] x", :acc, [])
    assert {[1], _, ""} = JSON.decode("[1]", [], integer: &String.to_integer/1)
  end
end
