/** The page's wiring: state, views, the loop, the machine. */

import { consoleView } from "./console/console.ts";
import { editorPane } from "./editor/pane.ts";
import { inspectorView } from "./inspector/inspector.ts";
import { lessonMenu } from "./lesson/menu.ts";
import { lessonProse } from "./lesson/prose.ts";
import { themeButton } from "./lesson/theme.ts";
import { startMachine } from "./machine.ts";
import { stageView } from "./stage/stage.ts";
import { localStore, readKept, writeKept } from "./state/kept.ts";
import { alive, initialState, reduce, type Action, type Lesson, type State } from "./state/state.ts";
import { createStore } from "./state/store.ts";
import { mount, type View } from "./state/view.ts";
import { controlsView } from "./timeline/controls.ts";
import { perSecond } from "./timeline/pace.ts";
import { viewsRow } from "./timeline/tabs.ts";

const lessons = JSON.parse(document.getElementById("lessons-data")?.textContent || "[]") as readonly Lesson[];
const storage = localStore();
const store = createStore<State, Action>(initialState(lessons, readKept(storage)), reduce);
const { dispatch } = store;

const slot = <V extends View<State>>(name: string, make: () => V) => {
  const place = document.querySelector<HTMLElement>(`[data-slot="${name}"]`);
  if (!place) throw new Error(`index.html has no slot "${name}"`);
  return mount<State, V>(place, name, make);
};
const stage = slot("stage", () => stageView(store.state, dispatch));
const views = [
  slot("lesson", () => lessonMenu(store.state, dispatch)),
  slot("theme", () => themeButton(store.state, dispatch)),
  slot("prose", () => lessonProse(store.state, dispatch)),
  slot("editor", () => editorPane(store.state, dispatch)),
  slot("console", () => consoleView(store.state)),
  slot("views", () => viewsRow(store.state)),
  slot("inspector", () => inspectorView(store.state, dispatch)),
  slot("timeline", () => controlsView(store.state, dispatch)),
  stage,
];

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

const machine = startMachine({
  batch: (messages) => dispatch({ type: "batch", messages }),
  ready: () => dispatch({ type: "ready" }),
  restarted: () => dispatch({ type: "restarted" }),
  broken: (reason) => dispatch({ type: "broken", reason }),
});

/** How often the machine is asked for details of the selected process, in milliseconds. */
const detailsTime = 400;
let inspected = Number.NEGATIVE_INFINITY;

// Effects: what actions mean for the machine and for what is remembered.
store.listen((action, next, previous) => {
  if (next !== previous) wake();
  writeKept(storage, next, previous);
  switch (action.type) {
    case "run":
      if (next.phase === "running") run(next);
      break;
    case "ready":
      // A run that was asked for while the machine was loading.
      if (next.wanted) dispatch({ type: "run" });
      break;
    case "stop":
      if (alive(previous)) machine.stop();
      break;
    case "lesson":
      if (alive(previous)) machine.stop(true);
      break;
    case "pause":
    case "resume":
    case "step":
      if (alive(next)) machine.request({ do: action.type });
      break;
    case "speed":
      if (alive(next)) machine.request({ do: "speed", perSecond: perSecond(next.speed) });
      break;
    case "select":
      inspect(next);
      break;
    case "kill":
      if (next.selected !== 0) machine.request({ do: "kill", node: next.selected });
      break;
    case "batch":
      // What is told of the selected process stays true.
      if (alive(next) && (next.selected !== previous.selected || performance.now() - inspected > detailsTime)) inspect(next);
      break;
    default:
      break;
  }
});

function inspect({ selected }: State): void {
  inspected = performance.now();
  if (selected !== 0) machine.request({ do: "inspect", node: selected });
}

function run(state: State): void {
  const { source, speed, paused } = state;
  const file = state.lessons.find((l) => l.slug === state.lesson)?.file ?? "program.exs";
  // On a phone the stage is below the editor, and it is what a run is for.
  if (matchMedia("(max-width: 599px)").matches) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    document.querySelector(".v-area-stage")?.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
  }
  machine.request({ do: "run", source, file, perSecond: perSecond(speed), paused }, true);
}
