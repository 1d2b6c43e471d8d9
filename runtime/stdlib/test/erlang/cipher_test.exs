defmodule Erlang.CipherTest do
  use ExUnit.Case, async: true

  @key16 String.duplicate("k", 16)
  @key32 String.duplicate("k", 32)
  @iv String.duplicate("i", 16)
  @text "hello world 1234"

  test "AES in its modes" do
    for {cipher, key, hex} <- [
          {:aes_128_cbc, @key16, "A097993D4CEAC06E42F9E60E099A89CB"},
          {:aes_256_cbc, @key32, "A59BD893462371CF56D2266795D93388"},
          {:aes_cbc, @key16, "A097993D4CEAC06E42F9E60E099A89CB"},
          {:aes_128_ctr, @key16, "34D496938C7B34D7F84DACF1998A9D6A"},
          {:aes_128_cfb128, @key16, "34D496938C7B34D7F84DACF1998A9D6A"},
          {:aes_128_cfb8, @key16, "345DF1F4F68E9BCEDDD54B0FAA03B3FA"},
          {:aes_128_ofb, @key16, "34D496938C7B34D7F84DACF1998A9D6A"},
          {:chacha20, @key32, nil}
        ] do
      encrypted = :crypto.crypto_one_time(cipher, key, @iv, @text, true)
      if hex, do: assert(Base.encode16(encrypted) == hex)
      assert :crypto.crypto_one_time(cipher, key, @iv, encrypted, false) == @text
    end

    assert Base.encode16(:crypto.crypto_one_time(:aes_128_ecb, @key16, @text, true)) == "F9B2B120188364378A559796B77A7C59"
    assert Base.encode16(:crypto.crypto_one_time(:aes_128_ctr, [@key16], [@iv], ["hello", ?a, "b"], true)) == "34D496938C3A21"
  end

  test "padding" do
    run = &:crypto.crypto_one_time(:aes_128_cbc, @key16, @iv, &1, &2)
    padded = run.("hello", encrypt: true, padding: :pkcs_padding)
    assert Base.encode16(padded) == "A597FAD1C9B3932EFFA04EEE528C97C5"
    assert run.(padded, encrypt: false, padding: :pkcs_padding) == "hello"
    assert byte_size(run.(@text, encrypt: true, padding: :pkcs_padding)) == 32
    assert Base.encode16(run.("hello", encrypt: true, padding: :zero)) == "CE6C13A349DC52C03304EE516417BEF7"
    assert run.("hello", true) == ""

    assert catch_error(run.("hello", encrypt: true, padding: :none)) ==
             {:error, {~c"api_ng.c", 608}, ~c"Padding 'none' but unfilled last block"}

    assert {:error, _, ~c"Can't finalize"} = catch_error(run.(@text, encrypt: false, padding: :pkcs_padding))
  end

  test "encryption with authentication" do
    iv = binary_part(@iv, 0, 12)

    for {cipher, key, hex, tag_hex} <- [
          {:aes_128_gcm, @key16, "75814A67739D962B691B00", "36731C927DA871ED31A7517D212A80EF"},
          {:aes_256_gcm, @key32, "B2E194185DD8D66B893885", "6C10089BED043B4393961AB62041BAA5"},
          {:chacha20_poly1305, @key32, "9BE2657E40810A1F2F70C8", "1402B317F04A26D7C4CF773759EBB89E"}
        ] do
      {encrypted, tag} = :crypto.crypto_one_time_aead(cipher, key, iv, "hello world", "aad", true)
      assert {Base.encode16(encrypted), Base.encode16(tag)} == {hex, tag_hex}
      assert :crypto.crypto_one_time_aead(cipher, key, iv, encrypted, "aad", tag, false) == "hello world"
      assert :crypto.crypto_one_time_aead(cipher, key, iv, encrypted, "other", tag, false) == :error
    end

    {encrypted, tag} = :crypto.crypto_one_time_aead(:aes_256_gcm, @key32, @iv, "hello world", "aad", 12, true)
    assert {Base.encode16(encrypted), Base.encode16(tag)} == {"3981102BB14461C80D676A", "00E203CBA633AF09D501081C"}
    assert :crypto.crypto_one_time_aead(:aes_256_gcm, @key32, @iv, encrypted, "aad", tag, false) == "hello world"
  end

  test "wrong keys and ciphers" do
    for {args, reason} <- [
          {[:aes_128_cbc, "x", @iv, @text, true], {:badarg, {~c"api_ng.c", 246}, ~c"Bad key size"}},
          {[:aes_128_cbc, @key16, "x", @text, true], {:badarg, {~c"api_ng.c", 309}, ~c"Bad iv size"}},
          {[:foo, @key16, @iv, @text, true], {:badarg, {~c"api_ng.c", 244}, ~c"Unknown cipher"}},
          {[:aes_128_cbc, @key16, @iv, :text, true], {:badarg, {~c"api_ng.c", 851}, ~c"expected binary as data"}}
        ] do
      assert catch_error(apply(:crypto, :crypto_one_time, args)) == reason
    end
  end

  test "codes and hashes" do
    assert Base.encode16(:crypto.mac(:poly1305, @key32, "abc")) == "E4E5B2D32CC884CF2CC884CF2CC884CF"
    assert Base.encode16(:crypto.mac(:cmac, :aes_128_cbc, @key16, "abc")) == "0AA5C349B8ACB2D448AE3691F1E0F492"
    assert Base.encode16(:crypto.hash_xof(:shake256, "abc", 128)) == "483366601360A8771C6863080CC4114D"
    assert :crypto.cipher_info(:aes_256_gcm) == %{block_size: 1, iv_length: 12, key_length: 32, mode: :gcm_mode, prop_aead: true, type: 901}
  end
end
