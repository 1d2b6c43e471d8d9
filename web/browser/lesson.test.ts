import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { complaints, consoleText, ended, follow, prints, run, settles, siteAddress, speed, useSite, visit, write } from "./site.ts";
import type { Page } from "playwright-core";

useSite();

const example = "examples/13-supervisor-restarts.html";
const code = (page: Page): Promise<string> => page.getByRole("textbox", { name: "Code" }).innerText();

/** Gives the page a file, as if it had been dropped. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  await page.evaluate(
    ([name, text]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([text ?? ""], name ?? ""));
      document.body.dispatchEvent(new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true }));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    },
    [name, text],
  );
}

test("the front page runs a living system at once, and says what it is", () =>
  visit("front", async ({ page }) => {
    await page.getByRole("treeitem", { name: /^Supervisor/ }).waitFor();
    await prints(page, "ada is at 1");
    assert.match(await page.getByRole("main").innerText(), /Run Elixir in this page and watch its processes/);
    // What somebody wrote themselves runs when they say so.
    await write(page, 'IO.puts("mine")\n');
    await page.waitForTimeout(600);
    await page.reload();
    await page.locator(".cm-content").waitFor();
    await page.locator('.v-phase[data-phase="idle"]').waitFor();
    assert.match(await code(page), /mine/);
    assert.equal((await consoleText(page)).trim(), "");
  }));

test("a lesson can be read without scripts, all of it", () =>
  visit("no scripts", async ({ page, errors }) => {
    const text = await page.locator("article").innerText();
    assert.match(text, /One falls, one gets up/);
    assert.match(text, /defmodule Cell do/, "its program");
    assert.match(text, /What the run shows/, "its answer");
    assert.equal(await page.getByRole("textbox").count(), 0);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth).catch(() => 0);
    assert.ok(wide <= 0);
    // The browser itself complains that it may not run the scripts.
    errors.length = 0;
  }, { path: example, javaScriptEnabled: false, plain: true }));

test("a lesson prints as it reads, without the machine around it", () =>
  visit("print", async ({ page }) => {
    await page.emulateMedia({ media: "print" });
    assert.ok(await page.locator(".v-cell").first().isVisible());
    assert.ok(await page.locator("h1").isVisible());
    for (const part of [".v-header", ".v-area-stage", ".v-area-editor"]) assert.equal(await page.locator(part).isVisible(), false, part);
  }, { path: example }));

test("from lesson to lesson the page stays, and back is back", () =>
  visit("follow", async ({ page }) => {
    await page.evaluate(() => ((globalThis as { mark?: number }).mark = 1));
    await page.getByRole("link", { name: /^Next/ }).click();
    await page.getByRole("heading", { level: 1, name: "Small helpers" }).waitFor();
    assert.match(page.url(), /14-agent-and-tasks\.html$/);
    assert.match(await page.title(), /^14\./);
    await settles(() => code(page), (text) => assert.match(text, /Agent/));
    await page.goBack();
    await settles(() => code(page), (text) => assert.match(text, /defmodule Cell/));
    assert.match(page.url(), /13-supervisor-restarts\.html$/);
    await follow(page, "");
    await settles(() => code(page), (text) => assert.match(text, /defmodule Counter/));
    // Links in the header lead where they led, wherever the page went.
    assert.equal(await page.getByRole("link", { name: "Lessons", exact: true }).evaluate((a) => (a as HTMLAnchorElement).href), `${siteAddress()}lessons/index.html`);
    assert.equal(await page.evaluate(() => (globalThis as { mark?: number }).mark), 1, "it was never loaded anew");
  }, { path: example }));

test("a prediction is answered by the run", () =>
  visit("predict", async ({ page }) => {
    await speed(page, 100);
    const choice = page.getByRole("radio", { name: /^a and b|^only b|^b and c/ }).last();
    const all = page.getByRole("radio");
    assert.ok((await all.count()) >= 2);
    await choice.check({ force: true });
    const result = page.locator(".v-result");
    await settles(() => result.innerText(), (text) => assert.match(text, /Run it and see/));
    await run(page);
    await settles(() => result.innerText(), (text) => assert.match(text, /Yes\.|Not quite\./));
    assert.equal(await page.locator('.v-option[data-verdict="right"]').count(), 1);
    // Guesses are remembered; answers are the run's.
    await page.reload();
    await page.locator(".cm-content").waitFor();
    await settles(() => page.locator(".v-option input:checked").count(), (n) => assert.equal(n, 1));
  }, { path: example }));

const notebook = readFileSync("lessons/template.livemd", "utf8");

test("a notebook of one's own: steps, a question, an exercise with hints, tests and a solution", () =>
  visit("notebook", async ({ page }) => {
    await drop(page, "mine.livemd", notebook);
    await page.getByRole("heading", { level: 1, name: "A title that names the thing" }).waitFor();
    await speed(page, 100);
    assert.match(page.url(), /#file=mine\.livemd$/);
    const steps = page.getByRole("navigation", { name: "Steps" });
    await steps.getByRole("button", { name: "Step 2: Do it" }).click();
    await page.getByRole("heading", { level: 2, name: "Do it" }).waitFor();
    const region = page.getByRole("region", { name: "Tests" });
    const check = region.getByRole("button", { name: "Check", exact: true });
    await check.click();
    await settles(() => region.innerText(), (text) => assert.match(text, /of 2 tests passed/));
    assert.ok((await region.locator('li[data-outcome="failed"]').count()) >= 1);
    assert.match(await region.locator('li[data-outcome="failed"]').first().innerText(), /print the greeting of each process|spawned/);
    // The second hint comes after the first.
    const hints = page.locator(".v-step:not([hidden]) .v-hint");
    assert.deepEqual(await hints.evaluateAll((all) => all.map((e) => (e as HTMLElement).hidden)), [false, true]);
    await hints.first().locator("summary").click();
    await settles(() => hints.evaluateAll((all) => all.map((e) => (e as HTMLElement).hidden)), (hidden) => assert.deepEqual(hidden, [false, false]));
    // The solution is behind a click, and passes.
    const solution = page.locator(".v-step:not([hidden]) .v-solution");
    assert.equal(await solution.locator("pre").isVisible(), false);
    await solution.locator("summary").click();
    await solution.getByRole("button", { name: "Put it into the editor" }).click();
    await settles(() => code(page), (text) => assert.match(text, /for _ <- 1\.\.2, do: spawn/));
    assert.deepEqual(await complaints(page), []);
    await check.click();
    await settles(() => region.innerText(), (text) => assert.match(text, /All 2 tests passed/));
    await settles(() => page.getByText("Solved", { exact: true }).isVisible(), (yes) => assert.ok(yes));
    // After a reload the file, the step and the text are there.
    await page.waitForTimeout(500);
    await page.reload();
    await page.getByRole("heading", { level: 2, name: "Do it" }).waitFor();
    await settles(() => code(page), (text) => assert.match(text, /for _ <- 1\.\.2, do: spawn/));
    await page.getByRole("link", { name: "Back to your own program" }).first().click();
    await settles(() => code(page), (text) => assert.match(text, /defmodule Counter/));
  }));

test("every exercise is solved by typing its solution", { timeout: 240_000 }, (t) =>
  visit("exercises", async ({ page }) => {
    const contents = await (await fetch(`${siteAddress()}lessons/index.html`)).text();
    const lessons = [...new Set([...contents.matchAll(/href="\.\/(\d[\w-]*)\.html"/g)].map((m) => m[1] ?? ""))];
    assert.ok(lessons.length >= 12, `${lessons.length} lessons`);
    let solved = 0;
    for (const lesson of lessons) {
      const source = await (await fetch(`${siteAddress()}lessons/${lesson}.html`)).text();
      const steps = [...source.matchAll(/data-step id="([^"]+)"/g)].map((m) => m[1] ?? "");
      for (const step of steps) {
        const section = source.slice(source.indexOf(`data-step id="${step}"`)).split("</section>")[0] ?? "";
        if (!section.includes("data-solution")) continue;
        await follow(page, `lessons/${lesson}.html#${step}`);
        const open = page.locator(`#${step}:not([hidden])`);
        await open.waitFor();
        for (const [index, solution] of (await open.locator("[data-solution]").all()).entries()) {
          const text = (await solution.locator("pre code").textContent()) ?? "";
          const tabs = page.locator("button.v-tab-label");
          const key = await solution.getAttribute("data-for");
          if ((await tabs.count()) > 1) {
            const cells = await open.locator(".v-cell").evaluateAll((all) => all.map((e) => (e as HTMLElement).dataset["for"]));
            await tabs.nth(cells.indexOf(key ?? "")).click();
          }
          await write(page, text);
          const region = open.getByRole("region", { name: "Tests" }).nth(index);
          await region.getByRole("button", { name: "Check", exact: true }).click();
          await settles(() => region.locator('[role="status"]').innerText(), (said) => assert.match(said, /^(The test passed|All \d+ tests passed)\.$/, `${lesson}, ${step}: ${said}`));
          solved++;
        }
      }
    }
    assert.ok(solved >= 12, `${solved} exercises`);
    t.diagnostic(`${solved} exercises`);
  }, { path: "lessons/01-process.html" }));

test("files of one's own that are broken, foreign or hostile", () =>
  visit("files", async ({ page }) => {
    const alert = page.getByRole("alert");
    await drop(page, "a.exs", 'IO.puts("from a file")\n');
    await settles(() => code(page), (text) => assert.match(text, /from a file/));
    assert.equal((await consoleText(page)).includes("from a file"), false, "nothing runs by itself");
    await drop(page, "picture.png", "x");
    await settles(() => alert.first().innerText(), (text) => assert.match(text, /picture\.png is neither a notebook/));
    await drop(page, "big.exs", "#".repeat(1_000_001));
    await settles(() => alert.first().innerText(), (text) => assert.match(text, /too big/));
    await settles(() => code(page), (text) => assert.match(text, /from a file/));
    await drop(page, "odd.livemd", '# <img src=x onerror="globalThis.hacked=1">\n\n<!-- vivarium:{"cell": -->\n\n## S\n\n<script>globalThis.hacked=1</script> [x](javascript:globalThis.hacked=1)\n\n```elixir\nIO.puts(1)\n```\n');
    await page.getByRole("list", { name: "Problems of the notebook" }).waitFor();
    await settles(() => code(page), (text) => assert.match(text, /IO\.puts\(1\)/));
    assert.equal(await page.locator("article img, article script:not([data-lesson]), article a[href^=javascript]").count(), 0);
    assert.equal(await page.evaluate(() => (globalThis as { hacked?: number }).hacked), undefined);
    await drop(page, "empty.livemd", "");
    await settles(() => page.locator("article").innerText(), (text) => assert.match(text, /There is no Elixir in this notebook/));
  }, { path: example }));

test("a shared program comes back from its link, and runs only when told to", () =>
  visit("share", async ({ page }) => {
    const source = Array.from({ length: 60 }, (_, i) => `IO.puts("line ${i} of a program that is shared")`).join("\n") + "\n";
    await write(page, source);
    await page.getByRole("button", { name: "Share", exact: true }).click();
    const link = page.getByRole("textbox", { name: "Link" });
    await settles(() => link.inputValue(), (text) => assert.match(text, /#share=/));
    const address = await link.inputValue();
    assert.ok(address.length < 2000, `${address.length} characters fit a chat message`);
    const other = await page.context().newPage();
    await other.goto(address);
    await other.locator(".cm-content").waitFor();
    await settles(() => code(other), (text) => assert.match(text, /line 0 of a program that is shared/));
    await other.waitForTimeout(700);
    assert.equal((await consoleText(other)).trim(), "", "nothing ran");
    assert.match(await other.locator("article").innerText(), /Nothing of it has run yet/);
    await speed(other, 100);
    await run(other);
    await prints(other, "line 59");
    // What is changed in it is kept for it, and the visitor's own program is another.
    await write(other, 'IO.puts("changed")\n');
    await other.waitForTimeout(500);
    await other.reload();
    await other.locator(".cm-content").waitFor();
    await settles(() => code(other), (text) => assert.match(text, /changed/));
    await other.getByRole("link", { name: "Back to your own program" }).click();
    await settles(() => code(other), (text) => assert.match(text, /line 0 of a program/), );
  }));

test("a damaged link gives a clear message and loses nothing", () =>
  visit("damaged", async ({ page }) => {
    await write(page, 'IO.puts("precious")\n');
    await page.waitForTimeout(500);
    for (const fragment of ["share=eJyrVkpWslJQ", "share=", "share=%%%", `share=${"A".repeat(5000)}`]) {
      await page.goto("about:blank");
      await page.goto(`${siteAddress()}#${fragment}`);
      await page.getByRole("alert").filter({ hasText: /damaged|no program/ }).waitFor();
      await settles(() => code(page), (text) => assert.match(text, /precious/));
      assert.equal((await consoleText(page)).trim(), "");
    }
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await settles(() => page.getByRole("alert").filter({ hasText: "damaged" }).count(), (n) => assert.equal(n, 0));
  }));

test("storage that refuses is told of at the editor, and the page works on", () =>
  visit("refused", async ({ page }) => {
    await write(page, 'IO.puts("works")\n');
    await page.getByRole("alert").filter({ hasText: /keeps nothing for this page|storage for this site is full/ }).waitFor();
    await speed(page, 100);
    await run(page);
    await prints(page, "works");
    await ended(page);
  }, {
    prepare: async (page) => {
      await page.addInitScript(() => {
        Storage.prototype.setItem = () => {
          throw new DOMException("no room", "QuotaExceededError");
        };
      });
    },
  }));

test("the lessons can be searched, and progress taken along", () =>
  visit("contents", async ({ page }) => {
    const found = page.locator(".v-found li");
    await page.getByRole("searchbox", { name: "Search the lessons" }).fill("supervisor restart");
    await settles(() => found.count(), (n) => assert.ok(n >= 1));
    assert.ok((await found.first().locator("mark").count()) >= 1);
    await found.first().getByRole("link").click();
    await page.locator(".cm-content").waitFor();
    await write(page, "mine = 1\n");
    await page.waitForTimeout(500);
    await page.goto(`${siteAddress()}lessons/index.html`);
    assert.ok((await page.locator(".v-mark").count()) >= 1, "what was seen is marked");
    const progress = page.getByRole("region", { name: "Your progress" });
    const [download] = await Promise.all([page.waitForEvent("download"), progress.getByRole("button", { name: "Save to a file" }).click()]);
    const file = await download.path();
    assert.match(readFileSync(file, "utf8"), /mine = 1/);
    await progress.getByRole("button", { name: "Delete all of it" }).click();
    await progress.getByRole("button", { name: "Delete all of it" }).last().click();
    await settles(() => page.locator(".v-mark").count(), (n) => assert.equal(n, 0));
    await page.getByLabel("File with progress").setInputFiles({ name: "p.json", mimeType: "application/json", buffer: Buffer.from("{}") });
    await settles(() => progress.getByRole("status").innerText(), (text) => assert.match(text, /not a file with progress/));
    await page.getByLabel("File with progress").setInputFiles(file);
    await settles(() => page.locator(".v-mark").count(), (n) => assert.ok(n >= 1));
    assert.deepEqual(await complaints(page), []);
  }, { path: "lessons/index.html", plain: true }));

for (const path of ["about.html", "credits.html", "privacy.html", "glossary.html"]) {
  test(`${path} is in order`, () =>
    visit(path, async ({ page }) => {
      assert.deepEqual(await complaints(page), []);
      await page.getByRole("button", { name: /^Theme:/ }).click();
      await settles(() => page.evaluate(() => document.documentElement.dataset["theme"]), (theme) => assert.equal(theme, "light"));
    }, { path, plain: true }));
}

test("the same files work under another path", () =>
  visit("path", async ({ page }) => {
    await page.route("**/deep/er/**", async (route) => {
      const url = route.request().url().replace("/deep/er/", "/");
      const response = await fetch(url);
      await route.fulfill({ status: response.status, body: Buffer.from(await response.arrayBuffer()), contentType: response.headers.get("content-type") ?? "text/plain" });
    });
    await page.goto(`${siteAddress()}deep/er/${example}`);
    await page.locator(".cm-content").waitFor();
    await page.getByRole("link", { name: /^Next/ }).click();
    await page.getByRole("heading", { level: 1, name: "Small helpers" }).waitFor();
    assert.match(page.url(), /deep\/er\/examples\/14/);
    assert.equal(await page.getByRole("link", { name: "Lessons", exact: true }).evaluate((a) => (a as HTMLAnchorElement).href), `${siteAddress()}deep/er/lessons/index.html`);
  }, { path: "about.html", plain: true }));
