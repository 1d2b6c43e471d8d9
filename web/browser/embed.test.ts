import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { framePrints, onHost, useHost, writeInFrame, type HostPage } from "./host.ts";
import { decodeShare } from "../share/link.ts";
import { complaints, consoleText, pictures, run, settles, siteAddress, useSite } from "./site.ts";

useSite();
useHost();

const script = '<script async src="SITE/embed.js"></script>';
const tally = `defmodule Tally do
  def loop(n) do
    receive do
      {:add, k} -> loop(n + k)
      {:get, from} -> send(from, {:sum, n})
    end
  end
end

pid = spawn(fn -> Tally.loop(0) end)
for k &lt;- 1..3, do: send(pid, {:add, k})
send(pid, {:get, self()})
receive do: ({:sum, n} -> IO.puts("sum #{n}"))`;

/** A post with three programs. */
const blog: HostPage = {
  head: "<style>body { font: 17px/1.6 Georgia, serif; max-width: 720px; margin: 2em auto; padding: 0 1em } pre { background: #f4f4f4; padding: 12px; overflow: auto; font-size: 13px }</style>",
  body: `<h1>Counting</h1><p>A process keeps a number.</p>
<vivarium-embed id="a" speed="max"><pre><code>${tally}</code></pre></vivarium-embed>
<p>The blog's own block:</p>
<pre id="b" data-vivarium data-vivarium-speed="max"><code class="language-elixir">IO.puts("two")</code></pre>
<p>A lesson:</p>
<vivarium-embed id="c" lesson="LESSON" height="420"></vivarium-embed>${script}`,
};

/** A lesson that there is. */
function someLesson(): string {
  const name = readdirSync("dist/assets").find((n) => /^lessons-.*\.json$/.test(n)) ?? assert.fail("no lessons");
  const [first] = JSON.parse(readFileSync(`dist/assets/${name}`, "utf8")) as { slug: string }[];
  return first?.slug ?? assert.fail("no lesson");
}
const withLesson = (): HostPage => ({ ...blog, body: blog.body.replace("LESSON", someLesson()) });

test("embed.js is light", () => {
  const text = readFileSync("dist/embed.js");
  assert.ok(gzipSync(text).length <= 8192, `${gzipSync(text).length} bytes with gzip`);
  assert.ok(brotliCompressSync(text).length <= 8192);
});

test("a post of another origin with three embeds: nothing heavy before a click, one alive at a time, edits are kept", () =>
  onHost("blog", withLesson(), async ({ page, asked }) => {
    const [a, b, c] = ["#a", "#b + vivarium-embed", "#c"].map((s) => page.locator(s));
    assert.ok(a && b && c);
    await a.getByRole("button", { name: "Run", exact: true }).waitFor();
    await a.hover();
    assert.deepEqual(asked, ["embed.js"], "nothing but the script is loaded before a click");
    await page.screenshot({ path: `${pictures}/embed-before.png`, fullPage: true });

    await a.getByRole("button", { name: "Run", exact: true }).click();
    const frame = a.frameLocator("iframe");
    await framePrints(frame, "sum 6");
    assert.ok(!asked.some((u) => u.includes("editor")), "the editor proper is not loaded before somebody writes");
    const height = await a.locator("iframe").evaluate((f) => f.clientHeight);
    assert.ok(height > 480, `the frame is as high as what it shows: ${height}`);
    const inner = await frame.locator("main").evaluate((m) => [m.getBoundingClientRect().height, document.documentElement.scrollHeight - innerHeight]);
    assert.ok(Math.abs((inner[0] ?? 0) - height) <= 2 && (inner[1] ?? 1) <= 2, `${inner} in ${height}`);
    await page.screenshot({ path: `${pictures}/embed-live.png`, fullPage: true });

    await writeInFrame(page, frame, 'IO.puts("mine")');
    await page.keyboard.press("Control+Enter");
    await framePrints(frame, "mine");

    await b.getByRole("button", { name: "Run", exact: true }).click();
    await framePrints(b.frameLocator("iframe"), "two");
    assert.equal(await page.locator("iframe").count(), 1, "one is alive");
    assert.ok(!(await page.locator("#b").isVisible()), "the frame is in the block's place");
    assert.ok(await a.locator("pre").isVisible(), "the author's text is back");
    assert.match(await a.getByRole("status").innerText(), /changes are kept/);

    await c.getByRole("button", { name: "Edit" }).click();
    await settles(() => c.frameLocator("iframe").getByRole("textbox", { name: "Code" }).inputValue(), (text) => assert.match(text, /\w/));
    assert.equal(await c.locator("iframe").evaluate((f) => f.getBoundingClientRect().height), 420);
    assert.ok(await page.locator("#b").isVisible());

    await a.getByRole("button", { name: "Run", exact: true }).click();
    await framePrints(a.frameLocator("iframe"), "mine");
  }));

test("a page with a strict content security policy needs two entries", () =>
  onHost(
    "csp",
    { body: `<vivarium-embed><pre><code>IO.puts("strict")</code></pre></vivarium-embed>${script}`, headers: { "Content-Security-Policy": "default-src 'none'; script-src SITE/embed.js; frame-src SITE" } },
    async ({ page }) => {
      assert.equal(await page.getByRole("button", { name: "Run", exact: true }).evaluate((b) => getComputedStyle(b).borderRadius), "8px", "the buttons are dressed");
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await framePrints(page.frameLocator("vivarium-embed iframe"), "strict");
    },
  ));

test("a page whose policy forbids the frame says so in the frame's place", () =>
  onHost(
    "csp frame",
    { body: `<vivarium-embed><pre><code>IO.puts("never")</code></pre></vivarium-embed>${script}`, headers: { "Content-Security-Policy": "default-src 'none'; script-src SITE/embed.js" } },
    async ({ page, errors }) => {
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await settles(() => page.getByRole("status").innerText(), (text) => assert.match(text, /content security policy.*frame-src/));
      errors.length = 0;
    },
  ));

test("a frame in a sandbox that allows scripts only, without any script around it", () =>
  onHost("sandbox", { body: `<iframe id="f" sandbox="allow-scripts" width="900" height="640" src="SITE/embed.html#code=IO.puts(%22boxed%22)&speed=max"></iframe>` }, async ({ page, asked }) => {
    const frame = page.frameLocator("#f");
    await frame.getByRole("textbox", { name: "Code" }).waitFor();
    assert.ok(!asked.some((u) => u.endsWith(".wasm")), "the machine waits for a click");
    assert.equal(await frame.locator("html").evaluate(() => self.origin), "null");
    await frame.getByRole("button", { name: "Run", exact: true }).click();
    await framePrints(frame, "boxed");
    await frame.getByRole("textbox", { name: "Code" }).click();
    await frame.locator(".cm-content").waitFor();
  }));

test("embed.js inside a sandboxed page", () =>
  onHost("sandboxed host", { body: `<vivarium-embed speed="max"><pre><code>IO.puts(Code.format_string!("deep   =   Date.utc_today()"))</code></pre></vivarium-embed>${script}`, headers: { "Content-Security-Policy": "sandbox allow-scripts" } }, async ({ page }) => {
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await framePrints(page.frameLocator("vivarium-embed iframe"), "deep = Date.utc_today()");
    // Not the height it begins with.
    await settles(() => page.locator("iframe").evaluate((f) => f.getBoundingClientRect().height), (height) => assert.notEqual(height, 480));
  }));

test("a page that isolates itself with COEP and COOP", () =>
  onHost(
    "coep",
    { body: `<vivarium-embed speed="max"><pre><code>IO.puts("isolated")</code></pre></vivarium-embed>${script}`, headers: { "Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Opener-Policy": "same-origin" } },
    async ({ page }) => {
      assert.equal(await page.evaluate(() => crossOriginIsolated), true);
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await framePrints(page.frameLocator("vivarium-embed iframe"), "isolated");
    },
  ));

test("storage is refused", () =>
  onHost("storage", { body: `<vivarium-embed speed="max"><pre><code>IO.puts("forgetful")</code></pre></vivarium-embed>${script}` }, async ({ page }) => {
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await framePrints(page.frameLocator("vivarium-embed iframe"), "forgetful");
  }, {
    prepare: (page) =>
      page.addInitScript(() => {
        const refuse = { get: () => { throw new DOMException("storage is refused", "SecurityError"); } };
        for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) Object.defineProperty(window, name, refuse);
      }),
  }));

test("unknown attributes and wrong values are told of, and do no harm", () =>
  onHost("attributes", { body: `<vivarium-embed hieght="300" speed="warp" tab="tree" class="x" data-y="z"><pre><code>IO.puts("still")</code></pre></vivarium-embed><pre data-vivarium data-vivarium-colour="red"><code>1</code></pre>${script}` }, async ({ page, warnings }) => {
    await page.getByRole("button", { name: "Run", exact: true }).first().click();
    await framePrints(page.frameLocator("vivarium-embed iframe"), "still");
    const ours = warnings.filter((w) => w.includes("vivarium-embed"));
    assert.equal(ours.length, 3, ours.join("\n"));
    assert.match(ours.join("\n"), /no attribute "hieght"; there are: lesson, height, tab, speed, theme\. Did you mean "height"\?/);
    assert.match(ours.join("\n"), /speed="warp" is passed over/);
    assert.match(ours.join("\n"), /no attribute "colour"/);
  }));

test("a frame says what is wrong with its address", () =>
  onHost("address", { body: `<iframe id="f" width="900" height="640" src="SITE/embed.html#lesson=99-nowhere&tba=tree"></iframe>` }, async ({ page }) => {
    const alerts = page.frameLocator("#f").getByRole("alert");
    await alerts.first().waitFor();
    const text = (await alerts.allInnerTexts()).join("\n");
    assert.match(text, /no lesson "99-nowhere"\. There are: /);
    assert.match(text, /tba\. Did you mean "tab"\?/);
  }));

test("a machine that does not come is told of, and the text is kept", () =>
  onHost("broken", { body: `<vivarium-embed><pre><code>IO.puts("kept")</code></pre></vivarium-embed>${script}` }, async ({ page, errors }) => {
    await page.getByRole("button", { name: "Run", exact: true }).click();
    const frame = page.frameLocator("vivarium-embed iframe");
    await framePrints(frame, "The machine is out of order");
    assert.match(await frame.getByRole("textbox", { name: "Code" }).inputValue(), /kept/);
    errors.length = 0;
  }, { prepare: (page) => page.context().route("**/*.wasm", (route) => route.abort()) }));

test("a worker that does not start is told of", () =>
  onHost("worker", { body: `<vivarium-embed><pre><code>IO.puts("kept")</code></pre></vivarium-embed>${script}` }, async ({ page, errors }) => {
    await page.getByRole("button", { name: "Run", exact: true }).click();
    const frame = page.frameLocator("vivarium-embed iframe");
    await framePrints(frame, "The machine did not start");
    assert.match(await frame.getByRole("textbox", { name: "Code" }).inputValue(), /kept/);
    errors.length = 0;
  }, { prepare: (page) => page.context().route("**/worker-*.js", (route) => route.fulfill({ status: 404, body: "gone" })) }));

/** How much slower this computer is now than at rest: a computation that takes a tenth of a second there, in a page. */
const slowness = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const start = performance.now();
    let x = 0;
    for (let i = 0; i < 5e7; i++) x = (Math.imul(x, 31) + i) | 0;
    return Math.min(4, Math.max(1, (performance.now() - start + (x === 0.5 ? 1 : 0)) / 100));
  });

test("first click to first output takes 1.2 seconds at most", async () => {
  // Of the best of some visits, and by the measure of what else this computer does.
  const times: number[] = [];
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5 && !(best < 1200); i++) {
    await onHost("quick", { body: `<vivarium-embed><pre><code>IO.puts("now")</code></pre></vivarium-embed>${script}` }, async ({ page }) => {
      const run = page.getByRole("button", { name: "Run", exact: true });
      await run.waitFor();
      const before = await slowness(page);
      const start = Date.now();
      await run.click();
      await framePrints(page.frameLocator("vivarium-embed iframe"), "now");
      const time = Date.now() - start;
      const slow = (before + (await slowness(page))) / 2;
      times.push(time);
      best = Math.min(best, time / slow);
      console.log(`# first click to first output: ${time} ms, while everything took ${slow.toFixed(1)} times as long as at rest`);
    });
  }
  assert.ok(best < 1200, `${times.join(", ")} ms`);
});

for (const [colorScheme, width] of [["light", 1100], ["dark", 1100], ["light", 390], ["dark", 700]] as const) {
  test(`an embed looks well, ${colorScheme}, ${width} wide`, () =>
    onHost(`look ${colorScheme} ${width}`, { head: `<style>:root { color-scheme: light dark } body { background: light-dark(#fff, #111); color: light-dark(#111, #eee); max-width: ${width - 60}px; margin: 20px auto; padding: 0 12px; font: 16px/1.6 sans-serif }</style>`, body: `<p>Before.</p><vivarium-embed><pre><code>${tally}</code></pre></vivarium-embed><p>After.</p>${script}` }, async ({ page }) => {
      assert.deepEqual(await complaints(page).then((all) => all.filter((c) => !/landmark|region|heading/.test(c.split(":")[0] ?? ""))), []);
      await page.getByRole("button", { name: "Run", exact: true }).click();
      const frame = page.frameLocator("vivarium-embed iframe");
      await framePrints(frame, "sum 6");
      await page.waitForTimeout(500);
      await page.screenshot({ path: `${pictures}/embed-${width}-${colorScheme}.png`, fullPage: true });
      const wide = await frame.locator("html").evaluate((d) => d.scrollWidth - d.clientWidth);
      assert.equal(wide, 0, "the frame does not scroll sideways");
    }, { colorScheme, viewport: { width, height: 800 } }));
}

test("other frames of the page are not heard, neither by the page nor by the embed", () =>
  onHost(
    "others",
    {
      body: `<vivarium-embed speed="max"><pre><code>IO.puts("ours")</code></pre></vivarium-embed>
<iframe id="other" srcdoc="<script>
  heard = 0;
  onmessage = () => heard++;
  setInterval(() => {
    parent.postMessage({ vivarium: 'there' }, '*');
    for (let i = 0; i < parent.frames.length; i++) {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => heard++;
      parent.frames[i].postMessage({ vivarium: 'hello', run: true, grow: true }, '*', [port2]);
    }
  }, 20);
</script>"></iframe>
<iframe id="plain" width="800" height="600" src="SITE/embed.html#code=IO.puts(1)&live"></iframe>${script}`,
    },
    async ({ page }) => {
      // A frame in a shadow root cannot be reached by strangers at all; one in the page can.
      await page.getByRole("button", { name: "Edit" }).click();
      await page.frameLocator("vivarium-embed iframe").getByRole("textbox", { name: "Code" }).waitFor();
      const plain = page.frameLocator("#plain");
      await plain.locator('.v-phase[data-phase="idle"]').waitFor();
      await page.waitForTimeout(300);
      assert.equal(await plain.getByRole("log", { name: "Console" }).innerText(), "", "a stranger's wish to run is not heard");
      // Its own messages to itself are all it hears.
      const other = page.frames().find((f) => f.url() === "about:srcdoc") ?? assert.fail("no other frame");
      const heard = await other.evaluate(() => new Promise<string>((resolve) => (onmessage = (event) => resolve(JSON.stringify(event.data)))));
      assert.match(heard, /"hello"/);
      assert.equal(await other.evaluate(() => new Promise<boolean>((resolve) => { onmessage = (event) => { if (event.source !== window) resolve(true); }; setTimeout(() => resolve(false), 300); })), false);
    },
  ));

test("what was edited in an embed is opened in the playground, and runs when it is told to", () =>
  onHost("share", { body: `<vivarium-embed speed="max"><pre><code>IO.puts("theirs")</code></pre></vivarium-embed>${script}` }, async ({ page }) => {
    await page.getByRole("button", { name: "Edit" }).click();
    const frame = page.frameLocator("vivarium-embed iframe");
    const edited = 'IO.puts("mine: \u00e9 <&> #{1 + 1}")';
    await writeInFrame(page, frame, edited);
    const link = frame.getByRole("link", { name: "Open in the playground" });
    // The link follows the text.
    await settles(async () => (await decodeShare(new URL((await link.getAttribute("href")) ?? "").hash)).code, (code) => assert.ok(code.includes("mine")));
    const [opened] = await Promise.all([page.waitForEvent("popup"), link.click()]);
    await opened.locator(".cm-content").waitFor();
    await settles(() => opened.locator(".cm-content").innerText(), (text) => assert.ok(text.includes(edited), text));
    assert.equal((await consoleText(opened)).trim(), "", "nothing runs before a click");
    await run(opened);
    await settles(() => consoleText(opened), (text) => assert.equal(text.trim(), "mine: \u00e9 <&> 2"));
  }));

test("a page's colours are the embed's", () =>
  onHost("colours", { head: "<style>vivarium-embed { --vivarium-accent: rgb(200, 0, 100); --vivarium-code: rgb(255, 250, 240) }</style>", body: `<vivarium-embed theme="light"><pre><code>IO.puts("pink")</code></pre></vivarium-embed>${script}` }, async ({ page }) => {
    await page.getByRole("button", { name: "Edit" }).click();
    const frame = page.frameLocator("vivarium-embed iframe");
    const colour = (selector: string, property: string) => frame.locator(selector).evaluate((e, p) => getComputedStyle(e).getPropertyValue(p), property);
    assert.equal(await colour(".v-editor .v-btn", "background-color"), "rgb(200, 0, 100)");
    assert.equal(await colour(".v-light-picture", "background-color"), "rgb(255, 250, 240)");
    const before = await colour("body", "background-color");
    await page.locator("vivarium-embed").evaluate((e) => e.setAttribute("theme", "dark"));
    await settles(() => colour("body", "background-color"), (after) => assert.notEqual(after, before));
  }));

test("the address of the site is not needed: embed.js knows where it came from", () => {
  const text = readFileSync("dist/embed.js", "utf8");
  assert.doesNotMatch(text, /https?:\/\/(?!localhost)/);
  assert.ok(siteAddress().startsWith("http://"));
});
