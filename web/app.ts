/** The wiring of every page with a stage: state, views, addresses, what is kept. */

import { consoleView } from "./console/console.ts";
import { createAssistant } from "./editor/assistant.ts";
import { startChecker } from "./editor/checker.ts";
import { editorPane } from "./editor/pane.ts";
import { helpButton } from "./help/button.ts";
import { inspectorView } from "./inspector/inspector.ts";
import { articleView } from "./lesson/article.ts";
import type { NotebookPage } from "./lesson/build.ts";
import { createNavigator } from "./lesson/go.ts";
import { noticeView } from "./lesson/notice.ts";
import { readLesson } from "./lesson/read.ts";
import { themeButton } from "./lesson/theme.ts";
import { toolsView } from "./lesson/tools.ts";
import { whereView } from "./lesson/where.ts";
import { keepOffline } from "./offline/pwa.ts";
import { startRun } from "./run.ts";
import { siteSource } from "./source.ts";
import { panelsView } from "./stage/panels.ts";
import { viewsRow } from "./stage/tabs.ts";
import { createKeeper, localStore, readKept } from "./state/kept.ts";
import { initialState, reduce, type Action, type State } from "./state/state.ts";
import { createStore } from "./state/store.ts";
import { mount, type View } from "./state/view.ts";
import { controlsView } from "./timeline/controls.ts";

const article = document.getElementById("lesson");
if (!article) throw new Error("the page has no lesson");
const storage = localStore();
const kept = readKept(storage);
const first = readLesson(article);
const store = createStore<State, Action>(initialState(first, kept), reduce);
const { dispatch } = store;
const keeper = createKeeper(storage, (keeping) => dispatch({ type: "keeping", keeping }));
const navigator = createNavigator({
  store, article, lesson: first, storage,
  // The machine reads notebooks; it is there before anybody can ask for that.
  readNotebook: async (file, text) => JSON.parse(await running.readNotebook(file, text)) as NotebookPage,
});

// Its machine has the pieces that the other one has compiled.
const assistant = createAssistant(() => ({ ...siteSource, code: running.machine.code() }));

const slot = <V extends View<State>>(name: string, make: () => V) => {
  const place = document.querySelector<HTMLElement>(`[data-slot="${name}"]`);
  if (!place) throw new Error(`the page has no slot "${name}"`);
  return mount<State, V>(place, name, make);
};
const stage = slot("stage", () => panelsView(store.state, dispatch));
const views = [
  slot("where", () => whereView(store.state, dispatch)),
  slot("tools", () => toolsView(store.state, navigator)),
  slot("theme", () => themeButton(store.state, dispatch)),
  slot("help", () => helpButton()),
  slot("notice", () => noticeView(store.state, dispatch)),
  articleView(store.state, dispatch, navigator.articleOf),
  slot("editor", () => editorPane(store.state, dispatch, assistant)),
  slot("console", () => consoleView(store.state, dispatch, storage)),
  slot("views", () => viewsRow(store.state, dispatch)),
  slot("inspector", () => inspectorView(store.state, dispatch)),
  slot("timeline", () => controlsView(store.state, dispatch)),
  stage,
];

addEventListener("pagehide", () => keeper.flush());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") keeper.flush();
});

const running = startRun(store, {
  stage,
  views,
  source: siteSource,
  remember(next, previous, action) {
    if (action.type !== "keeping") keeper.changed(next, previous);
    // On a small screen the stage is below the editor, and it is what a run is for.
    if (action.type !== "run" || !matchMedia("(max-width: 1023px)").matches || !document.activeElement?.closest(".v-area-editor")) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    document.querySelector(".v-area-stage")?.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
  },
});
startChecker(store, assistant);
// The front page shows a living system at once; a program that somebody wrote runs when they say so. Whoever begins to
// write wants the stage for themselves.
let living = false;
void navigator.begin().then((own) => {
  if (!own || store.state.lesson.slug !== "" || store.state.drafts.has("")) return;
  dispatch({ type: "run" });
  living = true;
});
store.listen((action, _next, previous) => {
  if (!living) return;
  // The run that waited for the machine is still the same one.
  if (action.type === "edited") dispatch({ type: "stop" });
  living = !(action.type === "edited" || action.type === "stop" || action.type === "lesson" || (action.type === "run" && !previous.wanted));
});

keepOffline();
