# A process with a state that answers calls and takes casts. Behaviour:
# Elixir's GenServer; the process itself is :gen_server.
defmodule GenServer do
  @callback init(init_arg :: term) ::
              {:ok, state}
              | {:ok, state, timeout | :hibernate | {:continue, term}}
              | :ignore
              | {:stop, reason :: term}
            when state: term
  @callback handle_call(request :: term, from, state :: term) :: term
  @callback handle_cast(request :: term, state :: term) :: term
  @callback handle_info(msg :: :timeout | term, state :: term) :: term
  @callback handle_continue(continue_arg :: term, state :: term) :: term
  @callback terminate(reason :: term, state :: term) :: term
  @callback code_change(old_vsn :: term, state :: term, extra :: term) :: term
  @callback format_status(reason :: term, pdict_and_state :: list) :: term
  @callback format_status(status :: map) :: map

  @optional_callbacks code_change: 3,
                      terminate: 2,
                      handle_info: 2,
                      handle_cast: 2,
                      handle_call: 3,
                      format_status: 1,
                      format_status: 2,
                      handle_continue: 2

  @type on_start :: {:ok, pid} | :ignore | {:error, {:already_started, pid} | term}
  @type name :: atom | {:global, term} | {:via, module, term}
  @type options :: [option]
  @type option :: {:debug, list} | {:name, name} | {:timeout, timeout} | {:spawn_opt, list} | {:hibernate_after, timeout}
  @type debug :: [:trace | :log | :statistics | {:log_to_file, Path.t()}]
  @type server :: pid | name | {atom, node}
  @type from :: {pid, tag :: term}

  defmacro __using__(opts) do
    quote location: :keep, bind_quoted: [opts: opts] do
      @behaviour GenServer

      unless Module.has_attribute?(__MODULE__, :doc) do
        @doc """
        Returns a specification to start this module under a supervisor.

        See `Supervisor`.
        """
      end

      def child_spec(init_arg) do
        default = %{id: __MODULE__, start: {__MODULE__, :start_link, [init_arg]}}
        Supervisor.child_spec(default, unquote(Macro.escape(opts)))
      end

      defoverridable child_spec: 1

      @before_compile GenServer

      @doc false
      def handle_call(message, _from, state) do
        GenServer.__unhandled_call__(__MODULE__, message, state)
      end

      @doc false
      def handle_info(message, state) do
        GenServer.__unhandled_info__(__MODULE__, message, state)
      end

      @doc false
      def handle_cast(message, state) do
        GenServer.__unhandled_cast__(__MODULE__, message, state)
      end

      @doc false
      def terminate(_reason, _state), do: :ok

      @doc false
      def code_change(_old, state, _extra), do: {:ok, state}

      defoverridable code_change: 3, terminate: 2, handle_info: 2, handle_cast: 2, handle_call: 3
    end
  end

  defmacro __before_compile__(env) do
    unless Module.defines?(env.module, {:init, 1}) do
      message =
        "function init/1 required by behaviour GenServer is not implemented " <>
          "(in module #{inspect(env.module)}).\n\n" <>
          "We will inject a default implementation for now:\n\n" <>
          "    def init(init_arg) do\n      {:ok, init_arg}\n    end\n\n" <>
          "You can copy the implementation above or define your own that converts " <>
          "the arguments given to GenServer.start_link/3 to the server state.\n"

      IO.warn(message, env)

      quote do
        @doc false
        def init(init_arg), do: {:ok, init_arg}
        defoverridable init: 1
      end
    end
  end

  # What a server does with a message that its module has no clause for.

  def __unhandled_call__(module, message, state) do
    name = __shown_name__()

    case :erlang.phash2(1, 1) do
      0 ->
        raise "attempted to call GenServer #{inspect(name)} but no handle_call/3 clause was provided"

      1 ->
        {:stop, {:bad_call, message}, {module, state}}
    end
  end

  def __unhandled_cast__(module, message, state) do
    name = __shown_name__()

    case :erlang.phash2(1, 1) do
      0 ->
        raise "attempted to cast GenServer #{inspect(name)} but no handle_cast/2 clause was provided"

      1 ->
        {:stop, {:bad_cast, message}, {module, state}}
    end
  end

  def __unhandled_info__(module, message, state) do
    :logger.error(
      %{
        label: {GenServer, :no_handle_info},
        report: %{module: module, message: message, name: __shown_name__()}
      },
      %{domain: [:otp, :elixir], error_logger: %{tag: :error_msg}, report_cb: &GenServer.format_report/1}
    )

    {:noreply, state}
  end

  defp __shown_name__ do
    case Process.info(self(), :registered_name) do
      {_, []} -> self()
      {_, name} -> name
    end
  end

  def format_report(%{label: {GenServer, :no_handle_info}, report: report}) do
    {~c"~p ~p received unexpected message in handle_info/2: ~p~n", [report.module, report.name, report.message]}
  end

  def start_link(module, init_arg, options \\ []) when is_atom(module) and is_list(options),
    do: do_start(:link, module, init_arg, options)

  def start(module, init_arg, options \\ []) when is_atom(module) and is_list(options),
    do: do_start(:nolink, module, init_arg, options)

  defp do_start(link, module, init_arg, options) do
    case Keyword.pop(options, :name) do
      {nil, opts} ->
        :gen.start(:gen_server, link, module, init_arg, opts)

      {atom, opts} when is_atom(atom) ->
        :gen.start(:gen_server, link, {:local, atom}, module, init_arg, opts)

      {{:global, _term} = name, opts} ->
        :gen.start(:gen_server, link, name, module, init_arg, opts)

      {{:via, via, _term} = name, opts} when is_atom(via) ->
        :gen.start(:gen_server, link, name, module, init_arg, opts)

      {other, _} ->
        raise ArgumentError, """
        expected :name option to be one of the following:

          * nil
          * atom
          * {:global, term}
          * {:via, module, term}

        Got: #{inspect(other)}
        """
    end
  end

  def stop(server, reason \\ :normal, timeout \\ :infinity) do
    case whereis(server) do
      nil -> exit({:noproc, {__MODULE__, :stop, [server, reason, timeout]}})
      pid when pid == self() -> exit({:calling_self, {__MODULE__, :stop, [server, reason, timeout]}})
      pid -> stop_process(pid, server, reason, timeout)
    end
  end

  defp stop_process(pid, server, reason, timeout) do
    try do
      :proc_lib.stop(pid, reason, timeout)
    catch
      :exit, cause -> exit({cause, {__MODULE__, :stop, [server, reason, timeout]}})
    end
  end

  def call(server, request, timeout \\ 5000)
      when (is_integer(timeout) and timeout >= 0) or timeout == :infinity do
    case whereis(server) do
      nil ->
        exit({:noproc, {__MODULE__, :call, [server, request, timeout]}})

      pid when pid == self() ->
        exit({:calling_self, {__MODULE__, :call, [server, request, timeout]}})

      pid ->
        try do
          :gen.call(pid, :"$gen_call", request, timeout)
        catch
          :exit, reason -> exit({reason, {__MODULE__, :call, [server, request, timeout]}})
        else
          {:ok, reply} -> reply
        end
    end
  end

  def cast(server, request)

  def cast({:global, name}, request) do
    case :global.whereis_name(name) do
      :undefined -> :ok
      pid -> do_send(pid, {:"$gen_cast", request})
    end
  end

  def cast({:via, mod, name}, request) do
    mod.send(name, {:"$gen_cast", request})
    :ok
  catch
    _, _ -> :ok
  end

  def cast({name, node}, request) when is_atom(name) and is_atom(node),
    do: do_send({name, node}, {:"$gen_cast", request})

  def cast(dest, request) when is_atom(dest) or is_pid(dest), do: do_send(dest, {:"$gen_cast", request})

  defp do_send(dest, message) do
    try do
      send(dest, message)
      :ok
    catch
      _, _ -> :ok
    end
  end

  def abcast(nodes \\ [node() | Node.list()], name, request) when is_list(nodes) and is_atom(name) do
    Enum.each(nodes, &do_send({name, &1}, {:"$gen_cast", request}))
    :abcast
  end

  def multi_call(nodes \\ [node() | Node.list()], name, request, timeout \\ :infinity)
      when is_list(nodes) and is_atom(name),
      do: :gen_server.multi_call(nodes, name, request, timeout)

  def reply(client, reply), do: :gen.reply(client, reply)

  def whereis(server)
  def whereis(nil), do: nil
  def whereis(pid) when is_pid(pid), do: pid

  def whereis(name) when is_atom(name) do
    case :erlang.whereis(name) do
      :undefined -> nil
      pid -> pid
    end
  end

  def whereis({:global, name}) do
    case :global.whereis_name(name) do
      pid when is_pid(pid) -> pid
      :undefined -> nil
    end
  end

  def whereis({:via, mod, name}) do
    case mod.whereis_name(name) do
      pid when is_pid(pid) -> pid
      :undefined -> nil
    end
  end

  def whereis({name, local}) when is_atom(name) and local == node(), do: whereis(name)
  def whereis({name, node} = server) when is_atom(name) and is_atom(node), do: server
end
