/** What a run shall pause at: a small panel behind a button. */

import type { Breaks } from "../state/control.ts";
import type { Action, State } from "../state/state.ts";
import { h, type View } from "../state/view.ts";

const kinds: readonly (readonly [kind: "crash" | "restart" | "spawn", label: string])[] = [
  ["crash", "Crash"],
  ["restart", "Restart"],
  ["spawn", "Process started"],
];

/** Makes the button and its panel. */
export function breaksView(state: State, dispatch: (action: Action) => void): View<State> {
  let shown = state.control;
  const set = (change: Partial<Breaks>): void => dispatch({ type: "breaks", breaks: { ...shown.breaks, ...change } });
  const boxes = kinds.map(([kind, label]) => {
    const box = h("input", { type: "checkbox", onchange: () => set({ [kind]: box.checked }) });
    return { kind, box, dom: h("label", {}, box, label) };
  });
  const pattern = h("input", {
    id: "break-pattern", class: "v-ask-field", type: "text", placeholder: "{:add, n} when n > 3", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
    "aria-describedby": "break-problem", onchange: () => set({ pattern: pattern.value.trim() }),
  });
  const problem = h("p", { id: "break-problem", class: "v-ask-problem", role: "alert", hidden: true });
  const panel = h(
    "div",
    { class: "v-breaks", role: "dialog", "aria-label": "Break on", id: "breaks", hidden: true },
    h("p", { class: "v-breaks-head" }, "Pause at"),
    ...boxes.map((b) => b.dom),
    h("label", { for: "break-pattern" }, "Message like"),
    pattern,
    problem,
  );
  const toggle = (open: boolean): void => {
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) boxes[0]?.box.focus();
  };
  const button = h("button", { class: "v-ghost v-break", type: "button", "aria-haspopup": "dialog", "aria-expanded": "false", "aria-controls": "breaks", title: "Pause at a crash, a restart, a message …", onclick: () => toggle(panel.hidden !== false) }, "Break");
  const dom = h("span", { class: "v-breaks-slot" }, button, panel);
  dom.addEventListener("keydown", (event) => {
    if (panel.hidden !== false || event.key !== "Escape") return;
    event.stopPropagation();
    button.focus(); // which also takes over what was typed
    toggle(false);
  });
  const outside = (event: Event): void => {
    if (panel.hidden === false && !dom.contains(event.target as globalThis.Node)) toggle(false);
  };
  addEventListener("pointerdown", outside, true);

  const show = (next: State["control"]): void => {
    shown = next;
    for (const { kind, box } of boxes) box.checked = next.breaks[kind];
    if (document.activeElement !== pattern) pattern.value = next.breaks.pattern;
    problem.textContent = next.breakProblem;
    problem.hidden = next.breakProblem === "";
    pattern.setAttribute("aria-invalid", String(next.breakProblem !== ""));
    const on: boolean = next.breaks.crash || next.breaks.restart || next.breaks.spawn || next.breaks.pattern !== "";
    button.classList.toggle("v-on", on);
    button.setAttribute("aria-label", on ? "Break, on" : "Break");
  };
  show(state.control);

  return {
    dom,
    update(next, previous) {
      if (next.control !== previous.control) show(next.control);
    },
    destroy() {
      removeEventListener("pointerdown", outside, true);
      dom.remove();
    },
  };
}
