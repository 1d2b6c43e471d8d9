defmodule StringIOTest do
  use ExUnit.Case, async: true

  def three(so_far, :eof), do: {:done, so_far, :eof}

  def three(so_far, chars) do
    case so_far ++ chars do
      [a, b, c | rest] -> {:done, [a, b, c], rest}
      few -> {:more, few}
    end
  end

  test "bytes and characters" do
    {:ok, device} = StringIO.open("あいう")
    assert IO.binread(device, 2) == <<227, 129>>
    assert IO.read(device, 1) == {:error, :invalid_unicode}
    assert IO.read(device, :line) == {:error, :collect_line}
    assert IO.binread(device, 1) == <<130>>
    assert IO.read(device, :eof) == "いう"
    assert IO.read(device, :eof) == :eof

    assert_raise IO.StreamError, "error during streaming: :invalid_unicode", fn ->
      {:ok, device} = StringIO.open(<<130>>)
      device |> IO.stream(1) |> Enum.to_list()
    end
  end

  test "lines, prompts and what a function collects" do
    {:ok, device} = StringIO.open("a\r\nbcdef", capture_prompt: true)
    assert IO.gets(device, ">") == "a\n"
    request = {:get_until, :unicode, "?", __MODULE__, :three, []}
    assert :io.request(device, request) == "bcd"
    assert IO.getn(device, "!", 9) == "ef"
    assert StringIO.contents(device) == {"", ">?!"}
    assert :file.position(device, :cur) == {:error, :enotsup}
    assert StringIO.flush(device) == ">?!"
  end
end
