/** Where things of the diagram are: rows and columns to pixels, and what of them is in sight. */

import type { Chart, ChartLane, ChartLife } from "../protocol.ts";

/** The part of the diagram that is in sight, in CSS pixels, and how large it is drawn. */
export interface Sight {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  /** 1 is the usual size. */
  readonly zoom: number;
}

/** The height of the lanes' heads. */
export const headHeight = 54;

/** What lies left and right of the lanes: room for what comes from elsewhere. */
export const margin = 40;

/** What lies below the last row. */
const below = 46;

const rowSize = 34;
const laneSize = 152;

export const smallest = 0.3;
export const largest = 2;

/** The height of a row. */
export function rowHeight(zoom: number): number {
  return rowSize * zoom;
}

/** The width of a lane. It shrinks less than rows do: names want room. */
export function laneWidth(zoom: number): number {
  return Math.max(64, laneSize * Math.min(1.5, 0.35 + 0.65 * zoom));
}

/** The size of the whole diagram. */
export function wholeSize(rows: number, lanes: number, zoom: number): { readonly width: number; readonly height: number } {
  return { width: 2 * margin + lanes * laneWidth(zoom), height: headHeight + rows * rowHeight(zoom) + below };
}

/** The middle of a lane, in sight. */
export function laneX(column: number, sight: Sight): number {
  return margin + (column + 0.5) * laneWidth(sight.zoom) - sight.left;
}

/** The middle of a row, in sight. */
export function rowY(row: number, sight: Sight): number {
  return headHeight + (row + 0.6) * rowHeight(sight.zoom) - sight.top;
}

/** The rows in sight: from the first up to the last, the last not with them. */
export function rowsInSight(sight: Sight): { readonly first: number; readonly last: number } {
  const high = rowHeight(sight.zoom);
  return { first: Math.max(0, Math.floor(sight.top / high)), last: Math.ceil((sight.top + Math.max(0, sight.height - headHeight)) / high) + 1 };
}

/** The column at a place in the whole diagram. */
export function columnAt(x: number, lanes: number, zoom: number): number {
  return Math.min(lanes - 1, Math.max(0, Math.floor((x - margin) / laneWidth(zoom))));
}

/** The rows to ask for: those in sight, and as many above and below, so that a reader who scrolls sees no gap. */
export function rowsToAsk(sight: Sight): { readonly first: number; readonly rows: number } {
  const { first, last } = rowsInSight(sight);
  const shown = last - first;
  const from = Math.max(0, first - shown);
  return { first: from, rows: last + shown - from };
}

/** The order of the lanes after one of them has moved to another column. */
export function moved(ids: readonly number[], id: number, to: number): readonly number[] {
  const rest = ids.filter((other) => other !== id);
  rest.splice(Math.min(Math.max(0, to), rest.length), 0, id);
  return rest;
}

/** How many columns a chart has. */
export function columnsOf(chart: Chart): number {
  return chart.lanes.reduce((most, lane) => Math.max(most, lane.column + 1), 0);
}

/** Whose head each column has: a lane may begin in the column of one that has ended, so it is the last that has begun within sight. */
export function headsOf(chart: Chart, sight: Sight): readonly ChartLane[] {
  const { last } = rowsInSight(sight);
  const heads = new Map<number, ChartLane>();
  for (const lane of chart.lanes) {
    if (lane.column < 0) continue;
    const begin = lane.lives[0]?.begin ?? -1;
    if (!heads.has(lane.column) || begin < last - 1) heads.set(lane.column, lane);
  }
  return [...heads.values()].sort((a, b) => a.column - b.column);
}

/** The life that a lane is in at the end of what is in sight, or of what has happened at the moment shown. */
export function lifeInSight(lane: ChartLane, chart: Chart, sight: Sight): ChartLife | undefined {
  const row = Math.min(rowsInSight(sight).last - 1, chart.now - 1);
  let life = lane.lives[0];
  for (const next of lane.lives) if (next.begin <= row) life = next;
  return life && life.end > row ? { ...life, end: -1 } : life;
}

/** The lane that each column began with: columns are moved by it. */
export function columnIds(chart: Chart): readonly number[] {
  const ids: number[] = [];
  for (const lane of chart.lanes) if (lane.column >= 0) ids[lane.column] ??= lane.id;
  return ids;
}
