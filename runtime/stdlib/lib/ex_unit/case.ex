# Defines test modules. Behaviour: Elixir's ExUnit.Case.
defmodule ExUnit.Case do
  @type env :: module | Macro.Env.t()

  defmacro __using__(opts) do
    quote do
      ExUnit.Case.__register__(__MODULE__, unquote(opts))
      import ExUnit.Callbacks
      import ExUnit.Assertions
      import ExUnit.Case, only: [describe: 2, test: 1, test: 2, test: 3]
      import ExUnit.DocTest
    end
  end

  def __register__(module, opts) do
    registered? = Module.has_attribute?(module, :ex_unit_tests)

    unless registered? do
      tag_check = Enum.any?([:moduletag, :describetag, :tag], &Module.has_attribute?(module, &1))

      if tag_check do
        raise "you must set @tag, @describetag, and @moduletag after the call to \"use ExUnit.Case\""
      end

      accumulate = [:tag, :describetag, :moduletag, :ex_unit_registered_test_attributes, :ex_unit_registered_describe_attributes, :ex_unit_registered_module_attributes]
      Enum.each(accumulate, &Module.register_attribute(module, &1, accumulate: true))
      Module.register_attribute(module, :ex_unit_tests, accumulate: true)
      Module.put_attribute(module, :ex_unit_test_names, %{})
      Module.put_attribute(module, :ex_unit_describe, nil)
      Module.put_attribute(module, :ex_unit_setup, [])
      Module.put_attribute(module, :ex_unit_setup_all, [])
      Module.put_attribute(module, :ex_unit_describes, %{})
      Module.put_attribute(module, :ex_unit_used_describes, [])
      Module.put_attribute(module, :before_compile, ExUnit.Callbacks)
      Module.put_attribute(module, :before_compile, ExUnit.Case)
      Module.put_attribute(module, :after_compile, ExUnit.Case)
    end

    {register, opts} = Keyword.pop(List.wrap(opts), :register, true)
    {parameterize, opts} = Keyword.pop(opts, :parameterize, nil)
    {async, opts} = Keyword.pop(opts, :async, false)
    {group, opts} = Keyword.pop(opts, :group, nil)

    unless registered? do
      Module.put_attribute(module, :ex_unit_module, {register, %{async?: async, group: group, parameterize: parameterize}})
    end

    for {key, value} <- opts, do: Module.put_attribute(module, :moduletag, {key, value})
    if async, do: Module.put_attribute(module, :ex_unit_async, true)
    registered?
  end

  defmacro test(message, var \\ quote(do: _), contents) do
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

    contents = escape_with_unquote(contents)
    var = escape_with_unquote(var)
    %{module: mod, file: file, line: line} = __CALLER__

    quote bind_quoted: [var: var, contents: contents, message: message, mod: mod, file: file, line: line] do
      name = ExUnit.Case.register_test(mod, file, line, :test, message, [])
      def unquote(name)(unquote(var)), do: unquote(contents)
    end
  end

  defp escape_with_unquote(contents), do: Macro.escape(contents, unquote: true)

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
        defp unquote(name)(unquote(context)), do: unquote(body)
      end

    %{module: module, line: line} = __CALLER__

    quote do
      ExUnit.Callbacks.__describe__(unquote(module), unquote(line), unquote(message))

      try do
        unquote(block)
      after
        case ExUnit.Callbacks.__describe__(unquote(module)) do
          nil ->
            :ok

          {name, context, body} ->
            unquote(definition)
        end
      end
    end
  end

  defmacro __before_compile__(env) do
    module = env.module
    {register?, config} = Module.get_attribute(module, :ex_unit_module)
    tests = module |> Module.get_attribute(:ex_unit_tests) |> Enum.reverse()
    moduletags = Module.get_attribute(module, :moduletag)

    tags =
      moduletags
      |> normalize_tags()
      |> Map.merge(%{module: module})

    quote do
      def __ex_unit__ do
        %ExUnit.TestModule{
          file: unquote(env.file),
          name: __MODULE__,
          setup_all?: unquote(Module.get_attribute(module, :ex_unit_setup_all) != []),
          tags: unquote(Macro.escape(tags)),
          tests: unquote(Macro.escape(tests))
        }
      end

      def __ex_unit__(:config), do: unquote(Macro.escape(Map.put(config, :register?, register?)))
    end
  end

  def __after_compile__(%{module: module}, _bytecode) do
    config = module.__ex_unit__(:config)
    if config.register?, do: ExUnit.Server.add_module(module, config)
  end

  def register_test(%{module: mod, file: file, line: line}, test_type, name, tags),
    do: register_test(mod, file, line, test_type, name, tags)

  def register_test(mod, file, line, test_type, name, tags) do
    unless Module.has_attribute?(mod, :ex_unit_tests) do
      raise "cannot define #{test_type}. Please make sure you have invoked \"use ExUnit.Case\" in the current module"
    end

    registered = for {key, _} <- Module.get_attribute(mod, :ex_unit_registered_test_attributes), into: %{}, do: {key, Module.get_attribute(mod, key)}
    moduletag = Module.get_attribute(mod, :moduletag)
    tag = Module.delete_attribute(mod, :tag)
    Module.register_attribute(mod, :tag, accumulate: true)

    {describe, describe_line, describetag} =
      case Module.get_attribute(mod, :ex_unit_describe) do
        {line, describe, _counter} -> {describe, line, Module.get_attribute(mod, :describetag)}
        _ -> {nil, nil, []}
      end

    full_name = test_name(test_type, describe, name)
    names = Module.get_attribute(mod, :ex_unit_test_names)

    if is_map_key(names, full_name) do
      raise ExUnit.DuplicateTestError, ~s("#{full_name}" is already defined in #{inspect(mod)})
    end

    Module.put_attribute(mod, :ex_unit_test_names, Map.put(names, full_name, true))

    tags =
      (List.wrap(tag) ++ List.wrap(tags) ++ List.wrap(describetag) ++ List.wrap(moduletag))
      |> normalize_tags()
      |> validate_tags()
      |> Map.merge(%{
        line: line,
        file: file,
        registered: registered,
        test_type: test_type,
        describe: describe,
        describe_line: describe_line
      })

    Module.put_attribute(mod, :ex_unit_tests, %ExUnit.Test{
      name: full_name,
      case: mod,
      module: mod,
      tags: tags
    })

    full_name
  end

  defp test_name(type, nil, name), do: :"#{type} #{name}"
  defp test_name(type, describe, name), do: :"#{type} #{describe} #{name}"

  defp validate_tags(tags) do
    for tag <- [:file, :line, :registered, :test_type, :describe, :describe_line, :case, :module, :test, :async], is_map_key(tags, tag) do
      raise "cannot set tag #{inspect(tag)} because it is reserved by ExUnit"
    end

    unless is_atom(Map.get(tags, :test_type, :test)), do: raise("value for tag \":test_type\" must be an atom")
    tags
  end

  # The first of several values of a tag is the one nearest to the test.
  defp normalize_tags(tags) do
    Enum.reduce(Enum.reverse(tags), %{}, fn
      {key, value}, acc -> Map.put(acc, key, value)
      tag, acc when is_atom(tag) -> Map.put(acc, tag, true)
      tag, acc when is_list(tag) -> Enum.into(tag, acc, fn {_, _} = pair -> pair; atom -> {atom, true} end)
    end)
  end

  def register_attribute(env, name, opts \\ []), do: register_attribute_for(:ex_unit_registered_test_attributes, env, name, opts)
  def register_describe_attribute(env, name, opts \\ []), do: register_attribute_for(:ex_unit_registered_describe_attributes, env, name, opts)
  def register_module_attribute(env, name, opts \\ []), do: register_attribute_for(:ex_unit_registered_module_attributes, env, name, opts)

  defp register_attribute_for(list, %{module: module}, name, opts), do: register_attribute_for(list, module, name, opts)

  defp register_attribute_for(list, mod, name, opts) when is_atom(mod) and is_atom(name) do
    Module.register_attribute(mod, name, opts)
    Module.put_attribute(mod, list, {name, opts})
  end

  def get_last_registered_test(%{module: mod}), do: get_last_registered_test(mod)

  def get_last_registered_test(mod) when is_atom(mod) do
    case Module.get_attribute(mod, :ex_unit_tests) do
      [last | _] -> last
      [] -> nil
    end
  end
end
