import assert from "node:assert/strict";
import { test } from "node:test";
import { readKept, writeKept, type Storage } from "./kept.ts";
import { initialState, reduce } from "./state.ts";

const lessons = [{ slug: "01-one", number: 1, title: "One", intro: "", prose: "", file: "01-one.exs", source: "1", pace: 3, predict: null }];

function memory(): Storage {
  const map = new Map<string, string>();
  return {
    getItem: (k) => map.get(k) ?? null,
    setItem: (k, v) => void map.set(k, v),
    removeItem: (k) => void map.delete(k),
    key: (i) => [...map.keys()][i] ?? null,
    get length() {
      return map.size;
    },
  };
}

test("text, speed and theme come back", () => {
  const storage = memory();
  const first = initialState(lessons, readKept(storage));
  const second = reduce(reduce(reduce(first, { type: "edited", source: "mine" }), { type: "speed", speed: 0.5 }), { type: "theme", theme: "dark" });
  writeKept(storage, second, first);
  const again = initialState(lessons, readKept(storage));
  assert.deepEqual([again.source, again.speed, again.theme], ["mine", 0.5, "dark"]);
});

test("the lesson's own text is not kept", () => {
  const storage = memory();
  const first = initialState(lessons, readKept(storage));
  const edited = reduce(first, { type: "edited", source: "mine" });
  writeKept(storage, edited, first);
  writeKept(storage, reduce(edited, { type: "original" }), edited);
  assert.equal(storage.length, 0);
});

test("a page without storage works", () => {
  const broken: Storage = { ...memory(), getItem: () => { throw new Error("no"); }, setItem: () => { throw new Error("no"); }, length: 0 };
  const state = initialState(lessons, readKept(broken));
  writeKept(broken, reduce(state, { type: "edited", source: "mine" }), state);
  assert.equal(initialState(lessons, readKept(undefined)).source, "1");
});
