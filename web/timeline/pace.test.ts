import assert from "node:assert/strict";
import { test } from "node:test";
import { fastest, paceWord, perSecond, placeOf, slowest } from "./pace.ts";

test("the slider goes from slow to without limit", () => {
  assert.equal(perSecond(0), slowest);
  assert.equal(perSecond(1), 0);
  let last = 0;
  for (let s = 0; s < 1; s += 0.05) {
    assert.ok(perSecond(s) > last);
    last = perSecond(s);
  }
  assert.ok(last <= fastest);
  assert.equal(paceWord(0), "one event a second");
  assert.equal(paceWord(1), "as fast as it goes");
});

test("a pace has its place on the slider", () => {
  for (const pace of [0, 1, 8, 40]) assert.ok(Math.abs(perSecond(placeOf(pace)) - pace) < 0.1, String(pace));
});
