import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { freePort } from "./drivers.ts";
import { consoleText, ended, pictures, run, settles, theBrowser, useSite, write } from "./site.ts";

useSite();

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "vivarium-pwa-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Copies the site; with `next`, as a later version of it: every script has another name, and the page another title. */
function version(name: string, next: boolean): string {
  const dir = join(folder, name);
  cpSync("dist", dir, { recursive: true, filter: (path) => !/\.(br|gz)$/.test(path) });
  if (!next) return dir;
  const names = readdirSync(join(dir, "assets")).filter((n) => n.endsWith(".js") && !n.startsWith("worker-"));
  const renamed = names.map((n) => [n, n.replace(/-(\w+)\.js$/, (_, hash: string) => `-${[...hash].reverse().join("")}9.js`)] as const);
  const text = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((n) => /\.(html|js)$/.test(n));
  for (const file of text) {
    let content = readFileSync(join(dir, file), "utf8");
    for (const [before, after] of renamed) content = content.replaceAll(before, after);
    content = content.replace("<title>", "<title>Next: ");
    if (file === "sw.js") content = content.replaceAll(/\b[0-9a-f]{12}\b/.exec(content)?.[0] ?? assert.fail("sw.js has no version"), "0123456789ab");
    writeFileSync(join(dir, file), content);
  }
  for (const [before, after] of renamed) renameSync(join(dir, "assets", before), join(dir, "assets", after));
  return dir;
}

/** Serves a folder at a port, which is free again after stop. */
async function serve(dir: string, port: number): Promise<() => Promise<void>> {
  const server: ChildProcess = spawn("./vivarium", ["serve", "--host", "localhost", "--port", String(port), "--dir", dir], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    server.stdout?.once("data", () => resolve());
    server.once("exit", (code) => reject(new Error(`vivarium serve ended with ${code}`)));
  });
  return () =>
    new Promise((resolve) => {
      server.once("exit", () => resolve());
      server.kill("SIGKILL");
    });
}

const prints = async (page: Page, word: string): Promise<void> => {
  await page.locator(".cm-content").waitFor();
  await write(page, `IO.puts("${word}")\n`);
  await run(page);
  await ended(page);
  assert.equal((await consoleText(page)).trim(), word);
};

test("after one visit the site works without the server; an update announces itself and breaks no open page", async () => {
  const port = await freePort();
  const address = `http://localhost:${port}/`;
  const first = version("first", false);
  const second = version("second", true);
  const context = await theBrowser().newContext({ viewport: { width: 1280, height: 800 } });
  let stop = await serve(first, port);
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(address);
    await page.evaluate(() => new Promise<void>((resolve) => (navigator.serviceWorker.controller ? resolve() : navigator.serviceWorker.addEventListener("controllerchange", () => resolve()))));
    await stop();

    // The server is gone. The page, a second one, and the embed's frame are there.
    await page.reload();
    await prints(page, "offline");
    // The machine's other pieces, too, which it has not needed so far.
    await write(page, 'IO.puts(Code.format_string!("x   =   1"))\nIO.inspect(Date.day_of_week(~D[2024-01-02]))\n');
    await run(page);
    await ended(page);
    assert.equal((await consoleText(page)).trim(), "x = 1\n2");
    const other = await context.newPage();
    other.setDefaultTimeout(15_000);
    await other.goto(address);
    await other.locator(".cm-content").waitFor();
    const lost = await context.newPage();
    const answer = await lost.goto(`${address}nowhere.html`);
    assert.equal(answer?.status(), 503);
    assert.match(await lost.innerText("body"), /no network/);
    await lost.goto(`${address}embed.html#code=1`);
    await lost.getByRole("textbox", { name: "Code" }).waitFor();
    await lost.close();

    // The server comes back with a later version.
    stop = await serve(second, port);
    await page.reload();
    assert.doesNotMatch(await page.title(), /Next/, "the open page's version is still in force");
    const notice = page.getByRole("status").filter({ hasText: "new version" });
    await notice.waitFor();
    await page.screenshot({ path: `${pictures}/update.png` });
    assert.doesNotMatch(await other.title(), /Next/);
    await Promise.all([page.waitForEvent("load"), notice.getByRole("button", { name: "Reload" }).click()]);
    assert.match(await page.title(), /Next/);
    await prints(page, "updated");

    // The other page is of the version before: it gets that version's files, though the server has them no more.
    const old = readdirSync(join(first, "assets")).find((n) => n.startsWith("editor-") && n.endsWith(".js")) ?? assert.fail("no editor");
    const get = (path: string) => other.evaluate((p) => fetch(p).then(async (r) => `${r.status} ${(await r.text()).includes("<title>Next")}`), path);
    assert.equal(await get(`assets/${old}`), "200 false");
    assert.equal(await get("index.html"), "200 false");
    await prints(other, "still");

    // With its last page the old version goes.
    const caches = () => page.evaluate(() => globalThis.caches.keys());
    assert.equal((await caches()).filter((n) => n.startsWith("vivarium-")).length, 2);
    await other.close();
    await settles(
      async () => {
        await page.reload();
        return caches();
      },
      (names) => assert.deepEqual(names.filter((n) => n.startsWith("vivarium-")), ["vivarium-0123456789ab"]),
    );
    await prints(page, "alone");
  } finally {
    await context.close();
    await stop();
  }
});

test("the browser finds the site installable", async () => {
  const context = await theBrowser().newContext();
  try {
    const page = await context.newPage();
    const port = await freePort();
    const stop = await serve("dist", port);
    try {
      await page.goto(`http://localhost:${port}/`);
      const session = await context.newCDPSession(page);
      const { errors, url } = await session.send("Page.getAppManifest");
      assert.deepEqual(errors, []);
      assert.match(url, /manifest\.webmanifest$/);
      const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
      // A context of a test is a private window, which installs nothing; that is all there is to complain of.
      assert.deepEqual(installabilityErrors.filter((e) => e.errorId !== "in-incognito"), []);
    } finally {
      await stop();
    }
  } finally {
    await context.close();
  }
});
