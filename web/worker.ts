/**
 * The worker that owns the machine: a Go program in WebAssembly. A classic worker, without shared memory, so that no
 * special headers are needed.
 */

import "wasm_exec";
import { connect, TooLong, type Border } from "./border.ts";
import type { FromWorker, MachineCode, ToWorker } from "./machine.ts";
import { compile, compileNow } from "./pieces.ts";
import { decode, type Request } from "./protocol.ts";
import { rehearsal } from "./rehearsal.ts";

declare class Go {
  readonly importObject: WebAssembly.Imports;
  run(instance: WebAssembly.Instance): Promise<void>;
}

const scope = self as unknown as { postMessage(message: FromWorker, transfer?: Transferable[]): void };

/** The time between two ticks while nothing hurries, in milliseconds: a frame of the screen. */
const frame = 1000 / 60;

/** A tick that takes so long had work left, in milliseconds. */
const busy = 6;

const fail = (error: unknown): void => {
  border = undefined;
  scope.postMessage({ type: "failed", reason: `The machine is out of order: ${error instanceof Error ? error.message : String(error)}` });
};

/** What is done later, where nobody else hears of an error. */
function guarded(act: () => void): () => void {
  return () => {
    try {
      act();
    } catch (error) {
      fail(error);
    }
  };
}

const again = new MessageChannel();
let border: Border | undefined;
let ready = false;
let rehearsing = false;
/** The rehearsal is still all there is to tell of. */
let quiet = false;
let seen = 0;
let before = performance.now();
const waiting: Extract<ToWorker, { type: "request" }>[] = [];

const post = (batch: ArrayBuffer | undefined): void => {
  if (batch && !quiet) scope.postMessage({ type: "batch", seen, batch }, [batch]);
};

const take = (message: Extract<ToWorker, { type: "request" }>): void => {
  if (!border || !ready) {
    waiting.push(message);
    if (border && !rehearsing) begin();
    return;
  }
  seen = message.id;
  quiet = false;
  try {
    post(border.request(JSON.stringify(message.request)));
  } catch (error) {
    if (!(error instanceof TooLong)) throw error;
    scope.postMessage({ type: "refused", seen, request: message.request.do, reason: error.message });
  }
  scope.postMessage({ type: "seen", id: seen });
};

/** Lets the time since the last tick pass. */
const tick = guarded((): void => {
  if (!border) return;
  const now = performance.now();
  const passed = Math.min(100, now - before);
  before = now;
  post(border.tick(passed));
  // Requests come in between two ticks. A machine that has much to do goes on at once; a timer would make it wait.
  const worked = performance.now() - now;
  if (worked > busy) again.port2.postMessage(undefined);
  else setTimeout(tick, frame - worked);
});
again.port1.onmessage = () => tick();

const start = async (code: readonly MachineCode[]): Promise<void> => {
  const go = new Go();
  const pieces = [...code];
  const keep = (i: number, module: WebAssembly.Module): void => {
    if ("module" in (pieces[i] ?? {})) return;
    pieces[i] = { module };
    scope.postMessage({ type: "module", piece: i, module });
  };
  if (!pieces[0]) throw new Error("there is no machine");
  const first = await compile(pieces[0]);
  keep(0, first);
  go.importObject["vivarium"] = {
    load(part: number) {
      const piece = pieces[part + 1];
      if (!piece) throw new Error(`there is no part ${part}`);
      const module = compileNow(piece);
      keep(part + 1, module);
      new WebAssembly.Instance(module, { vivarium: instance.exports });
    },
  };
  const instance = await WebAssembly.instantiate(first, go.importObject);
  // The program runs until it waits for us; by then it has said where its block of shared memory lies.
  void go.run(instance).then(() => fail("the machine ended"), fail);
  const block = (globalThis as { vivarium?: { block?: number } }).vivarium?.block;
  if (block === undefined) throw new Error("the machine did not say where its memory is");
  border = connect(instance, block);
  post(border.tick(0));
  quiet = true;
  if (waiting.length > 0) begin();
};

/** Takes what was asked for meanwhile, and lets time pass from now on. */
const begin = (): void => {
  ready = true;
  // Nothing is left of the rehearsal: a shell would find its processes.
  if (rehearsing) border?.request(JSON.stringify({ do: "stop" } satisfies Request));
  before = performance.now();
  for (const message of waiting.splice(0)) take(message);
  tick();
};

/**
 * Runs a small program before the first real one, and shows nothing of it: the browser translates code when it first
 * runs, and the library is read when it is first used, which takes longer than anything else in a run. Any request ends
 * the rehearsal. It begins when the page has nothing to ask for: a visitor who has clicked already is not made to wait.
 */
const rehearse = (machine: Border): void => {
  rehearsing = true;
  const latest = performance.now() + 3000;
  const go = guarded((): void => {
    if (waiting.length > 0 || performance.now() > latest) {
      begin();
      return;
    }
    const batch = machine.tick(frame);
    if (batch && decode(new Uint8Array(batch)).some((m) => m.type === "finished")) begin();
    else setTimeout(go);
  });
  machine.request(JSON.stringify({ do: "run", source: rehearsal, file: "rehearsal.exs", perSecond: 0 } satisfies Request));
  go();
};

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  try {
    if (data.type === "request") take(data);
    else if (data.type === "rest") {
      if (border && !ready) rehearse(border);
    } else void start(data.code).catch(fail);
  } catch (error) {
    fail(error);
  }
};
