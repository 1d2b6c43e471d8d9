/** Finding one's way in the tree: search, kinds, folding, the map, the system. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { run, settles, speed, useSite, visit, write } from "./site.ts";

useSite();

const program = `defmodule Worker do
  use GenServer
  def start_link(n), do: GenServer.start_link(__MODULE__, n, name: :"worker_\${n}")
  def init(n), do: {:ok, n}
end

children = for n <- 1..12, do: Supervisor.child_spec({Worker, n}, id: n)
Supervisor.start_link(children, strategy: :one_for_one, name: Top)
Task.async(fn -> Process.sleep(:infinity) end)
Process.sleep(:infinity)
`.replaceAll("$", "#");

test("a process is found by its name, kinds can be hidden, a subtree folded, the system shown", () =>
  visit("tree", async ({ page }) => {
    await write(page, program);
    await speed(page, 100);
    await run(page);
    await page.getByRole("treeitem", { name: /^worker_12,/ }).waitFor();
    const items = () => page.getByRole("treeitem").evaluateAll((all) => all.filter((e) => getComputedStyle(e).visibility === "visible").map((e) => e.getAttribute("aria-label") ?? ""));
    const selected = () => page.locator("[role=treeitem][aria-selected=true]").evaluateAll((all) => all.map((e) => e.getAttribute("aria-label")?.split(",")[0]).join());

    // Enter goes from one to the next.
    const field = page.getByRole("searchbox", { name: "Find a process" });
    await field.fill("WORKER_1");
    await settles(() => page.getByRole("status", { name: "Found" }).innerText(), (text) => assert.equal(text, "4"));
    for (const name of ["worker_1", "worker_10", "worker_11", "worker_12", "worker_1"]) {
      await field.press("Enter");
      await settles(selected, (found) => assert.equal(found, name));
    }
    await field.press("Shift+Enter");
    await settles(selected, (found) => assert.equal(found, "worker_12"));
    // What is typed moves nothing on the stage.
    const zoom = async () => Number(/scale\(([\d.]+)\)/.exec((await page.locator(".v-tree").getAttribute("style")) ?? "")?.[1]);
    const before = await zoom();
    await field.fill("");
    await field.pressSequentially("0-9+");
    assert.equal(await field.inputValue(), "0-9+");
    await field.press("Escape");
    assert.equal(await field.inputValue(), "");
    // The camera may still be on its way, but a key would take it further.
    assert.ok(Math.abs((await zoom()) / before - 1) < 0.1, `${before} to ${await zoom()}`);

    await page.getByRole("button", { name: "Kinds shown" }).click();
    await page.getByRole("checkbox", { name: "Task" }).uncheck();
    await settles(items, (all) => assert.ok(!all.some((name) => name.includes(", Task,")), all.join("; ")));
    await page.getByRole("checkbox", { name: "Supervisor", exact: true }).uncheck();
    await settles(items, (all) => assert.ok(!all.some((name) => name.startsWith("Top,")) && all.some((name) => name.startsWith("worker_3,")), all.join("; ")));
    await page.getByRole("checkbox", { name: "Supervisor", exact: true }).check();
    await page.getByRole("checkbox", { name: "system processes" }).check();
    await settles(items, (all) => assert.ok(all.some((name) => name.includes(", system process,")), all.join("; ")));
    await page.getByRole("checkbox", { name: "system processes" }).uncheck();
    await page.keyboard.press("Escape");
    await page.getByRole("group", { name: "Kinds shown" }).waitFor({ state: "hidden" });

    const top = page.getByRole("treeitem", { name: /^Top,/ });
    await top.focus();
    await page.keyboard.press("c");
    await page.getByRole("treeitem", { name: /^12 folded, group/ }).waitFor();
    assert.equal(await top.getAttribute("aria-expanded"), "false");
    assert.equal(await page.getByRole("treeitem", { name: /^worker_/ }).count(), 0);
    await page.getByRole("treeitem", { name: /^12 folded/ }).dblclick();
    await page.getByRole("treeitem", { name: /^worker_7,/ }).waitFor();
    assert.equal(await top.getAttribute("aria-expanded"), "true");

    // The map is there when there is more than fits.
    const map = page.locator(".v-minimap");
    await page.getByRole("button", { name: "Show all" }).click();
    await map.waitFor({ state: "hidden" });
    for (let i = 0; i < 4; i++) await page.getByRole("button", { name: "Zoom in" }).click();
    await map.waitFor();
  }, { path: "examples/01-hello-process.html" }));

test("whoever writes on the front page gets the stage, whenever they begin", async () => {
  for (const wait of [0, 150, 300, 500, 700]) {
    await visit("living", async ({ page, errors }) => {
      await page.waitForTimeout(wait);
      await page.getByRole("textbox", { name: "Code" }).click();
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.type("1");
      const phase = () => page.locator(".v-phase").getAttribute("data-phase");
      await settles(phase, (now) => assert.match(now ?? "", /^(idle|ended)$/));
      await page.waitForTimeout(500);
      // A machine that is slow to stop is started anew.
      assert.match((await phase()) ?? "", /^(idle|ended|loading)$/, `after ${wait} ms`);
      // Chromium gives what is typed over a selection the look of what was there, which the page's rules forbid.
      errors.splice(0, errors.length, ...errors.filter((error) => !error.includes("'style-src 'self''")));
    }, { plain: true });
  }
});
