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
    if not valid_date?(year, month, day) do
      raise ArgumentError, "invalid date: #{date_to_string(year, month, day)}"
    end

    days_before_year(year) + days_before_month(year, month) + day - 1
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
  def days_in_month(_, month) when month in [4, 6, 9, 11], do: 30
  def days_in_month(_, month) when month in 1..12, do: 31

  def months_in_year(_year), do: 12

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

  def day_of_year(year, month, day), do: days_before_month(year, month) + day

  def quarter_of_year(_year, month, _day), do: div(month - 1, 3) + 1

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
  def time_unit_to_precision(1), do: 0
  def time_unit_to_precision(10), do: 1
  def time_unit_to_precision(100), do: 2
  def time_unit_to_precision(1000), do: 3
  def time_unit_to_precision(10_000), do: 4
  def time_unit_to_precision(100_000), do: 5
  def time_unit_to_precision(_), do: 6

  ## Texts

  def date_to_string(year, month, day, format \\ :extended) do
    IO.iodata_to_binary(date_to_iodata(year, month, day, format))
  end

  def date_to_iodata(year, month, day, format \\ :extended)

  def date_to_iodata(year, month, day, :extended) do
    [year_text(year), ?-, two(month), ?-, two(day)]
  end

  def date_to_iodata(year, month, day, :basic), do: [year_text(year), two(month), two(day)]

  defp year_text(year) when year >= 0, do: String.pad_leading(Integer.to_string(year), 4, "0")
  defp year_text(year), do: ["-", year_text(-year)]

  defp two(number) when number < 10, do: [?0 | Integer.to_string(number)]
  defp two(number), do: Integer.to_string(number)

  def time_to_string(hour, minute, second, microsecond, format \\ :extended) do
    IO.iodata_to_binary(time_to_iodata(hour, minute, second, microsecond, format))
  end

  def time_to_iodata(hour, minute, second, microsecond, format \\ :extended)

  def time_to_iodata(hour, minute, second, microsecond, :extended) do
    [two(hour), ?:, two(minute), ?:, two(second) | fraction(microsecond)]
  end

  def time_to_iodata(hour, minute, second, microsecond, :basic) do
    [two(hour), two(minute), two(second) | fraction(microsecond)]
  end

  defp fraction({_, 0}), do: []

  defp fraction({microsecond, precision}),
    do: [?. | microseconds_to_iodata(microsecond, precision)]

  def microseconds_to_iodata(_microsecond, 0), do: []

  def microseconds_to_iodata(microsecond, precision) do
    microsecond |> Integer.to_string() |> String.pad_leading(6, "0") |> binary_part(0, precision)
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
      ?\s,
      time_to_iodata(hour, minute, second, microsecond, format)
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
      zone_text(utc_offset, std_offset, zone_abbr, time_zone)
    ]
  end

  defp zone_text(_, _, _, "Etc/UTC"), do: []
  defp zone_text(0, 0, abbr, time_zone) when abbr == "UTC", do: [?\s, abbr, ?\s, time_zone]
  defp zone_text(_, _, abbr, time_zone), do: [?\s, abbr, ?\s, time_zone]

  def offset_to_string(utc, std, zone, format \\ :extended) do
    IO.iodata_to_binary(offset_to_iodata(utc, std, zone, format))
  end

  def offset_to_iodata(utc, std, zone, format \\ :extended)
  def offset_to_iodata(0, 0, "Etc/UTC", _format), do: "Z"

  def offset_to_iodata(utc, std, _zone, format) do
    total = utc + std
    second = abs(total)
    minute = rem(div(second, 60), 60)
    hour = div(second, 3600)
    sign = if total >= 0, do: "+", else: "-"
    colon = if format == :extended, do: ":", else: ""
    [sign, two(hour), colon, two(minute)]
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
         {_offset, ""} <- read_offset(rest, format) do
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
    with {:ok, date, <<separator, rest::binary>>} when separator in ~c"Tt " <-
           read_date(string, format),
         {:ok, time, rest} <- read_time(rest, format),
         {_offset, ""} <- read_offset(rest, format) do
      moment(date, time)
    else
      _ -> {:error, :invalid_format}
    end
  end

  def parse_utc_datetime(string) when is_binary(string), do: parse_utc_datetime(string, :extended)

  def parse_utc_datetime(string, format)
      when is_binary(string) and format in [:basic, :extended] do
    with {:ok, date, <<separator, rest::binary>>} when separator in ~c"Tt " <-
           read_date(string, format),
         {:ok, time, rest} <- read_time(rest, format),
         {offset, ""} <- read_offset(rest, format) do
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

  defp read_offset("", _format), do: {nil, ""}
  defp read_offset(<<z, rest::binary>>, _format) when z in ~c"Zz", do: {0, rest}
  defp read_offset("-00:00", _format), do: :error
  defp read_offset("-0000", _format), do: :error

  defp read_offset(<<sign, h::binary-size(2), ?:, m::binary-size(2), rest::binary>>, :extended)
       when sign in ~c"+-" do
    read_offset(sign, h, m, rest)
  end

  defp read_offset(<<sign, h::binary-size(2), m::binary-size(2), rest::binary>>, :basic)
       when sign in ~c"+-" do
    read_offset(sign, h, m, rest)
  end

  defp read_offset(<<sign, h::binary-size(2), rest::binary>>, _format) when sign in ~c"+-" do
    read_offset(sign, h, "00", rest)
  end

  defp read_offset(_, _), do: :error

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

  def parse_duration(<<?-, ?P, rest::binary>>) do
    with {:ok, parts} <- parse_duration(<<?P, rest::binary>>) do
      {:ok,
       Enum.map(parts, fn
         {:microsecond, {value, precision}} -> {:microsecond, {-value, precision}}
         {unit, value} -> {unit, -value}
       end)}
    end
  end

  def parse_duration(<<?+, ?P, rest::binary>>), do: parse_duration(<<?P, rest::binary>>)
  def parse_duration("P"), do: {:error, :invalid_duration}

  def parse_duration(<<?P, rest::binary>>) do
    parse_parts(rest, [], [{?Y, :year}, {?M, :month}, {?W, :week}, {?D, :day}], :date)
  end

  def parse_duration(_), do: {:error, :invalid_duration}

  defp parse_parts("", acc, _units, :date), do: {:ok, Enum.reverse(acc)}
  defp parse_parts("", acc, _units, :time), do: {:ok, Enum.reverse(acc)}
  defp parse_parts("T", _acc, _units, :date), do: {:error, :invalid_duration}

  defp parse_parts(<<?T, rest::binary>>, acc, _units, :date) do
    parse_parts(rest, acc, [{?H, :hour}, {?M, :minute}, {?S, :second}], :time)
  end

  defp parse_parts(text, acc, units, kind) do
    error =
      if kind == :date,
        do: {:error, :invalid_date_component},
        else: {:error, :invalid_time_component}

    {negative?, text} =
      with(<<?-, rest::binary>> <- text, do: {true, rest}, else: (_ -> {false, text}))

    sign = if negative?, do: -1, else: 1

    case take_digits(text, []) do
      {[], _} ->
        error

      {digits, rest} ->
        value = sign * List.to_integer(digits)

        with {:ok, microsecond, <<letter, rest::binary>>} <- read_fraction(rest),
             [{_, unit} | units] <- Enum.drop_while(units, fn {l, _} -> l != letter end) do
          case {unit, microsecond} do
            {:second, {_, 0}} ->
              parse_parts(rest, [{:second, value} | acc], units, kind)

            {:second, {0, _}} when value != 0 ->
              parse_parts(rest, [{:second, value} | acc], units, kind)

            {:second, {us, precision}} ->
              parse_parts(
                rest,
                [{:microsecond, {sign * us, precision}}, {:second, value} | acc],
                units,
                kind
              )

            {_, {_, 0}} ->
              parse_parts(rest, [{unit, value} | acc], units, kind)

            _ ->
              error
          end
        else
          _ -> error
        end
    end
  end

  ## Shifting

  def shift_date(year, month, day, duration) do
    %{year: years, month: months, week: weeks, day: days} = duration
    {year, month, day} = shift_months({year, month, day}, years * 12 + months)
    shift_days({year, month, day}, weeks * 7 + days)
  end

  def shift_naive_datetime(year, month, day, hour, minute, second, microsecond, duration) do
    {year, month, day} = shift_date(year, month, day, %{duration | day: 0, week: 0})
    %{week: weeks, day: days} = duration

    {days_total, {parts, _}} =
      naive_datetime_to_iso_days(year, month, day, hour, minute, second, microsecond)

    {shift, precision} = time_shift(duration, microsecond)

    {year, month, day, hour, minute, second, {value, _}} =
      normal(days_total + weeks * 7 + days, parts + shift, @day_parts)
      |> naive_datetime_from_iso_days()

    {year, month, day, hour, minute, second, {value, precision}}
  end

  def shift_time(hour, minute, second, microsecond, duration) do
    {shift, precision} = time_shift(duration, microsecond)
    {parts, _} = time_to_day_fraction(hour, minute, second, microsecond)

    {hour, minute, second, {value, _}} =
      time_from_day_fraction({Integer.mod(parts + shift, @day_parts), @day_parts})

    {hour, minute, second, {value, precision}}
  end

  defp time_shift(duration, {_, precision}) do
    %{hour: hour, minute: minute, second: second, microsecond: {microsecond, shift_precision}} =
      duration

    seconds = (hour * 60 + minute) * 60 + second
    precision = if {microsecond, shift_precision} == {0, 0}, do: precision, else: shift_precision
    {seconds * @second_parts + microsecond, precision}
  end

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

  def shift_time_unit({days, fraction}, value, unit) when unit in [:second, :microsecond] do
    per_day = System.convert_time_unit(86_400, :second, unit)
    add_day_fraction_to_iso_days({days, fraction}, value, per_day)
  end

  ## Unix time

  def from_unix(integer, unit) when is_integer(integer) do
    microseconds = System.convert_time_unit(integer, unit, :microsecond)

    if microseconds in @unix_range_microseconds do
      precision = time_unit_to_precision(unit)
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
