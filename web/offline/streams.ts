/**
 * Puts a WebAssembly module together whose code was taken apart into streams, so that gzip packs it better:
 * internal/slim/streams.go, which tells the form.
 */

/** The streams, in their order. */
const [ops, offsets, i32, i64, calls, branches, tables, locals, streamCount] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

/** How many immediates follow an instruction in the stream of instructions, and how many bytes; and then a number of which stream. */
interface Shape {
  readonly numbers: number;
  readonly bytes: number;
  readonly stream: number;
}

const plain: Shape = { numbers: 0, bytes: 0, stream: -1 };

/** By the instruction's code: see the WebAssembly specification, "Index of Instructions". */
const shapes: readonly Shape[] = Array.from({ length: 256 }, (_, op) => {
  if (op >= 0x02 && op <= 0x04) return { ...plain, numbers: 1 }; // block, loop, if
  if (op === 0x0c || op === 0x0d) return { ...plain, stream: branches };
  if (op === 0x0e) return { ...plain, stream: tables };
  if (op === 0x10) return { ...plain, stream: calls };
  if (op === 0x11) return { ...plain, numbers: 1, bytes: 1 }; // call_indirect
  if (op >= 0x20 && op <= 0x24) return { ...plain, numbers: 1 }; // locals and globals
  if (op >= 0x28 && op <= 0x3e) return { ...plain, numbers: 1, stream: offsets };
  if (op === 0x3f || op === 0x40) return { ...plain, bytes: 1 }; // memory.size, memory.grow
  if (op === 0x41) return { ...plain, stream: i32 };
  if (op === 0x42) return { ...plain, stream: i64 };
  if (op === 0x43) return { ...plain, bytes: 4 };
  if (op === 0x44) return { ...plain, bytes: 8 };
  if (op === 0xfc) return { ...plain, numbers: 1 };
  return plain;
});
const numbersOf = Uint8Array.from(shapes, (s) => s.numbers);
const bytesOf = Uint8Array.from(shapes, (s) => s.bytes);
const streamOf = Int8Array.from(shapes, (s) => s.stream);

/** Gives the module's bytes. */
export function fromStreams(packed: Uint8Array): Uint8Array<ArrayBuffer> {
  let at = 0;
  const head = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = packed[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const out = new Uint8Array(head());
  const before = head();
  const after = head();
  const count = head();
  const sizes = Array.from({ length: streamCount }, head);
  out.set(packed.subarray(at, (at += before)));
  out.set(packed.subarray(at, (at += after)), out.length - after);
  // Where each stream is read next.
  const from = new Int32Array(streamCount);
  for (let s = 0; s < streamCount; s++) {
    from[s] = at;
    at += sizes[s] ?? 0;
  }

  // A function's size stands before it and is known when it is done.
  const body = new Uint8Array(out.length);
  let to = 0;
  const copy = (stream: number): number => {
    let p = from[stream] as number;
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = packed[p++] as number;
      body[to++] = byte;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    from[stream] = p;
    return value;
  };
  const bytes = (stream: number, n: number): void => {
    const p = from[stream] as number;
    for (let i = 0; i < n; i++) body[to++] = packed[p + i] as number;
    from[stream] = p + n;
  };
  let end = before;
  for (let f = 0; f < count; f++) {
    to = 0;
    for (let groups = copy(locals); groups > 0; groups--) {
      copy(locals);
      bytes(locals, 1);
    }
    let depth = 1;
    while (depth > 0) {
      const op = packed[from[ops] as number] as number;
      from[ops] = (from[ops] as number) + 1;
      body[to++] = op;
      if (op === 0x0b) {
        depth--;
        continue;
      }
      if (op >= 0x02 && op <= 0x04) depth++;
      if (numbersOf[op] === 1) {
        const number = copy(ops);
        if (op === 0xfc) bytes(ops, number === 10 ? 2 : number === 11 ? 1 : 0); // memory.copy, memory.fill
      }
      if (bytesOf[op] !== 0) bytes(ops, bytesOf[op] as number);
      const stream = streamOf[op] as number;
      if (stream >= 0) {
        const number = copy(stream);
        if (op === 0x0e) for (let i = 0; i <= number; i++) copy(tables);
      }
    }
    let size = to;
    for (; size > 0x7f; size >>>= 7) out[end++] = (size & 0x7f) | 0x80;
    out[end++] = size;
    out.set(body.subarray(0, to), end);
    end += to;
  }
  return out;
}
