import assert from "node:assert/strict";
import { test } from "node:test";
import { isCut, laidInto, sight } from "./minimap.ts";

test("the camera's sight is what the screen shows of the plane", () => {
  assert.deepEqual(sight({ x: -100, y: 50, zoom: 2 }, 800, 600), { x: 50, y: -25, w: 400, h: 300 });
});

test("there is a map only when something is out of sight", () => {
  const around = { x: 0, y: 0, w: 400, h: 300 };
  assert.ok(!isCut(around, { x: 0, y: 0, w: 400, h: 300 }));
  assert.ok(isCut(around, { x: 10, y: 0, w: 400, h: 300 }));
  assert.ok(isCut(around, { x: 0, y: 0, w: 400, h: 200 }));
});

test("the map holds everything, in the middle", () => {
  for (const around of [{ x: 0, y: 0, w: 4000, h: 300 }, { x: -50, y: 20, w: 30, h: 900 }]) {
    const { scale, x, y } = laidInto(around);
    const left = around.x * scale + x;
    const top = around.y * scale + y;
    assert.ok(left >= 5.9 && top >= 5.9);
    assert.ok(Math.abs(left * 2 + around.w * scale - 168) < 1e-9);
    assert.ok(Math.abs(top * 2 + around.h * scale - 112) < 1e-9);
  }
});
