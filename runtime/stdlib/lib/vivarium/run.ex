# What happened in the run of a program, for predictions and checks. The
# functions read a record that the machine kept from the program's first
# moment to its last; a process that is asked for is named by its registered name, its
# child id, its pid, or the text with which the stage shows it.
#
# What a message or reason was is known as the stage shows it: as text, cut to
# 40 characters. Where that text is a term without pids, references and
# functions, the term is given instead.
defmodule Vivarium.Run do
  defstruct outcome: :ok, processes: [], by_pid: %{}, messages: [], output: [], restarts: [], links: [], monitors: [], complete?: true, ended: 0

  defmodule Process do
    # pid: its number N in #PID<0.N.0>
    defstruct pid: nil,
              parent: nil,
              script?: false,
              system?: false,
              name: nil,
              names: [],
              child: nil,
              call: nil,
              role: nil,
              module: nil,
              strategy: nil,
              started: 0,
              ended: nil,
              exit: nil,
              crashed?: false,
              traps_exits?: false,
              state: nil,
              slices: 0,
              preempted: 0,
              reductions: 0,
              collections: 0,
              max_mailbox: 0,
              sent: 0,
              received: 0
  end

  defmodule Message do
    # kind: :plain, :call, :cast, :reply, :exit, :down, :timeout ...; at: milliseconds since the start of the program
    defstruct from: nil, to: nil, kind: :plain, content: nil, at: 0, received?: false, received_at: nil, skipped: 0
  end

  @key {__MODULE__, :record}
  @kinds [:plain, :call, :cast, :reply, :exit, :down, :timeout, :system, :io, :ack]

  # Reads the record, for all further questions.
  def load(outcome) do
    :persistent_term.put(@key, build(:vivarium_run.record(), outcome))
  end

  # It is the same for ever, and each process that asks often keeps it.
  def record do
    with :undefined <- :erlang.get(@key) do
      record = :persistent_term.get(@key)
      :erlang.put(@key, record)
      record
    end
  end

  # What the program's last cell came to, {:ok, value}; :error when it came to no end, or is no cell.
  def value, do: :persistent_term.get({__MODULE__, :value}, :error)
  def keep_value(value), do: :persistent_term.put({__MODULE__, :value}, {:ok, value})

  # How it ended

  # :ok, {:error, banner}, {:compile_error, banner}, :waits or :running
  def outcome, do: record().outcome
  def finished?, do: outcome() == :ok
  def waits?, do: outcome() == :waits
  # Milliseconds of the machine's time.
  def duration, do: record().ended
  # Whether every message was recorded; of a very busy run only the counts are complete.
  def complete?, do: record().complete?

  # What it wrote

  # The log is not part of the standard output here, although it is written there.
  def output(device \\ :stdio) when device in [:stdio, :stderr, :log],
    do: for({^device, _, _, text} <- record().output, into: "", do: text)

  def lines(device \\ :stdio), do: device |> output() |> String.split("\n", trim: true)

  def printed?(text_or_regex), do: output() =~ text_or_regex
  def logged?(text_or_regex), do: output(:log) =~ text_or_regex

  def count_lines(text_or_regex), do: Enum.count(lines(), &(&1 =~ text_or_regex))

  # When, in milliseconds since the start, a line with the text was written; nil if never.
  def printed_at(text_or_regex) do
    Enum.find_value(record().output, fn {device, at, _, text} -> device == :stdio and text =~ text_or_regex && at end)
  end

  # Who wrote the text, as id/1 names it; nil if nobody.
  def printed_by(text_or_regex) do
    Enum.find_value(record().output, fn {device, _, pid, text} -> device == :stdio and text =~ text_or_regex && named(pid) end)
  end

  # Processes

  # Those that the program made, in the order of their birth, without the script itself.
  def processes, do: Enum.reject(record().processes, &(&1.script? or &1.system?))

  def script, do: Enum.find(record().processes, & &1.script?)

  # The latest process of a name, child id, pid or text; nil if there was none.
  def process(who), do: record().processes |> Enum.reverse() |> Enum.find(&is?(&1, who))

  # All that were ever called so: a restarted worker is there once a life.
  def lives(who), do: Enum.filter(record().processes, &is?(&1, who))

  def spawned, do: length(processes())
  def existed?(who), do: process(who) != nil

  # Those that still lived when the program had come to its end, the script among them.
  def alive, do: for(p <- record().processes, p.ended == nil, not p.system?, do: id(p))
  def alive?(who), do: Enum.any?(lives(who), &(&1.ended == nil))

  # The most processes that lived at the same time, the script among them.
  def peak do
    record().processes
    |> Enum.reject(& &1.system?)
    |> Enum.flat_map(&[{&1.started, 1} | if(&1.ended, do: [{&1.ended, -1}], else: [])])
    |> Enum.sort()
    |> Enum.scan(0, fn {_, step}, count -> count + step end)
    |> Enum.max(fn -> 0 end)
  end

  # Ends

  # Who ended by an error that nobody caught, in order.
  def crashed, do: for(p <- by_end(), p.crashed?, do: id(p))
  def crashed?(who), do: Enum.any?(lives(who), & &1.crashed?)

  # [{who, reason}] of all processes of the program that ended, in order.
  def exits, do: for(p <- by_end(), not p.script?, do: {id(p), p.exit})
  # The reason of the end of the latest process of that name; nil if it lives.
  def exit_reason(who), do: with(%{exit: reason} <- process(who), do: reason)

  defp by_end, do: record().processes |> Enum.reject(&(&1.ended == nil or &1.system?)) |> Enum.sort_by(& &1.ended)

  # Supervisors

  # The ids of the children that were started again, in order, once for each time.
  def restarted, do: for({_, id, _, _} <- record().restarts, do: id)
  def restarts(id), do: Enum.count(restarted(), &(&1 == id))
  # The children of a supervisor that was given up because of too many restarts.
  def gave_up?(who \\ nil) do
    Enum.any?(record().processes, &(&1.state == :gave_up and (who == nil or is?(&1, who))))
  end

  # Links, monitors, flags

  # [{who, whom}], each link and monitor that ever was.
  def links, do: for({a, b} <- record().links, do: {named(a), named(b)})
  def monitors, do: for({a, b} <- record().monitors, do: {named(a), named(b)})

  def linked?(one, other) do
    Enum.any?(record().links, fn {a, b} -> (pid?(a, one) and pid?(b, other)) or (pid?(a, other) and pid?(b, one)) end)
  end

  def monitored?(watcher, watched), do: Enum.any?(record().monitors, fn {a, b} -> pid?(a, watcher) and pid?(b, watched) end)
  def trapped_exits?(who), do: Enum.any?(lives(who), & &1.traps_exits?)

  # Messages

  # All, or those that fit: messages(from: :a, to: :b, kind: :call, content: 1, received?: false).
  def messages(filter \\ []) do
    Enum.filter(record().messages, fn m ->
      Enum.all?(filter, fn
        {:from, who} -> pid?(m.from, who)
        {:to, who} -> pid?(m.to, who)
        {:content, content} -> content?(m.content, content)
        {key, value} -> Map.fetch!(m, key) == value
      end)
    end)
    |> Enum.map(&%{&1 | from: named(&1.from), to: named(&1.to)})
  end

  # The contents of what a process took out of its mailbox, in that order.
  def received(who) do
    for m <- Enum.sort_by(Enum.filter(record().messages, & &1.received?), & &1.received_at), pid?(m.to, who), do: m.content
  end

  # The contents of what was sent to it and never taken out.
  def unreceived(who), do: for(m <- record().messages, not m.received?, pid?(m.to, who), do: m.content)

  def sent(filter \\ []), do: length(messages(filter))

  # The most messages that waited in its mailbox at the same time.
  def max_mailbox(who), do: who |> lives() |> Enum.map(& &1.max_mailbox) |> Enum.max(fn -> 0 end)

  # Work

  def reductions(who), do: who |> lives() |> Enum.map(& &1.reductions) |> Enum.sum()
  # How often the scheduler took it off because its slice was used up.
  def preempted(who), do: who |> lives() |> Enum.map(& &1.preempted) |> Enum.sum()

  # What a process is called: its name, else its child id, else the text with which the stage shows it.
  def id(%Process{script?: true}), do: :main
  def id(%Process{name: name}) when name != nil, do: name
  def id(%Process{names: [name | _]}), do: name
  def id(%Process{child: {:id, id}}), do: id
  def id(%Process{call: call}), do: call

  defp named(nil), do: nil

  defp named(number) do
    case record().by_pid do
      %{^number => process} -> id(process)
      _ -> nil
    end
  end

  defp pid?(nil, who), do: who == nil

  defp pid?(number, who) do
    case record().by_pid do
      %{^number => process} -> is?(process, who)
      _ -> false
    end
  end

  defp is?(p, %Process{pid: pid}), do: p.pid == pid
  defp is?(p, pid) when is_pid(pid), do: "#PID<0.#{p.pid}.0>" == inspect(pid)
  defp is?(%{script?: true}, :main), do: true
  defp is?(p, who), do: who in p.names or p.child == {:id, who} or p.call == who or (p.module == who and who != nil)

  defp content?(content, %Regex{} = regex), do: is_binary(content) and content =~ regex
  defp content?(content, wanted), do: content == wanted

  # The record

  defp build({events, counts, complete?, finish}, outcome) do
    start = if events == [], do: finish, else: events |> hd() |> elem(3)

    state =
      Enum.reduce(events, %{processes: %{}, order: [], messages: %{}, sends: [], output: [], restarts: [], links: [], monitors: [], start: start}, &event/2)

    counts = Map.new(counts, fn {pid, slices, preempted, reductions, collections, mailbox, sent, received} -> {pid, %{slices: slices, preempted: preempted, reductions: reductions, collections: collections, max_mailbox: mailbox, sent: sent, received: received}} end)

    processes =
      for pid <- Enum.reverse(state.order), do: Map.merge(state.processes[pid], Map.get(counts, pid, %{}))

    outside = for p <- processes, p.system?, into: MapSet.new(), do: p.pid
    ours? = fn pid -> is_map_key(state.processes, pid) and not MapSet.member?(outside, pid) end

    messages =
      for seq <- Enum.reverse(state.sends), m = state.messages[seq], ours?.(m.to), do: m

    %__MODULE__{
      outcome: outcome,
      processes: processes,
      by_pid: Map.new(processes, &{&1.pid, &1}),
      messages: messages,
      output: Enum.reverse(state.output),
      restarts: Enum.reverse(state.restarts),
      links: state.links,
      monitors: state.monitors,
      complete?: complete?,
      ended: ms(finish - start)
    }
  end

  defp ms(microseconds), do: div(microseconds, 1000)

  defp event({kind, seq, cause, time, flag, pid, other, a, _b, text, more}, s) do
    at = ms(time - s.start)

    case kind do
      :spawn -> born(s, pid, other, text, seq)
      :role -> update(s, pid, fn p -> role(p, text, more) end)
      :register -> update(s, pid, fn p -> %{p | name: term(text), names: [term(text) | p.names]} end)
      :unregister -> update(s, pid, fn p -> %{p | name: nil} end)
      :trap_exit -> update(s, pid, fn p -> if a == 1, do: %{p | traps_exits?: true}, else: p end)
      :exit -> update(s, pid, fn p -> %{p | ended: seq, exit: term(text), crashed?: flag == 1} end)
      :state -> update(s, pid, fn p -> %{p | state: term(text)} end)
      :supervise -> update(s, pid, fn p -> %{p | strategy: term(":" <> text)} end)
      :child -> update(s, other, fn p -> %{p | child: {:id, term(text)}} end)
      :restart -> update(%{s | restarts: [{pid, term(text), a, other} | s.restarts]}, other, fn p -> %{p | child: {:id, term(text)}} end)
      :gave_up -> update(s, pid, fn p -> %{p | state: :gave_up} end)
      :link -> %{s | links: [{pid, other} | s.links]}
      :monitor -> %{s | monitors: [{pid, other} | s.monitors]}
      :output -> %{s | output: [{device(s, flag, pid), at, pid, text} | s.output]}
      :send -> sent(s, seq, %Message{from: none(pid), to: none(other), kind: Enum.at(@kinds, flag), content: term(text), at: at})
      :receive -> taken(s, cause, seq, a)
      _ -> s
    end
  end

  # What others than the program's processes write is what the logger writes.
  defp device(_, 1, _), do: :stderr
  defp device(_, 0, 0), do: :stdio
  defp device(s, 0, pid), do: if(is_map_key(s.processes, pid), do: :stdio, else: :log)

  defp none(0), do: nil
  defp none(pid), do: pid

  # Processes that the program did not make, directly or through others, are not its own.
  defp born(s, pid, parent, call, seq) do
    if s.order == [] or is_map_key(s.processes, parent) do
      process = %Process{pid: pid, parent: none(parent), call: call, script?: s.order == [], started: seq, system?: s.order != [] and s.processes[parent].system?}
      %{s | processes: Map.put(s.processes, pid, process), order: [pid | s.order]}
    else
      s
    end
  end

  defp update(s, pid, fun) do
    case s.processes do
      %{^pid => process} -> %{s | processes: %{s.processes | pid => fun.(process)}}
      _ -> s
    end
  end

  defp role(p, "System", _), do: %{p | system?: true}
  defp role(p, role, module), do: %{p | role: role, module: if(module != "", do: term(module))}

  defp sent(s, seq, message), do: %{s | messages: Map.put(s.messages, seq, message), sends: [seq | s.sends]}

  defp taken(s, cause, seq, skipped) do
    case s.messages do
      %{^cause => m} -> %{s | messages: %{s.messages | cause => %{m | received?: true, received_at: seq, skipped: skipped}}}
      _ -> s
    end
  end

  # A text as the term it shows, if it is a literal.
  defp term(text) do
    if String.contains?(text, ["#", "…"]) do
      text
    else
      case Code.string_to_quoted(text, emit_warnings: false) do
        {:ok, quoted} -> literal(quoted, text)
        _ -> text
      end
    end
  end

  defp literal(quoted, text) do
    {:ok, value(quoted)}
  catch
    :no_literal -> text
  else
    {:ok, value} -> value
  end

  defp value(v) when is_atom(v) or is_number(v) or is_binary(v), do: v
  defp value(list) when is_list(list), do: Enum.map(list, &value/1)
  defp value({a, b}), do: {value(a), value(b)}
  defp value({:{}, _, elements}), do: elements |> Enum.map(&value/1) |> List.to_tuple()
  defp value({:%{}, _, pairs}), do: Map.new(pairs, fn {k, v} -> {value(k), value(v)} end)
  defp value({:__aliases__, _, parts}), do: if(Enum.all?(parts, &is_atom/1), do: Module.concat(parts), else: throw(:no_literal))
  defp value({:-, _, [n]}) when is_number(n), do: -n
  defp value(_), do: throw(:no_literal)
end
