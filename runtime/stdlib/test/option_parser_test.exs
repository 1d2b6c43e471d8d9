defmodule OptionParserTest do
  use ExUnit.Case, async: true

  test "letters in a row, and a number for the last" do
    opts = [switches: [all: :boolean, n: :integer], aliases: [a: :all, n: :n]]
    assert OptionParser.parse(["-an42", "x"], opts) == {[all: true, n: 42], ["x"], []}
    assert OptionParser.parse(["-ab3"], opts) == {[all: true], [], []}
    assert OptionParser.parse(["-n", "-3"], opts) == {[n: -3], [], []}
    assert OptionParser.parse(["-5"], opts) == {[], ["-5"], []}
  end

  test "what is unknown" do
    config = [strict: [str: :string, flag: :boolean]]
    assert OptionParser.next(["--x_y", "1"], config) == {:undefined, "--x_y", nil, ["1"]}
    assert OptionParser.next(["--string", "1"], config) == {:undefined, "--string", nil, ["1"]}
    assert OptionParser.next(["--no-flag", "1"], config) == {:ok, :flag, false, ["1"]}
    assert OptionParser.next(["--no-flag=1"], config) == {:invalid, "--no-flag", "1", []}

    assert OptionParser.parse(["--foo", "a", "--flag"], config) ==
             {[flag: true], ["a"], [{"--foo", nil}]}

    assert OptionParser.parse(["--no-other-one"],
             switches: [],
             allow_nonexistent_atoms: true
           ) == {[no_other_one: true], [], []}
  end

  test "wrong types" do
    message = "invalid switch types/modifiers: :bad, :worse"

    assert_raise ArgumentError, message, fn ->
      OptionParser.parse([], switches: [a: [:bad, :worse]])
    end
  end

  test "the text of an error lists the switches" do
    message = """
    5 errors found!
    --foo_bar : Unknown option. Did you mean --foo-bar?
    --fooo : Unknown option. Did you mean --foo?
    --re : Invalid regular expression "(": missing closing parenthesis at position 1
    --n : Expected type integer, got "x"
    --k : Missing argument of type keep

    Supported options:
      --bb, --no-bb (alias: -b)
      --foo STRING (alias: -f, -g)
      --foo-bar INTEGER
      --k STRING (may be given more than once)
      --n INTEGER
      --no-b
      --re REGEX\
    """

    assert_raise OptionParser.ParseError, message, fn ->
      OptionParser.parse!(["--foo_bar", "--fooo", "--re", "(", "--n", "x", "--k"],
        strict: [
          foo: :string,
          foo_bar: :integer,
          no_b: :boolean,
          bb: :boolean,
          re: :regex,
          n: :integer,
          k: :keep
        ],
        aliases: [g: :foo, f: :foo, b: :bb]
      )
    end
  end
end
