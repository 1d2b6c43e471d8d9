/**
 * The frame's address. Everything is in its fragment, which no browser sends to a server:
 *
 *     embed.html#code=IO.puts(1)     a program, percent-encoded
 *     embed.html#share=…             a share link's program
 *     embed.html#lesson=03-mailboxes a lesson's program
 *
 * and, joined by "&", tab, speed, theme and look-NAME as in options.ts; `live` starts the machine at once.
 */

import type { Before } from "../lesson/model.ts";
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
  /** The seed and the view from a share link. */
  readonly seed: number | undefined;
  readonly view: string | undefined;
  readonly live: boolean;
  /** Custom properties of ours and their values. */
  readonly look: ReadonlyMap<string, string>;
  /** What is wrong with the address, for the one who reads the page. */
  readonly complaints: readonly string[];
}

/** A lesson's programs, as the site's build writes them; internal/site/embed.go has the same fields. */
export interface LessonPrograms {
  readonly slug: string;
  /** Where its page is, without the ending: "lessons/03-mailboxes". */
  readonly path: string;
  readonly title: string;
  readonly programs: readonly LessonProgram[];
}

export interface LessonProgram {
  readonly id: string;
  readonly file: string;
  readonly source: string;
  /** What is evaluated before it. */
  readonly before: readonly Before[];
  /** Events a second; 0 is as fast as it goes. */
  readonly pace: number;
  /** The view it opens with; "" for the tree. */
  readonly view: string;
}

/** Finds what a lesson's name, "03-mailboxes" or "03-mailboxes/PROGRAM", stands for; or says what there is. */
export function findProgram(lessons: readonly LessonPrograms[], name: string): { readonly lesson: LessonPrograms; readonly program: LessonProgram } | string {
  const [slug, id] = name.split("/", 2);
  const lesson = lessons.find((l) => l.slug === slug);
  if (!lesson) return `There is no lesson "${slug}". There are: ${lessons.map((l) => l.slug).join(", ")}.`;
  const program = id === undefined ? lesson.programs[0] : lesson.programs.find((p) => p.id === id);
  if (!program) return `The lesson "${slug}" has no program "${id}". It has: ${lesson.programs.map((p) => p.id).join(", ")}.`;
  return { lesson, program };
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
  let seed: number | undefined;
  let view: string | undefined;
  if (code !== undefined && code.length > longest) {
    complaints.push("The program in the address is too long: a million characters is the most.");
    code = "";
  }
  const share = given.get("share");
  if (share !== null) {
    try {
      const shared = await decodeShare(`share=${share}`);
      ({ code, speed, seed, view } = shared);
      title = shared.title ?? "";
      file = shared.file ?? file;
    } catch (error) {
      complaints.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { options, code, title, file, speed, seed, view, live: given.has("live"), look, complaints };
}
