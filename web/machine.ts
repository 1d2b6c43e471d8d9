/** The machine as the page sees it: a worker that takes requests and answers with batches. */

import { decode, type Message, type Request } from "./protocol.ts";

/** A piece of the machine's WebAssembly: an address, compressed bytes (gzip, as text: see offline/base85.ts), or a module that a worker has compiled before. */
export type MachineCode = { readonly url: string } | { readonly gzip: string } | { readonly module: WebAssembly.Module };

/** Where the worker and the machine come from. */
export interface MachineSource {
  /** The first piece, and after it the parts that are loaded when they are needed. */
  readonly code: readonly MachineCode[];
  /** Makes a worker; fails when the browser allows none. */
  worker(): Promise<Worker>;
}

/** From the page to the worker. */
export type ToWorker =
  | { readonly type: "start"; readonly code: readonly MachineCode[] }
  /** The machine is there, and nothing is asked of it yet. */
  | { readonly type: "rest" }
  | { readonly type: "request"; readonly id: number; readonly request: Request };

/** From the worker to the page. `seen` is the id of the last request that the batch knows of. */
export type FromWorker =
  | { readonly type: "module"; readonly piece: number; readonly module: WebAssembly.Module }
  | { readonly type: "batch"; readonly seen: number; readonly batch: ArrayBuffer }
  | { readonly type: "seen"; readonly id: number }
  /** A request was too long to be taken. */
  | { readonly type: "refused"; readonly seen: number; readonly request: string; readonly reason: string }
  | { readonly type: "failed"; readonly reason: string };

/** What the machine tells the page. */
export interface MachineEvents {
  batch(messages: readonly Message[]): void;
  /** The machine can take requests. */
  ready(): void;
  /** The machine did not give way and was started anew; `ready` follows. */
  restarted(): void;
  broken(reason: string): void;
}

/** The machine. */
export interface Machine {
  /** Sends a request. With `fresh`, batches made before the machine has seen it are passed over: they are about the run before. */
  request(request: Request, fresh?: boolean): void;
  /** Stops the run at once: a machine that has not heard the request after `patience` is started anew. */
  stop(fresh?: boolean): void;
  /** The machine's pieces, compiled as far as a worker has done that: for another machine. */
  code(): readonly MachineCode[];
  destroy(): void;
}

/** How long a machine may take to hear of a stop, in milliseconds. */
export const patience = 400;

/**
 * Starts the machine. What a worker has compiled is kept, so that starting anew takes no second compilation. A machine
 * that runs no programs has nothing to rehearse.
 */
export function startMachine(events: MachineEvents, source: MachineSource, rehearse = true): Machine {
  // Undefined until there is one; what is to be sent waits.
  let worker: Worker | undefined;
  let unsent: ToWorker[] = [];
  // Counts the workers: one that comes when another has been asked for is not wanted any more.
  let generation = 0;
  let code: readonly MachineCode[] | undefined;
  let last = 0;
  let seen = 0;
  let fence = 0;
  let watch: ReturnType<typeof setTimeout> | undefined;

  const start = (): void => {
    // A new worker knows of no request, and all it says is new.
    fence = 0;
    const mine = ++generation;
    unsent = [{ type: "start", code: (code ??= source.code) }];
    source.worker().then(
      (made) => {
        if (mine !== generation) made.terminate();
        else listen(made);
      },
      (error: unknown) => {
        if (mine === generation) events.broken(notStarted(error instanceof Error ? error.message : String(error)));
      },
    );
  };
  const listen = (mine: Worker): void => {
    worker = mine;
    mine.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (mine !== worker) return;
      switch (data.type) {
        case "module":
          code = code?.map((piece, i) => (i === data.piece ? { module: data.module } : piece));
          break;
        case "seen":
          seen = data.id;
          break;
        case "batch":
          seen = Math.max(seen, data.seen);
          take(data.batch, data.seen < fence);
          break;
        case "refused":
          if (data.seen >= fence) events.batch([{ type: "refused", do: data.request, text: data.request === "run" ? `the program is too long: ${data.reason}` : data.reason }]);
          break;
        case "failed":
          events.broken(data.reason);
          break;
      }
    };
    mine.onerror = (event) => {
      if (mine === worker) events.broken(notStarted(event.message));
    };
    for (const message of unsent.splice(0)) mine.postMessage(message);
  };
  const take = (batch: ArrayBuffer, stale: boolean): void => {
    let messages = decode(new Uint8Array(batch));
    // A notebook has nothing to do with any run.
    if (stale) messages = messages.filter((m) => m.type === "notebook");
    if (messages.length === 0) return;
    const ready = messages.some((m) => m.type === "ready");
    // First what the machine tells of itself, that it rests: what is begun when it is ready comes after that.
    events.batch(messages);
    if (ready) events.ready();
    // What the page asks for now has been sent before this.
    if (ready && rehearse) post({ type: "rest" });
  };
  const post = (message: ToWorker): void => {
    if (worker) worker.postMessage(message);
    else unsent.push(message);
  };
  const send = (request: Request, fresh: boolean): number => {
    const id = ++last;
    if (fresh) fence = id;
    post({ type: "request", id, request });
    return id;
  };
  const drop = (): void => {
    generation++;
    worker?.terminate();
    worker = undefined;
  };
  start();

  return {
    request(request, fresh = false) {
      send(request, fresh);
    },
    stop(fresh = false) {
      const id = send({ do: "stop" }, fresh);
      clearTimeout(watch);
      watch = setTimeout(() => {
        if (seen >= id) return;
        drop();
        events.restarted();
        start();
      }, patience);
    },
    code: () => code ?? source.code,
    destroy() {
      clearTimeout(watch);
      drop();
    },
  };
}

/** What a page says when its worker did not start. */
function notStarted(reason: string): string {
  return `The machine did not start${reason ? `: ${reason}` : ""}. Your text is kept; reload the page to try again.`;
}
