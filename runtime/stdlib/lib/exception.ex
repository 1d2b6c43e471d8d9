# Exception: messages, normalisation and formatting of errors, exits, throws
# and stack traces.
defmodule Exception do
  @callback exception(term) :: t
  @callback message(t) :: String.t()
  @callback blame(t, list) :: {t, list}
  @optional_callbacks [blame: 2]

  @type t :: %{
          required(:__struct__) => module,
          required(:__exception__) => true,
          optional(atom) => any
        }
  @type kind :: :error | non_error_kind
  @type non_error_kind :: :exit | :throw | {:EXIT, pid}
  @type stacktrace :: [stacktrace_entry]
  @type stacktrace_entry ::
          {module, atom, arity | [term], keyword} | {fun, arity | [term], keyword}
  @type location :: keyword
  @type arity_or_args :: non_neg_integer | list

  @deprecated "Use Kernel.is_exception/1 instead"
  def exception?(%_{__exception__: true}), do: true
  def exception?(_), do: false

  def message(%module{__exception__: true} = exception) do
    try do
      module.message(exception)
    rescue
      caught ->
        "got #{inspect(caught.__struct__)} with message " <>
          "#{inspect(message(caught))} while retrieving Exception.message/1 " <>
          "for #{inspect(exception)}. Stacktrace:\n#{format_stacktrace(__STACKTRACE__)}"
    else
      text when is_binary(text) ->
        text

      other ->
        "got #{inspect(other)} while retrieving Exception.message/1 " <>
          "for #{inspect(exception)} (expected a string)"
    end
  end

  # What an exception that was raised says of itself as error_info.
  @doc false
  def format_error(%module{} = exception, _stacktrace),
    do: %{general: message(exception), reason: "#" <> Atom.to_string(module)}

  def format_error(_reason, [{_module, _fun, _args, info} | _]) do
    case info[:error_info] do
      %{cause: cause} when is_map(cause) -> cause
      _ -> %{}
    end
  end

  ## Normalisation

  def normalize(kind, payload, stacktrace \\ [])
  def normalize(:error, %_{__exception__: true} = payload, _stacktrace), do: payload
  def normalize(:error, payload, stacktrace), do: ErlangError.normalize(payload, stacktrace)
  def normalize(_kind, payload, _stacktrace), do: payload

  ## Blame

  def blame(kind, error, stacktrace)

  def blame(:error, error, stacktrace) do
    %module{} = struct = normalize(:error, error, stacktrace)

    if Code.ensure_loaded?(module) and function_exported?(module, :blame, 2) do
      module.blame(struct, stacktrace)
    else
      {struct, stacktrace}
    end
  end

  def blame(_kind, reason, stacktrace), do: {reason, stacktrace}

  def blame_mfa(module, function, args)
      when is_atom(module) and is_atom(function) and is_list(args),
      do: Vivarium.Blame.mfa(module, function, args)

  ## Formatting

  def format_banner(kind, payload, stacktrace \\ [])

  def format_banner(:error, exception, stacktrace) do
    exception = normalize(:error, exception, stacktrace)
    "** (" <> inspect(exception.__struct__) <> ") " <> message(exception)
  end

  def format_banner(:throw, reason, _stacktrace), do: "** (throw) " <> inspect(reason)

  def format_banner(:exit, reason, _stacktrace) do
    "** (exit) " <> format_exit(reason, <<"\n    ">>)
  end

  def format_banner({:EXIT, pid}, reason, _stacktrace) do
    "** (EXIT from #{inspect(pid)}) " <> format_exit(reason, <<"\n    ">>)
  end

  def format(kind, payload, stacktrace \\ [])

  def format({:EXIT, _} = kind, any, _), do: format_banner(kind, any)

  def format(kind, payload, stacktrace) do
    banner = format_banner(kind, payload, stacktrace)

    case stacktrace do
      [] -> banner
      _ -> banner <> "\n" <> format_stacktrace(stacktrace)
    end
  end

  def format_exit(reason), do: format_exit(reason, <<"\n    ">>)

  defp format_exit({exception, [_ | _] = stack} = reason, joiner) do
    case entries(stack) do
      {:ok, lines} ->
        banner = format_banner(:error, exception, stack)
        Enum.join(["an exception was raised:" <> joiner <> banner | lines], joiner <> "    ")

      :error ->
        exit_reason(reason)
    end
  end

  defp format_exit({:shutdown, {:failed_to_start_child, child, {:EXIT, reason}}}, joiner),
    do: failed_child(child, reason, joiner)

  defp format_exit({:shutdown, {:failed_to_start_child, child, reason}}, joiner),
    do: failed_child(child, reason, joiner)

  # {reason, {module, function, args}}, as a failed call exits.
  defp format_exit({reason, {module, function, args}} = whole, joiner) when length(args) < 256 do
    try do
      format_mfa(module, function, args)
    rescue
      _ -> exit_reason(whole)
    else
      mfa -> "exited in: " <> mfa <> cause(reason, joiner)
    end
  end

  defp format_exit(reason, _joiner), do: exit_reason(reason)

  defp entries(stack) do
    try do
      {:ok, Enum.map(stack, &format_stacktrace_entry/1)}
    rescue
      _ -> :error
    end
  end

  defp failed_child(child, reason, joiner),
    do: "shutdown: failed to start child: #{inspect(child)}" <> cause(reason, joiner)

  defp cause(reason, joiner), do: joiner <> "** (EXIT) " <> format_exit(reason, joiner <> "    ")

  defp exit_reason(:noproc) do
    "no process: the process is not alive or there's no process currently associated with the given name, possibly because its application isn't started"
  end

  defp exit_reason(:calling_self), do: "process attempted to call itself"
  defp exit_reason(:timeout), do: "time out"
  defp exit_reason(:noconnection), do: "no connection"
  defp exit_reason(reason) when reason in [:normal, :shutdown, :killed], do: Atom.to_string(reason)
  defp exit_reason({:shutdown, reason}), do: "shutdown: " <> inspect(reason)
  defp exit_reason({:already_started, pid}), do: "already started: " <> inspect(pid)
  defp exit_reason({:nodedown, node}) when is_atom(node), do: "no connection to #{node}"
  defp exit_reason({:bad_return_value, value}), do: "bad return value: " <> inspect(value)
  defp exit_reason({:bad_call, request}), do: "bad call: " <> inspect(request)
  defp exit_reason({:bad_cast, request}), do: "bad cast: " <> inspect(request)

  defp exit_reason({:bad_return, {module, :init, value}}) when is_atom(module),
    do: format_mfa(module, :init, 1) <> " returned a bad value: " <> inspect(value)

  defp exit_reason({:bad_start_spec, specs}),
    do: "bad child specification, invalid children: " <> inspect(specs)

  defp exit_reason({:start_spec, spec}), do: "bad child specification, " <> bad_child_spec(spec)

  defp exit_reason({:supervisor_data, data}),
    do: "bad supervisor configuration, " <> bad_supervisor(data)

  defp exit_reason(reason), do: inspect(reason)

  defp bad_child_spec({:duplicate_child_name, id}) do
    """
    more than one child specification has the id: #{inspect(id)}.
    If using maps as child specifications, make sure the :id keys are unique.
    If using a module or {module, arg} as child, use Supervisor.child_spec/2 to change the :id, for example:

        children = [
          Supervisor.child_spec({MyWorker, arg}, id: :my_worker_1),
          Supervisor.child_spec({MyWorker, arg}, id: :my_worker_2)
        ]
    """
  end

  defp bad_child_spec({what, value}) do
    case what do
      :invalid_child_spec -> "invalid child specification: #{inspect(value)}"
      :invalid_child_type -> "invalid child type: #{inspect(value)}. Must be :worker or :supervisor."
      :invalid_mfa -> "invalid mfa: #{inspect(value)}"
      :invalid_restart_type -> "invalid restart type: #{inspect(value)}. Must be :permanent, :transient or :temporary."
      :invalid_shutdown -> "invalid shutdown: #{inspect(value)}. Must be an integer >= 0, :infinity or :brutal_kill."
      :invalid_module -> "invalid module: #{inspect(value)}. Must be an atom."
      :invalid_modules -> "invalid modules: #{inspect(value)}. Must be a list of atoms or :dynamic."
      _ -> "got: " <> inspect({what, value})
    end
  end

  defp bad_child_spec(other), do: "got: " <> inspect(other)

  defp bad_supervisor({what, value}) do
    case what do
      :invalid_type -> "invalid type: #{inspect(value)}"
      :invalid_strategy -> "invalid strategy: #{inspect(value)}"
      :invalid_intensity -> "invalid max_restarts (intensity): #{inspect(value)}"
      :invalid_period -> "invalid max_seconds (period): #{inspect(value)}"
      :invalid_max_children -> "invalid max_children: #{inspect(value)}"
      :invalid_extra_arguments -> "invalid extra_arguments: #{inspect(value)}"
      _ -> "got: " <> inspect({what, value})
    end
  end

  defp bad_supervisor(other), do: "got: " <> inspect(other)

  ## Stack traces

  def format_stacktrace(trace \\ nil) do
    trace =
      case trace do
        nil ->
          case Process.info(self(), :current_stacktrace) do
            {:current_stacktrace, [_ | rest]} -> rest
            _ -> []
          end

        _ ->
          trace
      end

    case trace do
      [] -> "\n"
      _ -> for entry <- trace, into: "", do: "    " <> format_stacktrace_entry(entry) <> "\n"
    end
  end

  def format_stacktrace_entry({module, :__MODULE__, 0, location}) do
    format_location(location) <> inspect(module) <> " (module)"
  end

  def format_stacktrace_entry({_module, :__MODULE__, 1, location}) do
    format_location(location) <> "(module)"
  end

  def format_stacktrace_entry({_module, :__FILE__, 1, location}) do
    format_location(location) <> "(file)"
  end

  def format_stacktrace_entry({module, fun, arity, location}) do
    format_application(module) <> format_location(location) <> format_mfa(module, fun, arity)
  end

  def format_stacktrace_entry({fun, arity, location}) do
    format_location(location) <> format_fa(fun, arity)
  end

  defp format_application(module) do
    case :vivarium_code.application(module) do
      {app, version} when is_binary(version) and version != "" -> "(#{app} #{version}) "
      {app, _} ->
        "(#{app}) "

      # One of a project under test.
      nil ->
        with {:ok, app} <- :application.get_application(module) do
          case :application.get_key(app, :vsn) do
            {:ok, [_ | _] = version} -> "(#{app} #{version}) "
            _ -> "(#{app}) "
          end
        else
          _ -> ""
        end
    end
  end

  defp format_location(opts) when is_list(opts) do
    case :lists.keyfind(:file, 1, opts) do
      {:file, file} ->
        line =
          case :lists.keyfind(:line, 1, opts) do
            {:line, line} -> line
            false -> nil
          end

        format_file_line(file, line, " ")

      false ->
        ""
    end
  end

  def format_fa(fun, arity) when is_function(fun), do: inspect(fun) <> format_arity(arity)

  def format_mfa(module, fun, arity) when is_atom(module) and is_atom(fun) do
    case anonymous(Atom.to_string(fun)) do
      {outer_name, outer_arity} ->
        "anonymous fn" <>
          format_arity(arity) <>
          " in " <>
          inspect(module) <>
          "." <> Macro.inspect_atom(:remote_call, outer_name) <> "/" <> outer_arity

      nil ->
        inspect(module) <> "." <> Macro.inspect_atom(:remote_call, fun) <> format_arity(arity)
    end
  end

  # The function around a fun named "-name/arity-fun-N-".
  defp anonymous(<<?-, rest::binary>>) do
    with [middle, ""] <- split_last_dash(rest),
         {name_arity, true} <- fun_of(middle),
         [_ | _] = parts <- :binary.split(name_arity, "/", [:global]),
         [arity | name] <- :lists.reverse(parts),
         true <- name != [] and digits?(arity) do
      {String.to_atom(Enum.join(:lists.reverse(name), "/")), arity}
    else
      _ -> nil
    end
  end

  defp anonymous(_), do: nil

  defp split_last_dash(rest) do
    size = byte_size(rest) - 1

    case rest do
      <<middle::binary-size(^size), ?->> -> [middle, ""]
      _ -> nil
    end
  end

  # "name/1-fun-0" or "name/1-inlined-0" without what follows the arity.
  defp fun_of(middle) do
    case :binary.matches(middle, ["-fun-", "-anonymous-", "-inlined-"]) do
      [] ->
        {middle, false}

      matches ->
        {start, _} = hd(matches)
        {binary_part(middle, 0, start), true}
    end
  end

  defp digits?(<<c, rest::binary>>) when c in ?0..?9, do: rest == "" or digits?(rest)
  defp digits?(_), do: false

  defp format_arity(arity) when is_list(arity) do
    "(" <> Enum.map_join(arity, ", ", &inspect/1) <> ")"
  end

  defp format_arity(arity) when is_integer(arity), do: "/" <> Integer.to_string(arity)

  def format_file_line(file, line, suffix \\ "") do
    case file do
      nil -> ""
      _ when line == nil or line == 0 -> "#{file}:#{suffix}"
      _ -> "#{file}:#{line}:#{suffix}"
    end
  end

  def format_file_line_column(file, line, column, suffix \\ "") do
    case file do
      nil ->
        ""

      _ ->
        if line && line != 0 do
          if column && column != 0 do
            "#{file}:#{line}:#{column}:#{suffix}"
          else
            "#{file}:#{line}:#{suffix}"
          end
        else
          "#{file}:#{suffix}"
        end
    end
  end

  # Message, then the term alone and indented.
  def __format_message_with_term__(message, term) do
    message <> "\n\n" <> indent(inspect(term, pretty: true)) <> "\n"
  end

  defp indent(text) do
    "    " <> String.replace(text, "\n", "\n    ")
  end

  ## Source snippets of syntax errors

  def format_delimiter(delimiter) do
    case delimiter do
      :"\"" -> "\""
      :"'" -> "'"
      :"\"\"\"" -> "\"\"\""
      :"'''" -> "'''"
      _ -> "\"" <> Atom.to_string(delimiter) <> "\""
    end
  end
end

defmodule RuntimeError do
  defexception message: "runtime error"
end

defmodule ArgumentError do
  defexception message: "argument error"
end

defmodule ArithmeticError do
  defexception message: "bad argument in arithmetic expression"

  @unary [:+, :-]
  @binary [:+, :-, :*, :/]
  @bitwise_binary [:band, :bor, :bxor, :bsl, :bsr]

  @impl true
  def blame(%{message: message} = exception, [{:erlang, fun, args, _} | _] = stacktrace) do
    message = message <> operation(fun, args)
    {%{exception | message: message}, stacktrace}
  end

  def blame(exception, stacktrace), do: {exception, stacktrace}

  defp operation(op, [a]) when op in @unary, do: ": #{op}(#{inspect(a)})"
  defp operation(op, [a, b]) when op in @binary, do: ": #{inspect(a)} #{op} #{inspect(b)}"
  defp operation(:div, [a, b]), do: ": div(#{inspect(a)}, #{inspect(b)})"
  defp operation(:rem, [a, b]), do: ": rem(#{inspect(a)}, #{inspect(b)})"

  defp operation(op, [a, b]) when op in @bitwise_binary do
    ": Bitwise.#{op}(#{inspect(a)}, #{inspect(b)})"
  end

  defp operation(:bnot, [a]), do: ": Bitwise.bnot(#{inspect(a)})"
  defp operation(_, _), do: ""
end

defmodule SystemLimitError do
  defexception message: "a system limit has been reached"
end

defmodule MismatchedDelimiterError do
  defexception [
    :file,
    :line,
    :column,
    :end_line,
    :end_column,
    :opening_delimiter,
    :closing_delimiter,
    :expected_delimiter,
    :snippet,
    description: "mismatched delimiter error"
  ]

  @impl true
  def message(exception), do: :elixir_errors.syntax_message(exception)
end

defmodule SyntaxError do
  defexception [:file, :line, :column, :snippet, description: "syntax error"]

  @impl true
  def message(exception), do: :elixir_errors.syntax_message(exception)
end

defmodule TokenMissingError do
  defexception [
    :file,
    :line,
    :column,
    :end_line,
    :end_column,
    :snippet,
    :opening_delimiter,
    :expected_delimiter,
    description: "expression is incomplete"
  ]

  @impl true
  def message(exception), do: :elixir_errors.syntax_message(exception)
end

defmodule CompileError do
  defexception [:file, :line, description: "compile error"]

  @impl true
  def message(%{file: file, line: line, description: description}) do
    case Exception.format_file_line(file && Path.relative_to_cwd(file), line) do
      "" -> description
      formatted -> formatted <> " " <> description
    end
  end
end

defmodule Kernel.TypespecError do
  defexception [:file, :line, :description]

  @impl true
  def message(%{file: file, line: line, description: description}) do
    case Exception.format_file_line(file && Path.relative_to_cwd(file), line) do
      "" -> description
      formatted -> formatted <> " " <> description
    end
  end
end

defmodule BadArityError do
  defexception [:function, :args]

  @impl true
  def message(%{function: function, args: args}) do
    {:arity, arity} = :erlang.fun_info(function, :arity)
    "#{inspect(function)} with arity #{arity} called with #{called(args)}"
  end

  defp called([]), do: "no arguments"
  defp called([arg]), do: "1 argument (#{inspect(arg)})"

  defp called(args) do
    "#{length(args)} arguments (#{Enum.map_join(args, ", ", &inspect/1)})"
  end
end

defmodule BadFunctionError do
  defexception [:term]

  @impl true
  def message(%{term: term}) when is_function(term) do
    "function #{inspect(term)} is invalid, likely because it points to an old version of the code"
  end

  def message(%{term: term}), do: "expected a function, got: #{inspect(term)}"
end

defmodule BadMapError do
  defexception [:term]

  @impl true
  def message(%{term: term}),
    do: Exception.__format_message_with_term__("expected a map, got:", term)
end

defmodule BadBooleanError do
  defexception [:term, :operator]

  @impl true
  def message(%{term: term, operator: operator}) do
    Exception.__format_message_with_term__(
      "expected a boolean on left-side of \"#{operator}\", got:",
      term
    )
  end
end

defmodule MatchError do
  defexception [:term]

  @impl true
  def message(%{term: term}) do
    Exception.__format_message_with_term__("no match of right hand side value:", term)
  end
end

defmodule CaseClauseError do
  defexception [:term]

  @impl true
  def message(%{term: term}) do
    Exception.__format_message_with_term__("no case clause matching:", term)
  end
end

defmodule WithClauseError do
  defexception [:term]

  @impl true
  def message(%{term: term}) do
    Exception.__format_message_with_term__("no with clause matching:", term)
  end
end

defmodule CondClauseError do
  defexception []

  @impl true
  def message(_), do: "no cond clause evaluated to a truthy value"
end

defmodule TryClauseError do
  defexception [:term]

  @impl true
  def message(%{term: term}) do
    Exception.__format_message_with_term__("no try clause matching:", term)
  end
end

defmodule UndefinedFunctionError do
  defexception [:module, :function, :arity, :reason, :message]

  @impl true
  def message(%{message: nil} = exception) do
    case text(exception) do
      {message, :module} -> message <> hint_for_missing_alias(exception.module)
      {message, _} -> message
    end
  end

  def message(%{message: message}), do: message

  @impl true
  def blame(%{message: nil} = exception, stacktrace) do
    {message, kind} = text(exception)
    {%{exception | message: message <> hint(kind, exception)}, stacktrace}
  end

  def blame(exception, stacktrace), do: {exception, stacktrace}

  # The message, and what a hint may be about.
  defp text(%{reason: nil, module: module, function: function, arity: arity} = exception) do
    cond do
      function == nil or arity == nil ->
        {"undefined function", :module}

      module == nil ->
        {"function #{Exception.format_mfa(nil, function, arity)} is undefined", :module}

      function_exported?(module, :module_info, 0) or :erlang.module_loaded(module) ->
        text(%{exception | reason: :"function not exported"})

      true ->
        text(%{exception | reason: :"module could not be loaded"})
    end
  end

  defp text(%{reason: :"function not exported"} = exception),
    do: {"function #{mfa(exception)} is undefined or private", :function}

  defp text(%{reason: :"module could not be loaded", module: module} = exception),
    do:
      {"function #{mfa(exception)} is undefined (module #{inspect(module)} is not available)",
       :module}

  defp text(%{reason: :"undefined local", module: nil, function: function, arity: arity}),
    do: {"function #{function}/#{arity} is undefined (there is no such import)", :none}

  defp text(%{reason: reason} = exception),
    do: {"function #{mfa(exception)} is undefined (#{reason})", :module}

  defp mfa(%{module: module, function: function, arity: arity}),
    do: Exception.format_mfa(module, function, arity)

  defp hint(:none, _), do: ""

  defp hint(_, %{module: nil, arity: 0}) do
    ". If you are using the dot syntax, such as module.function(), " <>
      "make sure the left-hand side of the dot is a module atom"
  end

  defp hint(:function, %{module: module, function: function, arity: arity}),
    do: hint_for_loaded_module(module, function, arity)

  defp hint(:module, %{module: module, function: function, arity: arity}),
    do: hint_for_missing_module(module, function, arity)

  # A module whose name has one part only may be an alias that was forgotten.
  defp hint_for_missing_alias(module) do
    with <<"Elixir.", rest::binary>> <- Atom.to_string(module),
         :nomatch <- :binary.match(rest, ".") do
      ". Make sure the module name is correct and has been specified in full (or that an alias has been defined)"
    else
      _ -> ""
    end
  end

  def hint_for_missing_module(nil, _function, _arity), do: ""

  def hint_for_missing_module(module, function, arity) do
    name = Atom.to_string(module)
    wanted = String.downcase(name, :ascii)
    ending = String.replace_prefix(name, "Elixir.", "")

    similar =
      for {available, _file, _loaded} <- :code.all_available(),
          available = List.to_string(available),
          String.ends_with?(available, ending) or String.downcase(available, :ascii) == wanted,
          candidate = String.to_atom(available),
          match?({:module, _}, :code.ensure_loaded(candidate)),
          function_exported?(candidate, function, arity),
          do: candidate

    case similar |> Enum.take(5) |> Enum.sort() do
      [] ->
        hint_for_missing_alias(module)

      found ->
        lines =
          for candidate <- found,
              do: "\n      * " <> Exception.format_mfa(candidate, function, arity)

        ". Did you mean:\n" <> Enum.join(lines) <> "\n"
    end
  end

  def hint_for_loaded_module(module, function, arity) do
    cond do
      macro_exported?(module, function, arity) ->
        ". However, there is a macro with the same name and arity. " <>
          "Be sure to require #{inspect(module)} if you intend to invoke this macro"

      true ->
        behaviour_hint(module, function, arity) <> did_you_mean(module, function)
    end
  end

  defp behaviour_hint(module, function, arity) do
    behaviours =
      for {:behaviour, list} <- attributes(module), behaviour <- list, do: behaviour

    case Enum.find(behaviours, &callback?(&1, function, arity)) do
      nil -> ""
      behaviour -> ", but the behaviour #{inspect(behaviour)} expects it to be present"
    end
  end

  defp attributes(module) do
    if function_exported?(module, :module_info, 1), do: module.module_info(:attributes), else: []
  end

  defp callback?(behaviour, function, arity) do
    :code.ensure_loaded(behaviour)

    function_exported?(behaviour, :behaviour_info, 1) and
      :lists.member({function, arity}, behaviour.behaviour_info(:callbacks)) and
      not :lists.member({function, arity}, behaviour.behaviour_info(:optional_callbacks))
  end

  defp did_you_mean(module, function) do
    name = Atom.to_string(function)

    exports = exports(module)

    candidates =
      case for({^function, arity} <- exports, do: {1.0, function, arity}) do
        [] ->
          for {candidate, arity} <- exports,
              score = String.jaro_distance(name, Atom.to_string(candidate)),
              score > 0.77,
              do: {score, candidate, arity}

        same ->
          same
      end

    case candidates do
      [] ->
        ""

      _ ->
        lines =
          candidates
          |> Enum.sort_by(&elem(&1, 0), :desc)
          |> Enum.take(5)
          |> Enum.sort_by(&elem(&1, 1))
          |> Enum.map(fn {_, candidate, arity} ->
            [
              "    * ",
              Macro.inspect_atom(:remote_call, candidate),
              ?/,
              Integer.to_string(arity),
              ?\n
            ]
          end)

        ". Did you mean:\n\n" <> IO.iodata_to_binary(lines)
    end
  end

  defp exports(module) do
    if function_exported?(module, :__info__, 1) do
      module.__info__(:macros) ++ module.__info__(:functions)
    else
      module.module_info(:exports)
    end
  end
end

defmodule FunctionClauseError do
  defexception [:module, :function, :arity, :kind, :args, :clauses]

  @impl true
  def message(exception) do
    case exception do
      %{function: nil} ->
        "no function clause matches"

      %{module: module, function: function, arity: arity} ->
        "no function clause matching in #{Exception.format_mfa(module, function, arity)}" <>
          blame(exception, &inspect(&1, pretty: true), &shown/1)
    end
  end

  defp shown(%{match?: true, node: node}), do: Macro.to_string(node)
  defp shown(%{match?: false, node: node}), do: "-" <> Macro.to_string(node) <> "-"

  @impl true
  def blame(%{module: module, function: function, arity: arity} = exception, stacktrace) do
    case stacktrace do
      [{^module, ^function, args, meta} | rest] when is_list(args) and length(args) == arity ->
        blamed =
          case Exception.blame_mfa(module, function, args) do
            {:ok, kind, clauses} -> %{exception | args: args, kind: kind, clauses: clauses}
            :error -> %{exception | args: args}
          end

        {blamed, [{module, function, arity, meta} | rest]}

      _ ->
        {exception, stacktrace}
    end
  end

  @clauses_shown 10

  # The details of a blamed error: its arguments, shown by inspect, and the
  # clauses that did not take them, shown part by part.
  def blame(%{args: nil}, _inspect, _show), do: ""

  def blame(exception, inspect, show) do
    %{module: module, function: function, arity: arity, kind: kind, args: args, clauses: clauses} = exception

    items =
      for {arg, index} <- Enum.with_index(args, 1) do
        ["\n    # ", Integer.to_string(index), "\n    ", String.replace(inspect.(arg), "\n", "\n    "), "\n"]
      end

    attempted =
      for {params, guards} <- Enum.take(clauses || [], @clauses_shown) do
        head = ["    ", Atom.to_string(kind), " ", Atom.to_string(function), "(", Enum.map_intersperse(params, ", ", show), ")"]
        [head, Enum.map(guards, &[" when ", guard(&1, show)]), "\n"]
      end

    IO.iodata_to_binary([
      "\n\nThe following arguments were given to #{Exception.format_mfa(module, function, arity)}:\n",
      items,
      attempted(attempted, length(clauses || []))
    ])
  end

  defp attempted([], _total), do: []

  defp attempted(shown, total) do
    count = length(shown)
    rest = if total > count, do: "    ...\n    (#{total - count} clause#{if total - count > 1, do: "s"} not shown)\n", else: ""
    ["\nAttempted function clauses (showing #{count} out of #{total}):\n\n", shown, rest]
  end

  defp guard({:and, _, operands}, show), do: Enum.map_intersperse(operands, " and ", &operand(&1, show))
  defp guard({:or, _, operands}, show), do: Enum.map_intersperse(operands, " or ", &guard(&1, show))
  defp guard(test, show), do: show.(test)

  defp operand({:or, _, _} = guard, show), do: ["(", guard(guard, show), ")"]
  defp operand(guard, show), do: guard(guard, show)
end

defmodule Code.LoadError do
  defexception [:file, :message, :reason]

  @impl true
  def exception(opts) do
    file = Keyword.fetch!(opts, :file)

    reason =
      case opts[:reason] do
        nil -> "could not load #{file}"
        reason -> "could not load #{file}. Reason: #{reason}"
      end

    %Code.LoadError{message: reason, file: file, reason: opts[:reason]}
  end
end

defmodule Protocol.UndefinedError do
  defexception [:protocol, :value, description: ""]

  @impl true
  def message(%{protocol: protocol, value: value, description: description}) do
    Exception.__format_message_with_term__(
      "protocol #{inspect(protocol)} not implemented for #{type_of(value)}" <>
        describe(description) <> "\n\nGot value:",
      value
    )
  end

  defp describe(""), do: ""
  defp describe(description), do: ", " <> description

  defp type_of(%{__struct__: struct}) when is_atom(struct), do: inspect(struct) <> " (a struct)"
  defp type_of(value) when is_map(value), do: "Map"
  defp type_of(value) when is_atom(value), do: "Atom"
  defp type_of(value) when is_integer(value), do: "Integer"
  defp type_of(value) when is_float(value), do: "Float"
  defp type_of(value) when is_list(value), do: "List"
  defp type_of(value) when is_tuple(value), do: "Tuple"
  defp type_of(value) when is_bitstring(value), do: "BitString"
  defp type_of(value) when is_function(value), do: "Function"
  defp type_of(value) when is_pid(value), do: "PID"
  defp type_of(value) when is_port(value), do: "Port"
  defp type_of(value) when is_reference(value), do: "Reference"
end

defmodule KeyError do
  defexception [:key, :term, :message]

  @impl true
  def message(%{message: nil} = exception), do: text(exception.key, exception.term)
  def message(%{message: message}), do: message

  defp text(key, nil), do: "key #{inspect(key)} not found"

  defp text(key, term) when is_atom(term) and is_atom(key) do
    "key #{inspect(key)} not found in: #{inspect(term)} (if instead you want to invoke " <>
      "#{Exception.format_mfa(term, key, [])}, make sure to add parentheses after the function name)"
  end

  defp text(key, term) do
    Exception.__format_message_with_term__("key #{inspect(key)} not found in:", term)
  end

  @impl true
  def blame(%{message: nil, term: nil} = exception, stacktrace) do
    {%{exception | message: message(exception)}, stacktrace}
  end

  def blame(%{message: nil} = exception, stacktrace) do
    %{term: term, key: key} = exception
    {%{exception | message: text(key, term) <> hint(key, available_keys(term))}, stacktrace}
  end

  def blame(exception, stacktrace), do: {exception, stacktrace}

  defp available_keys(term) when is_map(term) do
    keys = Map.keys(term)
    if :lists.all(&is_atom/1, keys), do: keys, else: []
  end

  defp available_keys(term) when is_list(term) do
    if Keyword.keyword?(term), do: Keyword.keys(term), else: []
  end

  defp available_keys(_), do: []

  defp hint(key, keys) when is_atom(key) do
    name = Atom.to_string(key)

    suggestions =
      for available <- keys,
          is_atom(available),
          score = String.jaro_distance(name, Atom.to_string(available)),
          score > 0.77,
          do: {score, available}

    case suggestions do
      [] ->
        ""

      _ ->
        lines =
          suggestions
          |> Enum.sort_by(&elem(&1, 0), :desc)
          |> Enum.take(5)
          |> Enum.map(&elem(&1, 1))
          |> Enum.sort()
          |> Enum.map(&["    * ", inspect(&1), ?\n])

        "\nDid you mean:\n\n" <> IO.iodata_to_binary(lines)
    end
  end

  defp hint(_key, _keys), do: ""
end

defmodule UnicodeConversionError do
  defexception [:encoded, :message]

  @impl true
  def exception(opts) do
    %UnicodeConversionError{
      encoded: Keyword.fetch!(opts, :encoded),
      message: "#{Keyword.fetch!(opts, :kind)} #{detail(Keyword.fetch!(opts, :rest))}"
    }
  end

  defp detail(rest) when is_binary(rest) do
    "encoding starting at #{inspect(rest)}"
  end

  defp detail([char | _]) when is_integer(char) do
    "code point #{char}"
  end

  defp detail([rest | _]), do: detail(rest)
end

defmodule MissingApplicationsError do
  defexception apps: [], description: "missing applications found"

  @impl true
  def message(%{apps: apps, description: description}) do
    lines = for {app, requirement} <- apps, do: "\n  {#{inspect(app)}, \"#{requirement}\"}"

    "#{description}\n\nTo address this, include these applications as your dependencies:\n#{lines}"
  end
end

defmodule Enum.OutOfBoundsError do
  defexception [:enumerable, :index, :message]

  @impl true
  def exception(opts) do
    %Enum.OutOfBoundsError{
      enumerable: Keyword.get(opts, :enumerable),
      index: Keyword.get(opts, :index),
      message: Keyword.get(opts, :message)
    }
  end

  @impl true
  def message(%{message: nil, index: nil}), do: "out of bounds error"

  def message(%{message: nil, enumerable: enumerable, index: index}),
    do: message(index, enumerable)

  def message(%{message: message}), do: message

  def message(index, enumerable) do
    "out of bounds error at position #{index} when traversing enumerable #{inspect(enumerable)}"
  end
end

defmodule Enum.EmptyError do
  defexception message: "empty error"
end

defmodule File.Error do
  defexception [:reason, :path, action: ""]

  @impl true
  def message(%{action: action, reason: reason, path: path}) do
    formatted =
      case {action, reason} do
        {"remove directory", :eexist} -> "directory is not empty"
        _ -> IO.iodata_to_binary(:file.format_error(reason))
      end

    "could not #{action} #{inspect(path)}: #{formatted}"
  end
end

defmodule File.CopyError do
  defexception [:reason, :source, :destination, on: "", action: ""]

  @impl true
  def message(exception) do
    %{action: action, reason: reason, source: source, destination: destination, on: on} =
      exception

    formatted = IO.iodata_to_binary(:file.format_error(reason))
    location = if on == "", do: "", else: ". #{on}"

    "could not #{action} from #{inspect(source)} to #{inspect(destination)}#{location}: #{formatted}"
  end
end

defmodule File.RenameError do
  defexception [:reason, :source, :destination, on: "", action: ""]

  @impl true
  def message(exception) do
    %{action: action, reason: reason, source: source, destination: destination, on: on} =
      exception

    formatted = IO.iodata_to_binary(:file.format_error(reason))
    location = if on == "", do: "", else: ". #{on}"

    "could not #{action} from #{inspect(source)} to #{inspect(destination)}#{location}: #{formatted}"
  end
end

defmodule File.LinkError do
  defexception [:reason, :existing, :new, action: ""]

  @impl true
  def message(%{action: action, reason: reason, existing: existing, new: new}) do
    formatted = IO.iodata_to_binary(:file.format_error(reason))
    "could not #{action} from #{inspect(new)} to #{inspect(existing)}: #{formatted}"
  end
end

defmodule ErlangError do
  defexception [:original, :reason]

  @impl true
  def message(%{original: original, reason: nil}), do: "Erlang error: #{inspect(original)}"

  def message(%{original: original, reason: reason}) do
    IO.iodata_to_binary(["Erlang error: ", inspect(original), reason])
  end

  # The Elixir exception for what Erlang code, or the machine, raised.
  def normalize(:badarith, _stacktrace), do: %ArithmeticError{}

  def normalize(:badarg, [{:erlang, :apply, [module, function, args], _} | _])
      when not is_atom(module) do
    %ArgumentError{message: applied(module, function, args)}
  end

  def normalize(:badarg, stacktrace) do
    case error_info(:badarg, stacktrace, "errors were found at the given arguments") do
      {:ok, reason, details} -> %ArgumentError{message: reason <> details}
      :error -> %ArgumentError{}
    end
  end

  def normalize({:badarg, term}, _stacktrace) do
    %ArgumentError{message: "argument error: #{inspect(term)}"}
  end

  def normalize(:system_limit, stacktrace) do
    case error_info(
           :system_limit,
           stacktrace,
           "a system limit has been reached due to errors at the given arguments"
         ) do
      {:ok, reason, details} -> %SystemLimitError{message: reason <> details}
      :error -> %SystemLimitError{}
    end
  end

  def normalize(:cond_clause, _stacktrace), do: %CondClauseError{}

  def normalize({:badarity, {fun, args}}, _stacktrace),
    do: %BadArityError{function: fun, args: args}

  def normalize({:badfun, term}, _stacktrace), do: %BadFunctionError{term: term}
  def normalize({:badmatch, term}, _stacktrace), do: %MatchError{term: term}
  def normalize({:badmap, term}, _stacktrace), do: %BadMapError{term: term}

  def normalize({:badbool, op, term}, _stacktrace), do: %BadBooleanError{operator: op, term: term}

  def normalize({:badkey, key}, stacktrace) do
    term =
      case stacktrace do
        [{Map, :get_and_update!, [map, _, _], _} | _] -> map
        [{Map, :update!, [map, _, _], _} | _] -> map
        [{:maps, :update, [_, _, map], _} | _] -> map
        [{:maps, :get, [_, map], _} | _] -> map
        [{:erlang, :map_get, [_, map], _} | _] -> map
        _ -> nil
      end

    %KeyError{key: key, term: term}
  end

  def normalize({:badkey, key, map}, _stacktrace), do: %KeyError{key: key, term: map}
  def normalize({:case_clause, term}, _stacktrace), do: %CaseClauseError{term: term}
  def normalize({:else_clause, term}, _stacktrace), do: %WithClauseError{term: term}
  def normalize({:try_clause, term}, _stacktrace), do: %TryClauseError{term: term}

  def normalize(:undef, stacktrace) do
    {module, function, arity} = top(stacktrace)
    %UndefinedFunctionError{module: module, function: function, arity: arity}
  end

  def normalize(:function_clause, stacktrace) do
    {module, function, arity} = top(stacktrace)
    %FunctionClauseError{module: module, function: function, arity: arity}
  end

  def normalize(other, stacktrace) do
    case error_info(other, stacktrace, "") do
      {:ok, _reason, details} -> %ErlangError{original: other, reason: details}
      :error -> %ErlangError{original: other}
    end
  end

  defp applied(map, function, _args) when is_atom(function) and is_map_key(map, function) do
    hint =
      if is_function(:maps.get(function, map)) do
        "If you are trying to invoke an anonymous function in a map/struct, " <>
          "add a dot between the function name and the parenthesis: map.#{function}.()"
      else
        "If you are using the dot syntax, ensure there are no parentheses " <>
          "after the field name, such as map.#{function}"
      end

    "you attempted to apply a function named #{inspect(function)} on a map/struct. " <>
      "If you are using Kernel.apply/3, make sure the module is an atom. " <> hint
  end

  defp applied(term, function, []) when is_atom(function) do
    "you attempted to apply a function named #{inspect(function)} on #{inspect(term)}. " <>
      "If you are using Kernel.apply/3, make sure the module is an atom. " <>
      "If you are using the dot syntax, such as module.function(), " <>
      "make sure the left-hand side of the dot is an atom representing a module"
  end

  defp applied(term, _function, _args) do
    "you attempted to apply a function on #{inspect(term)}. " <>
      "Modules (the first argument of apply) must always be an atom"
  end

  defp top([{module, function, args, _} | _]) when is_list(args),
    do: {module, function, length(args)}

  defp top([{module, function, arity, _} | _]), do: {module, function, arity}
  defp top(_), do: {nil, nil, nil}

  # What the function that raised says about its arguments.
  defp error_info(reason, [{module, _, args_or_arity, opts} | _] = stacktrace, header) do
    with [_ | _] <- opts,
         {:error_info, %{} = info} <- :lists.keyfind(:error_info, 1, opts) do
      formatter = :maps.get(:module, info, module)
      function = :maps.get(:function, info, :format_error)

      extra =
        case info do
          %{function: :format_bs_fail, cause: {segment, type, error, value}} ->
            %{
              reason: "construction of binary failed",
              general: segment(segment, type, error, value)
            }

          _ ->
            try do
              :erlang.apply(formatter, function, [reason, stacktrace])
            rescue
              _ -> %{}
            end
        end

      arity = if is_list(args_or_arity), do: length(args_or_arity), else: args_or_arity
      describe(arity, extra, header)
    else
      _ -> :error
    end
  end

  defp error_info(_, _, _), do: :error

  defp describe(arity, extra, header) do
    arguments =
      for index <- one_to(arity), %{^index => text} <- [extra], do: argument(index, text)

    case {arguments, extra} do
      {[], %{general: general, reason: reason}} ->
        {:ok, "", IO.iodata_to_binary([reason, ": ", general])}

      {[], %{general: general}} ->
        {:ok, "", general_text(general, header)}

      {[], %{reason: reason}} ->
        {:ok, "", IO.iodata_to_binary(reason)}

      {[], _} ->
        :error

      {_, %{general: general}} ->
        {:ok, header, IO.iodata_to_binary([": ", general, ":\n\n" | arguments])}

      {_, _} ->
        {:ok, header, IO.iodata_to_binary([":\n\n" | arguments])}
    end
  end

  defp general_text(general, ""), do: IO.iodata_to_binary([": ", general])
  defp general_text(general, _header), do: IO.iodata_to_binary(general)

  # A segment of a bitstring that could not be made; values as Elixir writes them.
  defp segment(number, type, error, value) do
    "segment #{number} of type '#{type}': " <> segment_error(type, error, inspect(value))
  end

  defp segment_error(type, :type, value) when type in [:utf8, :utf16, :utf32] do
    "expected a non-negative integer encodable as #{type} but got: #{value}"
  end

  defp segment_error(:integer, :type, value), do: "expected an integer but got: #{value}"
  defp segment_error(:float, :type, value), do: "expected a float or an integer but got: #{value}"
  defp segment_error(_type, :type, value), do: "expected a binary but got: #{value}"

  defp segment_error(type, :invalid, value) when type in [:utf8, :utf16, :utf32] do
    segment_error(type, :type, value)
  end

  defp segment_error(_type, :invalid, value) do
    "expected one of the supported sizes 16, 32, or 64 but got: #{value}"
  end

  defp segment_error(_type, :short, value) do
    "the value #{value} is shorter than the size of the segment"
  end

  defp segment_error(_type, :size, value) do
    "expected a non-negative integer as size but got: #{value}"
  end

  defp segment_error(_type, :unit, value) do
    "the size of the value #{value} is not a multiple of the unit for the segment"
  end

  defp segment_error(_type, :no_float, value) do
    "the value #{value} is outside the range expressible as a float"
  end

  defp segment_error(_type, error, value), do: "#{error}: #{value}"

  defp one_to(0), do: []
  defp one_to(arity), do: :lists.seq(1, arity)

  defp argument(index, text) do
    ["  * ", ordinal(index), " argument: ", text, "\n"]
  end

  defp ordinal(1), do: "1st"
  defp ordinal(2), do: "2nd"
  defp ordinal(3), do: "3rd"
  defp ordinal(n), do: Integer.to_string(n) <> "th"
end

defmodule Inspect.Error do
  @enforce_keys [:exception_module, :exception_message, :stacktrace, :inspected_struct]
  defexception @enforce_keys

  @impl true
  def exception(arguments) when is_list(arguments) do
    exception = Keyword.fetch!(arguments, :exception)

    %Inspect.Error{
      exception_module: exception.__struct__,
      exception_message: exception |> Exception.message() |> String.trim_trailing("\n"),
      stacktrace: Keyword.fetch!(arguments, :stacktrace),
      inspected_struct: Keyword.fetch!(arguments, :inspected_struct)
    }
  end

  @impl true
  def message(%{
        exception_module: module,
        exception_message: message,
        inspected_struct: inspected
      }) do
    "got #{inspect(module)} with message:\n\n    \"\"\"\n#{pad(message, 4)}\n    \"\"\"\n\n" <>
      "while inspecting:\n\n#{pad(inspected, 4)}\n"
  end

  def pad(message, padding) when is_binary(message) and is_integer(padding) do
    spaces = String.duplicate(" ", padding)

    message
    |> String.split("\n")
    |> Enum.map_join("\n", fn
      "" -> ""
      line -> spaces <> line
    end)
  end
end
