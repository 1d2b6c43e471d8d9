import assert from "node:assert/strict";
import { test } from "node:test";
import { consoleText, ended, follow, prints, run, siteAddress, speed, useSite, visit as open, write } from "./site.ts";

useSite();

/** Opens a page on which nothing runs by itself, as on the front page. */
const visit: typeof open = (name, act, options) => open(name, act, { path: "examples/01-hello-process.html", ...options });

test("a program prints, and its processes are in the tree", () =>
  visit("first run", async ({ page }) => {
    await write(
      page,
      `defmodule Tally do
  def loop(n) do
    receive do
      {:add, k} -> loop(n + k)
      {:get, from} -> send(from, {:sum, n}); loop(n)
    end
  end
end

pid = spawn(fn -> Tally.loop(0) end)
Process.register(pid, :tally)
for k <- 1..3, do: send(pid, {:add, k})
send(pid, {:get, self()})
receive do: ({:sum, n} -> IO.puts("sum \#{n}"))
Process.sleep(:infinity)
`.replaceAll("\\#", "#"),
    );
    await speed(page, 60);
    await run(page);
    await page.getByRole("treeitem", { name: /^main, your script,/ }).waitFor();
    await page.getByRole("treeitem", { name: /tally, process, waiting/ }).waitFor();
    await prints(page, "sum 6");
    assert.equal((await consoleText(page)).trim(), "sum 6");
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await ended(page);
  }));

test("first output comes soon", async (t) => {
  // The times are told and not asserted: a machine that tests and builds at once has its moments.
  await visit("quick", async ({ page }) => {
    await page.waitForFunction(() => (document.querySelector<HTMLElement>("[role=log]")?.innerText ?? "").trim() !== "");
    t.diagnostic(`the front page's first output came ${Math.round(await page.evaluate(() => performance.now()))} ms after the visit began, at most`);
  }, { path: "" });
  await visit("quick", async ({ page }) => {
    await page.locator('.v-phase[data-phase="idle"]').waitFor();
    // As long as it takes to find the button.
    await page.waitForTimeout(1500);
    const start = Date.now();
    await run(page);
    await page.waitForFunction(() => (document.querySelector<HTMLElement>("[role=log]")?.innerText ?? "").trim() !== "");
    t.diagnostic(`first output ${Date.now() - start} ms after Run`);
  }, { path: "examples/01-hello-process.html" });
});

test("messages that nobody takes lie in the mailbox", () =>
  visit("mailbox", async ({ page }) => {
    await speed(page, 100);
    await write(page, 'pid = spawn(fn -> receive do: (:never -> :ok) end)\nProcess.register(pid, :lazy)\nfor n <- 1..7, do: send(pid, {:n, n})\nIO.puts("sent")\nProcess.sleep(:infinity)\n');
    await run(page);
    await prints(page, "sent");
    const mailbox = page.getByRole("list", { name: "Mailbox of :lazy" }).or(page.getByRole("list", { name: "Mailbox of lazy" }));
    await mailbox.getByText("{:n, 1}").waitFor({ state: "attached" });
    assert.equal(await mailbox.getByRole("listitem").count(), 6);
    assert.match((await mailbox.getByRole("listitem").last().textContent()) ?? "", /and 2 more/);
  }));

test("a crashed child comes back in its place with its life told", () =>
  visit("restart", async ({ page }) => {
    await speed(page, 80);
    await write(
      page,
      `Logger.configure(level: :none)

defmodule Cell do
  use GenServer
  def start_link(name), do: GenServer.start_link(__MODULE__, name, name: name)
  def init(_), do: {:ok, 0}
  def handle_cast(:crash, _), do: raise("cell broke")
  def child_spec(name), do: %{id: name, start: {__MODULE__, :start_link, [name]}}
end

{:ok, _} = Supervisor.start_link([{Cell, :a}, {Cell, :b}], strategy: :one_for_one)
GenServer.cast(:b, :crash)
Process.sleep(50)
IO.puts("renewed")
Process.sleep(:infinity)
`,
    );
    await run(page);
    await prints(page, "renewed");
    const b = page.getByRole("treeitem", { name: /^:?b, GenServer, waiting/ });
    await b.waitFor();
    assert.match(await page.locator(".v-counts").innerText(), /1 restart/);
    await b.click();
    const inspector = page.getByRole("region", { name: "Inspector" });
    assert.match(await inspector.innerText(), /second life/);
    assert.match(await inspector.innerText(), /cell broke/);
  }));

test("a process can be killed from the inspector", () =>
  visit("kill", async ({ page }) => {
    await speed(page, 100);
    await write(page, 'pid = spawn(fn -> Process.sleep(:infinity) end)\nProcess.register(pid, :victim)\nref = Process.monitor(pid)\nIO.puts("up")\nreceive do: ({:DOWN, ^ref, _, _, why} -> IO.inspect(why))\n');
    await run(page);
    await prints(page, "up");
    await page.getByRole("treeitem", { name: /^victim,/ }).click();
    await page.getByRole("region", { name: "Inspector" }).getByRole("button", { name: "Kill", exact: true }).click();
    await prints(page, ":killed");
    await ended(page);
  }));

test("an endless loop is stopped at once, and the text is still there", (t) =>
  visit("endless", async ({ page }) => {
    const source = "defmodule Loop do\n  def spin(n), do: spin(n + 1)\nend\n\nLoop.spin(0)\n";
    await write(page, source);
    await speed(page, 100);
    await run(page);
    await page.getByRole("treeitem", { name: /^main,/ }).waitFor();
    await page.waitForTimeout(300);
    const start = Date.now();
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await ended(page);
    t.diagnostic(`stopped after ${Date.now() - start} ms`);
    assert.match(await page.getByRole("textbox", { name: "Code" }).innerText(), /def spin/);
    await write(page, 'IO.puts("next")\n');
    await run(page);
    await prints(page, "next");
  }));

test("a machine that hears nothing is started anew", () =>
  visit(
    "deaf",
    async ({ page }) => {
      await run(page);
      await page.locator('.v-phase[data-phase="running"]').waitFor();
      await page.getByRole("button", { name: "Stop", exact: true }).click();
      await prints(page, "the machine was restarted");
      await page.locator('.v-phase[data-phase="idle"]').waitFor();
    },
    {
      prepare: async (page) => {
        // A worker that greets, and never comes back from its first request.
        const script = 'onmessage = (e) => { if (e.data.type === "start") postMessage({ type: "batch", seen: 0, batch: new Uint8Array([64, 0]).buffer }); else for (;;); };';
        await page.route("**/worker-*.js", (route) => route.fulfill({ contentType: "text/javascript", body: script }));
      },
    },
  ));

test("a machine that does not come is told of, and the page lives on", () =>
  visit(
    "broken",
    async ({ page, errors }) => {
      await prints(page, "out of order");
      await write(page, "still_editable()\n");
      assert.match(await page.getByRole("textbox", { name: "Code" }).innerText(), /still_editable/);
      errors.length = 0;
    },
    {
      prepare: async (page) => {
        await page.route("**/*.wasm", (route) => route.fulfill({ status: 404, body: "" }));
      },
    },
  ));

test("an error of the compiler is shown at its place and in the console", () =>
  visit("compile error", async ({ page }) => {
    await write(page, 'IO.puts("one")\nx = unknown_name + 1\n');
    await run(page);
    await prints(page, "undefined variable");
    await ended(page);
    await page.locator(".cm-lintRange-error").first().waitFor();
    const where = await page.locator(".cm-lintRange-error").first().evaluate((e) => e.closest(".cm-line")?.textContent ?? "");
    assert.match(where, /unknown_name/);
    assert.match(await consoleText(page), /unknown_name/);
    assert.doesNotMatch(await consoleText(page), /^one$/m, "nothing of it ran");
  }));

test("a syntax error, too", () =>
  visit("syntax error", async ({ page }) => {
    await write(page, "IO.puts(\"one\"\n");
    await run(page);
    await prints(page, "TokenMissingError");
    await page.locator(".cm-lint-marker-error, .cm-lintRange-error, .cm-lintPoint-error").first().waitFor();
  }));

test("an error that nobody catches ends the program in Elixir's words", () =>
  visit("uncaught", async ({ page }) => {
    await speed(page, 100);
    await write(page, 'IO.puts("before")\nMap.fetch!(%{cost: 4}, :price)\nIO.puts("after")\n');
    await run(page);
    await ended(page);
    const text = await consoleText(page);
    assert.match(text, /before/);
    assert.match(text, /\*\* \(KeyError\) key :price not found in:/);
    assert.doesNotMatch(text, /after/);
  }));

test("pause holds the run, step goes on by a message, and going on ends it", () =>
  visit("pause", async ({ page }) => {
    await speed(page, 30);
    await write(page, 'me = self()\nspawn(fn -> for n <- 1..6, do: send(me, n) end)\nfor _ <- 1..6, do: receive(do: (n -> IO.puts("got \#{n}")))\n'.replaceAll("\\#", "#"));
    const step = page.getByRole("button", { name: "Step", exact: true });
    const pause = page.getByRole("button", { name: "Pause", exact: true });
    // Step on a program that does not run starts it, paused before its first event.
    await step.click();
    await page.locator('.v-phase[data-phase="paused"]').waitFor();
    assert.equal(await pause.getAttribute("aria-pressed"), "true");
    const messages = async () => Number(/(\d+) messages?/.exec(await page.locator(".v-counts").innerText())?.[1] ?? 0);
    await page.waitForTimeout(400);
    const before = await messages();
    await step.click();
    await page.waitForFunction((n) => Number(/(\d+) messages?/.exec(document.querySelector<HTMLElement>(".v-counts")?.innerText ?? "")?.[1] ?? 0) > n, before);
    await page.waitForTimeout(300);
    assert.ok((await messages()) <= before + 2, "it paused again");
    await speed(page, 100);
    await pause.click();
    await ended(page);
    // The value of the program comes after what it prints.
    assert.ok((await consoleText(page)).trim().startsWith([1, 2, 3, 4, 5, 6].map((n) => `got ${n}`).join("\n")), await consoleText(page));
  }));

test("every example runs to its end", { timeout: 240_000 }, () =>
  visit("examples", async ({ page }) => {
    await speed(page, 100);
    const contents = await (await fetch(`${siteAddress()}lessons/index.html`)).text();
    const paths = [...contents.matchAll(/href="\.\.\/(examples\/[\w-]+\.html)"/g)].map((m) => m[1] ?? "");
    assert.ok(paths.length >= 20, `${paths.length} programs`);
    for (const path of paths) {
      await follow(page, path);
      await page.locator(`article[data-slug="${path.replace(".html", "")}"]`).waitFor();
      await page.locator('.v-phase[data-phase="idle"]').waitFor();
      await run(page);
      await page.waitForFunction(() => ["ended", "waiting"].includes(document.querySelector<HTMLElement>(".v-phase")?.dataset["phase"] ?? ""), undefined, { timeout: 30_000 });
      assert.notEqual((await consoleText(page)).trim(), "", `${path} prints`);
    }
  }, { path: "examples/20-uncaught.html" }));
