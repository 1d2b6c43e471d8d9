/**
 * The deep part of the inspector: what the machine alone knows of the selected process. Its terms open level by level, and
 * nothing of it is asked of the process itself.
 */

import type { Life, Point, Tie } from "../protocol.ts";
import type { Place } from "../state/observer.ts";
import type { Action, State } from "../state/state.ts";
import { h } from "../state/view.ts";
import { messageWord } from "../stage/words.ts";
import { PartTree } from "./part.ts";

/** As many messages can be opened; those behind them are counted. */
const openMessages = 20;

/** What the details say beside what the inspector's rows do. */
const told = new Set(["pid", "name", "status", "initial call", "current function", "traps exits", "heap and stack"]);

const tieWords: Readonly<Record<string, string>> = {
  ancestor: "ancestors", parent: "started by", link: "links", monitor: "monitors", "monitored by": "monitored by", "group leader": "group leader",
};

/** The words for a heap's chart, and its points in a box of 100 by 30. */
export function heapChart(points: readonly Point[]): { readonly path: string; readonly said: string } {
  if (points.length === 0) return { path: "", said: "" };
  const first = points[0]?.time ?? 0;
  const span = Math.max(1e-6, (points.at(-1)?.time ?? 0) - first);
  const most = Math.max(1, ...points.map((p) => p.words));
  const at = (p: Point): string => `${Math.round(((p.time - first) / span) * 1000) / 10} ${Math.round((29 - (p.words / most) * 27) * 10) / 10}`;
  const last = points.at(-1)?.words ?? 0;
  const collections = Math.floor(points.length / 2);
  return {
    path: points.map((p, i) => `${i === 0 ? "M" : "L"}${at(p)}`).join(""),
    said: `${collections} ${collections === 1 ? "collection" : "collections"}, at most ${most.toLocaleString("en")} words, ${last.toLocaleString("en")} after the last`,
  };
}

/** The deep part. */
export class Deep {
  readonly dom = h("div", { class: "v-deep" });
  private readonly sections = new Map<string, { readonly dom: HTMLDetailsElement; readonly body: HTMLElement; readonly count: HTMLElement }>();
  private readonly state: PartTree;
  private readonly dictionary: PartTree;
  private readonly messages: PartTree[] = [];
  private node = 0;
  private details: State["details"] = null;
  private life: Life | null = null;
  private readonly chart = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  private readonly line = document.createElementNS("http://www.w3.org/2000/svg", "path");

  constructor(private readonly dispatch: (action: Action) => void) {
    this.state = new PartTree("", dispatch);
    this.dictionary = new PartTree("", dispatch);
    this.chart.setAttribute("viewBox", "0 0 100 30");
    this.chart.setAttribute("preserveAspectRatio", "none");
    this.chart.setAttribute("role", "img");
    this.chart.setAttribute("class", "v-heap");
    this.line.setAttribute("vector-effect", "non-scaling-stroke");
    this.chart.append(this.line);
    this.section("state", "State").append(this.state.dom);
    this.section("messages", "Messages in full");
    this.section("dictionary", "Dictionary").append(this.dictionary.dom);
    this.section("ties", "Who it has to do with");
    this.section("heap", "Heap");
    this.section("stack", "Stack");
    this.section("info", "Process info");
    this.section("life", "History");
    // What is opened is asked for then, and not before.
    this.sections.get("state")?.dom.addEventListener("toggle", () => this.openTerm("state", this.state));
    this.sections.get("dictionary")?.dom.addEventListener("toggle", () => this.openTerm("dictionary", this.dictionary));
  }

  /** Shows what is known now. */
  update(next: State): void {
    const { details, observer } = next;
    if (next.selected !== this.node) {
      this.node = next.selected;
      this.messages.length = 0;
      this.section("messages").replaceChildren();
      for (const [root, tree] of [["state", this.state], ["dictionary", this.dictionary]] as const) {
        tree.show(this.place(root), "");
        const section = this.sections.get(root);
        if (section) section.dom.open = false;
      }
    }
    this.dom.hidden = !details;
    if (details && details !== this.details) {
      this.details = details;
      this.visible("state", details.hasState);
      this.visible("dictionary", details.hasDictionary);
      this.fillMessages(next, details.messages + details.held);
      this.fillTies(details.ties);
      this.fillStack(details.stack);
      const rows = details.rows.filter((row) => !told.has(row.label));
      this.visible("info", rows.length > 0);
      this.section("info").replaceChildren(h("dl", {}, ...rows.map((row) => h("div", { class: "v-row" }, h("dt", {}, row.label), h("dd", {}, h("bdi", {}, row.value))))));
    }
    const life = observer.life?.node === next.selected ? observer.life : null;
    if (life !== this.life) {
      this.life = life;
      this.fillLife(life);
    }
    this.state.update(next);
    this.dictionary.update(next);
    for (const tree of this.messages) tree.update(next);
  }

  private place(root: Place["root"], place = 0): Place {
    return { node: this.node, root, message: 0, table: 0, place, path: [], from: 0 };
  }

  private section(key: string, title = ""): HTMLElement {
    const known = this.sections.get(key);
    if (known) return known.body;
    const body = h("div", { class: "v-deep-body" });
    const count = h("span", { class: "v-deep-count" });
    const dom = h("details", {}, h("summary", {}, title, count), body);
    this.sections.set(key, { dom, body, count });
    this.dom.append(dom);
    return body;
  }

  private visible(key: string, visible: boolean, count = ""): void {
    const section = this.sections.get(key);
    if (!section) return;
    section.dom.hidden = !visible;
    section.count.textContent = count;
  }

  private openTerm(root: "state" | "dictionary", tree: PartTree): void {
    if (this.sections.get(root)?.dom.open && !tree.open) tree.expand();
  }

  private fillMessages(state: State, count: number): void {
    this.visible("messages", count > 0, String(count));
    const body = this.section("messages");
    const mailbox = state.scene.mailboxes.get(this.node);
    const envelopes = [...(mailbox?.first ?? []), ...(mailbox?.count === mailbox?.first.length ? (mailbox?.held ?? []) : [])];
    const wanted = Math.min(count, openMessages);
    while (this.messages.length > wanted) this.messages.pop()?.dom.remove();
    for (let i = this.messages.length; i < wanted; i++) {
      const tree = new PartTree(String(i + 1), this.dispatch);
      const e = envelopes[i];
      tree.show(this.place("message", i), e ? messageWord(e.shape, e.label) : "…");
      this.messages.push(tree);
    }
    body.replaceChildren(...this.messages.map((tree) => tree.dom), ...(count > wanted ? [h("p", { class: "v-soft" }, `and ${count - wanted} more`)] : []));
  }

  private fillTies(ties: readonly Tie[]): void {
    this.visible("ties", ties.length > 0);
    const kinds = new Map<string, Tie[]>();
    for (const tie of ties) kinds.set(tie.kind, [...(kinds.get(tie.kind) ?? []), tie]);
    this.section("ties").replaceChildren(
      h("dl", {}, ...[...kinds].map(([kind, list]) =>
        h("div", { class: "v-row" }, h("dt", {}, tieWords[kind] ?? kind), h("dd", { class: "v-ties" }, ...list.map((tie) =>
          tie.node === 0 || tie.node === this.node ? h("bdi", {}, tie.name) : h("button", { class: "v-jump", type: "button", onclick: () => this.dispatch({ type: "select", node: tie.node }) }, h("bdi", {}, tie.name)),
        ))),
      )),
    );
  }

  private fillStack(stack: NonNullable<State["details"]>["stack"]): void {
    this.visible("stack", stack.length > 0);
    this.section("stack").replaceChildren(
      h("ol", { class: "v-stack" }, ...stack.map((call) => {
        const where = call.line > 0 ? `${call.own ? "line" : `${call.file}:`} ${call.line}`.replace(": ", ":") : "";
        const text = h("bdi", {}, call.text);
        return h("li", {}, text, " ", call.own ? h("button", { class: "v-jump", type: "button", onclick: () => this.dispatch({ type: "line", line: call.line }) }, where) : h("span", { class: "v-soft" }, where));
      })),
    );
  }

  private fillLife(life: Life | null): void {
    const moments = life?.moments ?? [];
    this.visible("life", moments.length > 0, life && life.lives > 1 ? `${life.lives} lives` : "");
    const rows = moments.map((m) =>
      h("li", { "data-tone": m.tone }, h("button", { class: "v-jump", type: "button", title: "Show this moment", onclick: () => this.dispatch({ type: "seek", seq: m.seq }) }, timeOf(m.time)), " ", h("bdi", {}, m.text)),
    );
    if (life && life.left > 0) rows.unshift(h("li", { class: "v-soft" }, `${life.left.toLocaleString("en")} earlier moments are left out`));
    const list = h("ol", { class: "v-life", tabindex: "0", "aria-label": "History of the process" }, ...rows);
    const body = this.section("life");
    const old = body.firstElementChild;
    const atEnd = !old || old.scrollHeight - old.scrollTop - old.clientHeight < 24;
    const top = old?.scrollTop ?? 0;
    body.replaceChildren(list);
    list.scrollTop = atEnd ? list.scrollHeight : top;
    const { path, said } = heapChart(life?.points ?? []);
    this.visible("heap", path !== "");
    this.line.setAttribute("d", path);
    this.chart.setAttribute("aria-label", said);
    this.section("heap").replaceChildren(this.chart, h("p", { class: "v-soft" }, said));
  }
}

/** A time of the machine: "12.3 ms". */
function timeOf(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds.toFixed(1)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}
