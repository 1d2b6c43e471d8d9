/** The console: what the program wrote. */

import { linesAt, type ConsoleLine } from "../state/console.ts";
import type { State } from "../state/state.ts";
import { h, type View } from "../state/view.ts";

/**
 * Makes the console's view. Its text is exactly the program's, newlines and all; who wrote a line stands beside it, and an
 * error's ground behind it, drawn by the style.
 */
export function consoleView(state: State): View<State> {
  const log = h("div", { class: "v-log", role: "log", "aria-label": "Console", tabindex: "0" });
  const dom = h("div", { class: "v-console" }, h("div", { class: "v-console-bar" }, h("span", { class: "v-tab-label", "aria-hidden": "true" }, "Console")), log);
  // The lines in the page, by their numbers.
  const shown = new Map<number, { line: ConsoleLine; row: HTMLElement; who: string }>();

  const show = (next: State): void => {
    const lines = next.time.live ? next.console.lines : linesAt(next.console.lines, next.time.current);
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 24;
    const first = lines[0]?.number ?? Number.POSITIVE_INFINITY;
    const last = lines.at(-1)?.number ?? -1;
    const kept = new Set(next.time.live ? [] : lines.map((line) => line.number));
    for (const [number, entry] of shown) {
      if (number >= first && number <= last && (next.time.live || kept.has(number))) continue;
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
      row.replaceChildren(h("span", { class: `v-log-line v-log-${line.kind}`, "data-who": who }, line.text), "\n");
      shown.set(line.number, { line, row, who });
    }
    let after: HTMLElement | null = null;
    for (let i = rows.length - 1; i >= 0; i--) {
      const row = rows[i];
      if (!row) continue;
      if (row.parentNode !== log) log.insertBefore(row, after);
      after = row;
    }
    if (atEnd) log.scrollTop = log.scrollHeight;
  };
  show(state);

  return {
    dom,
    update(next, previous) {
      if (next.console !== previous.console || next.time.live !== previous.time.live || (!next.time.live && next.time.current !== previous.time.current)) show(next);
    },
    destroy() {
      dom.remove();
    },
  };
}
