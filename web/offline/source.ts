/** Where the single file keeps the worker's script and the machine; it stands in web/source.ts's place there. */

import type { MachineSource } from "../machine.ts";
import { blobWorker } from "./blob.ts";

const text = (id: string): string => document.getElementById(id)?.textContent ?? "";

/** The scripts in the page that no browser runs, since they are of no type it knows. */
export const siteSource: MachineSource = {
  get code() {
    // In one piece: nothing has to be loaded here.
    return [{ gzip: text("v-machine") }];
  },
  worker: () => Promise.resolve(blobWorker(text("v-worker"))),
};
