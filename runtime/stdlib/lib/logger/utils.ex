# The filters through which Logger sees every event first.
defmodule Logger.Utils do
  # A process may want to log less.
  def process_level(%{level: level}, _extra) do
    own = Logger.get_process_level(self())
    if own != nil and :logger.compare_levels(level, own) == :lt, do: :stop, else: :ignore
  end

  # Turns OTP's reports into Elixir's words.
  def translator(%{domain: [:elixir | _]}, %{otp: false}), do: :stop
  def translator(%{meta: %{domain: [:otp, :sasl | _]}}, %{sasl: false}), do: :stop
  def translator(%{meta: %{domain: [:supervisor_report | _]}}, %{sasl: false}), do: :stop
  def translator(%{msg: {:string, _}}, _config), do: :ignore

  def translator(%{msg: msg, level: level} = event, %{translators: translators}) do
    min = :logger.get_primary_config().level

    try do
      case msg do
        {:report, %{label: label, report: report} = all} when map_size(all) == 2 -> translate(translators, min, level, :report, {label, report})
        {:report, %{label: {:error_logger, _}, format: format, args: args}} -> translate(translators, min, level, :format, {format, args})
        {:report, report} -> translate(translators, min, level, :report, {:logger, report})
        {format, args} -> translate(translators, min, level, :format, {format, args})
      end
    rescue
      error ->
        text = ["Failure while translating Erlang's logger event\n", Exception.format(:error, error, __STACKTRACE__)]
        %{event | msg: {:string, text}}
    else
      :none -> :ignore
      :skip -> :stop
      {:ok, text} -> %{event | msg: {:string, text}}
      {:ok, text, meta} -> %{event | msg: {:string, text}, meta: Enum.into(meta, event.meta)}
    end
  end

  defp translate([], _min, _level, _kind, _data), do: :none

  defp translate([{mod, fun} | rest], min, level, kind, data) do
    with :none <- apply(mod, fun, [min, level, kind, data]), do: translate(rest, min, level, kind, data)
  end

  # Erlang's formats, in which terms (~p and ~w) are shown as Elixir shows them,
  # as what :io_lib.build_text takes.

  def scan_inspect(format, args, truncate, opts \\ %Inspect.Opts{})
  def scan_inspect(format, args, truncate, opts) when is_atom(format), do: scan_inspect(Atom.to_charlist(format), args, truncate, opts)
  def scan_inspect(format, args, truncate, opts) when is_binary(format), do: scan_inspect(:binary.bin_to_list(format), args, truncate, opts)

  def scan_inspect(format, args, truncate, opts) when is_list(format) do
    {args, _} =
      Enum.map_reduce(args, truncate, fn
        arg, left when is_binary(arg) and left != :infinity -> truncate_n(arg, left)
        arg, left -> {arg, left}
      end)

    format |> :io_lib.scan_format(args) |> Enum.map(&inspected(&1, opts))
  end

  defp inspected(%{control_char: char, args: [data | more], width: width} = spec, opts) when char in ~c"wWpP" do
    limit = if char in ~c"WP", do: hd(more), else: opts.limit
    width = if char in ~c"wW", do: :infinity, else: width
    opts = %{opts | charlists: if(spec.strings, do: opts.charlists, else: :as_lists), limit: limit, width: width}
    columns = if width == :none, do: 80, else: width
    text = data |> Inspect.Algebra.to_doc(opts) |> Inspect.Algebra.format(columns)

    %{
      adjust: :right,
      args: [text],
      control_char: ?s,
      encoding: :unicode,
      pad_char: ?\s,
      precision: :none,
      strings: true,
      width: :none,
      maps_order: :undefined
    }
  end

  defp inspected(spec, _opts), do: spec

  # The first n bytes of chardata and how many are left; less than none when it
  # was longer.

  def truncate_n(_, n) when n < 0, do: {"", n}

  def truncate_n(binary, n) when is_binary(binary) do
    case n - byte_size(binary) do
      left when left >= 0 -> {binary, left}
      left -> {whole(binary_part(binary, 0, n), binary), left}
    end
  end

  def truncate_n(int, n) when is_integer(int) and int <= 127, do: {int, n - 1}
  def truncate_n(int, n) when is_integer(int), do: {int, n - byte_size(<<int::utf8>>)}

  def truncate_n(list, n) when is_list(list), do: truncate_list(list, n, [])
  def truncate_n(other, _n), do: raise(ArgumentError, "could not truncate message, expected chardata, got: #{inspect(other)}")

  defp truncate_list(_list, n, acc) when n < 0, do: {Enum.reverse(acc), n}
  defp truncate_list([], n, acc), do: {Enum.reverse(acc), n}

  defp truncate_list([head | tail], n, acc) do
    {head, n} = truncate_n(head, n)
    truncate_list(tail, n, [head | acc])
  end

  defp truncate_list(tail, n, acc) do
    {tail, n} = truncate_n(tail, n)
    {:lists.reverse(acc, tail), n}
  end

  # Up to the end of a character.
  defp whole(cut, binary) do
    if String.valid?(cut) or not String.valid?(binary), do: cut, else: whole(binary_part(cut, 0, byte_size(cut) - 1), binary)
  end
end
