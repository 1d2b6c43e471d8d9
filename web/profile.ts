/**
 * Runs programs on the machine under Node and tells which of its functions were called: `node profile.js INPUT`. INPUT is a
 * JSON file, {"machine": file, "first": [request, ...], "usual": [request, ...]}. What is printed is the JSON lists of the
 * functions' numbers, under the same names: those that the first programs and a worker's rehearsal call, and those that the
 * usual ones call besides. The machine is one that slim.Watch has made. internal/site decides by it what is loaded when.
 */

import { readFileSync, writeSync } from "node:fs";
import "wasm_exec";
import { connect, type Border } from "./border.ts";
import { decode, type Message, type Request } from "./protocol.ts";
import { rehearsal } from "./rehearsal.ts";
import { tabNames } from "./state/tab.ts";

declare class Go {
  readonly importObject: WebAssembly.Imports;
  run(instance: WebAssembly.Instance): Promise<void>;
}

type Run = Extract<Request, { do: "run" }>;

/** How long a program is run, in ticks and in milliseconds of the processor's time; and a tick is a frame of the screen. */
const ticks = 600;
const longest = 1500;
const frame = 1000 / 60;

const input = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as { readonly machine: string; readonly first: readonly Run[]; readonly usual: readonly Run[] };
const module = await WebAssembly.compile(readFileSync(input.machine));

/** A machine's memory only grows, so after so many programs there is another one. */
const programsEach = 12;

let instance: WebAssembly.Instance;
let machine: Border;

/** Starts another machine. */
async function start(): Promise<void> {
  const go = new Go();
  instance = await WebAssembly.instantiate(module, go.importObject);
  void go.run(instance);
  const block = (globalThis as { vivarium?: { block?: number } }).vivarium?.block;
  if (block === undefined) throw new Error("the machine did not say where its memory is");
  machine = connect(instance, block);
}

const read = (batch: ArrayBuffer | undefined): readonly Message[] => (batch ? decode(new Uint8Array(batch)) : []);
const ask = (request: Request): readonly Message[] => read(machine.request(JSON.stringify(request)));

/** Go's timers and its scheduler are called by the browser between two ticks. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Runs a program until its end, or as long as it may; returns the processes that were shown. */
async function play(program: Run, stop: (frames: number) => boolean = () => false): Promise<readonly number[]> {
  const nodes = new Set<number>();
  const worked = process.cpuUsage();
  const used = (): number => process.cpuUsage(worked).user / 1000;
  let messages = ask(program);
  for (let i = 0; i < ticks && used() < longest && !stop(i); i++) {
    for (const m of messages) if (m.type === "node") nodes.add(m.id);
    if (messages.some((m) => m.type === "finished" || (m.type === "runState" && m.state === "waiting"))) break;
    await pause();
    messages = read(machine.tick(frame));
  }
  return [...nodes];
}

/** What a viewer may do to a run: open its views, look closer, go back and forth, kill, use the shell, write on. */
async function handle(program: Run, nodes: readonly number[]): Promise<void> {
  const some = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      machine.tick(frame);
      await pause();
    }
  };
  const node = nodes.at(-1) ?? 0;
  for (const view of tabNames) {
    ask({ do: "watch", views: [view] });
    await some(5);
  }
  ask({ do: "sequence", tag: 1, rows: 50, follow: true });
  ask({ do: "gauges" });
  ask({ do: "sheet", page: "processes", count: 20 });
  ask({ do: "glance", x: 1, y: 1 });
  ask({ do: "check", id: 1, program: { source: program.source ?? "", file: program.file ?? "", before: program.before ?? [], files: [] } });
  await some(20);
  ask({ do: "pause" });
  await some(2);
  for (const one of nodes.slice(0, 20)) {
    ask({ do: "inspect", node: one });
    ask({ do: "life", node: one });
    ask({ do: "why", node: one });
  }
  for (let i = 0; i < 3; i++) {
    ask({ do: "step" });
    await some(20);
  }
  ask({ do: "stepBack" });
  await some(5);
  ask({ do: "seek", seq: 1 });
  await some(5);
  ask({ do: "resume" });
  await some(20);
  ask({ do: "live" });
  ask({ do: "system", show: true });
  await some(5);
  ask({ do: "system", show: false });
  ask({ do: "speed", perSecond: 2 });
  ask({ do: "resume" });
  await some(20);
  ask({ do: "control", node, what: "kill" });
  ask({ do: "speed", perSecond: 0 });
  await some(60);
  ask({ do: "shell", width: 80 });
  await some(20);
  ask({ do: "complete", id: 2, text: "Enum.ma" });
  ask({ do: "type", text: "1 + 1\n", shell: true });
  await some(20);
  ask({ do: "watch", views: [] });
  ask({ do: "stop" });
}

/** What a visitor does before anything else: watch, and turn the pace up and down. */
async function watch(program: Run): Promise<void> {
  ask({ ...program, perSecond: 8 });
  for (const perSecond of [8, 0, 30, 0, 2, 8]) {
    ask({ do: "speed", perSecond });
    for (let i = 0; i < 150; i++) {
      machine.tick(frame);
      await pause();
    }
  }
  ask({ do: "stop" });
}

const seen = new Set<number>();

/** Runs programs, handles the first ones, and returns the functions that this calls and that were not called before. */
async function calledBy(programs: readonly Run[], handled: number): Promise<readonly number[]> {
  const called: number[] = [];
  for (const [i, program] of programs.entries()) {
    if (i % programsEach === 0) {
      if (i > 0) called.push(...calledNow());
      await start();
    }
    await play(program);
    // As fast as it goes and slowly are different ways.
    const nodes = await play({ ...program, perSecond: 30, ask: [] }, (frames) => frames > 120);
    if (handled === 0) await watch(program);
    if (i < handled) await handle(program, nodes);
    ask({ do: "speed", perSecond: 8 });
    await play({ ...program, perSecond: 8, ask: [] }, (frames) => frames > 30);
    for (const request of [{ do: "pause" }, { do: "resume" }, { do: "speed", perSecond: 0.5 }, { do: "stop" }] as const) {
      ask(request);
      machine.tick(frame);
      await pause();
    }
  }
  called.push(...calledNow());
  return called;
}

/** The functions that the machine has called, and that were not called before. */
function calledNow(): readonly number[] {
  const called: number[] = [];
  for (const [name, value] of Object.entries(instance.exports)) {
    const number = Number(name);
    if (!/^\d+$/.test(name) || !(value instanceof WebAssembly.Global) || value.value !== 1 || seen.has(number)) continue;
    seen.add(number);
    called.push(number);
  }
  return called;
}

const first = await calledBy([{ do: "run", source: rehearsal, file: "rehearsal.exs" }, ...input.first], 0);
const usual = await calledBy(input.usual, 16);
writeSync(1, JSON.stringify({ first, usual }));
process.exit(0);
