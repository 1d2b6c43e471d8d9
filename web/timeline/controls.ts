/** The controls below the stage: pause, step, speed, seed, the timeline, and one sentence on what happens. */

import { acting, stepLengths, type Action, type State, type StepBy } from "../state/state.ts";
import { h, icon, type View } from "../state/view.ts";
import { breaksView } from "./breaks.ts";
import { paceWord } from "./pace.ts";
import { timelineView } from "./timeline.ts";

const pauseIcon = '<path d="M5.5 3.5v9M10.5 3.5v9" stroke-width="2.6"/>';
const playIcon = '<path d="M5 3.2l7.5 4.8L5 12.8z" fill="currentColor"/>';
const stepIcon = '<path d="M4 3.5L9 8l-5 4.5M12 3.5v9"/>';
const backIcon = '<path d="M12 3.5L7 8l5 4.5M4 3.5v9"/>';
const diceIcon = '<rect x="2.5" y="2.5" width="11" height="11" rx="2.5"/><path d="M5.6 5.6h.01M10.4 5.6h.01M8 8h.01M5.6 10.4h.01M10.4 10.4h.01"/>';

const saveIcon = '<path d="M8 2.5v7.5M4.8 7L8 10.2 11.2 7M3 13.5h10"/>';
const openIcon = '<path d="M8 10.5V3M4.8 6L8 2.8 11.2 6M3 13.5h10"/>';

const lengthWords: Record<StepBy, string> = { message: "a message", event: "an event", line: "a line", slice: "a turn", reduction: "a reduction" };
const lengthTitles: Record<StepBy, string> = {
  message: "Go on to the next message",
  event: "Go on to the next event",
  line: "Go on to the next line of the program, in the selected process if there is one",
  slice: "Go on to the end of a process's turn on its scheduler",
  reduction: "Go on by one function call",
};

/** How long a sentence of the narration stays at least, in milliseconds. */
const sentenceTime = 250;

/** Makes the controls. */
export function controlsView(state: State, dispatch: (action: Action) => void): View<State> {
  let shown = state;
  const pause = h("button", {
    class: "v-icon v-primary",
    type: "button",
    "aria-label": "Pause",
    onclick: () => dispatch({ type: shown.paused ? "resume" : "pause" }),
  });
  const step = h("button", {
    class: "v-icon",
    type: "button",
    "aria-label": "Step",
    onclick: () => dispatch(acting(shown) ? { type: "step" } : { type: "run", paused: true }),
  });
  step.append(icon(stepIcon));
  const back = h("button", { class: "v-icon", type: "button", "aria-label": "Step back", title: "Go back to the message before", onclick: () => dispatch({ type: "stepBack" }) });
  back.append(icon(backIcon));
  const length = h("select", { class: "v-length", "aria-label": "Step by", onchange: () => dispatch({ type: "stepBy", by: stepLengths[length.selectedIndex] ?? "message" }) });
  for (const by of stepLengths) length.append(h("option", { value: by, title: lengthTitles[by] }, lengthWords[by]));
  const seed = h("input", {
    class: "v-seed",
    type: "text",
    inputmode: "numeric",
    pattern: "[0-9]{1,15}",
    "aria-label": "Seed",
    title: "The seed of the interleaving: program, seed and inputs make the run. Enter runs it.",
    onchange: () => setSeed(seed.value),
    onkeydown: (event: KeyboardEvent) => {
      if (event.key !== "Enter") return;
      setSeed(seed.value);
      dispatch({ type: "run" });
    },
  });
  const setSeed = (text: string): void => {
    if (/^[0-9]{1,15}$/.test(text.trim())) dispatch({ type: "seed", seed: Number(text) });
    seed.value = String(shown.seed);
  };
  const another = h("button", {
    class: "v-icon",
    type: "button",
    "aria-label": "Another interleaving",
    title: "Run with another seed: another legal order of what happens at the same time",
    onclick: () => {
      dispatch({ type: "seed", seed: 1 + Math.floor(Math.random() * 9999) });
      dispatch({ type: "run" });
    },
  });
  another.append(icon(diceIcon));
  const save = h("button", { class: "v-icon", type: "button", "aria-label": "Save the run", title: "Save the run as a file: program, seed and what was done to it. It goes the same way again on any computer", onclick: () => dispatch({ type: "saveRun" }) });
  save.append(icon(saveIcon));
  const chosen = h("input", {
    type: "file",
    accept: ".json,application/json",
    hidden: true,
    "aria-label": "File of a run",
    onchange: () => {
      const file = chosen.files?.[0];
      chosen.value = "";
      if (file) void file.text().then((text) => dispatch({ type: "openRun", file: text }));
    },
  });
  const open = h("button", { class: "v-icon", type: "button", "aria-label": "Open a run", title: "Go through a saved run", onclick: () => chosen.click() });
  open.append(icon(openIcon));
  const course = timelineView(state, dispatch);
  const phase = h("span", { class: "v-phase" });
  const breaks = breaksView(state, dispatch);
  const speed = h("input", {
    type: "range",
    id: "speed",
    min: "0",
    max: "100",
    step: "1",
    "aria-label": "Speed",
    oninput: () => dispatch({ type: "speed", speed: Number(speed.value) / 100 }),
  });
  const narration = h("p", { class: "v-narration", role: "status", "aria-live": "polite", "aria-label": "Narration" });
  const dom = h(
    "div",
    { class: "v-time" },
    h("div", { class: "v-controls" }, back, pause, step, length, phase, h("span", { class: "v-sp" }), h("span", { class: "v-seeds" }, h("label", { class: "v-seed-word" }, "seed ", seed), another, save, open, chosen), breaks.dom, h("label", { class: "v-speed", for: "speed" }, "slow", speed, "fast")),
    course.dom,
    narration,
  );

  // At full speed there is a sentence for every frame; nobody reads that, and a screen reader would never come to rest.
  let told = Number.NEGATIVE_INFINITY;
  let later: ReturnType<typeof setTimeout> | undefined;
  const tell = (): void => {
    clearTimeout(later);
    const wait = told + sentenceTime - performance.now();
    if (wait > 0 && shown.narration !== "") {
      later = setTimeout(tell, wait);
      return;
    }
    told = performance.now();
    narration.textContent = shown.narration;
  };

  const show = (next: State): void => {
    shown = next;
    pause.disabled = !acting(next);
    back.disabled = next.time.last === 0;
    length.value = next.stepBy;
    step.title = lengthTitles[next.stepBy];
    if (document.activeElement !== seed) seed.value = String(next.seed);
    save.disabled = next.time.last === 0;
    open.disabled = next.phase === "loading" || next.phase === "broken";
    another.disabled = next.phase === "loading" || next.phase === "broken";
    pause.setAttribute("aria-pressed", String(next.paused));
    pause.title = next.paused ? "Go on" : "Pause";
    pause.replaceChildren(icon(next.paused ? playIcon : pauseIcon));
    step.disabled = next.phase === "loading" || next.phase === "broken";
    const word = phaseWord(next);
    phase.textContent = word;
    phase.dataset["phase"] = next.paused ? "paused" : next.phase;
    speed.value = String(Math.round(next.speed * 100));
    speed.setAttribute("aria-valuetext", paceWord(next.speed));
    speed.title = paceWord(next.speed);
  };
  show(state);

  return {
    dom,
    update(next, previous) {
      const { time } = next;
      if (next.phase !== previous.phase || next.paused !== previous.paused || next.speed !== previous.speed || next.wanted !== previous.wanted || next.seed !== previous.seed || next.stepBy !== previous.stepBy || time.live !== previous.time.live || (time.last === 0) !== (previous.time.last === 0)) show(next);
      shown = next;
      course.update(next, previous);
      breaks.update(next, previous);
      if (next.narration !== previous.narration) tell();
    },
    destroy() {
      clearTimeout(later);
      course.destroy();
      breaks.destroy();
      dom.remove();
    },
  };
}

function phaseWord(state: State): string {
  if (!state.time.live) return "in the past";
  if (state.paused) return "paused";
  switch (state.phase) {
    case "loading":
      return state.wanted ? "starting" : "loading";
    case "idle":
      return "ready";
    case "running":
      return "running";
    case "waiting":
      return "everything waits";
    case "ended":
      return "ended";
    case "broken":
      return "out of order";
  }
}
