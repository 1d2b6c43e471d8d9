# Documentation, callbacks and types in the shell.
# Behaviour: IEx.Introspection of Elixir 1.20.
defmodule IEx.Introspection do
  def h(module) when is_atom(module) do
    case docs(module) do
      {:ok, doc, _} -> print(inspect(module), [], doc)
      {:error, message} -> IO.puts(message)
    end

    IEx.dont_display_result()
  end

  def h({module, name}), do: entries(module, name, nil)
  def h({module, name, arity}), do: entries(module, name, arity)

  defp entries(module, name, arity) do
    with {:ok, _, docs} <- docs(module) do
      found = for {{kind, ^name, n}, _, _, _, _} = doc when kind in [:function, :macro] <- docs, arity in [nil, n], do: doc

      if found == [],
        do: IO.puts("No documentation for #{mfa(module, name, arity)} was found"),
        else: Enum.each(found, &entry(&1, module, name))
    else
      {:error, message} -> IO.puts(message)
    end

    IEx.dont_display_result()
  end

  defp entry({{kind, _, arity}, _, signature, doc, _}, module, name) do
    heading = if signature == [], do: ["#{name}/#{arity}"], else: signature
    keyword = if kind == :macro, do: "defmacro", else: "def"
    print("#{keyword} #{Enum.join(heading, " ")}", specs(module, name, arity), doc)
  end

  defp print(heading, specs, doc) do
    width = IEx.width()
    IO.puts(["\n", String.pad_leading(heading, div(width + String.length(heading), 2)), "\n"])
    Enum.each(specs, &IO.puts(["  @spec ", &1]))
    if specs != [], do: IO.puts("")
    IO.puts(text(doc))
  end

  defp text(%{"en" => text}), do: text
  defp text(:hidden), do: "(hidden)\n"
  defp text(_), do: "(no documentation)\n"

  defp specs(module, name, arity) do
    case Code.Typespec.fetch_specs(module) do
      {:ok, all} ->
        for {{^name, ^arity}, specs} <- all, spec <- specs, do: name |> Code.Typespec.spec_to_quoted(spec) |> Macro.to_string()

      :error ->
        []
    end
  end

  defp docs(module) do
    case Code.fetch_docs(module) do
      {:docs_v1, _, _, _, doc, _, docs} -> {:ok, doc, docs}
      {:error, :module_not_found} -> {:error, "Could not load module #{inspect(module)}, got: nofile"}
      {:error, _} -> {:error, "#{inspect(module)} was not compiled with docs"}
    end
  end

  defp mfa(module, name, nil), do: "#{inspect(module)}.#{name}"
  defp mfa(module, name, arity), do: Exception.format_mfa(module, name, arity)

  # The callbacks of a behaviour.
  def b(module) when is_atom(module) do
    case Code.Typespec.fetch_callbacks(module) do
      {:ok, [_ | _] = callbacks} ->
        for {{name, _}, specs} <- Enum.sort(callbacks), spec <- specs do
          IO.puts(["@callback ", name |> Code.Typespec.spec_to_quoted(spec) |> Macro.to_string()])
        end

      _ ->
        IO.puts("No callbacks for #{inspect(module)} were found")
    end

    IEx.dont_display_result()
  end

  # The types of a module.
  def t(module) when is_atom(module) do
    case Code.Typespec.fetch_types(module) do
      {:ok, types} -> shown(module, for({kind, type} when kind in [:type, :opaque] <- Enum.sort(types), do: {kind, type}))
      :error -> shown(module, [])
    end

    IEx.dont_display_result()
  end

  def t({module, name}) do
    with {:ok, types} <- Code.Typespec.fetch_types(module) do
      shown(module, for({kind, {^name, _, _} = type} when kind in [:type, :opaque] <- types, do: {kind, type}))
    end

    IEx.dont_display_result()
  end

  defp shown(module, []), do: IO.puts("No type information for #{inspect(module)} was found")

  defp shown(_module, types) do
    for {kind, type} <- types, do: IO.puts(["@", Atom.to_string(kind), " ", type |> Code.Typespec.type_to_quoted() |> Macro.to_string()])
  end
end
