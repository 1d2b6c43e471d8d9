import assert from "node:assert/strict";
import { test } from "node:test";
import type { Glance, Tile } from "../protocol.ts";
import { applyCrowd, cellAt, emptyCell, noCrowd, tileSide } from "../state/crowd.ts";
import { glanceLines } from "./glance.ts";
import { ageWord, between, legendBytes, mailWord, palette, parseColor, span } from "./palette.ts";
import { Patch } from "./plane.ts";
import { cellUnder, fitCells, largest, seeCell, zoomCells } from "./view.ts";

const tile = (x: number, y: number, ...bytes: number[]): Tile => {
  const all = new Uint8Array(tileSide * tileSide).fill(emptyCell);
  all.set(bytes);
  return { x, y, bytes: all };
};
const crowd = { type: "crowd", by: "status", processes: 2, leftOut: 0, anew: false, w: 40, h: 32, tiles: [] } as const;

test("a batch changes the tiles it brings, and one anew all of them", () => {
  const one = applyCrowd(noCrowd, [{ ...crowd, anew: true, tiles: [tile(0, 0, 2, 2), tile(1, 0, 1)] }]);
  assert.equal(cellAt(one, 1, 0), 2);
  assert.equal(cellAt(one, 32, 0), 1);
  assert.equal(cellAt(one, 33, 0), emptyCell);
  const two = applyCrowd(one, [{ ...crowd, tiles: [tile(1, 0, 0)] }]);
  assert.equal(cellAt(two, 32, 0), 0);
  assert.equal(two.tiles.get(0), one.tiles.get(0), "the other one is the same");
  const three = applyCrowd(two, [{ ...crowd, anew: true, by: "age", tiles: [] }]);
  assert.equal(three.tiles.size, 0);
  assert.equal(three.begun, 2);
});

test("births and ends are marked for a while, and cells are counted", () => {
  const counts = new Int32Array(256);
  const patch = new Patch(tile(0, 0));
  const pixels = new Uint32Array(tileSide * tileSide);
  const colors = new Uint32Array(256).map((_, i) => i);
  patch.take(tile(0, 0, 2, 2, 1), counts, 1000);
  assert.deepEqual([counts[2], counts[1]], [2, 1]);
  patch.paint(pixels, colors, 1001, 1002, 1000);
  assert.deepEqual([...pixels.slice(0, 4)], [1001, 1001, 1001, 255]);
  patch.take(tile(0, 0, emptyCell, 2, 2), counts, 1100);
  patch.paint(pixels, colors, 1001, 1002, 1100);
  assert.deepEqual([...pixels.slice(0, 3)], [1002, 1001, 1001]);
  patch.paint(pixels, colors, 1001, 1002, 5000);
  assert.deepEqual([...pixels.slice(0, 3)], [255, 2, 2]);
  assert.equal(patch.marked, false);
  assert.deepEqual([counts[2], counts[1]], [2, 0]);
});

test("with reduced motion nothing is marked", () => {
  const patch = new Patch(tile(0, 0));
  patch.take(tile(0, 0, 2), new Int32Array(256), undefined);
  assert.equal(patch.marked, false);
});

test("the words of a cell", () => {
  const glance: Glance = { type: "glance", x: 0, y: 0, pid: 112, name: ":worker", doing: "Work.run/0", status: "waiting", queue: 1200, age: 90_000, maker: 7, makerIs: "main", siblings: 3000, where: [] };
  assert.deepEqual(glanceLines(glance), ["worker · 0.112.0", "waiting · 1,200 messages · 90 s old", "Work.run/0", "made by main, with 2,999 others"]);
  assert.deepEqual(glanceLines({ ...glance, name: "", doing: "", queue: 0, siblings: 1, makerIs: "" }), ["0.112.0", "waiting · mailbox empty · 90 s old", "made by 0.7.0"]);
  assert.deepEqual(glanceLines({ ...glance, pid: 0 }), ["nobody"]);
  assert.equal(mailWord(0), "no message");
  assert.equal(mailWord(3), "4 to 7 messages");
  assert.equal(ageWord(4), "8 ms to 16 ms");
  assert.equal(span(150_000), "3 min");
});

test("colours", () => {
  assert.deepEqual(between([[0, 0, 0], [100, 200, 50]], 0.5), [50, 100, 25]);
  assert.deepEqual(parseColor("rgb(1, 2, 3)"), [1, 2, 3]);
  assert.deepEqual(parseColor("rgba(10, 20, 30, 0.5)"), [10, 20, 30]);
  assert.deepEqual(parseColor("color(srgb 1 0.5 0)"), [255, 128, 0]);
  for (const by of ["status", "mailbox", "age"] as const) assert.ok(palette(by, () => [1, 2, 3]).colors.length >= 6);
  assert.deepEqual(legendBytes("status", () => 0), [1, 0, 2, 3]);
  assert.deepEqual(legendBytes("mailbox", (b) => (b === 3 ? 5 : 0)), [0, 1, 2, 3]);
});

test("the camera", () => {
  const camera = fitCells(100, 50, 800, 600, { top: 0, right: 0, bottom: 0, left: 0 });
  assert.equal(camera.zoom, 8);
  assert.deepEqual(cellUnder(camera, camera.x + 17, camera.y + 9, 100, 50), { x: 2, y: 1 });
  assert.equal(cellUnder(camera, camera.x - 1, camera.y, 100, 50), undefined);
  const near = zoomCells(camera, 4, 400, 300, 1);
  assert.deepEqual(cellUnder(near, 400, 300, 100, 50), cellUnder(camera, 400, 300, 100, 50), "what is under the pointer stays there");
  assert.equal(zoomCells(near, 100, 0, 0, 1).zoom, largest);
  const seen = seeCell(near, { x: 0, y: 0 }, 800, 600);
  assert.ok(seen.x >= 0 && seen.y >= 0);
});
