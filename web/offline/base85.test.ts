import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase85 } from "./base85.ts";

test("bytes are read as internal/site/base85_test.go writes them", () => {
  const pairs: Readonly<Record<string, string>> = { "": "", VE: "a", VPX: "ab", VPaz: "abc", "00000": "\0\0\0\0", "|NsC0": "\xff\xff\xff\xff", "R%v!(a%pvK": "Vivarium" };
  for (const [text, content] of Object.entries(pairs)) assert.equal(String.fromCharCode(...fromBase85(text)), content, text);
});

test("a file that was cut or changed is told", () => {
  assert.throws(() => fromBase85("0"), /missing/);
  assert.throws(() => fromBase85("00<00"), /changed/);
});
