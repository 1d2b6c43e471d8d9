raised = fn fun ->
  try do
    fun.()
  rescue
    e -> IO.puts("#{inspect(e.__struct__)}: #{Exception.message(e)}")
  else
    value -> IO.inspect(value)
  end
end

moment = ~U[2019-08-15 17:07:57.001Z]

for format <- ~w(%04% %5a %_10B %-3c %025c %j %-j %3f %p %P %q %s %u %y %010Y %z %6z %Z %% plain) do
  IO.inspect({format, Calendar.strftime(moment, format)})
end

raised.(fn -> Calendar.strftime(moment, "%-") end)
raised.(fn -> Calendar.strftime(moment, "%ç") end)
raised.(fn -> Calendar.strftime(moment, "%2000d") end)
raised.(fn -> Calendar.strftime(moment, "%c", preferred_datetime: "%c") end)
raised.(fn -> Calendar.strftime(moment, "%x", preferred_date: "%c", preferred_datetime: "%x") end)
raised.(fn -> Calendar.strftime(moment, "%D", unknown: 1) end)
raised.(fn -> Calendar.strftime(moment, "%p", am_pm_names: :none) end)
raised.(fn -> Calendar.strftime(moment, "%B", month_names: fn m, d -> "#{m}/#{d.year}" end) end)
raised.(fn -> Calendar.strftime(~D[0001-02-03], "%H") end)

raised.(fn -> Date.shift(~D[2000-01-01], Duration.new!(second: 86_400)) end)
raised.(fn -> Date.shift(~D[2000-01-01], second: 1) end)
raised.(fn -> Time.shift(~T[10:00:00], Duration.new!(day: 1)) end)
raised.(fn -> Time.shift(~T[10:00:00], microsecond: {5, 3}) end)
raised.(fn -> NaiveDateTime.shift(~N[2000-01-31 00:00:00.123], month: 1, microsecond: {0, 6}) end)
raised.(fn -> Time.add(~T[00:00:00], 1, 10) end)
raised.(fn -> Date.new!(2017, 13, 1) end)
raised.(fn -> Calendar.ISO.date_to_iso_days(2017, 11, -3) end)
raised.(fn -> Calendar.ISO.day_of_year(2018, 2, 30) end)
raised.(fn -> Calendar.ISO.time_unit_to_precision(1) end)
raised.(fn -> Calendar.ISO.shift_time_unit({10, 0, 0, {0, 0}}, 90, :second) end)

IO.inspect(Calendar.ISO.date_to_iodata(2015, 2, 28))
IO.inspect(Calendar.ISO.time_to_iodata(2, 2, 2, {2, 6}))
IO.inspect(Calendar.ISO.datetime_to_iodata(2017, 8, 1, 1, 2, 3, {4, 5}, "Etc/UTC", "UTC", 0, 0))

for text <- ~w(P+10D P1Y2M3W4DT5H6M7S PT-1.5S -P3D P PT P1S PT1D P1.5D PT10,25S) do
  IO.inspect({text, Duration.from_iso8601(text)})
end

for text <- [
      "2017-06-02T14:00:00+0100",
      "2017-06-02 14:00:00-0000",
      "2017-06-02 14:00:00-00:00",
      "2017-06-02t14:00:00Z",
      "2017-06-02T14:00:00z",
      "2017-06-02T14:00:00+01"
    ] do
  IO.inspect({text, DateTime.from_iso8601(text)})
end

IO.inspect(NaiveDateTime.truncate(~U[2000-01-01 10:00:00.123456Z], :millisecond))
IO.inspect(Date.range(~D[2020-01-01], ~D[2020-01-10], 3))
IO.inspect(Enum.to_list(Date.range(~D[2020-01-03], ~D[2020-01-01], -1)))

IO.inspect(Duration.to_iso8601(Duration.new!(second: 1, microsecond: {2_200, 3})))
IO.inspect(Duration.to_string(Duration.new!(hour: 1, microsecond: {-1_200_000, 4})))
