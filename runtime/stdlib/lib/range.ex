# Range: first..last//step.
defmodule Range do
  defstruct first: nil, last: nil, step: nil

  @type limit :: integer
  @type step :: pos_integer | neg_integer
  @type t :: %__MODULE__{first: limit, last: limit, step: step}
  @type t(first, last) :: %__MODULE__{first: first, last: last, step: step}

  def new(first, last) when is_integer(first) and is_integer(last) do
    step = if first <= last, do: 1, else: -1

    if step == -1 do
      IO.warn_once(
        {__MODULE__, :new},
        fn ->
          "Range.new/2 and first..last default to a step of -1 when last < first. " <>
            "Use Range.new(first, last, -1) or first..last//-1, or pass 1 if that was your intention"
        end,
        3
      )
    end

    %Range{first: first, last: last, step: step}
  end

  def new(first, last, step)
      when is_integer(first) and is_integer(last) and is_integer(step) and step != 0 do
    %Range{first: first, last: last, step: step}
  end

  def new(first, last, step) do
    raise ArgumentError,
          "ranges (first..last//step) expect both sides to be integers and the step to be a " <>
            "non-zero integer, got: #{inspect(first)}..#{inspect(last)}//#{inspect(step)}"
  end

  def size(range)
  def size(first..last//step) when step > 0 and first > last, do: 0
  def size(first..last//step) when step < 0 and first < last, do: 0
  def size(first..last//step), do: abs(div(last - first, step)) + 1

  def to_list(first..last//step) do
    cond do
      step == 1 and first <= last -> :lists.seq(first, last)
      step > 0 and first <= last -> up(first, last, step)
      step < 0 and first >= last -> down(first, last, step)
      true -> []
    end
  end

  defp up(first, last, step) when first <= last, do: [first | up(first + step, last, step)]
  defp up(_first, _last, _step), do: []

  defp down(first, last, step) when first >= last, do: [first | down(first + step, last, step)]
  defp down(_first, _last, _step), do: []

  def shift(first..last//step, steps_to_shift) when is_integer(steps_to_shift) do
    new(first + steps_to_shift * step, last + steps_to_shift * step, step)
  end

  def split(first..last//step = range, split) when is_integer(split) do
    if split >= 0 do
      split(first, last, step, split)
    else
      split(first, last, step, max(size(range) + split, 0))
    end
  end

  defp split(first, last, step, split)
       when (first < last and step > 0) or (first > last and step < 0) or first == last do
    count = abs(div(last - first, step)) + 1
    taken = min(split, count)
    middle = first + taken * step

    if split >= count do
      {new(first, last, step), new(last + step, last, step)}
    else
      {new(first, middle - step, step), new(middle, last, step)}
    end
  end

  # An empty range gives two empty ones.
  defp split(first, last, step, _split) do
    {new(first, first - step, step), new(last + step, last, step)}
  end

  def disjoint?(first1..last1//step1 = range1, first2..last2//step2 = range2) do
    if size(range1) == 0 or size(range2) == 0 do
      true
    else
      {first1, last1, step1} = ascending(first1, last1, step1)
      {first2, last2, step2} = ascending(first2, last2, step2)

      cond do
        last2 < first1 or last1 < first2 ->
          true

        step1 == 1 and step2 == 1 ->
          false

        true ->
          # Do the two progressions share a number within both?
          {gcd, x, _} = Integer.extended_gcd(step1, step2)

          case rem(first2 - first1, gcd) do
            0 ->
              c = first1 + x * step1 * div(first2 - first1, gcd)
              lcm = div(step1 * step2, gcd)
              start = max(first1, first2)
              first_common = c + ceil_div(start - c, lcm) * lcm
              first_common > min(last1, last2)

            _ ->
              true
          end
      end
    end
  end

  defp ascending(first, last, step) when step > 0,
    do: {first, last - rem(last - first, step), step}

  defp ascending(first, last, step) do
    {first - div(first - last, -step) * -step, first, -step}
  end

  defp ceil_div(a, b), do: -Integer.floor_div(-a, b)

  @deprecated "Pattern match on first..last//step instead"
  def range?(first..last//step)
      when is_integer(first) and is_integer(last) and is_integer(step) and step != 0 do
    true
  end

  def range?(_), do: false
end

defimpl Inspect, for: Range do
  import Inspect.Algebra

  def inspect(first..last//1, opts) when last >= first do
    {left, opts} = to_doc_with_opts(first, opts)
    {right, opts} = to_doc_with_opts(last, opts)
    {concat([left, "..", right]), opts}
  end

  def inspect(first..last//step, opts) do
    {left, opts} = to_doc_with_opts(first, opts)
    {right, opts} = to_doc_with_opts(last, opts)
    {step, opts} = to_doc_with_opts(step, opts)
    {concat([left, "..", right, "//", step]), opts}
  end
end
