import assert from "node:assert/strict";
import { test } from "node:test";
import { applyBatch, emptyScene, takingTime } from "./scene.ts";
import { edge, frame, mailbox, node, place } from "./samples.ts";

test("nodes, places and edges are put and taken away", () => {
  const scene = applyBatch(emptyScene, [frame(0), node(1), node(2), place(1), place(2), edge(7, "link", 1, 2), mailbox(2, ":a")]);
  assert.deepEqual([...scene.nodes.keys()], [1, 2]);
  const after = applyBatch(scene, [frame(10), { type: "edgeGone", id: 7 }, { type: "gone", id: 2 }]);
  assert.deepEqual([...after.nodes.keys()], [1]);
  assert.equal(after.places.has(2) || after.mailboxes.has(2) || after.edges.has(7), false);
});

test("a batch changes nothing of the scene before it, and keeps what it does not touch", () => {
  const before = applyBatch(emptyScene, [frame(0), node(1), place(1)]);
  const after = applyBatch(before, [frame(1), node(1, { status: "running" })]);
  assert.equal(before.nodes.get(1)?.status, "waiting");
  assert.equal(after.nodes.get(1)?.status, "running");
  assert.equal(after.places, before.places);
  assert.equal(emptyScene.nodes.size, 0);
});

test("an effect is over when the clock has passed its end", () => {
  const flight = { type: "flight", id: 9, from: 1, to: 2, label: ":hi", shape: "plain", via: "", lost: false, start: 100, duration: 50 } as const;
  const scene = applyBatch(emptyScene, [frame(100), flight]);
  assert.equal(applyBatch(scene, [frame(149)]).flights.size, 1);
  assert.equal(applyBatch(scene, [frame(150)]).flights.size, 0);
});

test("a taken message is shown with the label of its envelope and goes", () => {
  const scene = applyBatch(emptyScene, [frame(0), node(2), mailbox(2, ":a", ":b")]);
  const taken = applyBatch(scene, [frame(5), { type: "taken", node: 2, envelope: { id: 201, from: 1, label: ":b", shape: "plain", skipped: false }, skipped: 1, line: 3, at: 5 }, mailbox(2, ":a")]);
  assert.deepEqual([...taken.takings.values()], [{ node: 2, label: ":b", shape: "plain", index: 1, start: 5, duration: takingTime }]);
  assert.equal(applyBatch(taken, [frame(5 + takingTime)]).takings.size, 0);
});

test("a message is not taken before it has landed", () => {
  const flight = { type: "flight", id: 201, from: 1, to: 2, label: ":b", shape: "plain", via: "", lost: false, start: 0, duration: 50 } as const;
  const scene = applyBatch(emptyScene, [frame(0), { type: "taken", node: 2, envelope: { id: 201, from: 1, label: ":b", shape: "plain", skipped: false }, skipped: 0, line: 0, at: 10 }, flight]);
  assert.equal(scene.takings.get(201)?.start, 50);
});

test("a reset forgets everything", () => {
  const scene = applyBatch(emptyScene, [frame(0), node(1), place(1)]);
  const after = applyBatch(scene, [{ type: "reset" }, frame(3), node(4)]);
  assert.deepEqual([...after.nodes.keys()], [4]);
  assert.equal(after.at, 3);
});
