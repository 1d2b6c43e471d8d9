/** The words and numbers of the Observer. */

import type { PageName } from "../state/observer.ts";

/** The pages' titles. */
export const pageTitles: Readonly<Record<PageName, string>> = {
  system: "System", processes: "Processes", applications: "Applications", tables: "Tables", names: "Names", timers: "Timers", nodes: "Nodes",
};

/** A column of a table of the Observer: its title, the name the machine sorts by, and how its cells look. */
export interface Column {
  readonly title: string;
  readonly sort: string;
  readonly look: "name" | "mono" | "count" | "bytes" | "time";
  /** Its share of the width. */
  readonly share: number;
  /** Left out where there is little room. */
  readonly wide?: boolean;
}

const column = (title: string, sort: string, look: Column["look"], share: number, wide = false): Column => ({ title, sort, look, share, wide });

/** The columns of each page, in the order of the machine's cells. */
export const columns: Readonly<Record<string, readonly Column[]>> = {
  processes: [
    column("Pid", "pid", "mono", 1.1), column("Name", "name", "name", 1.4), column("Initial call", "initial call", "mono", 1.8, true), column("Reductions", "reductions", "count", 1),
    column("Memory", "memory", "bytes", 0.9), column("Queue", "queue", "count", 0.7), column("Current function", "", "mono", 1.8, true), column("Status", "status", "name", 0.9, true),
  ],
  tables: [column("Name", "name", "name", 1.6), column("Type", "type", "name", 1), column("Access", "access", "name", 1, true), column("Owner", "owner", "name", 1.4, true), column("Rows", "rows", "count", 0.8), column("Memory", "memory", "bytes", 0.9)],
  rows: [column("Row", "", "mono", 1)],
  names: [column("Name", "name", "name", 1.4), column("Pid", "pid", "mono", 1), column("Initial call", "initial call", "mono", 1.8)],
  timers: [column("Due in", "", "time", 0.7), column("For", "", "name", 1.2), column("Message", "", "mono", 2)],
  nodes: [column("Name", "name", "name", 1.6), column("State", "state", "name", 1), column("Processes", "processes", "count", 0.8), column("Names", "names", "count", 0.8)],
};

/** 1,234,567. */
export function grouped(n: number): string {
  return Math.round(n).toLocaleString("en");
}

/** "1.5 MB". */
export function bytesWord(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  if (bytes < 1e6) return `${round(bytes / 1e3)} kB`;
  if (bytes < 1e9) return `${round(bytes / 1e6)} MB`;
  return `${round(bytes / 1e9)} GB`;
}

/** "1.2 M": a number in a few characters. */
export function shortNumber(n: number): string {
  if (n < 10_000) return grouped(n);
  if (n < 1e6) return `${round(n / 1e3)} k`;
  if (n < 1e9) return `${round(n / 1e6)} M`;
  return `${round(n / 1e9)} G`;
}

function round(n: number): string {
  return n < 10 ? n.toFixed(1) : String(Math.round(n));
}

/** "20 ms", "1.5 s", of milliseconds. */
export function timeWord(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds < 10 && milliseconds % 1 !== 0 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
  if (milliseconds < 120_000) return `${round(milliseconds / 1000)} s`;
  return `${Math.round(milliseconds / 60_000)} min`;
}

/** A cell as it is shown. */
export function cellWord(cell: string, look: Column["look"]): string {
  const n = Number(cell);
  switch (look) {
    case "count":
      return grouped(n);
    case "bytes":
      return bytesWord(n);
    case "time":
      return timeWord(n);
    case "mono":
      // As on the stage, where there is no room for more.
      return cell.replace(/^#PID<(\d+\.\d+\.\d+)>$/, "$1");
    default:
      return cell;
  }
}
