/** A table of which the machine tells a window at a time: as many rows as there are can be scrolled through. */

import type { Sheet, SheetRow } from "../protocol.ts";
import { windowRows, type Query } from "../state/observer.ts";
import { h } from "../state/view.ts";
import { cellWord, grouped, type Column } from "./words.ts";

const rowHeight = 30;
/** No browser scrolls much further than this; beyond, a row of the scroll bar stands for several of the table. */
const mostPixels = 12_000_000;

/** What a table tells. */
export interface TableEvents {
  query(change: Partial<Query>): void;
  open(row: SheetRow): void;
}

/** The table. */
export class Grid {
  readonly dom: HTMLElement;
  private readonly head: HTMLElement;
  private readonly body = h("div", { class: "v-grid-rows", role: "rowgroup" });
  private readonly spacer = h("div", { class: "v-grid-space" });
  private readonly scroller: HTMLElement;
  private readonly buttons: HTMLElement[] = [];
  private total = 0;
  private query: Query | undefined;

  constructor(label: string, private readonly columns: readonly Column[], private readonly opens: string, private readonly events: TableEvents) {
    const shares = columns.map((c) => `minmax(0, ${c.share}fr)`).join(" ");
    this.head = h(
      "div",
      { class: "v-grid-row v-grid-head", role: "row", "aria-rowindex": "1" },
      ...columns.map((c) => {
        const cell = h("div", { role: "columnheader", class: `v-td v-td-${c.look}${c.wide ? " v-td-wide" : ""}` });
        if (c.sort === "") cell.append(c.title);
        else {
          const button = h("button", { type: "button", onclick: () => this.sort(c) }, c.title);
          cell.append(button);
        }
        this.buttons.push(cell);
        return cell;
      }),
    );
    this.scroller = h("div", { class: "v-grid-scroll", tabindex: "0", role: "table", "aria-label": label, "aria-rowcount": "1" }, h("div", { role: "rowgroup", class: "v-grid-top" }, this.head), this.spacer);
    this.spacer.append(this.body);
    this.dom = h("div", { class: "v-grid" }, this.scroller);
    this.dom.style.setProperty("--columns", shares);
    this.dom.style.setProperty("--columns-few", columns.filter((c) => !c.wide).map((c) => `minmax(0, ${c.share}fr)`).join(" "));
    let wanted: number | undefined;
    this.scroller.addEventListener("scroll", () => {
      if (wanted !== undefined) return;
      wanted = requestAnimationFrame(() => {
        wanted = undefined;
        this.scrolled();
      });
    });
  }

  /** Shows a window of rows. */
  show(sheet: Sheet | undefined, query: Query): void {
    const restarted = this.query !== undefined && (query.sort !== this.query.sort || query.descending !== this.query.descending || query.filter !== this.query.filter || query.table !== this.query.table);
    this.query = query;
    this.columns.forEach((c, i) => {
      const cell = this.buttons[i];
      if (!cell || c.sort === "") return;
      if (c.sort === query.sort) cell.setAttribute("aria-sort", query.descending ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    });
    if (restarted) this.scroller.scrollTop = 0;
    if (!sheet) return;
    this.total = sheet.total;
    this.scroller.setAttribute("aria-rowcount", String(sheet.total + 1));
    this.spacer.style.height = `${Math.max(rowHeight, Math.min(sheet.total * rowHeight, mostPixels))}px`;
    this.body.style.transform = `translateY(${this.top(sheet.from)}px)`;
    const focused = this.body.contains(document.activeElement) ? [...this.body.children].findIndex((row) => row.contains(document.activeElement)) : -1;
    const at = focused >= 0 ? (this.body.children[focused] as HTMLElement).dataset["key"] : undefined;
    this.body.replaceChildren(...(sheet.rows.length > 0 ? sheet.rows.map((row, i) => this.row(row, sheet.from + i)) : [h("p", { class: "v-grid-none" }, query.filter === "" ? "There is nothing here." : "Nothing is like that.")]));
    if (at !== undefined) [...this.body.children].find((row) => (row as HTMLElement).dataset["key"] === at)?.querySelector("button")?.focus({ preventScroll: true });
  }

  private row(row: SheetRow, index: number): HTMLElement {
    const cells = this.columns.map((c, i) => {
      const text = cellWord(row.cells[i] ?? "", c.look);
      const content = h("bdi", {}, text);
      const cell = h("div", { role: "cell", class: `v-td v-td-${c.look}${c.wide ? " v-td-wide" : ""}`, title: text });
      cell.append(i === 0 && this.opens !== "" ? h("button", { type: "button", "aria-label": `${this.opens} ${row.cells[i] ?? ""}`, onclick: () => this.events.open(row) }, content) : content);
      return cell;
    });
    const dom = h("div", { class: "v-grid-row", role: "row", "aria-rowindex": String(index + 2), "data-key": `${row.node} ${row.id}`, "data-node": String(row.node) }, ...cells);
    dom.addEventListener("click", (event) => {
      if (this.opens !== "" && !(event.target as Element).closest("button")) this.events.open(row);
    });
    return dom;
  }

  private sort(c: Column): void {
    const { query } = this;
    if (!query) return;
    // Numbers are looked at from the greatest down, words from A on.
    this.events.query({ sort: c.sort, descending: query.sort === c.sort ? !query.descending : c.look === "count" || c.look === "bytes" });
  }

  /** Where a row lies in the scrolled height. */
  private top(row: number): number {
    const full = this.total * rowHeight;
    if (full <= mostPixels) return row * rowHeight;
    const seen = this.scroller.clientHeight;
    const share = Math.min(1, row / Math.max(1, this.total - seen / rowHeight));
    return Math.min(share * (mostPixels - seen), mostPixels - seen);
  }

  private scrolled(): void {
    const { query } = this;
    if (!query) return;
    const seen = this.scroller.clientHeight;
    const full = this.total * rowHeight;
    const first = full <= mostPixels ? this.scroller.scrollTop / rowHeight : (this.scroller.scrollTop / Math.max(1, mostPixels - seen)) * Math.max(0, this.total - seen / rowHeight);
    const shown = seen / rowHeight;
    // As long as what is seen is there, nothing is asked for.
    if (first >= query.from && first + shown <= query.from + windowRows) return;
    if (query.from + windowRows >= this.total && first >= query.from) return;
    const from = full <= mostPixels ? Math.max(0, Math.floor(first - (windowRows - shown) / 2)) : Math.floor(first);
    if (from !== query.from) this.events.query({ from });
  }
}

/** "3 of 1,024 processes". */
export function countWord(total: number, one: string, many: string): string {
  return `${grouped(total)} ${total === 1 ? one : many}`;
}
