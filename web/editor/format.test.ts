import assert from "node:assert/strict";
import { test } from "node:test";
import { caretAfter } from "./format.ts";

/** The formatted text with the caret, "|", where it goes. */
const after = (before: string, formatted: string): string => {
  const caret = before.indexOf("|");
  const at = caretAfter(before.replace("|", ""), formatted, caret);
  return `${formatted.slice(0, at)}|${formatted.slice(at)}`;
};

test("the caret stays behind the character it was behind", () => {
  assert.equal(after("x=1|", "x = 1\n"), "x = 1|\n");
  assert.equal(after("def f(a),do:a|+1", "def f(a), do: a + 1\n"), "def f(a), do: a| + 1\n");
  assert.equal(after("IO.puts x|\ny", "IO.puts(x)\ny\n"), "IO.puts(x|)\ny\n");
  assert.equal(after("|a", "a\n"), "|a\n");
});

test("before a line's text it stays there", () => {
  assert.equal(after("do\n    |x\nend", "do\n  x\nend\n"), "do\n  |x\nend\n");
});
