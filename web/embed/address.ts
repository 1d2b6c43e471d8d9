/**
 * The frame's address. Everything is in its fragment, which no browser sends to a server:
 *
 *     embed.html#code=IO.puts(1)     a program, percent-encoded
 *     embed.html#share=…             a share link's program
 *     embed.html#lesson=03-mailboxes a lesson's program
 *
 * and, joined by "&", tab, speed, theme and look-NAME as in options.ts; `live` starts the machine at once.
 */

import { decodeShare, longest } from "../share/link.ts";
import { checked, looks, near, optionNames, type Options } from "./options.ts";

/** What an address asks for. */
export interface Wish {
  readonly options: Options;
  /** The program, when the address holds one. */
  readonly code: string | undefined;
  readonly title: string;
  readonly file: string;
  /** The slider's place from a share link. */
  readonly speed: number | undefined;
  readonly live: boolean;
  /** Custom properties of ours and their values. */
  readonly look: ReadonlyMap<string, string>;
  /** What is wrong with the address, for the one who reads the page. */
  readonly complaints: readonly string[];
}

/** A lesson's program, as the site's build writes it; internal/site/embed.go has the same fields. */
export interface LessonProgram {
  readonly slug: string;
  readonly title: string;
  readonly file: string;
  readonly source: string;
  /** Events a second; 0 is as fast as it goes. */
  readonly pace: number;
}

const known = [...optionNames, "code", "share", "live"];

/** Reads an address's fragment; `supports` says whether a style's value is one. */
export async function readAddress(fragment: string, supports: (property: string, value: string) => boolean): Promise<Wish> {
  const given = new URLSearchParams(fragment.replace(/^#/, "").replaceAll("+", "%2B"));
  const complaints: string[] = [];
  const look = new Map<string, string>();
  for (const [name, value] of given) {
    if (known.includes(name)) continue;
    const change = name.startsWith("look-") ? looks[name.slice(5)] : undefined;
    if (!change) complaints.push(`The address has a part that is not known: ${name}.${near(name, known)}`);
    else if (!supports(change.kind, value)) complaints.push(`${name} is no ${change.kind === "color" ? "colour" : "font"}: ${value}`);
    else for (const property of change.sets) look.set(property, value);
  }
  const options = checked((name) => given.get(name), (text) => complaints.push(text));
  let code: string | undefined = given.get("code") ?? undefined;
  let title = "";
  let file = "program.exs";
  let speed: number | undefined;
  if (code !== undefined && code.length > longest) {
    complaints.push("The program in the address is too long: a million characters is the most.");
    code = "";
  }
  const share = given.get("share");
  if (share !== null) {
    try {
      const shared = await decodeShare(`share=${share}`);
      ({ code, speed } = shared);
      title = shared.title ?? "";
      file = shared.file ?? file;
    } catch (error) {
      complaints.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { options, code, title, file, speed, live: given.has("live"), look, complaints };
}
