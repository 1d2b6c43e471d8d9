import assert from "node:assert/strict";
import { test } from "node:test";
import type { Chart } from "../protocol.ts";
import { nothingKept } from "./kept.ts";
import { lesson } from "./samples.ts";
import { initialState, reduce, type State } from "./state.ts";

const playState = (): State => reduce(reduce(initialState(lesson("one", ["1"]), nothingKept), { type: "ready" }), { type: "run" });
const chartOf = (over: Partial<Chart>): Chart => ({ type: "chart", tag: 0, rows: 0, first: 0, last: 0, now: 0, acts: 0, of: 0, cut: false, busy: false, why: 0, lanes: [], marks: [], arrows: [], waits: [], ...over });

test("a chart is the view's, or the answer to a request with a tag", () => {
  const state = reduce(playState(), { type: "batch", messages: [chartOf({ tag: 0, rows: 5 }), chartOf({ tag: 3, rows: 7 })] });
  assert.deepEqual([state.sequence.chart?.rows, state.sequence.answer?.rows], [5, 7]);
});

test("why opens the tab and is shown until the reader has enough of it; another run forgets it", () => {
  let state = reduce(playState(), { type: "why", of: { node: 7 } });
  assert.equal(state.tab, "sequence");
  state = reduce(state, { type: "batch", messages: [{ type: "why", node: 7, seq: 40, steps: [] }] });
  assert.equal(state.sequence.why?.seq, 40);
  assert.equal(reduce(state, { type: "why", of: undefined }).sequence.why, undefined);
  assert.equal(reduce(state, { type: "run" }).sequence.why, undefined);
});

test("the layout of the last request is kept, for the export", () => {
  const state = reduce(playState(), { type: "chart", request: { first: 3, rows: 9, hidden: [4] } });
  assert.deepEqual(state.sequence.layout?.hidden, [4]);
  assert.equal(reduce(state, { type: "chart", request: { tag: 2, rows: 1 } }), state);
});
