# What of os needs an operating system, of which there is none.
defmodule :os do
  def cmd(command), do: cmd(command, %{})
  def cmd(_command, _options), do: :erlang.error(:enoent)
  def find_executable(_name), do: false
  def find_executable(_name, _path), do: false
  def set_signal(_signal, _option), do: :ok
end

# The options with which Erlang's compiler would be called.
defmodule :compile do
  def env_compiler_options, do: []
end
