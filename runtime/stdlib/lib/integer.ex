# Integer: functions on integers.
defmodule Integer do
  defmacro is_odd(integer) do
    quote do
      is_integer(unquote(integer)) and :erlang.band(unquote(integer), 1) == 1
    end
  end

  defmacro is_even(integer) do
    quote do
      is_integer(unquote(integer)) and :erlang.band(unquote(integer), 1) == 0
    end
  end

  def pow(base, exponent) when is_integer(base) and is_integer(exponent) and exponent >= 0 do
    power(base, exponent, 1)
  end

  def pow(base, exponent) when is_integer(base) and is_integer(exponent) do
    :erlang.error(:badarith, [base, exponent])
  end

  defp power(_base, 0, acc), do: acc

  defp power(base, exponent, acc) do
    acc = if :erlang.band(exponent, 1) == 1, do: acc * base, else: acc

    case :erlang.bsr(exponent, 1) do
      0 -> acc
      half -> power(base * base, half, acc)
    end
  end

  def mod(dividend, divisor) do
    remainder = rem(dividend, divisor)
    if remainder != 0 and (remainder < 0) != (divisor < 0), do: remainder + divisor, else: remainder
  end

  def floor_div(dividend, divisor) do
    quotient = div(dividend, divisor)

    if rem(dividend, divisor) != 0 and (dividend < 0) != (divisor < 0),
      do: quotient - 1,
      else: quotient
  end

  def ceil_div(dividend, divisor) do
    quotient = div(dividend, divisor)

    if rem(dividend, divisor) != 0 and (dividend < 0) == (divisor < 0),
      do: quotient + 1,
      else: quotient
  end

  def digits(integer, base \\ 10)
      when is_integer(integer) and is_integer(base) and base >= 2 do
    case integer do
      0 -> [0]
      _ -> digits(integer, base, [])
    end
  end

  defp digits(0, _base, acc), do: acc
  defp digits(integer, base, acc), do: digits(div(integer, base), base, [rem(integer, base) | acc])

  def undigits(digits, base \\ 10) when is_list(digits) and is_integer(base) and base >= 2 do
    undigits(digits, base, 0)
  end

  defp undigits([], _base, acc), do: acc

  defp undigits([digit | _], base, _) when is_integer(digit) and digit >= base do
    raise ArgumentError, "invalid digit #{digit} in base #{base}"
  end

  defp undigits([digit | tail], base, acc) when is_integer(digit) do
    undigits(tail, base, acc * base + digit)
  end

  def popcount(integer) when is_integer(integer) and integer >= 0, do: ones(integer, 0)

  def popcount(integer) when is_integer(integer), do: :erlang.error(:badarith, [integer])

  defp ones(0, count), do: count
  defp ones(integer, count), do: ones(:erlang.bsr(integer, 1), count + :erlang.band(integer, 1))

  def parse(binary, base \\ 10)

  def parse(_binary, base) when base not in 2..36 do
    raise ArgumentError, "invalid base #{inspect(base)}"
  end

  def parse(binary, base) when is_binary(binary) do
    case binary do
      <<?-, rest::binary>> -> parse_digits(rest, base, -1)
      <<?+, rest::binary>> -> parse_digits(rest, base, 1)
      _ -> parse_digits(binary, base, 1)
    end
  end

  defp parse_digits(rest, base, sign) do
    case count_digits(rest, base, 0) do
      0 ->
        :error

      count ->
        <<digits::binary-size(^count), rest::binary>> = rest
        {sign * :erlang.binary_to_integer(digits, base), rest}
    end
  end

  defp count_digits(<<char, rest::binary>>, base, count) do
    digit =
      cond do
        char >= ?0 and char <= ?9 -> char - ?0
        char >= ?A and char <= ?Z -> char - ?A + 10
        char >= ?a and char <= ?z -> char - ?a + 10
        true -> 99
      end

    if digit < base, do: count_digits(rest, base, count + 1), else: count
  end

  defp count_digits(<<>>, _base, count), do: count

  def to_string(integer, base \\ 10), do: :erlang.integer_to_binary(integer, base)
  def to_charlist(integer, base \\ 10), do: :erlang.integer_to_list(integer, base)

  def gcd(integer1, integer2) when is_integer(integer1) and is_integer(integer2) do
    gcd_positive(abs(integer1), abs(integer2))
  end

  defp gcd_positive(a, 0), do: a
  defp gcd_positive(a, b), do: gcd_positive(b, rem(a, b))

  def extended_gcd(0, 0), do: {0, 0, 0}
  def extended_gcd(0, b) when is_integer(b), do: if(b < 0, do: {-b, 0, -1}, else: {b, 0, 1})
  def extended_gcd(a, 0) when is_integer(a), do: if(a < 0, do: {-a, -1, 0}, else: {a, 1, 0})

  def extended_gcd(a, b) when is_integer(a) and is_integer(b) do
    extended(b, a, 0, 1, 1, 0)
  end

  defp extended(r1, r0, s1, s0, t1, t0) do
    quotient = div(r0, r1)

    case rem(r0, r1) do
      0 when r1 > 0 -> {r1, s1, t1}
      0 -> {-r1, -s1, -t1}
      r2 -> extended(r2, r1, s0 - quotient * s1, s1, t0 - quotient * t1, t1)
    end
  end

  @deprecated "Use Integer.to_charlist/1 instead"
  def to_char_list(integer), do: :erlang.integer_to_list(integer)

  @deprecated "Use Integer.to_charlist/2 instead"
  def to_char_list(integer, base), do: :erlang.integer_to_list(integer, base)
end
