/** Messages for tests, with what a test does not care about filled in. */

import { soleCell, type Cell, type Lesson } from "../lesson/model.ts";
import type { Edge, Frame, Mailbox, Node, Output, Place, RunState } from "../protocol.ts";

export const node = (id: number, over: Partial<Node> = {}): Node => ({
  type: "node", id, pid: `0.${id}.0`, name: `p${id}`, names: [], kind: "process", behaviour: "", status: "waiting", detail: "", state: "", parent: 0, supervisor: 0, childId: "",
  life: 1, trapExit: false, frozen: false, reason: "", before: "", members: 0, crashed: 0, system: false, folded: false, oldCode: false, since: 0, until: 0, ...over,
});
export const place = (id: number, x = 0, y = 0): Place => ({ type: "place", id, x, y, w: 184, h: 90 });
export const frame = (at: number): Frame => ({ type: "frame", at, time: at, seq: 0 });
export const edge = (id: number, kind: Edge["kind"], from: number, to: number): Edge => ({ type: "edge", id, kind, from, to });
export const mailbox = (id: number, ...labels: string[]): Mailbox => ({
  type: "mailbox", node: id, count: labels.length, first: labels.map((label, i) => ({ id: id * 100 + i, from: 1, label, shape: "plain", skipped: false })), out: 0, held: [],
});
export const output = (text: string, over: Partial<Output> = {}): Output => ({ type: "output", seq: 0, time: 0, node: 1, name: "main", device: "stdout", text, parts: [], ...over });
export const runState = (state: RunState["state"]): RunState => ({ type: "runState", run: 1, state, perSecond: 8, seed: 1, live: true });

/** A lesson with a step for each source. */
export const lesson = (slug: string, sources: readonly string[], over: Partial<Cell> = {}): Lesson => ({
  slug, number: 1, title: slug,
  steps: sources.map((source, i) => ({ id: `step-${i + 1}`, title: `Step ${i + 1}`, cells: [{ ...soleCell(`${slug}/${i + 1}`, `${i + 1}.exs`, source), pace: 3, ...over }] })),
});
