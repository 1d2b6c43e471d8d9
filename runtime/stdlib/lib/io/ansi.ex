# IO.ANSI: escape sequences of terminals.
defmodule IO.ANSI do
  @sequences [
    reset: 0,
    bright: 1,
    faint: 2,
    italic: 3,
    underline: 4,
    blink_slow: 5,
    blink_rapid: 6,
    inverse: 7,
    reverse: 7,
    conceal: 8,
    crossed_out: 9,
    primary_font: 10,
    font_1: 11,
    font_2: 12,
    font_3: 13,
    font_4: 14,
    font_5: 15,
    font_6: 16,
    font_7: 17,
    font_8: 18,
    font_9: 19,
    normal: 22,
    not_italic: 23,
    no_underline: 24,
    blink_off: 25,
    inverse_off: 27,
    reverse_off: 27,
    reveal: 28,
    not_crossed_out: 29,
    black: 30,
    red: 31,
    green: 32,
    yellow: 33,
    blue: 34,
    magenta: 35,
    cyan: 36,
    white: 37,
    default_color: 39,
    black_background: 40,
    red_background: 41,
    green_background: 42,
    yellow_background: 43,
    blue_background: 44,
    magenta_background: 45,
    cyan_background: 46,
    white_background: 47,
    default_background: 49,
    framed: 51,
    encircled: 52,
    overlined: 53,
    not_framed_encircled: 54,
    not_overlined: 55,
    light_black: 90,
    light_red: 91,
    light_green: 92,
    light_yellow: 93,
    light_blue: 94,
    light_magenta: 95,
    light_cyan: 96,
    light_white: 97,
    light_black_background: 100,
    light_red_background: 101,
    light_green_background: 102,
    light_yellow_background: 103,
    light_blue_background: 104,
    light_magenta_background: 105,
    light_cyan_background: 106,
    light_white_background: 107
  ]

  for {name, code} <- @sequences do
    text = "\e[#{code}m"
    def unquote(name)(), do: unquote(text)
    defp sequence(unquote(name)), do: unquote(text)
  end

  @others [home: "\e[H", clear: "\e[2J", clear_line: "\e[2K"]

  for {name, text} <- @others do
    def unquote(name)(), do: unquote(text)
    defp sequence(unquote(name)), do: unquote(text)
  end

  defp sequence(other) do
    raise ArgumentError, "invalid ANSI sequence specification: #{inspect(other)}"
  end

  def enabled?(), do: :application.get_env(:elixir, :ansi_enabled, false)

  def syntax_colors() do
    :application.get_env(:elixir, :ansi_syntax_colors,
      atom: :cyan,
      binary: :default_color,
      boolean: :magenta,
      charlist: :yellow,
      list: :default_color,
      map: :default_color,
      nil: :magenta,
      number: :yellow,
      string: :green,
      tuple: :default_color,
      variable: :light_cyan,
      call: :default_color,
      operator: :default_color
    )
  end

  def color(code) when code in 0..255, do: "\e[38;5;#{code}m"

  def color(r, g, b) when r in 0..5 and g in 0..5 and b in 0..5 do
    color(16 + 36 * r + 6 * g + b)
  end

  def color_background(code) when code in 0..255, do: "\e[48;5;#{code}m"

  def color_background(r, g, b) when r in 0..5 and g in 0..5 and b in 0..5 do
    color_background(16 + 36 * r + 6 * g + b)
  end

  def cursor(line, column)
      when is_integer(line) and line >= 0 and is_integer(column) and column >= 0 do
    "\e[#{line};#{column}H"
  end

  def cursor_up(lines \\ 1) when is_integer(lines) and lines >= 1, do: "\e[#{lines}A"
  def cursor_down(lines \\ 1) when is_integer(lines) and lines >= 1, do: "\e[#{lines}B"
  def cursor_right(columns \\ 1) when is_integer(columns) and columns >= 1, do: "\e[#{columns}C"
  def cursor_left(columns \\ 1) when is_integer(columns) and columns >= 1, do: "\e[#{columns}D"

  def format(ansidata, emit? \\ enabled?()) when is_boolean(emit?) do
    walk(ansidata, [], [], emit?, :maybe)
  end

  def format_fragment(ansidata, emit? \\ enabled?()) when is_boolean(emit?) do
    walk(ansidata, [], [], emit?, false)
  end

  # What remains is a list of what to do next; reset? tells whether a sequence
  # was written that must be undone at the end.
  defp walk([term | rest], rem, acc, emit?, reset?) do
    walk(term, [rest | rem], acc, emit?, reset?)
  end

  defp walk(term, rem, acc, true, reset?) when is_atom(term) and term != [] do
    walk([], rem, [acc | sequence(term)], true, reset? != false)
  end

  defp walk(term, rem, acc, false, reset?) when is_atom(term) and term != [] do
    _ = sequence(term)
    walk([], rem, acc, false, reset?)
  end

  defp walk([], [next | rem], acc, emit?, reset?), do: walk(next, rem, acc, emit?, reset?)
  defp walk([], [], acc, true, true), do: [acc | sequence(:reset)]
  defp walk([], [], acc, _emit?, _reset?), do: acc
  defp walk(term, rem, acc, emit?, reset?), do: walk([], rem, [acc, term], emit?, reset?)
end
