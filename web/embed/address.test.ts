import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeShare } from "../share/link.ts";
import { findProgram, readAddress } from "./address.ts";

const read = (fragment: string) => readAddress(fragment, (kind, value) => kind === "color" && value !== "ugly");

test("a program in the address is read as it was written", async () => {
  const code = 'x = 1 + 2 # "é" & 50%\nIO.puts("#{x}")\n';
  assert.equal((await read(`#code=${encodeURIComponent(code)}`)).code, code);
  assert.equal((await read(`#${new URLSearchParams({ code })}`.replaceAll("+", "%20"))).code, code);
  assert.equal((await read("#code=1+1")).code, "1+1", "a plus is a plus: addresses are written by hand, too");
  const shared = await read(`#${await encodeShare({ code, title: "Sum", speed: 0.5 })}&tab=tree&theme=dark`);
  assert.deepEqual([shared.code, shared.title, shared.speed, shared.options], [code, "Sum", 0.5, { tab: "tree", theme: "dark" }]);
});

test("what is wrong with an address is said", async () => {
  const { complaints, code, look } = await read("#lessn=x&tab=forest&share=AAAA&look-text=ugly&look-accent=red&look-hat=1");
  assert.equal(code, undefined);
  assert.deepEqual([...look], [["--leaf", "red"], ["--leaf-ink", "red"]]);
  assert.equal(complaints.length, 5, complaints.join("\n"));
  assert.match(complaints.join("\n"), /lessn\. Did you mean "lesson"\?/);
  assert.match(complaints.join("\n"), /damaged/);
});

test("an empty address asks for nothing", async () => {
  assert.deepEqual(await read(""), { options: {}, code: undefined, title: "", file: "program.exs", speed: undefined, seed: undefined, view: undefined, live: false, look: new Map(), complaints: [] });
});

test("a lesson's program is found by name, or what there is is said", () => {
  const program = (id: string) => ({ id, file: "a.exs", source: "1", before: [], pace: 2, view: "" });
  const lessons = [{ slug: "01-a", path: "lessons/01-a", title: "A", programs: [program("x"), program("y")] }];
  const id = (name: string) => {
    const found = findProgram(lessons, name);
    return typeof found === "string" ? found : found.program.id;
  };
  assert.deepEqual(["01-a", "01-a/y"].map(id), ["x", "y"]);
  assert.match(id("01-a/z"), /has no program "z"\. It has: x, y/);
  assert.match(id("02-b"), /There is no lesson "02-b"\. There are: 01-a/);
});
