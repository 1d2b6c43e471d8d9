import assert from "node:assert/strict";
import { test } from "node:test";
import { applyBatch, emptyScene } from "../state/scene.ts";
import { node, place } from "../state/samples.ts";
import { treeOrder } from "./tree.ts";

test("children are below their supervisor, else their maker, from left to right", () => {
  const scene = applyBatch(emptyScene, [
    node(1), place(1), node(2, { parent: 1 }), place(2, 50, 100), node(3, { parent: 1, supervisor: 2 }), place(3, 90, 200), node(4, { parent: 1, supervisor: 2 }), place(4, 10, 200),
  ]);
  assert.deepEqual([...treeOrder(scene)], [[0, [1]], [1, [2]], [2, [4, 3]]]);
});

test("one whose maker is not on the stage stands at the top, and a ring of makers hides nobody", () => {
  const scene = applyBatch(emptyScene, [node(1, { parent: 77 }), place(1), node(2, { parent: 3 }), place(2), node(3, { parent: 2 }), place(3)]);
  assert.deepEqual([...treeOrder(scene).values()].flat().sort(), [1, 2, 3]);
  assert.ok((treeOrder(scene).get(0) ?? []).length >= 2);
});
