/** The line below the code: what is wrong with it, as a count and, opened, as a list in words. */

import type { Diagnostic } from "../protocol.ts";
import { shownProblems, type Action, type State } from "../state/state.ts";
import { h, type View } from "../state/view.ts";
import { words } from "../words.ts";

/** Makes the view; `goTo` shows a problem's place in the code, `tools` stand beside the count. */
export function problemsView(state: State, dispatch: (action: Action) => void, goTo: (diagnostic: Diagnostic) => void, tools: readonly HTMLElement[]): View<State> {
  const list = h("ul", { class: "v-problems-list", "aria-label": words.problems.name, id: "problems", hidden: true });
  const count = h("button", {
    class: "v-problems-count",
    type: "button",
    "aria-expanded": "false",
    "aria-controls": "problems",
    onclick: () => {
      open = !open;
      show();
    },
  });
  const said = h("span", { class: "v-problems-said", "aria-live": "polite" });
  const auto = h("input", { type: "checkbox", onchange: () => dispatch({ type: "autoLoad", on: auto.checked }) });
  const dom = h(
    "div",
    { class: "v-problems" },
    h("div", { class: "v-problems-bar" }, said, count, h("span", { class: "v-sp" }), ...tools, h("label", { class: "v-auto", title: words.editor.autoLoadTitle }, auto, words.editor.autoLoad)),
    list,
  );
  let shown = state;
  let open = false;
  let listed: readonly Diagnostic[] = [];

  const row = (d: Diagnostic): HTMLElement => {
    const where = words.problems.item(words.problems.severity[d.severity], d.file === shown.cell.file ? "" : d.file, d.line);
    const text = h("span", {}, h("b", {}, where), ` ${d.message.trim()}`);
    const mark = h("span", { class: `v-problem-mark v-problem-${d.severity}`, "aria-hidden": "true" }, d.severity === "error" ? "✕" : "!");
    return h("li", {}, d.line > 0 ? h("button", { type: "button", class: "v-problem", onclick: () => goTo(d) }, mark, text) : h("span", { class: "v-problem" }, mark, text));
  };
  const show = (): void => {
    const problems = shownProblems(shown);
    const errors = problems.filter((d) => d.severity === "error").length;
    const { phase, problem } = shown.problems;
    count.hidden = problems.length === 0;
    count.textContent = words.problems.count(errors, problems.length - errors);
    count.classList.toggle("v-has-errors", errors > 0);
    const text = problems.length > 0 ? "" : phase === "checking" ? words.problems.checking : phase === "idle" ? "" : problem !== "" ? words.problems.failed(problem) : words.problems.none;
    if (said.textContent !== text) said.textContent = text;
    said.hidden = text === "";
    auto.checked = shown.autoLoad;
    list.hidden = !open || problems.length === 0;
    count.setAttribute("aria-expanded", String(!list.hidden));
    if (list.hidden || listed === problems) return;
    listed = problems;
    list.replaceChildren(...problems.map(row));
  };
  show();

  return {
    dom,
    update(next) {
      shown = next;
      show();
    },
    destroy() {
      dom.remove();
    },
  };
}
