/** Boxes on their way to where the layout wants them. */

import { easeInOut, mixBox, type Box } from "./geometry.ts";

interface Move {
  readonly from: Box;
  readonly to: Box;
  readonly start: number;
}

/** How long a box takes to its new place, in milliseconds of the wall clock. */
export const moveTime = 320;

/** Where boxes are drawn while the layout changes. The time is the wall clock's, given from outside. */
export class Tweens {
  private readonly moves = new Map<number, Move>();
  private latest = Number.NEGATIVE_INFINITY;

  /** Gives the boxes their places: new ones are there at once, the others move; `still` moves nothing. */
  retarget(places: ReadonlyMap<number, Box>, now: number, still: boolean): void {
    for (const id of this.moves.keys()) if (!places.has(id)) this.moves.delete(id);
    for (const [id, place] of places) {
      const move = this.moves.get(id);
      if (move && same(move.to, place)) continue;
      const from = move && !still ? this.box(move, now) : place;
      this.moves.set(id, { from, to: place, start: now });
      if (move && !still) this.latest = now + moveTime;
    }
  }

  /** Whether anything moves. */
  moving(now: number): boolean {
    return now < this.latest;
  }

  /** A box where it is drawn now. */
  at(id: number, now: number): Box | undefined {
    const move = this.moves.get(id);
    return move && this.box(move, now);
  }

  private box(move: Move, now: number): Box {
    const t = (now - move.start) / moveTime;
    return t >= 1 || move.from === move.to ? move.to : mixBox(move.from, move.to, easeInOut(Math.max(0, t)));
  }
}

function same(a: Box, b: Box): boolean {
  return a.x === b.x && a.y === b.y && a.w === b.w && a.h === b.h;
}
