import assert from "node:assert/strict";
import { test } from "node:test";
import { heapChart } from "../inspector/deep.ts";
import { path, rates, stack } from "./chart.ts";
import { bytesWord, cellWord, shortNumber, timeWord } from "./words.ts";

test("rates are what grew between two times, a second", () => {
  assert.deepEqual(rates([0, 100, 300], [0, 50, 50]), [0, 500, 0]);
  assert.deepEqual(rates([0, 0], [0, 9]), [0, 0], "no time, no rate");
  assert.deepEqual(rates([0, 100], [9, 0]), [0, 0], "another run");
});

test("layers stand on each other", () => {
  assert.deepEqual(stack([{ name: "a", values: [1, 2] }, { name: "b", values: [3, 4] }]), [[1, 2], [4, 6]]);
});

test("a path goes from the left to the right, the greatest value at the top", () => {
  assert.equal(path([0, 50, 100], [0, 2, 1], 2), "M0 82L150 6L300 44");
  assert.equal(path([5], [1], 1), "M0 6", "one time is no line");
});

test("a heap's chart says what it shows", () => {
  const { path: line, said } = heapChart([{ time: 0, words: 100 }, { time: 0, words: 20 }, { time: 10, words: 200 }, { time: 10, words: 50 }]);
  assert.equal(line, "M0 15.5L0 26.3L100 2L100 22.3");
  assert.equal(said, "2 collections, at most 200 words, 50 after the last");
  assert.equal(heapChart([]).path, "");
});

test("numbers in few characters", () => {
  assert.deepEqual([999, 12_345, 1_234_567].map(shortNumber), ["999", "12 k", "1.2 M"]);
  assert.deepEqual([999, 1234, 45_600_000, 2e9].map(bytesWord), ["999 B", "1.2 kB", "46 MB", "2.0 GB"]);
  assert.deepEqual([0.5, 20, 1500, 180_000].map(timeWord), ["0.5 ms", "20 ms", "1.5 s", "3 min"]);
  assert.equal(cellWord("1234567", "count"), "1,234,567");
  assert.equal(cellWord("Cell.init/1", "mono"), "Cell.init/1");
});
