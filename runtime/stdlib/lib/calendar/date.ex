# Date: a day of a calendar.
defmodule Date do
  @enforce_keys [:year, :month, :day]
  defstruct [:year, :month, :day, calendar: Calendar.ISO]

  @type t :: %__MODULE__{}

  def range(first, last)

  def range(%{calendar: calendar} = first, %{calendar: calendar} = last) do
    {first_days, _} = to_days(first)
    {last_days, _} = to_days(last)

    step =
      if first_days <= last_days do
        1
      else
        IO.warn(
          "a negative range was inferred for Date.range/2, call Date.range/3 instead with -1 as third argument"
        )

        -1
      end

    build_range(first, first_days, last, last_days, calendar, step)
  end

  def range(%{calendar: _}, %{calendar: _}) do
    raise ArgumentError, "both dates must have matching calendars"
  end

  def range(%{calendar: calendar} = first, %{calendar: calendar} = last, step)
      when is_integer(step) and step != 0 do
    {first_days, _} = to_days(first)
    {last_days, _} = to_days(last)
    build_range(first, first_days, last, last_days, calendar, step)
  end

  def range(%{calendar: _} = first, %{calendar: _} = last, step) do
    raise ArgumentError,
          "both dates must have matching calendar and the step must be a non-zero integer, got: " <>
            "#{inspect(first)}, #{inspect(last)}, #{inspect(step)}"
  end

  defp build_range(first, first_days, last, last_days, calendar, step) do
    %{
      __struct__: Date.Range,
      first: %Date{calendar: calendar, year: first.year, month: first.month, day: first.day},
      last: %Date{calendar: calendar, year: last.year, month: last.month, day: last.day},
      first_in_iso_days: first_days,
      last_in_iso_days: last_days,
      step: step
    }
  end

  def utc_today(calendar \\ Calendar.ISO)

  def utc_today(Calendar.ISO) do
    {:ok, {year, month, day}, _, _} = Calendar.ISO.from_unix(System.os_time(), :native)
    %Date{year: year, month: month, day: day}
  end

  def utc_today(calendar), do: calendar |> DateTime.utc_now() |> DateTime.to_date()

  def leap_year?(%{calendar: calendar, year: year}), do: calendar.leap_year?(year)

  def days_in_month(%{calendar: calendar, year: year, month: month}),
    do: calendar.days_in_month(year, month)

  def months_in_year(%{calendar: calendar, year: year}), do: calendar.months_in_year(year)

  def new(year, month, day, calendar \\ Calendar.ISO) do
    if calendar.valid_date?(year, month, day) do
      {:ok, %Date{year: year, month: month, day: day, calendar: calendar}}
    else
      {:error, :invalid_date}
    end
  end

  def new!(year, month, day, calendar \\ Calendar.ISO) do
    case new(year, month, day, calendar) do
      {:ok, date} -> date
      {:error, reason} -> raise ArgumentError, "cannot build date, reason: #{inspect(reason)}"
    end
  end

  def to_string(date)

  def to_string(%{calendar: calendar, year: year, month: month, day: day}) do
    calendar.date_to_string(year, month, day)
  end

  def from_iso8601(string, calendar \\ Calendar.ISO) do
    with {:ok, {year, month, day}} <- Calendar.ISO.parse_date(string) do
      convert(%Date{year: year, month: month, day: day}, calendar)
    end
  end

  def from_iso8601!(string, calendar \\ Calendar.ISO) do
    case from_iso8601(string, calendar) do
      {:ok, value} ->
        value

      {:error, reason} ->
        raise ArgumentError, "cannot parse #{inspect(string)} as date, reason: #{inspect(reason)}"
    end
  end

  def to_iso8601(date, format \\ :extended)

  def to_iso8601(%{calendar: Calendar.ISO} = date, format) when format in [:basic, :extended] do
    %{year: year, month: month, day: day} = date
    Calendar.ISO.date_to_string(year, month, day, format)
  end

  def to_iso8601(%{calendar: _} = date, format) when format in [:basic, :extended] do
    date |> convert!(Calendar.ISO) |> to_iso8601(format)
  end

  def to_erl(%{calendar: _} = date) do
    %{year: year, month: month, day: day} = convert!(date, Calendar.ISO)
    {year, month, day}
  end

  def from_erl(tuple, calendar \\ Calendar.ISO)

  def from_erl({year, month, day}, calendar) do
    with {:ok, date} <- new(year, month, day), do: convert(date, calendar)
  end

  def from_erl!(tuple, calendar \\ Calendar.ISO) do
    case from_erl(tuple, calendar) do
      {:ok, value} ->
        value

      {:error, reason} ->
        raise ArgumentError,
              "cannot convert #{inspect(tuple)} to date, reason: #{inspect(reason)}"
    end
  end

  def from_gregorian_days(days, calendar \\ Calendar.ISO) when is_integer(days) do
    from_days({days, {0, 86_400_000_000}}, calendar)
  end

  def to_gregorian_days(date), do: elem(to_days(date), 0)

  def compare(%{calendar: calendar} = date1, %{calendar: calendar} = date2) do
    %{year: year1, month: month1, day: day1} = date1
    %{year: year2, month: month2, day: day2} = date2
    order({year1, month1, day1}, {year2, month2, day2})
  end

  def compare(%{calendar: calendar1} = date1, %{calendar: calendar2} = date2) do
    if Calendar.compatible_calendars?(calendar1, calendar2) do
      order(to_days(date1), to_days(date2))
    else
      raise ArgumentError,
            "cannot compare #{inspect(date1)} with #{inspect(date2)}.\n\n" <>
              "This comparison would be ambiguous as their calendars have incompatible day rollover moments.\n" <>
              "Specify an exact time of day (using DateTime) to resolve this ambiguity\n"
    end
  end

  defp order(first, second) do
    cond do
      first > second -> :gt
      first < second -> :lt
      true -> :eq
    end
  end

  def before?(date1, date2), do: compare(date1, date2) == :lt
  def after?(date1, date2), do: compare(date1, date2) == :gt

  def convert(%{calendar: calendar, year: year, month: month, day: day}, calendar) do
    {:ok, %Date{calendar: calendar, year: year, month: month, day: day}}
  end

  def convert(%{calendar: calendar} = date, target_calendar) do
    if Calendar.compatible_calendars?(calendar, target_calendar) do
      {:ok, from_days(to_days(date), target_calendar)}
    else
      {:error, :incompatible_calendars}
    end
  end

  def convert!(date, calendar) do
    case convert(date, calendar) do
      {:ok, value} ->
        value

      {:error, :incompatible_calendars} ->
        raise ArgumentError,
              "cannot convert #{inspect(date)} to target calendar #{inspect(calendar)}, " <>
                "reason: #{inspect(date.calendar)} and #{inspect(calendar)} have different day rollover moments, " <>
                "making this conversion ambiguous"
    end
  end

  def add(%{calendar: Calendar.ISO, year: year, month: month, day: day}, days) do
    {year, month, day} = Calendar.ISO.shift_days({year, month, day}, days)
    %Date{calendar: Calendar.ISO, year: year, month: month, day: day}
  end

  def add(%{calendar: calendar} = date, days) do
    {iso_days, fraction} = to_days(date)
    from_days({iso_days + days, fraction}, calendar)
  end

  def diff(%{calendar: calendar1} = date1, %{calendar: calendar2} = date2) do
    if Calendar.compatible_calendars?(calendar1, calendar2) do
      {days1, _} = to_days(date1)
      {days2, _} = to_days(date2)
      days1 - days2
    else
      raise ArgumentError,
            "cannot calculate the difference between #{inspect(date1)} and #{inspect(date2)} " <>
              "because their calendars are not compatible and thus the result would be ambiguous"
    end
  end

  def shift(%{calendar: calendar} = date, duration) do
    %{year: year, month: month, day: day} = date
    {year, month, day} = calendar.shift_date(year, month, day, __duration__!(duration))
    %Date{calendar: calendar, year: year, month: month, day: day}
  end

  @doc false
  def __duration__!(%Duration{} = duration), do: duration
  def __duration__!(pairs), do: Duration.__shift__!(pairs, [:year, :month, :week, :day])

  @doc false
  def to_iso_days(date), do: to_days(date)

  defp to_days(%{calendar: Calendar.ISO, year: year, month: month, day: day}) do
    {Calendar.ISO.date_to_iso_days(year, month, day), {0, 86_400_000_000}}
  end

  defp to_days(%{calendar: calendar, year: year, month: month, day: day}) do
    calendar.naive_datetime_to_iso_days(year, month, day, 0, 0, 0, {0, 0})
  end

  defp from_days({days, _}, Calendar.ISO) do
    {year, month, day} = Calendar.ISO.date_from_iso_days(days)
    %Date{year: year, month: month, day: day, calendar: Calendar.ISO}
  end

  defp from_days(iso_days, calendar) do
    {year, month, day, _, _, _, _} = calendar.naive_datetime_from_iso_days(iso_days)
    %Date{year: year, month: month, day: day, calendar: calendar}
  end

  def day_of_week(date, starting_on \\ :default)

  def day_of_week(%{calendar: calendar, year: year, month: month, day: day}, starting_on) do
    {day_of_week, _first, _last} = calendar.day_of_week(year, month, day, starting_on)
    day_of_week
  end

  def beginning_of_week(date, starting_on \\ :default)

  def beginning_of_week(%{calendar: calendar} = date, starting_on) do
    %{year: year, month: month, day: day} = date
    {day_of_week, first, _} = calendar.day_of_week(year, month, day, starting_on)
    add(%Date{calendar: calendar, year: year, month: month, day: day}, first - day_of_week)
  end

  def end_of_week(date, starting_on \\ :default)

  def end_of_week(%{calendar: calendar} = date, starting_on) do
    %{year: year, month: month, day: day} = date
    {day_of_week, _, last} = calendar.day_of_week(year, month, day, starting_on)
    add(%Date{calendar: calendar, year: year, month: month, day: day}, last - day_of_week)
  end

  def day_of_year(%{calendar: calendar} = date) do
    %{year: year, month: month, day: day} = date
    calendar.day_of_year(year, month, day)
  end

  def quarter_of_year(%{calendar: calendar} = date) do
    %{year: year, month: month, day: day} = date
    calendar.quarter_of_year(year, month, day)
  end

  def year_of_era(%{calendar: calendar} = date) do
    %{year: year, month: month, day: day} = date
    calendar.year_of_era(year, month, day)
  end

  def day_of_era(%{calendar: calendar} = date) do
    %{year: year, month: month, day: day} = date
    calendar.day_of_era(year, month, day)
  end

  def beginning_of_month(%{year: year, month: month, calendar: calendar}) do
    %Date{year: year, month: month, day: 1, calendar: calendar}
  end

  def end_of_month(%{year: year, month: month, calendar: calendar} = date) do
    %Date{year: year, month: month, day: days_in_month(date), calendar: calendar}
  end
end

defimpl String.Chars, for: Date do
  def to_string(%{calendar: calendar, year: year, month: month, day: day}) do
    calendar.date_to_string(year, month, day)
  end
end

defimpl Inspect, for: Date do
  def inspect(%{calendar: Calendar.ISO, year: year} = date, opts) when year in -9999..9999 do
    {"~D[" <> Calendar.ISO.date_to_string(year, date.month, date.day) <> "]", opts}
  end

  def inspect(%{calendar: Calendar.ISO, year: year, month: month, day: day}, opts) do
    {"Date.new!(#{Integer.to_string(year)}, #{Integer.to_string(month)}, #{Integer.to_string(day)})", opts}
  end

  def inspect(%{calendar: calendar, year: year, month: month, day: day}, opts) do
    {"~D[" <> calendar.date_to_string(year, month, day) <> " " <> Kernel.inspect(calendar) <> "]",
     opts}
  end
end
