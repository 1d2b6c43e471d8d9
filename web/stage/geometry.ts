/** The stage's geometry: boxes, curves and cameras. Pure. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A box by its upper left corner and its size. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A cubic Bézier curve. */
export interface Curve {
  readonly a: Point;
  readonly b: Point;
  readonly c: Point;
  readonly d: Point;
}

/** The box's centre. */
export function center(box: Box): Point {
  return { x: box.x + box.w / 2, y: box.y + box.h / 2 };
}

/** Between two numbers. */
export function mix(from: number, to: number, t: number): number {
  return from + (to - from) * t;
}

/** Between two boxes. */
export function mixBox(from: Box, to: Box, t: number): Box {
  return { x: mix(from.x, to.x, t), y: mix(from.y, to.y, t), w: mix(from.w, to.w, t), h: mix(from.h, to.h, t) };
}

/** The smallest box around all of them; undefined for none. */
export function union(boxes: Iterable<Box>): Box | undefined {
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (const box of boxes) {
    left = Math.min(left, box.x);
    top = Math.min(top, box.y);
    right = Math.max(right, box.x + box.w);
    bottom = Math.max(bottom, box.y + box.h);
  }
  return left <= right ? { x: left, y: top, w: right - left, h: bottom - top } : undefined;
}

/** The point of a curve at t, from 0 to 1. */
export function pointAt(curve: Curve, t: number): Point {
  const u = 1 - t;
  const a = u * u * u;
  const b = 3 * u * u * t;
  const c = 3 * u * t * t;
  const d = t * t * t;
  return {
    x: a * curve.a.x + b * curve.b.x + c * curve.c.x + d * curve.d.x,
    y: a * curve.a.y + b * curve.b.y + c * curve.c.y + d * curve.d.y,
  };
}

/** The direction of a curve at t, in radians. */
export function angleAt(curve: Curve, t: number): number {
  const u = 1 - t;
  const x = 3 * u * u * (curve.b.x - curve.a.x) + 6 * u * t * (curve.c.x - curve.b.x) + 3 * t * t * (curve.d.x - curve.c.x);
  const y = 3 * u * u * (curve.b.y - curve.a.y) + 6 * u * t * (curve.c.y - curve.b.y) + 3 * t * t * (curve.d.y - curve.c.y);
  return Math.atan2(y, x);
}

/** The angle for something that carries text and moves in a direction: tilted a little, never upside down. */
export function tilt(angle: number): number {
  const limit = 0.26;
  const upright = Math.cos(angle) < 0 ? angle - Math.sign(angle || 1) * Math.PI : angle;
  return Math.max(-limit, Math.min(limit, upright));
}

/** The same curve the other way round. */
export function reversed(curve: Curve): Curve {
  return { a: curve.d, b: curve.c, c: curve.b, d: curve.a };
}

/**
 * The curve between two boxes of the tree: out of the bottom of the upper one and into the top of the lower one; between
 * two at the same height, out of the sides that face each other.
 */
export function treeCurve(from: Box, to: Box): Curve {
  const down = to.y >= from.y + from.h;
  const up = to.y + to.h <= from.y;
  if (down || up) {
    const a = { x: from.x + from.w / 2, y: down ? from.y + from.h : from.y };
    const d = { x: to.x + to.w / 2, y: down ? to.y : to.y + to.h };
    const bend = (d.y - a.y) * 0.55;
    return { a, b: { x: a.x, y: a.y + bend }, c: { x: d.x, y: d.y - bend * 0.62 }, d };
  }
  const right = to.x + to.w / 2 >= from.x + from.w / 2;
  const a = { x: right ? from.x + from.w : from.x, y: from.y + from.h / 2 };
  const d = { x: right ? to.x : to.x + to.w, y: to.y + to.h / 2 };
  // Past what stands between: bow down.
  const far = Math.abs(d.x - a.x);
  const bow = far > 120 ? Math.min(90, far * 0.22) : 0;
  return { a, b: { x: mix(a.x, d.x, 0.3), y: a.y + bow }, c: { x: mix(a.x, d.x, 0.7), y: d.y + bow }, d };
}

/** Where the line from the box's centre towards a point leaves the box. */
export function border(box: Box, towards: Point, margin = 0): Point {
  const c = center(box);
  const dx = towards.x - c.x;
  const dy = towards.y - c.y;
  if (dx === 0 && dy === 0) return { x: c.x, y: c.y - box.h / 2 - margin };
  const s = Math.min((box.w / 2 + margin) / Math.abs(dx || 1e-9), (box.h / 2 + margin) / Math.abs(dy || 1e-9));
  return { x: c.x + dx * s, y: c.y + dy * s };
}

/**
 * A bowed curve from one box to a point. The bow is always to the left hand of whoever travels, so that what goes there
 * and what comes back do not meet.
 */
export function bowed(from: Box, end: Point, bow = 0.22): Curve {
  const a = border(from, end);
  const dx = end.x - a.x;
  const dy = end.y - a.y;
  const nx = dy * bow;
  const ny = -dx * bow;
  return { a, b: { x: a.x + dx * 0.3 + nx, y: a.y + dy * 0.3 + ny }, c: { x: a.x + dx * 0.75 + nx, y: a.y + dy * 0.75 + ny }, d: end };
}

/** A bowed curve between two boxes, border to border. */
export function bowedBetween(from: Box, to: Box, bow = 0.22): Curve {
  return bowed(from, border(to, center(from), 5), bow);
}

/** A loop over the box's right shoulder, for a process that sends to itself. */
export function loopTo(box: Box, end: Point): Curve {
  const a = { x: box.x + box.w, y: box.y + box.h * 0.35 };
  return { a, b: { x: a.x + 70, y: a.y - 10 }, c: { x: Math.max(a.x + 60, end.x + 40), y: end.y + 10 }, d: end };
}

/** Where a mailbox strip begins below its node, and how high it is. */
export const strip = { gap: 10, height: 24, between: 5, overflow: 30, least: 20 } as const;

/** A place in a mailbox strip, relative to the node's lower left corner. */
export interface Slot {
  readonly x: number;
  readonly w: number;
}

/**
 * Lays a mailbox strip out: every envelope as wide as its label, as long as they fit; else the later ones give way to the
 * earlier ones, down to the least width. `more` says whether a place for "+N" is needed at the end.
 */
export function slots(widths: readonly number[], room: number, more: boolean): readonly Slot[] {
  const available = room - (more ? strip.overflow + strip.between : 0) - strip.between * Math.max(0, widths.length - 1);
  const wanted = widths.map((w) => Math.max(strip.least, w));
  let excess = wanted.reduce((sum, w) => sum + w, 0) - available;
  for (let i = wanted.length - 1; i >= 0 && excess > 0; i--) {
    const width = wanted[i] ?? strip.least;
    const cut = Math.min(excess, width - strip.least);
    wanted[i] = width - cut;
    excess -= cut;
  }
  let x = 0;
  return wanted.map((w) => {
    const slot = { x, w };
    x += w + strip.between;
    return slot;
  });
}

/** What part of the plane is seen: a point p of the plane is at (p.x * zoom + x, p.y * zoom + y) on the screen. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export const zoomLimits = { least: 0.08, most: 3 } as const;

/** The camera that shows a whole box in a screen, centred, at most at `most`. */
export function fit(box: Box, width: number, height: number, padding: { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number }, most = 1.15): Camera {
  const w = Math.max(1, width - padding.left - padding.right);
  const h = Math.max(1, height - padding.top - padding.bottom);
  const zoom = Math.max(zoomLimits.least, Math.min(most, w / Math.max(1, box.w), h / Math.max(1, box.h)));
  return {
    zoom,
    x: padding.left + (w - box.w * zoom) / 2 - box.x * zoom,
    y: padding.top + (h - box.h * zoom) / 2 - box.y * zoom,
  };
}

/** Zooms by a factor; the point of the plane under (x, y) on the screen stays there. */
export function zoomAt(camera: Camera, factor: number, x: number, y: number): Camera {
  const zoom = Math.max(zoomLimits.least, Math.min(zoomLimits.most, camera.zoom * factor));
  const s = zoom / camera.zoom;
  return { zoom, x: x - (x - camera.x) * s, y: y - (y - camera.y) * s };
}

/** Between two cameras. */
export function mixCamera(from: Camera, to: Camera, t: number): Camera {
  return { x: mix(from.x, to.x, t), y: mix(from.y, to.y, t), zoom: mix(from.zoom, to.zoom, t) };
}

/** A box as it is on the screen. */
export function onScreen(box: Box, camera: Camera): Box {
  return { x: box.x * camera.zoom + camera.x, y: box.y * camera.zoom + camera.y, w: box.w * camera.zoom, h: box.h * camera.zoom };
}

/** Whether two boxes have a point in common. */
export function overlaps(a: Box, b: Box): boolean {
  return a.x <= b.x + b.w && b.x <= a.x + a.w && a.y <= b.y + b.h && b.y <= a.y + a.h;
}

/** Slow, fast, slow: for what travels. */
export function easeInOut(t: number): number {
  return t < 0.5 ? 4 * t * t * t : 1 - (-2 * t + 2) ** 3 / 2;
}

/** Fast, then slow: for what arrives or settles. */
export function easeOut(t: number): number {
  return 1 - (1 - t) ** 3;
}

/** How far an effect is at a moment: 0 before its start, 1 from its end on. */
export function progress(effect: { readonly start: number; readonly duration: number }, at: number): number {
  if (effect.duration <= 0) return at >= effect.start ? 1 : 0;
  return Math.max(0, Math.min(1, (at - effect.start) / effect.duration));
}
