# Dates and times of the Gregorian calendar. Behaviour: OTP's calendar. Local
# time is UTC: the machine knows no time zone.
defmodule :calendar do
  @days_from_0_to_1970 719_528
  @seconds_per_day 86_400

  def is_leap_year(y) when is_integer(y) and y >= 0, do: leap?(y)

  defp leap?(y), do: rem(y, 4) == 0 and (rem(y, 100) != 0 or rem(y, 400) == 0)

  def last_day_of_the_month(y, m) when is_integer(y) and y >= 0 and m in [4, 6, 9, 11], do: 30
  def last_day_of_the_month(y, 2) when is_integer(y) and y >= 0, do: if(leap?(y), do: 29, else: 28)
  def last_day_of_the_month(y, m) when is_integer(y) and y >= 0 and is_integer(m) and m > 0 and m < 13, do: 31

  def valid_date({y, m, d}), do: valid_date(y, m, d)

  def valid_date(y, m, d) when is_integer(y) and is_integer(m) and is_integer(d) and y >= 0 and m >= 1 and m <= 12 and d >= 1,
    do: d <= last_day_of_the_month(y, m)

  def valid_date(_y, _m, _d), do: false

  def date_to_gregorian_days({y, m, d}), do: date_to_gregorian_days(y, m, d)

  # Years that begin in March, so that the leap day is the last; months and days
  # beyond their range count on, as OTP 29's do.
  def date_to_gregorian_days(y, m, d) when is_integer(d) and d > 0 do
    {year, month} = if m <= 2, do: {y - 1, m + 9}, else: {y, m - 3}

    leap_days = Integer.floor_div(year, 4) - Integer.floor_div(year, 100) + Integer.floor_div(year, 400)
    year * 365 + leap_days + div(153 * month + 2, 5) + d - 1 + 60
  end

  defp days_before_year(0), do: 0

  defp days_before_year(y) do
    x = y - 1
    div(x, 4) - div(x, 100) + div(x, 400) + x * 365 + 366
  end


  def gregorian_days_to_date(days) when is_integer(days) and days >= 0 do
    {year, day_of_year} = year_of(days)
    {month, day} = month_of(year, 1, day_of_year)
    {year, month, day}
  end

  defp year_of(days) do
    guess = div(days, 366)
    year_of(days, guess)
  end

  defp year_of(days, year) do
    next = days_before_year(year + 1)
    if days >= next, do: year_of(days, year + 1), else: {year, days - days_before_year(year)}
  end

  defp month_of(year, month, days) do
    length = last_day_of_the_month(year, month)
    if days < length, do: {month, days + 1}, else: month_of(year, month + 1, days - length)
  end

  def datetime_to_gregorian_seconds({date, time}),
    do: @seconds_per_day * date_to_gregorian_days(date) + time_to_seconds(time)

  def gregorian_seconds_to_datetime(seconds) when is_integer(seconds) and seconds >= 0,
    do: {gregorian_days_to_date(div(seconds, @seconds_per_day)), seconds_to_time(rem(seconds, @seconds_per_day))}

  def time_to_seconds({h, m, s}) when is_integer(h) and is_integer(m) and is_integer(s), do: h * 3600 + m * 60 + s

  def seconds_to_time(seconds) when seconds >= 0 and seconds < @seconds_per_day,
    do: {div(seconds, 3600), div(rem(seconds, 3600), 60), rem(seconds, 60)}

  def seconds_to_daystime(seconds) do
    days = div(seconds, @seconds_per_day)
    rest = rem(seconds, @seconds_per_day)
    if rest < 0, do: {days - 1, seconds_to_time(rest + @seconds_per_day)}, else: {days, seconds_to_time(rest)}
  end

  def time_difference({{y1, _, _}, _} = t1, {{y2, _, _}, _} = t2) when is_integer(y1) and is_integer(y2),
    do: seconds_to_daystime(datetime_to_gregorian_seconds(t2) - datetime_to_gregorian_seconds(t1))

  def day_of_the_week({y, m, d}), do: day_of_the_week(y, m, d)
  def day_of_the_week(y, m, d), do: rem(date_to_gregorian_days(y, m, d) + 5, 7) + 1

  def iso_week_number, do: iso_week_number(elem(local_time(), 0))

  def iso_week_number({year, _, _} = date) do
    days = date_to_gregorian_days(date)
    first = first_week(year)
    next = first_week(year + 1)

    cond do
      days < first -> {year - 1, div(days - first_week(year - 1), 7) + 1}
      days >= next -> {year + 1, 1}
      true -> {year, div(days - first, 7) + 1}
    end
  end

  # The Monday of the week with the year's first Thursday.
  defp first_week(year) do
    first = date_to_gregorian_days(year, 1, 1)

    case rem(first + 5, 7) + 1 do
      weekday when weekday <= 4 -> first - weekday + 1
      weekday -> first + 8 - weekday
    end
  end

  def universal_time, do: system_time_to_universal_time(:erlang.system_time(:second), :second)
  def local_time, do: universal_time()
  def universal_time_to_local_time(datetime), do: datetime
  def local_time_to_universal_time(datetime), do: datetime
  def local_time_to_universal_time_dst(datetime), do: [datetime]

  def system_time_to_universal_time(time, unit) do
    seconds = floor_seconds(time, unit)
    gregorian_seconds_to_datetime(seconds + @days_from_0_to_1970 * @seconds_per_day)
  end

  def system_time_to_local_time(time, unit), do: system_time_to_universal_time(time, unit)

  defp floor_seconds(time, unit), do: :erlang.convert_time_unit(time, unit, :second)

  def now_to_datetime({mega, seconds, _}),
    do: system_time_to_universal_time(mega * 1_000_000 + seconds, :second)

  def now_to_universal_time(now), do: now_to_datetime(now)
  def now_to_local_time(now), do: now_to_datetime(now)

  def system_time_to_rfc3339(time), do: system_time_to_rfc3339(time, [])

  def system_time_to_rfc3339(time, opts) do
    unit = option(opts, :unit, :second)
    shift = rfc3339_shift(option(opts, :offset, ~c"+00:00"), unit)
    time = time + :erlang.convert_time_unit(shift, :second, unit)
    {{y, mo, d}, {h, mi, s}} = system_time_to_universal_time(time, unit)
    digits = fraction_digits(unit)
    scale = power(digits)
    fraction = time - floor_seconds(time, unit) * scale
    separator = option(opts, :time_designator, ?T)

    pad(y, 4) ++
      [?- | pad(mo, 2)] ++
      [?- | pad(d, 2)] ++
      [separator | pad(h, 2)] ++
      [?: | pad(mi, 2)] ++ [?: | pad(s, 2)] ++ fraction_text(fraction, digits) ++ offset(option(opts, :offset, ~c"+00:00"), shift)
  end

  def universal_time_to_system_time(datetime), do: universal_time_to_system_time(datetime, [])

  def universal_time_to_system_time(datetime, opts) do
    seconds = datetime_to_gregorian_seconds(datetime) - 62_167_219_200
    :erlang.convert_time_unit(seconds, :second, option(opts, :unit, :second))
  end

  def local_time_to_system_time(datetime), do: universal_time_to_system_time(datetime, [])
  def local_time_to_system_time(datetime, opts), do: universal_time_to_system_time(datetime, opts)
  def local_time_to_universal_time(datetime, _dst), do: datetime

  def rfc3339_to_system_time(text), do: rfc3339_to_system_time(text, [])

  def rfc3339_to_system_time(text, opts) when is_list(text), do: rfc3339_to_system_time(:erlang.list_to_binary(text), opts)

  def rfc3339_to_system_time(
        <<year::binary-size(4), "-", month::binary-size(2), "-", day::binary-size(2), _, hour::binary-size(2), ":", minute::binary-size(2),
          ":", second::binary-size(2), rest::binary>>,
        opts
      ) do
    int = &:erlang.binary_to_integer/1
    {fraction, zone} = rfc3339_fraction(rest)
    unit = option(opts, :unit, :second)
    date = {int.(year), int.(month), int.(day)}
    seconds = universal_time_to_system_time({date, {int.(hour), int.(minute), int.(second)}}) - rfc3339_offset(zone)
    nanoseconds = seconds * 1_000_000_000 + fraction
    :erlang.convert_time_unit(nanoseconds, :nanosecond, unit)
  end

  defp rfc3339_fraction("." <> rest) do
    {digits, zone} = :lists.splitwith(&(&1 in ?0..?9), :erlang.binary_to_list(rest))
    {:erlang.list_to_integer(:lists.sublist(digits ++ ~c"000000000", 9)), :erlang.list_to_binary(zone)}
  end

  defp rfc3339_fraction(zone), do: {0, zone}

  defp rfc3339_offset(zone) when zone in ["Z", "z"], do: 0

  defp rfc3339_offset(<<sign, hour::binary-size(2), ":", minute::binary-size(2)>>) do
    seconds = :erlang.binary_to_integer(hour) * 3600 + :erlang.binary_to_integer(minute) * 60
    if sign == ?-, do: -seconds, else: seconds
  end

  defp rfc3339_shift([], _unit), do: 0
  defp rfc3339_shift(n, unit) when is_integer(n), do: :erlang.convert_time_unit(n, unit, :second)
  defp rfc3339_shift([sign, a, b], unit), do: rfc3339_shift([sign, a, b, ?:, ?0, ?0], unit)
  defp rfc3339_shift(zone, _unit), do: rfc3339_offset(:erlang.list_to_binary(zone))

  defp offset([_ | _] = zone, _shift), do: zone
  defp offset(_, s) when s < 0, do: [?- | tl(offset(0, -s))]
  defp offset(_, s), do: [?+ | pad(div(s, 3600), 2)] ++ [?: | pad(div(rem(s, 3600), 60), 2)]

  defp fraction_text(_fraction, 0), do: []
  defp fraction_text(fraction, digits), do: [?. | pad(fraction, digits)]

  defp fraction_digits(:second), do: 0
  defp fraction_digits(:millisecond), do: 3
  defp fraction_digits(:microsecond), do: 6
  defp fraction_digits(:nanosecond), do: 9
  defp fraction_digits(:native), do: 9

  defp power(0), do: 1
  defp power(n), do: 10 * power(n - 1)

  defp pad(n, width), do: pad_list(:erlang.integer_to_list(n), width)
  defp pad_list(list, width) when length(list) >= width, do: list
  defp pad_list(list, width), do: pad_list([?0 | list], width)

  defp option(opts, key, default) do
    case :lists.keyfind(key, 1, opts) do
      {_, value} -> value
      false -> default
    end
  end
end
