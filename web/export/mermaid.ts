/** The sequence diagram as Mermaid text, for READMEs and wikis: https://mermaid.js.org/syntax/sequenceDiagram.html */

import type { Chart, ChartArrow, ChartMark } from "../protocol.ts";
import { messageWord } from "../stage/words.ts";

/** Words as Mermaid takes them: what it would read as its own syntax is written as an entity. */
export function escapeMermaid(text: string): string {
  // eslint-disable-next-line no-control-regex -- lines end a statement
  const flat = text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ").trim();
  const safe = flat.replace(/[#;<>&"%]/g, (c) => `#${c.charCodeAt(0)};`);
  return safe === "" ? " " : safe;
}

/** The diagram. Lanes are participants; what happens on one lane is a note. */
export function toMermaid(chart: Chart): string {
  const lines = ["sequenceDiagram"];
  const shown = chart.lanes.filter((l) => l.column >= 0).sort((a, b) => a.column - b.column || a.id - b.id);
  // A lane may stand in the column of another: who is meant follows from the row.
  const laneAt = (column: number, row: number): string => {
    const here = shown.filter((l) => l.column === column);
    const lane = here.findLast((l) => (l.lives[0]?.begin ?? -1) <= row) ?? here[0];
    return lane ? `p${lane.id}` : "elsewhere";
  };
  for (const lane of shown) lines.push(`  participant p${lane.id} as ${escapeMermaid(lane.name)}`);
  const elsewhere = chart.arrows.some((a) => a.fromColumn < 0 || a.toColumn < 0);
  if (elsewhere) lines.push("  participant elsewhere");
  const arrows = new Map(chart.arrows.map((a) => [a.seq, a]));
  for (const mark of chart.marks) {
    if (mark.dim) continue;
    const a = arrows.get(mark.seq);
    if (a && mark.kind !== "deliver") {
      const from = a.fromColumn < 0 ? "elsewhere" : laneAt(a.fromColumn, a.fromRow);
      const to = a.toColumn < 0 ? "elsewhere" : laneAt(a.toColumn, a.toRow < 0 ? a.fromRow : a.toRow);
      lines.push(`  ${from}${headOf(a)}${to}: ${escapeMermaid(wordOf(a))}`);
      continue;
    }
    const note = noteOf(mark);
    if (note !== "") lines.push(`  Note over ${laneAt(mark.column, mark.row)}: ${escapeMermaid(note)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** A message with its point, an answer dotted, a loss with a cross, what only ties two together without a point. */
function headOf(a: ChartArrow): string {
  if (a.kind === "link" || a.kind === "monitor") return "-->";
  if (a.lost) return "-x";
  if (a.kind === "signal") return "--x";
  if (a.shape === "reply" || a.shape === "ack" || a.kind === "spawn" || a.kind === "restart") return "-->>";
  return a.kind === "send" || a.kind === "fire" ? "-)" : "->>";
}

function wordOf(a: ChartArrow): string {
  switch (a.kind) {
    case "signal":
      return `exit: ${a.label}`;
    case "many":
      return `${a.count} messages`;
    case "spawn":
    case "restart":
    case "link":
    case "monitor":
      return a.label;
    default:
      return messageWord(a.shape, a.label);
  }
}

function noteOf(mark: ChartMark): string {
  switch (mark.kind) {
    case "exit":
      return mark.crash ? `crashes: ${mark.label}` : mark.label === ":normal" ? "ends" : `exits: ${mark.label}`;
    case "gaveUp":
      return "gives up";
    case "timer":
      return `timer: ${mark.label}`;
    case "begin":
      return "begins";
    case "signal":
      return `exit: ${mark.label}`;
    case "local":
      return Number.isInteger(mark.row) ? mark.label : "";
    default:
      // That a message is taken shows in what follows from it.
      return "";
  }
}
