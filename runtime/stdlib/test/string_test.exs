defmodule StringTest do
  use ExUnit.Case, async: true

  test "a sigma at the end of a word" do
    for {upper, lower} <- [
          {"Σ", "σ"},
          {"ΑΣ", "ας"},
          {"Α.Σ", "α.ς"},
          {"ΑΣ.Β", "ασ.β"},
          {"Α1Σ", "α1σ"},
          {"ΑΣ'ΤΟΥΣ", "ασ'τους"},
          {"ΑΣ\u0301", "ας\u0301"}
        ] do
      assert String.downcase(upper, :greek) == lower
    end

    assert String.capitalize("ΑΣ", :greek) == "Ας"
    assert String.downcase("ΑΣ") == "ασ"
  end

  test "Turkic letters" do
    assert String.downcase("I\u0307", :turkic) == "i"
    assert String.downcase("II\u0307\u0301", :turkic) == "ıi\u0301"
    assert String.downcase("I\u0307") == "i\u0307"
  end

  test "byte_slice leaves out halves of characters" do
    assert String.byte_slice(<<178, "ll", 178>>, 0, 10) == "ll"
    assert String.byte_slice("héllo", 0, 2) == "h"
    assert String.byte_slice("héllo", 2, 3) == "llo"
    assert String.byte_slice("日本", 0, 5) == "日"
    assert String.byte_slice("日本", -3, 3) == "本"
  end

  test "splitter refuses an empty pattern at once" do
    assert_raise ArgumentError, fn -> String.splitter("a", [""]) end
  end

  test "the shortest script moves insertions to the front" do
    assert List.myers_difference([3, 2, 0, 2], [2, 2, 0, 2]) == [del: [3], ins: [2], eq: [2, 0, 2]]
  end

  test "marks of Unicode's latest versions belong to a grapheme" do
    for mark <- ["\u0897", "\u1ACF", "\u{1E6E3}"], do: assert String.graphemes("a" <> mark <> "b") == ["a" <> mark, "b"]
    assert String.length("\n\u0897") == 2
  end
end
