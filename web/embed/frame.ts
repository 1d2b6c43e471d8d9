/** The page in an embed's frame: one program, its stage and its console. It remembers nothing and asks for no storage. */

import { consoleView } from "../console/console.ts";
import { inspectorView } from "../inspector/inspector.ts";
import { soleCell, type Cell, type Lesson } from "../lesson/model.ts";
import { startRun } from "../run.ts";
import { encodeShare } from "../share/link.ts";
import { siteSource } from "../source.ts";
import { panelsView } from "../stage/panels.ts";
import { viewsRow } from "../stage/tabs.ts";
import { nothingKept } from "../state/kept.ts";
import { initialState, reduce, type Action, type State } from "../state/state.ts";
import { createStore } from "../state/store.ts";
import { tabNames } from "../state/tab.ts";
import { h, mount, type View } from "../state/view.ts";
import { controlsView } from "../timeline/controls.ts";
import { placeOf } from "../timeline/pace.ts";
import { findProgram, readAddress, type LessonPrograms } from "./address.ts";
import type { FromFrame, FromHost, Hello, There } from "./options.ts";
import { embedPane } from "./pane.ts";

declare const LESSONS_URL: string;

const root = document.documentElement;
const complaints: string[] = [];

/** The site's own address; the frame lies beside the playground. */
const site = new URL("./", location.href);

/** Puts a look together: what the host's page wishes for. */
const dress = (theme: string | undefined): void => {
  if (theme === "light" || theme === "dark") root.dataset["theme"] = theme;
  else delete root.dataset["theme"];
};

const start = async (): Promise<void> => {
  const wish = await readAddress(location.hash, (property, value) => CSS.supports(property, value));
  complaints.push(...wish.complaints);
  dress(wish.options.theme);
  for (const [property, value] of wish.look) root.style.setProperty(property, value);

  const found = wish.options.lesson === undefined ? undefined : await lessonProgram(wish.options.lesson);
  const lesson = found?.program;
  const original = wish.code ?? lesson?.source ?? "";
  if (original === "" && complaints.length === 0) complaints.push("There is no program here: the address names neither code nor a lesson.");
  const { speed } = wish.options;
  const place = speed === undefined ? (wish.speed ?? (lesson ? placeOf(lesson.pace) : undefined)) : speed === "max" ? 1 : placeOf(Number(speed));
  const title = wish.title || (found?.lesson.title ?? "");
  const cell: Cell = { ...soleCell("embed", lesson?.file ?? wish.file, original), before: lesson?.before ?? [], view: wish.options.tab ?? wish.view ?? lesson?.view ?? "", seed: wish.seed ?? 0 };
  const program: Lesson = { slug: "embed", number: 0, title, steps: [{ id: "program", title, cells: [cell] }] };
  const store = createStore<State, Action>(initialState(program, { ...nothingKept, ...(place === undefined ? {} : { speed: place }) }), reduce);
  const { dispatch } = store;

  const slot = <V extends View<State>>(name: string, make: () => V) => {
    const element = document.querySelector<HTMLElement>(`[data-slot="${name}"]`);
    if (!element) throw new Error(`embed.html has no slot "${name}"`);
    return mount<State, V>(element, name, make);
  };
  const pane = {
    title,
    original,
    playground: async (code: string) => {
      if (found && code === original) return new URL(`${found.lesson.path}.html`, site).href;
      // In the playground a program stands alone.
      const whole = [...cell.before.map((b) => b.source), code].join("\n");
      return new URL(`#${await encodeShare({ code: whole, ...(title ? { title } : {}), speed: store.state.speed })}`, site).href;
    },
  };
  const stage = slot("stage", () => panelsView(store.state, dispatch));
  const views = [
    slot("editor", () => embedPane(store.state, dispatch, pane)),
    slot("console", () => consoleView(store.state, dispatch)),
    slot("views", () => viewsRow(store.state, dispatch)),
    slot("inspector", () => inspectorView(store.state, dispatch)),
    slot("timeline", () => controlsView(store.state, dispatch)),
    stage,
  ];
  const tab = wish.options.tab;
  if (tab !== undefined) {
    if (!(tabNames as readonly string[]).includes(tab)) complaints.push(`There is no view "${tab}" here.`);
  }
  root.style.setProperty("--lines", String(original.split("\n").length));
  root.classList.add("v-embed-fixed");
  document.querySelector(".v-embed-late")?.remove();
  const main = document.querySelector<HTMLElement>("main");
  if (main) main.hidden = false;
  document.querySelector('[data-slot="notice"]')?.append(...complaints.map((text) => h("p", { role: "alert" }, text)));
  for (const text of complaints) console.warn(`Vivarium: ${text}`);

  // The machine is heavy: it is loaded when the host has been clicked, or somebody does something in here.
  let started = false;
  const live = (): void => {
    if (started) return;
    started = true;
    startRun(store, { stage, views, source: siteSource, remember: () => undefined });
  };
  if (wish.live) live();
  else for (const kind of ["pointerdown", "focusin", "keydown"]) addEventListener(kind, live, { once: true, capture: true });

  meetHost({
    run() {
      live();
      dispatch({ type: "run" });
    },
    grow(tell) {
      root.classList.remove("v-embed-fixed");
      if (main) new ResizeObserver(() => tell(main.getBoundingClientRect().height)).observe(main);
    },
    edits(tell) {
      store.listen((_, next, previous) => {
        if (next.source !== previous.source) tell(next.source === original ? null : next.source);
      });
    },
  });
};

/** What the host may ask of the frame. */
interface Asked {
  run(): void;
  grow(tell: (height: number) => void): void;
  edits(tell: (code: string | null) => void): void;
}

/** Tells the page that holds the frame that it is there, and hears what that page wishes; without such a page nothing happens. */
function meetHost(asked: Asked): void {
  if (window.parent === window) return;
  let met = false;
  addEventListener("message", ({ source, data, ports }: MessageEvent<Hello | null>) => {
    const port = ports[0];
    // Only the page around the frame is heard, and only once: the port it brings is all there is to talk over.
    if (met || source !== window.parent || data?.vivarium !== "hello" || !port) return;
    met = true;
    const tell = (message: FromFrame): void => port.postMessage(message);
    port.onmessage = ({ data }: MessageEvent<FromHost>) => {
      if (data.type === "theme") dress(data.theme);
    };
    if (data.grow === true) asked.grow((height) => tell({ type: "height", height }));
    asked.edits((code) => tell({ type: "code", code }));
    if (data.run === true) asked.run();
  });
  // It says nothing that anybody might not know, so it may be said to anybody.
  window.parent.postMessage({ vivarium: "there" } satisfies There, "*");
}

/** Reads a lesson's program from the site. */
async function lessonProgram(name: string): Promise<Exclude<ReturnType<typeof findProgram>, string> | undefined> {
  try {
    const response = await fetch(new URL(LESSONS_URL, import.meta.url));
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    const found = findProgram((await response.json()) as readonly LessonPrograms[], name);
    if (typeof found !== "string") return found;
    complaints.push(found);
  } catch (error) {
    complaints.push(`The lesson "${name}" did not load: ${error instanceof Error ? error.message : String(error)}`);
  }
  return undefined;
}

start().catch((error: unknown) => {
  console.error(error);
  const late = document.querySelector(".v-embed-late") ?? document.body.appendChild(h("p"));
  late.className = "v-broken";
  late.textContent = `Vivarium did not start here: ${error instanceof Error ? error.message : String(error)}`;
});
