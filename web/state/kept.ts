/** What the page remembers of a visitor, in the browser's local storage: the text, above all. */

import type { Keeping, State, Theme } from "./state.ts";

/** What is remembered. */
export interface Kept {
  /** Edited programs by their cell's key; "" is the visitor's own. */
  readonly drafts: ReadonlyMap<string, string>;
  readonly guesses: ReadonlyMap<string, number>;
  readonly visited: ReadonlySet<string>;
  readonly passed: ReadonlySet<string>;
  readonly theme?: Theme;
  readonly speed?: number;
  readonly autoLoad?: boolean;
}

/** Nothing. */
export const nothingKept: Kept = { drafts: new Map(), guesses: new Map(), visited: new Set(), passed: new Set() };

/** As much of a store as is needed here. */
export type Storage = Pick<globalThis.Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

const prefix = "vivarium.";
const draftPrefix = `${prefix}draft.`;

/** Reads what is remembered. A page without storage remembers nothing. */
export function readKept(storage: Storage | undefined): Kept {
  const read = (key: string): string | undefined => {
    try {
      return storage?.getItem(prefix + key) ?? undefined;
    } catch {
      return undefined;
    }
  };
  const theme = read("theme");
  const speed = Number.parseFloat(read("speed") ?? "");
  const drafts = new Map<string, string>();
  try {
    for (let i = 0; i < (storage?.length ?? 0); i++) {
      const key = storage?.key(i) ?? "";
      if (key.startsWith(draftPrefix)) drafts.set(key.slice(draftPrefix.length), storage?.getItem(key) ?? "");
    }
  } catch {
    // Nothing can be read; nothing is remembered.
  }
  return {
    ...progressFrom(parse(read("progress"))),
    drafts,
    ...(theme === "light" || theme === "dark" || theme === "contrast" ? { theme } : {}),
    ...(speed >= 0 && speed <= 1 ? { speed } : {}),
    ...(read("autoload") === "on" ? { autoLoad: true } : {}),
  };
}

/**
 * Keeps what changes. Text is written at each pause of typing, and at once when the page is left; everything else at
 * once. What another tab has kept of other programs is left alone.
 */
export function createKeeper(storage: Storage | undefined, tell: (keeping: Keeping) => void, later: Later = timer()): Keeper {
  let waiting: State | undefined;
  let written: State | undefined;

  const write = (key: string, value: string | undefined): boolean => {
    try {
      if (!storage) return false;
      if (value === undefined) storage.removeItem(prefix + key);
      else storage.setItem(prefix + key, value);
      tell("kept");
      return true;
    } catch (error) {
      // It is still in the page; the page says so, and tries again with the next change.
      tell(error instanceof Error && error.name === "QuotaExceededError" && (storage?.length ?? 0) > 0 ? "full" : "refused");
      return false;
    }
  };
  const flush = (): void => {
    later.cancel();
    const next = waiting;
    if (!next || !written) return;
    let all = true;
    for (const key of new Set([...next.drafts.keys(), ...written.drafts.keys()])) {
      const draft = next.drafts.get(key);
      if (draft !== written.drafts.get(key)) all = write(`draft.${key}`, draft) && all;
    }
    if (all) {
      written = next;
      waiting = undefined;
    }
  };
  return {
    changed(next, previous) {
      written ??= previous;
      if (next.drafts !== previous.drafts) {
        waiting = next;
        later.set(flush, pause);
      }
      if (next.guesses !== previous.guesses || next.visited !== previous.visited || next.passed !== previous.passed) write("progress", JSON.stringify(progressOf(next)));
      if (next.theme !== previous.theme) write("theme", next.theme === "system" ? undefined : next.theme);
      if (next.autoLoad !== previous.autoLoad) write("autoload", next.autoLoad ? "on" : undefined);
      if (next.ownSpeed !== previous.ownSpeed) write("speed", String(next.ownSpeed));
    },
    flush,
  };
}

/** How long the keyboard rests before the text is kept, in milliseconds. */
export const pause = 250;

/** Keeps a visitor's things; see createKeeper. */
export interface Keeper {
  changed(next: State, previous: State): void;
  /** Keeps at once what still waits. */
  flush(): void;
}

/** A timer with one thing to do. */
export interface Later {
  set(act: () => void, milliseconds: number): void;
  cancel(): void;
}

function timer(): Later {
  let id: ReturnType<typeof setTimeout> | undefined;
  return {
    set(act, milliseconds) {
      clearTimeout(id);
      id = setTimeout(act, milliseconds);
    },
    cancel() {
      clearTimeout(id);
    },
  };
}

/** The browser's store, where it may be used. */
export function localStore(): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}

/**
 * Adds to what is kept, or, with `empty`, deletes all that was kept before. Returns whether all of it could be written.
 * For pages without a state; those with one have a keeper.
 */
export function storeKept(storage: Storage | undefined, kept: Kept, empty = false): boolean {
  if (!storage) return false;
  try {
    if (empty) {
      const keys: string[] = [];
      for (let i = 0; i < storage.length; i++) keys.push(storage.key(i) ?? "");
      for (const key of keys) if (key.startsWith(prefix) && key !== `${prefix}theme`) storage.removeItem(key);
      return true;
    }
    const mine = readKept(storage);
    for (const [key, draft] of kept.drafts) storage.setItem(draftPrefix + key, draft);
    const both = {
      guesses: new Map([...mine.guesses, ...kept.guesses]),
      visited: new Set([...mine.visited, ...kept.visited]),
      passed: new Set([...mine.passed, ...kept.passed]),
    };
    storage.setItem(`${prefix}progress`, JSON.stringify(progressOf(both)));
    return true;
  } catch {
    return false;
  }
}

/** The form of an exported file. */
const form = "vivarium-progress";

/** Everything that is kept, as the text of a file. */
export function exportKept(kept: Kept): string {
  return `${JSON.stringify({ form, version: 1, ...progressOf(kept), drafts: Object.fromEntries(kept.drafts) }, null, 2)}\n`;
}

/** Reads an exported file. Throws an Error that says what is wrong with it. */
export function importKept(text: string): Kept {
  const data = parse(text);
  if (data["form"] !== form) throw new Error("This is not a file with progress that was exported here.");
  if (data["version"] !== 1) throw new Error("This file was exported by a newer version of this page. Reload the page, then try again.");
  const drafts = new Map<string, string>();
  for (const [key, draft] of Object.entries(fieldsOf(data["drafts"]))) if (typeof draft === "string" && key.length < 200) drafts.set(key, draft);
  return { ...progressFrom(data), drafts };
}

/** The keys of the programs that both have, and not with the same text. */
export function conflicts(mine: Kept, theirs: Kept): readonly string[] {
  return [...theirs.drafts].filter(([key, draft]) => mine.drafts.has(key) && mine.drafts.get(key) !== draft).map(([key]) => key);
}

function progressOf({ guesses, visited, passed }: Pick<Kept, "guesses" | "visited" | "passed">): Readonly<Record<string, unknown>> {
  return { guesses: Object.fromEntries(guesses), visited: [...visited], passed: [...passed] };
}

function progressFrom(data: Readonly<Record<string, unknown>>): Kept {
  const strings = (value: unknown): Set<string> => new Set(Array.isArray(value) ? value.filter((v): v is string => typeof v === "string") : []);
  const guesses = new Map<string, number>();
  for (const [key, guess] of Object.entries(fieldsOf(data["guesses"]))) if (typeof guess === "number" && Number.isInteger(guess) && guess >= 0) guesses.set(key, guess);
  return { drafts: new Map(), guesses, visited: strings(data["visited"]), passed: strings(data["passed"]) };
}

function parse(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return fieldsOf(JSON.parse(text ?? "{}"));
  } catch {
    return {};
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {};
}
