/** The console's text: what the program wrote, in lines, each with the process that wrote it. */

/** What a line is; its look follows from it. */
export type LineKind = "stdout" | "stderr" | "note";

/** A line of the console. `open` while its newline has not come yet. */
export interface ConsoleLine {
  readonly number: number;
  readonly who: string;
  readonly kind: LineKind;
  readonly text: string;
  readonly open: boolean;
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
export function addText(state: ConsoleState, who: string, kind: LineKind, text: string): ConsoleState {
  if (text === "") return state;
  const lines = [...state.lines];
  let count = state.count;
  const pieces = text.split("\n");
  const rest = pieces.pop() ?? "";
  const put = (piece: string, open: boolean): void => {
    const last = lines.at(-1);
    if (last?.open && last.kind === kind) {
      lines[lines.length - 1] = { ...last, text: last.text + piece, open };
    } else {
      if (last?.open) lines[lines.length - 1] = { ...last, open: false };
      lines.push({ number: count++, who, kind, text: piece, open });
    }
  };
  for (const piece of pieces) put(piece, false);
  if (rest !== "") put(rest, true);
  return { lines: lines.length > keptLines ? lines.slice(-keptLines) : lines, count };
}

/** Adds whole lines, beginning a new one. */
export function addLines(state: ConsoleState, who: string, kind: LineKind, text: string): ConsoleState {
  const last = state.lines.at(-1);
  const closed = last?.open ? { ...state, lines: [...state.lines.slice(0, -1), { ...last, open: false }] } : state;
  return addText(closed, who, kind, text.endsWith("\n") ? text : `${text}\n`);
}
