/** The words for what the stage shows; the same for the eye, the inspector and the screen reader. */

import type { NodeKind, Node, Shape, Status, Supervision } from "../protocol.ts";
import { words } from "../words.ts";

const kinds: Readonly<Record<NodeKind, string>> = {
  process: "process",
  script: "your script",
  genserver: "GenServer",
  supervisor: "Supervisor",
  task: "Task",
  agent: "Agent",
  registry: "Registry",
  statem: "gen_statem",
  system: "system process",
  group: "group",
  shell: "shell",
};

/** What a process is. */
export function kindWord(kind: NodeKind): string {
  return kinds[kind];
}

const statuses: Readonly<Record<Status, string>> = {
  ready: "ready to run",
  running: "running",
  waiting: "waiting",
  suspended: "suspended",
  exited: "exited",
  crashed: "crashed",
};

/** What a process does. */
export function statusWord(status: Status): string {
  return statuses[status];
}

/** A tree item's accessible name: "NAME, KIND, STATUS", and a word when its code has been replaced. */
export function itemName(node: Node): string {
  return `${node.name}, ${kindWord(node.kind)}, ${statusWord(node.status)}${node.oldCode ? `, ${words.stage.oldCode}` : ""}`;
}

/** The status line under a name. */
export function statusLine(node: Node, supervision: Supervision | undefined): string {
  if (node.kind === "group") return node.crashed > 0 ? `${node.members} processes · ${node.crashed} crashed` : `${node.members} processes`;
  if (node.status === "crashed") return node.reason === "" ? "crashed" : `crashed: ${node.reason}`;
  if (node.status === "exited") return node.reason === "" || node.reason === ":normal" || node.reason === "normal" ? "exited" : `exited: ${node.reason}`;
  const doing = node.detail === "" ? statusWord(node.status) : node.detail;
  const strategy = supervision?.strategy.replace(/^:/, "") ?? "";
  return strategy === "" || doing.includes(strategy) ? doing : `${strategy} · ${doing}`;
}

const shapes: Readonly<Record<Shape, string>> = {
  plain: "",
  call: "call ",
  cast: "cast ",
  reply: "reply ",
  exit: "EXIT ",
  down: "DOWN ",
  timeout: "timer ",
  system: "system ",
  io: "io ",
  ack: "ready ",
};

/** A message as it is written on its envelope: what it is, where that is not plain, and what it says. */
export function messageWord(shape: Shape, label: string): string {
  return shapes[shape] + label;
}

const ordinals = ["", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"];

/** "second life". */
export function lifeWord(life: number): string {
  return `${ordinals[life] ?? `${life}th`} life`;
}
