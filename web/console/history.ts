/** The lines that were typed into the shell, the latest last. */

/** As many are kept. */
export const keptEntries = 300;

const key = "vivarium.iex";

/** The history: `older` and `newer` walk through it from what is being typed. */
export interface History {
  add(entry: string): void;
  older(current: string): string | undefined;
  newer(current: string): string | undefined;
}

/** Makes a history that a store outlives; without a store it lasts as long as the page. */
export function createHistory(storage: Pick<Storage, "getItem" | "setItem"> | undefined): History {
  let entries: string[] = [];
  try {
    const read: unknown = JSON.parse(storage?.getItem(key) ?? "[]");
    if (Array.isArray(read)) entries = read.filter((e): e is string => typeof e === "string").slice(-keptEntries);
  } catch {
    // What cannot be read is as good as none.
  }
  let at = entries.length;
  let draft = "";
  return {
    add(entry) {
      if (entry.trim() !== "" && entries.at(-1) !== entry) entries = [...entries, entry].slice(-keptEntries);
      at = entries.length;
      draft = "";
      try {
        storage?.setItem(key, JSON.stringify(entries));
      } catch {
        // It lasts as long as the page.
      }
    },
    older(current) {
      if (at === 0) return undefined;
      if (at === entries.length) draft = current;
      return entries[--at];
    },
    newer() {
      if (at >= entries.length) return undefined;
      at++;
      return at === entries.length ? draft : entries[at];
    },
  };
}
