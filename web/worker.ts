/**
 * The worker that owns the machine: a Go program in WebAssembly. A classic worker, without shared memory, so that no
 * special headers are needed.
 */

import "wasm_exec";
import { connect, type Border } from "./border.ts";
import type { FromWorker, ToWorker } from "./machine.ts";

declare class Go {
  readonly importObject: WebAssembly.Imports;
  run(instance: WebAssembly.Instance): Promise<void>;
}

const scope = self as unknown as { postMessage(message: FromWorker, transfer?: Transferable[]): void };

/** The time between two ticks while nothing hurries, in milliseconds: a frame of the screen. */
const frame = 1000 / 60;

/** A tick that takes so long had work left, in milliseconds. */
const busy = 6;

const again = new MessageChannel();
let border: Border | undefined;
let seen = 0;
let before = performance.now();
const waiting: Extract<ToWorker, { type: "request" }>[] = [];

const post = (batch: ArrayBuffer | undefined): void => {
  if (batch) scope.postMessage({ type: "batch", seen, batch }, [batch]);
};

const take = (message: Extract<ToWorker, { type: "request" }>): void => {
  if (!border) {
    waiting.push(message);
    return;
  }
  seen = message.id;
  post(border.request(JSON.stringify(message.request)));
  scope.postMessage({ type: "seen", id: seen });
};

/** Lets the time since the last tick pass. */
const tick = (): void => {
  if (!border) return;
  const now = performance.now();
  const passed = Math.min(100, now - before);
  before = now;
  post(border.tick(passed));
  // Requests come in between two ticks. A machine that has much to do goes on at once; a timer would make it wait.
  const worked = performance.now() - now;
  if (worked > busy) again.port2.postMessage(undefined);
  else setTimeout(tick, frame - worked);
};
again.port1.onmessage = () => tick();

const start = async (url: string, known: WebAssembly.Module | undefined): Promise<void> => {
  const go = new Go();
  const module = known ?? (await compile(url));
  if (!known) scope.postMessage({ type: "module", module });
  const instance = await WebAssembly.instantiate(module, go.importObject);
  // The program runs until it waits for us; by then it has said where its block of shared memory lies.
  void go.run(instance).then(() => fail("the machine ended"), fail);
  const block = (globalThis as { vivarium?: { block?: number } }).vivarium?.block;
  if (block === undefined) throw new Error("the machine did not say where its memory is");
  border = connect(instance, block);
  before = performance.now();
  for (const message of waiting.splice(0)) take(message);
  tick();
};

/** Compiles while it loads, where the server gives WebAssembly its content type. */
const compile = async (url: string): Promise<WebAssembly.Module> => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  if (response.headers.get("Content-Type") === "application/wasm") return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
};

const fail = (error: unknown): void => {
  border = undefined;
  scope.postMessage({ type: "failed", reason: `The machine is out of order: ${error instanceof Error ? error.message : String(error)}` });
};

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  try {
    if (data.type === "request") take(data);
    else void start(data.url, data.module).catch(fail);
  } catch (error) {
    fail(error);
  }
};
