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

  def truncate(microsecond_tuple, unit)
  def truncate({_, 0}, _unit), do: {0, 0}
  def truncate(microsecond, :microsecond), do: microsecond

  def truncate({microsecond, precision}, :millisecond) do
    precision = min(precision, 3)
    power = Integer.pow(10, 6 - precision)
    {div(microsecond, power) * power, precision}
  end

  def truncate(_, :second), do: {0, 0}

  def put_time_zone_database(database) do
    :application.set_env(:elixir, :time_zone_database, database)
    :ok
  end

  def get_time_zone_database() do
    :application.get_env(:elixir, :time_zone_database, Calendar.UTCOnlyTimeZoneDatabase)
  end

  ## strftime

  @months ~w(January February March April May June July August September October November December)
  @days ~w(Monday Tuesday Wednesday Thursday Friday Saturday Sunday)

  def strftime(date_or_time_or_datetime, string_format, user_options \\ [])
      when is_map(date_or_time_or_datetime) and is_binary(string_format) do
    options = Keyword.merge(defaults(), user_options)
    IO.iodata_to_binary(walk(string_format, date_or_time_or_datetime, options))
  end

  defp defaults() do
    [
      preferred_datetime: "%Y-%m-%d %H:%M:%S",
      preferred_date: "%Y-%m-%d",
      preferred_time: "%H:%M:%S",
      am_pm_names: fn
        :am -> "am"
        :pm -> "pm"
      end,
      month_names: &month/1,
      day_of_week_names: &day/1,
      abbreviated_month_names: &binary_part(month(&1), 0, 3),
      abbreviated_day_of_week_names: &binary_part(day(&1), 0, 3)
    ]
  end

  defp month(month), do: Enum.at(@months, month - 1)
  defp day(day), do: Enum.at(@days, day - 1)

  defp walk("", _datetime, _options), do: []

  defp walk(<<?%, rest::binary>> = format, datetime, options) do
    {padding, width, conversion, rest} = modifiers(rest, format)

    [
      apply_conversion(conversion, padding, width, datetime, options, format)
      | walk(rest, datetime, options)
    ]
  end

  defp walk(<<char::utf8, rest::binary>>, datetime, options) do
    [<<char::utf8>> | walk(rest, datetime, options)]
  end

  # %[-_0][width]letter
  defp modifiers(<<?-, rest::binary>>, format), do: width("", 0, rest, format)
  defp modifiers(<<?0, rest::binary>>, format), do: width(?0, nil, rest, format)
  defp modifiers(<<?_, rest::binary>>, format), do: width(?\s, nil, rest, format)
  defp modifiers(rest, format), do: width(nil, nil, rest, format)

  defp width(padding, width, <<digit, rest::binary>>, format) when digit in ?0..?9 do
    width(padding, (width || 0) * 10 + digit - ?0, rest, format)
  end

  defp width(padding, width, <<conversion, rest::binary>>, _format),
    do: {padding, width, conversion, rest}

  defp width(_padding, _width, "", format), do: invalid!(format)

  defp invalid!(format) do
    raise ArgumentError, "invalid strftime format: #{format}"
  end

  defp apply_conversion(?%, _padding, _width, _datetime, _options, _format), do: "%"

  defp apply_conversion(?a, padding, width, datetime, options, _format) do
    custom(options, :abbreviated_day_of_week_names, :day_of_week_names, day_of_week(datetime))
    |> pad(padding || ?\s, width || 0)
  end

  defp apply_conversion(?A, padding, width, datetime, options, _format) do
    options[:day_of_week_names].(day_of_week(datetime)) |> pad(padding || ?\s, width || 0)
  end

  defp apply_conversion(?b, padding, width, datetime, options, _format) do
    custom(options, :abbreviated_month_names, :month_names, Map.fetch!(datetime, :month))
    |> pad(padding || ?\s, width || 0)
  end

  defp apply_conversion(?B, padding, width, datetime, options, _format) do
    options[:month_names].(Map.fetch!(datetime, :month)) |> pad(padding || ?\s, width || 0)
  end

  defp apply_conversion(?c, padding, width, datetime, options, _format) do
    preferred(options, :preferred_datetime, datetime) |> pad(padding || ?\s, width || 0)
  end

  defp apply_conversion(?x, padding, width, datetime, options, _format) do
    preferred(options, :preferred_date, datetime) |> pad(padding || ?\s, width || 0)
  end

  defp apply_conversion(?X, padding, width, datetime, options, _format) do
    preferred(options, :preferred_time, datetime) |> pad(padding || ?\s, width || 0)
  end

  defp apply_conversion(?d, padding, width, datetime, _options, _format) do
    number(Map.fetch!(datetime, :day), padding, width, 2)
  end

  defp apply_conversion(?f, _padding, _width, datetime, _options, _format) do
    case Map.fetch!(datetime, :microsecond) do
      {_, 0} -> "0"
      {value, precision} -> Calendar.ISO.microseconds_to_iodata(value, precision)
    end
  end

  defp apply_conversion(?H, padding, width, datetime, _options, _format) do
    number(Map.fetch!(datetime, :hour), padding, width, 2)
  end

  defp apply_conversion(?I, padding, width, datetime, _options, _format) do
    number(rem(Map.fetch!(datetime, :hour) + 23, 12) + 1, padding, width, 2)
  end

  defp apply_conversion(?j, padding, width, datetime, _options, _format) do
    number(Date.day_of_year(datetime), padding, width, 3)
  end

  defp apply_conversion(?m, padding, width, datetime, _options, _format) do
    number(Map.fetch!(datetime, :month), padding, width, 2)
  end

  defp apply_conversion(?M, padding, width, datetime, _options, _format) do
    number(Map.fetch!(datetime, :minute), padding, width, 2)
  end

  defp apply_conversion(?p, padding, width, datetime, options, _format) do
    am_pm(datetime, options) |> String.upcase() |> pad(padding || ?\s, width || 0)
  end

  defp apply_conversion(?P, padding, width, datetime, options, _format) do
    am_pm(datetime, options) |> String.downcase() |> pad(padding || ?\s, width || 0)
  end

  defp apply_conversion(?q, padding, width, datetime, _options, _format) do
    number(Date.quarter_of_year(datetime), padding, width, 1)
  end

  defp apply_conversion(?s, padding, width, datetime, _options, _format) do
    seconds =
      case datetime do
        %{utc_offset: _} -> DateTime.to_unix(datetime)
        _ -> DateTime.to_unix(DateTime.from_naive!(datetime, "Etc/UTC"))
      end

    number(seconds, padding, width, 1)
  end

  defp apply_conversion(?S, padding, width, datetime, _options, _format) do
    number(Map.fetch!(datetime, :second), padding, width, 2)
  end

  defp apply_conversion(?u, padding, width, datetime, _options, _format) do
    number(day_of_week(datetime), padding, width, 1)
  end

  defp apply_conversion(?y, padding, width, datetime, _options, _format) do
    number(rem(Map.fetch!(datetime, :year), 100), padding, width, 2)
  end

  defp apply_conversion(?Y, padding, width, datetime, _options, _format) do
    year = Map.fetch!(datetime, :year)

    if year < 0 do
      ["-", number(-year, padding, width, 4)]
    else
      number(year, padding, width, 4)
    end
  end

  defp apply_conversion(?z, padding, width, datetime, _options, _format) do
    case datetime do
      %{utc_offset: utc, std_offset: std} ->
        total = utc + std
        second = abs(total)
        sign = if total >= 0, do: "+", else: "-"
        digits = Integer.to_string(div(second, 3600) * 100 + rem(div(second, 60), 60))
        [sign, pad(digits, padding || ?0, width || 4)]

      _ ->
        ""
    end
  end

  defp apply_conversion(?Z, padding, width, datetime, _options, _format) do
    Map.get(datetime, :zone_abbr, "") |> pad(padding || ?\s, width || 0)
  end

  defp apply_conversion(_conversion, _padding, _width, _datetime, _options, format) do
    invalid!(format)
  end

  defp custom(options, key, _full, index), do: options[key].(index)

  defp preferred(options, key, datetime) do
    case options[key] do
      {format, _} -> strftime(datetime, format, options)
      format when is_binary(format) -> strftime(datetime, format, Keyword.delete(options, key))
    end
  end

  defp day_of_week(datetime), do: Date.day_of_week(datetime)

  defp am_pm(datetime, options) do
    options[:am_pm_names].(if(Map.fetch!(datetime, :hour) < 12, do: :am, else: :pm))
  end

  defp number(number, padding, width, default) do
    pad(Integer.to_string(number), padding || ?0, width || default)
  end

  defp pad(text, "", _width), do: text
  defp pad(text, char, width), do: String.pad_leading(text, width, <<char>>)
end
