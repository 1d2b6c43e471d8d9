import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "../protocol.ts";
import { controlsOf } from "./control.ts";
import { nothingKept } from "./kept.ts";
import { partKey, sheetKey } from "./observer.ts";
import { frame, lesson, node, place, runState } from "./samples.ts";
import { initialState, reduce, type Action, type State } from "./state.ts";

const batch = (...messages: readonly Message[]): Action => ({ type: "batch", messages });
const begin = (...actions: readonly Action[]): State =>
  [batch(runState("running"), frame(0), node(1, { name: "main", kind: "script" }), place(1), node(2, { name: "b" }), place(2)), ...actions].reduce(reduce, initialState(lesson("01-one", ["1"]), nothingKept));

test("a control that needs a word opens its field, which stays until the machine takes it", () => {
  let state = begin({ type: "ask", node: 2, what: "send" });
  assert.equal(state.selected, 2, "its process is selected");
  state = reduce(state, { type: "control", node: 2, what: "send", text: "{:a" });
  state = reduce(state, batch({ type: "controlled", node: 2, what: "send", problem: "missing terminator: }" }));
  assert.equal(state.control.asking?.problem, "missing terminator: }");
  state = reduce(state, batch({ type: "controlled", node: 2, what: "send", problem: "" }));
  assert.equal(state.control.asking, null);
});

test("a problem that no field shows is narrated", () => {
  const state = begin(batch({ type: "controlled", node: 2, what: "kill", problem: "there is no such process" }));
  assert.equal(state.narration, "That could not be done: there is no such process.");
});

test("the menu and the field of a process that leaves go with it", () => {
  const state = begin({ type: "ask", node: 2, what: "exit" }, { type: "menu", menu: { node: 2, message: null, x: 0, y: 0 } }, batch({ type: "gone", id: 2 }));
  assert.deepEqual([state.control.menu, state.control.asking, state.selected], [null, null, 0]);
});

test("a break selects its process and says why", () => {
  const state = begin(batch({ type: "breakHit", seq: 9, node: 2, text: "Paused: b crashed, (RuntimeError) no" }));
  assert.equal(state.selected, 2);
  assert.ok(state.paused, "though the machine has not said that it had gone on meanwhile");
  assert.equal(state.narration, "Paused: b crashed, (RuntimeError) no.");
});

test("what can be done follows from what a process is", () => {
  const labels = (over: Parameters<typeof node>[1]) => controlsOf(node(2, over)).map((c) => c.label);
  assert.deepEqual(labels({}), ["Send…", "Suspend", "Freeze mailbox", "Exit…", "Kill"]);
  assert.deepEqual(labels({ status: "suspended", frozen: true }), ["Send…", "Resume", "Thaw mailbox", "Exit…", "Kill"]);
});

test("another order or another table begins at its top", () => {
  let state = begin({ type: "page", page: "processes" }, { type: "query", change: { from: 300 } });
  assert.equal(state.observer.queries.processes.from, 300);
  state = reduce(state, { type: "query", change: { sort: "memory", descending: true } });
  assert.equal(state.observer.queries.processes.from, 0);
});

test("what the machine answers is kept by its place, and forgotten with the run", () => {
  const at = { node: 2, root: "state" as const, message: 0, table: 0, place: 0, path: [1, 2], from: 0 };
  let state = begin(
    batch({ type: "termPart", ...at, gone: false, text: "[1]", kind: "list", count: 1, children: [] }, { type: "sheet", page: "rows", table: 7, total: 1, from: 0, rows: [] }, { type: "openView", view: "observer" }),
  );
  assert.equal(state.observer.parts.get(partKey(at))?.text, "[1]");
  assert.equal(state.observer.sheets.get(sheetKey("rows", 7))?.total, 1);
  assert.equal(state.tab, "observer");
  state = reduce(state, batch({ type: "termPart", ...at, gone: true, text: "", kind: "", count: 0, children: [] }));
  assert.equal(state.observer.parts.size, 0);
  state = reduce(state, { type: "run" });
  assert.equal(state.observer.sheets.size, 0);
});
