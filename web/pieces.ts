/**
 * The pieces of the machine's WebAssembly, as the worker gets them: the first one runs alone, the others are parts of it
 * that are loaded when something in them is called for the first time (internal/slim/split.go cuts them).
 */

import type { MachineCode } from "./machine.ts";
import { fromBase85 } from "./offline/base85.ts";
import { fromStreams } from "./offline/streams.ts";

/** Compiles a piece while it loads, where the server gives WebAssembly its content type. */
export async function compile(code: MachineCode): Promise<WebAssembly.Module> {
  if ("module" in code) return code.module;
  if ("gzip" in code) {
    const bytes = new Blob([fromBase85(code.gzip)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return WebAssembly.compile(fromStreams(new Uint8Array(await new Response(bytes).arrayBuffer())));
  }
  const response = await fetch(code.url);
  if (!response.ok) throw new Error(`${code.url}: ${response.status} ${response.statusText}`);
  if (response.headers.get("Content-Type") === "application/wasm") return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

/**
 * Loads and compiles a piece at once: the machine is in the middle of a call and goes on when this returns. A worker may
 * wait like that; nothing in the machine's time passes.
 */
export function compileNow(code: MachineCode): WebAssembly.Module {
  if ("module" in code) return code.module;
  if ("gzip" in code) throw new Error("BUG: what is packed takes time to unpack");
  return new WebAssembly.Module(load(code.url));
}

/** How often a piece is asked for before that counts as a failure. */
const attempts = 3;

function load(url: string): ArrayBuffer {
  let problem = "";
  for (let i = 0; i < attempts; i++) {
    try {
      const request = new XMLHttpRequest();
      request.open("GET", url, false);
      request.responseType = "arraybuffer";
      request.send();
      if (request.status === 200) return request.response as ArrayBuffer;
      problem = `${request.status} ${request.statusText}`;
    } catch {
      problem = "it cannot be reached";
    }
  }
  throw new Error(`a part of it did not load (${url}: ${problem})`);
}
