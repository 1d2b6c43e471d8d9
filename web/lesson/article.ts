/**
 * Brings a prerendered article to life: one step at a time, questions that can be answered, hints one after the other,
 * the results of checks. What an article says is in its own elements; this only adds to them.
 */

import type { Answer, Test } from "../protocol.ts";
import type { Action, State } from "../state/state.ts";
import { h, type Mounted, type View } from "../state/view.ts";
import { explainTerms } from "./gloss.ts";
import { questionKey, type Cell, type Lesson } from "./model.ts";

type Dispatch = (action: Action) => void;

/** Makes the view of the article that `articleOf` gives for a lesson. */
export function articleView(state: State, dispatch: Dispatch, articleOf: (lesson: Lesson) => HTMLElement): Pick<Mounted<State, View<State>>, "update"> {
  let live = enliven(state, dispatch, articleOf(state.lesson));
  explainTerms(document.body);
  return {
    update(next, previous) {
      if (next.lesson !== previous.lesson) {
        const article = articleOf(next.lesson);
        if (article !== live.article) {
          live.article.replaceWith(article);
          live = enliven(next, dispatch, article);
          document.title = next.lesson.number > 0 ? `${next.lesson.number}. ${next.lesson.title} · Vivarium` : next.lesson.slug === "" ? "Vivarium: see Elixir processes live" : `${next.lesson.title} · Vivarium`;
        } else {
          live.update(next);
        }
        article.parentElement?.scrollTo(0, 0);
        if (matchMedia("(max-width: 1023px)").matches) scrollTo(0, 0);
        return;
      }
      if (next.step !== previous.step) live.top();
      live.update(next);
    },
  };
}

interface Live {
  readonly article: HTMLElement;
  update(state: State): void;
  /** Begins the step at its top. */
  top(): void;
}

/** Articles are enlivened once and kept, so that an open hint is still open when the learner comes back. */
const enlivened = new WeakMap<HTMLElement, Live>();

function enliven(state: State, dispatch: Dispatch, article: HTMLElement): Live {
  const known = enlivened.get(article);
  if (known) {
    known.update(state);
    return known;
  }
  const sections = [...article.querySelectorAll<HTMLElement>("[data-step]")];
  const parts: ((state: State) => void)[] = [];
  const { lesson } = state;

  sections.forEach((section, index) => {
    for (const cell of lesson.steps[index]?.cells ?? []) {
      const of = (kind: string): HTMLElement[] => [...section.querySelectorAll<HTMLElement>(`[data-${kind}]`)].filter((e) => e.dataset["for"] === cell.key);
      for (const element of of("predict")) parts.push(questionPart(element, cell, Number(element.dataset["predict"]), dispatch));
      hintsPart(of("hint"));
      const [solution] = of("solution");
      if (solution) solutionPart(solution, dispatch);
      if (cell.check !== "") parts.push(checkPart(section, of("hint")[0] ?? of("check")[0] ?? null, cell, dispatch));
    }
    if (sections.length > 1) parts.push(turnPart(section, index, lesson, dispatch));
  });

  const head = article.querySelector<HTMLElement>(".v-lesson-head");
  const ends = [...article.querySelectorAll<HTMLElement>(".v-lesson-ends, .v-take")];
  const show = (next: State): void => {
    sections.forEach((section, index) => (section.hidden = index !== next.step));
    // What introduces the lesson stands before its first step, what leads on behind its last.
    head?.classList.toggle("v-brief", next.step > 0);
    for (const end of ends) end.hidden = next.step !== sections.length - 1;
    for (const part of parts) part(next);
  };
  show(state);
  const live: Live = {
    article,
    update: show,
    top() {
      article.parentElement?.scrollTo(0, 0);
    },
  };
  enlivened.set(article, live);
  return live;
}

let questions = 0;

/** A question before the run: choices first; what is right, and why, once the run has answered it. */
function questionPart(element: HTMLElement, cell: Cell, index: number, dispatch: Dispatch): (state: State) => void {
  const key = questionKey(cell, index);
  const asked = element.querySelector<HTMLElement>(".v-question");
  const why = element.querySelector<HTMLElement>("[data-why]");
  // The right choice is marked among the choices.
  why?.querySelector(".v-right")?.remove();
  const name = `predict-${++questions}`;
  const options = [...element.querySelectorAll<HTMLElement>("[data-choice]")].map((choice, at) => {
    const input = h("input", { type: "radio", name, class: "v-hidden", onchange: () => dispatch({ type: "expect", key, choice: at }) });
    const label = h("label", { class: "v-option" }, input, h("span", {}, ...choice.childNodes));
    return { input, label };
  });
  const legend = h("legend", {}, h("span", { class: "v-soft" }, "Before you run: "), ...(asked ? [...asked.childNodes] : []));
  const verdict = h("p", { class: "v-verdict" });
  const result = h("div", { class: "v-result", role: "status" });
  element.replaceChildren(h("fieldset", {}, legend, ...options.map((o) => o.label), result));
  let told: unknown;
  return ({ guesses, answers }) => {
    const guess = guesses.get(key) ?? -1;
    const answer = answers.get(key);
    const answered = answer !== undefined && answer.problem === "" && guess !== -1;
    const right = answered ? answer.choice : -1;
    const state = JSON.stringify([guess, answer]);
    if (state === told) return;
    told = state;
    options.forEach(({ input, label }, at) => {
      input.checked = at === guess;
      input.disabled = answered;
      label.dataset["verdict"] = answered && at === right ? "right" : answered && at === guess ? "wrong" : "";
    });
    verdict.textContent = verdictOf(guess, answer);
    verdict.dataset["tone"] = answered ? (guess === right ? "right" : "wrong") : "";
    // The reason is that of the program as it was; a changed one may have another answer.
    const reason = answered && why && right === cell.predict[index]?.answer ? [why] : [];
    result.replaceChildren(...(verdict.textContent === "" ? [] : [verdict]), ...reason);
  };
}

function verdictOf(guess: number, answer: Answer | undefined): string {
  if (guess === -1) return answer && answer.problem === "" ? "The run has its answer; what would you have said?" : "";
  if (!answer) return "Run it and see.";
  if (answer.problem !== "") return `The run has no answer: ${answer.problem}`;
  if (answer.choice === -1) return `None of these: the run says ${answer.value}.`;
  return answer.choice === guess ? "Yes." : "Not quite.";
}

/** Hints come one after the other: the next one is there when the one before has been read. */
function hintsPart(hints: readonly HTMLElement[]): void {
  hints.forEach((hint, index) => {
    hint.hidden = index > 0;
    hint.addEventListener("toggle", () => {
      const next = hints[index + 1];
      if (next && (hint as HTMLDetailsElement).open) next.hidden = false;
    });
  });
}

function solutionPart(solution: HTMLElement, dispatch: Dispatch): void {
  const code = solution.querySelector("pre code")?.textContent ?? "";
  solution.append(h("p", {}, h("button", { class: "v-ghost", type: "button", onclick: () => dispatch({ type: "edited", source: code }) }, "Put it into the editor")));
}

/** The exercise's button and what its tests say, one by one. */
function checkPart(section: HTMLElement, before: HTMLElement | null, { key }: Cell, dispatch: Dispatch): (state: State) => void {
  const button = h("button", { class: "v-btn v-check", type: "button", onclick: () => dispatch({ type: "check" }) }, "Check");
  const done = h("span", { class: "v-done" }, "Solved");
  const tests = h("ul", { class: "v-tests" });
  const say = h("p", { class: "v-tests-say", role: "status" });
  const region = h("section", { class: "v-exercise", "aria-label": "Tests" }, h("div", { class: "v-exercise-bar" }, button, done, say), tests);
  // In front of the hints.
  if (before) before.before(region);
  else section.append(region);
  let shown: unknown;
  return ({ cell, check, passed, phase }) => {
    const mine = cell.key === key;
    button.disabled = !mine || phase === "broken" || check.phase === "running";
    done.hidden = !passed.has(key);
    if (!mine || check === shown) return;
    shown = check;
    tests.replaceChildren(
      ...check.tests.map((t) =>
        h(
          "li",
          { "data-outcome": t.state },
          h("span", { class: "v-hidden" }, `${t.state}: `),
          h("b", {}, t.name.replace(/^test /, "")),
          ...(reportOf(t) === "" ? [] : [h("pre", {}, reportOf(t))]),
        ),
      ),
    );
    const good = check.tests.filter((t) => t.state === "passed").length;
    switch (check.phase) {
      case "none":
        say.textContent = "";
        break;
      case "running":
        say.textContent = "Running the tests";
        break;
      case "passed":
        say.textContent = check.tests.length === 1 ? "The test passed." : `All ${check.tests.length} tests passed.`;
        break;
      case "failed":
        say.textContent = [check.tests.length > 0 ? `${good} of ${check.tests.length} tests passed.` : "", check.problem].filter((t) => t !== "").join(" ");
        break;
    }
    say.dataset["phase"] = check.phase;
  };
}

/** What a test that did not pass says, as ExUnit prints it. */
function reportOf({ message, code, left, right }: Test): string {
  return [message, code && `code:  ${code}`, left && `left:  ${left}`, right && `right: ${right}`].filter((line) => line !== "").join("\n");
}

/** The way from step to step. */
function turnPart(section: HTMLElement, index: number, lesson: Lesson, dispatch: Dispatch): (state: State) => void {
  const go = (to: number): void => {
    dispatch({ type: "turn", step: to });
    // The keyboard goes along.
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(lesson.steps[to]?.id ?? "")?.querySelector<HTMLElement>("h2")?.focus()));
  };
  const heading = section.querySelector<HTMLElement>("h2");
  heading?.setAttribute("tabindex", "-1");
  const last = lesson.steps.length - 1;
  const back = h("button", { class: "v-ghost", type: "button", onclick: () => go(index - 1) }, "Back");
  const on = h("button", { class: "v-ghost v-strong", type: "button", onclick: () => go(index + 1) }, "Go on");
  back.hidden = index === 0;
  on.hidden = index === last;
  const bar = h("div", { class: "v-turn" }, back, h("span", { class: "v-soft" }, `${index + 1} of ${last + 1}`), on);
  // It is the last of all, below what leads on from the lesson's last step.
  (section.parentElement ?? section).append(bar);
  return ({ step }) => {
    bar.hidden = step !== index;
  };
}
