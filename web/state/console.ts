/** The console's text: what the program wrote, in lines, each with the process that wrote it. */

import { ansi } from "../console/ansi.ts";
import type { Device } from "../protocol.ts";

/** What a line is; its look follows from it. */
export type LineKind = Device | "note";

/** A line of the console. `open` while its newline has not come yet. */
export interface ConsoleLine {
  readonly number: number;
  readonly who: string;
  /** The process that wrote it, 0 when none did. */
  readonly node: number;
  readonly kind: LineKind;
  readonly text: string;
  /** The style it begins with, see console/ansi.ts. */
  readonly style: string;
  /** How many characters of it are not kept. */
  readonly omitted: number;
  readonly open: boolean;
  /** The event with which it began, 0 when it has none; `cuts` are those that went on with it, and how long it was before. */
  readonly seq: number;
  readonly cuts: readonly { readonly seq: number; readonly length: number }[];
}

export interface ConsoleState {
  readonly lines: readonly ConsoleLine[];
  /** How many lines there ever were; the next one's number. */
  readonly count: number;
  /** The number of the first line after the last clearing. */
  readonly from: number;
}

/** As many lines are kept; the oldest go first. */
export const keptLines = 2000;

/** As many characters of a line are kept. */
export const keptCharacters = 20_000;

export const emptyConsole: ConsoleState = { lines: [], count: 0, from: 0 };

/** Who writes: a process by its name and number. */
export interface Writer {
  readonly who: string;
  readonly node: number;
}

/**
 * Adds text. It continues the last line when that one is open and of the same device, whoever began it: that is what a
 * terminal shows.
 */
export function addText(state: ConsoleState, writer: Writer | string, kind: LineKind, text: string, seq = 0): ConsoleState {
  return addTexts(state, writer, kind, [{ text, seq }]);
}

/** Adds text that came in pieces, each with the event that brought it. */
export function addTexts(state: ConsoleState, writer: Writer | string, kind: LineKind, texts: readonly { readonly text: string; readonly seq: number }[]): ConsoleState {
  if (texts.every(({ text }) => text === "")) return state;
  const { who, node } = typeof writer === "string" ? { who: writer, node: 0 } : writer;
  const lines = [...state.lines];
  let count = state.count;
  const put = (piece: string, open: boolean, seq: number): void => {
    const last = lines.at(-1);
    if (last?.open && last.kind === kind) {
      const cuts = seq === last.seq || piece === "" ? last.cuts : [...last.cuts, { seq, length: last.text.length }];
      lines[lines.length - 1] = { ...last, ...bounded(last.text, last.omitted, piece), open, cuts };
    } else {
      if (last?.open) lines[lines.length - 1] = { ...last, open: false };
      const style = last && last.kind === kind && kind !== "note" ? ansi(last.text, last.style).end : "";
      lines.push({ number: count++, who, node, kind, style, ...bounded("", 0, piece), open, seq, cuts: [] });
    }
  };
  for (const { text, seq } of texts) {
    const pieces = text.split("\n");
    const rest = pieces.pop() ?? "";
    for (const piece of pieces) put(piece, false, seq);
    if (rest !== "") put(rest, true, seq);
  }
  return { ...state, lines: lines.length > keptLines ? lines.slice(-keptLines) : lines, count };
}

function bounded(text: string, omitted: number, piece: string): { readonly text: string; readonly omitted: number } {
  const room = Math.max(0, keptCharacters - text.length);
  return { text: text + piece.slice(0, room), omitted: omitted + Math.max(0, piece.length - room) };
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

/** The console with nothing of what it had; an open line, which may be a prompt, stays. */
export function clearConsole(state: ConsoleState): ConsoleState {
  const last = state.lines.at(-1);
  const lines = last?.open ? [last] : [];
  return { lines, count: state.count, from: state.count - lines.length };
}

/** How many lines are not kept any more. */
export function leftOut({ lines, count, from }: ConsoleState): number {
  const first = lines[0];
  return Math.max(0, (first ? first.number : count) - from);
}

/** The console as it was at a moment. */
export function consoleAt(state: ConsoleState, seq: number): ConsoleState {
  const lines = linesAt(state.lines, seq);
  // What is not kept is told of even where no line is left.
  return { ...state, lines, count: lines.length > 0 ? state.count : state.from + leftOut(state) };
}
