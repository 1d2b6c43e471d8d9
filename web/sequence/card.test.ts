import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChartMark } from "../protocol.ts";
import { termOf, timeWord } from "./card.ts";

const mark = (more: Partial<ChartMark>): ChartMark => ({
  seq: 1, time: 0, node: 1, row: 1, column: 0, kind: "send", shape: "plain", crash: false, count: 0, line: 0, label: "", whole: "", text: "", dim: false, main: false, ...more,
});

test("all of a term is told, where more than its label is known", () => {
  assert.equal(termOf(mark({ shape: "call", label: "{:add…", whole: "{:add, 1, 2, 3}" })), "call {:add, 1, 2, 3}");
  assert.equal(termOf(mark({ label: ":short" })), ":short");
  assert.equal(termOf(mark({ kind: "link", label: "link" })), "");
});

test("times are short", () => {
  assert.deepEqual([0, 0.0425, 12.34, 420, 1234].map(timeWord), ["0 µs", "43 µs", "12.3 ms", "420 ms", "1.23 s"]);
});
