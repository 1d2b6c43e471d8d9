# Port: doors to the world outside, of which there is none here: no port can
# be opened.
defmodule Port do
  def open(_name, _settings), do: :erlang.error(:enotsup)
  def list(), do: :erlang.ports()
  def info(_port), do: nil
  def info(_port, _item), do: nil
  def close(_port), do: :erlang.error(:badarg)
  def command(_port, _data, _options \\ []), do: :erlang.error(:badarg)
  def connect(_port, _owner), do: :erlang.error(:badarg)
  def monitor(port), do: :erlang.monitor(:port, port)
  def demonitor(monitor_ref, options \\ []), do: :erlang.demonitor(monitor_ref, options)
end
