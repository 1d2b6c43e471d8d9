/** The words of the schedulers' view. */

import type { Scheduler, Slice } from "../protocol.ts";

/** As many reductions as a process may use in a row. */
export const slice = 4000;

/** The priorities of the run queues, as the machine tells them. */
export const priorities = ["max", "high", "normal", "low"] as const;

/** The schedulers of a node have numbers from its place times this. */
const perNode = 16;

/** "Scheduler 2", with its node's number where it is not the first. */
export function schedulerName(index: number): string {
  const node = Math.floor(index / perNode);
  return `Scheduler ${(index % perNode) + 1}${node === 0 ? "" : ` of node ${node + 1}`}`;
}

export function number(n: number): string {
  return n.toLocaleString("en");
}

/** A pid without what every pid has. */
export function shortName(name: string): string {
  return name.replace(/^#PID<(.*)>$/, "$1");
}

/** Why a turn was over. */
export function outWord({ turn }: Slice): string {
  switch (turn.out) {
    case "preempted":
      return "used up: to the end of the queue";
    case "waiting":
      return "waits in a receive";
    case "suspended":
      return "suspended";
    case "ended":
      return "ended";
    case "yielded":
      return "gave way";
  }
}

/** How many are ready to run at a scheduler. */
export function readyCount(lane: Scheduler): number {
  return lane.queues.reduce((sum, q) => sum + q.count, 0);
}

/** What a scheduler does, in one sentence. */
export function laneSentence(lane: Scheduler): string {
  const ready = readyCount(lane);
  const who = lane.pid === 0 ? "has run nobody yet" : `${lane.busy ? "runs" : "ran last"} ${shortName(lane.name)}`;
  const queue = ready === 0 ? "nobody is ready" : `${number(ready)} ready`;
  return `${schedulerName(lane.index)} ${who}; ${queue}`;
}

/** The counters of a scheduler; `all` is the work of all of them. */
export function laneCounts(lane: Scheduler, all: number): string {
  const parts = [`${all === 0 ? 0 : Math.round((lane.work * 100) / all)}% of the work`, lane.slices === 1 ? "1 turn" : `${number(lane.slices)} turns`];
  if (lane.preempted > 0) parts.push(`${number(lane.preempted)} preempted`);
  if (lane.stolen > 0) parts.push(`${number(lane.stolen)} taken from others`);
  if (lane.given > 0) parts.push(`${number(lane.given)} given away`);
  return parts.join(" · ");
}
