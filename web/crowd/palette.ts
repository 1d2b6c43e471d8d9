/** What the bytes of the crowd's cells look like, and their words. */

import type { CrowdBy } from "../protocol.ts";

/** A colour as three numbers from 0 to 255. */
export type Rgb = readonly [number, number, number];

/** The words for the statuses, by their byte; for those who do not read code. */
export const statusWords = ["ready to run", "running", "waiting", "suspended", "exited", "crashed"] as const;

/** What a mailbox's byte says: 0 for none, else one more than the binary logarithm of the number of messages. */
export function mailWord(byte: number): string {
  if (byte === 0) return "no message";
  if (byte === 1) return "1 message";
  const from = 2 ** (byte - 1);
  return byte >= 15 ? `${from.toLocaleString("en")} messages and more` : `${from.toLocaleString("en")} to ${(2 * from - 1).toLocaleString("en")} messages`;
}

/** What an age's byte says: the binary logarithm of the milliseconds plus one. */
export function ageWord(byte: number): string {
  if (byte === 0) return "under 1 ms";
  return byte >= 15 ? "16 s and older" : `${span(2 ** (byte - 1))} to ${span(2 ** byte)}`;
}

/** A length of time, in milliseconds, as one says it. */
export function span(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : ms < 120_000 ? `${Number((ms / 1000).toFixed(1))} s` : `${Math.round(ms / 60_000)} min`;
}

/** What a byte says. */
export function byteWord(by: CrowdBy, byte: number): string {
  switch (by) {
    case "status":
      return statusWords[byte] ?? "";
    case "mailbox":
      return mailWord(byte);
    case "age":
      return ageWord(byte);
  }
}

/** What the legend shows: the bytes of a scale that stand for the rest. */
export function legendBytes(by: CrowdBy, seen: (byte: number) => number): readonly number[] {
  if (by === "status") return [1, 0, 2, 3, 5, 4].filter((b) => b < 4 || seen(b) > 0);
  const last = Array.from({ length: 16 }, (_, b) => b).filter((b) => seen(b) > 0).at(-1) ?? 0;
  return Array.from({ length: last + 1 }, (_, b) => b);
}

/** A colour between those of a row, from 0 to 1. */
export function between(stops: readonly Rgb[], part: number): Rgb {
  const at = Math.min(0.9999, Math.max(0, part)) * (stops.length - 1);
  const i = Math.floor(at);
  const a = stops[i] ?? [0, 0, 0];
  const b = stops[i + 1] ?? a;
  const t = at - i;
  return [0, 1, 2].map((k) => Math.round((a[k] ?? 0) * (1 - t) + (b[k] ?? 0) * t)) as unknown as Rgb;
}

/** Reads what getComputedStyle gives for a colour. */
export function parseColor(text: string): Rgb {
  const n = (text.match(/[\d.]+/g) ?? []).map(Number);
  const unit = text.startsWith("color(") ? 255 : 1;
  return [Math.round((n[0] ?? 0) * unit), Math.round((n[1] ?? 0) * unit), Math.round((n[2] ?? 0) * unit)];
}

/** The colours of the cells. */
export interface Palette {
  /** As many as there are bytes. */
  readonly colors: readonly Rgb[];
  readonly empty: Rgb;
  readonly born: Rgb;
  readonly gone: Rgb;
}

/** Puts the colours for what the cells tell together. `color` gives a custom property's. */
export function palette(by: CrowdBy, color: (name: string) => Rgb): Palette {
  const rest = { empty: color("--cell-empty"), born: color("--cell-born"), gone: color("--cell-gone") };
  const row = (name: string, count: number): readonly Rgb[] => Array.from({ length: count }, (_, i) => color(`--${name}-${i}`));
  switch (by) {
    case "status":
      return { ...rest, colors: row("cell-status", 6) };
    case "mailbox": {
      const stops = row("cell-mail", 5);
      return { ...rest, colors: Array.from({ length: 16 }, (_, b) => between(stops, b === 0 ? 0 : 0.25 + (0.75 * (b - 1)) / 14)) };
    }
    case "age": {
      const stops = row("cell-age", 3);
      return { ...rest, colors: Array.from({ length: 16 }, (_, b) => between(stops, b / 15)) };
    }
  }
}
