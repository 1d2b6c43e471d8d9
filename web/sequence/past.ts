/** The header of a past: what is asked, what is left of the run, the main line of causes in words, and the way back. */

import type { Chart, Narration, Why } from "../protocol.ts";
import { h } from "../state/view.ts";

/** What the header tells the view. */
export interface PastEvents {
  grey(on: boolean): void;
  choose(seq: number): void;
  back(): void;
}

/** The question that a past answers. */
export function question(why: Why): string {
  const last = why.steps.at(-1)?.text.replace(/\.$/, "") ?? "";
  return `Why: ${last}`;
}

/** How much of the run is left. */
export function leftOver(chart: Chart, grey: boolean): string {
  return grey ? "What is grey did not lead to it." : `${chart.acts.toLocaleString("en")} of ${chart.of.toLocaleString("en")} events led to it.`;
}

export class PastHeader {
  readonly dom: HTMLElement;
  private readonly title = h("h3", { class: "v-seq-question" });
  private readonly count = h("span", { class: "v-soft" });
  private readonly steps = h("ol", { class: "v-seq-steps", id: "sequence-steps" });
  private readonly grey: HTMLInputElement;
  private readonly words: HTMLButtonElement;
  private told: readonly Narration[] | undefined;

  constructor(private readonly events: PastEvents) {
    this.words = h("button", { class: "v-ghost", type: "button", "aria-controls": "sequence-steps", onclick: () => this.spell(Boolean(this.steps.hidden)) }, "In words");
    this.spell(true);
    this.grey = h("input", { type: "checkbox", onchange: () => events.grey(this.grey.checked) });
    this.dom = h(
      "section",
      { class: "v-seq-past", "aria-label": "Why?", hidden: true },
      h(
        "div",
        { class: "v-seq-past-head" },
        this.title,
        this.count,
        h("span", { class: "v-sp" }),
        h("label", {}, this.grey, "The rest in grey"),
        this.words,
        h("button", { class: "v-ghost", type: "button", onclick: () => events.back() }, "Show everything"),
      ),
      this.steps,
    );
  }

  /** `room` is the height there is for header and diagram. */
  update(why: Why | undefined, chart: Chart | undefined, grey: boolean, room: number): void {
    if (why && this.dom.hidden) this.spell(room > 440);
    this.dom.hidden = why === undefined;
    if (!why) return;
    this.grey.checked = grey;
    if (this.told !== why.steps) {
      this.told = why.steps;
      this.title.textContent = question(why);
      this.steps.replaceChildren(
        ...why.steps.map((step) => h("li", {}, h("button", { type: "button", "data-tone": step.tone, onclick: () => this.events.choose(step.seq) }, step.text))),
      );
    }
    const text = chart && chart.why === why.seq ? leftOver(chart, grey) : "";
    if (this.count.textContent !== text) this.count.textContent = text;
  }

  /** Shows or hides the main line in words. */
  private spell(yes: boolean): void {
    this.steps.hidden = !yes;
    this.words.setAttribute("aria-expanded", String(yes));
  }
}
