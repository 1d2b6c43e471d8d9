/** The console's text: what the program wrote, in lines, each with the process that wrote it. */

/** What a line is; its look follows from it. */
import type { Device } from "../protocol.ts";

export type LineKind = Device | "note";

/** A line of the console. `open` while its newline has not come yet. */
export interface ConsoleLine {
  readonly number: number;
  readonly who: string;
  readonly kind: LineKind;
  readonly text: string;
  readonly open: boolean;
  /** The event with which it began, 0 when it has none; `cuts` are those that went on with it, and how long it was before. */
  readonly seq: number;
  readonly cuts: readonly { readonly seq: number; readonly length: number }[];
}

export interface ConsoleState {
  readonly lines: readonly ConsoleLine[];
  /** How many lines there ever were; the next one's number. */
  readonly count: number;
}

/** As many lines are kept; the oldest go first. */
export const keptLines = 2000;

export const emptyConsole: ConsoleState = { lines: [], count: 0 };

/**
 * Adds text. It continues the last line when that one is open and of the same device, whoever began it: that is what a
 * terminal shows.
 */
export function addText(state: ConsoleState, who: string, kind: LineKind, text: string, seq = 0): ConsoleState {
  return addTexts(state, who, kind, [{ text, seq }]);
}

/** Adds text that came in pieces, each with the event that brought it. */
export function addTexts(state: ConsoleState, who: string, kind: LineKind, texts: readonly { readonly text: string; readonly seq: number }[]): ConsoleState {
  if (texts.every(({ text }) => text === "")) return state;
  const lines = [...state.lines];
  let count = state.count;
  const put = (piece: string, open: boolean, seq: number): void => {
    const last = lines.at(-1);
    if (last?.open && last.kind === kind) {
      const cuts = seq === last.seq || piece === "" ? last.cuts : [...last.cuts, { seq, length: last.text.length }];
      lines[lines.length - 1] = { ...last, text: last.text + piece, open, cuts };
    } else {
      if (last?.open) lines[lines.length - 1] = { ...last, open: false };
      lines.push({ number: count++, who, kind, text: piece, open, seq, cuts: [] });
    }
  };
  for (const { text, seq } of texts) {
    const pieces = text.split("\n");
    const rest = pieces.pop() ?? "";
    for (const piece of pieces) put(piece, false, seq);
    if (rest !== "") put(rest, true, seq);
  }
  return { lines: lines.length > keptLines ? lines.slice(-keptLines) : lines, count };
}

/** Adds whole lines, beginning a new one. */
export function addLines(state: ConsoleState, who: string, kind: LineKind, text: string): ConsoleState {
  const last = state.lines.at(-1);
  const closed = last?.open ? { ...state, lines: [...state.lines.slice(0, -1), { ...last, open: false }] } : state;
  return addText(closed, who, kind, text.endsWith("\n") ? text : `${text}\n`);
}

/** The lines as they were at a moment. */
export function linesAt(lines: readonly ConsoleLine[], seq: number): readonly ConsoleLine[] {
  const then: ConsoleLine[] = [];
  for (const line of lines) {
    if (line.seq > seq) continue;
    const cut = line.cuts.find((c) => c.seq > seq);
    then.push(cut ? { ...line, text: line.text.slice(0, cut.length), open: true, cuts: line.cuts.filter((c) => c.seq <= seq) } : line);
  }
  return then;
}
