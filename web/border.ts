/**
 * The border between the worker and the session in WebAssembly: one exported
 * function and a block of shared memory; see wasm/main.go.
 *
 * The block is five unsigned 32-bit numbers: address and capacity of the
 * request buffer, length of the request in it (0: none), address and length of
 * the batch that the last tick made.
 */
export interface Border {
  /** Hands a request over and lets the session act on it at once; returns the batch or undefined. */
  request(json: string): ArrayBuffer | undefined;
  /** Lets so many milliseconds pass on the scene's clock; returns a batch, or undefined when nothing changed. */
  tick(milliseconds: number): ArrayBuffer | undefined;
}

/** A request has no room in the machine's memory for requests. */
export class TooLong extends Error {}

/** Connects to a running instance. `block` is the address given at set-up. */
export function connect(instance: WebAssembly.Instance, block: number): Border {
  const memory = instance.exports["mem"] as WebAssembly.Memory;
  const enter = instance.exports["tick"] as (milliseconds: number) => void;
  const utf8 = new TextEncoder();

  const tick = (milliseconds: number): ArrayBuffer | undefined => {
    enter(milliseconds);
    // The memory may have grown, which detaches its old buffer: look again.
    const view = new DataView(memory.buffer);
    const length = view.getUint32(block + 16, true);
    if (length === 0) return undefined;
    const address = view.getUint32(block + 12, true);
    return memory.buffer.slice(address, address + length);
  };

  return {
    tick,
    request(json: string): ArrayBuffer | undefined {
      const view = new DataView(memory.buffer);
      const address = view.getUint32(block, true);
      const capacity = view.getUint32(block + 4, true);
      const bytes = utf8.encode(json);
      if (bytes.length > capacity) throw new TooLong(`it has ${bytes.length} bytes; ${capacity} is the most`);
      new Uint8Array(memory.buffer).set(bytes, address);
      view.setUint32(block + 8, bytes.length, true);
      return tick(0);
    },
  };
}
