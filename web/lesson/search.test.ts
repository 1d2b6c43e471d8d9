import assert from "node:assert/strict";
import { test } from "node:test";
import { find, type Entry } from "./search.ts";

const entry = (title: string, text: string): Entry => ({ address: "a", number: 1, title, step: "Step", text });
const entries = [entry("Links", "A mailbox is a queue."), entry("Mailboxes", "Messages wait in order (a.b)."), entry("Other", "Nothing of it.")];

test("a step is found that has every word, in a title first", () => {
  assert.deepEqual(find(entries, "mailbox").map((f) => f.entry.title), ["Mailboxes", "Links"]);
  assert.deepEqual(find(entries, "QUEUE  mailbox").map((f) => f.entry.title), ["Links"]);
  assert.deepEqual(find(entries, "queue order"), []);
  assert.deepEqual(find(entries, "  "), []);
});

test("the excerpt has the words apart, and takes none of them for a pattern", () => {
  assert.deepEqual(find(entries, "queue")[0]?.excerpt, ["A mailbox is a ", "queue", "."]);
  assert.deepEqual(find(entries, "(a.b)")[0]?.excerpt, ["Messages wait in order ", "(a.b)", "."]);
  const long = find([entry("T", `${"word ".repeat(100)}needle ${"word ".repeat(100)}`)], "needle")[0]?.excerpt ?? [];
  assert.equal(long[1], "needle");
  assert.ok(long.join("").length < 180);
});
