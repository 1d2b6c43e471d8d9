/** Firefox and WebKit, where they are installed; each is counted as not run where it is not, and says so. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { firefox, webkit, type Driven } from "./drivers.ts";
import { siteAddress, useSite } from "./site.ts";

useSite();

/** Waits until a script's value is as it should be. */
async function until(browser: Driven, body: string, check: (value: unknown) => boolean): Promise<void> {
  const end = Date.now() + 40_000;
  for (let value: unknown; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    value = await browser.run(body);
    if (check(value)) return;
    if (Date.now() > end) assert.fail(`${browser.name} waits in vain for ${body}: ${JSON.stringify(value)}; the page says: ${String(await browser.run("return document.body.innerText.slice(0, 600)"))}`);
  }
}

const consoleText = "return document.querySelector('[role=log]')?.innerText ?? ''";
const has = (text: string) => (value: unknown) => typeof value === "string" && value.includes(text);
const click = (selector: string) => `document.querySelector(${JSON.stringify(selector)}).click()`;

for (const [name, found] of [["Firefox", firefox()], ["WebKit", webkit()]] as const) {
  const skip = "missing" in found ? `NOT DRIVEN: ${found.missing}` : false;
  test(`${name}: the page starts, runs a program and shows its output; so does an embed`, { skip }, async (t) => {
    if ("missing" in found) return;
    const browser = await found.start();
    try {
      await browser.open(siteAddress());
      await until(browser, "return document.querySelector('.cm-content') !== null", (there) => there === true);
      await browser.run(`
        document.querySelector(".cm-content").focus();
        document.execCommand("selectAll");
        document.execCommand("insertText", false, 'pid = spawn(fn -> receive do: (n -> IO.puts("got #{n}")) end); send(pid, 6 * 7); Process.sleep(50)');`);
      await until(browser, "return document.querySelector('.cm-content').innerText", has("6 * 7"));
      await browser.run("[...document.querySelectorAll('button')].find((b) => b.textContent.trim() === 'Run').click()");
      await until(browser, consoleText, has("got 42"));
      await until(browser, "return [...document.querySelectorAll('[role=treeitem]')].map((e) => e.getAttribute('aria-label')).join(';')", has("main"));
      t.diagnostic(`${name} ${String(await browser.run("return navigator.userAgent"))}`);

      await browser.open(`${siteAddress()}embed.html#code=${encodeURIComponent('IO.puts("from an embed")')}&speed=max`);
      await until(browser, "return document.querySelector('.v-btn') !== null", (there) => there === true);
      await browser.run(click(".v-btn") + "; document.querySelector('.v-btn').focus()");
      await until(browser, consoleText, has("from an embed"));
    } finally {
      await browser.end();
    }
  });
}
