# What the shell's i/1 tells about a term. Behaviour: IEx.Info of Elixir 1.20.
defprotocol IEx.Info do
  @fallback_to_any true
  @spec info(term) :: [{binary, binary}]
  def info(term)
end

defimpl IEx.Info, for: Tuple do
  def info(tuple), do: [{"Data type", "Tuple"}, {"Tuple size", Integer.to_string(tuple_size(tuple))}, {"Reference modules", "Tuple"}]
end

defimpl IEx.Info, for: Atom do
  def info(atom) do
    cond do
      Code.ensure_loaded?(atom) and atom not in [nil, true, false] -> module(atom)
      String.starts_with?(Atom.to_string(atom), "Elixir.") -> [{"Data type", "Atom"}, {"Reference modules", "Atom"}]
      true -> [{"Data type", "Atom"}, {"Reference modules", "Atom"}]
    end
  end

  defp module(module) do
    file = module.module_info(:compile)[:source]

    [
      {"Data type", "Atom"},
      {"Module bytecode", "in memory"},
      {"Source", if(file, do: Path.relative_to_cwd(List.to_string(file)), else: "no source")},
      {"Version", "[" <> Enum.map_join(module.module_info(:attributes)[:vsn] || [], ", ", &inspect/1) <> "]"},
      {"Compile options", "[]"},
      {"Description", "Use h(#{inspect(module)}) to access its documentation.\nCall #{call(module)} to access metadata."},
      {"Raw representation", raw(module)},
      {"Reference modules", "Module, Atom"}
    ]
  end

  defp call(module) do
    if function_exported?(module, :__info__, 1), do: "#{inspect(module)}.module_info()", else: "#{inspect(module)}.module_info()"
  end

  defp raw(module), do: ":" <> inspect(Atom.to_string(module))
end

defimpl IEx.Info, for: List do
  def info(list) do
    note =
      cond do
        list == [] -> []
        List.ascii_printable?(list) -> charlist(list)
        Keyword.keyword?(list) -> keyword()
        List.improper?(list) -> improper()
        true -> []
      end

    modules = if note != [] and Keyword.keyword?(list), do: "Keyword, List", else: "List"
    [{"Data type", "List"}] ++ note ++ [{"Reference modules", modules}]
  end

  defp charlist(list) do
    [
      {"Description",
       """
       This is a list of integers that is printed using the `~c` sigil syntax,
       defined by the `Kernel.sigil_c/2` macro, because all the integers in it
       represent printable ASCII characters. Conventionally, a list of Unicode
       code points is known as a charlist and a list of ASCII characters is a
       subset of it.\
       """},
      {"Raw representation", inspect(list, charlists: :as_lists)}
    ]
  end

  defp keyword do
    [
      {"Description",
       """
       This is what is referred to as a "keyword list". A keyword list is a list
       of two-element tuples where the first element of each tuple is an atom.\
       """}
    ]
  end

  defp improper do
    [
      {"Description",
       """
       This is what is referred to as an "improper list". An improper list is a
       list with its last element not being the empty list.\
       """}
    ]
  end
end

defimpl IEx.Info, for: BitString do
  def info(bits) when is_binary(bits) do
    note =
      cond do
        bits == "" -> []
        String.printable?(bits) -> printable(bits)
        String.valid?(bits) -> valid(bits)
        true -> []
      end

    modules = if String.valid?(bits), do: "String, :binary", else: ":binary"
    [{"Data type", "BitString"}, {"Byte size", Integer.to_string(byte_size(bits))}] ++ note ++ [{"Reference modules", modules}]
  end

  def info(bits),
    do: [{"Data type", "BitString"}, {"Bits size", Integer.to_string(bit_size(bits))}, {"Reference modules", ":binary"}]

  defp printable(bits) do
    [
      {"Description",
       """
       This is a string: a UTF-8 encoded binary. It's printed surrounded by
       "double quotes" because all UTF-8 encoded code points in it are printable.\
       """},
      {"Raw representation", inspect(bits, binaries: :as_binaries)}
    ]
  end

  defp valid(bits) do
    [
      {"Description",
       """
       This is a string: a UTF-8 encoded binary. It's printed with the `<<>>`
       syntax (as opposed to double quotes) because it contains non-printable
       UTF-8 encoded code points (the first non-printable code point being
       `#{inspect(first(bits))}`).\
       """},
      {"Raw representation", inspect(bits, binaries: :as_binaries)}
    ]
  end

  defp first(bits), do: bits |> String.codepoints() |> Enum.find(&(not String.printable?(&1)))
end

defimpl IEx.Info, for: PID do
  def info(pid) do
    alive = Process.alive?(pid)
    info = if alive, do: Process.info(pid, [:registered_name, :links, :message_queue_len]), else: []

    name =
      case info[:registered_name] do
        name when is_atom(name) and name != nil -> [{"Name", inspect(name)}]
        _ -> []
      end

    more = if alive, do: [{"Links", links(info[:links])}, {"Message queue length", inspect(info[:message_queue_len])}], else: []

    [{"Data type", "PID"}, {"Alive", to_string(alive)}] ++
      name ++ more ++ [{"Description", "Use Process.info/1 to get more info about this process"}, {"Reference modules", "Process, Node"}]
  end

  defp links([]), do: "none"
  defp links(list), do: Enum.map_join(list, ", ", &inspect/1)
end

defimpl IEx.Info, for: Map do
  def info(_), do: [{"Data type", "Map"}, {"Reference modules", "Map"}]
end

defimpl IEx.Info, for: Function do
  def info(fun) do
    info = Function.info(fun)
    kind = if info[:type] == :external, do: "external", else: "local"

    [
      {"Data type", "Function"},
      {"Type", kind},
      {"Arity", Integer.to_string(info[:arity])},
      {"Description", "This is an #{if kind == "external", do: "external", else: "anonymous"} function."},
      {"Reference modules", "Function"}
    ]
  end
end

defimpl IEx.Info, for: Any do
  def info(%module{}) do
    [{"Data type", inspect(module)}] ++
      [
        {"Description",
         """
         This is a struct. Structs are maps with a __struct__ key.\
         """},
        {"Reference modules", inspect(module) <> ", Map"}
      ]
  end

  def info(term) when is_integer(term), do: [{"Data type", "Integer"}, {"Reference modules", "Integer"}]
  def info(term) when is_float(term), do: [{"Data type", "Float"}, {"Reference modules", "Float"}]
  def info(term) when is_reference(term), do: [{"Data type", "Reference"}, {"Reference modules", "Node"}]
  def info(term) when is_port(term), do: [{"Data type", "Port"}, {"Reference modules", "Port"}]
end
