# Defines test modules. Behaviour: Elixir's ExUnit.Case.
defmodule ExUnit.Case do
  @type env :: module | Macro.Env.t()

  @keys [:async, :group, :parameterize, :register]
  @reserved [:module, :file, :line, :test, :async, :registered, :describe]
  @registered [:ex_unit_registered_module_attributes, :ex_unit_registered_describe_attributes, :ex_unit_registered_test_attributes]

  defmacro __using__(opts) do
    quote do
      ExUnit.Case.__register__(__MODULE__, unquote(opts))
      import ExUnit.Callbacks
      import ExUnit.Assertions
      import ExUnit.Case, only: [describe: 2, test: 1, test: 2, test: 3]
      import ExUnit.DocTest
    end
  end

  def __keys__(opts), do: Keyword.take(opts, @keys)

  def __register__(module, opts) do
    unless Keyword.keyword?(opts) do
      raise ArgumentError, ~s(the argument passed to "use ExUnit.Case" must be a list of options, got: #{inspect(opts)})
    end

    {register?, opts} = Keyword.pop(opts, :register, true)
    {opts, unknown} = Keyword.split(opts, @keys)
    if unknown != [], do: IO.warn("unknown options given to ExUnit.Case: #{inspect(unknown)}")

    unless Module.has_attribute?(module, :ex_unit_tests) do
      if Enum.any?([:moduletag, :describetag, :tag], &Module.has_attribute?(module, &1)) do
        raise "you must set @tag, @describetag, and @moduletag after the call to \"use ExUnit.Case\""
      end

      for name <- [:ex_unit_tests, :tag, :describetag, :moduletag | @registered], do: Module.register_attribute(module, name, accumulate: true)
      if register?, do: Module.put_attribute(module, :after_compile, ExUnit.Case)
      ExUnit.Callbacks.__register__(module)
      Module.put_attribute(module, :before_compile, ExUnit.Case)
    end

    # A template may have been used before: its options stay.
    Module.put_attribute(module, :ex_unit_module, Keyword.merge(Module.get_attribute(module, :ex_unit_module, []), opts))
    :ok
  end

  defmacro test(message, var \\ quote(do: _), contents) do
    unless is_tuple(var) do
      IO.warn("test context is always a map. The pattern #{inspect(Macro.to_string(var))} will never match", Macro.Env.stacktrace(__CALLER__))
    end

    contents =
      case contents do
        [do: block] ->
          quote do
            unquote(block)
            :ok
          end

        _ ->
          quote do
            try(unquote(contents))
            :ok
          end
      end

    %{module: mod, file: file, line: line} = __CALLER__

    name =
      quote do
        name = ExUnit.Case.register_test(unquote(mod), unquote(file), unquote(line), :test, unquote(message), [])
      end

    {:__block__, [], [name, {:def, [], [{{:unquote, [], [quote(do: name)]}, [], [var]}, [do: contents]]}]}
  end

  defmacro test(message) do
    %{module: mod, file: file, line: line} = __CALLER__

    quote bind_quoted: binding() do
      name = ExUnit.Case.register_test(mod, file, line, :test, message, [:not_implemented])
      def unquote(name)(_), do: flunk("Not implemented")
    end
  end

  defmacro describe(message, do: block) do
    definition =
      quote unquote: false do
        defp unquote(name)(var!(context)), do: unquote(body)
      end

    quote do
      ExUnit.Callbacks.__describe__(__MODULE__, __ENV__.line, unquote(message), fn message, describes ->
        result = unquote(block)

        case ExUnit.Callbacks.__describe__(__MODULE__, message, describes) do
          {nil, nil} -> :ok
          {name, body} -> unquote(definition)
        end

        result
      end)
    end
  end

  defmacro __before_compile__(%{module: module}) do
    tests = module |> Module.get_attribute(:ex_unit_tests) |> Enum.reverse()
    tags = module |> Module.get_attribute(:moduletag) |> normalize_tags() |> validate_tags()
    opts = Module.get_attribute(module, :ex_unit_module, [])
    config = %{async?: Keyword.get(opts, :async, false), group: opts[:group], parameterize: opts[:parameterize]}

    unless is_boolean(config.async?), do: raise(ArgumentError, ":async must be a boolean, got: #{inspect(config.async?)}")

    unless config.parameterize == nil or (is_list(config.parameterize) and Enum.all?(config.parameterize, &is_map/1)) do
      raise ArgumentError, ":parameterize must be a list of maps, got: #{inspect(config.parameterize)}"
    end

    {setup_all?, callbacks} = ExUnit.Callbacks.__callbacks__(module)

    quote do
      unquote(callbacks)

      def __ex_unit__ do
        %ExUnit.TestModule{
          file: __ENV__.file,
          name: __MODULE__,
          setup_all?: unquote(setup_all?),
          tags: unquote(Macro.escape(tags)),
          tests: unquote(Macro.escape(tests))
        }
      end

      def __ex_unit__(:config), do: unquote(Macro.escape(config))
    end
  end

  def __after_compile__(%{module: module}, _bytecode) do
    cond do
      Process.whereis(ExUnit.Server) ->
        ExUnit.Server.add_module(module, module.__ex_unit__(:config))

      Code.can_await_module_compilation?() ->
        :ok

      true ->
        raise "cannot use ExUnit.Case without starting the ExUnit application, " <>
                "please call ExUnit.start() or explicitly start the :ex_unit app"
    end
  end

  def register_test(%{module: mod, file: file, line: line}, test_type, name, tags),
    do: register_test(mod, file, line, test_type, name, tags)

  def register_test(mod, file, line, test_type, name, tags) do
    unless Module.has_attribute?(mod, :ex_unit_tests) do
      raise "cannot define #{test_type}. Please make sure you have invoked \"use ExUnit.Case\" in the current module"
    end

    registered = for list <- @registered, key <- Module.get_attribute(mod, list), into: %{}, do: {key, Module.get_attribute(mod, key)}
    tag = Module.delete_attribute(mod, :tag)

    {title, describe, describe_line, describetag} =
      case Module.get_attribute(mod, :ex_unit_describe) do
        {line, describe, _} -> {"#{test_type} #{describe} #{name}", describe, line, Module.get_attribute(mod, :describetag)}
        nil -> {"#{test_type} #{name}", nil, nil, []}
      end

    full_name = to_name(title)
    if Module.defines?(mod, {full_name, 1}), do: raise(ArgumentError, ~s("#{full_name}" is already defined in #{inspect(mod)}))

    tags =
      (tags ++ tag ++ describetag ++ Module.get_attribute(mod, :moduletag))
      |> normalize_tags()
      |> validate_tags()
      |> Map.merge(%{
        line: line,
        file: file,
        registered: registered,
        describe: describe,
        describe_line: describe_line,
        test_type: test_type
      })

    test = %ExUnit.Test{name: full_name, description: title, case: mod, tags: tags, module: mod}
    Module.put_attribute(mod, :ex_unit_tests, test)
    for key <- Module.get_attribute(mod, :ex_unit_registered_test_attributes), do: Module.delete_attribute(mod, key)
    full_name
  end

  # A long title is cut, and told from its like by a hash.
  defp to_name(title) do
    if String.length(title) <= 255,
      do: String.to_atom(title),
      else: String.to_atom(String.slice(title, 0, 246) <> "... " <> (title |> :erlang.md5() |> Base.encode32() |> binary_part(0, 4)))
  end

  defp validate_tags(tags) do
    for tag <- @reserved, is_map_key(tags, tag), do: raise("cannot set tag #{inspect(tag)} because it is reserved by ExUnit")
    unless is_atom(tags[:test_type]), do: raise("value for tag \":test_type\" must be an atom")
    tags
  end

  # The first of several values of a tag is the one nearest to the test.
  defp normalize_tags(tags) do
    Enum.reduce(Enum.reverse(tags), %{}, fn
      {key, value}, acc -> Map.put(acc, key, value)
      tag, acc when is_atom(tag) -> Map.put(acc, tag, true)
      tag, acc when is_list(tag) -> Enum.into(tag, acc)
    end)
  end

  def register_attribute(env, name, opts \\ []), do: register(:ex_unit_registered_test_attributes, env, name, opts)
  def register_describe_attribute(env, name, opts \\ []), do: register(:ex_unit_registered_describe_attributes, env, name, opts)
  def register_module_attribute(env, name, opts \\ []), do: register(:ex_unit_registered_module_attributes, env, name, opts)

  defp register(type, %{module: mod}, name, opts), do: register(type, mod, name, opts)

  defp register(type, mod, name, opts) when is_atom(mod) and is_atom(name) and is_list(opts) do
    for list <- @registered, list != type, name in Module.get_attribute(mod, list) do
      raise ArgumentError, "cannot register attribute #{inspect(name)} multiple times"
    end

    if Module.has_attribute?(mod, name), do: raise("you must set @#{name} after it has been registered")
    Module.register_attribute(mod, name, opts)
    Module.put_attribute(mod, type, name)
  end

  def get_last_registered_test(%{module: mod}), do: get_last_registered_test(mod)
  def get_last_registered_test(mod) when is_atom(mod), do: Module.get_last_attribute(mod, :ex_unit_tests)
end
