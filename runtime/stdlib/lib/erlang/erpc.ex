# Calls of functions on other nodes. Behaviour: the manual page of OTP's erpc. A
# call is a request for a process on the other node (spawn_request) which exits
# with the outcome, so that it arrives as the message of the monitor.
defmodule :erpc do
  @max_timeout 4_294_967_295

  defguardp is_call(node, mod, fun, args) when is_atom(node) and is_atom(mod) and is_atom(fun) and is_list(args)
  defguardp is_request(result, request) when is_reference(result) and is_reference(request)

  defp bad, do: :erlang.error({:erpc, :badarg})

  # Calls that wait.

  def call(node, fun), do: call(node, fun, :infinity)
  def call(node, fun, options) when is_function(fun, 0), do: call(node, :erlang, :apply, [fun, []], options)
  def call(_node, _fun, _options), do: bad()
  def call(node, mod, fun, args), do: call(node, mod, fun, args, :infinity)

  def call(node, mod, fun, args, options) when is_call(node, mod, fun, args) do
    {timeout, always_spawn} = call_options(options)

    if node == node() and timeout == :infinity and not always_spawn,
      do: call_here(mod, fun, args),
      else: node |> send_request(mod, fun, args) |> receive_response(timeout)
  end

  def call(_node, _mod, _fun, _args, _options), do: bad()

  defp call_options(%{} = options) do
    case :maps.merge(%{timeout: :infinity, always_spawn: false}, options) do
      %{timeout: timeout, always_spawn: always_spawn} when is_boolean(always_spawn) -> {wait(timeout), always_spawn}
      _ -> bad()
    end
  end

  defp call_options(timeout), do: {wait(timeout), false}

  defp call_here(mod, fun, args) do
    {:return, value} = execute_call(mod, fun, args)
    value
  catch
    :exit, reason -> exit({:exception, reason})
    :error, reason -> :erlang.error({:exception, reason, trim(__STACKTRACE__, mod, fun, args)})
  end

  # Run in the process that was asked for.

  def execute_call(ref, mod, fun, args) do
    exit(
      try do
        {ref, :return, apply(mod, fun, args)}
      catch
        :throw, value -> {ref, :throw, value}
        :exit, reason -> {ref, :exit, reason}
        :error, reason -> {ref, :error, reason, trim(__STACKTRACE__, mod, fun, args)}
      end
    )
  end

  def execute_call(mod, fun, args), do: {:return, apply(mod, fun, args)}

  def execute_cast(mod, fun, args) do
    apply(mod, fun, args)
  catch
    :error, reason -> :erlang.error({:exception, {reason, trim(__STACKTRACE__, mod, fun, args)}})
  end

  # The part of a stack that belongs to the function; its own entry closes it.
  defp trim(stack, mod, fun, args) do
    own = :lists.takewhile(fn frame -> elem(frame, 0) != __MODULE__ end, stack)
    arity = length(args)

    cond do
      own == stack -> stack
      own == [] -> [{mod, fun, args, []}]
      match?({^mod, ^fun, a, _} when a == arity or a == args, :lists.last(own)) -> own
      true -> own ++ [{mod, fun, arity, []}]
    end
  end

  # Requests whose answer is received later. A request is an improper list of two
  # references: the mark of its answer and that of its monitor.

  def send_request(node, fun) when is_atom(node) and is_function(fun, 0), do: send_request(node, :erlang, :apply, [fun, []])
  def send_request(_node, _fun), do: bad()

  def send_request(node, mod, fun, args) when is_call(node, mod, fun, args) do
    result = :erlang.make_ref()
    [result | :erlang.spawn_request(node, :erpc, :execute_call, [result, mod, fun, args], [{:reply, :error_only}, :monitor])]
  end

  def send_request(node, fun, label, requests) when is_atom(node) and is_function(fun, 0) and is_map(requests),
    do: send_request(node, :erlang, :apply, [fun, []], label, requests)

  def send_request(_node, _mod, _fun, _args), do: bad()

  def send_request(node, mod, fun, args, label, requests) when is_call(node, mod, fun, args) and is_map(requests) do
    [result | request] = send_request(node, mod, fun, args)
    :maps.put(request, [result | label], requests)
  end

  def send_request(_node, _mod, _fun, _args, _label, _requests), do: bad()

  def receive_response(request), do: receive_response(request, :infinity)

  def receive_response([result | request], timeout) when is_request(result, request) do
    receive do
      {:spawn_reply, ^request, :error, reason} -> not_started(reason)
      {:DOWN, ^request, :process, _pid, reason} -> outcome(result, reason)
    after
      wait(timeout) -> timed_out(result, request)
    end
  end

  def receive_response(_request, _timeout), do: bad()

  def receive_response(requests, timeout, delete) when is_map(requests) and is_boolean(delete),
    do: collect(requests, timeout, delete, fn value -> value end, fn -> abandon_all(requests) end)

  def receive_response(_requests, _timeout, _delete), do: bad()

  def wait_response(request), do: wait_response(request, 0)

  def wait_response([result | request], time) when is_request(result, request) do
    receive do
      {:spawn_reply, ^request, :error, reason} -> not_started(reason)
      {:DOWN, ^request, :process, _pid, reason} -> {:response, outcome(result, reason)}
    after
      wait(time) -> :no_response
    end
  end

  def wait_response(_request, _time), do: bad()

  def wait_response(requests, time, delete) when is_map(requests) and is_boolean(delete),
    do: collect(requests, time, delete, &{:response, &1}, fn -> :no_response end)

  def wait_response(_requests, _time, _delete), do: bad()

  def check_response({:spawn_reply, request, :error, reason}, [result | request]) when is_request(result, request), do: not_started(reason)
  def check_response({:DOWN, request, :process, _pid, reason}, [result | request]) when is_request(result, request), do: {:response, outcome(result, reason)}
  def check_response(_message, [result | request]) when is_request(result, request), do: :no_response
  def check_response(_message, _request), do: bad()

  def check_response(_message, requests, delete) when map_size(requests) == 0 and is_boolean(delete), do: :no_request

  def check_response({:spawn_reply, request, :error, reason}, requests, delete) when is_map_key(requests, request) and is_boolean(delete),
    do: collected(requests, request, delete, &{:response, &1}, fn _result -> not_started(reason) end)

  def check_response({:DOWN, request, :process, _pid, reason}, requests, delete) when is_map_key(requests, request) and is_boolean(delete),
    do: collected(requests, request, delete, &{:response, &1}, &outcome(&1, reason))

  def check_response(_message, requests, delete) when is_map(requests) and is_boolean(delete), do: :no_response
  def check_response(_message, _requests, _delete), do: bad()

  defp collect(requests, time, _delete, _wrap, _late) when map_size(requests) == 0 do
    wait(time)
    :no_request
  end

  defp collect(requests, time, delete, wrap, late) do
    receive do
      {:spawn_reply, request, :error, reason} when is_map_key(requests, request) ->
        collected(requests, request, delete, wrap, fn _result -> not_started(reason) end)

      {:DOWN, request, :process, _pid, reason} when is_map_key(requests, request) ->
        collected(requests, request, delete, wrap, &outcome(&1, reason))
    after
      wait(time) -> late.()
    end
  end

  defp collected(requests, request, delete, wrap, get) do
    rest = if delete, do: :maps.remove(request, requests), else: requests

    case requests do
      %{^request => [result | label]} when is_reference(result) ->
        value =
          try do
            get.(result)
          catch
            class, reason -> :erlang.raise(class, {reason, label, rest}, __STACKTRACE__)
          end

        {wrap.(value), label, rest}

      _ ->
        bad()
    end
  end

  defp abandon_all(requests) do
    :maps.foreach(
      fn
        request, [result | _label] when is_request(result, request) -> abandon(request) || drop(request)
        _, _ -> bad()
      end,
      requests
    )

    :erlang.error({:erpc, :timeout})
  end

  defp drop(request) do
    receive do
      {:spawn_reply, ^request, :error, _} -> :ok
      {:DOWN, ^request, :process, _, _} -> :ok
    after
      0 -> :ok
    end
  end

  def reqids_new, do: %{}
  def reqids_size(requests) when is_map(requests), do: map_size(requests)
  def reqids_size(_requests), do: bad()

  def reqids_add([result | request], label, requests) when is_request(result, request) and is_map(requests) do
    if is_map_key(requests, request), do: bad(), else: :maps.put(request, [result | label], requests)
  end

  def reqids_add(_request, _label, _requests), do: bad()

  def reqids_to_list(requests) when is_map(requests),
    do: :lists.map(fn {request, [result | label]} -> {[result | request], label} end, :maps.to_list(requests))

  def reqids_to_list(_requests), do: bad()

  # Nobody waits any more; false when the answer is there already.
  defp abandon(request), do: :erlang.spawn_request_abandon(request) or :erlang.demonitor(request, [:info])

  defp timed_out(result, request) do
    if abandon(request) do
      :erlang.error({:erpc, :timeout})
    else
      receive do
        {:spawn_reply, ^request, :error, reason} -> not_started(reason)
        {:DOWN, ^request, :process, _pid, reason} -> outcome(result, reason)
      after
        0 -> bad()
      end
    end
  end

  defp not_started(reason), do: :erlang.error({:erpc, reason})

  defp outcome(result, {result, :return, value}), do: value
  defp outcome(result, {result, :throw, value}), do: throw(value)
  defp outcome(result, {result, :exit, reason}), do: exit({:exception, reason})
  defp outcome(result, {result, :error, reason, stack}), do: :erlang.error({:exception, reason, stack})
  defp outcome(_result, :noconnection), do: :erlang.error({:erpc, :noconnection})
  defp outcome(_result, reason), do: exit({:signal, reason})

  defp wait(:infinity), do: :infinity
  defp wait(time) when is_integer(time) and time >= 0 and time <= @max_timeout, do: time

  defp wait({:abs, time}) when is_integer(time) do
    left = time - :erlang.monotonic_time(:millisecond)
    if left > @max_timeout, do: bad(), else: max(left, 0)
  end

  defp wait(_time), do: bad()

  # Many nodes: all are asked first, then the answers are taken in order.

  def multicall(nodes, fun), do: multicall(nodes, fun, :infinity)
  def multicall(nodes, fun, options) when is_function(fun, 0), do: multicall(nodes, :erlang, :apply, [fun, []], options)
  def multicall(_nodes, _fun, _options), do: bad()
  def multicall(nodes, mod, fun, args), do: multicall(nodes, mod, fun, args, :infinity)

  def multicall(nodes, mod, fun, args, options) do
    {timeout, always_spawn} = call_options(options)
    valid = is_list(nodes) and :lists.all(&is_atom/1, nodes) and is_atom(mod) and is_atom(fun) and is_list(args)
    unless valid, do: bad()
    deadline = if timeout == :infinity, do: :infinity, else: {:abs, :erlang.monotonic_time(:millisecond) + timeout}
    here? = timeout == :infinity and not always_spawn

    requests = :lists.map(&if(here? and &1 == node(), do: :here, else: send_request(&1, mod, fun, args)), nodes)

    # The call on this node runs while the others do.
    here = if :lists.member(:here, requests), do: tell(fn -> call_here(mod, fun, args) end)

    :lists.map(
      fn
        :here -> here
        request -> tell(fn -> receive_response(request, deadline) end)
      end,
      requests
    )
  end

  defp tell(get) do
    {:ok, get.()}
  catch
    class, reason -> {class, reason}
  end

  # Nobody waits for these.

  def cast(node, fun) when is_function(fun, 0), do: cast(node, :erlang, :apply, [fun, []])
  def cast(_node, _fun), do: bad()

  def cast(node, mod, fun, args) when is_call(node, mod, fun, args) do
    :erlang.spawn_request(node, :erpc, :execute_cast, [mod, fun, args], [{:reply, :no}])
    :ok
  end

  def cast(_node, _mod, _fun, _args), do: bad()

  def multicast(nodes, fun) when is_function(fun, 0), do: multicast(nodes, :erlang, :apply, [fun, []])
  def multicast(_nodes, _fun), do: bad()

  def multicast(nodes, mod, fun, args) when is_list(nodes) do
    :lists.foreach(&cast(&1, mod, fun, args), nodes)
    :ok
  end

  def multicast(_nodes, _mod, _fun, _args), do: bad()
end
