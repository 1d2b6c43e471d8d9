import assert from "node:assert/strict";
import { test } from "node:test";
import { nothingKept } from "../state/kept.ts";
import { edge, frame, lesson, node, place } from "../state/samples.ts";
import { initialState, reduce } from "../state/state.ts";
import { inspectorRows } from "./inspector.ts";

const scene = [
  frame(0), node(1, { name: "main", kind: "script" }), place(1),
  node(2, { name: "boss", kind: "supervisor", trapExit: true }), place(2),
  node(3, { name: "b", kind: "genserver", behaviour: "Cell", state: "0", supervisor: 2, parent: 2, life: 2, before: "cell broke" }), place(3),
  edge(1, "supervises", 2, 3), edge(2, "monitor", 1, 3), edge(3, "link", 1, 2),
];
const looked = (id: number) => reduce(reduce(initialState(lesson("01-one", ["1"]), nothingKept), { type: "batch", messages: scene }), { type: "select", node: id });
const rows = (id: number) => Object.fromEntries(inspectorRows(looked(id)).map((r) => [r.label, r.value]));

test("a server's rows", () => {
  const b = rows(3);
  assert.deepEqual([b["is"], b["state"], b["supervisor"], b["links"], b["before"]], ["GenServer Cell", "0", "boss", "boss", "cell broke"]);
  assert.equal(b["started by"], undefined, "the supervisor is told once");
});

test("links go both ways, monitors one", () => {
  assert.equal(rows(2)["links"], "b, main");
  assert.equal(rows(1)["monitors"], "b");
  assert.equal(rows(3)["monitors"], undefined);
});

test("the machine's details add what the scene does not know", () => {
  const state = reduce(looked(3), { type: "batch", messages: [{ type: "details", node: 3, ties: [], stack: [], line: 0, hasState: false, hasDictionary: false, frozen: false, halted: false, messages: 0, held: 0, rows: [{ label: "links", value: "1" }, { label: "current function", value: "Cell.init/1" }] }] });
  const told = inspectorRows(state).map((r) => [r.label, r.value]);
  assert.ok(told.some(([label, value]) => label === "current function" && value === "Cell.init/1"));
  assert.ok(!told.some(([label, value]) => label === "links" && value === "1"));
});

test("nothing selected, nothing told", () => {
  assert.deepEqual(inspectorRows(looked(0)), []);
});
