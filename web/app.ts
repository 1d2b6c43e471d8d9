/** The page's wiring: state, views, the loop, the machine. */

import { consoleView } from "./console/console.ts";
import { editorPane } from "./editor/pane.ts";
import { inspectorView } from "./inspector/inspector.ts";
import { lessonMenu } from "./lesson/menu.ts";
import { lessonProse } from "./lesson/prose.ts";
import { themeButton } from "./lesson/theme.ts";
import { keepOffline } from "./offline/pwa.ts";
import { startRun } from "./run.ts";
import { siteSource } from "./source.ts";
import { stageView } from "./stage/stage.ts";
import { localStore, readKept, writeKept } from "./state/kept.ts";
import { initialState, reduce, type Action, type Lesson, type State } from "./state/state.ts";
import { createStore } from "./state/store.ts";
import { mount, type View } from "./state/view.ts";
import { controlsView } from "./timeline/controls.ts";
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

startRun(store, { stage, views, source: siteSource, remember: (next, previous) => writeKept(storage, next, previous) });

// On a phone the stage is below the editor, and it is what a run is for.
store.listen((action, next) => {
  if (action.type !== "run" || next.phase !== "running" || !matchMedia("(max-width: 599px)").matches) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  document.querySelector(".v-area-stage")?.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
});

keepOffline();
