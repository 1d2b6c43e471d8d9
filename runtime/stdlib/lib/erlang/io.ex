# Input and output by the I/O protocol: requests to the device's process.
# Behaviour: OTP's io.
defmodule :io do
  def put_chars(chars), do: put_chars(:standard_io, chars)
  def put_chars(device, chars), do: put_chars(device, :unicode, chars)

  # The characters are made one binary here, so that what the device gets is
  # small and cannot be wrong.
  def put_chars(device, encoding, chars) do
    case :unicode.characters_to_binary(chars, encoding, :unicode) do
      binary when is_binary(binary) ->
        done(request(device, {:put_chars, :unicode, binary}), [device, encoding, chars])

      _ ->
        :erlang.error(:no_translation, [device, encoding, chars])
    end
  end

  defp done(:ok, _args), do: :ok
  defp done({:error, reason}, args), do: :erlang.error(reason(reason), args)
  defp done(other, _args), do: other

  defp reason({:no_translation, _, _}), do: :no_translation
  defp reason(reason) when reason in [:terminated, :no_translation], do: reason
  defp reason(_), do: :badarg

  def nl, do: nl(:standard_io)
  def nl(device), do: put_chars(device, "\n")

  def write(term), do: write(:standard_io, term)
  def write(device, term), do: put_chars(device, :io_lib.write(term))

  def get_line(prompt), do: get_line(:standard_io, prompt)
  def get_line(device, prompt), do: request(device, {:get_line, :unicode, prompt})
  # Terms and tokens of Erlang's syntax.
  def read(prompt), do: read(:standard_io, prompt)
  def read(device, prompt), do: with_term(scan_erl_form(device, prompt))
  def read(device, prompt, line), do: read(device, prompt, line, [])

  def read(device, prompt, line, opts) do
    with {:ok, tokens, line} <- scan_erl_form(device, prompt, line, opts) do
      case :erl_parse.parse_term(tokens) do
        {:ok, term} -> {:ok, term, line}
        {:error, error} -> {:error, error, line}
      end
    end
  end

  defp with_term({:ok, tokens, _}), do: :erl_parse.parse_term(tokens)
  defp with_term({:error, error, _}), do: {:error, error}
  defp with_term({:eof, _}), do: :eof
  defp with_term(other), do: other

  def scan_erl_form(prompt), do: scan_erl_form(:standard_io, prompt, 1, [])
  def scan_erl_form(device, prompt), do: scan_erl_form(device, prompt, 1, [])
  def scan_erl_form(device, prompt, line), do: scan_erl_form(device, prompt, line, [])

  def scan_erl_form(device, prompt, line, opts),
    do: request(device, {:get_until, :unicode, prompt, :erl_scan, :tokens, [line, opts]})

  def scan_erl_exprs(prompt), do: scan_erl_form(prompt)
  def scan_erl_exprs(device, prompt), do: scan_erl_form(device, prompt)
  def scan_erl_exprs(device, prompt, line), do: scan_erl_form(device, prompt, line)
  def scan_erl_exprs(device, prompt, line, opts), do: scan_erl_form(device, prompt, line, opts)

  def get_password(), do: get_password(:standard_io)
  def get_password(device), do: request(device, {:get_password, :unicode})

  def fread(prompt, format), do: fread(:standard_io, prompt, format)

  def fread(device, prompt, format) do
    with line when is_list(line) or is_binary(line) <- get_line(device, prompt),
         {:ok, terms, _rest} <- :io_lib.fread(format, :unicode.characters_to_list(line)),
         do: {:ok, terms}
  end

  def get_chars(prompt, count), do: get_chars(:standard_io, prompt, count)
  def get_chars(device, prompt, count), do: request(device, {:get_chars, :unicode, prompt, count})

  def format(format), do: format(:standard_io, format, [])
  def format(format, args), do: format(:standard_io, format, args)
  def format(device, format, args), do: put_chars(device, :io_lib.format(format, args))
  def fwrite(format), do: format(format)
  def fwrite(format, args), do: format(format, args)
  def fwrite(device, format, args), do: format(device, format, args)

  def columns, do: columns(:standard_io)
  def columns(device), do: geometry(request(device, {:get_geometry, :columns}))
  def rows, do: rows(:standard_io)
  def rows(device), do: geometry(request(device, {:get_geometry, :rows}))

  defp geometry(n) when is_integer(n) and n > 0, do: {:ok, n}
  defp geometry(_), do: {:error, :enotsup}

  def getopts, do: getopts(:standard_io)
  def getopts(device), do: request(device, :getopts)
  def setopts(opts), do: setopts(:standard_io, opts)
  def setopts(device, opts), do: request(device, {:setopts, opts})

  def printable_range, do: :unicode

  def request(device, request) do
    case device(device) do
      :undefined -> {:error, :terminated}
      pid -> ask(pid, request)
    end
  end

  def requests(device, requests), do: request(device, {:requests, requests})

  defp device(:standard_io), do: :erlang.group_leader()
  defp device(pid) when is_pid(pid), do: pid
  defp device(name) when is_atom(name), do: :erlang.whereis(name)
  defp device(other), do: :erlang.error(:badarg, [other])

  defp ask(pid, request) do
    ref = :erlang.monitor(:process, pid)
    send(pid, {:io_request, self(), ref, request})

    receive do
      {:io_reply, ^ref, reply} ->
        :erlang.demonitor(ref, [:flush])
        reply

      {:DOWN, ^ref, _, _, _} ->
        {:error, :terminated}
    end
  end
end
