/** The heads of the lanes, which are dragged or moved by keys, and the list that says which are shown. */

import type { Chart, ChartLane, ChartLife } from "../protocol.ts";
import { kindWord, lifeWord } from "../stage/words.ts";
import { h } from "../state/view.ts";
import { columnAt, headsOf, laneWidth, lifeInSight, margin, type Sight } from "./measures.ts";
import { statusOf } from "./paint.ts";

/** What heads tell the view. */
export interface LaneEvents {
  select(node: number): void;
  hide(lane: number): void;
  /** A column goes to another place. */
  move(from: number, to: number): void;
  /** A lane is held at a place, or let go. */
  drag(lane: ChartLane, x: number | undefined): void;
}

/** A lane's accessible name. */
export function laneName(lane: ChartLane, last: ChartLife | undefined): string {
  const status = statusOf(last);
  return [
    lane.name,
    kindWord(lane.kind),
    ...(last && last.number > 1 ? [lifeWord(last.number)] : []),
    ...(status === "waiting" ? [] : [status === "crashed" ? `crashed: ${last?.reason ?? ""}` : "ended"]),
    ...(lane.group === "" ? [] : [`in ${lane.group}`]),
  ].join(", ");
}

/** The heads. */
export class LaneHeads {
  readonly dom = h("ul", { class: "v-seq-heads", "aria-label": "Lanes" });
  private readonly items = new Map<number, { readonly row: HTMLLIElement; readonly button: HTMLButtonElement }>();
  private lanes = new Map<number, ChartLane>();
  private lifeOf: (lane: ChartLane) => ChartLife | undefined = () => undefined;
  private zoom = 1;
  private shown = 0;
  private held: { readonly id: number; readonly from: number; moved: boolean } | undefined;

  constructor(private readonly events: LaneEvents) {}

  update(chart: Chart, sight: Sight): void {
    const { zoom } = sight;
    this.zoom = zoom;
    this.lifeOf = (lane) => lifeInSight(lane, chart, sight);
    const seen = headsOf(chart, sight);
    this.shown = seen.length;
    this.lanes = new Map(seen.map((l) => [l.id, l]));
    for (const [id, item] of this.items) {
      if (this.lanes.has(id)) continue;
      item.row.remove();
      this.items.delete(id);
    }
    const wide = laneWidth(zoom);
    seen.forEach((lane, index) => {
      const item = this.items.get(lane.id) ?? this.make(lane.id);
      const name = laneName(lane, lifeInSight(lane, chart, sight));
      if (item.button.getAttribute("aria-label") !== name) {
        item.button.setAttribute("aria-label", name);
        item.button.title = `${name}\nDrag it, or press Alt and an arrow key, to move it. Delete hides it.`;
      }
      item.row.style.left = `${margin + lane.column * wide}px`;
      item.row.style.width = `${wide}px`;
      // The list has them in the order in which they are seen; an item that has the focus is not moved about.
      if (this.dom.children[index] !== item.row && !item.row.contains(document.activeElement)) this.dom.insertBefore(item.row, this.dom.children[index] ?? null);
    });
  }

  private make(id: number): { readonly row: HTMLLIElement; readonly button: HTMLButtonElement } {
    const button = h("button", {
      type: "button",
      "aria-keyshortcuts": "Alt+ArrowLeft Alt+ArrowRight Delete",
      onclick: () => {
        const lane = this.lanes.get(id);
        const life = lane && this.lifeOf(lane);
        if (life && !this.held?.moved) this.events.select(life.node);
        this.held = undefined;
      },
      onkeydown: (event: KeyboardEvent) => this.key(event, id),
    });
    button.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.held = { id, from: event.clientX, moved: false };
      button.setPointerCapture(event.pointerId);
    });
    button.addEventListener("pointermove", (event) => {
      const lane = this.lanes.get(id);
      if (this.held?.id !== id || !lane) return;
      if (Math.abs(event.clientX - this.held.from) > 5) this.held.moved = true;
      if (this.held.moved) this.events.drag(lane, this.xOf(event));
    });
    const drop = (event: PointerEvent): void => {
      const lane = this.lanes.get(id);
      if (this.held?.id !== id || !lane || !this.held.moved) return;
      this.events.drag(lane, undefined);
      if (event.type === "pointerup") this.events.move(lane.column, columnAt(this.xOf(event), this.shown, this.zoom));
    };
    button.addEventListener("pointerup", drop);
    button.addEventListener("pointercancel", drop);
    const item = { row: h("li", {}, button), button };
    this.items.set(id, item);
    return item;
  }

  /** Where a pointer is in the whole diagram. */
  private xOf(event: PointerEvent): number {
    return event.clientX - this.dom.getBoundingClientRect().left;
  }

  private key(event: KeyboardEvent, id: number): void {
    const lane = this.lanes.get(id);
    if (!lane) return;
    if (event.key === "Delete" || event.key === "Backspace") this.events.hide(id);
    else if (event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) this.events.move(lane.column, lane.column + (event.key === "ArrowLeft" ? -1 : 1));
    else return;
    event.preventDefault();
  }
}

/** What the list of lanes tells. */
export interface MenuEvents {
  show(lane: number, shown: boolean): void;
  group(on: boolean): void;
  local(on: boolean): void;
}

/** The button "Lanes" with its list: which lanes are shown, and how. */
export class LaneMenu {
  readonly dom: HTMLElement;
  private readonly list = h("ul", { class: "v-seq-lanes-list" });
  private readonly button: HTMLButtonElement;
  private readonly panel: HTMLElement;
  private readonly boxes = new Map<number, { readonly row: HTMLLIElement; readonly box: HTMLInputElement; readonly text: Text }>();

  constructor(private readonly events: MenuEvents) {
    const check = (text: string, change: (on: boolean) => void): HTMLElement => {
      const box = h("input", { type: "checkbox", onchange: () => change(box.checked) });
      return h("label", {}, box, text);
    };
    this.button = h("button", { class: "v-ghost", type: "button", "aria-expanded": "false", "aria-controls": "sequence-lanes", onclick: () => this.open(Boolean(this.panel.hidden)) }, "Lanes");
    this.panel = h(
      "div",
      { class: "v-seq-lanes", id: "sequence-lanes", role: "group", "aria-label": "Which lanes are shown, and how", hidden: true },
      check("Children beside their supervisor", (on) => events.group(on)),
      check("Local events one by one", (on) => events.local(on)),
      this.list,
    );
    this.dom = h("div", { class: "v-seq-lanes-box" }, this.button, this.panel);
    this.dom.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.panel.hidden) return;
      event.preventDefault();
      event.stopPropagation();
      this.open(false);
      this.button.focus();
    });
    this.dom.addEventListener("focusout", (event) => {
      if (event.relatedTarget instanceof Node && !this.dom.contains(event.relatedTarget)) this.open(false);
    });
  }

  /** `hidden` is what the reader wants; the chart may not know of it yet. */
  update(chart: Chart, hidden: readonly number[]): void {
    const ids = new Set(chart.lanes.map((l) => l.id));
    for (const [id, { row }] of this.boxes) {
      if (ids.has(id)) continue;
      row.remove();
      this.boxes.delete(id);
    }
    chart.lanes.forEach((lane, index) => {
      let item = this.boxes.get(lane.id);
      if (!item) {
        const box = h("input", { type: "checkbox", onchange: () => this.events.show(lane.id, box.checked) });
        const text = document.createTextNode("");
        item = { row: h("li", {}, h("label", {}, box, text)), box, text };
        this.boxes.set(lane.id, item);
      }
      item.box.checked = !hidden.includes(lane.id);
      if (item.text.data !== lane.name) item.text.data = lane.name;
      if (this.list.children[index] !== item.row && !item.row.contains(document.activeElement)) this.list.insertBefore(item.row, this.list.children[index] ?? null);
    });
    const text = hidden.length === 0 ? "Lanes" : `Lanes (${hidden.length} hidden)`;
    if (this.button.textContent !== text) this.button.textContent = text;
  }

  private open(yes: boolean): void {
    this.panel.hidden = !yes;
    this.button.setAttribute("aria-expanded", String(yes));
  }
}
