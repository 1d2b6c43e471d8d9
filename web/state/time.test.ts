import assert from "node:assert/strict";
import { test } from "node:test";
import type { Mark, Message } from "../protocol.ts";
import { addTexts, consoleAt, emptyConsole, leftOut, linesAt } from "./console.ts";
import { frame, output, runState } from "./samples.ts";
import { applyTime, beginning, markBeside, markWord, maxMarks, noTime } from "./time.ts";

const mark = (seq: number, tone: Mark["tone"], text = ""): Mark => ({ type: "mark", seq, time: seq / 10, node: 1, tone, text });
const extent = (last: number, current = last): Message => ({ type: "extent", first: 0, last, current, start: 0, end: last / 10, keyframes: 1 });

test("the timeline keeps the marks that are worth a look, and where it stands", () => {
  const time = applyTime(noTime, [mark(5, "birth"), mark(6, "message"), mark(9, "crash", "boom"), output("hello\n", { seq: 12 }), output("there\n", { seq: 14 }), extent(20, 9), frame(3), runState("running")]);
  assert.deepEqual(time.marks.map((m) => m.tone), ["birth", "crash", "output"]);
  assert.deepEqual([time.last, time.current, time.live, time.seed], [20, 9, true, 1]);
  assert.equal(beginning(time), 4);
  assert.equal(markBeside(time, 9, "after")?.seq, 12);
  assert.equal(markBeside(time, 9, "before")?.seq, 5);
  const upTo = markBeside(time, 11, "upTo");
  assert.ok(upTo);
  assert.equal(markWord(upTo), "crash: boom");
});

test("each part of an output has its mark", () => {
  const time = applyTime(noTime, [output("one\ntwo\n", { seq: 40, parts: [{ seq: 10, length: 4 }, { seq: 40, length: 4 }] })]);
  assert.deepEqual(time.marks.map((m) => [m.seq, m.text]), [[10, "main: one"], [40, "main: two"]]);
});

test("what came after a branch is the ghost's", () => {
  const time = applyTime(noTime, [mark(5, "birth"), mark(9, "crash"), extent(20)]);
  const parted = applyTime(time, [{ type: "branch", seq: 7, time: 0.7, last: 20, end: 2 }]);
  assert.deepEqual([parted.marks.map((m) => m.seq), parted.ghost?.marks.map((m) => m.seq)], [[5], [9]]);
  const differs = applyTime(parted, [mark(8, "restart"), { type: "difference", seq: 8, time: 0.8, now: "a", oldSeq: 9, oldTime: 0.9, then: "b" }]);
  assert.deepEqual([differs.marks.map((m) => m.seq), differs.difference?.now], [[5, 8], "a"]);
});

test("a flood of marks is thinned, crashes last", () => {
  const time = applyTime(noTime, Array.from({ length: maxMarks + 10 }, (_, i) => mark(i + 1, i % 100 === 0 ? "crash" : "birth")));
  assert.ok(time.marks.length <= maxMarks);
  assert.equal(time.marks.filter((m) => m.tone === "crash").length, Math.ceil((maxMarks + 10) / 100));
});

test("the console can be read as it was at a moment, also within a line", () => {
  let state = addTexts(emptyConsole, "main", "stdout", [{ text: "one\ntwo", seq: 4 }, { text: ", three", seq: 8 }, { text: "\nfour\n", seq: 9 }]);
  state = addTexts(state, "", "note", [{ text: "a note\n", seq: 0 }]);
  assert.equal(leftOut(consoleAt(addTexts(emptyConsole, "main", "stdout", [{ text: "a\nb\n", seq: 5 }]), 3)), 0);
  assert.deepEqual(linesAt(state.lines, 3).map((l) => l.text), ["a note"]);
  assert.deepEqual(linesAt(state.lines, 4).map((l) => l.text), ["one", "two", "a note"]);
  assert.deepEqual(linesAt(state.lines, 8).map((l) => l.text), ["one", "two, three", "a note"]);
  assert.deepEqual(linesAt(state.lines, 9).map((l) => l.text), ["one", "two, three", "four", "a note"]);
});
