/** What a lesson says, and what it asks before the run. */

import type { Action, Question, State } from "../state/state.ts";
import { h, type View } from "../state/view.ts";

/** Makes the text above the editor. */
export function lessonProse(state: State, dispatch: (action: Action) => void): View<State> {
  const title = h("h1");
  const text = h("div", { class: "v-prose-text", tabindex: "0", role: "region", "aria-label": "Lesson" });
  const place = h("div");
  const dom = h("div", { class: "v-prose" }, title, text, place);
  let question: ReturnType<typeof questionView> | undefined;

  const show = (next: State): void => {
    const lesson = next.lessons.find((l) => l.slug === next.lesson);
    title.textContent = lesson?.title ?? "Your program";
    // The lessons' HTML is made by our own build, from our own files.
    text.innerHTML = lesson ? lesson.intro + lesson.prose : "<p>Edit it, run it, and watch its processes.</p>";
    question = lesson?.predict ? questionView(lesson.predict, dispatch) : undefined;
    place.replaceChildren(...(question ? [question.dom] : []));
    question?.update(next);
    text.scrollTop = 0;
  };
  show(state);
  return {
    dom,
    update(next, previous) {
      if (next.lesson !== previous.lesson) show(next);
      else if (next.expected !== previous.expected || next.seen !== previous.seen) question?.update(next);
    },
    destroy() {
      dom.remove();
    },
  };
}

/** A question before the run: choices first; what is right, and why, once the program has shown it. */
function questionView(question: Question, dispatch: (action: Action) => void): { readonly dom: HTMLElement; update(state: State): void } {
  const why = h("p", { class: "v-why", role: "status" });
  const options = question.choices.map((choice, index) => {
    const input = h("input", { type: "radio", name: "predict", class: "v-hidden", onchange: () => dispatch({ type: "expect", choice: index }) });
    const label = h("label", { class: "v-option" }, input);
    label.insertAdjacentHTML("beforeend", `<span>${choice}</span>`);
    return { input, label };
  });
  const legend = h("legend");
  legend.innerHTML = `Before you run: ${question.question}`;
  const dom = h("fieldset", { class: "v-predict" }, legend, ...options.map((o) => o.label), why);
  return {
    dom,
    update({ expected, seen }) {
      const answered = seen && expected !== -1;
      options.forEach(({ input, label }, index) => {
        input.checked = index === expected;
        input.disabled = answered;
        label.dataset["verdict"] = answered && index === question.answer ? "right" : answered && index === expected ? "wrong" : "";
      });
      why.hidden = !answered;
      why.innerHTML = answered ? `<b>${expected === question.answer ? "Yes." : "Not quite."}</b> ${question.why}` : "";
    },
  };
}
