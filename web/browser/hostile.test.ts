import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Page } from "playwright-core";
import { consoleText, prints, run, settles, speed, useSite, visit as open, write } from "./site.ts";

useSite();

/** Opens a page on which nothing runs by itself. */
const visit: typeof open = (name, act, options) => open(name, act, { path: "examples/01-hello-process.html", ...options });

/** Clicks from tab to tab, and tells how long the page took to answer. */
async function answers(t: TestContext, page: Page, what: string): Promise<void> {
  const took: number[] = [];
  for (const name of ["Crowd", "Schedulers", "Tree", "Crowd", "Tree"]) {
    took.push(
      await page.evaluate(async (title) => {
        const tab = [...document.querySelectorAll<HTMLElement>("[role=tab]")].find((e) => e.textContent === title);
        const start = performance.now();
        await new Promise<void>((resolve) => setTimeout(resolve));
        tab?.click();
        await new Promise<void>((resolve) => requestAnimationFrame(() => resolve()));
        if (tab?.getAttribute("aria-selected") !== "true") await new Promise<void>((resolve) => requestAnimationFrame(() => resolve()));
        return performance.now() - start;
      }, name),
    );
    assert.equal(await page.getByRole("tab", { name }).getAttribute("aria-selected"), "true");
    await page.waitForTimeout(150);
  }
  t.diagnostic(`${what}: a click is answered within ${Math.round(Math.max(...took))} ms`);
}

/** The run stops when asked, and another program runs. */
async function lives(page: Page): Promise<void> {
  const stop = page.getByRole("button", { name: "Stop", exact: true });
  if (await stop.isEnabled()) await stop.click();
  await page.locator('.v-phase[data-phase="ended"], .v-phase[data-phase="idle"]').waitFor();
  await write(page, 'IO.puts("still here")\n');
  await run(page);
  await prints(page, "still here");
}

const floods: readonly { readonly name: string; readonly source: string; readonly paces: readonly number[] }[] = [
  {
    name: "a process that mails itself and takes it for ever",
    source: "defmodule Self do\n  def loop(n) do\n    send(self(), n)\n    receive do: (n -> loop(n + 1))\n  end\nend\n\nSelf.loop(0)\n",
    paces: [45, 100],
  },
  {
    name: "a process that mails itself and takes nothing",
    source: "defmodule Self do\n  def loop(n) do\n    send(self(), n)\n    loop(n + 1)\n  end\nend\n\nspawn(fn -> Self.loop(0) end)\nProcess.sleep(:infinity)\n",
    paces: [100],
  },
  {
    name: "crashes without end",
    source: "Logger.configure(level: :none)\n\ndefmodule Crash do\n  def loop do\n    {_, ref} = spawn_monitor(fn -> exit(:broken) end)\n    receive do: ({:DOWN, ^ref, _, _, _} -> loop())\n  end\nend\n\nCrash.loop()\n",
    paces: [45, 100],
  },
  {
    name: "crashes that are all logged",
    source: 'defmodule Crash do\n  def loop do\n    spawn(fn -> raise "broken" end)\n    loop()\n  end\nend\n\nCrash.loop()\n',
    paces: [100],
  },
  {
    name: "messages between a hundred processes without end",
    source: "defmodule Ball do\n  def loop(next) do\n    receive do: (n -> send(next, n + 1))\n    loop(next)\n  end\nend\n\nfor _ <- 1..50 do\n  a = spawn(fn -> receive do: ({:next, b} -> Ball.loop(b)) end)\n  b = spawn(fn -> Ball.loop(a) end)\n  send(a, {:next, b})\n  send(b, 0)\nend\n\nProcess.sleep(:infinity)\n",
    paces: [100],
  },
];

for (const { name, source, paces } of floods) {
  for (const pace of paces) {
    test(`${name}, ${pace === 100 ? "as fast as it goes" : "at a pace"}: the page answers`, { timeout: 120_000 }, (t) =>
      visit(`${name} ${pace}`, async ({ page }) => {
        await speed(page, pace);
        await write(page, source);
        await run(page);
        await page.waitForTimeout(1500);
        await answers(t, page, name);
        await lives(page);
      }));
  }
}

test("terms of 100 MB in a mailbox are told of by their beginning", { timeout: 120_000 }, (t) =>
  visit("huge terms", async ({ page }) => {
    await speed(page, 100);
    await write(
      page,
      `pid = spawn(fn -> Process.sleep(:infinity) end)
Process.register(pid, :pile)
send(pid, String.duplicate("x", 100_000_000))
send(pid, {:list, Enum.to_list(1..2_000_000)})
send(pid, {:text, String.duplicate("<b>wide</b>", 1_000_000)})
IO.puts("sent")
Process.sleep(:infinity)
`,
    );
    await run(page);
    await page.waitForFunction(() => document.querySelector<HTMLElement>("[role=log]")?.innerText.includes("sent"), undefined, { timeout: 60_000 });
    await page.getByRole("treeitem", { name: /^pile,/ }).click();
    const inspector = page.getByRole("region", { name: "Inspector" });
    await settles(() => inspector.innerText(), (text) => assert.match(text, /3 messages/));
    await settles(() => inspector.innerText(), (text) => assert.match(text, /…/));
    const length = (await page.locator("body").innerText()).length;
    assert.ok(length < 200_000, `the page shows ${length} characters`);
    await answers(t, page, "huge terms");
    await lives(page);
  }));

test("names that are HTML, controls or written from right to left are shown as they are, and do nothing", { timeout: 60_000 }, () =>
  visit("names", async ({ page }) => {
    await speed(page, 100);
    const names = [
      ':"<img src=x onerror=globalThis.hurt=1>"',
      ':"</script><script>globalThis.hurt=1</script>"',
      ':"\\u202Eevil\\u202C"',
      ':"\\u2066isolated"',
      ':"bell\\a and \\e[31mred"',
      ':"new\\nline"',
      ':"\\u05D0\\u05D1\\u05D2"',
      ':"&lt;amp&gt;"',
    ];
    await write(
      page,
      `for name <- [${names.join(", ")}] do
  pid = spawn(fn -> Process.sleep(:infinity) end)
  Process.register(pid, name)
  send(pid, name)
  send(pid, to_string(name))
end
labelled = spawn(fn -> Process.set_label("<img src=x onerror=globalThis.hurt=1> \\u202Elabel\\e[2J"); Process.sleep(:infinity) end)
send(labelled, {"<svg onload=globalThis.hurt=1>", "\\u202E"})
IO.puts("<img src=x onerror=globalThis.hurt=1> \\u202Ebackwards \\e[2J \\0 end")
IO.puts("ready")
Process.sleep(:infinity)
`,
    );
    await run(page);
    await prints(page, "ready");
    const items = page.getByRole("treeitem");
    await settles(() => items.count(), (n) => assert.ok(n >= 10, `${n} processes`));
    const said = await items.evaluateAll((all) => all.map((e) => e.getAttribute("aria-label") ?? e.textContent ?? ""));
    assert.ok(said.some((text) => text.includes("<img src=x onerror")), said.join("\n"));
    // What turns the direction of writing, or is no character to look at, is written as an escape.
    // eslint-disable-next-line no-control-regex
    for (const text of said) assert.doesNotMatch(text.replace(/^\u2068(.*)\u2069/, "$1"), /[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/, JSON.stringify(text));
    assert.ok(said.some((text) => /\\u202E/i.test(text)), said.join("\n"));
    for (let i = 0; i < (await items.count()); i += 3) {
      await items.nth(i).focus();
      await page.keyboard.press("Enter");
      await page.waitForTimeout(60);
    }
    for (const name of ["Sequence", "Schedulers", "Crowd", "Tree"]) {
      await page.getByRole("tab", { name }).click();
      await page.waitForTimeout(200);
    }
    assert.equal(await page.evaluate(() => (globalThis as { hurt?: number }).hurt), undefined);
    assert.equal(await page.locator(".v-main img, .v-main svg[onload], .v-area-console img").count(), 0);
    assert.match(await consoleText(page), /<img src=x onerror/);
    // What a program writes is shown as it wrote it. A line's direction ends with the line.
    assert.match(await consoleText(page), /^ready$/m);
    await lives(page);
  }));

test("a paste of 5 MB stays in the editor, and is refused in words", { timeout: 120_000 }, (t) =>
  visit("paste", async ({ page }) => {
    await speed(page, 100);
    const big = `IO.puts("never")\n${"# a line of the paste, and nothing else\n".repeat(130_000)}`;
    assert.ok(big.length > 5_000_000);
    await write(page, big);
    await answers(t, page, "a paste of 5 MB");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await prints(page, "is the most");
    assert.match(await consoleText(page), /the program is too long: it has 5\d{6} bytes/);
    assert.match(await page.getByRole("textbox", { name: "Code" }).innerText(), /a line of the paste/);
    await lives(page);
  }));
