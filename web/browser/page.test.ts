import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { complaints, consoleText, ended, pictures, prints, run, settles, siteAddress, speed, useSite, visit, write } from "./site.ts";

useSite();

test("everything has its accessible name, once", () =>
  visit("names", async ({ page }) => {
    const expected = [
      page.getByRole("textbox", { name: "Code", exact: true }),
      page.getByRole("button", { name: "Run", exact: true }),
      page.getByRole("button", { name: "Stop", exact: true }),
      page.getByRole("button", { name: "Pause", exact: true }),
      page.getByRole("button", { name: "Step", exact: true }),
      page.getByRole("slider", { name: "Speed", exact: true }),
      page.getByRole("log", { name: "Console", exact: true }),
      page.getByRole("tree", { name: "Processes", exact: true }),
      page.getByRole("status", { name: "Narration", exact: true }),
      page.getByRole("tab", { name: "Tree", exact: true }),
    ];
    for (const locator of expected) assert.equal(await locator.count(), 1, String(locator));
  }));

test("no address in index.html leaves the site, and the editor is no part of the first script", () => {
  const index = readFileSync("dist/index.html", "utf8");
  assert.doesNotMatch(index, /(src|href)="(https?:|\/)/);
  const app = readdirSync("dist/assets").find((n) => /^app-.*\.js$/.test(n)) ?? assert.fail("no app");
  const script = readFileSync(`dist/assets/${app}`, "utf8");
  assert.ok(script.length < 150_000, `${app} has ${script.length} bytes`);
  assert.doesNotMatch(script, /cm-content/);
});

test("assets come compressed and with their types", async () => {
  const assets = readdirSync("dist/assets");
  for (const [ending, type] of [[".wasm", "application/wasm"], [".js", "text/javascript; charset=utf-8"], [".css", "text/css; charset=utf-8"]] as const) {
    const name = assets.find((n) => n.endsWith(ending)) ?? assert.fail(ending);
    const response = await fetch(`${siteAddress()}assets/${name}`, { headers: { "Accept-Encoding": "br" } });
    assert.equal(response.headers.get("Content-Type"), type);
    assert.equal(response.headers.get("Content-Encoding"), "br");
    await response.arrayBuffer();
  }
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe has nothing to complain of, ${colorScheme}`, () =>
    visit(`axe ${colorScheme}`, async ({ page }) => {
      assert.deepEqual(await complaints(page), []);
      await speed(page, 100);
      await write(page, 'pid = spawn(fn -> receive do: (:never -> :ok) end)\nsend(pid, :hello)\nIO.puts("hi")\nIO.puts(:stderr, "oh")\nProcess.sleep(:infinity)\n');
      await run(page);
      await prints(page, "oh");
      await page.getByRole("treeitem", { name: /^main,/ }).click();
      await page.getByRole("region", { name: "Inspector" }).waitFor();
      assert.deepEqual(await complaints(page), []);
      await page.getByRole("button", { name: "File", exact: true }).click();
      assert.deepEqual(await complaints(page), []);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Share", exact: true }).click();
      await settles(() => page.getByRole("textbox", { name: "Link" }).inputValue(), (link) => assert.match(link, /#share=/));
      assert.deepEqual(await complaints(page), []);
    }, { colorScheme, path: "examples/13-supervisor-restarts.html" }));
}

const sizes = [
  { width: 1440, height: 900 },
  { width: 768, height: 1024 },
  { width: 390, height: 844 },
] as const;

for (const colorScheme of ["light", "dark"] as const) {
  for (const viewport of sizes) {
    test(`nothing is cut at ${viewport.width}x${viewport.height}, ${colorScheme}`, () =>
      visit(`look ${viewport.width} ${colorScheme}`, async ({ page }) => {
        await run(page);
        await page.getByRole("treeitem", { name: /GenServer/ }).first().waitFor();
        await page.waitForTimeout(1200);
        await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
        await page.screenshot({ path: `${pictures}/${viewport.width}-${colorScheme}.png`, fullPage: viewport.width < 600 });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(wide, 0, "the page does not scroll sideways");
        // No part lies over another, and each has room.
        const boxes = await page.evaluate(() =>
          [".v-header", ".v-area-prose", ".v-area-editor", ".v-area-console", ".v-area-stage"].map((s) => {
            const r = document.querySelector(s)?.getBoundingClientRect();
            return { s, x: r?.x ?? 0, y: r?.y ?? 0, w: r?.width ?? 0, h: r?.height ?? 0 };
          }),
        );
        for (const a of boxes) {
          assert.ok(a.w >= 100 && a.h >= 40, `${a.s} has room`);
          for (const b of boxes) {
            if (a === b) continue;
            const apart = a.x + a.w <= b.x + 0.5 || b.x + b.w <= a.x + 0.5 || a.y + a.h <= b.y + 0.5 || b.y + b.h <= a.y + 0.5;
            assert.ok(apart, `${a.s} and ${b.s} overlap`);
          }
        }
        for (const name of ["Run", "Stop", "Pause", "Step"]) {
          const r = await page.getByRole("button", { name, exact: true }).boundingBox();
          assert.ok(r && r.x >= 0 && r.x + r.width <= viewport.width, `${name} is within the page`);
        }
      }, { viewport, colorScheme, reducedMotion: "reduce", path: "examples/13-supervisor-restarts.html" }));
  }
}

test("what was typed is still there after the tab was closed", () =>
  visit("kept", async ({ page }) => {
    await write(page, 'IO.puts("mine")\n');
    await page.reload();
    await page.locator(".cm-content").waitFor();
    assert.match(await page.getByRole("textbox", { name: "Code" }).innerText(), /IO\.puts\("mine"\)/);
    await page.getByRole("button", { name: "Original", exact: true }).click();
    await page.waitForFunction(() => !document.querySelector<HTMLElement>(".cm-content")?.innerText.includes("mine"));
  }));

test("the theme can be chosen, and stays", () =>
  visit("theme", async ({ page }) => {
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    const button = page.getByRole("button", { name: /^Theme:/ });
    await button.click();
    await button.click();
    await settles(() => button.getAttribute("aria-label"), (label) => assert.equal(label, "Theme: dark"));
    await settles(ground, (colour) => assert.notEqual(colour, light));
    await page.reload();
    await settles(ground, (colour) => assert.notEqual(colour, light));
  }));

test("a program can be run by keyboard alone, and the tree walked", () =>
  visit("keyboard", async ({ page }) => {
    await speed(page, 100);
    await write(page, 'a = spawn(fn -> Process.sleep(:infinity) end)\nProcess.register(a, :first)\nb = spawn(fn -> Process.sleep(:infinity) end)\nProcess.register(b, :second)\nIO.puts("up")\nProcess.sleep(:infinity)\n');
    await page.keyboard.press("Control+Enter");
    await prints(page, "up");
    await page.getByRole("treeitem", { name: /second/ }).waitFor();
    await page.getByRole("treeitem", { name: /^main,/ }).focus();
    await page.keyboard.press("ArrowDown");
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
    await settles(focused, (name) => assert.match(name, /first/));
    await page.keyboard.press("ArrowDown");
    await settles(focused, (name) => assert.match(name, /second/));
    await page.keyboard.press("Enter");
    await settles(() => page.getByRole("region", { name: "Inspector" }).innerText(), (text) => assert.match(text, /second/));
    await page.keyboard.press("Escape");
    await page.getByRole("region", { name: "Inspector" }).waitFor({ state: "detached" });
    await page.keyboard.press("ArrowLeft");
    await settles(focused, (name) => assert.match(name, /^main,/));
  }));

test("with reduced motion the program runs and ends the same", () =>
  visit("reduced", async ({ page }) => {
    await write(page, 'pid = spawn(fn -> receive do: (m -> IO.inspect(m)) end)\nsend(pid, :calm)\nProcess.sleep(10)\n');
    await run(page);
    await ended(page);
    assert.match(await consoleText(page), /^:calm$/m);
  }, { reducedMotion: "reduce", path: "examples/01-hello-process.html" }));
