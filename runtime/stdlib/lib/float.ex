# Float: functions on floats. Rounding is exact: it works on the fraction that
# the float is, not on its decimal text.
defmodule Float do
  import Kernel, except: [round: 1]

  @precision 0..15

  def max_finite(), do: 1.7976931348623157e308
  def min_finite(), do: -1.7976931348623157e308

  def pow(base, exponent) when is_float(base) and is_number(exponent),
    do: :math.pow(base, exponent)

  def parse("-" <> binary) do
    case parse_unsigned(binary) do
      :error -> :error
      {number, remainder} -> {-number, remainder}
    end
  end

  def parse("+" <> binary), do: parse_unsigned(binary)
  def parse(binary) when is_binary(binary), do: parse_unsigned(binary)

  defp parse_unsigned(binary) do
    case digits(binary, 0) do
      0 ->
        :error

      whole ->
        <<integer::binary-size(^whole), rest::binary>> = binary

        case rest do
          <<?., digit, _::binary>> when digit in ?0..?9 ->
            <<?., after_point::binary>> = rest
            size = digits(after_point, 0)
            <<fraction::binary-size(^size), rest::binary>> = after_point
            exponent(integer, fraction, rest)

          _ ->
            exponent(integer, "0", rest)
        end
    end
  end

  defp exponent(integer, fraction, rest) do
    case rest do
      <<e, sign, digit, _::binary>> when e in ~c"eE" and sign in ~c"+-" and digit in ?0..?9 ->
        <<_, sign, digits::binary>> = rest
        scaled(integer, fraction, <<sign>>, digits)

      <<e, digit, _::binary>> when e in ~c"eE" and digit in ?0..?9 ->
        <<_, digits::binary>> = rest
        scaled(integer, fraction, "", digits)

      _ ->
        {:erlang.binary_to_float(<<integer::binary, ?., fraction::binary>>), rest}
    end
  end

  defp scaled(integer, fraction, sign, digits) do
    size = digits(digits, 0)
    <<exponent::binary-size(^size), rest::binary>> = digits
    text = <<integer::binary, ?., fraction::binary, ?e, sign::binary, exponent::binary>>

    try do
      {:erlang.binary_to_float(text), rest}
    rescue
      # Too large for a float.
      ArgumentError -> :error
    end
  end

  defp digits(<<char, rest::binary>>, count) when char in ?0..?9, do: digits(rest, count + 1)
  defp digits(_, count), do: count

  def floor(number, precision \\ 0)

  def floor(number, 0) when is_float(number), do: :math.floor(number)

  def floor(number, precision) when is_float(number) and precision in @precision do
    rounding(number, precision, :floor)
  end

  def floor(number, precision) when is_float(number), do: bad_precision!(precision)

  def ceil(number, precision \\ 0)
  def ceil(number, 0) when is_float(number), do: :math.ceil(number)

  def ceil(number, precision) when is_float(number) and precision in @precision do
    rounding(number, precision, :ceil)
  end

  def ceil(number, precision) when is_float(number), do: bad_precision!(precision)

  def round(float, precision \\ 0)

  def round(float, 0) when float == 0.0, do: float

  def round(float, 0) when is_float(float) do
    case :erlang.round(float) do
      zero when zero == 0 and float < 0.0 -> -0.0
      rounded -> rounded * 1.0
    end
  end

  def round(float, precision) when is_float(float) and precision in @precision do
    rounding(float, precision, :half_up)
  end

  def round(float, precision) when is_float(float), do: bad_precision!(precision)

  defp bad_precision!(precision) do
    raise ArgumentError,
          "precision #{precision} is out of valid range of #{inspect(@precision)}"
  end

  defp rounding(float, _precision, _mode) when float == 0.0, do: float

  # float * 10^precision is a fraction of integers; its rounded quotient over
  # 10^precision is the nearest float again.
  defp rounding(float, precision, mode) do
    {numerator, denominator} = ratio(abs(float))
    power = Integer.pow(10, precision)
    scaled = numerator * power
    quotient = div(scaled, denominator)
    remainder = rem(scaled, denominator)
    negative? = float < 0.0

    quotient =
      case mode do
        :half_up when 2 * remainder >= denominator -> quotient + 1
        :floor when negative? and remainder > 0 -> quotient + 1
        :ceil when not negative? and remainder > 0 -> quotient + 1
        _ -> quotient
      end

    result = decimal(quotient, power, precision)
    if negative?, do: -result, else: result
  end

  # Both sides of the division are floats exactly, or it is left to the text.
  defp decimal(quotient, power, _precision) when quotient < 0x20000000000000, do: quotient / power

  defp decimal(quotient, _power, precision) do
    digits = String.pad_leading(Integer.to_string(quotient), precision + 1, "0")
    whole = byte_size(digits) - precision
    <<integer::binary-size(^whole), fraction::binary>> = digits
    :erlang.binary_to_float(<<integer::binary, ?., fraction::binary, ?0>>)
  end

  def ratio(float)
  def ratio(float) when is_float(float) and float == 0.0, do: {0, 1}

  def ratio(float) when is_float(float) do
    <<sign::1, exponent::11, mantissa::52>> = <<float::float>>

    {mantissa, exponent} =
      if exponent == 0,
        do: {mantissa, -1074},
        else: {mantissa + 0x10000000000000, exponent - 1075}

    {numerator, denominator} = reduce(mantissa, exponent)
    {if(sign == 1, do: -numerator, else: numerator), denominator}
  end

  defp reduce(mantissa, exponent) when exponent >= 0, do: {:erlang.bsl(mantissa, exponent), 1}

  defp reduce(mantissa, exponent) do
    if :erlang.band(mantissa, 1) == 0,
      do: reduce(:erlang.bsr(mantissa, 1), exponent + 1),
      else: {mantissa, :erlang.bsl(1, -exponent)}
  end

  def to_charlist(float), do: :erlang.float_to_list(float, [:short])
  def to_string(float), do: :erlang.float_to_binary(float, [:short])

  @deprecated "Use Float.to_charlist/1 instead"
  def to_char_list(float), do: :erlang.float_to_list(float, [:short])

  @deprecated "Use :erlang.float_to_list/2 instead"
  def to_char_list(float, options), do: :erlang.float_to_list(float, long_options(options))

  @deprecated "Use :erlang.float_to_binary/2 instead"
  def to_string(float, options), do: :erlang.float_to_binary(float, long_options(options))

  defp long_options(options) do
    for option <- options do
      case option do
        {:compact, true} -> :compact
        {:compact, false} -> {:decimals, 20}
        other -> other
      end
    end
  end
end
