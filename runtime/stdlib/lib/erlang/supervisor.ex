# The supervisor. Behaviour, messages and reports: OTP's supervisor (its manual
# page and the design principles), which Elixir's Supervisor stands on.
#
# A child is {pid, id, start, restart, shutdown, type, modules, significant};
# pid is :undefined while it is not running, {:restarting, pid} while a restart
# that failed is to be tried again. Children are kept in start order.
defmodule :supervisor do
  @callback init(args :: term) :: term

  def start_link(mod, args), do: :gen_server.start_link(:supervisor, {:self, mod, args}, [])
  def start_link(name, mod, args), do: :gen_server.start_link(name, :supervisor, {name, mod, args}, [])

  def start_child(sup, spec), do: call(sup, {:start_child, spec})
  def restart_child(sup, id), do: call(sup, {:restart_child, id})
  def delete_child(sup, id), do: call(sup, {:delete_child, id})
  def terminate_child(sup, child), do: call(sup, {:terminate_child, child})
  def which_children(sup), do: call(sup, :which_children)
  def which_child(sup, id), do: call(sup, {:which_child, id})
  def count_children(sup), do: call(sup, :count_children)
  def get_childspec(sup, id), do: call(sup, {:get_childspec, id})

  defp call(sup, request), do: :gen_server.call(sup, request, :infinity)

  def stop(sup), do: :gen_server.stop(sup)
  def stop(sup, reason, timeout), do: :gen_server.stop(sup, reason, timeout)

  def get_callback_module(sup) do
    {:status, _, {:module, _}, [_, _, _, _, misc]} = :sys.get_status(sup)

    case :lists.keyfind(:supervisor, 1, misc) do
      {:supervisor, [{~c"Callback", mod}]} -> mod
      _ -> :maps.get(:module, :sys.get_state(sup))
    end
  end

  def check_childspecs(specs), do: check_childspecs(specs, :never)

  def check_childspecs(specs, auto_shutdown) when is_list(specs) do
    case check_specs(specs, auto_shutdown, []) do
      {:ok, _} -> :ok
      error -> error
    end
  end

  def check_childspecs(other, _auto_shutdown), do: {:error, {:badarg, other}}

  # The process.

  def init({name, mod, args}) do
    :erlang.process_flag(:trap_exit, true)
    :vivarium_trace.role(:supervisor, mod)
    shown = shown_name(name, mod)

    case mod.init(args) do
      {:ok, {flags, specs}} ->
        with {:ok, state} <- init_state(shown, mod, args, flags),
             {:ok, children} <- check_start_specs(specs, state) do
          start_initial(children, state)
        else
          {:error, reason} -> {:stop, reason}
        end

      :ignore ->
        :ignore

      other ->
        {:stop, {:bad_return, {mod, :init, other}}}
    end
  end

  defp shown_name(:self, mod), do: {self(), mod}
  defp shown_name(name, _mod), do: name

  defp init_state(name, mod, args, flags) do
    case check_flags(flags) do
      {:ok, {strategy, intensity, period, auto_shutdown}} ->
        :vivarium_trace.supervise(strategy, intensity, period)

        {:ok,
         %{
           name: name,
           module: mod,
           args: args,
           strategy: strategy,
           intensity: intensity,
           period: period,
           auto_shutdown: auto_shutdown,
           restarts: {[], [], 0},
           children: [],
           dynamics: %{}
         }}

      {:error, reason} ->
        {:error, {:supervisor_data, reason}}
    end
  end

  defp check_flags(flags) when is_map(flags) do
    strategy = :maps.get(:strategy, flags, :one_for_one)
    intensity = :maps.get(:intensity, flags, 1)
    period = :maps.get(:period, flags, 5)
    auto = :maps.get(:auto_shutdown, flags, :never)

    cond do
      strategy not in [:one_for_one, :one_for_all, :rest_for_one, :simple_one_for_one] ->
        {:error, {:invalid_strategy, strategy}}

      not (is_integer(intensity) and intensity >= 0) ->
        {:error, {:invalid_intensity, intensity}}

      not (is_integer(period) and period > 0) ->
        {:error, {:invalid_period, period}}

      auto not in [:never, :any_significant, :all_significant] ->
        {:error, {:invalid_auto_shutdown, auto}}

      auto != :never and strategy == :simple_one_for_one ->
        {:error, {:bad_combination, [auto_shutdown: auto, strategy: strategy]}}

      true ->
        {:ok, {strategy, intensity, period, auto}}
    end
  end

  defp check_flags({strategy, intensity, period}),
    do: check_flags(%{strategy: strategy, intensity: intensity, period: period})

  defp check_flags(other), do: {:error, {:invalid_type, other}}

  defp check_start_specs(specs, %{strategy: :simple_one_for_one}) when not (is_list(specs) and length(specs) == 1),
    do: {:error, {:bad_start_spec, specs}}

  defp check_start_specs(specs, state) do
    case check_specs(specs, state.auto_shutdown, []) do
      {:ok, children} -> {:ok, children}
      {:error, reason} -> {:error, {:start_spec, reason}}
    end
  end

  defp check_specs([], _auto, acc), do: {:ok, :lists.reverse(acc)}

  defp check_specs([spec | rest], auto, acc) do
    case check_spec(spec, auto) do
      {:ok, child} ->
        if :lists.keymember(elem(child, 1), 2, acc) do
          {:error, {:duplicate_child_name, elem(child, 1)}}
        else
          check_specs(rest, auto, [child | acc])
        end

      error ->
        error
    end
  end

  defp check_specs(other, _auto, _acc), do: {:error, {:invalid_child_spec, other}}

  defp check_spec({id, start, restart, shutdown, type, modules}, auto) do
    check_spec(
      %{id: id, start: start, restart: restart, shutdown: shutdown, type: type, modules: modules},
      auto
    )
  end

  defp check_spec(%{} = spec, auto) do
    type = :maps.get(:type, spec, :worker)
    restart = :maps.get(:restart, spec, :permanent)
    shutdown = :maps.get(:shutdown, spec, if(type == :supervisor, do: :infinity, else: 5000))
    significant = :maps.get(:significant, spec, false)

    cond do
      not :maps.is_key(:id, spec) ->
        {:error, :missing_id}

      not :maps.is_key(:start, spec) ->
        {:error, :missing_start}

      not valid_start?(spec.start) ->
        {:error, {:invalid_mfa, spec.start}}

      restart not in [:permanent, :transient, :temporary] ->
        {:error, {:invalid_restart_type, restart}}

      not is_boolean(significant) ->
        {:error, {:invalid_significant, significant}}

      significant and (auto == :never or restart == :permanent) ->
        if auto == :never,
          do: {:error, {:bad_combination, [auto_shutdown: :never, significant: true]}},
          else: {:error, {:bad_combination, [restart: :permanent, significant: true]}}

      type not in [:supervisor, :worker] ->
        {:error, {:invalid_child_type, type}}

      not valid_shutdown?(shutdown) ->
        {:error, {:invalid_shutdown, shutdown}}

      true ->
        {mod, _, _} = spec.start
        modules = :maps.get(:modules, spec, [mod])

        if valid_modules?(modules) do
          {:ok, {:undefined, spec.id, spec.start, restart, shutdown, type, modules, significant}}
        else
          {:error, {:invalid_modules, modules}}
        end
    end
  end

  defp check_spec(other, _auto), do: {:error, {:invalid_child_spec, other}}

  defp valid_start?({mod, fun, args}), do: is_atom(mod) and is_atom(fun) and is_list(args)
  defp valid_start?(_), do: false

  defp valid_shutdown?(:infinity), do: true
  defp valid_shutdown?(:brutal_kill), do: true
  defp valid_shutdown?(n), do: is_integer(n) and n >= 0

  defp valid_modules?(:dynamic), do: true
  defp valid_modules?(list), do: is_list(list) and :lists.all(&is_atom/1, list)

  # Starting.

  defp start_initial(children, %{strategy: :simple_one_for_one} = state), do: {:ok, %{state | children: children}}

  defp start_initial(children, state) do
    case start_each(children, [], state) do
      {:ok, started} ->
        {:ok, %{state | children: started}}

      {:error, started, id, reason} ->
        terminate_all(started, state.name)
        {:stop, {:shutdown, {:failed_to_start_child, id, reason}}}
    end
  end

  defp start_each([], started, _state), do: {:ok, :lists.reverse(started)}

  defp start_each([child | rest], started, state) do
    case start_one(state.name, child) do
      {:ok, :undefined} when elem(child, 3) == :temporary ->
        start_each(rest, started, state)

      {:ok, pid} ->
        start_each(rest, [put_elem(child, 0, pid) | started], state)

      {:ok, pid, _extra} ->
        start_each(rest, [put_elem(child, 0, pid) | started], state)

      {:error, reason} ->
        report(:start_error, reason, child, state.name)
        {:error, :lists.reverse(started, [child | rest]), elem(child, 1), reason}
    end
  end

  defp start_one(sup_name, {_, _, {mod, fun, args}, _, _, _, _, _} = child) do
    case do_start(mod, fun, args) do
      {:ok, pid} when is_pid(pid) ->
        :vivarium_trace.child(elem(child, 1), pid)
        progress(put_elem(child, 0, pid), sup_name)
        {:ok, pid}

      {:ok, pid, extra} when is_pid(pid) ->
        :vivarium_trace.child(elem(child, 1), pid)
        progress(put_elem(child, 0, pid), sup_name)
        {:ok, pid, extra}

      :ignore ->
        {:ok, :undefined}

      {:error, reason} ->
        {:error, reason}

      other ->
        {:error, other}
    end
  end

  defp do_start(mod, fun, args) do
    try do
      apply(mod, fun, args)
    catch
      :error, reason -> {:error, {:EXIT, {reason, __STACKTRACE__}}}
      :exit, reason -> {:error, {:EXIT, reason}}
      :throw, value -> value
    end
  end

  # Requests.

  def handle_call({:start_child, args}, _from, %{strategy: :simple_one_for_one} = state) when is_list(args) do
    [{_, id, {mod, fun, base}, restart, shutdown, type, modules, significant}] = state.children
    child = {:undefined, id, {mod, fun, base ++ args}, restart, shutdown, type, modules, significant}

    case start_one(state.name, child) do
      {:ok, :undefined} -> {:reply, {:ok, :undefined}, state}
      {:ok, pid} -> {:reply, {:ok, pid}, %{state | dynamics: :maps.put(pid, args, state.dynamics)}}
      {:ok, pid, extra} -> {:reply, {:ok, pid, extra}, %{state | dynamics: :maps.put(pid, args, state.dynamics)}}
      error -> {:reply, error, state}
    end
  end

  def handle_call({:start_child, spec}, _from, state) do
    case check_spec(spec, state.auto_shutdown) do
      {:ok, child} -> start_new(child, state)
      {:error, _} = error -> {:reply, error, state}
    end
  end

  def handle_call({:terminate_child, pid}, _from, %{strategy: :simple_one_for_one} = state) do
    cond do
      not is_pid(pid) ->
        {:reply, {:error, :simple_one_for_one}, state}

      :maps.is_key(pid, state.dynamics) ->
        [template] = state.children
        shutdown(put_elem(template, 0, pid), state.name)
        {:reply, :ok, %{state | dynamics: :maps.remove(pid, state.dynamics)}}

      true ->
        {:reply, {:error, :not_found}, state}
    end
  end

  def handle_call({:terminate_child, id}, _from, state) do
    case find(id, state) do
      false ->
        {:reply, {:error, :not_found}, state}

      {pid, _, _, :temporary, _, _, _, _} = child ->
        if pid != :undefined, do: shutdown(child, state.name)
        {:reply, :ok, remove(id, state)}

      child ->
        shutdown(child, state.name)
        {:reply, :ok, update(put_elem(child, 0, :undefined), state)}
    end
  end

  def handle_call({request, _id}, _from, %{strategy: :simple_one_for_one} = state)
      when request in [:restart_child, :delete_child] do
    {:reply, {:error, :simple_one_for_one}, state}
  end

  def handle_call({:restart_child, id}, _from, state) do
    case find(id, state) do
      {:undefined, _, _, _, _, _, _, _} = child ->
        case start_one(state.name, child) do
          {:ok, pid} -> {:reply, {:ok, pid}, update(put_elem(child, 0, pid), state)}
          {:ok, pid, extra} -> {:reply, {:ok, pid, extra}, update(put_elem(child, 0, pid), state)}
          error -> {:reply, error, state}
        end

      {{:restarting, _}, _, _, _, _, _, _, _} ->
        {:reply, {:error, :restarting}, state}

      false ->
        {:reply, {:error, :not_found}, state}

      _running ->
        {:reply, {:error, :running}, state}
    end
  end

  def handle_call({:delete_child, id}, _from, state) do
    case find(id, state) do
      {:undefined, _, _, _, _, _, _, _} -> {:reply, :ok, remove(id, state)}
      {{:restarting, _}, _, _, _, _, _, _, _} -> {:reply, {:error, :restarting}, state}
      false -> {:reply, {:error, :not_found}, state}
      _running -> {:reply, {:error, :running}, state}
    end
  end

  def handle_call(:which_children, _from, %{strategy: :simple_one_for_one} = state) do
    [{_, _, _, _, _, type, modules, _}] = state.children
    list = :lists.map(fn {pid, _args} -> {:undefined, shown_pid(pid), type, modules} end, dynamics(state))
    {:reply, list, state}
  end

  def handle_call(:which_children, _from, state) do
    list =
      :lists.map(
        fn {pid, id, _, _, _, type, modules, _} -> {id, shown_pid(pid), type, modules} end,
        :lists.reverse(state.children)
      )

    {:reply, list, state}
  end

  def handle_call({:which_child, id}, _from, state) do
    case find(id, state) do
      {pid, id, _, _, _, type, modules, _} -> {:reply, {:ok, {id, shown_pid(pid), type, modules}}, state}
      false -> {:reply, {:error, :not_found}, state}
    end
  end

  def handle_call(:count_children, _from, %{strategy: :simple_one_for_one} = state) do
    [{_, _, _, _, _, type, _, _}] = state.children
    all = :maps.size(state.dynamics)
    active = :erlang.length(:lists.filter(fn {pid, _} -> is_pid(pid) end, :maps.to_list(state.dynamics)))

    counts =
      if type == :supervisor,
        do: [specs: 1, active: active, supervisors: all, workers: 0],
        else: [specs: 1, active: active, supervisors: 0, workers: all]

    {:reply, counts, state}
  end

  def handle_call(:count_children, _from, state) do
    {specs, active, sups, workers} =
      :lists.foldl(
        fn {pid, _, _, _, _, type, _, _}, {specs, active, sups, workers} ->
          active = if is_pid(pid), do: active + 1, else: active

          if type == :supervisor,
            do: {specs + 1, active, sups + 1, workers},
            else: {specs + 1, active, sups, workers + 1}
        end,
        {0, 0, 0, 0},
        state.children
      )

    {:reply, [specs: specs, active: active, supervisors: sups, workers: workers], state}
  end

  def handle_call({:get_childspec, id}, _from, %{strategy: :simple_one_for_one} = state) do
    [template] = state.children

    if id == elem(template, 1) or :maps.is_key(id, state.dynamics),
      do: {:reply, {:ok, spec_of(template)}, state},
      else: {:reply, {:error, :not_found}, state}
  end

  def handle_call({:get_childspec, id}, _from, state) do
    case find(id, state) do
      false -> {:reply, {:error, :not_found}, state}
      child -> {:reply, {:ok, spec_of(child)}, state}
    end
  end

  def handle_cast({:try_again_restart, id}, state) do
    case find_restarting(id, state) do
      false ->
        {:noreply, state}

      child ->
        case restart(child, state) do
          {:ok, state} -> {:noreply, state}
          {:shutdown, state} -> {:stop, :shutdown, state}
        end
    end
  end

  def handle_info({:EXIT, pid, reason}, state) do
    case child_exited(pid, reason, state) do
      {:ok, state} -> {:noreply, state}
      {:shutdown, state} -> {:stop, :shutdown, state}
    end
  end

  def handle_info(message, state) do
    :logger.error(~c"Supervisor received unexpected message: ~tp~n", [message], %{domain: [:otp], error_logger: %{tag: :error}})

    {:noreply, state}
  end

  def terminate(_reason, %{strategy: :simple_one_for_one} = state) do
    [template] = state.children
    pids = :lists.map(fn {pid, _} -> pid end, dynamics(state))
    :lists.foreach(fn pid -> shutdown(put_elem(template, 0, pid), state.name) end, :lists.filter(&is_pid/1, pids))
  end

  def terminate(_reason, state), do: terminate_all(state.children, state.name)

  def code_change(_old, state, _extra), do: {:ok, state}

  defp dynamics(state), do: :lists.sort(:maps.to_list(state.dynamics))

  defp shown_pid({:restarting, _}), do: :restarting
  defp shown_pid(pid), do: pid

  defp start_new({_, id, _, restart, _, _, _, _} = child, state) do
    case find(id, state) do
      false ->
        case start_one(state.name, child) do
          {:ok, :undefined} when restart == :temporary -> {:reply, {:ok, :undefined}, state}
          {:ok, pid} -> {:reply, {:ok, pid}, append(put_elem(child, 0, pid), state)}
          {:ok, pid, extra} -> {:reply, {:ok, pid, extra}, append(put_elem(child, 0, pid), state)}
          {:error, {:already_started, _} = reason} -> {:reply, {:error, reason}, state}
          {:error, reason} -> {:reply, {:error, {reason, record(child)}}, state}
        end

      {:undefined, _, _, _, _, _, _, _} ->
        {:reply, {:error, :already_present}, state}

      {pid, _, _, _, _, _, _, _} ->
        {:reply, {:error, {:already_started, shown_pid(pid)}}, state}
    end
  end

  # The shape in which OTP shows a child that could not be started.
  defp record({pid, id, start, restart, shutdown, type, modules, significant}),
    do: {:child, pid, id, start, restart, significant, shutdown, type, modules}

  defp spec_of({_, id, start, restart, shutdown, type, modules, significant}) do
    %{
      id: id,
      start: start,
      restart: restart,
      shutdown: shutdown,
      type: type,
      modules: modules,
      significant: significant
    }
  end

  defp find(pid, state) when is_pid(pid) do
    case :lists.keyfind(pid, 1, state.children) do
      false -> :lists.keyfind(pid, 2, state.children)
      child -> child
    end
  end

  defp find(id, state), do: :lists.keyfind(id, 2, state.children)

  defp find_restarting({:dynamic, pid}, state) do
    case :maps.find({:restarting, pid}, state.dynamics) do
      {:ok, _args} -> put_elem(:erlang.hd(state.children), 0, {:restarting, pid})
      :error -> false
    end
  end

  defp find_restarting(id, state) do
    case :lists.keyfind(id, 2, state.children) do
      {{:restarting, _}, _, _, _, _, _, _, _} = child -> child
      _ -> false
    end
  end

  defp update(child, state), do: %{state | children: :lists.keyreplace(elem(child, 1), 2, state.children, child)}
  defp remove(id, state), do: %{state | children: :lists.keydelete(id, 2, state.children)}
  defp append(child, state), do: %{state | children: state.children ++ [child]}

  # A child that ended.

  defp child_exited(pid, reason, %{strategy: :simple_one_for_one} = state) do
    case :maps.is_key(pid, state.dynamics) do
      true -> ended(put_elem(:erlang.hd(state.children), 0, pid), reason, state)
      false -> {:ok, state}
    end
  end

  defp child_exited(pid, reason, state) do
    case :lists.keyfind(pid, 1, state.children) do
      false -> {:ok, state}
      child -> ended(child, reason, state)
    end
  end

  defp ended({_, _, _, :permanent, _, _, _, _} = child, reason, state) do
    report(:child_terminated, reason, child, state.name)
    restart(child, state)
  end

  defp ended({_, _, _, :transient, _, _, _, _} = child, reason, state) do
    if normal?(reason) do
      stay_dead(child, state)
    else
      report(:child_terminated, reason, child, state.name)
      restart(child, state)
    end
  end

  defp ended({_, _, _, :temporary, _, _, _, _} = child, reason, state) do
    unless normal?(reason), do: report(:child_terminated, reason, child, state.name)
    stay_dead(child, state)
  end

  defp normal?(:normal), do: true
  defp normal?(:shutdown), do: true
  defp normal?({:shutdown, _}), do: true
  defp normal?(_), do: false

  defp stay_dead(child, state) do
    state = forget(child, state)

    if auto_shutdown?(child, state) do
      {:shutdown, state}
    else
      {:ok, state}
    end
  end

  # A temporary child is forgotten, a transient one that ended well is kept
  # without a process.
  defp forget({pid, _, _, _, _, _, _, _}, %{strategy: :simple_one_for_one} = state),
    do: %{state | dynamics: :maps.remove(pid, state.dynamics)}

  defp forget({_, id, _, :temporary, _, _, _, _}, state), do: remove(id, state)
  defp forget(child, state), do: update(put_elem(child, 0, :undefined), state)

  defp auto_shutdown?({_, _, _, _, _, _, _, true}, %{auto_shutdown: :any_significant}), do: true

  defp auto_shutdown?({_, _, _, _, _, _, _, true}, %{auto_shutdown: :all_significant} = state) do
    not :lists.any(fn child -> elem(child, 7) and elem(child, 0) != :undefined end, state.children)
  end

  defp auto_shutdown?(_child, _state), do: false

  # Restarting.

  defp restart(child, state) do
    case add_restart(state) do
      {:ok, state} ->
        case restart(state.strategy, child, state) do
          {:ok, state} ->
            {:ok, state}

          {:try_again, state, id} ->
            :gen_server.cast(self(), {:try_again_restart, id})
            {:ok, state}
        end

      {:terminate, state} ->
        :vivarium_trace.gave_up(state.intensity, state.period)
        report(:shutdown, :reached_max_restart_intensity, child, state.name)
        {:shutdown, forget_for_good(child, state)}
    end
  end

  defp forget_for_good({pid, _, _, _, _, _, _, _}, %{strategy: :simple_one_for_one} = state),
    do: %{state | dynamics: :maps.remove(pid, state.dynamics)}

  defp forget_for_good(child, state), do: update(put_elem(child, 0, :undefined), state)

  defp restart(:simple_one_for_one, {pid, _, {mod, fun, base}, _, _, _, _, _} = child, state) do
    {args, dynamics} = :maps.take(pid, state.dynamics)

    case start_one(state.name, put_elem(child, 2, {mod, fun, base ++ args})) do
      {:ok, :undefined} ->
        {:ok, %{state | dynamics: dynamics}}

      {:ok, new} ->
        restarted(child, pid, new, state)
        {:ok, %{state | dynamics: :maps.put(new, args, dynamics)}}

      {:ok, new, _extra} ->
        restarted(child, pid, new, state)
        {:ok, %{state | dynamics: :maps.put(new, args, dynamics)}}

      {:error, reason} ->
        old = old_pid(pid)
        report(:start_error, reason, child, state.name)
        {:try_again, %{state | dynamics: :maps.put({:restarting, old}, args, dynamics)}, {:dynamic, old}}
    end
  end

  defp restart(:one_for_one, {pid, id, _, _, _, _, _, _} = child, state) do
    case start_one(state.name, child) do
      {:ok, new} ->
        restarted(child, pid, new, state)
        {:ok, update(put_elem(child, 0, new), state)}

      {:ok, new, _extra} ->
        restarted(child, pid, new, state)
        {:ok, update(put_elem(child, 0, new), state)}

      {:error, reason} ->
        report(:start_error, reason, child, state.name)
        {:try_again, update(put_elem(child, 0, {:restarting, old_pid(pid)}), state), id}
    end
  end

  defp restart(:rest_for_one, {pid, id, _, _, _, _, _, _}, state) do
    {before, [child | later]} = :lists.splitwith(fn c -> elem(c, 1) != id end, state.children)
    old = [child | later]
    later = terminate_all(later, state.name)
    start_again([put_elem(child, 0, :undefined) | later], before, pid, old, state)
  end

  defp restart(:one_for_all, {pid, id, _, _, _, _, _, _} = child, state) do
    others = :lists.keyreplace(id, 2, state.children, put_elem(child, 0, :undefined))
    start_again(terminate_all(others, state.name), [], pid, state.children, state)
  end

  defp start_again(children, before, pid, old, state) do
    case start_each(children, [], state) do
      {:ok, started} ->
        :lists.foreach(
          fn child ->
            {before_pid, _, _, _, _, _, _, _} = :lists.keyfind(elem(child, 1), 2, old)
            restarted(child, before_pid, elem(child, 0), state)
          end,
          started
        )

        {:ok, %{state | children: before ++ started}}

      {:error, partly, id, _reason} ->
        marked =
          :lists.map(
            fn child -> if elem(child, 1) == id, do: put_elem(child, 0, {:restarting, old_pid(pid)}), else: child end,
            partly
          )

        {:try_again, %{state | children: before ++ marked}, id}
    end
  end

  defp restarted(child, old, new, state) do
    :vivarium_trace.restart(elem(child, 1), old_pid(old), new, elem(state.restarts, 2))
  end

  defp old_pid({:restarting, pid}), do: pid
  defp old_pid(pid), do: pid

  # Restarts within the period, the latest first.
  defp add_restart(state) do
    now = :erlang.monotonic_time(:millisecond)
    from = now - state.period * 1000
    {oldest, newest, count} = in_period(state.restarts, from)
    state = %{state | restarts: {oldest, [now | newest], count + 1}}

    if count + 1 > state.intensity, do: {:terminate, state}, else: {:ok, state}
  end

  # The restarts within the period are a queue: the oldest, oldest first, the
  # newest, newest first, and how many, so that many within a period cost no
  # more each than a few.
  defp in_period({[at | oldest], newest, count}, from) when at < from, do: in_period({oldest, newest, count - 1}, from)
  defp in_period({[], [_ | _] = newest, count}, from), do: in_period({:lists.reverse(newest), [], count}, from)
  defp in_period(restarts, _from), do: restarts

  # Shutting down, the last started first. Gives the children without processes
  # (temporary ones are dropped), in start order.
  defp terminate_all(children, name) do
    terminated =
      :lists.map(
        fn child ->
          if is_pid(elem(child, 0)), do: shutdown(child, name)
          put_elem(child, 0, :undefined)
        end,
        :lists.reverse(children)
      )

    :lists.filter(fn child -> elem(child, 3) != :temporary end, :lists.reverse(terminated))
  end

  defp shutdown({pid, _, _, restart, how, _, _, _} = child, name) when is_pid(pid) do
    case stop_child(pid, how) do
      {:error, reason} ->
        unless reason == :normal and restart != :permanent, do: report(:shutdown_error, reason, child, name)

      :ok ->
        :ok
    end
  end

  defp shutdown(_child, _name), do: :ok

  defp stop_child(pid, how) do
    ref = :erlang.monitor(:process, pid)
    :erlang.unlink(pid)

    receive do
      {:EXIT, ^pid, reason} ->
        :erlang.demonitor(ref, [:flush])
        stopped(reason, how)
    after
      0 -> stop_monitored(pid, ref, how)
    end
  end

  defp stop_monitored(pid, ref, :brutal_kill) do
    :erlang.exit(pid, :kill)

    receive do
      {:DOWN, ^ref, :process, ^pid, :killed} -> :ok
      {:DOWN, ^ref, :process, ^pid, :noproc} -> {:error, :noproc}
      {:DOWN, ^ref, :process, ^pid, reason} -> {:error, reason}
    end
  end

  defp stop_monitored(pid, ref, timeout) do
    :erlang.exit(pid, :shutdown)

    receive do
      {:DOWN, ^ref, :process, ^pid, reason} -> stopped(reason, timeout)
    after
      timeout ->
        :erlang.exit(pid, :kill)

        receive do
          {:DOWN, ^ref, :process, ^pid, reason} -> {:error, reason}
        end
    end
  end

  defp stopped(:shutdown, _how), do: :ok
  defp stopped({:shutdown, _}, _how), do: :ok
  defp stopped(:killed, :brutal_kill), do: :ok
  defp stopped(reason, _how), do: {:error, reason}

  # Reports, of which Logger shows those that are not progress.

  defp report(error, reason, child, name) do
    :logger.error(
      %{
        label: {:supervisor, error},
        report: [supervisor: name, errorContext: error, reason: reason, offender: offender(child)]
      },
      %{domain: [:otp, :sasl], report_cb: &:supervisor.report_cb/2, error_logger: %{tag: :error_report}}
    )
  end

  defp progress(child, name) do
    :logger.info(
      %{label: {:supervisor, :progress}, report: [supervisor: name, started: offender(child)]},
      %{domain: [:otp, :sasl], report_cb: &:supervisor.report_cb/2, error_logger: %{tag: :info_report}}
    )
  end

  defp offender({pid, id, start, restart, shutdown, type, _modules, significant}) do
    [
      pid: shown_pid(pid),
      id: id,
      mfargs: start,
      restart_type: restart,
      significant: significant,
      shutdown: shutdown,
      child_type: type
    ]
  end

  def report_cb(report, _opts), do: :unicode.characters_to_list(["supervisor: ", inspect(report)])

  # For Supervisor: the state as the modules around it may look at it.
  def format_status(%{state: state} = status), do: %{status | state: :maps.remove(:args, state)}
end
