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
    parser: {IEx.Server, :parse, []}
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

  def inspect_opts, do: Keyword.merge([width: width(), pretty: true, limit: 100], setting(:inspect))

  def after_spawn(fun) when is_function(fun, 0), do: Application.put_env(:iex, :after_spawn, after_spawn() ++ [fun])
  def after_spawn, do: Application.get_env(:iex, :after_spawn, [])

  def color(_name, string), do: string
end
