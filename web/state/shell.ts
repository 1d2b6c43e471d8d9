/** The lower pane's state: the console and the shell beside it, and who waits for a line. */

import type { Asking, Completions } from "../protocol.ts";
import { addTexts, clearConsole, emptyConsole, type ConsoleState } from "./console.ts";

/** What the pane shows. */
export type Panel = "console" | "iex";

export interface ShellState {
  readonly panel: Panel;
  /** What the shell has shown; its last line, when it is open, is the prompt. */
  readonly text: ConsoleState;
  readonly asking: Pick<Asking, "program" | "shell" | "shelled">;
  /** A shell was asked for while the machine was still loading. */
  readonly wanted: boolean;
  /** The last answer to a question for completions. */
  readonly completions: Completions | null;
}

export type ShellAction =
  | { readonly type: "panel"; readonly panel: Panel }
  /** Start the shell, unless it runs; its lines have so many characters. */
  | { readonly type: "shell"; readonly width: number }
  /** Give the program, or the shell, a line. */
  | { readonly type: "typed"; readonly text: string; readonly shell: boolean }
  | { readonly type: "interrupt" }
  | { readonly type: "complete"; readonly id: number; readonly text: string }
  | { readonly type: "clear"; readonly panel: Panel };

const nobody = { program: false, shell: false, shelled: false };

/** Nothing was typed yet. */
export const noShell: ShellState = { panel: "console", text: emptyConsole, asking: nobody, wanted: false, completions: null };

/** The state when a new run begins: its machine has no shell yet. What was said stays to be read. */
export function withoutShell(state: ShellState): ShellState {
  return { ...state, asking: nobody, completions: null };
}

/** The reducer. */
export function reduceShell(state: ShellState, action: ShellAction, loading: boolean): ShellState {
  switch (action.type) {
    case "panel":
      return { ...state, panel: action.panel };
    case "shell":
      return loading ? { ...state, wanted: true } : { ...state, wanted: false };
    case "typed":
    case "interrupt":
    case "complete":
      return state;
    case "clear":
      return action.panel === "iex" ? { ...state, text: clearConsole(state.text) } : state;
  }
}

/** The state with what the machine says. */
export function shellAfter(state: ShellState, message: Asking | Completions): ShellState {
  if (message.type === "completions") return { ...state, completions: message };
  const { program, shell, shelled } = message;
  return { ...state, asking: { program, shell, shelled } };
}

/** The state with text of the shell's device. */
export function shellText(state: ShellState, texts: readonly { readonly text: string; readonly seq: number }[]): ShellState {
  return { ...state, text: addTexts(state.text, "", "stdout", texts) };
}
