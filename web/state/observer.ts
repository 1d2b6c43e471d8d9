/** What the Observer shows: its page, what it asks the machine for, and what the machine has answered. */

import type { Details, Gauges, Life, TermPart, Sheet } from "../protocol.ts";

export const pageNames = ["system", "processes", "applications", "tables", "names", "timers", "nodes"] as const;

export type PageName = (typeof pageNames)[number];

/** What a page asks for: a window of its rows. */
export interface Query {
  readonly sort: string;
  readonly descending: boolean;
  readonly filter: string;
  readonly from: number;
  /** The table whose rows are shown, on the page of tables; 0 for the list of tables. */
  readonly table: number;
}

export interface ObserverState {
  readonly page: PageName;
  readonly queries: Readonly<Record<PageName, Query>>;
  /** The last answer for each page, and for the rows of a table. */
  readonly sheets: ReadonlyMap<string, Sheet>;
  readonly gauges: Gauges | null;
  /** Parts of terms that are open, by their keys. */
  readonly parts: ReadonlyMap<string, TermPart>;
  /** What happened to the selected process. */
  readonly life: Life | null;
}

/** The rows that a page asks for at once. */
export const windowRows = 100;

const query = (sort = "", descending = false): Query => ({ sort, descending, filter: "", from: 0, table: 0 });

export const emptyObserver: ObserverState = {
  page: "system",
  queries: { system: query(), processes: query("reductions", true), applications: query(), tables: query("name"), names: query("name"), timers: query(), nodes: query() },
  sheets: new Map(),
  gauges: null,
  parts: new Map(),
  life: null,
};

/** Where a part of a term is. */
export interface Place {
  readonly node: number;
  readonly root: "state" | "dictionary" | "message" | "row";
  readonly message: number;
  readonly table: number;
  readonly place: number;
  readonly path: readonly number[];
  readonly from: number;
}

export type ObserverAction =
  | { readonly type: "page"; readonly page: PageName }
  /** Another window of the page that is shown. */
  | { readonly type: "query"; readonly change: Partial<Query> }
  | { readonly type: "part"; readonly place: Place };

/** The key of a part: its place as text. */
export function partKey({ node, root, message, table, place, path, from }: Place): string {
  return [node, root, message, table, place, from, ...path].join(" ");
}

/** The key of a sheet. */
export function sheetKey(page: string, table: number): string {
  return table === 0 ? page : `${page} ${table}`;
}

/** What is asked for the page that is shown. */
export function asked({ page, queries }: ObserverState): { readonly page: string; readonly query: Query } {
  const own = queries[page];
  return page === "tables" && own.table !== 0 ? { page: "rows", query: own } : { page, query: own };
}

/** The reducer of these actions. */
export function reduceObserver(state: ObserverState, action: ObserverAction): ObserverState {
  switch (action.type) {
    case "page":
      return state.page === action.page ? state : { ...state, page: action.page };
    case "query": {
      const old = state.queries[state.page];
      // What is shown in another order, or of another table, begins at its top.
      const moved = action.change.from ?? (action.change.sort !== undefined || action.change.filter !== undefined || action.change.table !== undefined ? 0 : old.from);
      return { ...state, queries: { ...state.queries, [state.page]: { ...old, ...action.change, from: moved } } };
    }
    case "part":
      return state;
  }
}

/** As many parts as are kept; the oldest go first. */
const maxParts = 200;

/** The state with an answer of the machine. */
export function answered(state: ObserverState, message: Sheet | Gauges | TermPart | Life): ObserverState {
  switch (message.type) {
    case "sheet":
      return { ...state, sheets: new Map(state.sheets).set(sheetKey(message.page, message.table), message) };
    case "gauges":
      return { ...state, gauges: message };
    case "life":
      return { ...state, life: message };
    case "termPart": {
      const parts = new Map(state.parts);
      const key = partKey(message as unknown as Place);
      parts.delete(key);
      if (!message.gone) parts.set(key, message);
      for (const old of parts.keys()) {
        if (parts.size <= maxParts) break;
        parts.delete(old);
      }
      return { ...state, parts };
    }
  }
}

/** The state without what was known of the process that was selected before, or of the run. */
export function forgotten(state: ObserverState, all: boolean): ObserverState {
  if (all) return { ...state, sheets: new Map(), gauges: null, parts: new Map(), life: null, queries: { ...state.queries, tables: { ...state.queries.tables, table: 0, from: 0 } } };
  const parts = new Map([...state.parts].filter(([, part]) => part.root === "row"));
  return { ...state, parts, life: null };
}

/** A fact of the details by its label, "" when it is not there. */
export function factOf(details: Details, label: string): string {
  return details.rows.find((row) => row.label === label)?.value ?? "";
}
