/** The run as a line of moments: where it stands, its marks, and the run that it parted from. */

import type { Branch, Difference, Mark, Message, Tone } from "../protocol.ts";

/** A point of interest on the timeline. Times are virtual, in milliseconds. */
export interface Moment {
  readonly seq: number;
  readonly time: number;
  readonly tone: Tone;
  readonly text: string;
}

/** What had come after the moment from which the run goes on anew. */
export interface Ghost {
  readonly from: Branch;
  readonly marks: readonly Moment[];
}

export interface TimeState {
  /** The earliest moment that can be shown, the latest, and the one that is shown: numbers of events. */
  readonly first: number;
  readonly last: number;
  readonly current: number;
  /** The virtual time of the moment that is shown. */
  readonly time: number;
  /** Whether it is the latest. */
  readonly live: boolean;
  readonly marks: readonly Moment[];
  readonly ghost: Ghost | null;
  /** The first event in which the run differs from its ghost, once it is known. */
  readonly difference: Difference | null;
  /** The seed of this run's interleaving, as the machine says it. */
  readonly seed: number;
}

export const noTime: TimeState = { first: 0, last: 0, current: 0, time: 0, live: true, marks: [], ghost: null, difference: null, seed: 0 };

/** As many marks are kept; of the plainest every second one goes first. */
export const maxMarks = 4000;

const shownTones: readonly Tone[] = ["birth", "end", "crash", "restart", "output"];

/** Applies a batch. */
export function applyTime(time: TimeState, batch: readonly Message[]): TimeState {
  let next = time;
  let added: Moment[] | undefined;
  const add = (moment: Moment): void => {
    (added ??= [...next.marks]).push(moment);
  };
  for (const message of batch) {
    switch (message.type) {
      case "mark":
        if (shownTones.includes(message.tone)) add(momentOf(message));
        break;
      case "output": {
        let from = 0;
        for (const { seq, length } of message.parts.length > 0 ? message.parts : [{ seq: message.seq, length: message.text.length }]) {
          const text = message.text.slice(from, (from += length));
          // Text that comes at once is one mark.
          const last = added?.at(-1) ?? next.marks.at(-1);
          if (last?.tone === "output" && seq - last.seq < 8) continue;
          add({ seq, time: message.time, tone: "output", text: `${message.name}: ${text.split("\n", 1)[0] ?? ""}` });
        }
        break;
      }
      case "extent":
        next = { ...next, first: message.first, last: message.last, current: message.current };
        break;
      case "frame":
        next = { ...next, time: message.time };
        break;
      case "runState":
        next = { ...next, live: message.live, seed: message.seed };
        break;
      case "branch": {
        const marks = added ?? next.marks;
        added = marks.filter((m) => m.seq <= message.seq);
        next = { ...next, ghost: { from: message, marks: marks.filter((m) => m.seq > message.seq) }, difference: null };
        break;
      }
      case "difference":
        next = { ...next, difference: message };
        break;
      default:
        break;
    }
  }
  return added ? { ...next, marks: added.length > maxMarks ? thinned(added) : added } : next;
}

function momentOf({ seq, time, tone, text }: Mark): Moment {
  return { seq, time, tone, text };
}

/** Fewer marks: crashes and restarts stay as long as they can. */
function thinned(marks: readonly Moment[]): Moment[] {
  const fewer = marks.filter((m, i) => m.tone === "crash" || m.tone === "restart" || i % 2 === 0);
  return fewer.length > maxMarks ? fewer.filter((_, i) => i % 2 === 0) : fewer;
}

/** Where the timeline begins: before the program itself does, nothing is to be seen. */
export function beginning(time: TimeState): number {
  const first = time.marks[0];
  return first && first.seq > time.first ? first.seq - 1 : time.first;
}

/** The mark next to a moment: before it, after it, or the last one up to it. */
export function markBeside(time: TimeState, seq: number, side: "before" | "after" | "upTo"): Moment | undefined {
  switch (side) {
    case "after":
      return time.marks.find((m) => m.seq > seq);
    case "before":
      return time.marks.findLast((m) => m.seq < seq);
    case "upTo":
      return time.marks.findLast((m) => m.seq <= seq);
  }
}

const markWords: Partial<Record<Tone, string>> = { birth: "born", end: "ended", crash: "crash", restart: "restart", output: "output" };

/** A mark in words. */
export function markWord({ tone, text }: Moment): string {
  const word = markWords[tone] ?? tone;
  return text === "" ? word : `${word}: ${text}`;
}

/** Whether another moment is in view than before: while a run is watched as it goes, none is. */
export function movedTo({ time }: { readonly time: TimeState }, previous: { readonly time: TimeState } | undefined): boolean {
  if (!previous || time.live !== previous.time.live) return true;
  return !time.live && time.current !== previous.time.current;
}
