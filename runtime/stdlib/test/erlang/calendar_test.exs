defmodule Erlang.CalendarTest do
  use ExUnit.Case, async: true

  test "RFC 3339 both ways" do
    assert :calendar.rfc3339_to_system_time(~c"2018-02-01T15:31:18Z") == 1_517_499_078
    assert :calendar.rfc3339_to_system_time(~c"2018-02-01T15:18:02.088Z", unit: :nanosecond) == 1_517_498_282_088_000_000
    assert :calendar.system_time_to_rfc3339(1_517_498_278, offset: ~c"Z") == ~c"2018-02-01T15:17:58Z"

    assert :calendar.system_time_to_rfc3339(1_517_498_282_088, unit: :millisecond, offset: ~c"+01:00") ==
             ~c"2018-02-01T16:18:02.088+01:00"

    assert :calendar.system_time_to_rfc3339(1_517_498_278, offset: -5400) == ~c"2018-02-01T13:47:58-01:30"
  end
end
