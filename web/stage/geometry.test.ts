import assert from "node:assert/strict";
import { test } from "node:test";
import { angleAt, border, bowed, easeInOut, easeOut, fit, mixBox, onScreen, overlaps, pointAt, progress, reversed, slots, strip, tilt, treeCurve, union, zoomAt, zoomLimits } from "./geometry.ts";

const box = { x: 0, y: 0, w: 100, h: 50 };

test("a tree's curve leaves at the bottom and arrives at the top", () => {
  const curve = treeCurve(box, { x: 200, y: 200, w: 100, h: 50 });
  assert.deepEqual(curve.a, { x: 50, y: 50 });
  assert.deepEqual(curve.d, { x: 250, y: 200 });
  assert.equal(curve.b.x, 50, "it leaves straight down");
  assert.equal(curve.c.x, 250, "and arrives straight down");
});

test("a tree's curve goes up when the other one is above", () => {
  const curve = treeCurve({ x: 0, y: 300, w: 100, h: 50 }, box);
  assert.deepEqual(curve.a, { x: 50, y: 300 });
  assert.deepEqual(curve.d, { x: 50, y: 50 });
});

test("neighbours are joined at the sides that face each other", () => {
  const right = { x: 150, y: 0, w: 100, h: 50 };
  assert.deepEqual([treeCurve(box, right).a.x, treeCurve(box, right).d.x], [100, 150]);
  assert.deepEqual([treeCurve(right, box).a.x, treeCurve(right, box).d.x], [150, 100]);
});

test("a curve's ends are its points at 0 and 1, and its turn is its mirror", () => {
  const curve = bowed(box, { x: 400, y: 300 });
  assert.deepEqual(pointAt(curve, 0), curve.a);
  assert.deepEqual(pointAt(curve, 1), curve.d);
  const a = pointAt(curve, 0.3);
  const b = pointAt(reversed(curve), 0.7);
  assert.ok(Math.abs(a.x - b.x) < 1e-9 && Math.abs(a.y - b.y) < 1e-9);
});

test("what goes and what comes back take different ways", () => {
  const other = { x: 400, y: 0, w: 100, h: 50 };
  const there = pointAt(bowed(box, { x: 400, y: 25 }), 0.5);
  const back = pointAt(bowed(other, { x: 100, y: 25 }), 0.5);
  assert.ok(there.y < 25 && back.y > 25, `${there.y} and ${back.y} are on two sides`);
});

test("the border is met on the way to the point", () => {
  assert.deepEqual(border(box, { x: 1000, y: 25 }), { x: 100, y: 25 });
  assert.deepEqual(border(box, { x: 50, y: -900 }), { x: 50, y: 0 });
  assert.deepEqual(border(box, { x: 50, y: 25 }), { x: 50, y: 0 }, "its own centre has no direction: the top");
});

test("text never flies upside down", () => {
  for (let angle = -Math.PI; angle <= Math.PI; angle += 0.1) assert.ok(Math.abs(tilt(angle)) <= 0.261, String(angle));
  assert.ok(Math.abs(tilt(Math.PI)) < 1e-9);
  assert.equal(angleAt({ a: { x: 0, y: 0 }, b: { x: 1, y: 0 }, c: { x: 2, y: 0 }, d: { x: 3, y: 0 } }, 0.5), 0);
});

test("envelopes are as wide as their labels while they fit", () => {
  assert.deepEqual(slots([80, 60], 184, false), [
    { x: 0, w: 80 },
    { x: 80 + strip.between, w: 60 },
  ]);
});

test("later envelopes give way to earlier ones, and all stay within the room", () => {
  const laid = slots([100, 100, 100, 100, 100], 192, true);
  assert.equal(laid.length, 5);
  assert.ok((laid[0]?.w ?? 0) > 50, "the first can still be read");
  assert.deepEqual(
    laid.slice(1).map((s) => s.w),
    [strip.least, strip.least, strip.least, strip.least],
  );
  const last = laid.at(-1);
  assert.ok(last && last.x + last.w + strip.between + strip.overflow <= 192);
});

test("the camera shows all of a box, centred, and not larger than wanted", () => {
  const camera = fit({ x: -50, y: 10, w: 2000, h: 500 }, 1000, 600, { top: 20, right: 20, bottom: 20, left: 20 });
  const seen = onScreen({ x: -50, y: 10, w: 2000, h: 500 }, camera);
  assert.ok(Math.abs(seen.x - 20) < 1e-9 && Math.abs(seen.x + seen.w - 980) < 1e-9);
  assert.ok(seen.y >= 20 && seen.y + seen.h <= 580);
  assert.equal(fit(box, 1000, 600, { top: 0, right: 0, bottom: 0, left: 0 }).zoom, 1.15);
});

test("zooming keeps the point under the hand", () => {
  const before = { x: 30, y: -20, zoom: 0.8 };
  const after = zoomAt(before, 1.7, 200, 100);
  const at = (c: typeof before) => [(200 - c.x) / c.zoom, (100 - c.y) / c.zoom];
  for (const [i, v] of at(before).entries()) assert.ok(Math.abs(v - (at(after)[i] ?? Number.NaN)) < 1e-9);
  assert.equal(zoomAt(before, 1e9, 0, 0).zoom, zoomLimits.most);
  assert.equal(zoomAt(before, 1e-9, 0, 0).zoom, zoomLimits.least);
});

test("union and overlap", () => {
  assert.equal(union([]), undefined);
  assert.deepEqual(union([box, { x: -10, y: 20, w: 10, h: 100 }]), { x: -10, y: 0, w: 110, h: 120 });
  assert.ok(overlaps(box, { x: 100, y: 50, w: 1, h: 1 }));
  assert.ok(!overlaps(box, { x: 101, y: 0, w: 1, h: 1 }));
});

test("easing and progress stay between 0 and 1", () => {
  for (const ease of [easeInOut, easeOut]) {
    assert.equal(ease(0), 0);
    assert.equal(ease(1), 1);
    for (let t = 0; t < 1; t += 0.05) assert.ok(ease(t + 0.05) >= ease(t));
  }
  const effect = { start: 100, duration: 50 };
  assert.deepEqual([0, 100, 125, 150, 900].map((at) => progress(effect, at)), [0, 0, 0.5, 1, 1]);
  assert.deepEqual([99, 100].map((at) => progress({ start: 100, duration: 0 }, at)), [0, 1]);
  assert.deepEqual(mixBox(box, { x: 10, y: 10, w: 200, h: 100 }, 0.5), { x: 5, y: 5, w: 150, h: 75 });
});
