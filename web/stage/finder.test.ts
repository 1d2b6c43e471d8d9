import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyScene } from "../state/scene.ts";
import { node, place } from "../state/samples.ts";
import { allShown } from "../state/state.ts";
import { found, isFound } from "./finder.ts";

test("a process is found by a part of any of its names, or by its pid", () => {
  const cell = node(105, { name: "b", names: [":b", "Cell.Two"] });
  for (const text of ["", "  ", "b", "cell", "two", "0.105", "#PID<0.105.0>", "<0.105.0>", "PID<0.1"]) assert.ok(isFound(cell, text), text);
  for (const text of ["a", "0.5", "#PID<0.106.0>", "105", "#PID<"]) assert.ok(!isFound(cell, text), text);
});

test("what is found comes in reading order, without the kinds that are hidden", () => {
  const nodes = [node(1, { name: "x1" }), node(2, { name: "x2", kind: "task" }), node(3, { name: "x3" }), node(4, { name: "y" })];
  const scene = { ...emptyScene, nodes: new Map(nodes.map((n) => [n.id, n])), places: new Map([place(1, 300, 100), place(2, 0, 0), place(3, 0, 100), place(4)].map((p) => [p.id, p])) };
  assert.deepEqual(found(scene, { ...allShown, text: "x" }), [2, 3, 1]);
  assert.deepEqual(found(scene, { ...allShown, text: "x", hidden: new Set(["task"]) }), [3, 1]);
});
