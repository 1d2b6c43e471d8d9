# DateTime: a moment in a time zone.
defmodule DateTime do
  @enforce_keys [:year, :month, :day, :hour, :minute, :second] ++
                  [:time_zone, :zone_abbr, :utc_offset, :std_offset]

  defstruct [
    :year,
    :month,
    :day,
    :hour,
    :minute,
    :second,
    :time_zone,
    :zone_abbr,
    :utc_offset,
    :std_offset,
    microsecond: {0, 0},
    calendar: Calendar.ISO
  ]

  @type t :: %__MODULE__{}

  @unix_seconds 62_167_219_200

  def utc_now(calendar_or_time_unit \\ Calendar.ISO)

  def utc_now(unit) when unit in [:microsecond, :millisecond, :second, :native] do
    utc_now(unit, Calendar.ISO)
  end

  def utc_now(calendar), do: utc_now(:native, calendar)

  def utc_now(time_unit, calendar)
      when time_unit in [:native, :microsecond, :millisecond, :second] do
    System.os_time(time_unit) |> from_unix!(time_unit, calendar)
  end

  def new(
        date,
        time,
        time_zone \\ "Etc/UTC",
        time_zone_database \\ Calendar.get_time_zone_database()
      )

  def new(%Date{calendar: calendar} = date, %Time{calendar: calendar} = time, time_zone, database) do
    {:ok, naive_datetime} = NaiveDateTime.new(date, time)
    from_naive(naive_datetime, time_zone, database)
  end

  def new!(
        date,
        time,
        time_zone \\ "Etc/UTC",
        time_zone_database \\ Calendar.get_time_zone_database()
      )

  def new!(date, time, time_zone, database) do
    case new(date, time, time_zone, database) do
      {:ok, datetime} ->
        datetime

      {:ambiguous, dt1, dt2} ->
        raise ArgumentError,
              "cannot build datetime with #{inspect(date)} and #{inspect(time)} because such " <>
                "instant is ambiguous in time zone #{time_zone} as there is an overlap " <>
                "between #{inspect(dt1)} and #{inspect(dt2)}"

      {:gap, dt1, dt2} ->
        raise ArgumentError,
              "cannot build datetime with #{inspect(date)} and #{inspect(time)} because such " <>
                "instant does not exist in time zone #{time_zone} as there is a gap " <>
                "between #{inspect(dt1)} and #{inspect(dt2)}"

      {:error, reason} ->
        raise ArgumentError,
              "cannot build datetime with #{inspect(date)} and #{inspect(time)}, reason: #{inspect(reason)}"
    end
  end

  def from_unix(integer, unit \\ :second, calendar \\ Calendar.ISO) when is_integer(integer) do
    case Calendar.ISO.from_unix(integer, unit) do
      {:ok, {year, month, day}, {hour, minute, second}, microsecond} ->
        convert(utc(year, month, day, hour, minute, second, microsecond, Calendar.ISO), calendar)

      {:error, _} = error ->
        error
    end
  end

  defp utc(year, month, day, hour, minute, second, microsecond, calendar) do
    %DateTime{
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond,
      std_offset: 0,
      utc_offset: 0,
      zone_abbr: "UTC",
      time_zone: "Etc/UTC",
      calendar: calendar
    }
  end

  def from_unix!(integer, unit \\ :second, calendar \\ Calendar.ISO) do
    case from_unix(integer, unit, calendar) do
      {:ok, datetime} -> datetime
      {:error, :invalid_unix_time} -> raise ArgumentError, "invalid Unix time #{integer}"
    end
  end

  def from_naive(
        naive_datetime,
        time_zone,
        time_zone_database \\ Calendar.get_time_zone_database()
      )

  def from_naive(naive_datetime, "Etc/UTC", _) do
    %{
      calendar: calendar,
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond
    } = naive_datetime

    {:ok, utc(year, month, day, hour, minute, second, microsecond, calendar)}
  end

  def from_naive(%{calendar: Calendar.ISO} = naive_datetime, time_zone, database) do
    case database.time_zone_periods_from_wall_datetime(naive_datetime, time_zone) do
      {:ok, period} ->
        {:ok, with_period(naive_datetime, period, time_zone)}

      {:ambiguous, first, second} ->
        {:ambiguous, with_period(naive_datetime, first, time_zone),
         with_period(naive_datetime, second, time_zone)}

      {:gap, {first, first_until}, {second, second_from}} ->
        # The last moment before the gap and the first after it.
        before_naive = %{first_until | microsecond: {999_999, 6}} |> NaiveDateTime.add(-1)

        {:gap, with_period(before_naive, first, time_zone),
         with_period(second_from, second, time_zone)}

      {:error, _} = error ->
        error
    end
  end

  def from_naive(%{calendar: calendar} = naive_datetime, time_zone, database) do
    with {:ok, iso} <- NaiveDateTime.convert(naive_datetime, Calendar.ISO) do
      case from_naive(iso, time_zone, database) do
        {:ok, datetime} -> convert(datetime, calendar)
        {:error, _} = error -> error
        {kind, first, second} -> {kind, convert!(first, calendar), convert!(second, calendar)}
      end
    end
  end

  defp with_period(naive_datetime, period, time_zone) do
    %DateTime{
      year: naive_datetime.year,
      month: naive_datetime.month,
      day: naive_datetime.day,
      hour: naive_datetime.hour,
      minute: naive_datetime.minute,
      second: naive_datetime.second,
      microsecond: naive_datetime.microsecond,
      calendar: naive_datetime.calendar,
      std_offset: period.std_offset,
      utc_offset: period.utc_offset,
      zone_abbr: period.zone_abbr,
      time_zone: time_zone
    }
  end

  def from_naive!(
        naive_datetime,
        time_zone,
        time_zone_database \\ Calendar.get_time_zone_database()
      ) do
    case from_naive(naive_datetime, time_zone, time_zone_database) do
      {:ok, datetime} ->
        datetime

      {:ambiguous, dt1, dt2} ->
        raise ArgumentError,
              "cannot convert #{inspect(naive_datetime)} to datetime because such " <>
                "instant is ambiguous in time zone #{time_zone} as there is an overlap " <>
                "between #{inspect(dt1)} and #{inspect(dt2)}"

      {:gap, dt1, dt2} ->
        raise ArgumentError,
              "cannot convert #{inspect(naive_datetime)} to datetime because such " <>
                "instant does not exist in time zone #{time_zone} as there is a gap " <>
                "between #{inspect(dt1)} and #{inspect(dt2)}"

      {:error, reason} ->
        raise ArgumentError,
              "cannot convert #{inspect(naive_datetime)} to datetime, reason: #{inspect(reason)}"
    end
  end

  def shift_zone(datetime, time_zone, time_zone_database \\ Calendar.get_time_zone_database())

  def shift_zone(%{time_zone: time_zone} = datetime, time_zone, _), do: {:ok, datetime}

  def shift_zone(datetime, time_zone, database) do
    %{calendar: calendar, microsecond: {_, precision}} = datetime

    datetime
    |> to_utc_iso_days()
    |> zoned(calendar, precision, time_zone, database)
  end

  defp zoned(utc_iso_days, calendar, precision, time_zone, database) do
    case period(utc_iso_days, time_zone, database) do
      {:ok, %{std_offset: std, utc_offset: utc} = period} ->
        {year, month, day, hour, minute, second, {microsecond, _}} =
          utc_iso_days
          |> Calendar.ISO.add_day_fraction_to_iso_days(std + utc, 86_400)
          |> calendar.naive_datetime_from_iso_days()

        {:ok,
         %DateTime{
           year: year,
           month: month,
           day: day,
           hour: hour,
           minute: minute,
           second: second,
           microsecond: {microsecond, precision},
           std_offset: std,
           utc_offset: utc,
           zone_abbr: period.zone_abbr,
           time_zone: time_zone,
           calendar: calendar
         }}

      {:error, _} = error ->
        error
    end
  end

  defp period(_days, "Etc/UTC", _database),
    do: {:ok, %{std_offset: 0, utc_offset: 0, zone_abbr: "UTC"}}

  defp period(days, time_zone, database),
    do: database.time_zone_period_from_utc_iso_days(days, time_zone)

  def shift_zone!(datetime, time_zone, time_zone_database \\ Calendar.get_time_zone_database()) do
    case shift_zone(datetime, time_zone, time_zone_database) do
      {:ok, datetime} ->
        datetime

      {:error, reason} ->
        raise ArgumentError,
              "cannot shift #{inspect(datetime)} to #{inspect(time_zone)} time zone, reason: #{inspect(reason)}"
    end
  end

  def now(time_zone, time_zone_database \\ Calendar.get_time_zone_database())
  def now("Etc/UTC", _), do: {:ok, utc_now()}
  def now(time_zone, database), do: shift_zone(utc_now(), time_zone, database)

  def now!(time_zone, time_zone_database \\ Calendar.get_time_zone_database()) do
    case now(time_zone, time_zone_database) do
      {:ok, datetime} ->
        datetime

      {:error, reason} ->
        raise ArgumentError,
              "cannot get current datetime in #{inspect(time_zone)} time zone, reason: #{inspect(reason)}"
    end
  end

  def to_unix(datetime, unit \\ :second)

  def to_unix(%{utc_offset: _, std_offset: _} = datetime, unit) do
    microseconds = Calendar.ISO.__unix__(to_utc_iso_days(datetime))
    System.convert_time_unit(microseconds, :microsecond, unit)
  end

  def to_naive(datetime) do
    %{
      calendar: calendar,
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond,
      time_zone: _
    } = datetime

    %NaiveDateTime{
      year: year,
      month: month,
      day: day,
      calendar: calendar,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond
    }
  end

  def to_date(%{year: year, month: month, day: day, calendar: calendar, time_zone: _}) do
    %Date{year: year, month: month, day: day, calendar: calendar}
  end

  def to_time(%{
        hour: hour,
        minute: minute,
        second: second,
        microsecond: microsecond,
        calendar: calendar,
        time_zone: _
      }) do
    %Time{
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond,
      calendar: calendar
    }
  end

  def to_iso8601(datetime, format \\ :extended, offset \\ nil)

  def to_iso8601(%{calendar: Calendar.ISO} = datetime, format, nil)
      when format in [:extended, :basic] do
    %{utc_offset: utc, std_offset: std, time_zone: zone} = datetime
    naive_text(datetime, format) <> Calendar.ISO.offset_to_string(utc, std, zone, format)
  end

  def to_iso8601(%{calendar: Calendar.ISO, time_zone: "Etc/UTC"} = datetime, format, 0)
      when format in [:extended, :basic] do
    naive_text(datetime, format) <> "Z"
  end

  def to_iso8601(
        %{calendar: Calendar.ISO, microsecond: {_, precision}} = datetime,
        format,
        offset
      )
      when format in [:extended, :basic] and is_integer(offset) do
    {year, month, day, hour, minute, second, {microsecond, _}} =
      datetime
      |> to_utc_iso_days()
      |> Calendar.ISO.add_day_fraction_to_iso_days(offset, 86_400)
      |> Calendar.ISO.naive_datetime_from_iso_days()

    shifted = %{
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: {microsecond, precision}
    }

    naive_text(shifted, format) <> Calendar.ISO.offset_to_string(offset, 0, nil, format)
  end

  def to_iso8601(%{calendar: _} = datetime, format, offset) when format in [:extended, :basic] do
    datetime |> convert!(Calendar.ISO) |> to_iso8601(format, offset)
  end

  defp naive_text(datetime, format) do
    %{
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond
    } = datetime

    Calendar.ISO.date_to_string(year, month, day, format) <>
      "T" <> Calendar.ISO.time_to_string(hour, minute, second, microsecond, format)
  end

  def from_iso8601(string, format_or_calendar \\ Calendar.ISO)

  def from_iso8601(string, format) when format in [:basic, :extended] do
    from_iso8601(string, Calendar.ISO, format)
  end

  def from_iso8601(string, calendar) when is_atom(calendar),
    do: from_iso8601(string, calendar, :extended)

  def from_iso8601(string, calendar, format) do
    with {:ok, {year, month, day, hour, minute, second, microsecond}, offset} <-
           Calendar.ISO.parse_utc_datetime(string, format) do
      datetime = utc(year, month, day, hour, minute, second, microsecond, Calendar.ISO)
      with {:ok, converted} <- convert(datetime, calendar), do: {:ok, converted, offset}
    end
  end

  def from_gregorian_seconds(
        seconds,
        {microsecond, precision} \\ {0, 0},
        calendar \\ Calendar.ISO
      )
      when is_integer(seconds) do
    {year, month, day, hour, minute, second, {microsecond, _}} =
      seconds
      |> Calendar.ISO.gregorian_seconds_to_iso_days(microsecond)
      |> calendar.naive_datetime_from_iso_days()

    utc(year, month, day, hour, minute, second, {microsecond, precision}, calendar)
  end

  def to_gregorian_seconds(
        %{std_offset: _, utc_offset: _, microsecond: {microsecond, _}} = datetime
      ) do
    {to_unix(%{datetime | microsecond: {0, 0}}) + @unix_seconds, microsecond}
  end

  def to_string(%{calendar: calendar} = datetime) do
    %{
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond,
      time_zone: time_zone,
      zone_abbr: zone_abbr,
      utc_offset: utc_offset,
      std_offset: std_offset
    } = datetime

    calendar.datetime_to_string(
      year,
      month,
      day,
      hour,
      minute,
      second,
      microsecond,
      time_zone,
      zone_abbr,
      utc_offset,
      std_offset
    )
  end

  def compare(
        %{utc_offset: _, std_offset: _} = datetime1,
        %{utc_offset: _, std_offset: _} = datetime2
      ) do
    {first, second} = {comparable(datetime1), comparable(datetime2)}

    cond do
      first > second -> :gt
      first < second -> :lt
      true -> :eq
    end
  end

  defp comparable(datetime), do: Calendar.ISO.__unix__(to_utc_iso_days(datetime))

  def before?(datetime1, datetime2), do: compare(datetime1, datetime2) == :lt
  def after?(datetime1, datetime2), do: compare(datetime1, datetime2) == :gt

  def diff(datetime1, datetime2, unit \\ :second)

  def diff(datetime1, datetime2, :day), do: div(diff(datetime1, datetime2), 86_400)
  def diff(datetime1, datetime2, :hour), do: div(diff(datetime1, datetime2), 3600)
  def diff(datetime1, datetime2, :minute), do: div(diff(datetime1, datetime2), 60)

  def diff(
        %{utc_offset: _, std_offset: _} = datetime1,
        %{utc_offset: _, std_offset: _} = datetime2,
        unit
      ) do
    unit!(unit)

    (datetime1 |> to_utc_iso_days() |> Calendar.ISO.iso_days_to_unit(unit)) -
      (datetime2 |> to_utc_iso_days() |> Calendar.ISO.iso_days_to_unit(unit))
  end

  defp unit!(unit) do
    if not NaiveDateTime.__unit__?(unit) do
      raise ArgumentError,
            "unsupported time unit. Expected :day, :hour, :minute, :second, :millisecond, :microsecond, " <>
              ":nanosecond, or a positive integer, got #{inspect(unit)}"
    end
  end

  def add(
        datetime,
        amount_to_add,
        unit \\ :second,
        time_zone_database \\ Calendar.get_time_zone_database()
      )

  def add(datetime, amount, :day, database) when is_integer(amount),
    do: add(datetime, amount * 86_400, :second, database)

  def add(datetime, amount, :hour, database) when is_integer(amount),
    do: add(datetime, amount * 3600, :second, database)

  def add(datetime, amount, :minute, database) when is_integer(amount),
    do: add(datetime, amount * 60, :second, database)

  def add(
        %{calendar: calendar, time_zone: time_zone, microsecond: {_, precision}} = datetime,
        amount,
        unit,
        database
      )
      when is_integer(amount) do
    unit!(unit)
    precision = max(Calendar.ISO.time_unit_to_precision(unit), precision)
    per_day = System.convert_time_unit(86_400, :second, unit)

    result =
      datetime
      |> to_utc_iso_days()
      |> Calendar.ISO.add_day_fraction_to_iso_days(amount, per_day)
      |> zoned(calendar, precision, time_zone, database)

    case result do
      {:ok, datetime} ->
        datetime

      {:error, error} ->
        raise ArgumentError,
              "cannot add #{amount} #{unit} to #{inspect(datetime)} (with time zone " <>
                "database #{inspect(database)}), reason: #{inspect(error)}"
    end
  end

  def shift(datetime, duration, time_zone_database \\ Calendar.get_time_zone_database())

  def shift(%{calendar: calendar, time_zone: time_zone} = datetime, duration, database) do
    %{
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond
    } = datetime

    duration = __duration__!(duration)

    # Dates on the wall clock, times on the time line.
    dates = %{duration | hour: 0, minute: 0, second: 0, microsecond: {0, 0}}
    times = %{duration | year: 0, month: 0, week: 0, day: 0}

    {year, month, day, hour, minute, second, {value, precision}} =
      calendar.shift_naive_datetime(year, month, day, hour, minute, second, microsecond, dates)

    utc_iso_days =
      calendar.naive_datetime_to_iso_days(
        year,
        month,
        day,
        hour,
        minute,
        second,
        {value, precision}
      )
      |> Calendar.ISO.add_day_fraction_to_iso_days(
        -(datetime.utc_offset + datetime.std_offset),
        86_400
      )

    %{hour: h, minute: m, second: s, microsecond: {us, shift_precision}} = times
    added = ((h * 60 + m) * 60 + s) * 1_000_000 + us
    precision = if {us, shift_precision} == {0, 0}, do: precision, else: shift_precision

    result =
      utc_iso_days
      |> Calendar.ISO.add_day_fraction_to_iso_days(added, 86_400_000_000)
      |> zoned(calendar, precision, time_zone, database)

    case result do
      {:ok, datetime} ->
        datetime

      {:error, error} ->
        raise ArgumentError,
              "cannot shift #{inspect(datetime)} to #{inspect(duration)} (with time zone " <>
                "database #{inspect(database)}), reason: #{inspect(error)}"
    end
  end

  @doc false
  def __duration__!(%Duration{} = duration), do: duration
  def __duration__!(pairs), do: Duration.new!(pairs)

  def truncate(%DateTime{microsecond: microsecond} = datetime, precision) do
    %{datetime | microsecond: Calendar.truncate(microsecond, precision)}
  end

  def truncate(%{time_zone: _} = map, precision) do
    truncate(struct(DateTime, Map.delete(map, :__struct__)), precision)
  end

  def convert(%DateTime{calendar: calendar} = datetime, calendar), do: {:ok, datetime}

  def convert(%{calendar: from, microsecond: {_, precision}} = datetime, calendar) do
    if Calendar.compatible_calendars?(from, calendar) do
      {year, month, day, hour, minute, second, {microsecond, _}} =
        datetime |> to_iso_days() |> calendar.naive_datetime_from_iso_days()

      {:ok,
       %DateTime{
         calendar: calendar,
         year: year,
         month: month,
         day: day,
         hour: hour,
         minute: minute,
         second: second,
         microsecond: {microsecond, precision},
         time_zone: datetime.time_zone,
         zone_abbr: datetime.zone_abbr,
         utc_offset: datetime.utc_offset,
         std_offset: datetime.std_offset
       }}
    else
      {:error, :incompatible_calendars}
    end
  end

  def convert!(datetime, calendar) do
    case convert(datetime, calendar) do
      {:ok, value} ->
        value

      {:error, reason} ->
        raise ArgumentError,
              "cannot convert #{inspect(datetime)} to target calendar #{inspect(calendar)}, " <>
                "reason: #{inspect(reason)}"
    end
  end

  defp to_iso_days(datetime) do
    %{
      calendar: calendar,
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond
    } = datetime

    calendar.naive_datetime_to_iso_days(year, month, day, hour, minute, second, microsecond)
  end

  defp to_utc_iso_days(%{utc_offset: utc, std_offset: std} = datetime) do
    case utc + std do
      0 -> to_iso_days(datetime)
      total -> Calendar.ISO.add_day_fraction_to_iso_days(to_iso_days(datetime), -total, 86_400)
    end
  end
end

defimpl String.Chars, for: DateTime do
  def to_string(datetime), do: DateTime.to_string(datetime)
end

defimpl Inspect, for: DateTime do
  def inspect(
        %{utc_offset: 0, std_offset: 0, time_zone: "Etc/UTC", calendar: Calendar.ISO, year: year} =
          datetime,
        opts
      )
      when year in -9999..9999 do
    {"~U[" <> DateTime.to_string(datetime) <> "]", opts}
  end

  def inspect(%{calendar: Calendar.ISO} = datetime, opts) do
    {"#DateTime<" <> DateTime.to_string(datetime) <> ">", opts}
  end

  def inspect(
        %{utc_offset: 0, std_offset: 0, time_zone: "Etc/UTC", calendar: calendar} = datetime,
        opts
      ) do
    {"~U[" <> DateTime.to_string(datetime) <> " " <> Kernel.inspect(calendar) <> "]", opts}
  end

  def inspect(%{calendar: calendar} = datetime, opts) do
    {"#DateTime<" <> DateTime.to_string(datetime) <> " " <> Kernel.inspect(calendar) <> ">", opts}
  end
end
