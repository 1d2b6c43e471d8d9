import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, ended, pictures, prints, run, settles, speed, useSite, visit as open, write } from "./site.ts";
import type { Page } from "playwright-core";

useSite();

/** Opens a page on which nothing runs by itself. */
const visit: typeof open = (name, act, options) => open(name, act, { path: "examples/01-hello-process.html", ...options });

const crowd = `for n <- 1..500 do
  pid = spawn(fn -> receive do: (:go -> :ok) end)
  if n == 1, do: Process.register(pid, :first)
  if rem(n, 2) == 0, do: send(pid, :other)
end
IO.puts("there")
Process.sleep(:infinity)
`;

const sizes = [
  ["desktop", 1440, 900],
  ["tablet", 768, 1024],
  ["phone", 390, 844],
] as const;

/** Opens a tab. */
const tab = (page: Page, name: string): Promise<void> => page.getByRole("tab", { name }).click();

const field = (page: Page) => page.getByRole("application", { name: "Crowd of processes" });

const legend = (page: Page): Promise<string> => page.getByRole("list", { name: "Legend" }).innerText();

test("each process has its cell, and the legend counts them", () =>
  visit("crowd", async ({ page }) => {
    await speed(page, 100);
    await tab(page, "Crowd");
    await write(page, crowd);
    await run(page);
    await prints(page, "there");
    await settles(() => legend(page), (text) => assert.match(text, /waiting\s+501/));
    await page.getByRole("radio", { name: "Mailbox" }).check();
    await settles(() => legend(page), (text) => assert.match(text, /no message\s+251\s+1 message\s+250/));
    await page.getByRole("radio", { name: "Age" }).check();
    await settles(() => legend(page), (text) => assert.match(text, /ms/));
    assert.deepEqual(await complaints(page), []);
  }));

test("pointing tells, a click selects, a double click opens the tree there", () =>
  visit("crowd pointing", async ({ page }) => {
    await speed(page, 100);
    await tab(page, "Crowd");
    await write(page, crowd);
    await run(page);
    await prints(page, "there");
    await settles(() => legend(page), (text) => assert.match(text, /waiting\s+501/));
    const box = (await field(page).boundingBox()) ?? assert.fail();
    const [x, y] = [box.x + box.width / 2 + 40, box.y + box.height / 2 + 40];
    await page.mouse.move(x, y);
    await settles(() => page.locator(".v-crowd-tip").innerText(), (text) => assert.match(text, /0\.\d+\.0[\s\S]*waiting[\s\S]*made by main, with 499 others/));
    const pid = /0\.\d+\.0/.exec(await page.locator(".v-crowd-tip").innerText())?.[0] ?? assert.fail();
    await page.mouse.click(x, y);
    const inspector = page.getByRole("region", { name: "Inspector" });
    await settles(() => inspector.innerText(), (text) => assert.ok(text.includes(pid), text));
    await page.mouse.dblclick(x, y);
    await page.getByRole("treeitem", { name: new RegExp(`^${pid}, process, waiting`) }).waitFor();
    assert.equal(await page.getByRole("tab", { name: "Tree" }).getAttribute("aria-selected"), "true");
  }));

test("all of it by keyboard", () =>
  visit("crowd keys", async ({ page }) => {
    await speed(page, 100);
    await tab(page, "Crowd");
    await write(page, crowd);
    await run(page);
    await prints(page, "there");
    await settles(() => legend(page), (text) => assert.match(text, /waiting\s+501/));
    await page.getByRole("radio", { name: "Status" }).focus();
    await page.keyboard.press("Tab");
    assert.equal(await field(page).evaluate((e) => e === document.activeElement), true);
    const said = (): Promise<string> => page.getByRole("status", { name: "Cell" }).innerText();
    await settles(said, (text) => assert.match(text, /waiting/));
    const first = await said();
    await page.keyboard.press("ArrowRight");
    await settles(said, (text) => assert.notEqual(text, first));
    await page.keyboard.press("+");
    await page.keyboard.press("-");
    await page.keyboard.press("0");
    await page.keyboard.press("Home");
    await settles(said, (text) => assert.match(text, /^main/));
    await page.keyboard.press("Space");
    await page.getByRole("region", { name: "Inspector" }).waitFor();
    await page.keyboard.press("Enter");
    await settles(() => page.getByRole("tab", { name: "Tree" }).getAttribute("aria-selected"), (value) => assert.equal(value, "true"));
  }));

test("a run without a trace has its crowd, too, and the tree shows a neighbourhood of it", () =>
  visit("crowd unwatched", async ({ page }) => {
    await run(page);
    await settles(() => page.locator(".v-crowd-sum").innerText(), (text) => assert.match(text, /cell for each/));
    await ended(page);
    await settles(() => legend(page), (text) => assert.ok(Number(/waiting\s+([\d,]+)/.exec(text)?.[1]?.replaceAll(",", "") ?? 0) >= 0, text));
  }, { path: "lessons/06-cheap.html" }));

test("a million processes are shown", { timeout: 120_000 }, () =>
  visit("million", async ({ page }) => {
    await page.getByRole("button", { name: "Go on" }).click();
    await run(page);
    await page.locator('.v-phase[data-phase="ended"]').waitFor({ timeout: 90_000 });
    await settles(() => legend(page), (text) => assert.match(text, /waiting\s+1,000,1\d\d/));
    await page.screenshot({ path: `${pictures}/crowd-million.png` });
  }, { path: "lessons/06-cheap.html" }));

const workers = `defmodule Work do
  def spin(0), do: :ok
  def spin(n), do: spin(n - 1)
end

for n <- 1..5, do: Process.register(spawn(fn -> Work.spin(400_000) end), :"worker#{n}")
Process.sleep(:infinity)
`;

test("the schedulers show who runs, who waits for a turn, and how far the slice is", () =>
  visit("schedulers", async ({ page }) => {
    await speed(page, 60);
    await tab(page, "Schedulers");
    await write(page, workers);
    await run(page);
    const list = page.getByRole("list", { name: "Schedulers", exact: true });
    await settles(() => list.getByRole("listitem", { name: /^Scheduler \d (runs|ran last)/ }).count(), (n) => assert.equal(n, 4));
    await settles(() => list.innerText(), (text) => assert.match(text, /preempted/));
    await settles(() => list.innerText(), (text) => assert.match(text, /of 4,000/));
    await settles(() => list.innerText(), (text) => assert.match(text, /taken from others/));
    assert.ok((await page.getByRole("meter").count()) === 4);
    assert.match(await page.getByRole("status", { name: "Narration" }).innerText(), /./);
    assert.deepEqual(await complaints(page), []);
    await list.getByRole("button", { name: /worker/ }).first().click({ force: true });
    await settles(() => page.getByRole("region", { name: "Inspector" }).innerText(), (text) => assert.match(text, /worker/));
  }));

test("the number of schedulers is a knob, for the next run", () =>
  visit("knob", async ({ page }) => {
    await speed(page, 60);
    await tab(page, "Schedulers");
    await write(page, workers);
    await run(page);
    const cards = page.getByRole("list", { name: "Schedulers", exact: true }).locator(":scope > li");
    await settles(() => cards.count(), (n) => assert.equal(n, 4));
    await page.getByRole("slider", { name: "Number of schedulers" }).fill("2");
    await page.getByText("from the next run on; this one has 4").waitFor();
    await page.getByRole("button", { name: "Run again with it" }).click();
    await settles(() => cards.count(), (n) => assert.equal(n, 2));
  }));

test("the schedulers of lesson 7 have a picture of preemption", () =>
  visit("fair", async ({ page }) => {
    assert.equal(await page.getByRole("tab", { name: "Schedulers" }).getAttribute("aria-selected"), "true");
    await run(page);
    const list = page.getByRole("list", { name: "Schedulers", exact: true });
    await settles(() => list.innerText(), (text) => assert.match(text, /spinner[\s\S]*4,000/));
    await page.waitForFunction(() => /\d+ preempted/.test(document.querySelector<HTMLElement>(".v-scheds")?.innerText ?? ""));
    await page.screenshot({ path: `${pictures}/schedulers-fair.png` });
  }, { path: "lessons/07-fair.html" }));

for (const [size, width, height] of sizes) {
  test(`both views on a ${size}`, () =>
    visit(`views ${size}`, async ({ page }) => {
      await speed(page, 100);
      await tab(page, "Crowd");
      await write(page, crowd);
      await run(page);
      await settles(() => legend(page), (text) => assert.match(text, /waiting\s+501/));
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await page.waitForTimeout(300);
        await page.locator(".v-area-stage").scrollIntoViewIfNeeded();
        await page.screenshot({ path: `${pictures}/crowd-${size}-${colorScheme}.png` });
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
      assert.equal(wide, false, "nothing sticks out");
    }, { viewport: { width, height } }));
}
