import assert from "node:assert/strict";
import { test } from "node:test";
import { edge } from "../state/samples.ts";
import { signalCurve, ties } from "./edges.ts";
import { pointAt } from "./geometry.ts";

const boxes = new Map([
  [1, { x: 0, y: 0, w: 100, h: 50 }],
  [2, { x: 0, y: 200, w: 100, h: 50 }],
  [3, { x: 300, y: 200, w: 100, h: 50 }],
]);
const box = (id: number) => boxes.get(id);

test("supervision says more than a link, and a link more than parenthood", () => {
  const drawn = ties([edge(1, "parent", 1, 2), edge(2, "link", 1, 2), edge(3, "supervises", 1, 3), edge(4, "link", 1, 3), edge(5, "parent", 1, 3)], box);
  assert.deepEqual(drawn.map((t) => t.edge.id), [2, 3]);
});

test("monitors stand beside links", () => {
  assert.equal(ties([edge(1, "link", 1, 2), edge(2, "monitor", 1, 2)], box).length, 2);
});

test("a tie to what is not on the stage is not drawn", () => {
  assert.equal(ties([edge(1, "link", 1, 9)], box).length, 0);
});

test("an exit signal runs along its link, in its own direction", () => {
  const drawn = ties([edge(1, "supervises", 1, 2)], box);
  const signal = { type: "signal", id: 1, from: 2, to: 1, reason: "", linked: true, quiet: false, start: 0, duration: 1 } as const;
  const curve = signalCurve(signal, drawn, boxes.get(2) ?? assert.fail(), boxes.get(1) ?? assert.fail());
  assert.deepEqual(curve.a, { x: 50, y: 200 });
  assert.deepEqual(curve.d, { x: 50, y: 50 });
});

test("a link runs past what stands between its ends", () => {
  const column = new Map([1, 2, 3].map((id) => [id, { x: 0, y: id * 200, w: 180, h: 90 }] as const));
  const [tie] = ties([edge(1, "link", 1, 3)], (id) => column.get(id), column.keys());
  const between = column.get(2);
  assert.ok(tie && between);
  for (let i = 1; i < 40; i++) {
    const { x, y } = pointAt(tie.curve, i / 40);
    assert.ok(x <= between.x || x >= between.x + between.w || y <= between.y || y >= between.y + between.h, `${x}, ${y}`);
  }
});
