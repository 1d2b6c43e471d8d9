# Duration: an amount of time in calendar units.
defmodule Duration do
  @derive {Inspect, optional: :all}
  defstruct year: 0, month: 0, week: 0, day: 0, hour: 0, minute: 0, second: 0, microsecond: {0, 0}

  @type t :: %__MODULE__{}
  @type unit_pair :: {atom, integer | {integer, 0..6}}
  @type duration :: t | [unit_pair]

  @units [:year, :month, :week, :day, :hour, :minute, :second, :microsecond]

  def new!(%Duration{} = duration), do: duration

  def new!(unit_pairs) do
    Enum.each(unit_pairs, &check!/1)
    struct!(Duration, unit_pairs)
  end

  defp check!({:microsecond, {ms, precision}}) when is_integer(ms) and precision in 0..6, do: :ok

  defp check!({:microsecond, value}) do
    raise ArgumentError,
          "unsupported value #{inspect(value)} for :microsecond. Expected a tuple {ms, precision} " <>
            "where precision is an integer from 0 to 6"
  end

  defp check!({unit, value}) when unit in @units do
    if not is_integer(value) do
      raise ArgumentError,
            "unsupported value #{inspect(value)} for #{inspect(unit)}. Expected an integer"
    end
  end

  defp check!({unit, _}) do
    raise ArgumentError,
          "unknown unit #{inspect(unit)}. Expected :year, :month, :week, :day, :hour, :minute, :second, :microsecond"
  end

  # The pairs that shift takes, of the units allowed.
  @doc false
  def __shift__!(%Duration{} = duration, allowed) do
    {_, precision} = duration.microsecond

    for unit <- @units,
        unit not in allowed,
        value = :maps.get(unit, duration),
        value not in [0, {0, precision}] do
      unsupported!(unit, allowed)
    end

    duration
  end

  def __shift__!(unit_pairs, allowed) do
    Enum.each(unit_pairs, fn
      {unit, value} when unit in @units and is_list(allowed) ->
        if unit not in allowed, do: unsupported!(unit, allowed)
        check!({unit, value})

      {unit, _} ->
        raise ArgumentError, "unknown unit #{inspect(unit)}. Expected #{names(allowed)}"
    end)

    struct!(Duration, unit_pairs)
  end

  defp unsupported!(unit, allowed) do
    raise ArgumentError, "unsupported unit #{inspect(unit)}. Expected #{names(allowed)}"
  end

  defp names(units), do: Enum.map_join(units, ", ", &inspect/1)

  def add(%Duration{} = d1, %Duration{} = d2), do: combine(d1, d2, &+/2)
  def subtract(%Duration{} = d1, %Duration{} = d2), do: combine(d1, d2, &-/2)

  defp combine(d1, d2, fun) do
    {m1, p1} = d1.microsecond
    {m2, p2} = d2.microsecond

    %Duration{
      year: fun.(d1.year, d2.year),
      month: fun.(d1.month, d2.month),
      week: fun.(d1.week, d2.week),
      day: fun.(d1.day, d2.day),
      hour: fun.(d1.hour, d2.hour),
      minute: fun.(d1.minute, d2.minute),
      second: fun.(d1.second, d2.second),
      microsecond: {fun.(m1, m2), max(p1, p2)}
    }
  end

  def multiply(%Duration{microsecond: {ms, p}} = duration, integer) when is_integer(integer) do
    %Duration{
      year: duration.year * integer,
      month: duration.month * integer,
      week: duration.week * integer,
      day: duration.day * integer,
      hour: duration.hour * integer,
      minute: duration.minute * integer,
      second: duration.second * integer,
      microsecond: {ms * integer, p}
    }
  end

  def negate(%Duration{} = duration), do: multiply(duration, -1)

  def from_iso8601(string) when is_binary(string) do
    case Calendar.ISO.parse_duration(string) do
      {:ok, duration} -> {:ok, new!(duration)}
      error -> error
    end
  end

  def from_iso8601!(string) when is_binary(string) do
    case from_iso8601(string) do
      {:ok, duration} ->
        duration

      {:error, reason} ->
        raise ArgumentError,
              "failed to parse duration #{inspect(string)}. reason: #{inspect(reason)}"
    end
  end

  def to_iso8601(%Duration{} = duration) do
    date =
      for {unit, letter} <- [year: "Y", month: "M", week: "W", day: "D"],
          value = :maps.get(unit, duration),
          value != 0,
          into: "",
          do: "#{value}#{letter}"

    time =
      for {unit, letter} <- [hour: "H", minute: "M"],
          value = :maps.get(unit, duration),
          value != 0,
          into: "",
          do: "#{value}#{letter}"

    time = time <> suffix(seconds(duration), "S")

    case {date, time} do
      {"", ""} -> "PT0S"
      {date, ""} -> "P" <> date
      {date, time} -> "P" <> date <> "T" <> time
    end
  end

  defp suffix("", _), do: ""
  defp suffix(text, suffix), do: text <> suffix

  # Seconds with their fraction, "" when there are none.
  defp seconds(%{second: 0, microsecond: {0, _}}), do: ""
  defp seconds(%{second: second, microsecond: {_, 0}}), do: Integer.to_string(second)

  defp seconds(%{second: second, microsecond: {ms, p}}) do
    total = second * 1_000_000 + ms
    sign = if total < 0, do: "-", else: ""
    total = abs(total)
    whole = Integer.to_string(div(total, 1_000_000))
    fraction = Calendar.ISO.microseconds_to_iodata(rem(total, 1_000_000), p)
    IO.iodata_to_binary([sign, whole, ?. | fraction])
  end

  def to_string(%Duration{} = duration, opts \\ []) do
    units = Keyword.get(opts, :units, [])
    separator = Keyword.get(opts, :separator, " ")

    names = [year: "a", month: "mo", week: "wk", day: "d", hour: "h", minute: "min"]

    parts =
      for {unit, name} <- names, value = :maps.get(unit, duration), value != 0 do
        Integer.to_string(value) <> Keyword.get(units, unit, name)
      end

    second_name = Keyword.get(units, :second, "s")

    parts =
      case seconds(duration) do
        "" -> parts
        seconds -> parts ++ [seconds <> second_name]
      end

    case parts do
      [] -> "0" <> second_name
      _ -> Enum.join(parts, separator)
    end
  end
end
