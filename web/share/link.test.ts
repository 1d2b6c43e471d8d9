import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { DamagedLink, decodeShare, encodeShare, isShare, longest } from "./link.ts";

const pack = (data: unknown): string => `share=${deflateSync(JSON.stringify(data)).toString("base64url")}`;

/** Sixty lines of an ordinary program. */
const program = Array.from({ length: 10 }, (_, i) => `defmodule Cell${i} do
  use GenServer
  def start_link(name), do: GenServer.start_link(__MODULE__, name, name: name)
  def init(name), do: {:ok, %{name: name, sum: ${i * 7}}}
  def handle_call({:add, n}, _from, state), do: {:reply, state.sum + n, %{state | sum: state.sum + n}}
end`).join("\n");

test("what is shared comes back as it was", async () => {
  const shared = { code: 'IO.puts("ä 🌱 \\u0000")\n', title: "Grüße", file: "a.exs", speed: 0.25, seed: 42, view: "sequence" };
  const fragment = await encodeShare(shared);
  assert.match(fragment, /^share=[A-Za-z0-9_-]+$/);
  assert.ok(isShare(`#${fragment}`) && isShare(fragment) && !isShare("#step-2"));
  assert.deepEqual(await decodeShare(`#${fragment}`), shared);
  assert.deepEqual(await decodeShare(await encodeShare({ code: "" })), { code: "" });
});

test("sixty lines fit a chat message", async () => {
  assert.equal(program.split("\n").length, 60);
  const { length } = await encodeShare({ code: program, title: "Cells", speed: 0.5, seed: 1 });
  assert.ok(length < 1600, `${length} characters`);
});

test("punctuation that a chat glued to the link does no harm", async () => {
  const fragment = await encodeShare({ code: "1" });
  for (const tail of [".", ")", "),", ">"]) assert.deepEqual(await decodeShare(fragment + tail), { code: "1" });
});

test("a damaged link is told from a whole one, wherever it is damaged", async () => {
  const fragment = await encodeShare({ code: program });
  for (let i = 6; i < fragment.length; i += 37) {
    const other = fragment[i] === "A" ? "B" : "A";
    await assert.rejects(decodeShare(fragment.slice(0, i) + other + fragment.slice(i + 1)), DamagedLink, `changed at ${i}`);
    await assert.rejects(decodeShare(fragment.slice(0, i)), DamagedLink, `cut at ${i}`);
  }
  for (const bad of ["share=", "share=A", "share=%%%", "share=" + "A".repeat(999)]) await assert.rejects(decodeShare(bad), DamagedLink, bad);
});

test("a hostile link gives nothing but a message", async () => {
  await assert.rejects(decodeShare(pack({ c: "x".repeat(50_000_000) })), /too long/);
  await assert.rejects(decodeShare(pack({ c: "x".repeat(longest + 1) })), /too long/);
  for (const data of [null, 1, "x", [], {}, { c: 7 }, { c: null }]) await assert.rejects(decodeShare(pack(data)), /no program/);
  const odd = { c: "1", t: "a\u202Eb\u0000<b>\n", f: "../../etc/passwd", s: 7, n: -1, v: "dream", __proto__: { x: 1 }, extra: {} };
  assert.deepEqual(await decodeShare(pack(odd)), { code: "1", title: "ab<b>", file: ".._.._etc_passwd" });
});
