import assert from "node:assert/strict";
import { test } from "node:test";
import { addLines, addText, emptyConsole, keptLines, type ConsoleState } from "./console.ts";

const texts = (state: ConsoleState): string[] => state.lines.map((l) => l.text);

test("lines end where their newline comes", () => {
  let state = addText(emptyConsole, "main", "stdout", "one\ntw");
  assert.deepEqual(texts(state), ["one", "tw"]);
  state = addText(state, "main", "stdout", "o\n\nthree");
  assert.deepEqual(texts(state), ["one", "two", "", "three"]);
});

test("pieces of two processes make one line, as in a terminal", () => {
  const state = addText(addText(emptyConsole, "a", "stdout", "1 "), "b", "stdout", "2\n");
  assert.deepEqual(state.lines.map((l) => [l.who, l.text]), [["a", "1 2"]]);
});

test("errors do not continue a line of output", () => {
  const state = addText(addText(emptyConsole, "a", "stdout", "half"), "a", "stderr", "** broken\n");
  assert.deepEqual(state.lines.map((l) => [l.kind, l.text]), [["stdout", "half"], ["stderr", "** broken"]]);
  assert.deepEqual(texts(addLines(addText(emptyConsole, "a", "note", "half"), "", "note", "whole")), ["half", "whole"]);
});

test("only the last lines are kept, with their numbers", () => {
  const state = addText(emptyConsole, "main", "stdout", Array.from({ length: keptLines + 5 }, (_, i) => `${i}\n`).join(""));
  assert.equal(state.lines.length, keptLines);
  assert.equal(state.lines[0]?.number, 5);
  assert.equal(state.lines.at(-1)?.text, String(keptLines + 4));
});

test("no text changes nothing", () => {
  assert.equal(addText(emptyConsole, "main", "stdout", ""), emptyConsole);
});
