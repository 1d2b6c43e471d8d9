import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore } from "./store.ts";

test("an action dispatched by a listener waits for the others", () => {
  const store = createStore<number, number>(0, (s, a) => s + a);
  const heard: string[] = [];
  store.listen((a, next) => {
    heard.push(`first ${a} ${next}`);
    if (a === 1) store.dispatch(10);
  });
  store.listen((a, next) => heard.push(`second ${a} ${next}`));
  store.dispatch(1);
  assert.deepEqual(heard, ["first 1 1", "second 1 1", "first 10 11", "second 10 11"]);
});

test("a listener can be taken away", () => {
  const store = createStore<number, number>(0, (s, a) => s + a);
  let calls = 0;
  const off = store.listen(() => calls++);
  store.dispatch(1);
  off();
  store.dispatch(1);
  assert.equal(calls, 1);
  assert.equal(store.state, 2);
});
