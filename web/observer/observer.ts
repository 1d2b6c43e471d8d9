/** The Observer: the whole machine in pages of numbers and tables, as :observer shows it. */

import type { Gauges, SheetRow } from "../protocol.ts";
import { PartTree } from "../inspector/part.ts";
import { onMenu } from "../stage/reach.ts";
import { asked, pageNames, sheetKey, type PageName } from "../state/observer.ts";
import type { Action, State } from "../state/state.ts";
import { h, type View } from "../state/view.ts";
import { chart, rates, type Chart } from "./chart.ts";
import { countWord, Grid } from "./table.ts";
import { bytesWord, columns, grouped, pageTitles, shortNumber, timeWord } from "./words.ts";

/** Makes the Observer. */
export function observerView(state: State, dispatch: (action: Action) => void): View<State> {
  return new Observer(state, dispatch);
}

/** What the rows of a page are. */
const counted: Readonly<Record<string, readonly [one: string, many: string]>> = {
  processes: ["process", "processes"], applications: ["process", "processes"], tables: ["table", "tables"], rows: ["row", "rows"], names: ["name", "names"],
  timers: ["timer", "timers"], nodes: ["node", "nodes"],
};

class Observer implements View<State> {
  readonly dom: HTMLElement;
  private state: State;
  private readonly pages: ReadonlyMap<PageName, HTMLButtonElement>;
  private readonly place = h("div", { class: "v-observer-page", role: "tabpanel", id: "observer-page" });
  private readonly tools: HTMLElement;
  private readonly filter: HTMLInputElement;
  private readonly count = h("span", { class: "v-observer-count", role: "status" });
  private readonly back: HTMLButtonElement;
  private readonly grids = new Map<string, Grid>();
  private readonly system: SystemPage;
  private readonly forest = h("ul", { class: "v-forest", role: "tree", "aria-label": "Applications" });
  private readonly row: { readonly dom: HTMLElement; readonly head: HTMLElement; readonly tree: PartTree };
  private shown = "";
  private known: unknown;

  constructor(state: State, private readonly dispatch: (action: Action) => void) {
    this.state = state;
    this.system = new SystemPage();
    this.pages = new Map(
      pageNames.map((page) => [
        page,
        h("button", {
          class: "v-observer-tab", type: "button", role: "tab", id: `observer-${page}`, "aria-controls": "observer-page", onclick: () => dispatch({ type: "page", page }),
          onkeydown: (event: KeyboardEvent) => this.move(event, page),
        }, pageTitles[page]),
      ]),
    );
    let later: ReturnType<typeof setTimeout> | undefined;
    this.filter = h("input", {
      type: "search", class: "v-observer-filter", "aria-label": "Filter", placeholder: "Filter", autocomplete: "off", spellcheck: "false",
      oninput: () => {
        clearTimeout(later);
        later = setTimeout(() => dispatch({ type: "query", change: { filter: this.filter.value } }), 150);
      },
    });
    this.back = h("button", { class: "v-ghost", type: "button", onclick: () => dispatch({ type: "query", change: { table: 0, filter: "" } }) }, "All tables");
    this.tools = h("div", { class: "v-observer-tools" }, this.back, this.filter, this.count);
    const head = h("p", { class: "v-row-head" });
    const tree = new PartTree("row", dispatch);
    this.row = { head, tree, dom: h("section", { class: "v-row-open", "aria-label": "Row", hidden: true }, head, tree.dom) };
    this.dom = h(
      "div",
      { class: "v-observer" },
      h("div", { class: "v-observer-tabs", role: "tablist", "aria-label": "Pages of the Observer" }, ...this.pages.values()),
      this.tools,
      this.place,
    );
    onMenu(this.place, (target, x, y) => {
      const node = Number(target.closest<HTMLElement>("[data-node]")?.dataset["node"] ?? 0);
      if (node === 0) return false;
      dispatch({ type: "menu", menu: { node, message: null, x, y } });
      return true;
    });
    this.forest.addEventListener("click", (event) => this.choose(event.target));
    this.forest.addEventListener("keydown", (event) => this.walk(event));
    this.update(state);
  }

  update(next: State): void {
    this.state = next;
    const { page } = next.observer;
    const { page: asking, query } = asked(next.observer);
    for (const [name, button] of this.pages) {
      button.setAttribute("aria-selected", String(name === page));
      button.tabIndex = name === page ? 0 : -1;
    }
    this.place.setAttribute("aria-labelledby", `observer-${page}`);
    this.tools.hidden = page === "system";
    this.back.hidden = asking !== "rows";
    if (document.activeElement !== this.filter) this.filter.value = query.filter;
    if (this.shown !== asking) {
      this.shown = asking;
      this.known = undefined;
      this.row.dom.hidden = true;
      this.place.replaceChildren(...(page === "system" ? [this.system.dom] : page === "applications" ? [this.forest] : [this.grid(asking).dom, this.row.dom]));
    }
    if (page === "system") {
      if (next.observer.gauges) this.system.show(next.observer.gauges);
      return;
    }
    const sheet = next.observer.sheets.get(sheetKey(asking, asking === "rows" ? query.table : 0));
    const [one, many] = counted[asking] ?? ["row", "rows"];
    this.count.textContent = sheet ? countWord(sheet.total, one, many) : "";
    if (this.row.dom.hidden === false) this.row.tree.update(next);
    const known = JSON.stringify([sheet?.from, query]);
    if (this.known === sheet && this.place.dataset["query"] === known) return;
    this.known = sheet;
    this.place.dataset["query"] = known;
    if (page === "applications") this.plant(sheet?.rows ?? []);
    else this.grid(asking).show(sheet, query);
  }

  destroy(): void {
    this.dom.remove();
  }

  private grid(page: string): Grid {
    const known = this.grids.get(page);
    if (known) return known;
    const opens = { processes: "Inspect", names: "Inspect", timers: "Inspect", tables: "Open", rows: "Open" }[page] ?? "";
    const made = new Grid(page === "rows" ? "Rows" : pageTitles[page as PageName], columns[page] ?? [], opens, {
      query: (change) => this.dispatch({ type: "query", change }),
      open: (row) => this.open(page, row),
    });
    this.grids.set(page, made);
    return made;
  }

  private open(page: string, row: SheetRow): void {
    if (page === "tables") this.dispatch({ type: "query", change: { table: row.id, filter: "" } });
    else if (page === "rows") this.openRow(row);
    else if (row.node !== 0) this.dispatch({ type: "select", node: row.node });
  }

  /** A row of a table, as a term that opens. */
  private openRow(row: SheetRow): void {
    const { table } = this.state.observer.queries.tables;
    this.row.dom.hidden = false;
    this.row.head.textContent = `Row ${grouped(row.id + 1)}`;
    this.row.tree.show({ node: 0, root: "row", message: 0, table, place: row.id, path: [], from: 0 }, row.cells[0] ?? "");
    this.row.tree.expand();
    this.row.tree.update(this.state);
  }

  /** The trees of processes. */
  private plant(rows: readonly SheetRow[]): void {
    const had = this.forest.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["node"] : undefined;
    const items = rows.map((row, i) => {
      const [level = "0", name = "", pid = "", call = ""] = row.cells;
      const item = h(
        "li",
        { role: "treeitem", "aria-level": String(Number(level) + 1), "aria-selected": String(row.node === this.state.selected), "data-node": String(row.node), tabindex: i === 0 ? "0" : "-1" },
        h("b", {}, h("bdi", {}, name)),
        h("span", {}, name === pid ? "" : pid),
        h("code", {}, call),
      );
      item.style.setProperty("--level", level);
      return item;
    });
    this.forest.replaceChildren(...(items.length > 0 ? items : [h("li", { class: "v-grid-none", role: "none" }, "There is nothing here.")]));
    const again = had === undefined ? undefined : items.find((item) => item.dataset["node"] === had);
    if (again) this.focus(again);
  }

  private focus(item: HTMLElement): void {
    for (const other of this.forest.children) (other as HTMLElement).tabIndex = -1;
    item.tabIndex = 0;
    item.focus({ preventScroll: false });
  }

  private choose(target: EventTarget | null): void {
    const item = target instanceof Element ? target.closest<HTMLElement>("[role=treeitem]") : null;
    const node = Number(item?.dataset["node"] ?? 0);
    if (node !== 0) this.dispatch({ type: "select", node });
  }

  private walk(event: KeyboardEvent): void {
    const items = [...this.forest.children] as HTMLElement[];
    const at = items.indexOf(event.target as HTMLElement);
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const level = (item: HTMLElement | undefined): number => Number(item?.getAttribute("aria-level") ?? 0);
    const next = {
      ArrowDown: items[at + 1], ArrowUp: items[at - 1], Home: items[0], End: items.at(-1),
      ArrowRight: level(items[at + 1]) > level(items[at]) ? items[at + 1] : undefined,
      ArrowLeft: items.slice(0, at).findLast((item) => level(item) < level(items[at])),
    }[event.key];
    if (event.key === "Enter" || event.key === " ") this.choose(event.target);
    else if (next) this.focus(next);
    else if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
  }

  /** Arrow keys, Home and End go from page to page. */
  private move(event: KeyboardEvent, from: PageName): void {
    const last = pageNames.length - 1;
    const at = pageNames.indexOf(from);
    const steps: Readonly<Record<string, number>> = { ArrowLeft: at === 0 ? last : at - 1, ArrowRight: at === last ? 0 : at + 1, Home: 0, End: last };
    const next = pageNames[steps[event.key] ?? -1];
    if (next === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.dispatch({ type: "page", page: next });
    this.pages.get(next)?.focus();
  }
}

/** The page of the whole machine. */
class SystemPage {
  readonly dom: HTMLElement;
  private readonly facts = h("dl", { class: "v-gauges" });
  private readonly charts: Readonly<Record<"processes" | "runnable" | "memory" | "reductions" | "messages", Chart>> = {
    processes: chart("Processes"), runnable: chart("Run queues"), memory: chart("Memory"), reductions: chart("Reductions a second"), messages: chart("Messages a second"),
  };
  private known: Gauges | undefined;

  constructor() {
    this.dom = h("div", { class: "v-machine" }, h("div", { class: "v-charts" }, ...Object.values(this.charts).map((c) => c.dom)), this.facts);
  }

  show(g: Gauges): void {
    if (g === this.known) return;
    this.known = g;
    const times = g.samples.map((s) => s.at);
    const last = g.samples.at(-1);
    const line = (name: string, values: readonly number[]) => ({ times, series: [{ name, values }], stacked: false });
    this.charts.processes.show(line("processes", g.samples.map((s) => s.processes)), grouped(g.processes), `${grouped(g.processes)} now`);
    this.charts.runnable.show(line("ready to run", g.samples.map((s) => s.runnable)), grouped(g.runnable), `${grouped(g.runnable)} ready to run; ${g.queues.map((n, i) => `scheduler ${i + 1} has ${n}`).join(", ")}`);
    const kinds = ["processes", "code", "atoms", "binaries", "tables"];
    const now = [g.memoryProcesses, g.memoryCode, g.memoryAtoms, g.memoryBinaries, g.memoryTables];
    this.charts.memory.show(
      { times, series: kinds.map((name, i) => ({ name, values: g.samples.map((s) => s.memory[i] ?? 0) })), stacked: true },
      bytesWord(now.reduce((a, b) => a + b, 0)),
      kinds.map((name, i) => `${name} ${bytesWord(now[i] ?? 0)}`).join(", "),
    );
    const reductions = rates(times, g.samples.map((s) => s.reductions));
    const messages = rates(times, g.samples.map((s) => s.messages));
    this.charts.reductions.show(line("reductions", reductions), shortNumber(reductions.at(-1) ?? 0), `${shortNumber(reductions.at(-1) ?? 0)} a second, ${grouped(last?.reductions ?? g.reductions)} in all`);
    this.charts.messages.show(line("messages", messages), shortNumber(messages.at(-1) ?? 0), `${shortNumber(messages.at(-1) ?? 0)} a second, ${grouped(g.messages)} in all`);
    const facts: readonly (readonly [string, string])[] = [
      ["Machine's time", timeWord(g.time)], ["Processes", grouped(g.processes)], ["Run queues", g.queues.join(" · ")], ["Reductions", grouped(g.reductions)], ["Messages", grouped(g.messages)],
      ["Switches", grouped(g.switches)], ["Timers", grouped(g.timers)], ["Tables", grouped(g.tables)], ["Atoms", grouped(g.atoms)], ["Modules", grouped(g.modules)],
      ...kinds.map((name, i) => [`Memory of ${name}`, bytesWord(now[i] ?? 0)] as const),
    ];
    this.facts.replaceChildren(...facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
  }
}
