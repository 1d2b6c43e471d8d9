/** Where the visitor is: the lesson, and its steps as dots. */

import type { Action, State } from "../state/state.ts";
import { h, type View } from "../state/view.ts";

/** Makes the header's part. */
export function whereView(state: State, dispatch: (action: Action) => void): View<State> {
  const crumb = h("p", { class: "v-crumb" });
  const dots = h("ol", { class: "v-dots" });
  const nav = h("nav", { "aria-label": "Steps" }, dots);
  const dom = h("div", { class: "v-where-row" }, crumb, nav);
  let buttons: HTMLButtonElement[] = [];

  const build = ({ lesson }: State): void => {
    crumb.replaceChildren(...(lesson.number > 0 ? [h("span", {}, String(lesson.number)), " ", h("b", {}, lesson.title)] : [h("b", {}, lesson.title)]));
    buttons = lesson.steps.map((step, index) =>
      h("button", { type: "button", "aria-label": `Step ${index + 1}: ${step.title}`, title: step.title, onclick: () => dispatch({ type: "turn", step: index }) }),
    );
    dots.replaceChildren(...buttons.map((b) => h("li", {}, b)));
    nav.hidden = lesson.steps.length < 2;
  };
  const show = (next: State): void => {
    buttons.forEach((button, index) => {
      const step = next.lesson.steps[index];
      if (!step) return;
      if (index === next.step) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
      const exercises = step.cells.filter((c) => c.check !== "");
      const done = next.visited.has(`${next.lesson.slug}#${step.id}`) && exercises.every((c) => next.passed.has(c.key));
      button.dataset["done"] = String(done);
    });
  };
  // What was there before the scripts came says the same.
  document.querySelector('[data-slot="where"] > .v-crumb')?.remove();
  build(state);
  show(state);
  return {
    dom,
    update(next, previous) {
      if (next.lesson !== previous.lesson) build(next);
      if (next.lesson !== previous.lesson || next.step !== previous.step || next.visited !== previous.visited || next.passed !== previous.passed) show(next);
    },
    destroy() {
      dom.remove();
    },
  };
}
