/** The cells as pixels: a picture of its own, a pixel for each cell, of which only the tiles that changed are drawn anew. */

import type { Tile } from "../protocol.ts";
import { emptyCell, tileSide, type CrowdState } from "../state/crowd.ts";
import type { Palette } from "./palette.ts";

/** How long a birth or an end is marked, in milliseconds; and how finely that time is counted. */
const flashTime = 320;
const step = 80;

const cells = tileSide * tileSide;

/** A tile as it is drawn. */
export class Patch {
  tile: Tile;
  /** Births and ends that are still marked: 1 or 2, and when they began, in steps. */
  private marks: Uint8Array | undefined;
  private since: Uint8Array | undefined;
  /** Until when there are marks. */
  until = 0;

  constructor(tile: Tile) {
    this.tile = tile;
  }

  /** Takes what the tile holds now, counts it, and marks who came and went. */
  take(next: Tile, counts: Int32Array, now: number | undefined): void {
    const before = this.tile.bytes;
    const after = next.bytes;
    for (let i = 0; i < cells; i++) {
      const a = before[i] ?? emptyCell;
      const b = after[i] ?? emptyCell;
      if (a === b) continue;
      counts[a] = (counts[a] ?? 0) - 1;
      counts[b] = (counts[b] ?? 0) + 1;
      if (now === undefined || (a !== emptyCell && b !== emptyCell)) continue;
      this.marks ??= new Uint8Array(cells);
      this.since ??= new Uint8Array(cells);
      this.marks[i] = a === emptyCell ? 1 : 2;
      this.since[i] = (now / step) & 255;
      this.until = now + flashTime + step;
    }
    this.tile = next;
  }

  /** Writes the tile's pixels, as 32 bits each. */
  paint(pixels: Uint32Array, colors: Uint32Array, born: number, gone: number, now: number): void {
    const { bytes } = this.tile;
    for (let i = 0; i < cells; i++) pixels[i] = colors[bytes[i] ?? emptyCell] ?? 0;
    if (!this.marks || !this.since) return;
    if (now > this.until) {
      this.marks = this.since = undefined;
      return;
    }
    const tick = (now / step) & 255;
    for (let i = 0; i < cells; i++) {
      const mark = this.marks[i];
      if (mark === 0 || ((tick - (this.since[i] ?? 0)) & 255) > flashTime / step) continue;
      pixels[i] = mark === 1 ? born : gone;
    }
  }

  get marked(): boolean {
    return this.marks !== undefined;
  }
}

/** The bytes of a tile in which nobody is. */
const nobody: Tile = { x: 0, y: 0, bytes: new Uint8Array(cells).fill(emptyCell) };

/** What changed, and what is to be drawn. It draws on a canvas of its own. */
export class Plane {
  readonly canvas = document.createElement("canvas");
  /** How many cells have each byte. */
  readonly counts = new Int32Array(256);
  private readonly ctx: CanvasRenderingContext2D;
  private readonly patches = new Map<number, Patch>();
  private readonly stale = new Set<Patch>();
  private readonly flashing = new Set<Patch>();
  private readonly image = new ImageData(tileSide, tileSide);
  private readonly pixels = new Uint32Array(this.image.data.buffer);
  private readonly colors = new Uint32Array(256);
  private born = 0;
  private gone = 0;
  private begun = -1;
  private ticked = 0;

  constructor() {
    const ctx = this.canvas.getContext("2d");
    if (!ctx) throw new Error("this browser draws no 2D canvas");
    this.ctx = ctx;
  }

  /** Takes the crowd as it is now. `now` is undefined where nothing shall flash. */
  take(crowd: CrowdState, now: number | undefined): void {
    let mark = now;
    if (crowd.begun !== this.begun) {
      this.begun = crowd.begun;
      this.patches.clear();
      this.stale.clear();
      this.flashing.clear();
      this.counts.fill(0);
      this.canvas.width = this.canvas.width; // empties it
      mark = undefined;
    }
    for (const [key, tile] of crowd.tiles) {
      let patch = this.patches.get(key);
      if (patch?.tile === tile) continue;
      if (!patch) {
        patch = new Patch(nobody);
        this.patches.set(key, patch);
      }
      patch.take(tile, this.counts, mark);
      this.stale.add(patch);
      if (patch.marked) this.flashing.add(patch);
    }
    const width = Math.ceil(crowd.w / tileSide) * tileSide;
    const height = Math.ceil(crowd.h / tileSide) * tileSide;
    if (width !== this.canvas.width || height !== this.canvas.height) {
      this.canvas.width = Math.max(1, width);
      this.canvas.height = Math.max(1, height);
      for (const patch of this.patches.values()) this.stale.add(patch);
    }
  }

  /** Sets the colours; everything is drawn anew. */
  dress({ colors, born, gone }: Palette): void {
    const pack = ([r, g, b]: readonly [number, number, number]): number => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
    // Where nobody is one sees through.
    this.colors.fill(0);
    colors.forEach((color, byte) => (this.colors[byte] = pack(color)));
    this.born = pack(born);
    this.gone = pack(gone);
    for (const patch of this.patches.values()) this.stale.add(patch);
  }

  /** Draws what is stale; says whether anything was, and whether something still flashes. */
  paint(now: number): { readonly painted: number; readonly flashing: boolean } {
    const tick = Math.floor(now / step);
    if (tick !== this.ticked) {
      this.ticked = tick;
      for (const patch of this.flashing) this.stale.add(patch);
    }
    const painted = this.stale.size;
    for (const patch of this.stale) {
      patch.paint(this.pixels, this.colors, this.born, this.gone, now);
      this.ctx.putImageData(this.image, patch.tile.x * tileSide, patch.tile.y * tileSide);
      if (!patch.marked) this.flashing.delete(patch);
    }
    this.stale.clear();
    return { painted, flashing: this.flashing.size > 0 };
  }
}
