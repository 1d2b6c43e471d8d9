/** What the visitor does to a process, and where a run shall pause. */

import type { BreakHit, Controlled, Node } from "../protocol.ts";

/** The controls on a process, by the names that the machine knows. */
export type What = "kill" | "exit" | "send" | "suspend" | "resume" | "freeze" | "thaw" | "drop" | "delay";

/** A message of a process: the id and the label of its envelope. */
export interface Letter {
  readonly id: number;
  readonly label: string;
}

/** A menu of what can be done to a process or a message for it; the place is the window's. */
export interface Menu {
  readonly node: number;
  readonly message: Letter | null;
  readonly x: number;
  readonly y: number;
}

/** A control that wants a word more: a reason, a message, a time. */
export interface Asking {
  readonly node: number;
  readonly what: "exit" | "send" | "delay";
  readonly message: Letter | null;
  /** Why the machine would not take what was typed, "" for no reason. */
  readonly problem: string;
}

/** What a run pauses at. */
export interface Breaks {
  readonly crash: boolean;
  readonly restart: boolean;
  readonly spawn: boolean;
  /** A pattern for messages in Elixir, "" for none. */
  readonly pattern: string;
}

export interface ControlState {
  readonly menu: Menu | null;
  readonly asking: Asking | null;
  readonly breaks: Breaks;
  /** What is wrong with the pattern. */
  readonly breakProblem: string;
}

export const noBreaks: Breaks = { crash: false, restart: false, spawn: false, pattern: "" };

export const noControl: ControlState = { menu: null, asking: null, breaks: noBreaks, breakProblem: "" };

export type ControlAction =
  | { readonly type: "control"; readonly node: number; readonly what: What; readonly text?: string; readonly message?: number }
  /** Opens the field that a control needs. */
  | { readonly type: "ask"; readonly node: number; readonly what: Asking["what"]; readonly message?: Letter }
  | { readonly type: "unask" }
  | { readonly type: "menu"; readonly menu: Menu | null }
  /** Does something to the link of two nodes of the machine, or to the node `a`. */
  | { readonly type: "network"; readonly what: "cut" | "heal" | "latency" | "stopNode"; readonly a: number; readonly b: number; readonly latency?: number }
  | { readonly type: "breaks"; readonly breaks: Breaks };

/** The reducer of these actions. */
export function reduceControl(state: ControlState, action: ControlAction): ControlState {
  switch (action.type) {
    case "control":
      return state.menu ? { ...state, menu: null } : state;
    case "ask":
      return { ...state, menu: null, asking: { node: action.node, what: action.what, message: action.message ?? null, problem: "" } };
    case "unask":
      return state.asking ? { ...state, asking: null } : state;
    case "menu":
      return { ...state, menu: action.menu };
    case "network":
      return state;
    case "breaks":
      return { ...state, breaks: action.breaks, breakProblem: action.breaks.pattern === state.breaks.pattern ? state.breakProblem : "" };
  }
}

/** What came of a control: its field closes, or says what is wrong. */
export function controlled(state: ControlState, { node, what, problem }: Controlled): ControlState {
  if (what === "breaks") return problem === state.breakProblem ? state : { ...state, breakProblem: problem };
  const { asking } = state;
  if (!asking || asking.node !== node || asking.what !== what) return state;
  return { ...state, asking: problem === "" ? null : { ...asking, problem } };
}

/** A problem that no field shows, as a sentence; "" for none. */
export function complaint(state: ControlState, { node, what, problem }: Controlled): string {
  if (problem === "" || what === "breaks" || (state.asking?.node === node && state.asking.what === what)) return "";
  return `That could not be done: ${problem}.`;
}

/** Says why the run paused. */
export function breakText(hit: BreakHit): string {
  return /[.!?]$/.test(hit.text) ? hit.text : `${hit.text}.`;
}

/** A control as it stands in a toolbar and in a menu. */
export interface ControlItem {
  readonly what: What;
  readonly label: string;
  readonly title: string;
  readonly danger: boolean;
}

const item = (what: What, label: string, title: string, danger = false): ControlItem => ({ what, label, title, danger });

/** Whether a control needs a field. */
export function asks(what: What): what is Asking["what"] {
  return what === "exit" || what === "send" || what === "delay";
}

/** Whether there is something to be done to a node. */
export function controllable(node: Node): boolean {
  return node.kind !== "group" && node.status !== "exited" && node.status !== "crashed";
}

/** What can be done to a process. */
export function controlsOf(node: Node): readonly ControlItem[] {
  return [
    item("send", "Send…", "Send it a message"),
    node.status === "suspended" ? item("resume", "Resume", "Let it run again") : item("suspend", "Suspend", "It does not run until it is resumed"),
    node.frozen ? item("thaw", "Thaw mailbox", "Deliver the messages that wait outside") : item("freeze", "Freeze mailbox", "Messages wait outside until it is thawed"),
    item("exit", "Exit…", "Send it an exit signal with a reason"),
    item("kill", "Kill", "Send it an exit signal with the reason :kill", true),
  ];
}

/** What can be done to a message that was not taken yet. */
export const letterControls: readonly ControlItem[] = [
  item("delay", "Delay…", "Let it come later"),
  item("drop", "Drop", "It never comes", true),
];
