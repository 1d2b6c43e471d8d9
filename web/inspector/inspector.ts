/** The inspector: everything known about the process that is selected. */

import type { Scene } from "../state/scene.ts";
import { alive, type Action, type State } from "../state/state.ts";
import { h, icon, type View } from "../state/view.ts";
import { kindWord, lifeWord, messageWord, statusLine } from "../stage/words.ts";

/** A line of the inspector. */
export interface InspectorRow {
  readonly label: string;
  readonly value: string;
  readonly look: "plain" | "mono" | "bad";
}

/** What the machine's details repeat of what is here anyway, as names instead of numbers. */
const toldByScene = ["", "pid", "name", "status", "parent", "messages", "links", "monitors", "traps exits"];

/** What the inspector says about a node. What the machine was asked for adds to what the scene knows. */
export function inspectorRows(state: State): readonly InspectorRow[] {
  const { scene } = state;
  const node = scene.nodes.get(state.selected);
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
  const known = new Set([...toldByScene, ...rows.map((r) => r.label)]);
  for (const { label, value } of state.details?.rows ?? []) if (!known.has(label)) row(label, value, label.endsWith("function") || label === "initial call" || label === "dictionary" ? "mono" : "plain");
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

/** Makes the inspector. It is there while a process is selected. */
export function inspectorView(state: State, dispatch: (action: Action) => void): View<State> {
  const title = h("h2");
  const small = h("small");
  const close = h("button", { class: "v-inspector-close", type: "button", "aria-label": "Close the inspector", onclick: () => dispatch({ type: "select", node: 0 }) });
  close.append(icon('<path d="M4 4l8 8M12 4l-8 8"/>'));
  const list = h("dl");
  const mail = h("ul", { class: "v-mail-list", "aria-label": "Mailbox" });
  const kill = h("button", { class: "v-ghost v-danger", type: "button", title: "Send it an exit signal with the reason :kill", onclick: () => dispatch({ type: "kill" }) }, "Kill");
  const acts = h("div", { class: "v-acts" }, kill);
  const dom = h("section", { class: "v-inspector", role: "region", "aria-label": "Inspector" }, h("div", { class: "v-inspector-head" }, title, small, close), list, mail, acts);
  let told = "";

  const show = (next: State): void => {
    const node = next.scene.nodes.get(next.selected);
    dom.hidden = !node;
    if (!node) return;
    acts.hidden = !alive(next) || node.kind === "group" || node.status === "exited" || node.status === "crashed";
    title.textContent = node.name;
    small.textContent = [node.pid === "" ? "" : `pid ${node.pid}`, node.life > 1 ? lifeWord(node.life) : ""].filter((s) => s !== "").join(" · ");
    const rows = inspectorRows(next);
    const mailbox = next.scene.mailboxes.get(node.id);
    const count = mailbox?.count ?? 0;
    const text = JSON.stringify([rows, mailbox?.first, count]);
    if (text === told) return;
    told = text;
    const all: readonly InspectorRow[] = node.kind === "group" ? rows : [...rows, { label: "mailbox", value: count === 0 ? "empty" : count === 1 ? "1 message" : `${count} messages`, look: "plain" }];
    list.replaceChildren(
      ...all.map((r) => h("div", { class: "v-row" }, h("dt", {}, r.label), h("dd", { class: r.look === "mono" ? "v-mono" : r.look === "bad" ? "v-bad" : "" }, r.value))),
    );
    const envelopes = (mailbox?.first ?? []).map((e) => h("li", { "data-shape": e.shape, class: e.skipped ? "v-skipped" : "" }, messageWord(e.shape, e.label)));
    if (count > envelopes.length) envelopes.push(h("li", { class: "v-more" }, `and ${count - envelopes.length} more`));
    mail.replaceChildren(...envelopes);
    mail.hidden = envelopes.length === 0;
  };
  show(state);

  return {
    dom,
    update(next, previous) {
      if (next.selected !== previous.selected || next.details !== previous.details || next.scene !== previous.scene || next.phase !== previous.phase) show(next);
    },
    destroy() {
      dom.remove();
    },
  };
}
