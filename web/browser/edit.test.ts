import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { complaints, consoleText, prints, run, settles, speed, useSite, visit as open, write } from "./site.ts";

useSite();

/** Opens a page on which nothing runs by itself. */
const visit: typeof open = (name, act, options) => open(name, act, { path: "examples/01-hello-process.html", ...options });

/** The code in the editor. */
const code = (page: Page): Promise<string> => page.evaluate(() => [...document.querySelectorAll(".cm-content .cm-line")].map((line) => line.textContent).join("\n"));

test("what is wrong shows while typing, and goes when it is mended", () =>
  visit("problems", async ({ page }) => {
    await write(page, "defmodule A do\n  def f(x), do: y\nend\nIO.puts(A.f(1))\n");
    const count = page.getByRole("button", { name: /^1 error, 1 warning/ });
    await count.waitFor();
    assert.equal(await page.locator(".cm-lintRange-error").count(), 1);
    await count.click();
    const list = page.getByRole("list", { name: "Problems" });
    assert.match(await list.innerText(), /Error, line 2 undefined variable "y"/);
    await list.getByRole("button", { name: /Error, line 2/ }).click();
    await page.keyboard.press("Delete");
    await page.keyboard.type("x");
    await page.getByText("No problems").waitFor();
    assert.equal(await page.locator(".cm-lintRange-error").count(), 0);
    assert.deepEqual(await complaints(page), []);
  }));

test("a problem far from the first is told in the same run of typing, and nothing of the program is run", () =>
  visit("nothing runs", async ({ page }) => {
    await write(page, 'IO.puts("it ran")\nIO.puts(nope)\n');
    await page.getByRole("button", { name: /^1 error/ }).waitFor();
    assert.equal((await consoleText(page)).trim(), "");
  }));

test("formats, and the caret stays where it is", () =>
  visit("format", async ({ page }) => {
    await write(page, "x=1\n\n\n\ndefmodule   A do\ndef f( a ),do: a+1\nend\nIO.puts x");
    await page.keyboard.press("ControlOrMeta+Home");
    for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    await page.keyboard.press("ControlOrMeta+Shift+f");
    await settles(() => code(page), (text) => assert.equal(text, "x = 1\n\ndefmodule A do\n  def f(a), do: a + 1\nend\n\nIO.puts(x)\n"));
    await page.keyboard.type("0");
    await settles(() => code(page), (text) => assert.match(text, /do: a \+ 10\nend/));
    // One step back is one step back.
    await page.keyboard.press("ControlOrMeta+z");
    await page.keyboard.press("ControlOrMeta+z");
    await settles(() => code(page), (text) => assert.match(text, /^x=1\n/));
    await write(page, "x = (\n");
    await page.getByRole("button", { name: "Format", exact: true }).click();
    await page.getByText(/cannot be formatted: line 1/).waitFor();
  }));

const counter = (word: string): string => `defmodule Counter do
  def loop(n) do
    receive do
      :get -> IO.puts("${word} \#{n}")
    end
    Counter.loop(n + 1)
  end
end
defmodule Old do
  def loop do
    receive do
      from -> send(from, :${word})
    end
    loop()
  end
end
pid = spawn(Counter, :loop, [1])
Process.register(spawn(Old, :loop, []), :oldie)
for _ <- 1..100_000 do
  send(pid, :get)
  Process.sleep(300)
end
`.replaceAll("\\#", "#");

test("a change is loaded into the program that runs; processes keep their state", () =>
  visit("load", async ({ page }) => {
    await speed(page, 85);
    await write(page, counter("one"));
    await run(page);
    await prints(page, "one 2");
    await write(page, counter("two"));
    await page.keyboard.press("ControlOrMeta+s");
    await prints(page, "two ");
    const text = await consoleText(page);
    assert.match(text, /New code of Counter, Old\. What stands outside of modules is not run again\./);
    assert.equal(text.split("one 1\n").length, 2, "the script did not begin again");
    await page.getByRole("treeitem", { name: /^oldie, process, waiting, old code/ }).waitFor();
    // An error leaves the old code running.
    await write(page, counter("three").replace("n + 1", "n + m"));
    await page.keyboard.press("ControlOrMeta+s");
    await prints(page, "Not loaded: the program has errors.");
    assert.doesNotMatch(await consoleText(page), /three/);
    // By itself, when that is wanted.
    await page.getByRole("checkbox", { name: "Load as I type" }).check();
    await write(page, counter("four"));
    await prints(page, "four ");
    await page.screenshot({ path: "test-results/pictures/edit-load.png" });
  }));

test("saving without a run says so", () =>
  visit("nothing to load", async ({ page }) => {
    await page.getByRole("textbox", { name: "Code" }).click();
    await page.keyboard.press("ControlOrMeta+s");
    await prints(page, "Nothing runs that this could be loaded into.");
  }));

test("a program of several files", () =>
  visit("files", async ({ page }) => {
    await speed(page, 100);
    await write(page, "IO.puts(Greeter.hello())\nIO.puts(Nowhere.x)\n");
    await page.getByRole("button", { name: "New file" }).click();
    await page.getByRole("textbox", { name: "Name of module.ex" }).fill("greeter.ex");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "greeter.ex", exact: true }).waitFor();
    await write(page, 'defmodule Greeter do\n  use Wordy\n  def hello, do: word() <> oops\nend\n');
    await page.getByRole("button", { name: "New file" }).click();
    await page.keyboard.press("Enter");
    await write(page, 'defmodule Wordy do\n  defmacro __using__(_), do: quote(do: def(word, do: "hello"))\nend\n');
    // What is wrong in another file leads to it.
    await page.getByRole("button", { name: /^1 error/ }).click();
    await page.getByRole("list", { name: "Problems" }).getByRole("button", { name: /Error, greeter.ex, line 3/ }).click();
    await settles(() => code(page), (text) => assert.match(text, /defmodule Greeter/));
    await page.keyboard.press("ControlOrMeta+f");
    await page.keyboard.press("Escape");
    await write(page, 'defmodule Greeter do\n  use Wordy\n  def hello, do: word()\nend\n');
    await page.getByText("No problems").waitFor();
    await run(page);
    await prints(page, "hello");
    await prints(page, "UndefinedFunctionError");
    // Kept over a reload.
    await page.waitForTimeout(400);
    await page.reload();
    await page.locator(".cm-content").waitFor();
    await page.getByRole("button", { name: "greeter.ex", exact: true }).click();
    await settles(() => code(page), (text) => assert.match(text, /def hello, do: word\(\)/));
    // Deleted, and brought back.
    await page.getByRole("button", { name: "Delete greeter.ex" }).click();
    await settles(() => page.getByRole("button", { name: "greeter.ex", exact: true }).count(), (count) => assert.equal(count, 0));
    await page.getByRole("button", { name: "Bring greeter.ex back" }).click();
    await settles(() => code(page), (text) => assert.match(text, /defmodule Greeter/));
    assert.deepEqual(await complaints(page), []);
    await page.screenshot({ path: "test-results/pictures/edit-files.png" });
  }));

test("completes, explains, and goes to definitions", () =>
  visit("help", async ({ page }) => {
    await write(page, 'defmodule Tally do\n  @doc "Adds to a sum."\n  def add(sum, by), do: sum + by\nend\n\nIO.puts(Tally.add(1, 2))\n');
    await page.getByText("No problems").waitFor();
    await page.keyboard.press("ControlOrMeta+End");
    await page.keyboard.type("Tally.a");
    const option = page.getByRole("option", { name: /add\/2/ });
    await option.waitFor();
    await page.getByText("Adds to a sum.", { exact: true }).waitFor();
    await page.screenshot({ path: "test-results/pictures/edit-complete.png" });
    await page.waitForTimeout(200);
    await page.keyboard.press("Enter");
    await settles(() => code(page), (text) => assert.match(text, /Tally\.add$/));
    await page.locator(".cm-line", { hasText: "IO.puts(Tally" }).getByText("add", { exact: false }).first().hover();
    await page.keyboard.press("F12");
    await settles(() => page.evaluate(() => document.querySelector(".cm-activeLine")?.textContent ?? ""), (line) => assert.match(line, /def add/));
  }));

test("the help tells every key", () =>
  visit("keys", async ({ page }) => {
    const dialog = page.getByRole("dialog", { name: "Keys and help" });
    // In a field it is a character like any other.
    await page.getByRole("textbox", { name: "Code" }).click();
    await page.keyboard.type("?");
    assert.equal(await dialog.count(), 0);
    await page.getByRole("button", { name: "Run", exact: true }).focus();
    await page.keyboard.press("?");
    await dialog.waitFor();
    await dialog.getByText("load what has changed into the program that runs").waitFor();
    assert.deepEqual(await complaints(page), []);
    await page.screenshot({ path: "test-results/pictures/help.png" });
    await page.keyboard.press("Escape");
    await settles(() => dialog.count(), (count) => assert.equal(count, 0));
    await page.getByRole("button", { name: "Keys and help" }).click();
    await dialog.getByRole("button", { name: "Close" }).click();
  }));
