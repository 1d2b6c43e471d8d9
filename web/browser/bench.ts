/**
 * Runs programs in the browser, in a worker as the page has it, without a trace and in real time, and prints what they
 * print: `node bench.js FILE...`. For `vivarium bench`.
 */

import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { chromium, type Page } from "playwright-core";
import type { ToWorker } from "../machine.ts";
import { decode } from "../protocol.ts";

/** How long a program may take, in milliseconds. */
const limit = 180_000;

/** How often a program runs in its worker: the browser compiles the machine better while it runs. */
const turns = 3;

/** Serves dist/; the address, and what ends it. */
async function serve(): Promise<{ readonly address: string; end(): void }> {
  const server = spawn("./vivarium", ["serve", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const address = await new Promise<string>((resolve, reject) => {
    let said = "";
    server.stdout.on("data", (data: Buffer) => {
      said += data.toString();
      const found = /http:\/\/\S+/.exec(said);
      if (found) resolve(found[0]);
    });
    server.on("exit", (code) => reject(new Error(`vivarium serve ended with ${code}: ${said}`)));
  });
  return { address, end: () => void server.kill() };
}

/** What a run gave: the batches of the machine, in base64, and how often the page could draw meanwhile, a second. */
interface Run {
  readonly batches: readonly string[];
  readonly frames: number;
}

/** The address of a built file, below the site's. */
function asset(name: RegExp): string {
  const found = readdirSync("dist/assets").find((file) => name.test(file));
  if (!found) throw new Error("dist/ is not built");
  return `assets/${found}`;
}

/** Runs a program in a worker of its own. */
async function run(page: Page, source: string, file: string): Promise<Run> {
  return page.evaluate(
    async ({ source, file, limit, turns, script, pieces }) => {
      const worker = new Worker(new URL(script, location.href));
      const batches: string[] = [];
      let drawn = 0;
      let drawing = true;
      const draw = (): void => {
        drawn++;
        if (drawing) requestAnimationFrame(draw);
      };
      requestAnimationFrame(draw);
      const begun = performance.now();
      try {
        let left = turns;
        let id = 0;
        const start = (): void =>
          worker.postMessage({ type: "request", id: ++id, request: { do: "run", source, file, observe: false, realTime: true } });
        await new Promise<void>((resolve, reject) => {
          setTimeout(() => reject(new Error(`no end after ${limit} ms`)), limit);
          worker.onmessage = ({ data }: MessageEvent) => {
            if (data.type === "failed") reject(new Error(data.reason));
            if (data.type !== "batch") return;
            const bytes = new Uint8Array(data.batch as ArrayBuffer);
            let text = "";
            for (const byte of bytes) text += String.fromCharCode(byte);
            batches.push(btoa(text));
            const { ended } = globalThis as unknown as { ended(batch: string): Promise<boolean> };
            void ended(btoa(text)).then((end) => {
              if (!end) return;
              if (--left === 0) resolve();
              else start();
            });
          };
          worker.postMessage({ type: "start", code: pieces.map((piece) => ({ url: new URL(piece, location.href).href })) } satisfies ToWorker);
          start();
        });
      } finally {
        drawing = false;
        worker.terminate();
      }
      return { batches, frames: (drawn * 1000) / (performance.now() - begun) };
    },
    { source, file, limit, turns, script: asset(/^worker-\w+\.js$/), pieces: ["vivarium", "usual", "rest", "modules", "library"].map((name) => asset(new RegExp(`^${name}-\\w+\\.wasm$`))) },
  );
}

const bytesOf = (batch: string): Uint8Array => new Uint8Array(Buffer.from(batch, "base64"));

async function main(files: readonly string[]): Promise<void> {
  const { address, end } = await serve();
  const browser = await chromium.launch({
    executablePath: process.env["CHROME"] ?? "chromium",
    args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    for (const file of files) {
      const page = await browser.newPage();
      await page.exposeFunction("ended", (batch: string) => decode(bytesOf(batch)).some((message) => message.type === "finished"));
      await page.goto(new URL("about.html", address).href); // nothing runs there
      const { batches, frames } = await run(page, readFileSync(file, "utf8"), basename(file));
      for (const batch of batches) for (const message of decode(bytesOf(batch))) if (message.type === "output") process.stdout.write(message.text);
      console.error(`  ${basename(file)}: the page drew ${frames.toFixed(0)} frames a second meanwhile`);
      await page.close();
    }
  } finally {
    await browser.close();
    end();
  }
}

await main(process.argv.slice(2));
