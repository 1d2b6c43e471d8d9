import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { complaints, ended, prints, run, settles, speed, useSite, visit as open, write } from "./site.ts";

useSite();

/** Opens a page on which nothing runs by itself, as on the front page. */
const visit: typeof open = (name, act, options) => open(name, act, { path: "examples/01-hello-process.html", ...options });

/** A process that prints what it gets, and one that watches it. */
const echo = `pid = spawn(fn -> Stream.repeatedly(fn -> receive do: (m -> IO.inspect(m)) end) |> Stream.run() end)
Process.register(pid, :echo)
ref = Process.monitor(pid)
IO.puts("up")
receive do: ({:DOWN, ^ref, _, _, why} -> IO.inspect({:down, why}))
`;

/** Runs a program at full speed until it has printed a piece. */
const start = async (page: Page, source: string, piece: string): Promise<void> => {
  await speed(page, 100);
  await write(page, source);
  await run(page);
  await prints(page, piece);
};

const item = (page: Page, name: RegExp): Locator => page.getByRole("treeitem", { name });
const inspector = (page: Page): Locator => page.getByRole("region", { name: "Inspector" });
const control = (page: Page, name: string): Locator => inspector(page).getByRole("button", { name, exact: true });

test("a process is sent a message, and an exit with a reason", () =>
  visit("send", async ({ page }) => {
    await start(page, echo, "up");
    await item(page, /^echo,/).click();
    await control(page, "Send…").click();
    const field = inspector(page).getByRole("textbox", { name: "Message for echo" });
    await field.fill("{:hello, ");
    await field.press("Enter");
    await inspector(page).getByRole("alert").getByText("missing terminator: }").waitFor();
    await field.fill('{:hello, "you", 1..3}');
    await inspector(page).getByRole("button", { name: "Send", exact: true }).click();
    await prints(page, '{:hello, "you", 1..3}');
    await field.waitFor({ state: "hidden" });
    await control(page, "Exit…").click();
    await inspector(page).getByRole("textbox", { name: "Reason for echo" }).fill("{:tired, 1}");
    await inspector(page).getByRole("button", { name: "Exit", exact: true }).click();
    await prints(page, "{:down, {:tired, 1}}");
    await ended(page);
  }));

test("a process is suspended and resumed", () =>
  visit("suspend", async ({ page }) => {
    await start(page, echo, "up");
    await item(page, /^echo,/).click();
    await control(page, "Suspend").click();
    await item(page, /^echo, process, suspended/).waitFor();
    await control(page, "Send…").click();
    await page.keyboard.type(":later");
    await page.keyboard.press("Enter");
    await page.getByRole("list", { name: "Mailbox of echo" }).getByText(":later").waitFor({ state: "attached" });
    await control(page, "Resume").click();
    await prints(page, ":later");
    await item(page, /^echo, process, waiting/).waitFor();
    await control(page, "Kill").click();
    await prints(page, "{:down, :killed}");
  }));

test("a mailbox is frozen: messages wait outside, can be dropped, and come when it thaws", () =>
  visit("freeze", async ({ page }) => {
    await start(page, echo, "up");
    await item(page, /^echo,/).click();
    await control(page, "Freeze mailbox").click();
    for (const message of [":one", ":two"]) {
      await control(page, "Send…").click();
      await page.keyboard.type(message);
      await page.keyboard.press("Enter");
      await inspector(page).getByRole("list", { name: "Waiting outside" }).getByText(message).waitFor();
    }
    await inspector(page).getByRole("button", { name: ":one" }).click();
    await page.getByRole("menu", { name: "Message :one for echo" }).getByRole("menuitem", { name: "Drop" }).click();
    await inspector(page).getByText("1 message", { exact: true }).waitFor();
    await control(page, "Thaw mailbox").click();
    await prints(page, ":two");
    assert.doesNotMatch(await page.getByRole("log", { name: "Console" }).innerText(), /:one/);
  }));

test("while paused a control acts at once, and a message can be delayed", () =>
  visit("paused", async ({ page }) => {
    await start(page, echo, "up");
    await page.getByRole("button", { name: "Pause" }).click();
    await item(page, /^echo,/).click();
    await control(page, "Send…").click();
    await page.keyboard.type(":slow");
    await page.keyboard.press("Enter");
    await inspector(page).getByRole("button", { name: ":slow" }).click();
    await page.getByRole("menuitem", { name: "Delay…" }).click();
    await inspector(page).getByRole("textbox", { name: "Milliseconds for :slow" }).fill("20");
    await page.keyboard.press("Enter");
    await settles(() => page.getByRole("status", { name: "Narration" }).innerText(), (text) => assert.equal(text, ":slow for echo is delayed by 20 ms."));
    await page.getByRole("button", { name: "Pause" }).click();
    await prints(page, ":slow");
  }));

test("the menu of a process opens by right click, by key and by a long press", () =>
  visit("menu", async ({ page }) => {
    await start(page, echo, "up");
    const menu = page.getByRole("menu", { name: "Process echo" });
    await item(page, /^echo,/).click({ button: "right" });
    await menu.waitFor();
    assert.deepEqual(await menu.getByRole("menuitem").allInnerTexts(), ["Inspect", "Send…", "Suspend", "Freeze mailbox", "Exit…", "Kill"]);
    assert.deepEqual(await complaints(page), []);
    await page.keyboard.press("Escape");
    await menu.waitFor({ state: "hidden" });
    await item(page, /^echo,/).focus();
    await page.keyboard.press("Shift+F10");
    await menu.waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await item(page, /^echo, process, suspended/).waitFor();
    await item(page, /^echo,/).focus();
    await page.keyboard.press("ContextMenu");
    await menu.getByRole("menuitem", { name: "Resume" }).click();
    await item(page, /^echo, process, waiting/).waitFor();
  }));

test("a long press on a touch screen opens the menu", () =>
  visit("touch", async ({ page }) => {
    await start(page, echo, "up");
    const box = await item(page, /^echo,/).boundingBox();
    assert.ok(box);
    const session = await page.context().newCDPSession(page);
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [at] });
    await page.getByRole("menu", { name: "Process echo" }).waitFor();
    await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await page.getByRole("menuitem", { name: "Kill" }).tap();
    await prints(page, "{:down, :killed}");
  }, { path: "examples/01-hello-process.html", hasTouch: true }));

test("a run pauses at what Break says, selects the process and says why", () =>
  visit("breaks", async ({ page }) => {
    await speed(page, 100);
    await write(
      page,
      `Logger.configure(level: :none)
defmodule Cell do
  use GenServer
  def start_link(name), do: GenServer.start_link(__MODULE__, name, name: name)
  def init(_), do: {:ok, 0}
  def handle_cast(:crash, _), do: raise("cell broke")
  def handle_cast({:add, n}, sum), do: {:noreply, sum + n}
end
Supervisor.start_link([{Cell, :cell}], strategy: :one_for_one)
for n <- [1, 5, 9], do: GenServer.cast(:cell, {:add, n})
Process.sleep(10)
GenServer.cast(:cell, :crash)
Process.sleep(10)
IO.puts("over")
`,
    );
    await page.getByRole("button", { name: "Break", exact: true }).click();
    const panel = page.getByRole("dialog", { name: "Break on" });
    await panel.getByRole("checkbox", { name: "Crash" }).check();
    await panel.getByRole("checkbox", { name: "Restart" }).check();
    const pattern = panel.getByRole("textbox", { name: "Message like" });
    await pattern.fill("{_, {:add, n}} when n >");
    assert.deepEqual(await complaints(page), []);
    await page.keyboard.press("Escape");
    await run(page);
    await page.getByRole("button", { name: "Break, on" }).click();
    await panel.getByRole("alert").getByText(/syntax error|expression is incomplete/).waitFor();
    await pattern.fill("{_, {:add, n}} when n > 4");
    await pattern.press("Enter");
    await panel.getByRole("alert").waitFor({ state: "hidden" });
    await page.keyboard.press("Escape");
    const narration = page.getByRole("status", { name: "Narration" });
    const paused = page.locator('.v-phase[data-phase="paused"]');
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await run(page);
    for (const why of ["Paused: cell is sent {:add, 5}.", "Paused: cell is sent {:add, 9}.", "Paused: cell crashed, (RuntimeError) cell broke.", "Paused: cell was restarted."]) {
      await paused.waitFor();
      await settles(() => narration.innerText(), (text) => assert.equal(text, why));
      await inspector(page).getByRole("heading", { name: "cell" }).waitFor();
      await page.getByRole("button", { name: "Pause" }).click();
    }
    await prints(page, "over");
  }));

/** A program with something for every page of the Observer. */
const household = `Logger.configure(level: :none)
defmodule Cell do
  use GenServer
  def start_link(name), do: GenServer.start_link(__MODULE__, name, name: name)
  def init(name), do: {:ok, %{name: name, list: Enum.to_list(1..250), note: "<b>bold</b>"}}
  def handle_cast(:crash, _), do: raise("cell broke")
  def handle_cast({:add, _}, s), do: {:noreply, s}
  def child_spec(name), do: %{id: name, start: {__MODULE__, :start_link, [name]}}
end
:ets.new(:ledger, [:ordered_set, :public, :named_table])
for i <- 1..300, do: :ets.insert(:ledger, {i, "row \#{i}", %{n: [i]}})
{:ok, _} = Supervisor.start_link(for(n <- [:a, :b], do: {Cell, n}), strategy: :one_for_one, name: Household)
Process.send_after(:a, {:add, 7}, 600_000)
for n <- 1..150, do: spawn(fn -> for(_ <- 1..rem(n, 7), do: send(self(), n)); receive do: (:never -> n) end)
GenServer.cast(:b, :crash)
Process.sleep(10)
GenServer.cast(:b, {:add, 5})
IO.puts("ready")
Process.sleep(:infinity)
`.replaceAll("\\#", "#");

const page7 = (page: Page, name: string): Locator => page.getByRole("tablist", { name: "Pages of the Observer" }).getByRole("tab", { name });

test("the Observer's pages tell of the whole machine", () =>
  visit("observer", async ({ page }) => {
    await start(page, household, "ready");
    await page.getByRole("tab", { name: "Observer" }).click();
    await page.getByRole("img", { name: /^Processes: 1\d\d now/ }).waitFor();
    await page.getByRole("img", { name: /^Memory: processes .*, code .*, atoms .*, binaries .*, tables / }).waitFor();
    assert.deepEqual(await complaints(page), []);

    await page7(page, "Processes").click();
    const table = page.getByRole("table", { name: "Processes" });
    await table.getByRole("row").nth(5).waitFor();
    await table.getByRole("columnheader", { name: "Queue" }).getByRole("button").click();
    await settles(() => table.getByRole("row").nth(1).getByRole("cell").nth(5).innerText(), (queue) => assert.equal(queue, "6"));
    assert.equal(await table.getByRole("columnheader", { name: "Queue" }).getAttribute("aria-sort"), "descending");
    await table.getByRole("columnheader", { name: "Queue" }).getByRole("button").click();
    await settles(() => table.getByRole("row").nth(1).getByRole("cell").nth(5).innerText(), (queue) => assert.equal(queue, "0"));
    // The rows far below come when they are scrolled to.
    const total = Number(await table.getAttribute("aria-rowcount")) - 1;
    assert.ok(total > 150);
    await table.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await table.locator(`[aria-rowindex="${total + 1}"]`).waitFor();
    const filter = page.getByRole("searchbox", { name: "Filter" });
    await filter.fill("household");
    await settles(() => page.getByRole("status").filter({ hasText: "process" }).first().innerText(), (text) => assert.equal(text, "1 process"));
    await table.getByRole("button", { name: /Inspect/ }).click();
    await inspector(page).getByRole("heading", { name: "Household" }).waitFor();
    assert.deepEqual(await complaints(page), []);
    await page.getByRole("button", { name: "Close the inspector" }).click();

    await page7(page, "Applications").click();
    const b = page.getByRole("tree", { name: "Applications" }).getByRole("treeitem").filter({ hasText: ":b" });
    const above = page.getByRole("tree", { name: "Applications" }).getByRole("treeitem").filter({ hasText: "Household" });
    assert.equal(Number(await b.getAttribute("aria-level")), Number(await above.getAttribute("aria-level")) + 1);
    await b.click({ button: "right" });
    await page.getByRole("menu", { name: "Process b" }).waitFor();
    await page.keyboard.press("Escape");

    await page7(page, "Tables").click();
    await page.getByRole("button", { name: "Open :ledger" }).click();
    await settles(() => page.getByRole("table", { name: "Rows" }).getAttribute("aria-rowcount"), (count) => assert.equal(count, "301"));
    await page.getByRole("button", { name: 'Open {2, "row 2", %{n: [2]}}' }).click();
    const row = page.getByRole("region", { name: "Row" });
    await row.getByRole("button", { name: /^2: %/ }).click();
    await row.getByRole("button", { name: "n: [2]", exact: true }).waitFor();
    assert.deepEqual(await complaints(page), []);
    await page.getByRole("button", { name: "All tables" }).click();

    await page7(page, "Names").click();
    await page.getByRole("button", { name: "Inspect Household" }).waitFor();
    await page7(page, "Timers").click();
    await page.getByRole("table", { name: "Timers" }).getByText("{:add, 7}").waitFor();
    await page7(page, "Nodes").click();
    await page.getByRole("table", { name: "Nodes" }).getByText("running").waitFor();
    assert.deepEqual(await complaints(page), []);
  }));

test(":observer.start opens the tab", () =>
  visit("observer start", async ({ page }) => {
    await start(page, 'IO.inspect(:observer.start())\nIO.puts("opened")\nProcess.sleep(:infinity)\n', "opened");
    await page.locator('[role=tab][aria-selected="true"]', { hasText: "Observer" }).waitFor();
    await prints(page, ":ok");
  }));

test("the inspector opens a state level by level, leads to others, and tells a life", () =>
  visit("inspector", async ({ page }) => {
    await start(page, household, "ready");
    await item(page, /^b, GenServer/).click();
    const card = inspector(page);
    await card.getByText("State", { exact: true }).click();
    await card.getByText('note: "<b>bold</b>"').waitFor();
    const list = card.getByRole("button", { name: /^list: \[1, 2, 3/ });
    await list.click();
    await card.getByText("99: 100").waitFor();
    await card.getByRole("button", { name: "150 more" }).click();
    await card.getByText("199: 200").waitFor();
    await card.getByText("Who it has to do with").click();
    await card.getByText("Stack", { exact: true }).click();
    await card.getByText(/:gen_server\.loop/).last().waitFor();
    await card.getByText("History").click();
    const life = card.getByRole("list", { name: "History of the process" });
    await life.getByText(/crashes on line 6: cell broke/).waitFor();
    await life.getByText("takes {:add, 5}").waitFor();
    assert.deepEqual(await complaints(page), []);
    await card.getByRole("button", { name: "Household" }).first().click();
    await card.getByRole("heading", { name: "Household" }).waitFor();
    // A moment of the past: what is shown then is of that moment.
    await item(page, /^b, GenServer/).click();
    await life.getByRole("listitem").filter({ hasText: "crashes on line 6" }).getByRole("button").click();
    await page.locator('.v-phase[data-phase="paused"]').waitFor();
  }));

test("the line of the selected process is lit, and a stack leads to its lines", () =>
  visit("line", async ({ page }) => {
    await start(page, 'defmodule Wait do\n  def long do\n    receive do: (:never -> :ok)\n    :done\n  end\nend\npid = spawn(fn -> Wait.long() end)\nProcess.register(pid, :waiter)\nIO.puts("up")\nProcess.sleep(:infinity)\n', "up");
    await item(page, /^waiter,/).click();
    await settles(() => page.locator(".cm-at").innerText(), (line) => assert.match(line, /receive do/));
  }));
