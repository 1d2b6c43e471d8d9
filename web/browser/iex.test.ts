import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { complaints, consoleText, ended, prints, run, settles, speed, useSite, visit as open, write } from "./site.ts";

useSite();

/** Opens a page on which nothing runs by itself. */
const visit: typeof open = (name, act, options) => open(name, act, { path: "examples/01-hello-process.html", ...options });

const field = (page: Page) => page.getByRole("textbox", { name: "iex" });

/** Opens the shell and waits for its prompt. */
async function shell(page: Page): Promise<void> {
  await page.getByRole("tab", { name: "iex" }).click();
  await page.locator(".v-iex-prompt", { hasText: "iex(1)>" }).waitFor();
}

/** What the shell has said. */
const said = (page: Page): Promise<string> => page.getByRole("log", { name: "iex output" }).innerText();

async function says(page: Page, piece: string): Promise<void> {
  await settles(() => said(page), (text) => assert.ok(text.includes(piece), `${piece}\n--\n${text}`));
}

async function enter(page: Page, line: string): Promise<void> {
  await field(page).fill(line);
  await page.keyboard.press("Enter");
}

test("a shell without a program", () =>
  visit("shell alone", async ({ page }) => {
    await shell(page);
    await speed(page, 100);
    await enter(page, "x = 20 +");
    await page.locator(".v-iex-prompt", { hasText: "...(1)>" }).waitFor();
    await enter(page, "22");
    await says(page, "iex(1)> x = 20 +\n...(1)> 22\n42\n");
    await page.getByRole("treeitem", { name: /^iex, shell, waiting/ }).waitFor();
    await enter(page, "raise \"no\"");
    await says(page, "** (RuntimeError) no");
    assert.ok(await page.locator(".v-iex .v-ansi-fg-red", { hasText: "RuntimeError" }).count());
    // The lines before, and back.
    await field(page).focus();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    assert.equal(await field(page).inputValue(), "22");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    assert.equal(await field(page).inputValue(), "");
    await enter(page, "pid(0, 1, 0)");
    await says(page, "#PID<0.1.0>");
    await enter(page, "h flush");
    await says(page, "flush");
    assert.deepEqual(await complaints(page), []);
    await page.screenshot({ path: "test-results/pictures/iex-alone.png" });
  }));

test("the shell is on the machine of the program, while it runs and after its end", () =>
  visit("shell beside", async ({ page }) => {
    await speed(page, 100);
    await write(page, `defmodule Counter do
  use Agent
  @doc "Counts."
  def add(n), do: Agent.update(:counter, &(&1 + n))
end
Agent.start(fn -> 1 end, name: :counter)
Counter.add(1)
IO.puts("made")
`);
    await run(page);
    await ended(page);
    await shell(page);
    await enter(page, "Counter.add(40); Agent.get(:counter, & &1)");
    await says(page, "\n42\n");
    await page.getByRole("treeitem", { name: /^counter, Agent/ }).waitFor();
    await page.getByRole("tab", { name: "Console" }).click();
    assert.equal((await consoleText(page)).trim(), "made\n:ok");
  }));

test("Tab completes, with what is known of it", () =>
  visit("completion", async ({ page }) => {
    await shell(page);
    await speed(page, 100);
    await field(page).fill("String.upc");
    await page.keyboard.press("Tab");
    await page.getByRole("option", { name: /upcase\/1/ }).waitFor();
    assert.equal(await field(page).inputValue(), "String.upcase");
    await page.keyboard.press("Escape");
    await field(page).fill("Keyword.key");
    await page.keyboard.press("Tab");
    await page.getByRole("listbox", { name: "Completions" }).waitFor();
    await page.screenshot({ path: "test-results/pictures/iex-complete.png" });
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await settles(() => field(page).inputValue(), (text) => assert.match(text, /^Keyword\.key\w/));
    await field(page).fill("");
    // An empty field lets the focus go on.
    await page.keyboard.press("Tab");
    assert.notEqual(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "iex");
  }));

test("what does not end is interrupted", () =>
  visit("interrupt", async ({ page }) => {
    await shell(page);
    await speed(page, 100);
    await enter(page, "Enum.each(Stream.cycle([1]), fn _ -> :ok end)");
    await page.getByRole("button", { name: "Interrupt" }).click();
    await says(page, "exited with reason: killed");
    await enter(page, "1 + 1");
    await says(page, "\n2\n");
  }));

test("a program reads what is typed", () =>
  visit("input", async ({ page }) => {
    await speed(page, 100);
    await write(page, 'name = IO.gets("Name? ")\nIO.puts("Hello #{String.trim(name)}!")\n');
    await run(page);
    await page.getByRole("textbox", { name: "Input for the program" }).fill("Ada");
    await page.keyboard.press("Enter");
    await prints(page, "Hello Ada!");
    assert.equal((await consoleText(page)).trim(), "Name? Ada\nHello Ada!\n:ok");
    await ended(page);
    assert.equal(await page.getByRole("textbox", { name: "Input for the program" }).count(), 0);
  }));

test("colours, names that select, and places that lead to the code", () =>
  visit("console", async ({ page }) => {
    await speed(page, 100);
    await write(page, `IO.puts(IO.ANSI.format([:red, "danger", :reset, " calm"], true))
pid = spawn(fn ->
  receive do: (:go -> IO.puts("from the other"))
  Process.sleep(:infinity)
end)
Process.register(pid, :other)
send(pid, :go)
Process.sleep(10)
raise "broken"
`);
    await run(page);
    await prints(page, "broken");
    assert.match(await consoleText(page), /^danger calm\nfrom the other\n/);
    assert.equal(await page.locator(".v-log .v-ansi-fg-red", { hasText: "danger" }).count(), 1);
    await page.getByRole("button", { name: "Line 9 of" }).or(page.locator(".v-log-link", { hasText: ":9" })).first().click();
    await settles(() => page.evaluate(() => document.querySelector(".cm-activeLine")?.textContent ?? ""), (line) => assert.equal(line, 'raise "broken"'));
    await page.getByRole("button", { name: "Select other" }).click();
    await page.getByRole("region", { name: "Inspector" }).getByText("other").first().waitFor();
    await page.getByRole("button", { name: "Clear", exact: true }).click();
    await settles(() => consoleText(page), (text) => assert.equal(text.trim(), ""));
    assert.deepEqual(await complaints(page), []);
  }));

test("a flood of lines is bounded, with a word on what is left out", () =>
  visit("flood", async ({ page }) => {
    await speed(page, 100);
    await write(page, 'for n <- 1..5000, do: IO.puts("line #{n}")\nIO.puts(String.duplicate("x", 30_000))\n');
    await run(page);
    await prints(page, "10,000 characters more");
    await page.getByText("3,002 earlier lines are not kept").waitFor();
  }));

for (const [name, width, height] of [["wide", 1440, 900], ["tablet", 768, 1024], ["phone", 390, 844]] as const) {
  for (const scheme of ["light", "dark"] as const) {
    test(`pictures: ${name}, ${scheme}`, () =>
      visit(`iex ${name} ${scheme}`, async ({ page }) => {
        await write(page, 'defmodule A do\n  def f(x), do: y\nend\nIO.puts(IO.ANSI.format([:green, "fine"], true))\nraise "cell broke"\n');
        await page.getByRole("button", { name: /^1 error, 1 warning/ }).click();
        await speed(page, 100);
        await shell(page);
        await enter(page, '%{name: "Ada", list: [1, :two, nil]}');
        await says(page, "Ada");
        await enter(page, "raise \"no\"");
        await says(page, "RuntimeError");
        await page.screenshot({ path: `test-results/pictures/iex-${name}-${scheme}.png`, fullPage: name === "phone" });
      }, { viewport: { width, height }, colorScheme: scheme }));
  }
}
