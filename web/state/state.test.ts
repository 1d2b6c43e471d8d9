import assert from "node:assert/strict";
import { test } from "node:test";
import { frame, node, output, place, runState } from "./samples.ts";
import { alive, initialState, reduce, type Action, type State } from "./state.ts";

const lessons = [
  { slug: "01-one", number: 1, title: "One", intro: "", prose: "", file: "01-one.exs", source: "1", pace: 3, predict: null },
  { slug: "02-two", number: 2, title: "Two", intro: "", prose: "", file: "02-two.exs", source: "2", pace: 3, predict: null },
];
const start = (): State => reduce(initialState(lessons, { drafts: new Map() }), { type: "ready" });
const after = (state: State, ...actions: Action[]): State => actions.reduce(reduce, state);
const run = (state: State): State => after(state, { type: "run" }, { type: "batch", messages: [{ type: "reset" }, frame(0), runState("running"), node(1, { kind: "script", name: "main" }), place(1)] });

test("the first lesson is there from the start, and the one that was open before", () => {
  assert.equal(start().source, "1");
  const kept = initialState(lessons, { lesson: "02-two", drafts: new Map([["02-two", "mine"]]) });
  assert.deepEqual([kept.lesson, kept.source], ["02-two", "mine"]);
  assert.equal(initialState(lessons, { lesson: "99-gone", drafts: new Map() }).lesson, "01-one");
});

test("an edited program is never lost by going to another lesson", () => {
  const state = after(start(), { type: "edited", source: "1 + 1" }, { type: "lesson", slug: "02-two" }, { type: "lesson", slug: "01-one" });
  assert.equal(state.source, "1 + 1");
  const back = reduce(state, { type: "original" });
  assert.equal(back.source, "1");
  assert.equal(back.drafts.size, 0);
});

test("a run that is asked for while the machine loads is remembered", () => {
  const loading = reduce(initialState(lessons, { drafts: new Map() }), { type: "run" });
  assert.deepEqual([loading.phase, loading.wanted], ["loading", true]);
  assert.equal(after(loading, { type: "ready" }, { type: "run" }).phase, "running");
});

test("a run begins with an empty stage and console", () => {
  const first = reduce(run(start()), { type: "batch", messages: [output("old\n")] });
  assert.equal(first.console.lines.length, 1);
  const second = reduce(first, { type: "run" });
  assert.equal(second.console.lines.length + second.scene.nodes.size, 0);
});

test("the machine says what it does", () => {
  const state = run(start());
  assert.ok(alive(state));
  const paused = reduce(state, { type: "batch", messages: [runState("paused")] });
  assert.deepEqual([paused.phase, paused.paused], ["running", true]);
  assert.equal(reduce(state, { type: "batch", messages: [runState("waiting")] }).phase, "waiting");
  const ended = reduce(state, { type: "batch", messages: [{ type: "finished", run: 1, outcome: "ok", status: 0, text: "" }, runState("ended")] });
  assert.equal(ended.phase, "ended");
  assert.equal(alive(ended), false);
});

test("diagnostics are marks in the text they speak of; the console has what the machine prints", () => {
  const diagnostic = { type: "diagnostic", file: "a", line: 1, column: 1, endLine: 0, endColumn: 0, severity: "error", kind: "CompileError", message: "m", text: "error: m\n  at 1" } as const;
  const state = reduce(run(start()), { type: "batch", messages: [diagnostic, output("error: m\n", { device: "stderr" }), { type: "finished", run: 1, outcome: "failed", status: 1, text: "" }] });
  assert.deepEqual(state.console.lines.map((l) => l.text), ["error: m"], "told once");
  assert.equal(state.diagnostics.length, 1);
  assert.equal(reduce(state, { type: "edited", source: "2" }).diagnostics.length, 0);
});

test("why there is no machine is told in the console", () => {
  const state = reduce(run(start()), { type: "batch", messages: [{ type: "finished", run: 1, outcome: "failed", status: 1, text: "no library" }] });
  assert.deepEqual(state.console.lines.map((l) => [l.kind, l.text]), [["stderr", "no library"]]);
});

test("the selection follows a restarted child and leaves one that is gone", () => {
  const state = reduce(reduce(run(start()), { type: "batch", messages: [node(5), place(5)] }), { type: "select", node: 5 });
  const restart = { type: "restart", supervisor: 1, old: 5, new: 6, life: 2, start: 0, duration: 100 } as const;
  const renewed = reduce(state, { type: "batch", messages: [restart, { type: "gone", id: 5 }, node(6, { life: 2 }), place(6)] });
  assert.equal(renewed.selected, 6);
  assert.equal(reduce(state, { type: "batch", messages: [{ type: "gone", id: 5 }] }).selected, 0);
});

test("the highlighted line is the script's", () => {
  const line = (id: number) => ({ type: "line", node: id, file: "a", line: 7, function: "" }) as const;
  assert.equal(reduce(run(start()), { type: "batch", messages: [line(1)] }).line, 7);
  assert.equal(reduce(run(start()), { type: "batch", messages: [node(2), line(2)] }).line, 0);
});

test("a lesson may be faster than the visitor's speed, not slower, and the next one has the visitor's again", () => {
  const [one, two] = lessons;
  assert.ok(one && two);
  const quick = { ...two, pace: 0 };
  const state = reduce(initialState([one, quick], { drafts: new Map(), speed: 0.5 }), { type: "lesson", slug: quick.slug });
  assert.equal(state.speed, 1);
  assert.equal(reduce(state, { type: "lesson", slug: one.slug }).speed, 0.5);
});

test("speed stays within its bounds", () => {
  assert.equal(reduce(start(), { type: "speed", speed: 7 }).speed, 1);
  assert.equal(reduce(start(), { type: "speed", speed: -1 }).speed, 0);
});

test("a question is answered by the run, not by the click", () => {
  const state = reduce(run(start()), { type: "expect", choice: 1 });
  assert.equal(state.seen, false);
  const ended = reduce(state, { type: "batch", messages: [{ type: "finished", run: 1, outcome: "ok", status: 0, text: "" }] });
  assert.deepEqual([ended.seen, ended.expected], [true, 1]);
  const other = reduce(ended, { type: "lesson", slug: "02-two" });
  assert.deepEqual([other.seen, other.expected], [false, -1]);
});
