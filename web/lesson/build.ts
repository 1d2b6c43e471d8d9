/** Articles for programs and notebooks that are not part of the site: what web/pages/lesson.html is for those that are. */

import { h } from "../state/view.ts";
import type { CellData, LessonData } from "./read.ts";

/** A notebook as the machine reads it: Page in lessons/page.go. Every text that is called HTML is safe to insert. */
export interface NotebookPage {
  readonly title: string;
  readonly intro: readonly NotebookPart[];
  readonly steps: readonly { readonly id: string; readonly title: string; readonly parts: readonly NotebookPart[] }[];
  /** What in it could not be understood. */
  readonly problems: readonly string[];
}

export interface NotebookPart {
  readonly kind: "prose" | "cell" | "foreign";
  readonly html?: string;
  readonly what?: string;
  readonly source?: string;
  readonly cell?: NotebookCell | null;
}

export interface NotebookCell {
  readonly id: string;
  readonly kind: "program" | "support" | "exercise";
  readonly source: string;
  readonly file: string;
  readonly before: readonly { readonly id: string; readonly file: string; readonly source: string }[];
  readonly speed: number;
  readonly view: string;
  readonly seed: number;
  readonly focus: string;
  readonly watch: boolean;
  readonly realTime: boolean;
  readonly schedulers: number;
  readonly value: boolean;
  readonly predict: readonly {
    readonly question: string;
    readonly ask: string;
    readonly choices: readonly { readonly html: string; readonly when: string }[];
    readonly answer: number;
    readonly why: string;
  }[];
  readonly task: { readonly title: string; readonly check: string; readonly solution: string; readonly hints: readonly string[] } | null;
}

/** Makes the article of a single program. */
export function programArticle({ slug, title, file, source, seed = 0, view = "", words }: {
  readonly slug: string;
  readonly title: string;
  readonly file: string;
  readonly source: string;
  readonly seed?: number;
  readonly view?: string;
  readonly words: readonly string[];
}): HTMLElement {
  const cell: CellData = { key: slug, file, source, before: [], pace: -1, view, seed, focus: "", watch: true, realTime: false, schedulers: 0, value: false, predict: [], check: "" };
  return article(
    { slug, number: 0, title, steps: [{ id: "program", cells: [cell] }] },
    h("header", { class: "v-lesson-head" }, h("h1", {}, title)),
    h("section", { "data-step": "", id: "program" }, h("h2", { class: "v-hidden" }, "The program"), ...words.map((w) => h("p", {}, w)), code(slug, source)),
  );
}

/** Makes the article of a notebook. What is wrong in it is said in front of it. */
export function notebookArticle(slug: string, page: NotebookPage): HTMLElement {
  // What is before the first section is a section of its own when something in it runs.
  const headed = page.intro.some((p) => p.kind === "cell");
  const sections = [...(headed ? [{ id: "beginning", title: "Beginning", parts: page.intro }] : []), ...page.steps];
  if (sections.length === 0) sections.push({ id: "beginning", title: "Beginning", parts: [] });
  const cells = sections.flatMap((s) => s.parts).filter((p) => p.cell && p.cell.kind !== "support").length;
  const problems = [...page.problems, ...(cells === 0 ? ["There is no Elixir in this notebook: code that runs is between lines of ```elixir and ```."] : [])];
  const data: LessonData = {
    slug,
    number: 0,
    title: page.title,
    steps: sections.map((s) => ({ id: s.id, cells: s.parts.flatMap((p) => (p.cell && p.cell.kind !== "support" ? [cellData(slug, p.cell)] : [])) })),
  };
  return article(
    data,
    h(
      "header",
      { class: "v-lesson-head" },
      h("h1", {}, page.title),
      ...(problems.length > 0 ? [h("ul", { class: "v-broken", "aria-label": "Problems of the notebook" }, ...problems.map((p) => h("li", {}, p)))] : []),
      h("div", { class: "v-intro" }, ...(headed ? [] : page.intro.flatMap((p) => part(slug, p)))),
    ),
    ...sections.map((s) => h("section", { class: "v-step", "data-step": "", id: s.id }, html(h("h2"), s.title), ...s.parts.flatMap((p) => part(slug, p)))),
  );
}

function article(data: LessonData, ...children: HTMLElement[]): HTMLElement {
  return h("article", { class: "v-prose", id: "lesson", "data-slug": data.slug }, h("script", { type: "application/json", "data-lesson": "" }, JSON.stringify(data)), ...children);
}

function cellData(slug: string, c: NotebookCell): CellData {
  const key = `${slug}/${c.id}`;
  return {
    key, file: c.file, source: c.source, before: c.before.map((b) => ({ key: `${slug}/${b.id}`, file: b.file, source: b.source })),
    pace: c.speed, view: c.view, seed: c.seed, focus: c.focus, watch: c.watch, realTime: c.realTime, schedulers: c.schedulers, value: c.value,
    predict: c.predict.map((p) => ({ ask: p.ask, answer: p.answer, when: p.choices.map((choice) => choice.when) })),
    check: c.task?.check ?? "",
  };
}

function part(slug: string, p: NotebookPart): HTMLElement[] {
  if (p.kind === "foreign") return [h("div", { class: "v-foreign" }, html(h("p"), p.html ?? ""), ...(p.source ? [pre(p.source)] : []))];
  const cell = p.cell;
  if (p.kind === "prose" || !cell) return [html(h("div"), p.html ?? "")];
  if (cell.kind === "support") return [h("details", { class: "v-support" }, h("summary", {}, `Code that this builds on: ${cell.file}`), pre(cell.source))];
  const key = `${slug}/${cell.id}`;
  const { task } = cell;
  return [
    ...(task ? [html(h("h3", { class: "v-task" }), `Exercise: ${task.title}`)] : []),
    ...cell.predict.map((q, index) =>
      h(
        "div",
        { class: "v-predict", "data-for": key, "data-predict": String(index) },
        html(h("div", { class: "v-question" }), q.question),
        h("ol", { class: "v-choices" }, ...q.choices.map((c) => html(h("li", { "data-choice": "" }), c.html))),
        h("div", { class: "v-answer" }, html(h("div", { "data-why": "" }), q.why)),
      ),
    ),
    code(key, cell.source),
    ...(task?.hints ?? []).map((hint, i) => h("details", { class: "v-hint", "data-hint": "", "data-for": key }, h("summary", {}, `Hint ${i + 1}`), html(h("div"), hint))),
    ...(task
      ? [
          h("details", { class: "v-checkcode", "data-check": "", "data-for": key }, h("summary", {}, "The tests"), pre(task.check)),
          h("details", { class: "v-solution", "data-solution": "", "data-for": key }, h("summary", {}, "A solution"), pre(task.solution)),
        ]
      : []),
  ];
}

function code(key: string, source: string): HTMLElement {
  return h("div", { class: "v-cell", "data-for": key }, pre(source));
}

function pre(source: string): HTMLElement {
  return h("pre", { class: "v-code", tabindex: "0" }, h("code", {}, source));
}

function html<E extends HTMLElement>(element: E, text: string): E {
  element.innerHTML = text;
  return element;
}
