import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { firefox, webkit } from "./drivers.ts";
import { consoleText, ended, pictures, prints, run, settles, speed, theBrowser, useSite, write } from "./site.ts";

useSite();

let folder = "";
let address = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "vivarium-file-"));
  // By another name, in a folder where nothing else is, with a space in it.
  copyFileSync("dist/vivarium.html", join(folder, "my lesson.html"));
  address = pathToFileURL(join(folder, "my lesson.html")).href;
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Opens the file with the network cut; whatever it asks of anybody is an error. */
async function open(act: (page: Page) => Promise<void>): Promise<void> {
  const context = await theBrowser().newContext({ viewport: { width: 1440, height: 900 }, offline: true });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("request", (request) => {
    if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(address)) errors.push(`asked for ${request.url()}`);
  });
  try {
    await page.goto(address);
    await page.locator(".cm-content").waitFor();
    await act(page);
    assert.deepEqual(errors, []);
  } catch (error) {
    await page.screenshot({ path: `${pictures}/failed-single.png` }).catch(() => undefined);
    throw error;
  } finally {
    await context.close();
  }
}

test("the single file weighs at most 4 MB", () => {
  const { size } = statSync("dist/vivarium.html");
  assert.ok(size <= 4_000_000, `${size} bytes`);
});

test("the single file runs from a disk without network: own program, every lesson, editor, stage", () =>
  open(async (page) => {
    await speed(page, 100);
    await write(page, 'pid = spawn(fn -> receive do: (n -> IO.puts("got #{n}")) end)\nProcess.register(pid, :friend)\nsend(pid, 42)\nProcess.sleep(:infinity)\n');
    await run(page);
    await prints(page, "got 42");
    await page.getByRole("treeitem", { name: /^main,/ }).waitFor();
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await ended(page);
    // Every piece of the machine is in the file.
    await write(page, 'IO.puts(Code.format_string!("x   =   1"))\nIO.inspect(Date.day_of_week(~D[2024-01-02]))\n');
    await run(page);
    await prints(page, "x = 1\n2");
    await ended(page);

    await page.screenshot({ path: `${pictures}/single.png` });

    // Every lesson and example of the site can be opened, from the list.
    const names = ["lessons", "examples"].flatMap((d) => readdirSync(`dist/${d}`).filter((n) => /^\d.*\.html$/.test(n)).map((n) => `${d}/${n}`));
    assert.ok(names.length >= 12);
    await page.getByRole("link", { name: "Lessons", exact: true }).first().click();
    const dialog = page.getByRole("dialog").filter({ visible: true });
    await dialog.waitFor();
    await page.screenshot({ path: `${pictures}/single-lessons.png` });
    for (const name of names) assert.equal(await dialog.locator(`a[href$="${name}"]`).count() > 0, true, `${name} is in the list`);
    const last = names.at(-1) ?? "";
    await dialog.locator(`a[href$="${last}"]`).first().click();
    await settles(() => Promise.resolve(page.url()), (url) => assert.match(url, /my%20lesson\.html#(lesson|example)=/));
    for (const name of names) {
      await page.evaluate((hash) => (location.hash = hash), name.replace(/^(lesson|example)s\//, "$1=").replace(".html", ""));
      await settles(() => page.locator("#lesson, article.v-prose").first().getAttribute("data-slug"), (slug) => assert.ok(slug?.includes(name.replace(/^\w+\//, "").replace(".html", "")), `${slug} for ${name}`));
    }
    await run(page);
    await settles(() => consoleText(page), (text) => assert.notEqual(text.trim(), ""));
  }));

test("what is typed into the single file is there when it is opened again; other pages are shown in it", () =>
  open(async (page) => {
    await write(page, 'IO.puts("mine")\n');
    await page.waitForTimeout(400);
    await page.reload();
    await page.locator(".cm-content").waitFor();
    assert.match(await page.getByRole("textbox", { name: "Code" }).innerText(), /mine/);
    await page.getByRole("link", { name: "About", exact: true }).first().click();
    const dialog = page.getByRole("dialog").filter({ visible: true });
    await dialog.getByRole("heading", { level: 1 }).waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    await run(page);
    await prints(page, "mine");
  }));

for (const [name, found] of [["Firefox", firefox()], ["WebKit", webkit()]] as const) {
  const skip = "missing" in found ? `NOT DRIVEN: ${found.missing}` : false;
  test(`${name} opens the single file from a disk`, { skip }, async () => {
    if ("missing" in found) return;
    const browser = await found.start();
    try {
      await browser.open(address);
      let text: unknown = "";
      for (let i = 0; i < 300 && !String(text).trim(); i++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        await browser.run("const b = [...document.querySelectorAll('button')].find((b) => b.textContent.trim() === 'Run'); if (document.querySelector('.cm-content') && !window.once) { window.once = true; b.click(); }");
        text = await browser.run("return document.querySelector('[role=log]')?.innerText ?? ''");
      }
      assert.match(String(text), /\w/, String(await browser.run("return document.body.innerText.slice(0, 500)")));
    } finally {
      await browser.end();
    }
  });
}
