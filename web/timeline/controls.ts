/** The controls below the stage: pause, step, speed, and one sentence on what happens. */

import { alive, type Action, type State } from "../state/state.ts";
import { h, icon, type View } from "../state/view.ts";
import { breaksView } from "./breaks.ts";
import { paceWord } from "./pace.ts";

const pauseIcon = '<path d="M5.5 3.5v9M10.5 3.5v9" stroke-width="2.6"/>';
const playIcon = '<path d="M5 3.2l7.5 4.8L5 12.8z" fill="currentColor"/>';
const stepIcon = '<path d="M4 3.5L9 8l-5 4.5M12 3.5v9"/>';

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
    title: "Go on to the next message",
    onclick: () => dispatch(alive(shown) ? { type: "step" } : { type: "run", paused: true }),
  });
  step.append(icon(stepIcon));
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
    h("div", { class: "v-controls" }, pause, step, phase, h("span", { class: "v-sp" }), breaks.dom, h("label", { class: "v-speed", for: "speed" }, "slow", speed, "fast")),
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
    pause.disabled = !alive(next);
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
      if (next.phase !== previous.phase || next.paused !== previous.paused || next.speed !== previous.speed || next.wanted !== previous.wanted) show(next);
      shown = next;
      breaks.update(next, previous);
      if (next.narration !== previous.narration) tell();
    },
    destroy() {
      clearTimeout(later);
      breaks.destroy();
      dom.remove();
    },
  };
}

function phaseWord(state: State): string {
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
