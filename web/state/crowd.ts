/** The crowd's picture, folded from the machine's batches. */

import type { CrowdBy, Glance, Message, Tile } from "../protocol.ts";

export interface CrowdState {
  /** What the cells tell. */
  readonly by: CrowdBy;
  readonly processes: number;
  /** Processes for which there was no cell. */
  readonly leftOut: number;
  /** The size of the picture, in cells. */
  readonly w: number;
  readonly h: number;
  /** The squares of cells by their place, see tileKey. One that changed is another object. */
  readonly tiles: ReadonlyMap<number, Tile>;
  /** Counts how often the picture began anew: what is in it then was not born just now. */
  readonly begun: number;
  /** What the machine said of a cell last. */
  readonly glance: Glance | null;
}

/** The number of cells on each side of a tile. */
export const tileSide = 32;

/** The byte of a cell in which nobody is. */
export const emptyCell = 255;

export const noCrowd: CrowdState = { by: "status", processes: 0, leftOut: 0, w: 0, h: 0, tiles: new Map(), begun: 0, glance: null };

/** The key of a tile; x and y count tiles. */
export function tileKey(x: number, y: number): number {
  return y * 1024 + x;
}

/** The byte of a cell. */
export function cellAt(crowd: CrowdState, x: number, y: number): number {
  const tile = crowd.tiles.get(tileKey(Math.floor(x / tileSide), Math.floor(y / tileSide)));
  return tile?.bytes[(y % tileSide) * tileSide + (x % tileSide)] ?? emptyCell;
}

/** Applies what a batch says of the crowd. */
export function applyCrowd(crowd: CrowdState, batch: readonly Message[]): CrowdState {
  let next = crowd;
  for (const message of batch) {
    if (message.type === "glance") next = { ...next, glance: message };
    if (message.type !== "crowd") continue;
    const tiles = new Map(message.anew ? undefined : next.tiles);
    for (const tile of message.tiles) tiles.set(tileKey(tile.x, tile.y), tile);
    next = { ...next, by: message.by, processes: message.processes, leftOut: message.leftOut, w: message.w, h: message.h, tiles, begun: next.begun + (message.anew ? 1 : 0) };
  }
  return next;
}
