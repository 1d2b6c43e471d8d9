import assert from "node:assert/strict";
import { test } from "node:test";
import { createHistory, keptEntries } from "./history.ts";

const store = (): { data: Map<string, string>; getItem(key: string): string | null; setItem(key: string, value: string): void } => {
  const data = new Map<string, string>();
  return { data, getItem: (key) => data.get(key) ?? null, setItem: (key, value) => void data.set(key, value) };
};

test("walks back and on, and what was being typed comes back", () => {
  const history = createHistory(undefined);
  history.add("one");
  history.add("two");
  history.add("two");
  history.add("  ");
  assert.equal(history.older("draft"), "two");
  assert.equal(history.older("two"), "one");
  assert.equal(history.older("one"), undefined);
  assert.equal(history.newer("one"), "two");
  assert.equal(history.newer("two"), "draft");
  assert.equal(history.newer("draft"), undefined);
});

test("is kept, bounded, and survives nonsense in the store", () => {
  const kept = store();
  const history = createHistory(kept);
  for (let i = 0; i < keptEntries + 5; i++) history.add(`line ${i}`);
  assert.equal(createHistory(kept).older(""), `line ${keptEntries + 4}`);
  assert.equal((JSON.parse(kept.data.get("vivarium.iex") ?? "[]") as unknown[]).length, keptEntries);
  kept.data.set("vivarium.iex", "{nonsense");
  assert.equal(createHistory(kept).older(""), undefined);
});
