import assert from "node:assert/strict";
import { test } from "node:test";
import { consoleText, ended, prints, run, speed, useSite, visit, write } from "./site.ts";
import type { Page } from "playwright-core";

useSite();

/** How long a program may go on before it ends by itself, in milliseconds; a machine that tests and builds at once is slow. */
const patience = 45_000;

/** Programs that want more than there is: each ends in Elixir's own error or a clear message. */
const greedy: readonly { readonly name: string; readonly source: string; readonly says: RegExp }[] = [
  {
    name: "recursion without end",
    source: "defmodule Deep do\n  def down(n), do: 1 + down(n + 1)\nend\n\nIO.puts(Deep.down(0))\n",
    says: /heap|memory|killed|system_limit|limit/i,
  },
  {
    name: "a list of ten gigabytes",
    source: "list = Enum.to_list(1..700_000_000)\nIO.puts(length(list))\n",
    says: /heap|memory|killed|system_limit|limit/i,
  },
  {
    name: "a binary of ten gigabytes",
    source: 'IO.puts(byte_size(String.duplicate("x", 10_000_000_000)))\n',
    says: /heap|memory|killed|system_limit|limit/i,
  },
  {
    name: "a process bomb",
    source: "defmodule Bomb do\n  def go do\n    spawn(&go/0)\n    spawn(&go/0)\n    Process.sleep(:infinity)\n  end\nend\n\nBomb.go()\n",
    says: /process limit|system_limit|limit|memory/i,
  },
  {
    name: "a flood of messages to a process that sleeps",
    source: 'pid = spawn(fn -> Process.sleep(:infinity) end)\nflood = fn flood -> send(pid, {:drop, :of, "water"}); flood.(flood) end\nflood.(flood)\n',
    says: /heap|memory|killed|limit/i,
  },
  {
    name: "atoms without end",
    source: 'Enum.each(Stream.iterate(1, &(&1 + 1)), fn n -> String.to_atom("atom_#{n}") end)\n'.replaceAll("\\#", "#"),
    says: /atom|limit/i,
  },
  {
    name: "output without end",
    source: 'Enum.each(Stream.cycle([1]), fn _ -> IO.puts(String.duplicate("words ", 200)) end)\n',
    says: /has written more than/,
  },
];

for (const { name, source, says } of greedy) {
  test(`${name}: an error within seconds, and the page lives on`, (t) =>
    visit(name, async ({ page }) => {
      await speed(page, 100);
      await write(page, source);
      const start = Date.now();
      await run(page);
      const answers: number[] = [];
      for (;;) {
        const asked = Date.now();
        const phase = await page.evaluate(() => document.querySelector<HTMLElement>(".v-phase")?.dataset["phase"] ?? "");
        answers.push(Date.now() - asked);
        // A program whose process got its error may go on; that is what Stop is for.
        if (phase === "ended" || says.test(await consoleText(page))) break;
        assert.ok(Date.now() - start < patience, `it still runs after ${patience} ms; the console says: ${(await consoleText(page)).slice(-300)}`);
        await page.waitForTimeout(100);
      }
      const took = Date.now() - start;
      t.diagnostic(`ended after ${took} ms; the page answered within ${Math.max(...answers)} ms`);
      assert.match(await consoleText(page), says);
      if ((await page.locator(".v-phase").getAttribute("data-phase")) !== "ended") await page.getByRole("button", { name: "Stop", exact: true }).click();
      await lives(page, source);
    }, { path: "examples/01-hello-process.html" }));
}

for (const [name, source] of [
  ["an endless loop", "defmodule Spin do\n  def spin(n), do: spin(n + 1)\nend\n\nSpin.spin(0)\n"],
  ["a flood", greedy[4]?.source ?? ""],
  ["a process bomb", greedy[3]?.source ?? ""],
] as const) {
  test(`${name} is stopped at once`, (t) =>
    visit(`stop ${name}`, async ({ page }) => {
      await speed(page, 100);
      await write(page, source);
      await run(page);
      await page.locator('.v-phase[data-phase="running"]').waitFor();
      await page.waitForTimeout(400);
      const start = Date.now();
      await page.getByRole("button", { name: "Stop", exact: true }).click();
      await page.locator('.v-phase[data-phase="ended"], .v-phase[data-phase="loading"], .v-phase[data-phase="idle"]').waitFor();
      t.diagnostic(`stopped after ${Date.now() - start} ms`);
      await lives(page, source);
    }, { path: "examples/01-hello-process.html" }));
}

test("junk as source is a clear error at its place", () =>
  visit("junk", async ({ page }) => {
    await speed(page, 100);
    let junk = "";
    for (let i = 0; i < 3000; i++) junk += String.fromCharCode((i * 7919 + ((i * i) % 251)) % 0xd800);
    for (const source of [junk, "\u0000\u0001\u0002\u001b[31m", "\u202e\u2066 if true do \u2069", "def (((((", '"""\nno end', "%{%{%{[[[", "\ud800 lone"]) {
      await write(page, source);
      await run(page);
      await prints(page, "** (");
      await ended(page);
      assert.match(await consoleText(page), /\*\* \((SyntaxError|TokenMissingError|MismatchedDelimiterError|CompileError|UnicodeConversionError|ArgumentError)\)/, JSON.stringify(source.slice(0, 40)));
      await lives(page, ""); // and the next error is not this one, still standing there
    }
  }, { path: "examples/01-hello-process.html" }));

/** The text is still in the editor, and another program runs. */
async function lives(page: Page, source: string): Promise<void> {
  const first = source.split("\n")[0] ?? "";
  assert.ok((await page.getByRole("textbox", { name: "Code" }).innerText()).includes(first), "the text is still there");
  await write(page, 'IO.puts("still here")\n');
  await run(page);
  await prints(page, "still here");
  await ended(page);
}
