# Captures what is written. Behaviour: Elixir's ExUnit.CaptureIO.
defmodule ExUnit.CaptureIO do
  def capture_io(fun) when is_function(fun, 0), do: capture_io(:stdio, [], fun) |> elem(1)

  def capture_io(device, fun) when is_atom(device) and is_function(fun, 0), do: capture_io(device, [], fun) |> elem(1)
  def capture_io(input, fun) when is_binary(input) and is_function(fun, 0), do: capture_io(:stdio, [input: input], fun) |> elem(1)
  def capture_io(options, fun) when is_list(options) and is_function(fun, 0), do: capture_io(:stdio, options, fun) |> elem(1)

  def capture_io(device, input, fun) when is_atom(device) and is_binary(input), do: capture_io(device, [input: input], fun)

  def capture_io(device, options, fun) when is_atom(device) and is_list(options) and is_function(fun, 0),
    do: capture(device, options, fun)

  def with_io(fun) when is_function(fun, 0), do: capture(:stdio, [], fun)
  def with_io(device, fun) when is_atom(device), do: capture(device, [], fun)
  def with_io(input, fun) when is_binary(input), do: capture(:stdio, [input: input], fun)
  def with_io(options, fun) when is_list(options), do: capture(:stdio, options, fun)
  def with_io(device, input, fun) when is_binary(input), do: capture(device, [input: input], fun)
  def with_io(device, options, fun), do: capture(device, options, fun)

  defp capture(device, options, fun) when device in [:stdio, :standard_io] do
    original = Process.group_leader()
    {:ok, string_io} = open(options)

    try do
      Process.group_leader(self(), string_io)
      result = fun.()
      {result, contents(string_io)}
    after
      Process.group_leader(self(), original)
      StringIO.close(string_io)
    end
  end

  defp capture(:stderr, options, fun), do: capture(:standard_error, options, fun)

  # A registered device is captured together with the others who capture it.
  defp capture(device, options, fun) do
    input = Keyword.get(options, :input, "")
    encoding = Keyword.get(options, :encoding, :unicode)
    capture = ExUnit.CaptureServer.device_capture_on(device, input: input, encoding: encoding)

    try do
      result = fun.()
      {result, ExUnit.CaptureServer.device_output(capture)}
    after
      ExUnit.CaptureServer.device_capture_off(capture)
    end
  end

  defp open(options) do
    input = Keyword.get(options, :input, "")
    StringIO.open(input, capture_prompt: Keyword.get(options, :capture_prompt, true), encoding: Keyword.get(options, :encoding, :unicode))
  end

  defp contents(string_io), do: StringIO.contents(string_io) |> elem(1)
end
