/** Time travel: the timeline, steps back and forth, going on from the past, seeds. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { type Page } from "playwright-core";
import { consoleText, ended, prints, run, settles, speed, useSite, visit, write } from "./site.ts";

useSite();

const program = `defmodule Counter do
  use GenServer
  def start_link(_), do: GenServer.start_link(__MODULE__, 0, name: :counter)
  def init(n), do: {:ok, n}
  def handle_call(:inc, _, n), do: {:reply, n + 1, n + 1}
  def handle_cast(:crash, _), do: raise("gone")
end
Logger.configure(level: :none)
{:ok, _} = Supervisor.start_link([Counter], strategy: :one_for_one)
for i <- 1..20 do
  IO.puts("#{i}: #{GenServer.call(:counter, :inc)}")
  if i == 10 do
    GenServer.cast(:counter, :crash)
    Process.sleep(20)
  end
end
`;

const timeline = (page: Page) => page.getByRole("slider", { name: "Timeline" });
const value = async (page: Page) => Number(await timeline(page).inputValue());

/** Drags the slider's thumb to a part of its way. */
async function drag(page: Page, parts: readonly number[]): Promise<void> {
  const box = await timeline(page).boundingBox();
  assert.ok(box);
  const [min, max, at] = await timeline(page).evaluate((e: HTMLInputElement) => [Number(e.min), Number(e.max), Number(e.value)] as const);
  const x = (part: number) => box.x + 8 + part * (box.width - 16);
  await page.mouse.move(x((at - min) / (max - min)), box.y + box.height / 2);
  await page.mouse.down();
  for (const part of parts) {
    await page.mouse.move(x(part), box.y + box.height / 2, { steps: 6 });
    await page.waitForTimeout(60);
  }
  await page.mouse.up();
}

test("the timeline shows any moment of the run, with the console and the machine as they were", () =>
  visit("timeline", async ({ page }) => {
    await write(page, program);
    await speed(page, 100);
    await run(page);
    await ended(page);
    await prints(page, "20: 10");
    const whole = await consoleText(page);
    const end = await value(page);
    assert.ok(end > 500, String(end));

    // Drag it: the tree and the console go back with it.
    await drag(page, [0.9, 0.3, 0.6]);
    await page.getByRole("button", { name: "Back to live" }).waitFor();
    await settles(() => consoleText(page), (text) => {
      assert.ok(whole.startsWith(text) && text.includes("2: 2") && !text.includes("20: 10"), text);
    });
    const middle = await value(page);
    const said = await consoleText(page);
    await page.getByRole("treeitem", { name: /^:?counter,/ }).first().click();
    const inspector = page.getByRole("region", { name: "Inspector" });
    await settles(() => inspector.innerText(), (text) => assert.match(text, /current function|reductions/));

    // Steps back and forth come to the same moments.
    await page.getByRole("button", { name: "Step back" }).click();
    await settles(() => value(page), (at) => assert.ok(at < middle));
    const before = await value(page);
    await page.getByRole("button", { name: "Step", exact: true }).click();
    await settles(() => value(page), (at) => assert.ok(at > before && at <= middle + 60));
    await settles(() => consoleText(page), (text) => assert.ok(said.startsWith(text) || text.startsWith(said)));

    // The keyboard: an event, an end, a mark.
    await timeline(page).focus();
    await page.keyboard.press("Home");
    await settles(() => consoleText(page), (text) => assert.equal(text.trim(), ""));
    const home = await value(page);
    await page.keyboard.press("PageUp");
    await settles(() => value(page), (at) => assert.ok(at > home));
    const mark = await value(page);
    await page.keyboard.press("ArrowRight");
    await settles(() => value(page), (at) => assert.ok(at > mark));
    await page.keyboard.press("ArrowLeft");
    await settles(() => value(page), (at) => assert.ok(at <= mark + 1));
    await page.keyboard.press("End");
    await settles(() => consoleText(page), (text) => assert.equal(text, whole));
    assert.equal(await value(page), end);
    assert.match((await timeline(page).getAttribute("aria-valuetext")) ?? "", /^event \d+ of \d+/);
  }));

test("a reduction is a step, too, and the inspector follows", () =>
  visit("reductions", async ({ page }) => {
    await write(page, program);
    await speed(page, 100);
    await run(page);
    await ended(page);
    await drag(page, [0.5]);
    await page.getByRole("treeitem", { name: /^main,|script/ }).first().click();
    await page.getByRole("combobox", { name: "Step by" }).selectOption("reduction");
    const inspector = page.getByRole("region", { name: "Inspector" });
    const seen = new Set<string>();
    for (let i = 0; i < 12; i++) {
      await page.getByRole("button", { name: "Step", exact: true }).click();
      await page.waitForTimeout(250);
      seen.add(/current function\s+(\S+)/.exec(await inspector.innerText())?.[1] ?? "");
    }
    assert.ok(seen.size > 1, [...seen].join());
  }));

test("a run that goes on from the past leaves its old future as a ghost and tells what differs", () =>
  visit("fork", async ({ page }) => {
    await write(page, program);
    await speed(page, 100);
    await run(page);
    await ended(page);
    const whole = await consoleText(page);

    // Nothing done: the same again.
    await drag(page, [0.5]);
    await page.getByRole("button", { name: "Run from here" }).click();
    await settles(() => consoleText(page), (text) => assert.equal(text, whole));
    await ended(page);
    await page.getByText("no event differs yet").waitFor();

    // A process is killed in the past: another future.
    await drag(page, [0.45]);
    await page.getByRole("treeitem", { name: /^:?counter,/ }).first().click();
    await page.getByRole("button", { name: "Kill" }).first().click();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("First difference").waitFor();
    await settles(() => page.locator(".v-difference").innerText(), (text) => assert.match(text, /now .+ before/));
  }));

test("another interleaving is another seed, and a seed is the same run again", () =>
  visit("seeds", async ({ page }) => {
    const race = `parent = self()
for n <- 1..6, do: spawn(fn -> Process.sleep(1); send(parent, n) end)
IO.inspect(for _ <- 1..6, do: (receive do n -> n end))
`;
    await write(page, race);
    await speed(page, 100);
    const seed = page.getByRole("textbox", { name: "Seed" });
    const outcome = async (text: string): Promise<string> => {
      await seed.fill(text);
      await run(page);
      await ended(page);
      return consoleText(page);
    };
    const first = await outcome("1");
    const others = [await outcome("2"), await outcome("3"), await outcome("4"), await outcome("5")];
    assert.ok(others.some((text) => text !== first), "some seed changes the order");
    assert.equal(await outcome("1"), first);
    await page.getByRole("button", { name: "Another interleaving" }).click();
    await settles(() => seed.inputValue(), (text) => assert.notEqual(text, "1"));
  }));

test("a saved run comes out the same natively and in another page, and a damaged file is refused", () =>
  visit("saved", async ({ page }) => {
    await write(page, program);
    await speed(page, 100);
    await page.getByRole("textbox", { name: "Seed" }).fill("7");
    await run(page);
    await ended(page);
    await drag(page, [0.45]);
    await page.getByRole("treeitem", { name: /^:?counter,/ }).first().click();
    await page.getByRole("button", { name: "Kill" }).first().click();
    await page.getByRole("button", { name: "Pause" }).click();
    await ended(page);
    const whole = await consoleText(page);
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save the run" }).click()]);
    const file = await download.path();
    const saved = JSON.parse(readFileSync(file, "utf8")) as { hash: string; inputs: { do: string }[]; seed: number };
    assert.deepEqual(saved.inputs.map((i) => i.do), ["kill"]);
    assert.equal(saved.seed, 7);

    // Natively.
    const native = spawnSync("./vivarium", ["run", "--replay", file], { encoding: "utf8" });
    assert.equal(native.stderr.includes("does not go as it was recorded"), false, native.stderr);
    assert.deepEqual((native.stdout + native.stderr).trim().split("\n"), whole.trim().split("\n"));

    // In the page, where another program stood.
    await write(page, "IO.puts(:other)");
    await run(page);
    await ended(page);
    await page.getByLabel("File of a run").setInputFiles(file);
    await prints(page, `The run came out the same, event for event: ${saved.hash}.`);
    assert.ok((await consoleText(page)).includes(whole.trim()));
    assert.match(await page.getByRole("textbox", { name: "Code" }).innerText(), /defmodule Counter/);

    // A file of another run's hash, and what is no run.
    const wrong = `${file}.json`;
    writeFileSync(wrong, readFileSync(file, "utf8").replace(saved.hash, "0123456789abcdef"));
    assert.match(spawnSync("./vivarium", ["run", "--replay", wrong], { encoding: "utf8" }).stderr, /hash of its events/);
    await page.getByLabel("File of a run").setInputFiles(wrong);
    await prints(page, "The run went another way than the saved one");
    writeFileSync(wrong, "{}");
    await page.getByLabel("File of a run").setInputFiles(wrong);
    await prints(page, "this is no file of a run");

    // A run that was recorded natively.
    writeFileSync(wrong, program);
    const recorded = spawnSync("./vivarium", ["run", "--record", `${file}.run`, "--seed", "3", wrong], { encoding: "utf8" });
    assert.equal(recorded.status, 0, recorded.stderr);
    await page.getByLabel("File of a run").setInputFiles(`${file}.run`);
    await prints(page, "The run came out the same, event for event");
  }));

const many = `defmodule Cell do
  use GenServer
  def start_link(n), do: GenServer.start_link(__MODULE__, n)
  def init(n), do: {:ok, n}
  def handle_call(:get, _, n), do: {:reply, n, n + 1}
end
cells = for n <- 1..200 do
  {:ok, pid} = Cell.start_link(n)
  pid
end
for _ <- 1..2, c <- cells, do: GenServer.call(c, :get)
IO.puts("done")
Process.sleep(:infinity)
`;

/** Does something for each of some numbers and says how long it took until the page showed it: the median and the longest, in milliseconds. */
async function times(page: Page, numbers: readonly number[], act: string): Promise<{ median: number; longest: number }> {
  const took = await page.evaluate(
    async ([all, how]) => {
      const slider = document.querySelector<HTMLInputElement>(".v-timeline");
      if (!slider) throw new Error("no timeline");
      const list: number[] = [];
      for (const part of all) {
        const [min, before] = [Number(slider.min), slider.getAttribute("aria-valuetext")];
        const begin = performance.now();
        if (how === "seek") {
          slider.value = String(Math.round(min + part * (Number(slider.max) - min)));
          slider.dispatchEvent(new Event("input"));
        } else document.querySelector<HTMLElement>('[aria-label="Step back"]')?.click();
        while (slider.getAttribute("aria-valuetext") === before && performance.now() - begin < 5000) await new Promise((resolve) => requestAnimationFrame(resolve));
        list.push(performance.now() - begin);
      }
      return list;
    },
    [numbers, act] as const,
  );
  took.sort((a, b) => a - b);
  return { median: took[took.length >> 1] ?? 0, longest: took.at(-1) ?? 0 };
}

test("a run of 10,000 events is scrubbed and stepped through without waiting", (t) =>
  visit("scrubbing", async ({ page }) => {
    await write(page, many);
    await speed(page, 100);
    await run(page);
    await prints(page, "done");
    const events = await value(page);
    assert.ok(events > 8000, String(events));
    const random = Array.from({ length: 40 }, (_, i) => ((i * 7919) % 1000) / 1000);
    await times(page, random.slice(0, 10), "seek");
    const seek = await times(page, random, "seek");
    const step = await times(page, random.slice(0, 20), "step");
    t.diagnostic(`${events} events: seek ${JSON.stringify(seek)} ms, step ${JSON.stringify(step)} ms, until the page shows it`);
    // On a computer that does nothing else it is a tenth of this.
    assert.ok(seek.median < 1000 && step.median < 500);
  }));
