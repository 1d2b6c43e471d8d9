/**
 * How fast the page is, in numbers: `node numbers.js [NAME...]` in the project's folder, when it is built and the browser
 * tests are translated. Prints a line for each measurement; the best of some rounds counts.
 */

import { spawn } from "node:child_process";
import { chromium, type Browser, type Page } from "playwright-core";
import { tables } from "../protocol.ts";
import { makeEncoder } from "./encode.ts";

const rounds = Number(process.env["ROUNDS"] ?? 3);

/** The begin of each worker that plays the machine: it greets, and begins to play when a run is asked for. */
const player = (play: string): string => `
  const encode = (${makeEncoder.toString()})(${JSON.stringify(tables)});
  const post = (batch) => { const bytes = encode(batch); postMessage({ type: "batch", seen: 1e9, batch: bytes }, [bytes]); };
  let begun = false;
  onmessage = ({ data }) => {
    if (data.type === "start") post([{ type: "ready", version: "1.20.4" }]);
    if (data.type !== "request") return;
    postMessage({ type: "seen", id: data.id });
    if (data.request.do !== "run" || begun) return;
    begun = true;
    post([{ type: "runState", run: 1, state: "running", perSecond: 0, seed: 1, live: true }]);
    play();
  };
  ${play}
`;

/** A thousand processes with their names, in rows below one; each frame some of three hundred messages land and others start. */
const tree = `
  const play = () => {
    const start = performance.now();
    const messages = [{ type: "frame", at: 0, time: 0, seq: 1 }];
    for (let i = 0; i < 1000; i++) {
      const id = 100 + i;
      messages.push({ type: "node", id, pid: "0." + id + ".0", name: "worker" + i, kind: "genserver", behaviour: "Worker", status: "waiting", detail: "waiting", state: String(i), parent: 99, life: 1 });
      messages.push({ type: "place", id, x: (i % 40) * 200, y: Math.floor(i / 40) * 140, w: 184, h: 90 });
      if (i > 0) messages.push({ type: "edge", id, kind: "parent", from: 100, to: id });
    }
    messages.push({ type: "bounds", w: 8000, h: 3500 });
    post(messages);
    let id = 10000, seq = 2;
    setInterval(() => {
      const at = performance.now() - start;
      const batch = [{ type: "frame", at, time: at, seq: seq++ }];
      // As many as are over in this frame: three hundred are always under way.
      const fresh = at < 1000 ? 300 / 60 : 300 / (1000 / (1000 / 60));
      for (let i = 0; i < fresh; i++) {
        id++;
        batch.push({ type: "flight", id, from: 100 + (id * 7919) % 1000, to: 100 + (id * 104729) % 1000, label: ":work", shape: "cast", start: at, duration: 1000 });
      }
      post(batch);
    }, 1000 / 60);
  };
`;

/** 200,000 cells, of which 10,000 change with each frame: births, ends, and others that only do something else. */
const crowd = `
  const side = 32;
  const play = () => {
    const tiles = [];
    for (let i = 0; i < 200; i++) tiles.push({ x: i % 16, y: Math.floor(i / 16), bytes: new Uint8Array(side * side).fill(2) });
    post([{ type: "crowd", by: "status", processes: 200000, leftOut: 0, anew: true, w: 512, h: 416, tiles }]);
    let random = 12345;
    const next = () => (random = (random * 1103515245 + 12345) & 0x7fffffff);
    setInterval(() => {
      const changed = new Set();
      for (let n = 0; n < 10000; n++) {
        const i = next() % 200;
        tiles[i].bytes[(next() >> 8) % 1024] = [0, 1, 2, 255][(next() >> 8) % 4];
        changed.add(tiles[i]);
      }
      post([{ type: "frame", at: performance.now(), time: 0, seq: 1 }, { type: "crowd", by: "status", processes: 200000, leftOut: 0, anew: false, w: 512, h: 416, tiles: [...changed] }]);
    }, 1000 / 60);
  };
`;

async function serve(): Promise<{ readonly address: string; end(): void }> {
  const server = spawn("./vivarium", ["serve", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const address = await new Promise<string>((resolve) => {
    let said = "";
    server.stdout.on("data", (data: Buffer) => {
      said += data.toString();
      const found = /http:\/\/\S+/.exec(said);
      if (found) resolve(found[0]);
    });
  });
  return { address, end: () => void server.kill() };
}

async function openPage(browser: Browser, address: string, tab: string, speed: number, worker?: string): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, serviceWorkers: "block" })).newPage();
  page.on("pageerror", (error) => console.error(String(error)));
  if (worker !== undefined) await page.route("**/worker-*.js", (route) => route.fulfill({ contentType: "text/javascript", body: worker }));
  await page.goto(`${address}examples/01-hello-process.html`);
  await page.locator(".cm-content").waitFor();
  await page.getByRole("slider", { name: "Speed" }).fill(String(speed));
  await page.getByRole("tab", { name: tab }).click();
  return page;
}

async function start(page: Page, source?: string): Promise<void> {
  if (source !== undefined) {
    await page.getByRole("textbox", { name: "Code" }).click();
    await page.keyboard.press("ControlOrMeta+a");
    await page.evaluate((text) => {
      const data = new DataTransfer();
      data.setData("text/plain", text);
      document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }, source);
  }
  await page.getByRole("button", { name: "Run", exact: true }).click();
}

/** How often the page draws, a second, and the longest time between two of its frames, in milliseconds. */
function frames(page: Page, milliseconds: number): Promise<{ readonly rate: number; readonly longest: number }> {
  return page.evaluate(
    (time) =>
      new Promise((resolve) => {
        const begun = performance.now();
        let count = 0;
        let longest = 0;
        let before = begun;
        const next = (now: number): void => {
          count++;
          longest = Math.max(longest, now - before);
          before = now;
          if (now - begun < time) requestAnimationFrame(next);
          else resolve({ rate: ((count - 1) * 1000) / (now - begun), longest });
        };
        requestAnimationFrame(next);
      }),
    milliseconds,
  );
}

/** How long a click on a tab takes until the page has drawn it, in milliseconds; the longest of some. */
async function clicks(page: Page): Promise<number> {
  let longest = 0;
  for (const name of ["Schedulers", "Tree", "Schedulers", "Tree", "Schedulers", "Tree"]) {
    await page.waitForTimeout(130);
    const took = await page.evaluate(async (title) => {
      const tab = [...document.querySelectorAll<HTMLElement>("[role=tab]")].find((e) => e.textContent === title);
      // A click comes at any moment.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
      const begun = performance.now();
      tab?.click();
      while (tab?.getAttribute("aria-selected") !== "true") await new Promise((resolve) => requestAnimationFrame(resolve));
      return performance.now() - begun;
    }, name);
    longest = Math.max(longest, took);
  }
  return longest;
}

const messageCount = (page: Page): Promise<number> =>
  page.evaluate(() => Number((/([\d,]+)\s+messages?/.exec(document.querySelector<HTMLElement>(".v-counts")?.innerText ?? "")?.[1] ?? "0").replaceAll(",", "")));

const pingPong = `defmodule Ball do
  def loop(next) do
    receive do: (n -> send(next, n + 1))
    loop(next)
  end
end

a = spawn(fn -> receive do: ({:next, b} -> Ball.loop(b)) end)
b = spawn(fn -> Ball.loop(a) end)
send(a, {:next, b})
send(b, 0)
Process.sleep(:infinity)
`;

/** Sends as many messages as it says and then prints. */
const counted = (n: number): string => `defmodule Count do
  def take(0), do: :ok
  def take(n) do
    receive do: (_ -> take(n - 1))
  end

  def give(_to, 0), do: :ok
  def give(to, n) do
    send(to, n)
    if rem(n, 100) == 0, do: :erlang.yield()
    give(to, n - 1)
  end
end

me = self()
{_, ref} = spawn_monitor(fn -> Count.give(me, ${n}) end)
Count.take(${n})
receive do: ({:DOWN, ^ref, _, _, _} -> :ok)
IO.puts("counted")
`;

interface Measurement {
  readonly what: string;
  measure(browser: Browser, address: string): Promise<string>;
}

const measurements: Readonly<Record<string, Measurement>> = {
  tree: {
    what: "1,000 labelled processes and 300 moving messages in the tree",
    async measure(browser, address) {
      const page = await openPage(browser, address, "Tree", 100, player(tree));
      await start(page);
      await page.waitForTimeout(2500);
      const { rate, longest } = await frames(page, 4000);
      await page.context().close();
      return `${rate.toFixed(1)} frames a second, the longest ${longest.toFixed(0)} ms`;
    },
  },
  crowd: {
    what: "200,000 cells in the crowd, 10,000 changes a frame",
    async measure(browser, address) {
      const page = await openPage(browser, address, "Crowd", 100, player(crowd));
      await start(page);
      await page.waitForTimeout(2500);
      const { rate, longest } = await frames(page, 4000);
      await page.context().close();
      return `${rate.toFixed(1)} frames a second, the longest ${longest.toFixed(0)} ms`;
    },
  },
  flood: {
    what: "a click during a flood without end, the trace on",
    async measure(browser, address) {
      const page = await openPage(browser, address, "Tree", 100);
      await start(page, pingPong);
      await page.waitForTimeout(2000);
      const before = await messageCount(page);
      const begun = Date.now();
      const longest = await clicks(page);
      const rate = ((await messageCount(page)) - before) / ((Date.now() - begun) / 1000);
      await page.context().close();
      return `answered within ${longest.toFixed(0)} ms, at ${Math.round(rate / 1000)},000 messages a second`;
    },
  },
  count: {
    what: "a million messages with the trace on and drawn",
    async measure(browser, address) {
      const n = 1_000_000;
      const page = await openPage(browser, address, "Tree", 100);
      await start(page, 'IO.puts("warm")\n');
      await page.locator('.v-phase[data-phase="ended"]').waitFor();
      const begun = Date.now();
      await start(page, counted(n));
      await page.waitForFunction(() => document.querySelector<HTMLElement>("[role=log]")?.innerText.includes("counted"), undefined, { timeout: 120_000 });
      const took = (Date.now() - begun) / 1000;
      await page.locator('.v-phase[data-phase="ended"], .v-phase[data-phase="waiting"]').waitFor();
      const seen = await messageCount(page);
      await page.context().close();
      return `${Math.round(n / took / 1000)},000 messages a second, ${seen.toLocaleString("en")} of them counted`;
    },
  },
};

async function main(names: readonly string[]): Promise<void> {
  const { address, end } = await serve();
  const browser = await chromium.launch({
    executablePath: process.env["CHROME"] ?? "chromium",
    args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    for (const [name, { what, measure }] of Object.entries(measurements)) {
      if (names.length > 0 && !names.includes(name)) continue;
      console.log(what);
      for (let i = 0; i < rounds; i++) console.log(`  ${await measure(browser, address)}`);
    }
  } finally {
    await browser.close();
    end();
  }
}

await main(process.argv.slice(2));
