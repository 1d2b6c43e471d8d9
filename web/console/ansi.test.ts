import assert from "node:assert/strict";
import { test } from "node:test";
import { ansi, plain } from "./ansi.ts";

const styled = (text: string, begin = ""): string[] => ansi(text, begin).pieces.map((p) => `${p.style}|${p.text}`);

test("what IO.ANSI writes becomes styles", () => {
  assert.deepEqual(styled("a\u001b[31m\u001b[1mred\u001b[0m b"), ["|a", "bold fg-red|red", "| b"]);
  assert.deepEqual(styled("\u001b[4munder\u001b[24m\u001b[42mgreen\u001b[49m."), ["underline|under", "bg-green|green", "|."]);
  assert.deepEqual(styled("\u001b[31ma\u001b[32mb\u001b[39mc"), ["fg-red|a", "fg-green|b", "|c"]);
  assert.deepEqual(styled("\u001b[38;5;196mr\u001b[38;2;0;0;255mb\u001b[mn"), ["fg-red|r", "fg-blue|b", "|n"]);
});

test("a style goes on over lines", () => {
  const { end } = ansi("\u001b[31mone");
  assert.equal(end, "fg-red");
  assert.deepEqual(styled("two\u001b[0m three", end), ["fg-red|two", "| three"]);
});

test("nothing of other sequences and of control characters is shown", () => {
  assert.equal(plain("\u001b[2Ja\u0007b\u001b[10;5Hc\r"), "abc");
  assert.deepEqual(styled(""), []);
  assert.deepEqual(styled("plain"), ["|plain"]);
});
