import assert from "node:assert/strict";
import { test } from "node:test";
import type { Chart, ChartLane } from "../protocol.ts";
import { columnAt, columnIds, columnsOf, headsOf, laneX, lifeInSight, moved, rowsInSight, rowsToAsk, rowY, wholeSize, type Sight } from "./measures.ts";

const sight: Sight = { width: 800, height: 600, left: 0, top: 0, zoom: 1 };

const lane = (id: number, column: number, ...lives: readonly (readonly [begin: number, end: number])[]): ChartLane => ({
  id, name: `p${id}`, kind: "process", behaviour: "", column, depth: 0, group: "",
  lives: lives.map(([begin, end], i) => ({ node: id + i * 100, number: i + 1, begin, end, crash: false, reason: "" })),
});

const chart = (...lanes: ChartLane[]): Chart => ({ type: "chart", tag: 0, rows: 100, first: 0, last: 100, now: 100, acts: 100, of: 100, cut: false, busy: false, why: 0, lanes, marks: [], arrows: [], waits: [] });

test("rows in sight follow the scrolling, and more than them are asked for", () => {
  assert.equal(rowsInSight(sight).first, 0);
  const { first, last } = rowsInSight({ ...sight, top: 3400 });
  assert.ok(first === 100 && last > 110 && last < 125, `${first} to ${last}`);
  const asked = rowsToAsk({ ...sight, top: 3400 });
  assert.ok(asked.first < first && asked.first + asked.rows > last);
  // A row in sight is below the heads and above the lower edge.
  const y = rowY(first + 1, { ...sight, top: 3400 });
  assert.ok(y > 54 && y < 600);
});

test("a place belongs to the column that is drawn there", () => {
  for (const zoom of [0.3, 1, 2]) {
    for (let column = 0; column < 5; column++) assert.equal(columnAt(laneX(column, { ...sight, zoom }), 5, zoom), column);
    assert.ok(wholeSize(10, 5, zoom).width > laneX(4, { ...sight, zoom }));
  }
  assert.equal(columnAt(-50, 3, 1), 0);
  assert.equal(columnAt(9999, 3, 1), 2);
});

test("a column is moved among the others", () => {
  assert.deepEqual(moved([1, 2, 3], 1, 2), [2, 3, 1]);
  assert.deepEqual(moved([1, 2, 3], 3, 0), [3, 1, 2]);
  assert.deepEqual(moved([1, 2, 3], 2, 9), [1, 3, 2]);
});

test("of lanes in one column the one in sight has the head", () => {
  const c = chart(lane(1, 0, [0, -1]), lane(2, 1, [2, 10]), lane(3, 1, [50, -1]), lane(4, -1, [1, -1]));
  assert.deepEqual(headsOf(c, sight).map((l) => l.id), [1, 2]);
  assert.deepEqual(headsOf(c, { ...sight, top: 34 * 60 }).map((l) => l.id), [1, 3]);
  assert.equal(columnsOf(c), 2);
  assert.deepEqual(columnIds(c), [1, 2]);
});

test("a head tells of the life in sight", () => {
  const l = lane(1, 0, [0, 5], [6, -1]);
  assert.equal(lifeInSight(l, chart(l), sight)?.number, 2);
  const before = { ...chart(l), now: 4 };
  assert.deepEqual([lifeInSight(l, before, sight)?.number, lifeInSight(l, before, sight)?.end], [1, -1]);
});
