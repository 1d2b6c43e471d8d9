import assert from "node:assert/strict";
import { test } from "node:test";
import { node } from "../state/samples.ts";
import { compact } from "./envelope.ts";
import { itemName, lifeWord, messageWord, statusLine } from "./words.ts";

test("a tree item is named by name, kind and status", () => {
  assert.equal(itemName(node(1, { name: "a", kind: "genserver", status: "waiting" })), "a, GenServer, waiting");
  assert.equal(itemName(node(1, { name: "main", kind: "script", status: "running" })), "main, your script, running");
});

test("the status line says what there is to say", () => {
  assert.equal(statusLine(node(1, { detail: "waiting in receive" }), undefined), "waiting in receive");
  assert.equal(statusLine(node(1, { status: "crashed", reason: "cell broke" }), undefined), "crashed: cell broke");
  assert.equal(statusLine(node(1, { status: "exited", reason: ":normal" }), undefined), "exited");
  assert.equal(statusLine(node(1, { kind: "group", members: 7, crashed: 2 }), undefined), "7 processes · 2 crashed");
  assert.equal(statusLine(node(1, { kind: "supervisor" }), { type: "supervision", node: 1, strategy: ":one_for_one", used: 0, max: 3, seconds: 5, gaveUp: false }), "one_for_one · waiting");
});

test("messages, lives and counts in words", () => {
  assert.equal(messageWord("call", "{:add, 1}"), "call {:add, 1}");
  assert.equal(messageWord("plain", ":tick"), ":tick");
  assert.equal(lifeWord(2), "second life");
  assert.equal(lifeWord(12), "12th life");
  assert.deepEqual([7, 999, 1250, 34_567, 5_600_000].map(compact), ["7", "999", "1.2k", "34k", "5M"]);
});
