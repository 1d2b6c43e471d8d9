import assert from "node:assert/strict";
import { test } from "node:test";
import { moveTime, Tweens } from "./tween.ts";

const at = (x: number) => new Map([[1, { x, y: 0, w: 10, h: 10 }]]);

test("a new box is at its place at once", () => {
  const tweens = new Tweens();
  tweens.retarget(at(50), 0, false);
  assert.equal(tweens.at(1, 0)?.x, 50);
  assert.equal(tweens.moving(0), false);
});

test("a known box moves to its new place, from where it is drawn", () => {
  const tweens = new Tweens();
  tweens.retarget(at(0), 0, false);
  tweens.retarget(at(100), 1000, false);
  assert.ok(tweens.moving(1000));
  const half = tweens.at(1, 1000 + moveTime / 2)?.x ?? Number.NaN;
  assert.equal(half, 50);
  tweens.retarget(at(0), 1000 + moveTime / 2, false);
  assert.equal(tweens.at(1, 1000 + moveTime / 2)?.x, 50, "a change of mind on the way jumps nowhere");
  assert.equal(tweens.at(1, 5000)?.x, 0);
  assert.equal(tweens.moving(5000), false);
});

test("without motion everything is where it belongs", () => {
  const tweens = new Tweens();
  tweens.retarget(at(0), 0, true);
  tweens.retarget(at(100), 10, true);
  assert.equal(tweens.at(1, 10)?.x, 100);
  assert.equal(tweens.moving(10), false);
});

test("a box that is gone is forgotten", () => {
  const tweens = new Tweens();
  tweens.retarget(at(0), 0, false);
  tweens.retarget(new Map(), 10, false);
  assert.equal(tweens.at(1, 10), undefined);
});
