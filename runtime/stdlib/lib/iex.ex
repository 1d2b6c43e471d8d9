# The interactive shell's settings and what is said of it elsewhere.
# Behaviour: IEx of Elixir 1.20.
defmodule IEx do
  @defaults [
    colors: [],
    inspect: [],
    width: 80,
    history_size: 20,
    default_prompt: "%prefix(%counter)>",
    alive_prompt: "%prefix(%node)%counter>",
    continuation_prompt: "...(%counter)>",
    dot_iex: nil,
    auto_reload: false,
    parser: {IEx.Evaluator, :parse, []}
  ]

  @colors [
    eval_interrupt: :yellow,
    eval_result: :yellow,
    eval_error: :red,
    eval_info: :normal,
    stack_info: :red,
    blame_diff: :red,
    ls_directory: :blue,
    ls_device: :green
  ]

  def configure(options) do
    for {key, value} <- options do
      unless Keyword.has_key?(@defaults, key), do: raise(ArgumentError, "unknown configuration option: #{inspect(key)}")
      Application.put_env(:iex, key, value)
    end

    :ok
  end

  def configuration, do: Enum.map(@defaults, fn {key, default} -> {key, Application.get_env(:iex, key, default)} end)

  def setting(key), do: Application.get_env(:iex, key, Keyword.fetch!(@defaults, key))

  def width, do: setting(:width)
  def version, do: System.version()
  def started?, do: Process.get(:iex_server) != nil or Application.get_env(:iex, :started, false)
  def dont_display_result, do: :"do not show this result in output"

  def inspect_opts do
    colors = if colors?(), do: [syntax_colors: Keyword.get(setting(:colors), :syntax_colors, IO.ANSI.syntax_colors())], else: []
    Keyword.merge([width: width(), pretty: true, limit: 100] ++ colors, setting(:inspect))
  end

  def after_spawn(fun) when is_function(fun, 0), do: Application.put_env(:iex, :after_spawn, after_spawn() ++ [fun])
  def after_spawn, do: Application.get_env(:iex, :after_spawn, [])

  # A text in one of the shell's colours, if it has any.
  def color(name, string) do
    case colors?() && Keyword.get(setting(:colors), name, Keyword.get(@colors, name)) do
      none when none in [nil, false] -> string
      # What is coloured within begins with its own.
      color -> IO.iodata_to_binary(IO.ANSI.format_fragment([color, string, :reset], true))
    end
  end

  defp colors?, do: Keyword.get_lazy(setting(:colors), :enabled, &IO.ANSI.enabled?/0)
end
