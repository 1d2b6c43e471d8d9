# NaiveDateTime: a date and a time without a time zone.
defmodule NaiveDateTime do
  @enforce_keys [:year, :month, :day, :hour, :minute, :second]
  defstruct [
    :year,
    :month,
    :day,
    :hour,
    :minute,
    :second,
    microsecond: {0, 0},
    calendar: Calendar.ISO
  ]

  @type t :: %__MODULE__{}

  def utc_now(calendar_or_time_unit \\ Calendar.ISO)

  def utc_now(unit) when unit in [:microsecond, :millisecond, :second, :native] do
    utc_now(unit, Calendar.ISO)
  end

  def utc_now(calendar), do: utc_now(:native, calendar)

  def utc_now(time_unit, calendar)
      when time_unit in [:native, :microsecond, :millisecond, :second] do
    {:ok, {year, month, day}, {hour, minute, second}, microsecond} =
      Calendar.ISO.from_unix(System.os_time(time_unit), time_unit)

    convert!(
      %NaiveDateTime{
        year: year,
        month: month,
        day: day,
        hour: hour,
        minute: minute,
        second: second,
        microsecond: microsecond
      },
      calendar
    )
  end

  # There is no local time zone here.
  def local_now(calendar \\ Calendar.ISO) do
    case convert(utc_now(:second), calendar) do
      {:ok, value} ->
        value

      {:error, :incompatible_calendars} ->
        raise ArgumentError,
              "cannot get \"local now\" in target calendar #{inspect(calendar)}, " <>
                "reason: cannot convert from Calendar.ISO to #{inspect(calendar)}."
    end
  end

  def new(year, month, day, hour, minute, second, microsecond \\ {0, 0}, calendar \\ Calendar.ISO)

  def new(year, month, day, hour, minute, second, microsecond, calendar)
      when is_integer(microsecond) do
    new(year, month, day, hour, minute, second, {microsecond, 6}, calendar)
  end

  def new(year, month, day, hour, minute, second, microsecond, calendar) do
    cond do
      not calendar.valid_date?(year, month, day) ->
        {:error, :invalid_date}

      not calendar.valid_time?(hour, minute, second, microsecond) ->
        {:error, :invalid_time}

      true ->
        {:ok,
         %NaiveDateTime{
           calendar: calendar,
           year: year,
           month: month,
           day: day,
           hour: hour,
           minute: minute,
           second: second,
           microsecond: microsecond
         }}
    end
  end

  def new!(
        year,
        month,
        day,
        hour,
        minute,
        second,
        microsecond \\ {0, 0},
        calendar \\ Calendar.ISO
      )

  def new!(year, month, day, hour, minute, second, microsecond, calendar) do
    case new(year, month, day, hour, minute, second, microsecond, calendar) do
      {:ok, naive_datetime} ->
        naive_datetime

      {:error, reason} ->
        raise ArgumentError, "cannot build naive datetime, reason: #{inspect(reason)}"
    end
  end

  def new(date, time)

  def new(%Date{calendar: calendar} = date, %Time{calendar: calendar} = time) do
    %{year: year, month: month, day: day} = date
    %{hour: hour, minute: minute, second: second, microsecond: microsecond} = time

    {:ok,
     %NaiveDateTime{
       calendar: calendar,
       year: year,
       month: month,
       day: day,
       hour: hour,
       minute: minute,
       second: second,
       microsecond: microsecond
     }}
  end

  def new(%Date{}, %Time{}), do: {:error, :different_calendars}

  def new!(date, time)

  def new!(%Date{} = date, %Time{} = time) do
    case new(date, time) do
      {:ok, naive_datetime} ->
        naive_datetime

      {:error, reason} ->
        raise ArgumentError, "cannot build naive datetime, reason: #{inspect(reason)}"
    end
  end

  def add(naive_datetime, amount_to_add, unit \\ :second)

  def add(naive_datetime, amount, :day) when is_integer(amount),
    do: add(naive_datetime, amount * 86_400, :second)

  def add(naive_datetime, amount, :hour) when is_integer(amount),
    do: add(naive_datetime, amount * 3600, :second)

  def add(naive_datetime, amount, :minute) when is_integer(amount),
    do: add(naive_datetime, amount * 60, :second)

  def add(%{microsecond: {_, precision}, calendar: calendar} = naive_datetime, amount, unit)
      when is_integer(amount) do
    if not __unit__?(unit) do
      raise ArgumentError,
            "unsupported time unit. Expected :day, :hour, :minute, :second, :millisecond, :microsecond, " <>
              ":nanosecond, or a positive integer, got #{inspect(unit)}"
    end

    precision = max(Calendar.ISO.time_unit_to_precision(unit), precision)
    per_day = System.convert_time_unit(86_400, :second, unit)

    naive_datetime
    |> to_iso_days()
    |> Calendar.ISO.add_day_fraction_to_iso_days(amount, per_day)
    |> from_iso_days(calendar, precision)
  end

  @doc false
  def __unit__?(unit) do
    unit in [:second, :millisecond, :microsecond, :nanosecond] or (is_integer(unit) and unit > 0)
  end

  def diff(naive_datetime1, naive_datetime2, unit \\ :second)

  def diff(naive_datetime1, naive_datetime2, :day),
    do: div(diff(naive_datetime1, naive_datetime2), 86_400)

  def diff(naive_datetime1, naive_datetime2, :hour),
    do: div(diff(naive_datetime1, naive_datetime2), 3600)

  def diff(naive_datetime1, naive_datetime2, :minute),
    do: div(diff(naive_datetime1, naive_datetime2), 60)

  def diff(
        %{calendar: calendar1} = naive_datetime1,
        %{calendar: calendar2} = naive_datetime2,
        unit
      ) do
    if not Calendar.compatible_calendars?(calendar1, calendar2) do
      raise ArgumentError,
            "cannot calculate the difference between #{inspect(naive_datetime1)} and " <>
              "#{inspect(naive_datetime2)} because their calendars are not compatible and thus the result would be ambiguous"
    end

    if not __unit__?(unit) do
      raise ArgumentError,
            "unsupported time unit. Expected :day, :hour, :minute, :second, :millisecond, :microsecond, " <>
              ":nanosecond, or a positive integer, got #{inspect(unit)}"
    end

    unix1 = naive_datetime1 |> to_iso_days() |> Calendar.ISO.iso_days_to_unit(unit)
    unix2 = naive_datetime2 |> to_iso_days() |> Calendar.ISO.iso_days_to_unit(unit)
    unix1 - unix2
  end

  def shift(%{calendar: calendar} = naive_datetime, duration) do
    %{
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond
    } = naive_datetime

    {year, month, day, hour, minute, second, microsecond} =
      calendar.shift_naive_datetime(
        year,
        month,
        day,
        hour,
        minute,
        second,
        microsecond,
        __duration__!(duration)
      )

    %NaiveDateTime{
      calendar: calendar,
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond
    }
  end

  @doc false
  def __duration__!(%Duration{} = duration), do: duration
  def __duration__!(pairs), do: Duration.new!(pairs)

  def truncate(%NaiveDateTime{microsecond: microsecond} = naive_datetime, precision) do
    %{naive_datetime | microsecond: Calendar.truncate(microsecond, precision)}
  end

  def truncate(%{microsecond: _} = datetime, precision),
    do: truncate(DateTime.to_naive(Map.put_new(datetime, :time_zone, nil)), precision)

  def to_date(%{year: year, month: month, day: day, calendar: calendar, hour: _}) do
    %Date{year: year, month: month, day: day, calendar: calendar}
  end

  def to_time(%{
        year: _,
        month: _,
        day: _,
        hour: hour,
        minute: minute,
        second: second,
        microsecond: microsecond,
        calendar: calendar
      }) do
    %Time{
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond,
      calendar: calendar
    }
  end

  def to_string(%{calendar: calendar} = naive_datetime) do
    %{
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond
    } = naive_datetime

    calendar.naive_datetime_to_string(year, month, day, hour, minute, second, microsecond)
  end

  def from_iso8601(string, calendar \\ Calendar.ISO) do
    with {:ok, {year, month, day, hour, minute, second, microsecond}} <-
           Calendar.ISO.parse_naive_datetime(string) do
      convert(
        %NaiveDateTime{
          year: year,
          month: month,
          day: day,
          hour: hour,
          minute: minute,
          second: second,
          microsecond: microsecond
        },
        calendar
      )
    end
  end

  def from_iso8601!(string, calendar \\ Calendar.ISO) do
    case from_iso8601(string, calendar) do
      {:ok, value} ->
        value

      {:error, reason} ->
        raise ArgumentError,
              "cannot parse #{inspect(string)} as naive datetime, reason: #{inspect(reason)}"
    end
  end

  def to_iso8601(naive_datetime, format \\ :extended)

  def to_iso8601(%{calendar: Calendar.ISO} = naive_datetime, format)
      when format in [:basic, :extended] do
    %{
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond
    } = naive_datetime

    Calendar.ISO.date_to_string(year, month, day, format) <>
      "T" <> Calendar.ISO.time_to_string(hour, minute, second, microsecond, format)
  end

  def to_iso8601(%{calendar: _} = naive_datetime, format) when format in [:basic, :extended] do
    naive_datetime |> convert!(Calendar.ISO) |> to_iso8601(format)
  end

  def to_erl(%{calendar: _} = naive_datetime) do
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second} =
      convert!(naive_datetime, Calendar.ISO)

    {{year, month, day}, {hour, minute, second}}
  end

  def from_erl(tuple, microsecond \\ {0, 0}, calendar \\ Calendar.ISO)

  def from_erl({{year, month, day}, {hour, minute, second}}, microsecond, calendar) do
    with {:ok, naive_datetime} <- new(year, month, day, hour, minute, second, microsecond) do
      convert(naive_datetime, calendar)
    end
  end

  def from_erl!(tuple, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) do
    case from_erl(tuple, microsecond, calendar) do
      {:ok, value} ->
        value

      {:error, reason} ->
        raise ArgumentError,
              "cannot convert #{inspect(tuple)} to naive datetime, reason: #{inspect(reason)}"
    end
  end

  def from_gregorian_seconds(
        seconds,
        {microsecond, precision} \\ {0, 0},
        calendar \\ Calendar.ISO
      )
      when is_integer(seconds) do
    seconds
    |> Calendar.ISO.gregorian_seconds_to_iso_days(microsecond)
    |> from_iso_days(calendar, precision)
  end

  def to_gregorian_seconds(%{calendar: _, microsecond: {microsecond, _}} = naive_datetime) do
    {days, {parts, per_day}} = to_iso_days(naive_datetime)
    {days * 86_400 + div(parts * 86_400, per_day), microsecond}
  end

  def compare(%{calendar: _} = naive_datetime1, %{calendar: _} = naive_datetime2) do
    moment1 = comparable(naive_datetime1)
    moment2 = comparable(naive_datetime2)

    cond do
      moment1 > moment2 -> :gt
      moment1 < moment2 -> :lt
      true -> :eq
    end
  end

  defp comparable(naive_datetime) do
    {days, {parts, per_day}} = to_iso_days(naive_datetime)
    days * 86_400_000_000 + div(parts * 86_400_000_000, per_day)
  end

  def before?(naive_datetime1, naive_datetime2),
    do: compare(naive_datetime1, naive_datetime2) == :lt

  def after?(naive_datetime1, naive_datetime2),
    do: compare(naive_datetime1, naive_datetime2) == :gt

  def convert(%{calendar: calendar} = naive_datetime, calendar) do
    %{
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond
    } = naive_datetime

    {:ok,
     %NaiveDateTime{
       calendar: calendar,
       year: year,
       month: month,
       day: day,
       hour: hour,
       minute: minute,
       second: second,
       microsecond: microsecond
     }}
  end

  def convert(%{calendar: from, microsecond: {_, precision}} = naive_datetime, calendar) do
    if Calendar.compatible_calendars?(from, calendar) do
      {:ok, naive_datetime |> to_iso_days() |> from_iso_days(calendar, precision)}
    else
      {:error, :incompatible_calendars}
    end
  end

  def convert!(naive_datetime, calendar) do
    case convert(naive_datetime, calendar) do
      {:ok, value} ->
        value

      {:error, :incompatible_calendars} ->
        raise ArgumentError,
              "cannot convert #{inspect(naive_datetime)} to target calendar #{inspect(calendar)}, " <>
                "reason: #{inspect(naive_datetime.calendar)} and #{inspect(calendar)} have different day rollover moments, " <>
                "making this conversion ambiguous"
    end
  end

  def beginning_of_day(%{calendar: calendar, microsecond: {_, precision}} = naive_datetime) do
    naive_datetime
    |> to_iso_days()
    |> calendar.iso_days_to_beginning_of_day()
    |> from_iso_days(calendar, precision)
  end

  def end_of_day(%{calendar: calendar, microsecond: {_, precision}} = naive_datetime) do
    end_of_day =
      naive_datetime
      |> to_iso_days()
      |> calendar.iso_days_to_end_of_day()
      |> from_iso_days(calendar, precision)

    %{microsecond: {microsecond, precision}} = end_of_day
    power = Integer.pow(10, 6 - precision)
    %{end_of_day | microsecond: {div(microsecond, power) * power, precision}}
  end

  defp to_iso_days(%{calendar: calendar} = naive_datetime) do
    %{
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond
    } = naive_datetime

    calendar.naive_datetime_to_iso_days(year, month, day, hour, minute, second, microsecond)
  end

  defp from_iso_days(iso_days, calendar, precision) do
    {year, month, day, hour, minute, second, {microsecond, _}} =
      calendar.naive_datetime_from_iso_days(iso_days)

    %NaiveDateTime{
      calendar: calendar,
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: {microsecond, precision}
    }
  end
end

defimpl String.Chars, for: NaiveDateTime do
  def to_string(naive_datetime), do: NaiveDateTime.to_string(naive_datetime)
end

defimpl Inspect, for: NaiveDateTime do
  def inspect(%{calendar: Calendar.ISO, year: year} = naive, opts) when year in -9999..9999 do
    {"~N[" <> NaiveDateTime.to_string(naive) <> "]", opts}
  end

  def inspect(%{calendar: Calendar.ISO} = naive, opts) do
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second} = naive

    {"NaiveDateTime.new!(#{year}, #{month}, #{day}, #{hour}, #{minute}, #{second}, #{Kernel.inspect(naive.microsecond)})",
     opts}
  end

  def inspect(%{calendar: calendar} = naive, opts) do
    {"~N[" <> NaiveDateTime.to_string(naive) <> " " <> Kernel.inspect(calendar) <> "]", opts}
  end
end
