/** What there is to say about one event: a card for the one the reader is at, a tip under the pointer, and a menu. */

import type { ChartMark } from "../protocol.ts";
import { messageWord } from "../stage/words.ts";
import { h, icon } from "../state/view.ts";

/** What can be done with an event. */
export interface CardEvents {
  why(mark: ChartMark): void;
  go(mark: ChartMark): void;
  select(node: number): void;
  close(): void;
}

/** The whole term of an event, as far as it is known. */
export function termOf(mark: ChartMark): string {
  switch (mark.kind) {
    case "send":
    case "deliver":
    case "take":
    case "fire":
      return messageWord(mark.shape, mark.whole === "" ? mark.label : mark.whole);
    case "exit":
    case "spawn":
      return mark.whole;
    default:
      return "";
  }
}

/** When an event happened: 0.42 s. */
export function timeWord(milliseconds: number): string {
  return milliseconds < 1 ? `${Math.round(milliseconds * 1000)} µs` : milliseconds < 1000 ? `${(Math.round(milliseconds * 10) / 10).toString()} ms` : `${(Math.round(milliseconds / 10) / 100).toString()} s`;
}

export class EventCard {
  readonly dom: HTMLElement;
  readonly tip = h("div", { class: "v-seq-tip", "aria-hidden": "true", hidden: true });
  readonly menuDom: HTMLElement;
  private readonly text = h("p", { class: "v-seq-sentence" });
  private readonly term = h("pre", { class: "v-seq-term", tabindex: "0" });
  private readonly when = h("span", { class: "v-soft" });
  private readonly inspect: HTMLButtonElement;
  private mark: ChartMark | undefined;
  private asked: ChartMark | undefined;

  constructor(events: CardEvents) {
    const act = (word: string, title: string, run: (mark: ChartMark) => void): HTMLButtonElement =>
      h("button", { class: "v-ghost", type: "button", title, onclick: () => this.mark && run(this.mark) }, word);
    const close = h("button", { class: "v-inspector-close", type: "button", "aria-label": "Close the event", onclick: () => events.close() });
    close.append(icon('<path d="M4 4l8 8M12 4l-8 8"/>'));
    this.inspect = act("Inspect", "Show its process", (mark) => events.select(mark.node));
    this.dom = h(
      "section",
      { class: "v-seq-card", "aria-label": "Event", hidden: true },
      h("div", { class: "v-seq-card-head" }, this.text, this.when, close),
      this.term,
      h("div", { class: "v-acts" }, act("Why?", "Leave only what led to it (W)", (mark) => events.why(mark)), act("Go there", "Show the moment after it (Enter)", (mark) => events.go(mark)), this.inspect),
    );
    const item = (word: string, run: (mark: ChartMark) => void): HTMLButtonElement =>
      h("button", { class: "v-menu-item", role: "menuitem", type: "button", onclick: () => {
        const mark = this.asked;
        this.closeMenu(true);
        if (mark) run(mark);
      } }, word);
    this.menuDom = h(
      "div",
      { class: "v-menu-list v-seq-menu", role: "menu", "aria-label": "Event", hidden: true },
      item("Why?", (mark) => events.why(mark)),
      item("Go there", (mark) => events.go(mark)),
      item("Inspect its process", (mark) => events.select(mark.node)),
    );
    this.menuDom.addEventListener("keydown", (event) => {
      const items = [...this.menuDom.querySelectorAll<HTMLElement>("[role=menuitem]")];
      const at = items.indexOf(document.activeElement as HTMLElement);
      if (event.key === "ArrowDown" || event.key === "ArrowUp") items[(at + (event.key === "ArrowDown" ? 1 : items.length - 1)) % items.length]?.focus();
      else if (event.key === "Escape" || event.key === "Tab") this.closeMenu(true);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    this.menuDom.addEventListener("focusout", (event) => {
      if (!(event.relatedTarget instanceof Node && this.menuDom.contains(event.relatedTarget))) this.closeMenu(false);
    });
  }

  /** Shows the event that the reader is at. */
  update(mark: ChartMark | undefined): void {
    this.dom.hidden = mark === undefined;
    if (!mark || mark === this.mark) return;
    this.mark = mark;
    this.text.textContent = mark.text;
    this.when.textContent = [`at ${timeWord(mark.time)}`, mark.line > 0 ? `line ${mark.line}` : ""].filter((s) => s !== "").join(" · ");
    const term = termOf(mark);
    this.term.hidden = term === "";
    this.term.textContent = term;
    this.inspect.hidden = mark.node === 0;
  }

  /** Shows all of what the pointer is on. */
  hover(mark: ChartMark | undefined, event?: PointerEvent, box?: Element): void {
    this.tip.hidden = mark === undefined;
    if (!mark || !event || !box) return;
    const term = termOf(mark);
    this.tip.replaceChildren(h("b", {}, mark.text), ...(term === "" ? [] : [h("code", {}, term)]));
    const r = box.getBoundingClientRect();
    const x = event.clientX - r.left;
    const y = event.clientY - r.top;
    this.tip.style.left = `${Math.min(x + 16, Math.max(0, r.width - 300))}px`;
    this.tip.style.top = y > r.height - 120 ? "auto" : `${y + 18}px`;
    this.tip.style.bottom = y > r.height - 120 ? `${r.height - y + 12}px` : "auto";
  }

  /** Opens the menu for an event. */
  menu(mark: ChartMark, at: { readonly x: number; readonly y: number }): void {
    this.asked = mark;
    this.tip.hidden = true;
    this.menuDom.style.left = `${at.x}px`;
    this.menuDom.style.top = `${at.y}px`;
    this.menuDom.hidden = false;
    this.menuDom.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  }

  private closeMenu(refocus: boolean): void {
    if (this.menuDom.hidden) return;
    this.asked = undefined;
    this.menuDom.hidden = true;
    if (refocus) this.menuDom.parentElement?.querySelector<HTMLElement>("[role=listbox]")?.focus({ preventScroll: true });
  }
}
