# Calendar.TimeZoneDatabase: where DateTime learns of time zones. Only UTC is
# known without another database.
defmodule Calendar.TimeZoneDatabase do
  @type time_zone_period :: map

  @callback time_zone_period_from_utc_iso_days(Calendar.iso_days(), Calendar.time_zone()) ::
              {:ok, time_zone_period} | {:error, term}
  @callback time_zone_periods_from_wall_datetime(Calendar.naive_datetime(), Calendar.time_zone()) ::
              {:ok, time_zone_period}
              | {:ambiguous, time_zone_period, time_zone_period}
              | {:gap, tuple, tuple}
              | {:error, term}
end

defmodule Calendar.UTCOnlyTimeZoneDatabase do
  @behaviour Calendar.TimeZoneDatabase

  @impl true
  def time_zone_period_from_utc_iso_days(_, "Etc/UTC") do
    {:ok, %{std_offset: 0, utc_offset: 0, zone_abbr: "UTC"}}
  end

  def time_zone_period_from_utc_iso_days(_, _), do: {:error, :utc_only_time_zone_database}

  @impl true
  def time_zone_periods_from_wall_datetime(_, "Etc/UTC") do
    {:ok, %{std_offset: 0, utc_offset: 0, zone_abbr: "UTC"}}
  end

  def time_zone_periods_from_wall_datetime(_, _), do: {:error, :utc_only_time_zone_database}
end
