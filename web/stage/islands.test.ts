import assert from "node:assert/strict";
import { test } from "node:test";
import type { Island, NodeWire } from "../protocol.ts";
import { frame } from "../state/samples.ts";
import { applyBatch, emptyScene, wireKey } from "../state/scene.ts";
import { pointAt } from "./geometry.ts";
import { extent, routes } from "./islands.ts";

const island = (number: number, x: number, y = 0): Island => ({ type: "island", number, name: `n${number}@vivarium`, up: true, x, y, w: 200, h: 100 });
const wire = (a: number, b: number, state: NodeWire["state"] = "connected"): NodeWire => ({ type: "nodeWire", a, b, state, latency: 0.1 });
const three = new Map([island(0, 0), island(1, 400), island(2, 800)].map((i) => [i.number, i]));

test("neighbours are joined by a straight line from side to side", () => {
  const [route] = routes(three, [wire(0, 1)]);
  assert.deepEqual([route?.curve.a, route?.curve.d], [{ x: 200, y: 50 }, { x: 400, y: 50 }]);
});

test("a link past an island runs below it", () => {
  const [route] = routes(three, [wire(0, 2)]);
  assert.ok(route && pointAt(route.curve, 0.5).y > 110);
});

test("islands in two rows are joined from bottom to top", () => {
  const islands = new Map([island(0, 0), island(3, 0, 300)].map((i) => [i.number, i]));
  const [route] = routes(islands, [wire(0, 3)]);
  assert.deepEqual([route?.curve.a, route?.curve.d], [{ x: 100, y: 100 }, { x: 100, y: 300 }]);
});

test("a link to what is not there is not drawn", () => {
  assert.equal(routes(three, [wire(0, 9)]).length, 0);
  assert.equal(extent(new Map(), []), undefined);
  assert.ok((extent(three, [wire(0, 2)])?.h ?? 0) > 100);
});

test("islands and links come, change and go with the batches", () => {
  const scene = applyBatch(emptyScene, [frame(0), island(0, 0), island(1, 400), wire(0, 1)]);
  assert.deepEqual([...scene.islands.keys()], [0, 1]);
  assert.equal(scene.wires.get(wireKey(0, 1))?.state, "connected");
  const cut = applyBatch(scene, [frame(1), wire(0, 1, "cut")]);
  assert.equal(cut.wires.get(wireKey(0, 1))?.state, "cut");
  assert.equal(scene.wires.get(wireKey(0, 1))?.state, "connected");
  const gone = applyBatch(cut, [frame(2), { type: "nodeWireGone", a: 0, b: 1 }, { type: "islandGone", number: 1 }]);
  assert.deepEqual([gone.wires.size, gone.islands.size], [0, 1]);
});
