/** What the page knows of the sequence diagram: the part of it that is in sight, and the past that is asked for. */

import type { Chart, Message, Request, Why } from "../protocol.ts";

/** A request for a part of the diagram. */
export type ChartRequest = Omit<Extract<Request, { readonly do: "sequence" }>, "do">;

/** What a past is asked of: an event, what a process did last, or the crash that something written tells of. */
export interface WhyOf {
  readonly node?: number;
  readonly seq?: number;
  readonly written?: number;
}

export interface SequenceState {
  /** The last request without a tag: how the diagram is laid out, and which rows are in sight. */
  readonly layout: ChartRequest | undefined;
  /** The rows that were asked for last. */
  readonly chart: Chart | undefined;
  /** The answer to the last request with a tag. */
  readonly answer: Chart | undefined;
  /** The past that is shown instead of the whole run. */
  readonly why: Why | undefined;
}

export const emptySequence: SequenceState = { layout: undefined, chart: undefined, answer: undefined, why: undefined };

/** The state after a batch. */
export function sequenceAfter(state: SequenceState, messages: readonly Message[]): SequenceState {
  let next = state;
  for (const message of messages) {
    if (message.type === "chart") next = message.tag === 0 ? { ...next, chart: message } : { ...next, answer: message };
    else if (message.type === "why") next = { ...next, why: message };
  }
  return next;
}
