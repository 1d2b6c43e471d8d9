import assert from "node:assert/strict";
import { test } from "node:test";
import { questionKey } from "../lesson/model.ts";
import { nothingKept } from "./kept.ts";
import { frame, lesson, node, output, place, runState } from "./samples.ts";
import { alive, beforeOf, initialState, reduce, type Action, type State } from "./state.ts";

const one = lesson("01-one", ["1", "11"]);
const two = lesson("02-two", ["2"]);
const start = (): State => reduce(initialState(one, nothingKept), { type: "ready" });
const after = (state: State, ...actions: Action[]): State => actions.reduce(reduce, state);
const run = (state: State): State => after(state, { type: "run" }, { type: "batch", messages: [{ type: "reset" }, frame(0), runState("running"), node(1, { kind: "script", name: "main" }), place(1)] });
const finished = (outcome: "ok" | "stopped" | "failed", status = 0) => ({ type: "finished", run: 1, outcome, status, text: "" }) as const;

test("a page begins with its lesson's first program, or with what the learner made of it", () => {
  assert.equal(start().source, "1");
  assert.equal(initialState(one, { ...nothingKept, drafts: new Map([["01-one/1", "mine"]]) }).source, "mine");
});

test("an edited program is never lost by going to another step or lesson", () => {
  const state = after(start(), { type: "edited", source: "1 + 1" }, { type: "turn", step: 1 }, { type: "edited", source: "11 + 1" }, { type: "lesson", lesson: two }, { type: "lesson", lesson: one });
  assert.equal(state.source, "1 + 1");
  assert.equal(reduce(state, { type: "turn", step: 1 }).source, "11 + 1");
  const back = reduce(state, { type: "original" });
  assert.deepEqual([back.source, [...back.drafts.keys()]], ["1", ["01-one/2"]]);
});

test("a step that has only words leaves the program and its run as they are", () => {
  const [step] = one.steps;
  assert.ok(step);
  const words = { ...one, steps: [step, { id: "words", title: "Words", cells: [] }] };
  const state = reduce(run(reduce(initialState(words, nothingKept), { type: "ready" })), { type: "turn", step: 1 });
  assert.deepEqual([state.step, state.source, state.phase, state.scene.nodes.size], [1, "1", "running", 1]);
  const other = reduce(run(start()), { type: "turn", step: 1 });
  assert.deepEqual([other.source, other.phase, other.scene.nodes.size], ["11", "idle", 0]);
  assert.deepEqual([...other.visited], ["01-one#step-2"]);
  assert.equal(reduce(start(), { type: "turn", step: 99 }).step, 1);
});

test("a cell is run after those it builds on, as the learner has them by now", () => {
  const before = [{ key: "01-one/0", file: "0.exs", source: "a = 0" }];
  const state = initialState(lesson("01-one", ["1"], { before }), nothingKept);
  assert.deepEqual(beforeOf(state), [{ file: "0.exs", source: "a = 0" }]);
  assert.deepEqual(beforeOf({ ...state, drafts: new Map([["01-one/0", "a = 9"]]) }), [{ file: "0.exs", source: "a = 9" }]);
});

test("a run that is asked for while the machine loads is remembered", () => {
  const loading = reduce(initialState(one, nothingKept), { type: "run" });
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
  const quick = lesson("03-quick", ["3"], { pace: 0 });
  const state = reduce(initialState(one, { ...nothingKept, speed: 0.5 }), { type: "lesson", lesson: quick });
  assert.equal(state.speed, 1);
  assert.equal(reduce(state, { type: "lesson", lesson: one }).speed, 0.5);
});

test("speed stays within its bounds", () => {
  assert.equal(reduce(start(), { type: "speed", speed: 7 }).speed, 1);
  assert.equal(reduce(start(), { type: "speed", speed: -1 }).speed, 0);
});

const asked = lesson("04-asked", ["4"], { predict: [{ ask: "1", when: ["0", "1"], answer: 1 }], check: "test" });
const verdict = (over: object) => ({ type: "verdict", run: 1, answers: [], value: "", tests: [], problem: "", ...over }) as const;
const ended = (name: string, state: "passed" | "failed" | "skipped") => ({ name, state, message: "", code: "", left: "", right: "" });

test("a question is answered by the run, not by the click", () => {
  const cell = asked.steps[0]?.cells[0] ?? assert.fail();
  const key = questionKey(cell, 0);
  const state = reduce(run(reduce(initialState(asked, nothingKept), { type: "ready" })), { type: "expect", key, choice: 0 });
  assert.deepEqual([state.answers.size, state.guesses.get(key)], [0, 0]);
  const told = reduce(state, { type: "batch", messages: [verdict({ answers: [{ choice: 1, value: "1", problem: "" }] }), finished("ok")] });
  assert.equal(told.answers.get(key)?.choice, 1);
  assert.equal(reduce(told, { type: "lesson", lesson: one }).answers.size, 1, "and is still answered when the learner comes back");
});

test("the inspector opens with the process that the lesson is about, once", () => {
  const begin = run(reduce(initialState(lesson("05-focus", ["5"], { focus: "desk" }), nothingKept), { type: "ready" }));
  const born = reduce(begin, { type: "batch", messages: [node(7, { name: "desk" }), place(7)] });
  assert.equal(born.selected, 7);
  const closed = after(born, { type: "select", node: 0 }, { type: "batch", messages: [node(7, { name: "desk", status: "running" })] });
  assert.equal(closed.selected, 0);
  assert.equal(reduce(begin, { type: "check" }).focused, false);
});

test("what a notebook's cell comes to is a line of the console", () => {
  const state = reduce(run(start()), { type: "batch", messages: [output("printed"), verdict({ value: "{:ok, 1}" }), finished("ok")] });
  assert.deepEqual(state.console.lines.map((l) => [l.kind, l.text]), [["stdout", "printed"], ["note", "{:ok, 1}"]]);
});

test("an exercise is solved when every test of its check has passed", () => {
  const begin = after(initialState(asked, nothingKept), { type: "ready" }, { type: "check" });
  assert.deepEqual([begin.phase, begin.check.phase], ["running", "running"]);
  const with_ = (...messages: Extract<Action, { type: "batch" }>["messages"]): State => reduce(begin, { type: "batch", messages });
  const good = with_(verdict({ tests: [ended("a", "passed"), ended("b", "skipped")] }), finished("ok"));
  assert.deepEqual([good.check.phase, [...good.passed]], ["passed", ["04-asked/1"]]);
  const bad = with_(verdict({ tests: [ended("a", "passed"), ended("b", "failed")] }), finished("failed", 1));
  assert.deepEqual([bad.check.phase, bad.passed.size, bad.check.tests.length], ["failed", 0, 2]);
  assert.equal(with_(verdict({ problem: "it does not compile" }), finished("failed", 1)).check.problem, "it does not compile");
  assert.equal(with_(verdict({})).check.phase, "failed", "no test at all is no success");
  assert.equal(with_(finished("failed", 1)).check.phase, "failed");
  assert.equal(reduce(begin, { type: "stop" }).check.phase, "failed");
  assert.equal(reduce(good, { type: "run" }).check.phase, "none");
  assert.equal(reduce(start(), { type: "check" }).check.phase, "none", "a program without a check has none");
});

test("a check that is asked for while the machine loads is remembered as one", () => {
  const state = reduce(initialState(asked, nothingKept), { type: "check" });
  assert.deepEqual([state.wanted, state.check.phase], [true, "running"]);
});

test("a run asked for while the last one does not give way is not lost with the machine", () => {
  const stuck = after(run(start()), { type: "stop" });
  assert.deepEqual([stuck.phase, stuck.wanted], ["ended", false]);
  const again = after(stuck, { type: "run" }, { type: "restarted" });
  assert.deepEqual([again.phase, again.wanted], ["loading", true]);
  const stopped = after(stuck, { type: "restarted" });
  assert.deepEqual([stopped.phase, stopped.wanted], ["loading", false]);
  assert.match(stopped.console.lines.map((l) => JSON.stringify(l)).join(), /did not give way/);
});

test("a run that the machine refuses is none", () => {
  const state = reduce(run(start()), { type: "batch", messages: [{ type: "refused", do: "run", text: "the program is too long" }] });
  assert.equal(state.phase, "ended");
  assert.match(JSON.stringify(state.console), /too long/);
});

test("a process on its way into the picture stays selected; one that does not come does not", () => {
  const selected = reduce(run(start()), { type: "select", node: 500 });
  assert.equal(selected.awaited, 500);
  const empty = reduce(selected, { type: "batch", messages: [] });
  assert.equal(empty.selected, 500);
  assert.equal(reduce(empty, { type: "batch", messages: [{ type: "refused", do: "reveal", text: "there is no such process" }] }).selected, 0);
  const come = reduce(empty, { type: "batch", messages: [node(500)] });
  assert.deepEqual([come.selected, come.awaited], [500, 0]);
  assert.equal(reduce(come, { type: "visit", node: 500 }).tab, "tree");
});
