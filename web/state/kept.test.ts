import assert from "node:assert/strict";
import { test } from "node:test";
import { conflicts, createKeeper, exportKept, importKept, nothingKept, readKept, storeKept, type Kept, type Keeper, type Storage } from "./kept.ts";
import { lesson } from "./samples.ts";
import { initialState, reduce, type Action, type Keeping, type State } from "./state.ts";

const one = lesson("01-one", ["1"]);

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

/** A page with a keeper, and a keyboard that never rests until it is told to. */
function page(storage: Storage | undefined): { act(...actions: Action[]): void; rest(): void; readonly told: Keeping[]; readonly keeper: Keeper; state: State } {
  let waiting: (() => void) | undefined;
  const told: Keeping[] = [];
  const keeper = createKeeper(storage, (keeping) => told.push(keeping), { set: (act) => (waiting = act), cancel: () => (waiting = undefined) });
  return {
    state: initialState(one, readKept(storage)),
    told,
    keeper,
    act(...actions) {
      for (const action of actions) {
        const next = reduce(this.state, action);
        keeper.changed(next, this.state);
        this.state = next;
      }
    },
    rest() {
      const act = waiting;
      waiting = undefined;
      act?.();
    },
  };
}

test("text, speed, theme and progress come back", () => {
  const storage = memory();
  const first = page(storage);
  first.act({ type: "edited", source: "mine" }, { type: "speed", speed: 0.5 }, { type: "theme", theme: "contrast" }, { type: "turn", step: 0 }, { type: "expect", key: "01-one/1#0", choice: 2 });
  first.rest();
  const { state } = page(storage);
  assert.deepEqual([state.source, state.speed, state.theme, [...state.visited], state.guesses.get("01-one/1#0")], ["mine", 0.5, "contrast", ["01-one#step-1"], 2]);
});

test("text is kept at a pause of typing, or at once when the page is left", () => {
  const storage = memory();
  const first = page(storage);
  for (const source of ["m", "mi", "min", "mine"]) first.act({ type: "edited", source });
  assert.equal(readKept(storage).drafts.size, 0);
  first.rest();
  assert.equal(readKept(storage).drafts.get("01-one/1"), "mine");
  first.act({ type: "edited", source: "mine!" });
  first.keeper.flush();
  assert.equal(readKept(storage).drafts.get("01-one/1"), "mine!");
});

test("the lesson's own text is not kept", () => {
  const storage = memory();
  const first = page(storage);
  first.act({ type: "edited", source: "mine" });
  first.rest();
  first.act({ type: "original" });
  first.rest();
  assert.equal(storage.length, 0);
});

test("storage that is full or refused is told of, and what could not be kept is tried again", () => {
  const storage = memory();
  storage.setItem("other", "1");
  let closed = true;
  const full: Storage = {
    ...storage,
    get length() {
      return storage.length;
    },
    setItem(k, v) {
      if (closed) throw new DOMException("no room", "QuotaExceededError");
      storage.setItem(k, v);
    },
  };
  const first = page(full);
  first.act({ type: "edited", source: "mine" });
  first.rest();
  assert.deepEqual(first.told, ["full"]);
  assert.equal(first.state.source, "mine");
  closed = false;
  first.act({ type: "edited", source: "mine too" });
  first.rest();
  assert.equal(first.told.at(-1), "kept");
  assert.equal(readKept(storage).drafts.get("01-one/1"), "mine too");

  const refused = page({ ...memory(), getItem: () => { throw new Error("no"); }, setItem: () => { throw new Error("no"); }, length: 0 });
  refused.act({ type: "edited", source: "mine" });
  refused.rest();
  assert.deepEqual([refused.told.at(-1), refused.state.source], ["refused", "mine"]);
  assert.equal(page(undefined).state.source, "1");
});

test("what is exported can be imported, and only that", () => {
  const kept: Kept = { drafts: new Map([["", "mine"], ["01-one/1", "<b>"]]), guesses: new Map([["01-one/1#0", 1]]), visited: new Set(["01-one#step-1"]), passed: new Set(["01-one/1"]) };
  assert.deepEqual(importKept(exportKept(kept)), kept);
  for (const bad of ["", "x", "[]", "{}", '{"form":"vivarium-progress"}', '{"form":"vivarium-progress","version":2}']) assert.throws(() => importKept(bad), Error, bad);
  const odd = importKept('{"form":"vivarium-progress","version":1,"drafts":{"a":7,"b":"t"},"guesses":{"a":-1,"b":"x","c":2},"visited":[1,"v"],"passed":"no"}');
  assert.deepEqual(odd, { drafts: new Map([["b", "t"]]), guesses: new Map([["c", 2]]), visited: new Set(["v"]), passed: new Set() });
});

test("an import says which programs both have, and adds the rest", () => {
  const storage = memory();
  storeKept(storage, { ...nothingKept, drafts: new Map([["a", "mine"], ["b", "same"]]), passed: new Set(["x"]) });
  const theirs: Kept = { ...nothingKept, drafts: new Map([["a", "theirs"], ["b", "same"], ["c", "new"]]), passed: new Set(["y"]) };
  assert.deepEqual(conflicts(readKept(storage), theirs), ["a"]);
  assert.ok(storeKept(storage, theirs));
  const both = readKept(storage);
  assert.deepEqual([both.drafts.get("a"), both.drafts.get("c"), [...both.passed]], ["theirs", "new", ["x", "y"]]);
  assert.ok(storeKept(storage, nothingKept, true));
  assert.deepEqual(readKept(storage), nothingKept);
  assert.equal(storeKept(undefined, nothingKept), false);
});
