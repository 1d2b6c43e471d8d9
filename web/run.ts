/** What every page with a stage does: the loop that draws, and the machine behind the store. */

import { save } from "./lesson/save.ts";
import { startMachine, type Machine, type MachineSource } from "./machine.ts";
import { noBreaks } from "./state/control.ts";
import { asked as askedOf, windowRows } from "./state/observer.ts";
import { acting, alive, programOf, type Action, type State } from "./state/state.ts";
import type { Store } from "./state/store.ts";
import type { Animated, Mounted, View } from "./state/view.ts";
import { perSecond } from "./timeline/pace.ts";

/** A page's parts. */
export interface Parts {
  readonly stage: Mounted<State, View<State> & Animated>;
  /** Every view, the stage too. */
  readonly views: readonly Pick<Mounted<State, View<State>>, "update">[];
  readonly source: MachineSource;
  /** Called after each change, to write down what shall outlive the page. */
  remember(next: State, previous: State, action: Action): void;
}

/** What a page may ask of its machine beyond what actions ask of it. */
export interface Running {
  readonly machine: Machine;
  /** Takes a notebook apart; the answer is JSON. */
  readNotebook(file: string, text: string): Promise<string>;
}

/** How often the machine is asked for details of the selected process, in milliseconds. */
const detailsTime = 400;

/** How often it is asked for what the Observer shows, in milliseconds, and how many open parts of terms are kept up to date. */
const lookTime = 500;
const openParts = 12;

/** Starts the loop and the machine. */
export function startRun(store: Store<State, Action>, { stage, views, source, remember }: Parts): Running {
  const { dispatch } = store;

  // The one loop. Each frame it reads the layout, then writes: what has changed, then the stage's picture.
  let shown = store.state;
  let asked = false;
  const wake = (): void => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(frame);
  };
  const frame = (now: number): void => {
    asked = false;
    const { state } = store;
    stage.guard((view) => view.measure());
    if (state !== shown) {
      const previous = shown;
      shown = state;
      for (const view of views) view.update(state, previous);
    }
    if (stage.guard((view) => view.draw(now))) wake();
  };
  document.addEventListener("vivarium:wake", wake);
  wake();

  const reading: { resolve(json: string): void; reject(error: Error): void }[] = [];
  const machine = startMachine(
    {
      batch(messages) {
        // Notebooks are answered in the order in which they were sent.
        for (const message of messages) {
          if (message.type === "notebook") reading.shift()?.resolve(message.jSON);
          if (message.type === "savedRun") save("run.vivarium.json", message.file);
        }
        dispatch({ type: "batch", messages });
        if (messages.some((m) => m.type === "reload")) dispatch({ type: "save" });
      },
      ready: () => dispatch({ type: "ready" }),
      restarted: () => dispatch({ type: "restarted" }),
      broken(reason) {
        for (const reader of reading.splice(0)) reader.reject(new Error(reason));
        dispatch({ type: "broken", reason });
      },
    },
    source,
  );

  let inspected = Number.NEGATIVE_INFINITY;
  const inspect = ({ selected }: State): void => {
    inspected = performance.now();
    if (selected !== 0) machine.request({ do: "inspect", node: selected });
  };
  // Where the run is paused, details are asked for once more when it has come to rest at a moment.
  let soon: ReturnType<typeof setTimeout> | undefined;
  const inspectSoon = (): void => {
    clearTimeout(soon);
    soon = setTimeout(() => {
      inspect(store.state);
      look(store.state);
    }, 80);
  };
  // A slider that is dragged asks for a hundred moments a second; one a frame is shown.
  let wantedSeq: number | undefined;
  const seek = (seq: number): void => {
    if (wantedSeq === undefined) {
      requestAnimationFrame(() => {
        if (wantedSeq !== undefined) machine.request({ do: "seek", seq: wantedSeq });
        wantedSeq = undefined;
        inspectSoon();
      });
    }
    wantedSeq = seq;
  };
  const run = (state: State): void => {
    const { cell, speed, paused, check, schedulers, seed } = state;
    const program = { do: "run", ...programOf(state), seed, realTime: cell.realTime, schedulers: schedulers || cell.schedulers, value: cell.value } as const;
    // Nobody watches a check event by event.
    if (check.phase === "running") machine.request({ ...program, check: cell.check, perSecond: 0 }, true);
    else machine.request({ ...program, ask: cell.predict.map(({ ask, when }) => ({ ask, when })), perSecond: perSecond(speed), paused, observe: cell.watch }, true);
  };

  // What the Observer shows stays true: while its tab is open, and the deep part of the inspector while it is.
  let looked = Number.NEGATIVE_INFINITY;
  const look = (state: State): void => {
    looked = performance.now();
    if (state.phase === "loading" || state.phase === "broken" || state.run === 0) return;
    if (state.tab === "observer") {
      if (state.observer.page === "system") {
        machine.request({ do: "gauges" });
      } else {
        const { page, query } = askedOf(state.observer);
        const { sort, descending, filter, from, table } = query;
        machine.request({ do: "sheet", page, sort: page === "rows" ? "" : sort, descending, filter, from, count: windowRows, table });
      }
    }
    if (state.selected !== 0) {
      machine.request({ do: "life", node: state.selected });
      for (const part of [...state.observer.parts.values()].slice(-openParts)) if (part.root !== "row") machine.request({ do: "part", node: part.node, root: part.root, message: part.message, table: part.table, place: part.place, path: part.path, from: part.from });
    }
  };

  // Effects: what actions mean for the machine and for what is remembered.
  store.listen((action, next, previous) => {
    if (next !== previous) wake();
    remember(next, previous, action);
    // Another program is in the editor: what ran before is of no interest.
    // Its machine may be kept for a shell even when it has ended.
    if (next.cell.key !== previous.cell.key && previous.phase !== "loading" && previous.phase !== "idle" && action.type !== "batch") machine.stop(true);
    if (next.tab !== previous.tab && next.phase !== "loading") machine.request({ do: "watch", views: [next.tab] });
    switch (action.type) {
      case "run":
      case "check":
        if (next.phase === "running") run(next);
        break;
      case "ready":
        // A machine that nothing is asked of rehearses; the tree needs nothing of its own.
        if (next.finding.system) machine.request({ do: "system", show: true });
        if (next.crowdBy !== "status") machine.request({ do: "crowd", by: next.crowdBy });
        if (next.tab !== "tree") machine.request({ do: "watch", views: [next.tab] });
        if (next.control.breaks !== noBreaks) machine.request({ do: "breaks", ...next.control.breaks });
        if (next.shell.wanted) dispatch({ type: "shell", width: 80 });
        // A run that was asked for while the machine was loading.
        if (next.wanted) dispatch({ type: next.check.phase === "running" ? "check" : "run" });
        break;
      case "stop":
        if (alive(previous)) machine.stop();
        break;
      case "shell":
        if (next.phase !== "loading" && next.phase !== "broken") machine.request({ do: "shell", width: action.width });
        break;
      case "typed":
        machine.request({ do: "type", text: action.text, shell: action.shell });
        break;
      case "interrupt":
        machine.request({ do: "interrupt" });
        break;
      case "complete":
        machine.request({ do: "complete", id: action.id, text: action.text });
        break;
      case "load":
        if (alive(next)) machine.request({ do: "load", program: programOf(next) });
        break;
      case "pause":
      case "resume":
        if (acting(next)) machine.request({ do: action.type });
        break;
      case "step":
        if (acting(next)) machine.request({ do: "step", by: action.by ?? next.stepBy, node: next.selected });
        inspectSoon();
        break;
      case "stepBack":
        machine.request({ do: "stepBack", by: action.by ?? (next.stepBy === "event" ? "event" : "message") });
        inspectSoon();
        break;
      case "saveRun":
        machine.request({ do: "save" });
        break;
      case "openRun":
        if (next.phase === "running") machine.request({ do: "replay", file: action.file, perSecond: perSecond(next.speed) }, true);
        break;
      case "fork":
        machine.request({ do: "fork", ...(next.source === previous.ran ? {} : { program: programOf(next) }) });
        break;
      case "speed":
        if (acting(next)) machine.request({ do: "speed", perSecond: perSecond(next.speed) });
        break;
      case "showSystem":
        if (next.phase !== "loading") machine.request({ do: "system", show: action.show });
        break;
      case "fold": {
        const node = next.scene.nodes.get(action.node);
        // The node for those that are folded is asked for the same.
        const at = node?.kind === "group" ? next.scene.nodes.get(node.parent) : node;
        if (at && (at === node || at.folded)) machine.request({ do: "fold", node: at.id, fold: !at.folded });
        break;
      }
      case "select":
      case "visit":
        // One of a crowd is made a node of its own before it is looked at.
        if (next.awaited !== 0 && next.awaited !== previous.awaited) machine.request({ do: "reveal", node: next.awaited });
        inspect(next);
        look(next);
        break;
      case "glance":
        machine.request({ do: "glance", x: "x" in action ? action.x : 0, y: "y" in action ? action.y : 0, node: "node" in action ? action.node : 0 });
        break;
      case "crowdBy":
        machine.request({ do: "crowd", by: next.crowdBy });
        break;
      case "tab":
      case "page":
      case "query":
        if (next.observer !== previous.observer || next.tab !== previous.tab) look(next);
        break;
      case "part": {
        const { node, root, message, table, place, path, from } = action.place;
        machine.request({ do: "part", node, root, message, table, place, path, from });
        break;
      }
      case "control":
        if (acting(next)) machine.request({ do: "control", node: action.node, what: action.what, text: action.text ?? "", message: action.message ?? 0 });
        break;
      case "network":
        if (alive(next)) machine.request({ do: "network", what: action.what, a: action.a, b: action.b, latency: action.latency ?? 0 });
        break;
      case "breaks":
        if (next.phase !== "loading") machine.request({ do: "breaks", ...next.control.breaks });
        break;
      case "seek":
        seek(action.seq);
        break;
      case "live":
        machine.request({ do: "live" });
        inspectSoon();
        break;
      case "chart":
        machine.request({ do: "sequence", ...action.request });
        break;
      case "why":
        if (action.of) machine.request({ do: "why", ...action.of });
        break;
      case "batch":
        // What is told of the selected process stays true.
        if ((acting(next)) && (next.selected !== previous.selected || performance.now() - inspected > detailsTime)) inspect(next);
        else if (next.time.current !== previous.time.current && next.paused) inspectSoon();
        if ((alive(next) && performance.now() - looked > lookTime) || next.tab !== previous.tab) look(next);
        break;
      default:
        break;
    }
  });
  return {
    machine,
    readNotebook: (file, text) =>
      new Promise((resolve, reject) => {
        reading.push({ resolve, reject });
        machine.request({ do: "notebook", file, text });
      }),
  };
}
