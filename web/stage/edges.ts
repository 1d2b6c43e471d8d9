/** The ties between processes: which are drawn, along which curve, and how. */

import type { Edge, Signal } from "../protocol.ts";
import { bowedBetween, pointAt, reversed, treeCurve, type Box, type Curve } from "./geometry.ts";
import type { Theme } from "./theme.ts";

/** A tie with its curve. */
export interface Tie {
  readonly edge: Edge;
  readonly curve: Curve;
}

function pair(a: number, b: number): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

/** How far a tie may be bowed to come past what stands in its way: the first bow that does is taken. */
const bows = [1, -1, 2.2, -2.2, 3.6, -3.6] as const;

/** Among more boxes than these a tie runs as it will. */
const mostInWay = 150;

/** Whether a curve comes out of its own two boxes without running behind another. */
function isClear(curve: Curve, others: readonly Box[]): boolean {
  for (let i = 1; i < 16; i++) {
    const { x, y } = pointAt(curve, i / 16);
    if (others.some((o) => x > o.x - 4 && x < o.x + o.w + 4 && y > o.y - 4 && y < o.y + o.h + 4)) return false;
  }
  return true;
}

/** A bowed tie that runs behind no other box, where there is one. */
function past(from: Box, to: Box, bow: number, boxes: readonly Box[]): Curve {
  const usual = bowedBetween(from, to, bow);
  if (boxes.length > mostInWay) return usual;
  const others = boxes.filter((b) => b !== from && b !== to);
  for (const times of bows) {
    const curve = bowedBetween(from, to, bow * times);
    if (isClear(curve, others)) return curve;
  }
  return usual;
}

/**
 * The ties to draw. Two processes have at most one line besides monitors: supervision says more than a link, a link more
 * than parenthood. Ties along the tree follow its curve, the others are bowed, past
 * the boxes that stand between.
 */
export function ties(edges: Iterable<Edge>, box: (id: number) => Box | undefined, ids: Iterable<number> = []): readonly Tie[] {
  const all = [...edges];
  // Asked for once each, so that a box can be told from another by itself.
  const boxes = new Map<number, Box>();
  const boxOf = (id: number): Box | undefined => {
    const known = boxes.get(id) ?? box(id);
    if (known) boxes.set(id, known);
    return known;
  };
  for (const id of ids) boxOf(id);
  const inWay = [...boxes.values()];
  const inTree = new Map<string, Edge>();
  const linked = new Set<string>();
  const supervised = new Set<string>();
  for (const edge of all) {
    const key = pair(edge.from, edge.to);
    if (edge.kind === "parent" || edge.kind === "supervises") inTree.set(key, edge);
    if (edge.kind === "link") linked.add(key);
    if (edge.kind === "supervises") supervised.add(key);
  }
  const result: Tie[] = [];
  for (const edge of all) {
    const from = boxOf(edge.from);
    const to = boxOf(edge.to);
    if (!from || !to) continue;
    const key = pair(edge.from, edge.to);
    switch (edge.kind) {
      case "parent":
        if (linked.has(key) || supervised.has(key)) continue;
        result.push({ edge, curve: treeCurve(from, to) });
        break;
      case "supervises":
        result.push({ edge, curve: treeCurve(from, to) });
        break;
      case "link": {
        if (supervised.has(key)) continue;
        const tree = inTree.get(key);
        const along = tree && tree.from !== edge.from ? reversed(treeCurve(to, from)) : treeCurve(from, to);
        result.push({ edge, curve: tree ? along : past(from, to, 0.14, inWay) });
        break;
      }
      case "monitor":
        result.push({ edge, curve: past(from, to, 0.26, inWay) });
        break;
    }
  }
  return result;
}

/** The way of an exit signal: along the tie it travels, in its direction; a bow for one that exit/2 sent. */
export function signalCurve(signal: Signal, drawn: readonly Tie[], from: Box, to: Box): Curve {
  if (signal.linked) {
    const key = pair(signal.from, signal.to);
    const tie = drawn.find((t) => t.edge.kind !== "monitor" && pair(t.edge.from, t.edge.to) === key);
    if (tie) return tie.edge.from === signal.from ? tie.curve : reversed(tie.curve);
    return treeCurve(from, to);
  }
  return bowedBetween(from, to);
}

/** Traces a curve. */
export function trace(ctx: CanvasRenderingContext2D, curve: Curve): void {
  ctx.beginPath();
  ctx.moveTo(curve.a.x, curve.a.y);
  ctx.bezierCurveTo(curve.b.x, curve.b.y, curve.c.x, curve.c.y, curve.d.x, curve.d.y);
}

/** Draws a tie. `strong` for those of the process that is looked at. */
export function drawTie(ctx: CanvasRenderingContext2D, theme: Theme, tie: Tie, strong: boolean): void {
  const { edge, curve } = tie;
  ctx.save();
  ctx.strokeStyle = strong ? theme.leaf : theme.wait;
  switch (edge.kind) {
    case "parent":
      ctx.lineWidth = 1.2;
      ctx.globalAlpha = strong ? 1 : 0.5;
      ctx.setLineDash([1, 4]);
      ctx.lineCap = "round";
      break;
    case "supervises":
    case "link":
      ctx.lineWidth = strong ? 2 : 1.6;
      break;
    case "monitor":
      ctx.lineWidth = strong ? 1.8 : 1.4;
      ctx.setLineDash([5, 5]);
      break;
  }
  trace(ctx, curve);
  ctx.stroke();
  if (edge.kind === "monitor") {
    ctx.setLineDash([]);
    arrow(ctx, curve.d.x, curve.d.y, Math.atan2(curve.d.y - curve.c.y, curve.d.x - curve.c.x), 8, strong ? theme.leaf : theme.wait);
  }
  ctx.restore();
}

/** Draws an arrow's head with its point at (x, y). */
export function arrow(ctx: CanvasRenderingContext2D, x: number, y: number, angle: number, size: number, color: string): void {
  ctx.save();
  ctx.translate(x, y);
  ctx.rotate(angle);
  ctx.beginPath();
  ctx.moveTo(1, 0);
  ctx.lineTo(-size, -size * 0.5);
  ctx.lineTo(-size, size * 0.5);
  ctx.closePath();
  ctx.fillStyle = color;
  ctx.fill();
  ctx.restore();
}
