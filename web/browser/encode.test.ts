import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, tables } from "../protocol.ts";
import { makeEncoder } from "./encode.ts";

test("what is written is read again", () => {
  const encode = makeEncoder(tables);
  const batch = [
    { type: "frame", at: 12.5, time: 3, seq: 300 },
    { type: "crowd", by: "age", processes: 70_000, leftOut: 0, anew: true, w: 64, h: 32, tiles: [{ x: 1, y: 0, bytes: new Uint8Array([1, 2, 255]) }] },
    { type: "output", seq: 1, time: 1, node: 9, name: "añb", device: "stderr", text: "x\n" },
  ];
  const again = decode(new Uint8Array(encode(batch)));
  assert.equal(again.length, 3);
  assert.deepEqual(again[0], batch[0]);
  assert.deepEqual(again[1], batch[1]);
  assert.deepEqual({ ...batch[2], ...again[2] }, again[2], "what was left out is zero");
});
