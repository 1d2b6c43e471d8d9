/** The events in sight as a list, in words: what the canvas shows, for screen readers, keyboards and scripts. */

import type { Chart, ChartMark } from "../protocol.ts";
import { h } from "../state/view.ts";
import { rowHeight, rowsInSight, rowY, type Sight } from "./measures.ts";

/** What the list tells the view. */
export interface ListEvents {
  /** The reader came to an event; `go` when the run shall go to it, too. */
  choose(mark: ChartMark, go: boolean): void;
  hover(mark: ChartMark | undefined, event?: PointerEvent): void;
  /** The reader asks what can be done with an event. */
  ask(mark: ChartMark, at: { readonly x: number; readonly y: number }): void;
  why(mark: ChartMark): void;
  /** The reader wants to be at a row that is not known yet: the first, the last, or one further on. */
  far(row: number): void;
  leave(): void;
}

/** The list. It is one stop for the Tab key; arrow keys go from event to event. */
export class EventList {
  readonly dom: HTMLUListElement;
  private readonly items = new Map<string, HTMLLIElement>();
  private chart: Chart | undefined;
  private current = 0;

  constructor(private readonly events: ListEvents) {
    this.dom = h("ul", { class: "v-seq-events", role: "listbox", "aria-label": "Events", tabindex: "0", onkeydown: (event: KeyboardEvent) => this.key(event) });
    this.dom.addEventListener("click", (event) => {
      const mark = this.markOf(event.target);
      if (mark) events.choose(mark, true);
    });
    // Whoever comes by the Tab key is at the first event in sight.
    this.dom.addEventListener("focus", () => {
      const first = this.dom.matches(":focus-visible") && this.current === 0 ? this.markOf(this.dom.firstElementChild) : undefined;
      if (first) events.choose(first, false);
    });
    this.dom.addEventListener("pointermove", (event) => events.hover(this.markOf(event.target), event));
    this.dom.addEventListener("pointerleave", () => events.hover(undefined));
    this.dom.addEventListener("contextmenu", (event) => {
      const mark = this.markOf(event.target);
      if (!mark) return;
      event.preventDefault();
      const box = this.dom.getBoundingClientRect();
      events.ask(mark, { x: event.clientX - box.left, y: event.clientY - box.top });
    });
  }

  /** Brings the list up to date. */
  update(chart: Chart, sight: Sight, current: number): void {
    this.chart = chart;
    this.current = current;
    const { first, last } = rowsInSight(sight);
    const marks = chart.marks.filter((m) => (m.row >= first - 1 && m.row <= last) || m.seq === current);
    const kept = new Set(marks.map(keyOf));
    for (const [key, item] of this.items) {
      if (kept.has(key)) continue;
      item.remove();
      this.items.delete(key);
    }
    marks.forEach((mark, index) => {
      const key = keyOf(mark);
      let item = this.items.get(key);
      if (!item) {
        item = h("li", { role: "option", id: `event-${key}`, "data-key": key });
        this.items.set(key, item);
      }
      const words = wordsOf(mark);
      if (item.textContent !== words) item.textContent = words;
      const chosen = String(mark.seq === current);
      if (item.getAttribute("aria-selected") !== chosen) item.setAttribute("aria-selected", chosen);
      const whole = Number.isInteger(mark.row);
      const high = rowHeight(sight.zoom) * (whole ? 0.92 : 0.36);
      item.style.top = `${rowY(mark.row, { ...sight, top: 0 }) - high / 2}px`;
      item.style.height = `${high}px`;
      if (this.dom.children[index] !== item) this.dom.insertBefore(item, this.dom.children[index] ?? null);
    });
    const active = marks.find((m) => m.seq === current);
    if (active) this.dom.setAttribute("aria-activedescendant", `event-${keyOf(active)}`);
    else this.dom.removeAttribute("aria-activedescendant");
  }

  private markOf(target: EventTarget | null): ChartMark | undefined {
    const key = target instanceof Element ? target.closest<HTMLElement>("[role=option]")?.dataset["key"] : undefined;
    return key === undefined ? undefined : this.chart?.marks.find((m) => keyOf(m) === key);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.chart) return;
    const { marks, rows, first, last } = this.chart;
    const at = marks.findIndex((m) => m.seq === this.current);
    const here = marks[at];
    const go = (mark: ChartMark | undefined, row: number): void => {
      if (mark) this.events.choose(mark, false);
      else if (row >= 0 && row < rows) this.events.far(row);
    };
    /** The next event of the same lane. */
    const along = (step: number): ChartMark | undefined => {
      for (let i = at + step; here && i >= 0 && i < marks.length; i += step) if (marks[i]?.column === here.column) return marks[i];
      return undefined;
    };
    switch (event.key) {
      case "ArrowDown":
        go(at < 0 ? marks[0] : marks[at + 1], last);
        break;
      case "ArrowUp":
        go(at < 0 ? marks.at(-1) : marks[at - 1], first - 1);
        break;
      case "ArrowRight":
        go(along(1), -1);
        break;
      case "ArrowLeft":
        go(along(-1), -1);
        break;
      case "PageDown":
        go(at < 0 ? marks[0] : (marks[at + 10] ?? (last === rows ? marks.at(-1) : undefined)), last);
        break;
      case "PageUp":
        go(at < 0 ? marks[0] : (marks[at - 10] ?? (first === 0 ? marks[0] : undefined)), first - 1);
        break;
      case "Home":
        go(first === 0 ? marks[0] : undefined, 0);
        break;
      case "End":
        go(last === rows ? marks.at(-1) : undefined, rows - 1);
        break;
      case "Enter":
      case " ":
        if (here) this.events.choose(here, true);
        break;
      case "w":
      case "W":
        if (here) this.events.why(here);
        break;
      case "ContextMenu":
        if (here) this.events.ask(here, { x: 60, y: (this.items.get(keyOf(here))?.offsetTop ?? 0) + 20 });
        break;
      case "Escape":
        this.events.leave();
        break;
      default:
        return;
    }
    event.preventDefault();
  }
}

/** An event has one mark, but a lane's local ones, of which one mark stands for several, may share its number's row. */
function keyOf(mark: ChartMark): string {
  return `${mark.seq}${mark.kind === "local" ? "l" : ""}`;
}

/** An event in words, with all of its term where that is known. */
export function wordsOf(mark: ChartMark): string {
  return mark.dim ? `${mark.text} (no part of this past)` : mark.text;
}
