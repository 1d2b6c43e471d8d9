/**
 * Share links: a program and its settings in the fragment of an address, which no browser sends to a server.
 *
 * The fragment is `share=` and the base64url form of a zlib stream of JSON. zlib's own checksum tells a damaged link
 * from a whole one. A reader passes over fields it does not know, so later writers may add some.
 */

import { mostFiles, nameProblem, type TextFile } from "../state/files.ts";

/** What a link carries. */
export interface Shared {
  readonly code: string;
  readonly title?: string;
  /** What the program is called in messages. */
  readonly file?: string;
  /** The slider's place, from 0 to 1. */
  readonly speed?: number;
  readonly seed?: number;
  /** The view it opens with. */
  readonly view?: string;
  /** The files beside the program. */
  readonly files?: readonly TextFile[];
}

/** What is wrong with a link, in words for the one who opened it. */
export class DamagedLink extends Error {
  override readonly name = "DamagedLink";
}

/** The longest program a link may carry, in characters: what the machine takes. */
export const longest = 1_000_000;

const key = "share=";
const views = ["tree", "sequence", "observer", "schedulers", "crowd"];

/** Makes a link's fragment, without its "#". */
export async function encodeShare(shared: Shared): Promise<string> {
  const { code, title, file, speed, seed, view, files } = shared;
  // Short names: every byte counts in a chat message.
  const text = JSON.stringify({ c: code, t: title || undefined, f: file || undefined, s: speed, n: seed, v: view, x: files && files.length > 0 ? files.map((f) => [f.file, f.source]) : undefined });
  const packed = await drain(new Blob([text]).stream().pipeThrough(new CompressionStream("deflate")), Number.POSITIVE_INFINITY);
  return key + toBase64Url(packed);
}

/** Whether a fragment, with its "#" or without, is a share link's. */
export function isShare(fragment: string): boolean {
  return fragment.replace(/^#/, "").startsWith(key);
}

/** Reads a link's fragment, which anybody may have written. Throws DamagedLink. */
export async function decodeShare(fragment: string): Promise<Shared> {
  // Chat programs take a full stop or a bracket behind a link for a part of it.
  const payload = fragment.replace(/^#/, "").slice(key.length).replace(/[^A-Za-z0-9_-]+$/, "");
  let text: string;
  try {
    const bytes = await drain(new Blob([fromBase64Url(payload)]).stream().pipeThrough(new DecompressionStream("deflate")), 4 * longest);
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof DamagedLink) throw error;
    throw new DamagedLink("The link is damaged: a part of it is missing or was changed on the way. Ask for it again, as one piece.");
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new DamagedLink("The link holds no program.");
  }
  return checked(data);
}

function checked(data: unknown): Shared {
  const fields = (typeof data === "object" && data !== null ? data : {}) as Readonly<Record<string, unknown>>;
  const code = fields["c"];
  if (typeof code !== "string") throw new DamagedLink("The link holds no program.");
  if (code.length > longest) throw new DamagedLink("The program in the link is too long: a million characters is the most.");
  const line = (value: unknown, most: number): string | undefined => {
    // A name is one line of visible text, whatever the link says.
    const text = typeof value === "string" ? value.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "").trim().slice(0, most) : "";
    return text === "" ? undefined : text;
  };
  const title = line(fields["t"], 120);
  const file = line(fields["f"], 60)?.replace(/[^\w.-]/g, "_");
  const speed = fields["s"];
  const seed = fields["n"];
  const view = fields["v"];
  const files: TextFile[] = [];
  for (const entry of Array.isArray(fields["x"]) ? (fields["x"] as unknown[]) : []) {
    const [name, source] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (typeof source !== "string" || nameProblem(String(name), "", files) !== "" || files.length >= mostFiles) continue;
    files.push({ file: String(name), source });
  }
  if (files.reduce((sum, f) => sum + f.source.length, code.length) > longest) throw new DamagedLink("The program in the link is too long: a million characters is the most.");
  return {
    code,
    ...(title ? { title } : {}),
    ...(file ? { file } : {}),
    ...(typeof speed === "number" && speed >= 0 && speed <= 1 ? { speed } : {}),
    ...(typeof seed === "number" && Number.isSafeInteger(seed) && seed >= 0 ? { seed } : {}),
    ...(files.length > 0 ? { files } : {}),
    ...(typeof view === "string" && views.includes(view) ? { view } : {}),
  };
}

/** Reads a stream to its end. More than `most` bytes are a bomb. */
async function drain(stream: ReadableStream<Uint8Array<ArrayBuffer>>, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      void reader.cancel();
      throw new DamagedLink("The program in the link is too long: a million characters is the most.");
    }
    parts.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function toBase64Url(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}
