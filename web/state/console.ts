/** The console's text: what the program wrote, in lines, each with the process that wrote it. */

import { ansi } from "../console/ansi.ts";

/** What a line is; its look follows from it. */
export type LineKind = "stdout" | "stderr" | "note";

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
  readonly cut: number;
  readonly open: boolean;
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

/** Who writes: a process by its name and number; nobody is the page itself. */
export interface Writer {
  readonly who: string;
  readonly node: number;
}

export const nobody: Writer = { who: "", node: 0 };

/**
 * Adds text. It continues the last line when that one is open and of the same device, whoever began it: that is what a
 * terminal shows.
 */
export function addText(state: ConsoleState, writer: Writer | string, kind: LineKind, text: string): ConsoleState {
  if (text === "") return state;
  const { who, node } = typeof writer === "string" ? { ...nobody, who: writer } : writer;
  const lines = [...state.lines];
  let count = state.count;
  const pieces = text.split("\n");
  const rest = pieces.pop() ?? "";
  const put = (piece: string, open: boolean): void => {
    const last = lines.at(-1);
    if (last?.open && last.kind === kind) {
      lines[lines.length - 1] = { ...last, ...bounded(last.text, last.cut, piece), open };
    } else {
      if (last?.open) lines[lines.length - 1] = { ...last, open: false };
      const style = last && last.kind === kind && kind !== "note" ? ansi(last.text, last.style).end : "";
      lines.push({ number: count++, who, node, kind, style, ...bounded("", 0, piece), open });
    }
  };
  for (const piece of pieces) put(piece, false);
  if (rest !== "") put(rest, true);
  return { ...state, lines: lines.slice(-keptLines), count };
}

function bounded(text: string, cut: number, piece: string): { readonly text: string; readonly cut: number } {
  const room = Math.max(0, keptCharacters - text.length);
  return { text: text + piece.slice(0, room), cut: cut + Math.max(0, piece.length - room) };
}

/** Adds whole lines: an open line is closed first. */
export function addLines(state: ConsoleState, who: string, kind: LineKind, text: string): ConsoleState {
  const last = state.lines.at(-1);
  const closed = last?.open ? { ...state, lines: [...state.lines.slice(0, -1), { ...last, open: false }] } : state;
  return addText(closed, who, kind, text.endsWith("\n") ? text : `${text}\n`);
}

/** The console with nothing of what it had; an open line, which may be a prompt, stays. */
export function clearConsole(state: ConsoleState): ConsoleState {
  const last = state.lines.at(-1);
  const lines = last?.open ? [last] : [];
  return { lines, count: state.count, from: state.count - lines.length };
}

/** How many lines are not kept any more. */
export function leftOut({ lines, count, from }: ConsoleState): number {
  return count - from - lines.length;
}
