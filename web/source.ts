/** Where the site keeps the worker's script and the machine. */

import type { MachineSource } from "./machine.ts";
import { blobWorker } from "./offline/blob.ts";

declare const MACHINE_URLS: readonly string[];
declare const WORKER_URL: string;

/** The files beside the page's own scripts. */
export const siteSource: MachineSource = {
  code: MACHINE_URLS.map((url) => ({ url: new URL(url, import.meta.url).href })),
  async worker() {
    const url = new URL(WORKER_URL, import.meta.url);
    // A frame in a sandbox has an origin of its own, for which no address is its own either; a blob of its making is.
    if (self.origin !== "null") return new Worker(url);
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url.href}: ${response.status} ${response.statusText}`);
    return blobWorker(await response.text());
  },
};
