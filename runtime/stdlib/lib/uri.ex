# URI: references after RFC 3986.
defmodule URI do
  @derive {Inspect, optional: [:authority]}
  defstruct [:scheme, :authority, :userinfo, :host, :port, :path, :query, :fragment]

  @type t :: %__MODULE__{}

  defmodule Error do
    defexception [:action, :reason, :part]

    @impl true
    def message(%{action: action, reason: reason, part: part}) do
      "cannot #{action} due to reason #{reason}: #{inspect(part)}"
    end
  end

  ## Ports

  def default_port(scheme) when is_binary(scheme) do
    :persistent_term.get({__MODULE__, :port, scheme}, known_port(scheme))
  end

  def default_port(scheme, port) when is_binary(scheme) and is_integer(port) and port >= 0 do
    :persistent_term.put({__MODULE__, :port, scheme}, port)
  end

  defp known_port("http"), do: 80
  defp known_port("https"), do: 443
  defp known_port("ftp"), do: 21
  defp known_port("sftp"), do: 22
  defp known_port("tftp"), do: 69
  defp known_port("ldap"), do: 389
  defp known_port("ws"), do: 80
  defp known_port("wss"), do: 443
  defp known_port(_), do: nil

  ## Queries

  def encode_query(enumerable, encoding \\ :www_form) do
    Enum.map_join(enumerable, "&", fn {key, value} ->
      encode_part(key, "keys", encoding) <> "=" <> encode_part(value, "values", encoding)
    end)
  end

  defp encode_part(part, kind, _encoding) when is_list(part) do
    raise ArgumentError, "encode_query/2 #{kind} cannot be lists, got: #{inspect(part)}"
  end

  defp encode_part(part, _kind, :rfc3986), do: encode(Kernel.to_string(part), &char_unreserved?/1)
  defp encode_part(part, _kind, :www_form), do: encode_www_form(Kernel.to_string(part))

  def decode_query(query, map \\ %{}, encoding \\ :www_form)

  def decode_query(query, %_{} = dict, encoding) when is_binary(query) do
    raise ArgumentError,
          "URI.decode_query/3 expects the second argument to be a map, got: #{inspect({dict, encoding})}"
  end

  def decode_query(query, map, encoding) when is_binary(query) and is_map(map) do
    query
    |> query_decoder(encoding)
    |> Enum.reduce(map, fn {key, value}, acc -> Map.put(acc, key, value) end)
  end

  def query_decoder(query, encoding \\ :www_form) when is_binary(query) do
    Stream.unfold(query, &next_pair(&1, encoding))
  end

  defp next_pair("", _encoding), do: nil

  defp next_pair(query, encoding) do
    {first, rest} =
      case :binary.split(query, "&") do
        [first, rest] -> {first, rest}
        [first] -> {first, ""}
      end

    pair =
      case :binary.split(first, "=") do
        [key, value] -> {decode_part(key, encoding), decode_part(value, encoding)}
        [key] -> {decode_part(key, encoding), ""}
      end

    {pair, rest}
  end

  defp decode_part(text, :www_form), do: decode_www_form(text)
  defp decode_part(text, :rfc3986), do: decode(text)

  def append_query(%URI{} = uri, query) when is_binary(query) and uri.query in [nil, ""] do
    %{uri | query: query}
  end

  def append_query(%URI{} = uri, query) when is_binary(query) do
    if String.ends_with?(uri.query, "&"),
      do: %{uri | query: uri.query <> query},
      else: %{uri | query: uri.query <> "&" <> query}
  end

  def append_path(%URI{}, "//" <> _ = path) do
    raise ArgumentError, ~s|path cannot start with "//", got: #{inspect(path)}|
  end

  def append_path(%URI{path: path} = uri, "/" <> rest = all) do
    cond do
      path == nil -> %{uri | path: all}
      path != "" and :binary.last(path) == ?/ -> %{uri | path: path <> rest}
      true -> %{uri | path: path <> all}
    end
  end

  def append_path(%URI{}, path) when is_binary(path) do
    raise ArgumentError, ~s|path must start with "/", got: #{inspect(path)}|
  end

  ## Characters

  def char_reserved?(character) do
    character in 0..0x10FFFF and character in ~c":/?#[]@!$&\'()*+,;="
  end

  def char_unreserved?(character) do
    character in 0..0x10FFFF and
      (character in ?0..?9 or character in ?a..?z or character in ?A..?Z or character in ~c"~_-.")
  end

  def char_unescaped?(character), do: char_reserved?(character) or char_unreserved?(character)

  def encode(string, predicate \\ &char_unescaped?/1)
      when is_binary(string) and is_function(predicate, 1) do
    for <<byte <- string>>, into: "", do: percent(byte, predicate)
  end

  def encode_www_form(string) when is_binary(string) do
    for <<byte <- string>>, into: "" do
      case percent(byte, &char_unreserved?/1) do
        "%20" -> "+"
        percent -> percent
      end
    end
  end

  defp percent(byte, predicate) do
    if predicate.(byte),
      do: <<byte>>,
      else: <<?%, hex(:erlang.bsr(byte, 4)), hex(:erlang.band(byte, 15))>>
  end

  defp hex(n) when n <= 9, do: n + ?0
  defp hex(n), do: n + ?A - 10

  def decode(uri), do: unpercent(uri, "", false)

  def decode_www_form(string) when is_binary(string), do: unpercent(string, "", true)

  defp unpercent(<<?+, tail::binary>>, acc, true), do: unpercent(tail, <<acc::binary, ?\s>>, true)

  defp unpercent(<<?%, tail::binary>>, acc, spaces) do
    with <<high, low, rest::binary>> <- tail,
         high when is_integer(high) <- unhex(high),
         low when is_integer(low) <- unhex(low) do
      unpercent(rest, <<acc::binary, high * 16 + low>>, spaces)
    else
      _ -> unpercent(tail, <<acc::binary, ?%>>, spaces)
    end
  end

  defp unpercent(<<head, tail::binary>>, acc, spaces),
    do: unpercent(tail, <<acc::binary, head>>, spaces)

  defp unpercent(<<>>, acc, _spaces), do: acc

  defp unhex(char) when char in ?0..?9, do: char - ?0
  defp unhex(char) when char in ?A..?F, do: char - ?A + 10
  defp unhex(char) when char in ?a..?f, do: char - ?a + 10
  defp unhex(_), do: nil

  ## Reading

  def new(%URI{} = uri), do: {:ok, uri}

  def new(binary) when is_binary(binary) do
    case invalid(binary) do
      nil -> checked(parse(binary))
      part -> {:error, part}
    end
  end

  defp checked(:error), do: {:error, ":"}
  defp checked(uri), do: {:ok, %{uri | authority: nil}}

  def new!(%URI{} = uri), do: uri

  def new!(binary) when is_binary(binary) do
    case new(binary) do
      {:ok, uri} -> uri
      {:error, part} -> raise Error, action: :parse, reason: :invalid_uri, part: part
    end
  end

  # The first thing that RFC 3986 has no place for.
  defp invalid(binary) do
    {scheme, authority, rest} = pieces(binary)

    with nil <- bad_char(rest, true),
         nil <- bad_colon(scheme, authority, rest),
         nil <- bad_authority(authority) do
      nil
    end
  end

  # Without a scheme the first part of a path has no colon.
  defp bad_colon(nil, nil, rest) do
    {first, _} = until(rest, ~c"/?#", "")
    if String.contains?(first, ":"), do: ":"
  end

  defp bad_colon(_scheme, _authority, _rest), do: nil

  defp pieces(binary) do
    {scheme, rest} = split_scheme(binary)

    case rest do
      <<"//", rest::binary>> ->
        {authority, rest} = until(rest, ~c"/?#", "")
        {scheme, authority, rest}

      _ ->
        {scheme, nil, rest}
    end
  end

  defp bad_char(<<char::utf8, _::binary>>, _)
       when char <= 32 or char >= 127 or char in ~c"\"<>\\^`{|}[]" do
    <<char::utf8>>
  end

  defp bad_char(<<?#, rest::binary>>, true), do: bad_char(rest, false)
  defp bad_char(<<?#, _::binary>>, false), do: "#"
  defp bad_char(<<_, rest::binary>>, fragment?), do: bad_char(rest, fragment?)
  defp bad_char(<<>>, _), do: nil

  defp bad_authority(nil), do: nil

  defp bad_authority(authority) do
    {_userinfo, host} = split_userinfo(authority)

    case host do
      <<?[, rest::binary>> ->
        case :binary.split(rest, "]") do
          [_, ""] -> nil
          [_, <<?:, port::binary>>] -> bad_port(port)
          [_, <<char::utf8, _::binary>>] -> <<char::utf8>>
          _ -> ""
        end

      _ ->
        case :binary.split(host, ":") do
          [host] -> bad_char(host, true)
          [host, port] -> bad_char(host, true) || bad_port(port)
        end
    end
  end

  defp bad_port(<<digit, rest::binary>>) when digit in ?0..?9, do: bad_port(rest)
  defp bad_port(""), do: nil
  defp bad_port(<<char::utf8, _::binary>>), do: <<char::utf8>>

  defp digits?(<<char, rest::binary>>) when char in ?0..?9, do: rest == "" or digits?(rest)
  defp digits?(_), do: false

  def parse(%URI{} = uri), do: uri

  def parse(string) when is_binary(string) do
    {scheme, rest} = split_scheme(string)
    scheme = scheme && String.downcase(scheme)

    {authority, rest} =
      case rest do
        <<"//", rest::binary>> -> until(rest, ~c"/?#", "")
        _ -> {nil, rest}
      end

    {path, rest} = until(rest, ~c"?#", "")

    {query, rest} =
      if match?(<<??, _::binary>>, rest), do: until(tail(rest), ~c"#", ""), else: {nil, rest}

    fragment = if match?(<<?#, _::binary>>, rest), do: tail(rest)
    {userinfo, host, port} = split_authority(authority)

    %URI{
      scheme: scheme,
      path: if(path == "", do: nil, else: path),
      query: query,
      fragment: fragment,
      authority: authority,
      userinfo: userinfo,
      host: host,
      port: port || (scheme && default_port(scheme))
    }
  end

  defp tail(<<_, rest::binary>>), do: rest

  defp until(<<char, rest::binary>> = text, stops, acc) do
    if char in stops, do: {acc, text}, else: until(rest, stops, <<acc::binary, char>>)
  end

  defp until(<<>>, _stops, acc), do: {acc, ""}

  defp split_scheme(<<first, _::binary>> = text) when first in ?a..?z or first in ?A..?Z do
    case scheme(text, "") do
      {scheme, rest} -> {scheme, rest}
      nil -> {nil, text}
    end
  end

  defp split_scheme(text), do: {nil, text}

  defp scheme(<<?:, rest::binary>>, acc), do: {acc, rest}

  defp scheme(<<char, rest::binary>>, acc)
       when char in ?a..?z or char in ?A..?Z or char in ?0..?9 or char in ~c"+-." do
    scheme(rest, <<acc::binary, char>>)
  end

  defp scheme(_, _), do: nil

  defp split_authority(nil), do: {nil, nil, nil}
  defp split_authority(""), do: {nil, "", nil}

  defp split_authority(authority) do
    {userinfo, host} = split_userinfo(authority)

    {host, port} =
      case host do
        <<?[, rest::binary>> ->
          case :binary.split(rest, "]") do
            [host, <<?:, port::binary>>] -> {host, port}
            [host, _] -> {host, ""}
            [_] -> {host, ""}
          end

        _ ->
          case :binary.split(host, ":") do
            [host, port] -> {host, port}
            [host] -> {host, ""}
          end
      end

    port = if digits?(port), do: String.to_integer(port)
    {userinfo, host, port}
  end

  defp split_userinfo(authority) do
    case :binary.matches(authority, "@") do
      [] ->
        {nil, authority}

      matches ->
        {at, 1} = List.last(matches)
        <<userinfo::binary-size(^at), ?@, host::binary>> = authority
        {userinfo, host}
    end
  end

  ## Writing

  def to_string(uri), do: String.Chars.to_string(uri)

  def merge(uri, rel)

  def merge(%URI{scheme: nil}, _rel) do
    raise ArgumentError, "you must merge onto an absolute URI"
  end

  def merge(base, rel) when is_binary(base) or is_binary(rel), do: merge(parse(base), parse(rel))

  def merge(%URI{}, %URI{scheme: scheme} = rel) when scheme != nil do
    %{rel | path: without_dots(rel.path)}
  end

  def merge(%URI{} = base, %URI{host: host} = rel) when host != nil do
    %{
      rel
      | scheme: base.scheme,
        port: rel.port || default_port(base.scheme),
        path: without_dots(rel.path)
    }
  end

  def merge(%URI{} = base, %URI{path: nil} = rel) do
    %{base | query: rel.query || base.query, fragment: rel.fragment}
  end

  def merge(%URI{} = base, %URI{path: "/" <> _ = path} = rel) do
    %{base | path: without_dots(path), query: rel.query, fragment: rel.fragment}
  end

  def merge(%URI{} = base, %URI{} = rel) do
    directory =
      case base.path do
        nil -> if base.host, do: "/", else: ""
        path -> path |> String.split("/") |> List.replace_at(-1, "") |> Enum.join("/")
      end

    %{base | path: without_dots(directory <> rel.path), query: rel.query, fragment: rel.fragment}
  end

  defp without_dots(nil), do: nil

  defp without_dots(path) do
    segments = String.split(path, "/")

    {absolute, segments} =
      if match?(["" | _], segments), do: {"/", tl(segments)}, else: {"", segments}

    absolute <> (segments |> dots([]) |> Enum.join("/"))
  end

  defp dots([".."], acc), do: Enum.reverse(["" | drop_first(acc)])
  defp dots(["."], acc), do: Enum.reverse(["" | acc])
  defp dots([".." | rest], acc), do: dots(rest, drop_first(acc))
  defp dots(["." | rest], acc), do: dots(rest, acc)
  defp dots([segment | rest], acc), do: dots(rest, [segment | acc])
  defp dots([], acc), do: Enum.reverse(acc)

  defp drop_first([]), do: []
  defp drop_first([_ | rest]), do: rest
end

defimpl String.Chars, for: URI do
  def to_string(%{host: host, path: path} = uri)
      when host != nil and is_binary(path) and path != "" and binary_part(path, 0, 1) != "/" do
    raise ArgumentError,
          ":path in URI must be empty or an absolute path if URL has a :host, got: #{inspect(uri)}"
  end

  def to_string(uri) do
    %{scheme: scheme, port: port, path: path, query: query, fragment: fragment} = uri
    uri = if scheme && URI.default_port(scheme) == port, do: %{uri | port: nil}, else: uri
    authority = authority(uri)

    IO.iodata_to_binary([
      if(scheme, do: [scheme, ?:], else: []),
      if(authority, do: ["//" | authority], else: []),
      if(path, do: path, else: []),
      if(query, do: ["?" | query], else: []),
      if(fragment, do: ["#" | fragment], else: [])
    ])
  end

  defp authority(%{host: nil, authority: authority}), do: authority

  defp authority(%{host: host, userinfo: userinfo, port: port}) do
    [
      if(userinfo, do: [userinfo | "@"], else: []),
      if(String.contains?(host, ":"), do: ["[", host | "]"], else: host),
      if(port, do: [":" | Integer.to_string(port)], else: [])
    ]
  end
end
