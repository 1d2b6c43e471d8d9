# Calendar: what calendars have in common, and strftime.
defmodule Calendar do
  @type year :: integer
  @type month :: pos_integer
  @type day :: pos_integer
  @type week :: pos_integer
  @type day_of_week :: non_neg_integer
  @type era :: non_neg_integer
  @type day_fraction :: {parts_in_day :: non_neg_integer, parts_per_day :: pos_integer}
  @type iso_days :: {days :: integer, day_fraction}
  @type microsecond :: {non_neg_integer, non_neg_integer}
  @type hour :: non_neg_integer
  @type minute :: non_neg_integer
  @type second :: non_neg_integer
  @type time_zone :: String.t()
  @type zone_abbr :: String.t()
  @type utc_offset :: integer
  @type std_offset :: integer
  @type calendar :: module
  @type date :: map
  @type time :: map
  @type naive_datetime :: map
  @type datetime :: map
  @type time_zone_database :: module

  @callback days_in_month(year, month) :: day
  @callback months_in_year(year) :: month
  @callback leap_year?(year) :: boolean
  @callback day_of_week(year, month, day, atom) :: {integer, integer, integer}
  @callback date_to_string(year, month, day) :: String.t()
  @callback naive_datetime_to_iso_days(year, month, day, hour, minute, second, microsecond) ::
              iso_days
  @callback naive_datetime_from_iso_days(iso_days) :: tuple
  @callback valid_date?(year, month, day) :: boolean
  @callback valid_time?(hour, minute, second, microsecond) :: boolean

  def compatible_calendars?(calendar, calendar), do: true

  def compatible_calendars?(calendar1, calendar2) do
    calendar1.day_rollover_relative_to_midnight_utc() ==
      calendar2.day_rollover_relative_to_midnight_utc()
  end

  def truncate(microsecond_tuple, :microsecond), do: microsecond_tuple

  def truncate({microsecond, precision}, :millisecond),
    do: {div(microsecond, 1000) * 1000, min(precision, 3)}

  def truncate(_, :second), do: {0, 0}

  def put_time_zone_database(database) do
    :application.set_env(:elixir, :time_zone_database, database)
    :ok
  end

  def get_time_zone_database() do
    :application.get_env(:elixir, :time_zone_database, Calendar.UTCOnlyTimeZoneDatabase)
  end

  ## strftime: %[-0_][width]letter

  @months {"January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December"}
  @days {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
  @max_width 1024

  def strftime(date_or_time_or_datetime, string_format, user_options \\ [])
      when is_map(date_or_time_or_datetime) and is_binary(string_format) do
    options =
      Enum.reduce(user_options, defaults(), fn {key, value}, options ->
        if not is_map_key(options, key) do
          raise ArgumentError, "unknown option #{inspect(key)} given to Calendar.strftime/3"
        end

        %{options | key => value}
      end)

    IO.iodata_to_binary(walk(string_format, date_or_time_or_datetime, options))
  end

  defp defaults() do
    %{
      preferred_datetime: "%Y-%m-%d %H:%M:%S",
      preferred_date: "%Y-%m-%d",
      preferred_time: "%H:%M:%S",
      am_pm_names: &Atom.to_string/1,
      month_names: &month/1,
      day_of_week_names: &day/1,
      abbreviated_month_names: &binary_part(month(&1), 0, 3),
      abbreviated_day_of_week_names: &binary_part(day(&1), 0, 3)
    }
  end

  defp month(month), do: elem(@months, month - 1)
  defp day(day), do: elem(@days, day - 1)

  defp walk(<<?%, rest::binary>>, datetime, options),
    do: modifiers(rest, nil, nil, datetime, options)

  defp walk(<<char, rest::binary>>, datetime, options), do: [char | walk(rest, datetime, options)]
  defp walk("", _datetime, _options), do: []

  defp modifiers(<<?-, rest::binary>>, nil, width, datetime, options),
    do: modifiers(rest, "", width, datetime, options)

  defp modifiers(<<?0, rest::binary>>, nil, nil, datetime, options),
    do: modifiers(rest, ?0, nil, datetime, options)

  defp modifiers(<<?_, rest::binary>>, nil, width, datetime, options),
    do: modifiers(rest, ?\s, width, datetime, options)

  defp modifiers(<<digit, rest::binary>>, padding, width, datetime, options)
       when digit in ?0..?9 do
    width = (width || 0) * 10 + digit - ?0

    if width > @max_width do
      raise ArgumentError, "invalid strftime format: width must be at most #{@max_width}"
    end

    modifiers(rest, padding, width, datetime, options)
  end

  defp modifiers(<<letter, rest::binary>> = format, padding, width, datetime, options) do
    case conversion(letter, datetime, options) do
      :error ->
        invalid!(format)

      # What is not padded, or only after its sign.
      {:as_is, text} ->
        [text | walk(rest, datetime, options)]

      {sign, text} ->
        padded = pad(text, padding || padding(letter), width || width(letter))
        [[sign | padded] | walk(rest, datetime, options)]
    end
  end

  defp modifiers("", _padding, _width, _datetime, _options), do: invalid!("")

  defp invalid!(format) do
    next = with {grapheme, _} <- String.next_grapheme(format), do: grapheme
    raise ArgumentError, "invalid strftime format: %#{next}"
  end

  defp padding(letter) when letter in ~c"aAbBpPZ", do: ?\s
  defp padding(_letter), do: ?0

  defp width(letter) when letter in ~c"Yz", do: 4
  defp width(?j), do: 3
  defp width(letter) when letter in ~c"dHImMSy", do: 2
  defp width(_letter), do: 0

  # A preferred format is a list of its parts, each of which counts as one.
  defp pad(text, padding, width) do
    size = if is_list(text), do: length(text), else: byte_size(text)
    [List.duplicate(padding, max(width - size, 0)) | text]
  end

  defp conversion(?%, _, _), do: {"", "%"}
  defp conversion(?a, date, o), do: name(Date.day_of_week(date), o.abbreviated_day_of_week_names, date)
  defp conversion(?A, date, o), do: name(Date.day_of_week(date), o.day_of_week_names, date)
  defp conversion(?b, date, o), do: name(date.month, o.abbreviated_month_names, date)
  defp conversion(?B, date, o), do: name(date.month, o.month_names, date)
  defp conversion(?c, datetime, o), do: preferred(:preferred_datetime, datetime, o)
  defp conversion(?d, datetime, _), do: number(datetime.day)
  defp conversion(?H, datetime, _), do: number(datetime.hour)
  defp conversion(?I, datetime, _), do: number(rem(datetime.hour + 23, 12) + 1)
  defp conversion(?j, date, _), do: number(Date.day_of_year(date))
  defp conversion(?m, datetime, _), do: number(datetime.month)
  defp conversion(?M, datetime, _), do: number(datetime.minute)
  defp conversion(?p, time, o), do: {"", String.upcase(am_pm(time, o))}
  defp conversion(?P, time, o), do: {"", String.downcase(am_pm(time, o))}
  defp conversion(?q, date, _), do: number(Date.quarter_of_year(date))
  defp conversion(?S, datetime, _), do: number(datetime.second)
  defp conversion(?u, date, _), do: number(Date.day_of_week(date))
  defp conversion(?x, date, o), do: preferred(:preferred_date, date, o)
  defp conversion(?X, time, o), do: preferred(:preferred_time, time, o)
  defp conversion(?y, datetime, _), do: number(rem(datetime.year, 100))
  defp conversion(?Y, %{year: year}, _) when year < 0, do: {"-", Integer.to_string(-year)}
  defp conversion(?Y, datetime, _), do: number(datetime.year)
  defp conversion(?Z, datetime, _), do: {"", Map.get(datetime, :zone_abbr, "")}

  defp conversion(?f, datetime, _) do
    {microsecond, precision} = datetime.microsecond
    digits = String.pad_leading(Integer.to_string(microsecond), 6, "0")
    {:as_is, binary_part(digits, 0, max(precision, 1))}
  end

  defp conversion(?s, datetime, _) do
    utc =
      if is_map_key(datetime, :utc_offset),
        do: DateTime.shift_zone!(datetime, "Etc/UTC"),
        else: datetime

    {:as_is, Integer.to_string(NaiveDateTime.diff(utc, ~N[1970-01-01 00:00:00]))}
  end

  defp conversion(?z, %{utc_offset: utc, std_offset: std}, _) do
    total = utc + std
    {_, text} = number(div(abs(total), 3600) * 100 + rem(div(abs(total), 60), 60))
    {if(total >= 0, do: "+", else: "-"), text}
  end

  defp conversion(?z, _, _), do: {:as_is, ""}

  defp conversion(_, _, _), do: :error

  defp number(number), do: {"", Integer.to_string(number)}

  defp name(index, fun, _datetime) when is_function(fun, 1), do: {"", fun.(index)}
  defp name(index, fun, datetime) when is_function(fun, 2), do: {"", fun.(index, datetime)}

  defp name(_index, fun, _datetime) do
    raise ArgumentError, "formatter functions must be of arity 1 or 2, got: #{inspect(fun)}"
  end

  defp am_pm(time, options) do
    elem(name(if(time.hour < 12, do: :am, else: :pm), options.am_pm_names, time), 1)
  end

  defp preferred(key, datetime, options) do
    case options do
      %{^key => {:used}} ->
        raise ArgumentError, "tried to format #{key} within another #{key} format"

      %{^key => format} ->
        {"", walk(format, datetime, %{options | key => {:used}})}
    end
  end
end
