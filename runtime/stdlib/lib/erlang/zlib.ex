# Streams of compressed data. Input is gathered, and what it comes to is given at
# its end: when deflating is told to finish, or when what is inflated is whole.
# Behaviour: the manual page of OTP's zlib.
#
# The process that opened a stream keeps {kind, format, data} for it.
defmodule :zlib do
  def open do
    ref = :erlang.make_ref()
    :erlang.put({__MODULE__, ref}, :open)
    ref
  end

  def close(z) do
    if :erlang.erase({__MODULE__, z}) == :undefined, do: :erlang.error(:not_initialized)
    :ok
  end

  def set_controlling_process(_z, _pid), do: :ok

  def deflateInit(z), do: init(z, :deflate, 15)
  def deflateInit(z, level) when level in [:none, :default, :best_speed, :best_compression] or level in 0..9, do: init(z, :deflate, 15)
  def deflateInit(z, _level, :deflated, bits, _memory, _strategy), do: init(z, :deflate, bits)
  def inflateInit(z), do: init(z, :inflate, 15)
  def inflateInit(z, bits), do: init(z, :inflate, bits)
  def inflateInit(z, bits, _behaviour), do: init(z, :inflate, bits)

  defp init(z, kind, bits) do
    format =
      cond do
        bits < 0 -> :raw
        bits > 15 -> :gzip
        true -> :zlib
      end

    case state(z) do
      :open -> set(z, {kind, format, []})
      _ -> :erlang.error(:stream_error)
    end
  end

  defp state(z) do
    case :erlang.get({__MODULE__, z}) do
      :undefined -> :erlang.error(:not_initialized)
      state -> state
    end
  end

  defp set(z, state) do
    :erlang.put({__MODULE__, z}, state)
    :ok
  end

  def deflate(z, data), do: deflate(z, data, :none)

  def deflate(z, data, flush) when flush in [:none, :sync, :full, :finish] do
    {:deflate, format, before} = state(z)
    _ = :erlang.iolist_size(data)

    if flush == :finish do
      set(z, {:deflate, format, []})
      [pack(format, [before | data])]
    else
      set(z, {:deflate, format, [before | data]})
      []
    end
  end

  defp pack(:zlib, data), do: :zlib.compress(data)
  defp pack(:gzip, data), do: :zlib.gzip(data)
  defp pack(:raw, data), do: :zlib.zip(data)

  def inflate(z, data), do: inflate(z, data, [])

  def inflate(z, data, _opts) do
    {:inflate, format, before} = state(z)
    all = :erlang.iolist_to_binary([before | data])

    case unpack(format, all) do
      {:ok, text} ->
        set(z, {:inflate, format, []})
        [text]

      :more ->
        set(z, {:inflate, format, all})
        []
    end
  end

  # Data that is cut off cannot be told from data that is wrong after its head.
  defp unpack(_format, ""), do: :more

  defp unpack(:zlib, <<head::16, _::binary>>) when rem(head, 31) != 0 or rem(div(head, 256), 16) != 8,
    do: :erlang.error(:data_error)

  defp unpack(:gzip, <<head::16, _::binary>>) when head != 0x1F8B, do: :erlang.error(:data_error)

  defp unpack(format, data) do
    {:ok,
     case format do
       :zlib -> :zlib.uncompress(data)
       :gzip -> :zlib.gunzip(data)
       :raw -> :zlib.unzip(data)
     end}
  catch
    :error, _ -> :more
  end

  def safeInflate(z, data) do
    case inflate(z, data) do
      [] -> {:continue, []}
      text -> {:finished, text}
    end
  end

  def deflateReset(z), do: reset(z)
  def inflateReset(z), do: reset(z)

  defp reset(z) do
    {kind, format, _} = state(z)
    set(z, {kind, format, []})
  end

  def deflateEnd(z), do: finish(z, :deflate)
  def inflateEnd(z), do: finish(z, :inflate)

  defp finish(z, kind) do
    {^kind, _, data} = state(z)
    set(z, :open)
    if data == [], do: :ok, else: :erlang.error(:data_error)
  end
end
