# Time: a time of the day.
defmodule Time do
  @enforce_keys [:hour, :minute, :second]
  defstruct [:hour, :minute, :second, microsecond: {0, 0}, calendar: Calendar.ISO]

  @type t :: %__MODULE__{}

  @day_parts 86_400_000_000

  def utc_now(calendar_or_time_unit \\ Calendar.ISO) do
    {unit, calendar} = unit_and_calendar(calendar_or_time_unit)
    utc_now(unit, calendar)
  end

  def utc_now(time_unit, calendar)
      when time_unit in [:native, :microsecond, :millisecond, :second] do
    {:ok, _, {hour, minute, second}, microsecond} =
      Calendar.ISO.from_unix(System.os_time(time_unit), time_unit)

    convert!(
      %Time{hour: hour, minute: minute, second: second, microsecond: microsecond},
      calendar
    )
  end

  defp unit_and_calendar(unit) when unit in [:microsecond, :millisecond, :second, :native],
    do: {unit, Calendar.ISO}

  defp unit_and_calendar(calendar), do: {:native, calendar}

  def new(hour, minute, second, microsecond \\ {0, 0}, calendar \\ Calendar.ISO)

  def new(hour, minute, second, microsecond, calendar) when is_integer(microsecond) do
    new(hour, minute, second, {microsecond, 6}, calendar)
  end

  def new(hour, minute, second, {microsecond, precision}, calendar)
      when is_integer(microsecond) and is_integer(precision) do
    if calendar.valid_time?(hour, minute, second, {microsecond, precision}) do
      {:ok,
       %Time{
         hour: hour,
         minute: minute,
         second: second,
         microsecond: {microsecond, precision},
         calendar: calendar
       }}
    else
      {:error, :invalid_time}
    end
  end

  def new!(hour, minute, second, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) do
    case new(hour, minute, second, microsecond, calendar) do
      {:ok, time} -> time
      {:error, reason} -> raise ArgumentError, "cannot build time, reason: #{inspect(reason)}"
    end
  end

  def to_string(time)

  def to_string(%{
        hour: hour,
        minute: minute,
        second: second,
        microsecond: microsecond,
        calendar: calendar
      }) do
    calendar.time_to_string(hour, minute, second, microsecond)
  end

  def from_iso8601(string, calendar \\ Calendar.ISO) do
    with {:ok, {hour, minute, second, microsecond}} <- Calendar.ISO.parse_time(string) do
      convert(
        %Time{hour: hour, minute: minute, second: second, microsecond: microsecond},
        calendar
      )
    end
  end

  def from_iso8601!(string, calendar \\ Calendar.ISO) do
    case from_iso8601(string, calendar) do
      {:ok, value} ->
        value

      {:error, reason} ->
        raise ArgumentError, "cannot parse #{inspect(string)} as time, reason: #{inspect(reason)}"
    end
  end

  def to_iso8601(time, format \\ :extended)

  def to_iso8601(%{calendar: Calendar.ISO} = time, format) when format in [:extended, :basic] do
    %{hour: hour, minute: minute, second: second, microsecond: microsecond} = time
    Calendar.ISO.time_to_string(hour, minute, second, microsecond, format)
  end

  def to_iso8601(%{calendar: _} = time, format) when format in [:extended, :basic] do
    time |> convert!(Calendar.ISO) |> to_iso8601(format)
  end

  def to_erl(time) do
    %{hour: hour, minute: minute, second: second} = convert!(time, Calendar.ISO)
    {hour, minute, second}
  end

  def from_erl(tuple, microsecond \\ {0, 0}, calendar \\ Calendar.ISO)

  def from_erl({hour, minute, second}, microsecond, calendar) do
    with {:ok, time} <- new(hour, minute, second, microsecond), do: convert(time, calendar)
  end

  def from_erl!(tuple, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) do
    case from_erl(tuple, microsecond, calendar) do
      {:ok, value} ->
        value

      {:error, reason} ->
        raise ArgumentError,
              "cannot convert #{inspect(tuple)} to time, reason: #{inspect(reason)}"
    end
  end

  def from_seconds_after_midnight(seconds, microsecond \\ {0, 0}, calendar \\ Calendar.ISO)
      when is_integer(seconds) do
    seconds = Integer.mod(seconds, 86_400)

    convert!(
      %Time{
        hour: div(seconds, 3600),
        minute: rem(div(seconds, 60), 60),
        second: rem(seconds, 60),
        microsecond: microsecond
      },
      calendar
    )
  end

  def to_seconds_after_midnight(%{microsecond: {microsecond, _}} = time) do
    {div(parts(time), 1_000_000), microsecond}
  end

  def add(time, amount_to_add, unit \\ :second)

  def add(time, amount, :hour) when is_integer(amount), do: add(time, amount * 3600, :second)
  def add(time, amount, :minute) when is_integer(amount), do: add(time, amount * 60, :second)

  def add(%{calendar: calendar, microsecond: {_, precision}} = time, amount, unit)
      when is_integer(amount) do
    if unit not in [:second, :millisecond, :microsecond, :nanosecond] and
         not (is_integer(unit) and unit > 0) do
      bad_unit!(unit)
    end

    added = System.convert_time_unit(amount, unit, :microsecond)
    precision = max(Calendar.ISO.time_unit_to_precision(unit), precision)
    {parts, per_day} = fraction(time)
    total = Integer.mod(div(parts * @day_parts, per_day) + added, @day_parts)

    {hour, minute, second, {microsecond, _}} =
      calendar.time_from_day_fraction({total, @day_parts})

    %Time{
      hour: hour,
      minute: minute,
      second: second,
      microsecond: {microsecond, precision},
      calendar: calendar
    }
  end

  defp bad_unit!(unit) do
    raise ArgumentError,
          "unsupported time unit. Expected :hour, :minute, :second, :millisecond, :microsecond, " <>
            ":nanosecond, or a positive integer, got #{inspect(unit)}"
  end

  defp fraction(%{
         hour: hour,
         minute: minute,
         second: second,
         microsecond: microsecond,
         calendar: calendar
       }) do
    calendar.time_to_day_fraction(hour, minute, second, microsecond)
  end

  defp parts(time) do
    {parts, per_day} = fraction(time)
    div(parts * @day_parts, per_day)
  end

  def shift(%{calendar: calendar} = time, duration) do
    %{hour: hour, minute: minute, second: second, microsecond: microsecond} = time

    {hour, minute, second, microsecond} =
      calendar.shift_time(hour, minute, second, microsecond, __duration__!(duration))

    %Time{
      calendar: calendar,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond
    }
  end

  @doc false
  def __duration__!(%Duration{} = duration), do: duration
  def __duration__!(pairs),
    do: Duration.__shift__!(pairs, [:hour, :minute, :second, :microsecond])

  def compare(%{calendar: _} = time1, %{calendar: _} = time2) do
    {parts1, parts2} = {parts(time1), parts(time2)}

    cond do
      parts1 > parts2 -> :gt
      parts1 < parts2 -> :lt
      true -> :eq
    end
  end

  def before?(time1, time2), do: compare(time1, time2) == :lt
  def after?(time1, time2), do: compare(time1, time2) == :gt

  def convert(%{calendar: calendar} = time, calendar) do
    %{hour: hour, minute: minute, second: second, microsecond: microsecond} = time

    {:ok,
     %Time{
       calendar: calendar,
       hour: hour,
       minute: minute,
       second: second,
       microsecond: microsecond
     }}
  end

  def convert(%{microsecond: {_, precision}} = time, calendar) do
    {hour, minute, second, {microsecond, _}} = calendar.time_from_day_fraction(fraction(time))

    {:ok,
     %Time{
       calendar: calendar,
       hour: hour,
       minute: minute,
       second: second,
       microsecond: {microsecond, precision}
     }}
  end

  def convert!(time, calendar) do
    {:ok, value} = convert(time, calendar)
    value
  end

  def diff(time1, time2, unit \\ :second)

  def diff(time1, time2, :hour), do: div(diff(time1, time2, :second), 3600)
  def diff(time1, time2, :minute), do: div(diff(time1, time2, :second), 60)

  def diff(%{calendar: _} = time1, %{calendar: _} = time2, unit) do
    if unit not in [:second, :millisecond, :microsecond, :nanosecond] and
         not (is_integer(unit) and unit > 0) do
      bad_unit!(unit)
    end

    System.convert_time_unit(parts(time1), :microsecond, unit) -
      System.convert_time_unit(parts(time2), :microsecond, unit)
  end

  def truncate(%Time{microsecond: microsecond} = time, precision) do
    %{time | microsecond: Calendar.truncate(microsecond, precision)}
  end
end

defimpl String.Chars, for: Time do
  def to_string(time), do: Time.to_string(time)
end

defimpl Inspect, for: Time do
  def inspect(%{calendar: Calendar.ISO} = time, opts),
    do: {"~T[" <> Time.to_string(time) <> "]", opts}

  def inspect(%{calendar: calendar} = time, opts) do
    {"~T[" <> Time.to_string(time) <> " " <> Kernel.inspect(calendar) <> "]", opts}
  end
end
