/** Starts a worker from its script's text, where no address is the page's own. */
export function blobWorker(script: string): Worker {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const worker = new Worker(url);
  // The script has been read by the time the worker says its first word; an address that goes sooner is read in vain.
  worker.addEventListener("message", () => URL.revokeObjectURL(url), { once: true });
  return worker;
}
