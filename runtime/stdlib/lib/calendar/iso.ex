# Calendar.ISO: the proleptic Gregorian calendar of ISO 8601. Days are counted
# from 0000-01-01; a moment is {days, {parts, parts in a day}}.
defmodule Calendar.ISO do
  @behaviour Calendar

  @unix_days 719_528
  @second_parts 1_000_000
  @day_parts 86_400_000_000
  @unix_range_microseconds -377_705_116_800_000_000..253_402_300_799_999_999

  @type year :: -9999..9999
  @type month :: 1..12
  @type day :: 1..31

  ## Days

  def date_to_iso_days(0, 1, 1), do: 0
  def date_to_iso_days(1970, 1, 1), do: @unix_days

  def date_to_iso_days(year, month, day) do
    valid!(year, month, day)
    days_before_year(year) + days_before_month(year, month) + day - 1
  end

  defp valid!(year, month, day) do
    if not valid_date?(year, month, day) do
      raise ArgumentError, "invalid date: #{date_to_string(year, month, day)}"
    end
  end

  defp days_before_year(year) do
    previous = year - 1

    year * 365 + Integer.floor_div(previous, 4) - Integer.floor_div(previous, 100) +
      Integer.floor_div(previous, 400) + 1
  end

  defp days_before_month(year, month) do
    days = elem({0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334}, month - 1)
    if month > 2 and leap_year?(year), do: days + 1, else: days
  end

  def date_from_iso_days(days) do
    # Years of 400, 100, 4 and 1 within the cycle that holds the day.
    cycle = Integer.floor_div(days, 146_097)
    rest = days - cycle * 146_097
    {centuries, rest} = if rest < 36_525, do: {0, rest}, else: later(rest - 36_525, 36_524)

    {fours, rest} =
      cond do
        centuries == 0 -> {div(rest, 1461), rem(rest, 1461)}
        # The first four years of such a century have no leap day.
        rest < 1460 -> {0, rest}
        true -> {1 + div(rest - 1460, 1461), rem(rest - 1460, 1461)}
      end

    year = cycle * 400 + centuries * 100 + fours * 4
    {year, day_of_year} = within_four(year, rest)
    month = month_of(year, day_of_year, 1)
    {year, month, day_of_year - days_before_month(year, month) + 1}
  end

  defp later(rest, size), do: {1 + div(rest, size), rem(rest, size)}

  defp within_four(year, rest) do
    size = if leap_year?(year), do: 366, else: 365
    if rest < size, do: {year, rest}, else: within_four(year + 1, rest - size)
  end

  defp month_of(year, day, month) do
    if month < 12 and day >= days_before_month(year, month + 1),
      do: month_of(year, day, month + 1),
      else: month
  end

  def naive_datetime_to_iso_days(year, month, day, hour, minute, second, microsecond) do
    {date_to_iso_days(year, month, day), time_to_day_fraction(hour, minute, second, microsecond)}
  end

  def naive_datetime_from_iso_days({days, day_fraction}) do
    {year, month, day} = date_from_iso_days(days)
    {hour, minute, second, microsecond} = time_from_day_fraction(day_fraction)
    {year, month, day, hour, minute, second, microsecond}
  end

  def time_to_day_fraction(0, 0, 0, {0, _}), do: {0, @day_parts}

  def time_to_day_fraction(hour, minute, second, {microsecond, _}) do
    {((hour * 60 + minute) * 60 + second) * @second_parts + microsecond, @day_parts}
  end

  def time_from_day_fraction({0, _}), do: {0, 0, 0, {0, 6}}

  def time_from_day_fraction({parts, per_day}) do
    parts = divide(parts * @day_parts, per_day)
    {seconds, microsecond} = {div(parts, @second_parts), rem(parts, @second_parts)}
    {div(seconds, 3600), rem(div(seconds, 60), 60), rem(seconds, 60), {microsecond, 6}}
  end

  defp divide(a, b), do: Integer.floor_div(a, b)

  def iso_days_to_unit({days, {parts, per_day}}, unit) do
    day_microseconds = days * @day_parts
    microseconds = divide(parts * @day_parts, per_day)
    System.convert_time_unit(day_microseconds + microseconds, :microsecond, unit)
  end

  def add_day_fraction_to_iso_days({days, {parts, per_day}}, add, per_day) do
    normal(days, parts + add, per_day)
  end

  def add_day_fraction_to_iso_days({days, {parts, per_day}}, add, add_per_day) do
    parts = parts * add_per_day
    add = add * per_day
    gcd = Integer.gcd(per_day, add_per_day)
    normal(days, div(parts + add, gcd), div(per_day * add_per_day, gcd))
  end

  defp normal(days, parts, per_day) do
    {days + Integer.floor_div(parts, per_day), {Integer.mod(parts, per_day), per_day}}
  end

  def iso_days_to_beginning_of_day({days, _day_fraction}), do: {days, {0, @day_parts}}
  def iso_days_to_end_of_day({days, _day_fraction}), do: {days, {@day_parts - 1, @day_parts}}

  def iso_days_to_day_of_week(days, starting_on) do
    Integer.mod(days + 5 - (day_of_week_offset(starting_on) - 1), 7) + 1
  end

  def gregorian_seconds_to_iso_days(seconds, microsecond) do
    {days, rest} = {Integer.floor_div(seconds, 86_400), Integer.mod(seconds, 86_400)}
    {days, {rest * @second_parts + microsecond, @day_parts}}
  end

  ## Facts

  def leap_year?(year) when is_integer(year) do
    rem(year, 4) == 0 and (rem(year, 100) != 0 or rem(year, 400) == 0)
  end

  def days_in_month(year, month)
  def days_in_month(year, 2), do: if(leap_year?(year), do: 29, else: 28)
  def days_in_month(year, month) when is_integer(year) and month in [4, 6, 9, 11], do: 30
  def days_in_month(year, month) when is_integer(year) and month in 1..12, do: 31

  def months_in_year(year) when is_integer(year), do: 12

  @deprecated "Use Calendar.ISO.day_of_week/4 instead"
  def day_of_week(year, month, day), do: elem(day_of_week(year, month, day, :default), 0)

  def day_of_week(year, month, day, starting_on) do
    {iso_days_to_day_of_week(date_to_iso_days(year, month, day), starting_on), 1, 7}
  end

  defp day_of_week_offset(:default), do: 1
  defp day_of_week_offset(:monday), do: 1
  defp day_of_week_offset(:tuesday), do: 2
  defp day_of_week_offset(:wednesday), do: 3
  defp day_of_week_offset(:thursday), do: 4
  defp day_of_week_offset(:friday), do: 5
  defp day_of_week_offset(:saturday), do: 6
  defp day_of_week_offset(:sunday), do: 7

  def day_of_year(year, month, day) do
    valid!(year, month, day)
    days_before_month(year, month) + day
  end

  def quarter_of_year(year, month, day)
      when is_integer(year) and month in 1..12 and day in 1..31,
      do: div(month - 1, 3) + 1

  def year_of_era(year) when year > 0, do: {year, 1}
  def year_of_era(year), do: {1 - year, 0}
  def year_of_era(year, _month, _day), do: year_of_era(year)

  def day_of_era(year, month, day) when year > 0 do
    {date_to_iso_days(year, month, day) - 365, 1}
  end

  def day_of_era(year, month, day), do: {366 - date_to_iso_days(year, month, day), 0}

  def day_rollover_relative_to_midnight_utc(), do: {0, 1}

  def valid_date?(year, month, day)
      when is_integer(year) and is_integer(month) and is_integer(day) do
    month in 1..12 and day in 1..days_in_month(year, month)
  end

  def valid_time?(hour, minute, second, {microsecond, precision})
      when is_integer(hour) and is_integer(minute) and is_integer(second) and
             is_integer(microsecond) and
             is_integer(precision) do
    hour in 0..23 and minute in 0..59 and second in 0..59 and microsecond in 0..999_999 and
      precision in 0..6
  end

  def time_unit_to_precision(:nanosecond), do: 6
  def time_unit_to_precision(:microsecond), do: 6
  def time_unit_to_precision(:millisecond), do: 3
  def time_unit_to_precision(:second), do: 0
  def time_unit_to_precision(int) when is_integer(int), do: 6

  # How many digits of a second a unit of time keeps.
  defp precision(unit) do
    case System.convert_time_unit(1, :second, unit) do
      1 -> 0
      10 -> 1
      100 -> 2
      1000 -> 3
      10_000 -> 4
      100_000 -> 5
      _ -> 6
    end
  end

  ## Texts

  def date_to_string(year, month, day, format \\ :extended) do
    IO.iodata_to_binary(date_to_iodata(year, month, day, format))
  end

  def date_to_iodata(year, month, day, format \\ :extended)

  def date_to_iodata(year, month, day, :extended)
      when is_integer(year) and is_integer(month) and is_integer(day) do
    [zeros(year, 4), ?-, zeros(month, 2), ?- | zeros(day, 2)]
  end

  def date_to_iodata(year, month, day, :basic)
      when is_integer(year) and is_integer(month) and is_integer(day) do
    [zeros(year, 4), zeros(month, 2) | zeros(day, 2)]
  end

  # A number with zeros before it, up to a size.
  defp zeros(number, size) when number >= 0 do
    text = Integer.to_string(number)

    case size - byte_size(text) do
      missing when missing > 0 -> [binary_part("00000", 0, missing) | text]
      _ -> text
    end
  end

  defp zeros(number, size), do: [?- | zeros(-number, size)]

  def time_to_string(hour, minute, second, microsecond, format \\ :extended) do
    IO.iodata_to_binary(time_to_iodata(hour, minute, second, microsecond, format))
  end

  def time_to_iodata(hour, minute, second, microsecond, format \\ :extended)

  def time_to_iodata(hour, minute, second, {value, digits} = microsecond, :extended)
      when hour in 0..23 and minute in 0..59 and second in 0..59 and is_integer(value) and
             digits in 0..6 do
    [zeros(hour, 2), ?:, zeros(minute, 2), ?: | zeros(second, 2)] |> fraction(microsecond)
  end

  def time_to_iodata(hour, minute, second, {value, digits} = microsecond, :basic)
      when hour in 0..23 and minute in 0..59 and second in 0..59 and is_integer(value) and
             digits in 0..6 do
    [zeros(hour, 2), zeros(minute, 2) | zeros(second, 2)] |> fraction(microsecond)
  end

  defp fraction(time, {_, 0}), do: time

  defp fraction(time, {microsecond, precision}),
    do: [time, ?. | microseconds_to_iodata(microsecond, precision)]

  def microseconds_to_iodata(_microsecond, 0), do: []

  def microseconds_to_iodata(microsecond, precision) do
    zeros(div(microsecond, Integer.pow(10, 6 - precision)), precision)
  end

  def naive_datetime_to_string(
        year,
        month,
        day,
        hour,
        minute,
        second,
        microsecond,
        format \\ :extended
      ) do
    IO.iodata_to_binary(
      naive_datetime_to_iodata(year, month, day, hour, minute, second, microsecond, format)
    )
  end

  def naive_datetime_to_iodata(
        year,
        month,
        day,
        hour,
        minute,
        second,
        microsecond,
        format \\ :extended
      ) do
    [
      date_to_iodata(year, month, day, format),
      ?\s | time_to_iodata(hour, minute, second, microsecond, format)
    ]
  end

  def datetime_to_string(
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
        std_offset,
        format \\ :extended
      ) do
    IO.iodata_to_binary(
      datetime_to_iodata(
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
        std_offset,
        format
      )
    )
  end

  def datetime_to_iodata(
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
        std_offset,
        format \\ :extended
      ) do
    [
      date_to_iodata(year, month, day, format),
      ?\s,
      time_to_iodata(hour, minute, second, microsecond, format),
      offset_to_iodata(utc_offset, std_offset, time_zone, format),
      if(time_zone == "Etc/UTC", do: [], else: [?\s, zone_abbr, ?\s | time_zone])
    ]
  end

  def offset_to_string(utc, std, zone, format \\ :extended) do
    IO.iodata_to_binary([offset_to_iodata(utc, std, zone, format)])
  end

  def offset_to_iodata(utc, std, zone, format \\ :extended)
  def offset_to_iodata(0, 0, "Etc/UTC", _format), do: ?Z

  def offset_to_iodata(utc, std, _zone, format) do
    total = utc + std
    second = abs(total)
    minute = rem(div(second, 60), 60)
    hour = div(second, 3600)
    sign = if total < 0, do: ?-, else: ?+

    if format == :basic,
      do: [sign, zeros(hour, 2) | zeros(minute, 2)],
      else: [sign, zeros(hour, 2), ?: | zeros(minute, 2)]
  end

  ## Reading

  def parse_date(string) when is_binary(string), do: parse_date(string, :extended)

  def parse_date(string, format) when is_binary(string) and format in [:basic, :extended] do
    with {:ok, date, ""} <- read_date(string, format) do
      date(date)
    else
      _ -> {:error, :invalid_format}
    end
  end

  def parse_time(string) when is_binary(string), do: parse_time(string, :extended)

  def parse_time(<<t, rest::binary>>, format) when t in ~c"Tt", do: parse_time(rest, format)

  def parse_time(string, format) when is_binary(string) and format in [:basic, :extended] do
    with {:ok, time, rest} <- read_time(string, format),
         {_offset, ""} <- read_offset(rest) do
      time(time)
    else
      _ -> {:error, :invalid_format}
    end
  end

  def parse_naive_datetime(string) when is_binary(string) do
    parse_naive_datetime(string, :extended)
  end

  def parse_naive_datetime(string, format)
      when is_binary(string) and format in [:basic, :extended] do
    with {:ok, date, <<separator, rest::binary>>} when separator in ~c"T " <-
           read_date(string, format),
         {:ok, time, rest} <- read_time(rest, format),
         {_offset, ""} <- read_offset(rest) do
      moment(date, time)
    else
      _ -> {:error, :invalid_format}
    end
  end

  def parse_utc_datetime(string) when is_binary(string), do: parse_utc_datetime(string, :extended)

  def parse_utc_datetime(string, format)
      when is_binary(string) and format in [:basic, :extended] do
    with {:ok, date, <<separator, rest::binary>>} when separator in ~c"T " <-
           read_date(string, format),
         {:ok, time, rest} <- read_time(rest, format),
         {offset, ""} <- read_offset(rest) do
      case {moment(date, time), offset} do
        {{:error, reason}, _} ->
          {:error, reason}

        {_, nil} ->
          {:error, :missing_offset}

        {{:ok, moment}, 0} ->
          {:ok, moment, 0}

        {{:ok, {year, month, day, hour, minute, second, {_, precision} = microsecond}}, offset} ->
          {days, fraction} =
            naive_datetime_to_iso_days(year, month, day, hour, minute, second, microsecond)

          {year, month, day, hour, minute, second, {value, _}} =
            {days, fraction}
            |> add_day_fraction_to_iso_days(-offset, 86_400)
            |> naive_datetime_from_iso_days()

          {:ok, {year, month, day, hour, minute, second, {value, precision}}, offset}
      end
    else
      _ -> {:error, :invalid_format}
    end
  end

  defp date({year, month, day}) do
    if valid_date?(year, month, day), do: {:ok, {year, month, day}}, else: {:error, :invalid_date}
  end

  defp time({hour, minute, second, microsecond}) do
    if valid_time?(hour, minute, second, microsecond),
      do: {:ok, {hour, minute, second, microsecond}},
      else: {:error, :invalid_time}
  end

  defp moment(date, time) do
    with {:ok, {year, month, day}} <- date(date),
         {:ok, {hour, minute, second, microsecond}} <- time(time) do
      {:ok, {year, month, day, hour, minute, second, microsecond}}
    end
  end

  defp read_date(<<?-, rest::binary>>, format), do: read_date(rest, -1, format)
  defp read_date(<<?+, rest::binary>>, format), do: read_date(rest, 1, format)
  defp read_date(rest, format), do: read_date(rest, 1, format)

  defp read_date(
         <<y::binary-size(4), ?-, m::binary-size(2), ?-, d::binary-size(2), rest::binary>>,
         sign,
         :extended
       ) do
    read_date(y, m, d, sign, rest)
  end

  defp read_date(
         <<y::binary-size(4), m::binary-size(2), d::binary-size(2), rest::binary>>,
         sign,
         :basic
       ) do
    read_date(y, m, d, sign, rest)
  end

  defp read_date(_, _, _), do: :error

  defp read_date(year, month, day, sign, rest) do
    with {:ok, year} <- digits(year), {:ok, month} <- digits(month), {:ok, day} <- digits(day) do
      {:ok, {sign * year, month, day}, rest}
    end
  end

  defp read_time(
         <<h::binary-size(2), ?:, m::binary-size(2), ?:, s::binary-size(2), rest::binary>>,
         :extended
       ) do
    read_time(h, m, s, rest)
  end

  defp read_time(
         <<h::binary-size(2), m::binary-size(2), s::binary-size(2), rest::binary>>,
         :basic
       ) do
    read_time(h, m, s, rest)
  end

  defp read_time(_, _), do: :error

  defp read_time(hour, minute, second, rest) do
    with {:ok, hour} <- digits(hour),
         {:ok, minute} <- digits(minute),
         {:ok, second} <- digits(second),
         {:ok, microsecond, rest} <- read_fraction(rest) do
      {:ok, {hour, minute, second, microsecond}, rest}
    end
  end

  defp read_fraction(<<point, digit, rest::binary>>) when point in ~c".," and digit in ?0..?9 do
    {digits, rest} = take_digits(rest, [digit])
    kept = Enum.take(digits, 6)
    precision = length(kept)
    value = List.to_integer(kept ++ List.duplicate(?0, 6 - precision))
    {:ok, {value, precision}, rest}
  end

  defp read_fraction(<<point, _::binary>>) when point in ~c".,", do: :error
  defp read_fraction(rest), do: {:ok, {0, 0}, rest}

  defp take_digits(<<digit, rest::binary>>, acc) when digit in ?0..?9,
    do: take_digits(rest, [digit | acc])

  defp take_digits(rest, acc), do: {:lists.reverse(acc), rest}

  defp read_offset(""), do: {nil, ""}
  defp read_offset("Z"), do: {0, ""}
  defp read_offset("-00:00"), do: :error

  defp read_offset(<<sign, h::binary-size(2), ?:, m::binary-size(2), rest::binary>>)
       when sign in ~c"+-",
       do: read_offset(sign, h, m, rest)

  defp read_offset(<<sign, h::binary-size(2), m::binary-size(2), rest::binary>>)
       when sign in ~c"+-",
       do: read_offset(sign, h, m, rest)

  defp read_offset(<<sign, h::binary-size(2), rest::binary>>) when sign in ~c"+-",
    do: read_offset(sign, h, "00", rest)

  defp read_offset(_), do: :error

  defp read_offset(sign, hour, minute, rest) do
    with {:ok, hour} when hour < 24 <- digits(hour),
         {:ok, minute} when minute < 60 <- digits(minute) do
      offset = (hour * 60 + minute) * 60
      {if(sign == ?-, do: -offset, else: offset), rest}
    else
      _ -> :error
    end
  end

  defp digits(text) do
    if all_digits?(text), do: {:ok, String.to_integer(text)}, else: :error
  end

  defp all_digits?(<<digit, rest::binary>>) when digit in ?0..?9, do: all_digits?(rest)
  defp all_digits?(rest), do: rest == ""

  ## Durations: P[nY][nM][nW][nD][T[nH][nM][nS]]

  def parse_duration(<<?P, rest::binary>>) when rest != "", do: parse_parts(rest, [], :date)
  def parse_duration(<<?+, ?P, rest::binary>>) when rest != "", do: parse_parts(rest, [], :date)

  def parse_duration(<<?-, ?P, rest::binary>>) when rest != "" do
    with {:ok, parts} <- parse_parts(rest, [], :date) do
      {:ok,
       Enum.map(parts, fn
         {:microsecond, {value, precision}} -> {:microsecond, {-value, precision}}
         {unit, value} -> {unit, -value}
       end)}
    end
  end

  def parse_duration(_), do: {:error, :invalid_duration}

  defp parse_parts(text, acc, :date) do
    parse_parts(text, acc, [{?Y, :year}, {?M, :month}, {?W, :week}, {?D, :day}], :date)
  end

  defp parse_parts("", acc, _units, _kind), do: {:ok, acc}

  defp parse_parts(<<?T, rest::binary>>, acc, _units, :date) when rest != "" do
    parse_parts(rest, acc, [{?H, :hour}, {?M, :minute}, {?S, :second}], :time)
  end

  defp parse_parts(text, acc, units, kind) do
    with {value, rest} <- Integer.parse(text),
         {:ok, {microsecond, precision}, <<letter, rest::binary>>} <- read_fraction(rest),
         [{_, unit} | units] <- Enum.drop_while(units, fn {l, _} -> l != letter end) do
      cond do
        precision == 0 ->
          parse_parts(rest, [{unit, value} | acc], units, kind)

        unit == :second and rest == "" ->
          microsecond = if match?("-" <> _, text), do: -microsecond, else: microsecond
          {:ok, [second: value, microsecond: {microsecond, precision}] ++ acc}

        true ->
          invalid_component(kind)
      end
    else
      _ -> invalid_component(kind)
    end
  end

  defp invalid_component(:date), do: {:error, :invalid_date_component}
  defp invalid_component(:time), do: {:error, :invalid_time_component}

  ## Shifting

  def shift_date(year, month, day, %Duration{hour: 0, minute: 0, second: 0} = duration)
      when elem(duration.microsecond, 0) == 0 do
    %{year: years, month: months, week: weeks, day: days} = duration
    shift_months({year, month, day}, years * 12 + months) |> shift_days(weeks * 7 + days)
  end

  def shift_date(_year, _month, _day, _duration) do
    raise ArgumentError,
          "cannot shift date by time scale unit. Expected :year, :month, :week, :day"
  end

  def shift_naive_datetime(year, month, day, hour, minute, second, microsecond, duration) do
    %{year: years, month: months, week: weeks, day: days} = duration
    {year, month, day} = shift_months({year, month, day}, years * 12 + months)
    seconds = (weeks * 7 + days) * 86_400 + seconds(duration)

    {year, month, day, hour, minute, second, microsecond}
    |> shift_time_unit(seconds, :second)
    |> shift_time_unit(duration.microsecond, :microsecond)
  end

  def shift_time(hour, minute, second, microsecond, duration) do
    if {duration.year, duration.month, duration.week, duration.day} != {0, 0, 0, 0} do
      raise ArgumentError,
            "cannot shift time by date scale unit. Expected :hour, :minute, :second, :microsecond"
    end

    {hour, minute, second, microsecond}
    |> shift_time_unit(seconds(duration), :second)
    |> shift_time_unit(duration.microsecond, :microsecond)
  end

  defp seconds(%{hour: hour, minute: minute, second: second}), do: (hour * 60 + minute) * 60 + second

  def shift_days({year, month, day}, days) do
    if days == 0,
      do: {year, month, day},
      else: date_from_iso_days(date_to_iso_days(year, month, day) + days)
  end

  defp shift_months({year, month, day}, 0), do: {year, month, day}

  defp shift_months({year, month, day}, months) do
    total = year * 12 + month - 1 + months
    year = Integer.floor_div(total, 12)
    month = Integer.mod(total, 12) + 1
    {year, month, min(day, days_in_month(year, month))}
  end

  @time_units [:second, :millisecond, :microsecond, :nanosecond]

  # Moves a date and time, a time, or days by so much of a unit; a pair of
  # microseconds and their precision sets the precision, when there are any.
  def shift_time_unit({year, month, day, hour, minute, second, microsecond}, value, unit)
      when unit in @time_units or is_integer(unit) do
    {value, precision} = shift_value(value, microsecond)

    {year, month, day, hour, minute, second, {microsecond, _}} =
      naive_datetime_to_iso_days(year, month, day, hour, minute, second, microsecond)
      |> shift_time_unit(value, unit)
      |> naive_datetime_from_iso_days()

    {year, month, day, hour, minute, second, {microsecond, precision}}
  end

  def shift_time_unit({hour, minute, second, microsecond}, value, unit)
      when unit in @time_units or is_integer(unit) do
    {value, precision} = shift_value(value, microsecond)
    moment = {0, time_to_day_fraction(hour, minute, second, microsecond)}
    {_days, fraction} = shift_time_unit(moment, value, unit)
    {hour, minute, second, {microsecond, _}} = time_from_day_fraction(fraction)
    {hour, minute, second, {microsecond, precision}}
  end

  def shift_time_unit({_days, _fraction} = iso_days, value, unit)
      when unit in @time_units or is_integer(unit) do
    add_day_fraction_to_iso_days(iso_days, value, System.convert_time_unit(86_400, :second, unit))
  end

  defp shift_value({0, _}, {_, precision}), do: {0, precision}
  defp shift_value({value, precision}, _), do: {value, precision}
  defp shift_value(value, {_, precision}), do: {value, precision}

  ## Unix time

  def from_unix(integer, unit) when is_integer(integer) do
    microseconds = System.convert_time_unit(integer, unit, :microsecond)

    if microseconds in @unix_range_microseconds do
      precision = precision(unit)
      days = Integer.floor_div(microseconds, @day_parts) + @unix_days
      {year, month, day} = date_from_iso_days(days)

      {hour, minute, second, {value, _}} =
        time_from_day_fraction({Integer.mod(microseconds, @day_parts), @day_parts})

      {:ok, {year, month, day}, {hour, minute, second}, {value, precision}}
    else
      {:error, :invalid_unix_time}
    end
  end

  # Microseconds since the Unix epoch of a moment.
  @doc false
  def __unix__({days, {parts, per_day}}) do
    (days - @unix_days) * @day_parts + divide(parts * @day_parts, per_day)
  end
end
