# What of crypto goes on from call to call: the data so far is kept. Behaviour:
# the manual page of OTP's crypto.
defmodule :crypto do
  def hash_init(type) do
    _ = :crypto.hash(type, "")
    {:hash, type, []}
  end

  def hash_update({:hash, type, data}, more) do
    _ = :erlang.iolist_size(more)
    {:hash, type, [data | more]}
  end

  def hash_final({:hash, type, data}), do: :crypto.hash(type, data)

  def mac_init(type, key), do: mac_init(type, :undefined, key)

  def mac_init(type, sub_type, key) do
    _ = :crypto.mac(type, sub_type, key, "")
    {:mac, type, sub_type, key, []}
  end

  def mac_update({:mac, type, sub_type, key, data}, more) do
    _ = :erlang.iolist_size(more)
    {:mac, type, sub_type, key, [data | more]}
  end

  def mac_final({:mac, type, sub_type, key, data}), do: :crypto.mac(type, sub_type, key, data)
  def mac_finalN(state, n), do: :erlang.binary_part(mac_final(state), 0, n)
  def macN(type, key, data, n), do: macN(type, :undefined, key, data, n)

  def macN(type, sub_type, key, data, n) do
    mac = :crypto.mac(type, sub_type, key, data)
    :erlang.binary_part(mac, 0, min(n, byte_size(mac)))
  end

  # Numbers for rand that nobody can foresee.
  def rand_seed, do: :rand.seed(rand_seed_s())
  def rand_seed_s, do: :rand.seed_s(:exsss, {random(), random(), random()})
  defp random, do: :crypto.rand_uniform(0, 0x3FFFFFFFFFFFFFF)
end
