# Version: versions after SemVer 2.0 and requirements on them.
defmodule Version do
  @derive {Inspect, optional: [:pre, :build]}
  @enforce_keys [:major, :minor, :patch]
  defstruct [:major, :minor, :patch, pre: [], build: nil]

  @type version :: String.t() | t
  @type requirement :: String.t() | Version.Requirement.t()
  @type t :: %__MODULE__{}

  defmodule Requirement do
    defstruct [:source, :lexed]

    @type t :: %__MODULE__{}
  end

  defmodule InvalidRequirementError do
    defexception [:requirement]

    @impl true
    def exception(requirement) when is_binary(requirement),
      do: %__MODULE__{requirement: requirement}

    @impl true
    def message(%{requirement: requirement}), do: "invalid requirement: #{inspect(requirement)}"
  end

  defmodule InvalidVersionError do
    defexception [:version]

    @impl true
    def exception(version) when is_binary(version), do: %__MODULE__{version: version}

    @impl true
    def message(%{version: version}), do: "invalid version: #{inspect(version)}"
  end

  def match?(version, requirement, opts \\ [])

  def match?(version, requirement, opts) when is_binary(requirement) do
    match?(version, parse_requirement!(requirement), opts)
  end

  def match?(version, %Requirement{lexed: lexed}, opts) do
    allow_pre = Keyword.get(opts, :allow_pre, true)
    {major, minor, patch, pre} = matchable(version)
    matches?(lexed, {major, minor, patch, pre, allow_pre})
  end

  # [[op, version, op, version ...], ...]: alternatives of conditions.
  defp matches?(alternatives, version) do
    Enum.any?(alternatives, fn conditions -> Enum.all?(conditions, &holds?(&1, version)) end)
  end

  defp holds?({op, {_, _, _, wanted_pre} = wanted}, {major, minor, patch, pre, allow_pre}) do
    version = {major, minor, patch, pre}
    allowed = allow_pre or pre == [] or (wanted_pre != [] and op not in [:!=, :<, :<=])
    allowed and compares?(op, version, wanted)
  end

  defp compares?(:==, version, wanted), do: order(version, wanted) == :eq
  defp compares?(:!=, version, wanted), do: order(version, wanted) != :eq
  defp compares?(:>, version, wanted), do: order(version, wanted) == :gt
  defp compares?(:>=, version, wanted), do: order(version, wanted) != :lt
  defp compares?(:<, version, wanted), do: order(version, wanted) == :lt
  defp compares?(:<=, version, wanted), do: order(version, wanted) != :gt

  defp compares?(:~>, version, {major, minor, nil, pre}) do
    order(version, {major, minor, 0, pre}) != :lt and elem(version, 0) == major
  end

  defp compares?(:~>, version, {major, minor, _, _} = wanted) do
    order(version, wanted) != :lt and elem(version, 0) == major and elem(version, 1) == minor
  end

  def compare(version1, version2), do: order(matchable(version1), matchable(version2))

  defp order({major1, minor1, patch1, pre1}, {major2, minor2, patch2, pre2}) do
    patch2 = patch2 || 0

    cond do
      {major1, minor1, patch1} > {major2, minor2, patch2} -> :gt
      {major1, minor1, patch1} < {major2, minor2, patch2} -> :lt
      pre1 == [] and pre2 != [] -> :gt
      pre1 != [] and pre2 == [] -> :lt
      pre1 > pre2 -> :gt
      pre1 < pre2 -> :lt
      true -> :eq
    end
  end

  defp matchable(%Version{major: major, minor: minor, patch: patch, pre: pre}) do
    {major, minor, patch, pre}
  end

  defp matchable(string) when is_binary(string) do
    case parse_parts(string, false) do
      {:ok, {major, minor, patch, pre, _}} -> {major, minor, patch, pre}
      :error -> raise InvalidVersionError, string
    end
  end

  def parse(string) when is_binary(string) do
    case parse_parts(string, false) do
      {:ok, {major, minor, patch, pre, build}} ->
        {:ok, %Version{major: major, minor: minor, patch: patch, pre: pre, build: build}}

      :error ->
        :error
    end
  end

  def parse!(string) when is_binary(string) do
    case parse(string) do
      {:ok, version} -> version
      :error -> raise InvalidVersionError, string
    end
  end

  def parse_requirement(string) when is_binary(string) do
    with {:ok, lexed} <- alternatives(words(string)) do
      {:ok, %Requirement{source: string, lexed: lexed}}
    end
  end

  def parse_requirement!(source) when is_binary(source) do
    case parse_requirement(source) do
      {:ok, requirement} -> requirement
      :error -> raise InvalidRequirementError, source
    end
  end

  def compile_requirement(%Requirement{} = requirement), do: requirement

  def to_string(%Version{} = version) do
    pre = pre_text(version.pre)
    pre = if pre == "", do: "", else: "-" <> pre
    build = if version.build, do: "+" <> version.build, else: ""
    "#{version.major}.#{version.minor}.#{version.patch}#{pre}#{build}"
  end

  defp pre_text(pre), do: Enum.map_join(pre, ".", &Kernel.to_string/1)

  ## Reading

  # Operators stand before a version, with or without space.
  defp words(string) do
    string |> spaced(<<>>) |> String.split()
  end

  defp spaced(<<op::binary-size(2), rest::binary>>, acc) when op in ["~>", ">=", "<=", "==", "!="] do
    if op == "!=", do: deprecated(op)
    spaced(rest, <<acc::binary, " ", op::binary, " ">>)
  end

  defp spaced(<<op, rest::binary>>, acc) when op in ~c"><!" do
    if op == ?!, do: deprecated("!")
    spaced(rest, <<acc::binary, " ", op, " ">>)
  end

  defp spaced(<<char, rest::binary>>, acc), do: spaced(rest, <<acc::binary, char>>)
  defp spaced(<<>>, acc), do: acc

  defp deprecated(op), do: IO.warn("#{op} inside Version requirements is deprecated, use ~> or >= instead")

  defp alternatives(words) do
    words
    |> Enum.chunk_by(&(&1 == "or"))
    |> check_joints("or")
    |> case do
      :error -> :error
      groups -> collect(groups, &conditions/1)
    end
  end

  defp conditions(words) do
    words
    |> Enum.chunk_by(&(&1 == "and"))
    |> check_joints("and")
    |> case do
      :error -> :error
      groups -> collect(groups, &condition/1)
    end
  end

  # Groups with single joints between them, none at an end.
  defp check_joints([], _joint), do: :error

  defp check_joints(chunks, joint) do
    wanted = Enum.map(0..(length(chunks) - 1)//1, &(rem(&1, 2) == 1))

    if rem(length(chunks), 2) == 1 and Enum.map(chunks, &(&1 == [joint])) == wanted,
      do: Enum.take_every(chunks, 2),
      else: :error
  end

  defp collect(groups, fun) do
    Enum.reduce_while(groups, {:ok, []}, fn group, {:ok, acc} ->
      case fun.(group) do
        {:ok, value} -> {:cont, {:ok, [value | acc]}}
        :error -> {:halt, :error}
      end
    end)
    |> case do
      {:ok, acc} -> {:ok, Enum.reverse(acc)}
      :error -> :error
    end
  end

  defp condition([version]), do: condition(["==", version])
  defp condition(["!", version]), do: condition(["!=", version])

  defp condition([op, version]) when op in ["~>", ">=", "<=", "==", "!=", ">", "<"] do
    op = String.to_atom(op)

    case parse_parts(version, op == :~>) do
      {:ok, {major, minor, patch, pre, _build}} -> {:ok, {op, {major, minor, patch, pre}}}
      :error -> :error
    end
  end

  defp condition(_), do: :error

  defp parse_parts(string, approximate?) do
    {string, build} = cut(string, "+")
    {string, pre} = cut(string, "-")

    with true <- build != "" and pre != "",
         {:ok, numbers} <- numbers(:binary.split(string, ".", [:global])),
         {:ok, {major, minor, patch}} <- triple(numbers, approximate?),
         {:ok, pre} <- pre_parts(pre),
         true <- build_parts?(build) do
      {:ok, {major, minor, patch, pre, build}}
    else
      _ -> :error
    end
  end

  defp cut(string, separator) do
    case :binary.split(string, separator) do
      [left, right] -> {left, right}
      [left] -> {left, nil}
    end
  end

  defp triple([major, minor, patch], _approximate?), do: {:ok, {major, minor, patch}}
  defp triple([major, minor], true), do: {:ok, {major, minor, nil}}
  defp triple(_, _), do: :error

  defp numbers(parts) do
    Enum.reduce_while(parts, {:ok, []}, fn part, {:ok, acc} ->
      case number(part) do
        {:ok, number} -> {:cont, {:ok, acc ++ [number]}}
        :error -> {:halt, :error}
      end
    end)
  end

  defp number("0"), do: {:ok, 0}

  defp number(<<first, _::binary>> = part) when first in ?1..?9 do
    if digits?(part), do: {:ok, String.to_integer(part)}, else: :error
  end

  defp number(_), do: :error

  defp digits?(<<char, rest::binary>>) when char in ?0..?9, do: rest == "" or digits?(rest)
  defp digits?(_), do: false

  defp pre_parts(nil), do: {:ok, []}

  defp pre_parts(pre) do
    parts = :binary.split(pre, ".", [:global])

    Enum.reduce_while(parts, {:ok, []}, fn part, {:ok, acc} ->
      cond do
        digits?(part) ->
          case number(part) do
            {:ok, number} -> {:cont, {:ok, acc ++ [number]}}
            :error -> {:halt, :error}
          end

        word?(part) ->
          {:cont, {:ok, acc ++ [part]}}

        true ->
          {:halt, :error}
      end
    end)
  end

  defp build_parts?(nil), do: true
  defp build_parts?(build), do: Enum.all?(:binary.split(build, ".", [:global]), &word?/1)

  defp word?(<<char, rest::binary>>)
       when char in ?0..?9 or char in ?a..?z or char in ?A..?Z or char == ?-,
       do: rest == "" or word?(rest)

  defp word?(_), do: false
end

defimpl String.Chars, for: Version do
  def to_string(version), do: Version.to_string(version)
end

defimpl String.Chars, for: Version.Requirement do
  def to_string(%Version.Requirement{source: source}), do: source
end

defimpl Inspect, for: Version.Requirement do
  def inspect(%Version.Requirement{source: source}, opts) do
    {doc, opts} = Inspect.Algebra.to_doc_with_opts(source, opts)
    {Inspect.Algebra.concat(["Version.parse_requirement!(", doc, ")"]), opts}
  end
end
