import assert from "node:assert/strict";
import { test } from "node:test";
import type { Turn } from "../protocol.ts";
import { applyTurns, noTurns } from "../state/turns.ts";
import { placeTurns } from "./strip.ts";
import { laneCounts, laneSentence, outWord, schedulerName } from "./words.ts";

const turn = (over: Partial<Turn>): Turn => ({ scheduler: 0, from: 0, pid: 9, name: "a", system: false, start: 0, end: 0.1, reductions: 4000, out: "preempted", ...over });

test("the latest turns stand at the right edge, as wide as their work", () => {
  const placed = placeTurns([turn({ start: 0, end: 0.1 }), turn({ start: 0.1, end: 0.15, reductions: 2000 }), turn({ start: 5, end: 5, reductions: 1 })], 200);
  assert.equal(placed.length, 3);
  const [one, two, three] = placed;
  assert.equal((three?.x ?? 0) + (three?.width ?? 0), 200);
  assert.ok((one?.width ?? 0) === 2 * (two?.width ?? 0));
  assert.ok((three?.width ?? 0) > 1, "however short, it can be seen");
  assert.equal(two?.wait, 0);
  assert.ok(Math.abs((three?.wait ?? 0) - 4.85) < 1e-9, "everybody waited");
});

test("turns that do not fit are left out, the earliest first", () => {
  const many = Array.from({ length: 100 }, (_, i) => turn({ start: i, end: i + 1, pid: i }));
  const placed = placeTurns(many, 300);
  assert.ok(placed.length < 10);
  assert.equal(placed.at(-1)?.turn.pid, 99);
});

const lane = { type: "scheduler", index: 1, pid: 12, name: "#PID<0.12.0>", from: 1, busy: true, queues: [], slices: 3, preempted: 1, stolen: 0, given: 0, work: 4500 } as const;

test("a batch changes the schedulers it names, and tells of steals", () => {
  const first = applyTurns(noTurns, [
    { type: "frame", at: 10, time: 0, seq: 1 },
    { type: "turns", schedulers: 2, latest: [turn({})] },
    lane,
  ]);
  assert.equal(first.count, 2);
  assert.equal(first.latest.length, 1);
  const second = applyTurns(first, [
    { type: "frame", at: 20, time: 0, seq: 2 },
    { ...lane, from: 0, stolen: 1 },
    { type: "slice", turn: turn({ scheduler: 1, from: 0 }), at: 20, duration: 80 },
  ]);
  assert.deepEqual(second.steals, [{ pid: 12, name: "#PID<0.12.0>", from: 0, to: 1, at: 20 }]);
  assert.equal(second.last.get(1)?.duration, 80);
  assert.equal(second.latest.length, 2);
  assert.equal(applyTurns(second, [{ type: "frame", at: 2000, time: 0, seq: 3 }]).steals.length, 0);
  assert.equal(applyTurns(second, [{ type: "reset" }]).lanes.size, 0);
  const same = applyTurns(second, [{ type: "frame", at: 21, time: 0, seq: 3 }]);
  assert.equal(same, second, "nothing changed");
});

test("words", () => {
  assert.equal(schedulerName(0), "Scheduler 1");
  assert.equal(schedulerName(17), "Scheduler 2 of node 2");
  assert.equal(laneSentence({ ...lane, queues: [{ count: 1200, first: [] }] }), "Scheduler 2 runs 0.12.0; 1,200 ready");
  assert.equal(laneSentence({ ...lane, pid: 0, busy: false }), "Scheduler 2 has run nobody yet; nobody is ready");
  assert.equal(laneCounts(lane, 9000), "50% of the work · 3 turns · 1 preempted");
  assert.equal(outWord({ type: "slice", turn: turn({}), at: 0, duration: 0 }), "used up: to the end of the queue");
});
