# Captures what is written. Behaviour: Elixir's ExUnit.CaptureIO.
defmodule ExUnit.CaptureIO do
  def capture_io(fun), do: capture_io(:stdio, [], fun)
  def capture_io(what, fun), do: what |> with_io(fun) |> elem(1)
  def capture_io(device_or_pid, input_or_options, fun), do: device_or_pid |> with_io(input_or_options, fun) |> elem(1)

  def with_io(fun), do: with_io(:stdio, [], fun)

  def with_io(device, fun) when (is_atom(device) or is_pid(device)) and is_function(fun, 0), do: with_io(device, [], fun)
  def with_io(input, fun) when (is_binary(input) or is_list(input)) and is_function(fun, 0), do: with_io(:stdio, input, fun)

  def with_io(device, input, fun) when is_binary(input) and is_function(fun, 0), do: with_io(device, [input: input], fun)

  def with_io(device, options, fun) when (is_atom(device) or is_pid(device)) and is_list(options) and is_function(fun, 0) do
    input = Keyword.get(options, :input, "")
    encoding = Keyword.get(options, :encoding, :unicode)

    case device(device) do
      pid when is_pid(pid) ->
        prompt = Keyword.get(options, :capture_prompt, true)
        {:ok, string_io} = StringIO.open(input, capture_prompt: prompt, encoding: encoding)
        in_place_of_leader(pid, string_io, fun)

      name ->
        named(name, encoding, ExUnit.CaptureServer.device_capture_on(name, encoding, input), fun)
    end
  end

  defp device(device) when device in [:stdio, :standard_io], do: self()
  defp device(:stderr), do: :standard_error
  defp device(device), do: device

  defp in_place_of_leader(pid, string_io, fun) do
    {:group_leader, original} = Process.info(pid, :group_leader) || {:group_leader, Process.group_leader()}

    try do
      Process.group_leader(pid, string_io)
      result = fun.()
      {:ok, {_, output}} = StringIO.close(string_io)
      {result, output}
    after
      Process.group_leader(pid, original)
      if Process.alive?(string_io), do: StringIO.close(string_io)
    end
  end

  defp named(name, _encoding, {:ok, ref}, fun) do
    result = fun.()
    {result, ExUnit.CaptureServer.device_output(name, ref)}
  after
    ExUnit.CaptureServer.device_capture_off(ref)
  end

  defp named(name, _encoding, {:error, :no_device}, _fun), do: raise("could not find IO device registered at #{inspect(name)}")

  defp named(name, encoding, {:error, {:changed_encoding, current}}, _fun) do
    raise ArgumentError, """
    attempted to change the encoding for a currently captured device #{inspect(name)}.

    Currently set as: #{inspect(current)}
    Given: #{inspect(encoding)}

    If you need to use multiple encodings on a captured device, you cannot run your test asynchronously
    """
  end

  defp named(name, _encoding, {:error, :input_on_already_captured_device}, _fun) do
    raise ArgumentError,
          "attempted multiple captures on device #{inspect(name)} with input. If you need to give an input " <>
            "to a captured device, you cannot run your test asynchronously"
  end
end
