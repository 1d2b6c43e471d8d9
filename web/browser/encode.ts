/** Writes batches as the machine does, for measurements of the page without a machine. */

type Fields = readonly (readonly [name: string, type: string])[];

export interface Tables {
  readonly messages: Readonly<Record<number, readonly [string, Fields]>>;
  readonly structs: Readonly<Record<string, Fields>>;
  readonly enumerations: Readonly<Record<string, readonly string[]>>;
}

export type Loose = Readonly<Record<string, unknown>>;

/** Makes a writer. It stands by itself, so that its source can be sent to a worker. Fields that are left out are zero. */
export function makeEncoder({ messages, structs, enumerations }: Tables): (batch: readonly Loose[]) => ArrayBuffer {
  const utf8 = new TextEncoder();
  const ops = new Map(Object.entries(messages).map(([op, [type, fields]]) => [type, { op: Number(op), fields }]));
  let bytes = new Uint8Array(1 << 16);
  let length = 0;
  const room = (n: number): void => {
    if (length + n <= bytes.length) return;
    const more = new Uint8Array(2 * (length + n));
    more.set(bytes);
    bytes = more;
  };
  const byte = (b: number): void => {
    room(1);
    bytes[length++] = b;
  };
  const unsigned = (n: number): void => {
    let left = n;
    for (; left >= 128; left = Math.floor(left / 128)) byte((left % 128) | 128);
    byte(left);
  };
  const all = (from: Uint8Array): void => {
    unsigned(from.length);
    room(from.length);
    bytes.set(from, length);
    length += from.length;
  };
  const value = (type: string, v: unknown): void => {
    if (type.startsWith("*")) {
      const list = (v ?? []) as readonly unknown[];
      unsigned(list.length);
      for (const item of list) value(type.slice(1), item);
      return;
    }
    switch (type) {
      case "uint":
        unsigned((v as number | undefined) ?? 0);
        return;
      case "int": {
        const n = (v as number | undefined) ?? 0;
        unsigned(n >= 0 ? 2 * n : -2 * n - 1);
        return;
      }
      case "float":
        room(8);
        new DataView(bytes.buffer).setFloat64(length, (v as number | undefined) ?? 0, true);
        length += 8;
        return;
      case "bool":
        byte(v === true ? 1 : 0);
        return;
      case "string":
        all(utf8.encode((v as string | undefined) ?? ""));
        return;
      case "bytes":
        all((v as Uint8Array | undefined) ?? new Uint8Array(0));
        return;
    }
    const names = enumerations[type];
    if (names) byte(Math.max(0, names.indexOf((v as string | undefined) ?? "")));
    else struct(structs[type] ?? [], (v ?? {}) as Loose);
  };
  const struct = (fields: Fields, of: Loose): void => {
    for (const [name, type] of fields) value(type, of[name]);
  };
  return (batch) => {
    length = 0;
    for (const message of batch) {
      const known = ops.get(String(message["type"]));
      if (!known) throw new Error(`no message ${String(message["type"])}`);
      byte(known.op);
      struct(known.fields, message);
    }
    return bytes.slice(0, length).buffer;
  };
}
