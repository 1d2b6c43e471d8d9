/** What the page remembers of a visitor, in the browser's local storage: the text, above all. */

import type { State, Theme } from "./state.ts";

/** What is remembered. */
export interface Kept {
  readonly lesson?: string;
  /** Edited programs by their lesson; "" is the visitor's own. */
  readonly drafts: ReadonlyMap<string, string>;
  readonly theme?: Theme;
  readonly speed?: number;
}

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
  const lesson = read("lesson");
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
    ...(lesson === undefined ? {} : { lesson }),
    drafts,
    ...(theme === "light" || theme === "dark" ? { theme } : {}),
    ...(speed >= 0 && speed <= 1 ? { speed } : {}),
  };
}

/** Writes what has changed. */
export function writeKept(storage: Storage | undefined, next: State, previous: State): void {
  const write = (key: string, value: string | undefined): void => {
    try {
      if (value === undefined) storage?.removeItem(prefix + key);
      else storage?.setItem(prefix + key, value);
    } catch {
      // Storage is full or forbidden: the text is still in the page.
    }
  };
  if (next.lesson !== previous.lesson) write("lesson", next.lesson);
  if (next.drafts !== previous.drafts) {
    for (const slug of new Set([...next.drafts.keys(), ...previous.drafts.keys()])) {
      const draft = next.drafts.get(slug);
      if (draft !== previous.drafts.get(slug)) write(`draft.${slug}`, draft);
    }
  }
  if (next.theme !== previous.theme) write("theme", next.theme === "system" ? undefined : next.theme);
  if (next.ownSpeed !== previous.ownSpeed) write("speed", String(next.ownSpeed));
}

/** The browser's store, where it may be used. */
export function localStore(): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}
