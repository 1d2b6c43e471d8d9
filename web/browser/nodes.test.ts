/** Several nodes on the stage: islands, links that are cut and mended, a node that ends. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, pictures, prints, run, settles, speed, useSite, visit, write } from "./site.ts";

useSite();

const program = `{:ok, _} = Node.start(:main, name_domain: :shortnames)
start = fn name ->
  {:ok, _, node} = :peer.start_link(%{name: name, connection: :standard_io})
  true = Node.connect(node)
  Node.spawn_link(node, fn -> Process.register(self(), :worker); Process.sleep(:infinity) end)
  node
end
Process.flag(:trap_exit, true)
:net_kernel.monitor_nodes(true)
for name <- [:one, :two], do: start.(name)
IO.puts("started")
for _ <- Stream.cycle([1]) do
  receive do
    {:nodedown, node} -> IO.puts("lost #{node}")
    {:nodeup, node} -> IO.puts("found #{node}")
    {:EXIT, _, reason} -> IO.puts("exit #{inspect(reason)}")
  end
end
`;

test("nodes are islands; links are cut and mended, and a node ended, by buttons", () =>
  visit("nodes", async ({ page }) => {
    await write(page, program);
    await speed(page, 100);
    await run(page);
    await prints(page, "started");
    const islands = () => page.getByRole("list", { name: "Nodes", exact: true }).getByRole("listitem").evaluateAll((all) => all.map((e) => e.getAttribute("aria-label")));
    await settles(islands, (names) => assert.deepEqual(names, ["Node main@vivarium, up", "Node one@vivarium, up", "Node two@vivarium, up"]));
    const links = () => page.getByRole("list", { name: "Links between nodes" }).getByRole("listitem").evaluateAll((all) => all.map((e) => e.getAttribute("aria-label") ?? ""));
    await settles(links, (names) => assert.ok(names.includes("Link of main@vivarium and one@vivarium, connected"), names.join("; ")));
    // A process stands within the box of its node.
    const box = async (name: RegExp) => (await page.getByRole("treeitem", { name }).first().boundingBox()) ?? assert.fail();
    const main = await box(/^main,|script/);
    const worker = await box(/^worker,/);
    assert.ok(worker.x > main.x + main.width, "the worker's island lies to the right");
    await page.screenshot({ path: `${pictures}/nodes.png` });

    await page.getByRole("button", { name: "Cut the link of main@vivarium and one@vivarium" }).click();
    await prints(page, "lost one@vivarium");
    await prints(page, "exit :noconnection");
    await settles(links, (names) => assert.ok(names.includes("Link of main@vivarium and one@vivarium, cut"), names.join("; ")));
    await page.screenshot({ path: `${pictures}/nodes-cut.png` });
    await page.getByRole("button", { name: "Mend the link of main@vivarium and one@vivarium" }).focus();
    await page.keyboard.press("Enter");
    await settles(links, (names) => assert.ok(names.includes("Link of main@vivarium and one@vivarium, not connected"), names.join("; ")));

    await page.getByRole("combobox", { name: "Latency between main@vivarium and one@vivarium" }).selectOption("1000");
    await settles(() => page.getByRole("combobox", { name: "Latency between main@vivarium and one@vivarium" }).inputValue(), (value) => assert.equal(value, "1000"));

    await page.getByRole("button", { name: "End node two@vivarium" }).click();
    await settles(islands, (names) => assert.ok(names.includes("Node two@vivarium, down"), names.join("; ")));
    assert.deepEqual(await complaints(page), []);
  }, { path: "examples/01-hello-process.html" }));
