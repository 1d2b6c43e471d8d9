/** Programs as notebooks for Livebook. */

import { cellsOf } from "./model.ts";
import type { State } from "../state/state.ts";

/** The program, or the lesson with what the learner has made of its programs, as a notebook. */
export async function toNotebook(state: State, addressOf: (path: string) => string): Promise<string> {
  const { lesson, cell, source, drafts } = state;
  if (lesson.number === 0) return newNotebook(lesson.slug === "" ? "A program for Vivarium" : lesson.title, cellsOf(lesson).map((c) => (c.key === cell.key ? source : (drafts.get(c.key) ?? c.source))));
  const kept = document.getElementById(`notebook-${lesson.slug}`)?.textContent;
  let text = kept ?? "";
  if (!text) {
    const response = await fetch(addressOf(notebookOf(lesson.slug)));
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    text = await response.text();
  }
  return withDrafts(text, cellsOf(lesson).map((c) => [c.source, drafts.get(c.key) ?? c.source] as const));
}

/** Where a lesson's notebook lies in the site. */
export function notebookOf(slug: string): string {
  return `${slug.includes("/") ? "" : "lessons/"}${slug}.livemd`;
}

/** A notebook of a row of programs. */
export function newNotebook(title: string, programs: readonly string[]): string {
  return `# ${title.replace(/\s+/g, " ")}\n\n## Program\n\n${programs.map(fenced).join("\n")}`;
}

/** A notebook's text with each program's draft in its place. */
export function withDrafts(notebook: string, programs: readonly (readonly [original: string, draft: string])[]): string {
  let text = notebook;
  let from = 0;
  for (const [original, draft] of programs) {
    const at = text.indexOf(original, from);
    if (at === -1) continue;
    // A fence must be longer than any in what it holds; when the draft has one, the block is written anew.
    const open = text.lastIndexOf("```", at);
    const fence = /`+$/.exec(text.slice(0, text.indexOf("\n", open)).replace(/elixir\s*$/, ""))?.[0] ?? "```";
    const needed = fenceFor(draft);
    const body = ended(draft);
    if (needed.length > fence.length) {
      const end = text.indexOf(fence, at + original.length);
      const block = fenced(draft);
      const begin = text.lastIndexOf("\n", at - 2) + 1;
      text = text.slice(0, begin) + block + text.slice(end + fence.length + 1);
      from = begin + block.length;
    } else {
      text = text.slice(0, at) + body + text.slice(at + original.length);
      from = at + body.length;
    }
  }
  return text;
}

function fenced(source: string): string {
  const fence = fenceFor(source);
  return `${fence}elixir\n${ended(source)}${fence}\n`;
}

function fenceFor(source: string): string {
  let longest = 2;
  for (const [run] of source.matchAll(/^\s*(`{3,})/gm)) longest = Math.max(longest, run.trim().length);
  return "`".repeat(longest + 1);
}

function ended(source: string): string {
  return source.endsWith("\n") ? source : `${source}\n`;
}
