/** Lines of text as a log shows them: colours as the terminal has them, places of the program as links. */

import { leftOut, type ConsoleLine, type ConsoleState } from "../state/console.ts";
import { h } from "../state/view.ts";
import { words } from "../words.ts";
import { ansi } from "./ansi.ts";

/** What can be done with a line. */
export interface LogActions {
  select(node: number): void;
  goTo(file: string, line: number): void;
  /** Asks why there was the error that a line tells of; without it nobody can. */
  why?(seq: number): void;
  /** Whether a file is one of the program's. */
  known(file: string): boolean;
}

/** A log; `show` brings it up to date. */
export interface Log {
  readonly dom: HTMLElement;
  show(state: ConsoleState): void;
}

/** Makes a log. With `prompt` the last line, when it is open, is not shown in it: it stands before the field below. */
export function logView(name: string, actions: LogActions, prompt = false): Log {
  const dom = h("div", { class: "v-log", role: "log", "aria-label": name, tabindex: "0" });
  const more = h("p", { class: "v-log-more", hidden: true });
  const text = h("div", {});
  dom.append(text);
  // The lines in the page, by their numbers.
  const shown = new Map<number, { line: ConsoleLine; row: HTMLElement; who: string }>();

  const draw = (line: ConsoleLine, who: string): HTMLElement[] => {
    const body = h("span", { class: `v-log-line v-log-${line.kind}` });
    for (const { text, style } of ansi(line.text, line.style).pieces) {
      const classes = style === "" ? "" : style.split(" ").map((word) => `v-ansi-${word}`).join(" ");
      for (const part of places(text)) {
        if (part.line > 0 && actions.known(part.file)) {
          body.append(h("button", { type: "button", class: `v-log-link ${classes}`, title: words.console.place(part.file, part.line), onclick: () => actions.goTo(part.file, part.line) }, part.text));
        } else if (classes === "") body.append(part.text);
        else body.append(h("span", { class: classes }, part.text));
      }
    }
    // The button's word is drawn by the style, too.
    if (actions.why && line.seq !== 0 && isReport(line)) body.append(h("button", { type: "button", class: "v-log-why", "data-word": words.console.why, "aria-label": words.console.whyTitle, title: words.console.whyTitle, onclick: () => actions.why?.(line.seq) }));
    if (line.omitted > 0) body.append(h("span", { class: "v-log-note" }, words.console.cut(line.omitted)));
    if (who === "") return [body];
    // Its name is drawn by the style: the log's text is exactly the program's.
    const writer =
      line.node === 0
        ? h("span", { class: "v-log-who", "data-who": who, "aria-hidden": "true" })
        : h("button", { type: "button", class: "v-log-who", "data-who": who, "aria-label": words.console.select(who), title: who, onclick: () => actions.select(line.node) });
    return [writer, body];
  };

  return {
    dom,
    show(state) {
      const open = prompt && state.lines.at(-1)?.open === true;
      const lines = open ? state.lines.slice(0, -1) : state.lines;
      const atEnd = dom.scrollHeight - dom.scrollTop - dom.clientHeight < 24;
      const kept = new Set(lines.map((line) => line.number));
      for (const [number, entry] of shown) {
        if (kept.has(number)) continue;
        entry.row.remove();
        shown.delete(number);
      }
      let before = "";
      // Going back takes lines out of the middle, where notes have no moment, so they may come in there again.
      const rows: HTMLElement[] = [];
      for (const line of lines) {
        const who = line.who === before ? "" : line.who;
        before = line.who;
        const entry = shown.get(line.number);
        const row = entry?.row ?? h("span");
        rows.push(row);
        if (entry && entry.line === line && entry.who === who) continue;
        row.replaceChildren(...draw(line, who), "\n");
        shown.set(line.number, { line, row, who });
      }
      let after: HTMLElement | null = null;
      for (let i = rows.length - 1; i >= 0; i--) {
        const row = rows[i];
        if (!row) continue;
        if (row.parentNode !== text) text.insertBefore(row, after);
        after = row;
      }
      const missing = leftOut(state);
      more.hidden = missing === 0;
      if (missing === 0) more.remove();
      else {
        more.textContent = words.console.leftOut(missing);
        if (!more.isConnected) dom.prepend(more);
      }
      if (atEnd) dom.scrollTop = dom.scrollHeight;
    },
  };
}

/** Whether a line begins the report of an error that nobody caught: the logger's, or what a script dies of. */
export function isReport({ kind, text }: Pick<ConsoleLine, "kind" | "text">): boolean {
  if (kind === "note") return false;
  // eslint-disable-next-line no-control-regex -- the logger writes in colours
  const plain = text.replace(/^(?:\u001b\[[\d;]*m)+/, "");
  return /^(?:\d\d:\d\d:\d\d\.\d+ )?\[error\] /.test(plain) || (kind === "stderr" && plain.startsWith("** ("));
}

/** Takes the places of sources out of a text: "cells.exs:13". A part that is none has line 0. */
export function places(text: string): readonly { readonly text: string; readonly file: string; readonly line: number }[] {
  const parts: { text: string; file: string; line: number }[] = [];
  let at = 0;
  for (const match of text.matchAll(/([\p{L}\p{N}_][\p{L}\p{N}_./#-]*):(\d+)(?::\d+)?/gu)) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index), file: "", line: 0 });
    parts.push({ text: match[0], file: match[1] ?? "", line: Number(match[2]) });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), file: "", line: 0 });
  return parts;
}
