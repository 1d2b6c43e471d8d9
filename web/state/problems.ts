/** What is wrong with the program in the editor, and what of it the running machine has. */

import type { Checked, Diagnostic, Loaded } from "../protocol.ts";
import { words } from "../words.ts";
import { addLines, type ConsoleState } from "./console.ts";

/** What is known of the text as it is now. */
export interface Problems {
  /** idle: nobody has asked; checking: an answer is on its way; checked: `list` speaks of exactly this text. */
  readonly phase: "idle" | "checking" | "checked";
  readonly list: readonly Diagnostic[];
  /** Why it could not be checked, "" when it was. */
  readonly problem: string;
}

/** Nothing is known. */
export const unchecked: Problems = { phase: "idle", list: [], problem: "" };

/** An answer is on its way. */
export const checking: Problems = { ...unchecked, phase: "checking" };

/** What came of a check. */
export function checkedProblems({ diagnostics, problem }: Pick<Checked, "diagnostics" | "problem">): Problems {
  const seen = new Set<string>();
  const list = diagnostics.filter(({ file, line, column, message }) => {
    const key = `${file}:${line}:${column}:${message}`;
    return !seen.has(key) && seen.add(key);
  });
  return { phase: "checked", list: [...list].sort((a, b) => (a.file === b.file ? a.line - b.line || a.column - b.column : 0)), problem };
}

/** Whether nothing keeps a text from being loaded, as far as is known. */
export function compiles(problems: Problems): boolean {
  return !problems.list.some((d) => d.severity === "error");
}

/** The console with a note on what was loaded. */
export function noteLoaded(console: ConsoleState, { modules, problem }: Pick<Loaded, "modules" | "problem">): ConsoleState {
  if (problem !== "") return addLines(console, "", "stderr", words.loading.failed(problem));
  const names = (state: string): string[] => modules.filter((m) => m.state === state).map((m) => m.name);
  const changed = names("changed");
  const added = names("new");
  if (changed.length + added.length === 0) return addLines(console, "", "note", words.loading.same);
  return addLines(console, "", "note", `${words.loading.loaded(changed, added)} ${words.loading.rest}`);
}
