/**
 * The first script of the single file: it unpacks the rest. The file works from a disk, where a browser neither fetches nor
 * loads modules or workers from files; what it allows is scripts within the page, blobs, and streams that decompress.
 */

import { fromBase85 } from "./base85.ts";
import type { Payload } from "./payload.ts";

const text = (id: string): string => document.getElementById(id)?.textContent ?? "";

const unpack = async (): Promise<void> => {
  const packed = fromBase85(text("v-payload"));
  const payload = (await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).json()) as Payload;
  for (const [id, html] of Object.entries(payload.templates)) {
    const template = document.createElement("template");
    template.id = id;
    template.innerHTML = html;
    document.body.append(template);
  }
  (globalThis as { vivariumFiles?: Payload["files"] }).vivariumFiles = payload.files;
  const script = document.createElement("script");
  script.src = URL.createObjectURL(new Blob([payload.script], { type: "text/javascript" }));
  script.onload = () => URL.revokeObjectURL(script.src);
  script.onerror = () => tell("its script was not run");
  document.body.append(script);
};

const tell = (reason: string): void => {
  const line = document.createElement("p");
  line.setAttribute("role", "alert");
  line.className = "v-broken";
  line.textContent = `Vivarium did not start in this browser: ${reason}. It takes a browser of 2023 or newer.`;
  document.querySelector("[data-slot=notice]")?.append(line);
};

unpack().catch((error: unknown) => tell(error instanceof Error ? error.message : String(error)));
