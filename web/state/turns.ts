/** What the schedulers do, folded from the machine's batches. */

import type { Message, Scheduler, Slice, Turn } from "../protocol.ts";

/** A process that one scheduler took from another's run queue. */
export interface Steal {
  readonly pid: number;
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** On the scene's clock, in milliseconds. */
  readonly at: number;
}

export interface Turns {
  /** How many schedulers each node has; 0 as long as nothing is told of them. */
  readonly count: number;
  readonly lanes: ReadonlyMap<number, Scheduler>;
  /** The latest turns, the earliest first. */
  readonly latest: readonly Turn[];
  /** The last turn of each scheduler, as it is shown going on. */
  readonly last: ReadonlyMap<number, Slice>;
  readonly steals: readonly Steal[];
}

/** How many turns the page keeps. */
export const keptTurns = 240;

/** How long a steal is shown, in milliseconds of the scene's clock. */
export const stealTime = 700;

export const noTurns: Turns = { count: 0, lanes: new Map(), latest: [], last: new Map(), steals: [] };

/** Applies what a batch says of the schedulers. */
export function applyTurns(turns: Turns, batch: readonly Message[]): Turns {
  let next: { -readonly [K in keyof Turns]: Turns[K] } = turns;
  const own = (): typeof next => (next === turns ? (next = { ...turns }) : next);
  let at = 0;
  for (const message of batch) {
    switch (message.type) {
      case "reset":
        next = { ...noTurns };
        break;
      case "frame": {
        at = message.at;
        const steals = next.steals.filter((s) => s.at + stealTime > message.at);
        if (steals.length !== next.steals.length) own().steals = steals;
        break;
      }
      case "turns": {
        const n = own();
        n.count = message.schedulers;
        n.latest = message.latest;
        n.last = new Map();
        n.steals = [];
        break;
      }
      case "scheduler": {
        const n = own();
        const before = n.lanes.get(message.index);
        if (before && message.stolen > before.stolen && message.from !== message.index) {
          n.steals = [...n.steals, { pid: message.pid, name: message.name, from: message.from, to: message.index, at }].slice(-8);
        }
        n.lanes = new Map(n.lanes).set(message.index, message);
        break;
      }
      case "slice": {
        const n = own();
        n.latest = [...n.latest, message.turn].slice(-keptTurns);
        n.last = new Map(n.last).set(message.turn.scheduler, message);
        break;
      }
      default:
        break;
    }
  }
  return next;
}
