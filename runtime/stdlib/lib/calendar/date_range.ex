# Date.Range: the days from one date to another.
defmodule Date.Range do
  @enforce_keys [:first, :last, :first_in_iso_days, :last_in_iso_days, :step]
  defstruct [:first, :last, :first_in_iso_days, :last_in_iso_days, :step]

  @type t :: %__MODULE__{}

  @doc false
  # The struct had no step before Elixir 1.12.
  def __days__(%{first_in_iso_days: first, last_in_iso_days: last} = range),
    do: first..last//Map.get(range, :step, if(first <= last, do: 1, else: -1))
end

defimpl Enumerable, for: Date.Range do
  def member?(%{first: %{calendar: calendar}} = range, %{
        calendar: calendar,
        year: year,
        month: month,
        day: day
      }) do
    date = %Date{calendar: calendar, year: year, month: month, day: day}
    {days, _} = Date.to_iso_days(date)
    {:ok, days in Date.Range.__days__(range)}
  end

  def member?(_range, _value), do: {:ok, false}

  def count(range), do: {:ok, Range.size(Date.Range.__days__(range))}

  def slice(%{first: %{calendar: calendar}} = range) do
    first.._//step = days = Date.Range.__days__(range)

    {:ok, Range.size(days),
     fn start, count, skip -> dates(first + start * step, count, step * skip, calendar) end}
  end

  defp dates(_days, 0, _step, _calendar), do: []

  defp dates(days, count, step, calendar) do
    [date(days, calendar) | dates(days + step, count - 1, step, calendar)]
  end

  def reduce(%{first: %{calendar: calendar}} = range, acc, fun) do
    Enumerable.reduce(Date.Range.__days__(range), acc, fn days, acc ->
      fun.(date(days, calendar), acc)
    end)
  end

  defp date(days, calendar), do: Date.from_gregorian_days(days, calendar)
end

defimpl Inspect, for: Date.Range do
  def inspect(%{first: first, last: last} = range, opts) do
    %{step: step} = Date.Range.__days__(range)
    step = if step == 1, do: "", else: ", #{step}"
    {"Date.range(#{Kernel.inspect(first)}, #{Kernel.inspect(last)}#{step})", opts}
  end
end
