/** The strip of turns: a row a scheduler, a block a turn, in the order in which the one thread played them. */

import type { Turn } from "../protocol.ts";
import { Layer } from "../stage/layer.ts";
import { cutText } from "../stage/text.ts";
import type { Theme } from "../stage/theme.ts";
import { shortName, slice } from "./words.ts";

/** The width of a whole slice and of the narrowest turn, and of a pause in which everybody waits. */
const whole = 34;
const narrow = 2.5;
const pause = 12;

/** A pause shorter than this, in milliseconds, is none. */
const shortest = 0.02;

/** A turn's place in the strip; `wait` is the pause before it, in milliseconds. */
export interface Placed {
  readonly turn: Turn;
  readonly x: number;
  readonly width: number;
  readonly wait: number;
}

/** Places the latest turns so that the last one ends at the right edge; those that do not fit are left out. */
export function placeTurns(turns: readonly Turn[], room: number): readonly Placed[] {
  const placed: Placed[] = [];
  let right = room;
  for (let i = turns.length - 1; i >= 0; i--) {
    const turn = turns[i];
    if (!turn) break;
    const before = turns[i - 1];
    const wait = before ? Math.max(0, turn.start - before.end) : 0;
    const width = Math.max(narrow, (whole * Math.min(turn.reductions, 2 * slice)) / slice);
    const x = right - width;
    if (x < 0) break;
    placed.push({ turn, x, width, wait: wait < shortest ? 0 : wait });
    right = x - (wait < shortest ? 1 : pause);
  }
  return placed.reverse();
}

/** One of the eight colours for a process; they repeat, and the name beside them does not. */
export function hueOf(pid: number): number {
  return (pid * 5) % 8;
}

/** Draws the strip. `rows` are the schedulers from the top. */
export function drawStrip(layer: Layer, theme: Theme, hues: readonly string[], rows: readonly number[], turns: readonly Turn[], box: { width: number; height: number; left: number }, selected: number): readonly Placed[] {
  const { ctx } = layer;
  layer.clear();
  const rowHeight = box.height / Math.max(1, rows.length);
  const font = `11px ${theme.sans}`;
  ctx.textBaseline = "middle";
  rows.forEach((row, i) => {
    const y = i * rowHeight;
    ctx.fillStyle = theme.grid;
    ctx.fillRect(box.left, y + rowHeight - 0.5, box.width - box.left, 0.5);
    ctx.fillStyle = theme.soft;
    ctx.font = font;
    if (rowHeight >= 11) ctx.fillText(String((row % 16) + 1), 2, y + rowHeight / 2);
  });
  const placed = placeTurns(turns, box.width - box.left - 2);
  for (const { turn, x, width, wait } of placed) {
    const row = rows.indexOf(turn.scheduler);
    if (row < 0) continue;
    const left = box.left + x;
    if (wait > 0) {
      ctx.strokeStyle = theme.wait;
      ctx.lineWidth = 1;
      ctx.setLineDash([2, 3]);
      ctx.beginPath();
      ctx.moveTo(left - pause / 2, 0);
      ctx.lineTo(left - pause / 2, box.height);
      ctx.stroke();
      ctx.setLineDash([]);
    }
    const gap = Math.min(3, rowHeight * 0.14);
    const y = row * rowHeight + gap;
    const height = rowHeight - 2 * gap;
    const hue = turn.system ? theme.wait : (hues[hueOf(turn.pid)] ?? theme.wait);
    ctx.globalAlpha = 0.32;
    ctx.fillStyle = hue;
    ctx.fillRect(left, y, width, height);
    ctx.globalAlpha = 1;
    ctx.fillRect(left, y, width, Math.min(3, height / 3));
    // Preempted: the block is cut off by a bar. Taken from another: a notch where it begins.
    if (turn.out === "preempted") {
      ctx.fillStyle = theme.ink;
      ctx.fillRect(left + width - 1.5, y, 1.5, height);
    } else if (turn.out === "ended") {
      ctx.fillStyle = theme.soft;
      ctx.fillRect(left + width - 1.5, y + height / 2, 1.5, height / 2);
    }
    if (turn.from !== turn.scheduler) {
      ctx.fillStyle = theme.ink;
      ctx.beginPath();
      ctx.moveTo(left, y + height / 2 - 4);
      ctx.lineTo(left + 5, y + height / 2);
      ctx.lineTo(left, y + height / 2 + 4);
      ctx.fill();
    }
    if (turn.pid === selected) {
      ctx.strokeStyle = theme.leaf;
      ctx.lineWidth = 2;
      ctx.strokeRect(left, y, width, height);
    }
    if (width >= 26 && height >= 13) {
      ctx.fillStyle = theme.ink;
      ctx.font = font;
      const indent = turn.from === turn.scheduler ? 3 : 7;
      ctx.fillText(cutText(ctx, font, shortName(turn.name), width - indent - 3), left + indent, y + height / 2 + 1.5);
    }
  }
  return placed;
}
