import assert from "node:assert/strict";
import { test } from "node:test";
import { pieces } from "./light.ts";

const kinds = (source: string): string => pieces(source).filter((p) => p.kind !== "").map((p) => `${p.kind}:${p.text}`).join(" ");

test("a program's words have their colours", () => {
  assert.equal(kinds("def go!(n), do: n + 1 # on"), "keyword:def definition:go! atom:do: number:1 comment:# on");
  assert.equal(kinds('IO.puts("a #{b} \\" c")'), 'name:IO string:"a #{b} \\" c"');
  assert.equal(kinds("send(pid, {:add, 1_000})"), "atom:add number:1_000".replace("add", ":add"));
  assert.equal(kinds('~w(a b)a ++ ~r/x\\/y/i'), "string:~w(a b)a string:~r/x\\/y/i");
  assert.equal(kinds('@doc """\n# no comment\n"""\nend'), 'keyword:@doc string:"""\n# no comment\n""" keyword:end');
  assert.equal(kinds("undone if_else render"), "", "a keyword inside a word is none");
});

test("no text is lost, whatever it is", () => {
  for (const source of ["", "\n", '"open', '"""open', "~", "?", "::", 'é "ü" 🌱', "a\r\nb", "fn -> :ok end"]) {
    assert.equal(pieces(source).map((p) => p.text).join(""), source);
  }
});
