/** The inspector: everything known about the process that is selected. */

import type { Envelope, Node } from "../protocol.ts";
import type { Deep } from "./deep.ts";
import { asks, controllable, controlsOf } from "../state/control.ts";
import { factOf } from "../state/observer.ts";
import type { Scene } from "../state/scene.ts";
import { acting, type Action, type State } from "../state/state.ts";
import { h, icon, type View } from "../state/view.ts";
import { askView } from "./ask.ts";
import { menuView } from "./menu.ts";
import { kindWord, lifeWord, messageWord, statusLine } from "../stage/words.ts";

/** A line of the inspector. */
export interface InspectorRow {
  readonly label: string;
  readonly value: string;
  readonly look: "plain" | "mono" | "bad";
}

/** What of the machine's details is worth a row at once. */
const toldByMachine = ["initial call", "current function"];

/** The selected node; one that is not on the stage is made of what the machine says of it. */
export function selectedNode({ scene, selected, details }: State): Node | undefined {
  const node = scene.nodes.get(selected);
  if (node || selected === 0 || details?.node !== selected) return node;
  const status = factOf(details, "status");
  const name = factOf(details, "name").replace(/^:(?!")/, "");
  return {
    type: "node", id: selected, pid: `0.${selected}.0`, name: name || `0.${selected}.0`, names: name === "" ? [] : [name], kind: "system", behaviour: "", status: statusOf(status), detail: status, state: "",
    parent: 0, supervisor: 0, childId: "", life: 1, trapExit: factOf(details, "traps exits") === "true", frozen: details.frozen, reason: "", before: "", members: 0, crashed: 0, system: true,
    folded: false, oldCode: false, since: 0, until: 0,
  };
}

function statusOf(status: string): Node["status"] {
  if (status === "running" || status === "waiting" || status === "suspended") return status;
  return status === "exiting" ? "exited" : "ready";
}

/** What the inspector says about a node. What the machine was asked for adds to what the scene knows. */
export function inspectorRows(state: State): readonly InspectorRow[] {
  const { scene } = state;
  const node = selectedNode(state);
  if (!node) return [];
  const rows: InspectorRow[] = [];
  const row = (label: string, value: string, look: InspectorRow["look"] = "plain"): void => {
    if (value !== "") rows.push({ label, value, look });
  };
  const supervision = scene.supervisions.get(node.id);
  row("is", node.kind === "process" || node.kind === "script" ? kindWord(node.kind) : `${kindWord(node.kind)} ${node.behaviour}`.trim());
  if (node.kind === "process") row("runs", node.behaviour, "mono");
  row("does", statusLine(node, undefined), node.status === "crashed" ? "bad" : "plain");
  row("state", node.state, "mono");
  if (node.names.length > 1) row("names", node.names.join(", "));
  if (supervision) {
    row("strategy", supervision.strategy, "mono");
    row("restarts", `${supervision.used} of ${supervision.max} in ${supervision.seconds} s`, supervision.gaveUp ? "bad" : "plain");
  }
  row("supervisor", nameOf(scene, node.supervisor));
  if (node.parent !== node.supervisor) row("started by", nameOf(scene, node.parent));
  row("links", others(scene, node.id, "link"));
  row("monitors", others(scene, node.id, "monitor"));
  row("traps exits", node.trapExit ? "yes" : "");
  const stats = scene.stats.get(node.id);
  if (stats) {
    row("heap", stats.heapBefore > stats.heap ? `${stats.heapBefore} → ${stats.heap} words` : `${stats.heap} words`);
    row("reductions", String(stats.reductions));
    row("sent, received", `${stats.sent}, ${stats.received}`);
  }
  row("before", node.before, "bad");
  // The rest of what the machine knows is in the deep part.
  for (const { label, value } of state.details?.rows ?? []) if (toldByMachine.includes(label)) row(label, value, "mono");
  return rows;
}

function nameOf(scene: Scene, id: number): string {
  return id === 0 ? "" : (scene.nodes.get(id)?.name ?? "");
}

/** The names of those a process is tied to. Monitors point one way. */
function others(scene: Scene, id: number, kind: "link" | "monitor"): string {
  const names: string[] = [];
  for (const edge of scene.edges.values()) {
    const counts = edge.kind === kind || (kind === "link" && edge.kind === "supervises");
    if (!counts) continue;
    if (edge.from === id) names.push(nameOf(scene, edge.to));
    else if (edge.to === id && kind === "link") names.push(nameOf(scene, edge.from));
  }
  const told = [...new Set(names.filter((n) => n !== ""))];
  return told.length > 6 ? `${told.slice(0, 5).join(", ")} and ${told.length - 5} more` : told.join(", ");
}

/** Makes the inspector. It is there while a process is selected; with it come the field and the menu of the controls. */
export function inspectorView(state: State, dispatch: (action: Action) => void): View<State> {
  const title = h("h2");
  const small = h("small");
  const close = h("button", { class: "v-inspector-close", type: "button", "aria-label": "Close the inspector", onclick: () => dispatch({ type: "select", node: 0 }) });
  close.append(icon('<path d="M4 4l8 8M12 4l-8 8"/>'));
  const list = h("dl");
  const mail = h("ul", { class: "v-mail-list", "aria-label": "Mailbox" });
  const held = h("ul", { class: "v-mail-list", "aria-label": "Waiting outside" });
  const acts = h("div", { class: "v-acts", role: "toolbar", "aria-label": "Controls" });
  let deep: Deep | undefined;
  let deepening = false;
  const depth = h("div", { class: "v-deep-slot" });
  /** The deep part comes when a process is first selected. */
  const deepen = (next: State): void => {
    latest = next;
    if (deep) deep.update(next);
    else if (!deepening && next.details) {
      deepening = true;
      import("./deep.ts").then(
        (module) => {
          deep = new module.Deep(dispatch);
          depth.append(deep.dom);
          deep.update(latest);
        },
        (error: unknown) => {
          // Offline, perhaps: the next process that is selected tries again.
          console.error(error);
          deepening = false;
        },
      );
    }
  };
  let latest = state;
  const why = h("button", { class: "v-ghost", type: "button", title: "Show what led to what it did last", onclick: () => asked !== 0 && dispatch({ type: "why", of: { node: asked } }) }, "Why?");
  let asked = 0;
  const ask = askView(state, dispatch);
  const menu = menuView(state, dispatch);
  const card = h("section", { class: "v-inspector", role: "region", "aria-label": "Inspector" }, h("div", { class: "v-inspector-head" }, title, small, close), h("div", { class: "v-inspector-body" }, list, mail, held, depth), h("div", { class: "v-acts-row" }, acts, why), ask.dom);
  const dom = h("div", { class: "v-inspector-frame" }, card, menu.dom);
  let told = "";
  let tools = "";

  /** A message; it can be dropped or delayed as long as it was not taken. */
  const envelope = (node: number, acting: boolean, e: Envelope): HTMLElement => {
    const text = h("bdi", {}, messageWord(e.shape, e.label));
    if (!acting) return h("li", { "data-shape": e.shape, class: e.skipped ? "v-skipped" : "" }, text);
    const open = (event: MouseEvent): void => {
      const { left, bottom } = (event.currentTarget as HTMLElement).getBoundingClientRect();
      dispatch({ type: "menu", menu: { node, message: { id: e.id, label: messageWord(e.shape, e.label) }, x: left, y: bottom + 4 } });
    };
    return h("li", { "data-shape": e.shape, class: e.skipped ? "v-skipped" : "" }, h("button", { type: "button", "aria-haspopup": "menu", title: "Delay or drop it", onclick: open }, text));
  };
  const fillMail = (to: HTMLElement, node: number, acting: boolean, first: readonly Envelope[], count: number): void => {
    const rows = first.map((e) => envelope(node, acting, e));
    if (count > rows.length) rows.push(h("li", { class: "v-more" }, `and ${count - rows.length} more`));
    to.replaceChildren(...rows);
    to.hidden = rows.length === 0;
  };
  const fillActs = (node: Node): void => {
    const controls = controlsOf(node);
    const key = `${node.id} ${controls.map((c) => c.what).join(" ")}`;
    if (key === tools) return;
    tools = key;
    const focused = acts.contains(document.activeElement) ? [...acts.children].indexOf(document.activeElement as Element) : -1;
    acts.replaceChildren(
      ...controls.map((c) =>
        h("button", { class: c.danger ? "v-ghost v-danger" : "v-ghost", type: "button", title: c.title, onclick: () => dispatch(asks(c.what) ? { type: "ask", node: node.id, what: c.what } : { type: "control", node: node.id, what: c.what }) }, c.label),
      ),
    );
    (acts.children[focused] as HTMLElement | undefined)?.focus();
  };

  const show = (next: State): void => {
    const node = selectedNode(next);
    card.hidden = !node;
    if (!node) return;
    const able = acting(next) && controllable(node);
    acts.hidden = !able;
    if (able) fillActs(node);
    asked = node.kind === "group" ? 0 : node.id;
    why.hidden = asked === 0;
    title.replaceChildren(h("bdi", {}, node.name));
    small.textContent = [node.pid === "" ? "" : `pid ${node.pid}`, node.life > 1 ? lifeWord(node.life) : ""].filter((s) => s !== "").join(" · ");
    const rows = inspectorRows(next);
    const mailbox = next.scene.mailboxes.get(node.id);
    const count = mailbox?.count ?? 0;
    const out = mailbox?.out ?? 0;
    const text = JSON.stringify([rows, mailbox?.first, count, mailbox?.held, out, node.frozen, able]);
    if (text === told) return;
    told = text;
    const all: InspectorRow[] = [...rows];
    if (node.kind !== "group") {
      all.push({ label: "mailbox", value: `${node.frozen ? "frozen, " : ""}${count === 0 ? "empty" : count === 1 ? "1 message" : `${count} messages`}`, look: "plain" });
      if (out > 0) all.push({ label: "waiting outside", value: out === 1 ? "1 message" : `${out} messages`, look: "plain" });
    }
    list.replaceChildren(
      ...all.map((r) => h("div", { class: "v-row" }, h("dt", {}, r.label), h("dd", { class: r.look === "mono" ? "v-mono" : r.look === "bad" ? "v-bad" : "" }, h("bdi", {}, r.value)))),
    );
    fillMail(mail, node.id, able, mailbox?.first ?? [], count);
    fillMail(held, node.id, able, mailbox?.held ?? [], out);
  };
  show(state);

  return {
    dom,
    update(next, previous) {
      if (next.selected !== previous.selected || next.details !== previous.details || next.scene !== previous.scene || next.phase !== previous.phase) show(next);
      if (next.selected !== previous.selected || next.details !== previous.details || next.observer !== previous.observer) deepen(next);
      ask.update(next, previous);
      menu.update(next, previous);
    },
    destroy() {
      ask.destroy();
      menu.destroy();
      dom.remove();
    },
  };
}
