# JSON.Encoder: how structs become JSON.
defprotocol JSON.Encoder do
  defmacro __deriving__(module, opts) do
    infos = Macro.struct_info!(module, __CALLER__)
    names = for %{field: field} <- infos, do: field

    fields =
      cond do
        only = Keyword.get(opts, :only) ->
          case only -- names do
            [] ->
              only

            unknown ->
              raise ArgumentError,
                    "unknown struct fields #{inspect(unknown)} specified in :only. Expected one of: #{inspect(names)}"
          end

        except = Keyword.get(opts, :except) ->
          case except -- names do
            [] ->
              names -- [:__struct__ | except]

            unknown ->
              raise ArgumentError,
                    "unknown struct fields #{inspect(unknown)} specified in :except. Expected one of: #{inspect(names)}"
          end

        true ->
          names -- [:__struct__]
      end

    # The keys are written when the code is compiled.
    pairs = for field <- fields, do: {field, Macro.var(field, __MODULE__)}

    {io, _} =
      Enum.flat_map_reduce(pairs, ?{, fn {field, var}, before ->
        key = IO.iodata_to_binary([before, JSON.text(Atom.to_string(field)), ?:])
        {[key, quote(do: encoder.(unquote(var), encoder))], ?,}
      end)

    io = if io == [], do: "{}", else: io ++ [?}]

    quote do
      defimpl JSON.Encoder, for: unquote(module) do
        def encode(%{unquote_splicing(pairs)}, encoder), do: unquote(io)
      end
    end
  end

  @fallback_to_any true

  def encode(term, encoder)
end

defimpl JSON.Encoder, for: Atom do
  def encode(value, encoder), do: JSON.atom(value, encoder)
end

defimpl JSON.Encoder, for: BitString do
  def encode(value, _encoder), do: JSON.text(value)
end

defimpl JSON.Encoder, for: List do
  def encode(value, encoder), do: JSON.list(value, encoder)
end

defimpl JSON.Encoder, for: Integer do
  def encode(value, _encoder), do: :erlang.integer_to_binary(value)
end

defimpl JSON.Encoder, for: Float do
  def encode(value, _encoder), do: :erlang.float_to_binary(value, [:short])
end

defimpl JSON.Encoder, for: Map do
  def encode(value, encoder), do: JSON.map(value, encoder)
end

defimpl JSON.Encoder, for: [Date, Time, NaiveDateTime, DateTime, Duration] do
  def encode(value, _encoder), do: [?", @for.to_iso8601(value), ?"]
end

defimpl JSON.Encoder, for: Any do
  @undefined """
  the protocol must be explicitly implemented.

  If you have a struct, you can derive the implementation specifying \
  which fields should be encoded to JSON:

      @derive {JSON.Encoder, only: [....]}
      defstruct ...

  It is also possible to encode all fields, although this should be \
  used carefully to avoid accidentally leaking private information \
  when new fields are added:

      @derive JSON.Encoder
      defstruct ...

  Finally, if you don't own the struct you want to encode to JSON, \
  you may use Protocol.derive/3 placed outside of any module:

      Protocol.derive(JSON.Encoder, NameOfTheStruct, only: [...])
      Protocol.derive(JSON.Encoder, NameOfTheStruct)\
  """

  def encode(value, _encoder) do
    raise Protocol.UndefinedError,
      protocol: @protocol,
      value: value,
      description: @undefined
  end
end
