import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { consoleText, ended, prints, run, settles, speed, useSite, visit, write } from "./site.ts";

useSite();

/** Needs what few programs do: Elixir's formatter, and a module of the library that is seldom used. */
const unusual = 'IO.puts(Code.format_string!("x   =   1"))\nIO.inspect(Date.day_of_week(~D[2024-01-02]))\n';

/** Notes what a page and its worker ask for, by the names of the files: a worker's requests are told of to those who may change them. */
async function note(page: Page, names: string[]): Promise<void> {
  await page.route("**/*", (route) => {
    names.push(new URL(route.request().url()).pathname.replace(/^.*\//, ""));
    return route.continue();
  });
}

const count = (names: readonly string[], what: RegExp): number => names.filter((name) => what.test(name)).length;

test("a first visit loads 1.6 MB at most, and of the machine only its first piece", async () => {
  const names: string[] = [];
  await visit(
    "first visit",
    async ({ page }) => {
      // The front page's program runs by itself.
      await settles(() => consoleText(page), (text) => assert.notEqual(text.trim(), ""));
      await speed(page, 100);
      await page.waitForTimeout(1000);
      const assets = readdirSync("dist/assets");
      const loaded = [...new Set(names)].filter((name) => assets.includes(name));
      assert.deepEqual(loaded.filter((name) => name.endsWith(".wasm")), assets.filter((name) => /^vivarium-\w+\.wasm$/.test(name)));
      const sizes = loaded.map((name) => ({ name, size: readFileSync(`dist/assets/${assets.includes(`${name}.br`) ? `${name}.br` : name}`).length }));
      const sum = sizes.reduce((s, { size }) => s + size, readFileSync("dist/index.html.br").length);
      assert.ok(loaded.some((name) => name.startsWith("editor-")), "the editor is there");
      assert.ok(sum <= 1_600_000, `a first visit loads ${sum} bytes: ${JSON.stringify(sizes)}`);
    },
    { prepare: (page) => note(page, names) },
  );
});

test("what few programs need is loaded when one needs it, once for a machine", () => {
  const names: string[] = [];
  return visit("rest", async ({ page }) => {
    await speed(page, 100);
    await write(page, unusual);
    for (let i = 0; i < 2; i++) {
      await run(page);
      await ended(page);
      assert.equal((await consoleText(page)).trim(), "x = 1\n2");
    }
    // The program's machine, and perhaps the one that checks what is written.
    for (const piece of [/^rest-\w+\.wasm$/, /^library-\w+\.wasm$/]) assert.ok([1, 2].includes(count(names, piece)), `${piece} was loaded ${count(names, piece)} times`);
  }, { prepare: (page) => note(page, names) });
});

test("a piece that does not come is told of, and the text is kept", () =>
  visit(
    "no rest",
    async ({ page, errors }) => {
      await speed(page, 100);
      await write(page, unusual);
      await run(page);
      await prints(page, "a part of it did not load");
      assert.match(await page.getByRole("textbox", { name: "Code" }).innerText(), /format_string/);
      errors.length = 0;
    },
    {
      prepare: async (page) => {
        await page.route(/\/(rest|library)-\w+\.wasm$/, (route) => route.fulfill({ status: 503, body: "" }));
      },
    },
  ));
