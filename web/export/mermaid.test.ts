import assert from "node:assert/strict";
import { test } from "node:test";
import type { Chart, ChartArrow, ChartMark } from "../protocol.ts";
import { escapeMermaid, toMermaid } from "./mermaid.ts";

const mark = (seq: number, kind: ChartMark["kind"], column: number, label: string, crash = false): ChartMark => ({
  seq, time: 0, node: 1, row: seq, column, kind, shape: "plain", crash, count: 0, line: 0, label, whole: "", text: "", dim: false, main: false,
});
const arrow = (seq: number, kind: ChartArrow["kind"], fromColumn: number, toColumn: number, label: string, more: Partial<ChartArrow> = {}): ChartArrow => ({
  seq, kind, shape: "plain", fromRow: seq, toRow: seq + 0.45, fromColumn, toColumn, count: 0, label, lost: false, hush: false, crash: false, dim: false, main: false, ...more,
});

test("what Mermaid would read as its own is written as entities", () => {
  assert.equal(escapeMermaid('<b>#1;\n"x" & y%'), "#60;b#62;#35;1#59; #34;x#34; #38; y#37;");
  assert.equal(escapeMermaid(""), " ");
});

test("lanes are participants, arrows messages, ends notes", () => {
  const lane = (id: number, column: number, name: string) => ({ id, name, kind: "process", behaviour: "", column, depth: 0, group: "", lives: [{ node: id, number: 1, begin: 0, end: -1, crash: false, reason: "" }] }) as const;
  const chart: Chart = {
    type: "chart", tag: 0, rows: 5, first: 0, last: 5, now: 5, acts: 5, of: 5, cut: false, busy: false, why: 0, waits: [],
    lanes: [lane(7, 0, "main"), lane(9, 1, "a; b")],
    marks: [mark(0, "begin", 0, ""), mark(1, "spawn", 0, ""), mark(2, "send", 0, ":hi"), mark(3, "take", 1, ":hi"), mark(4, "exit", 1, "boom", true), mark(5, "send", 0, ":late")],
    arrows: [arrow(1, "spawn", 0, 1, "spawn"), arrow(2, "send", 0, 1, "{:hi, 1}", { shape: "cast" }), arrow(5, "send", 0, 1, ":late", { lost: true })],
  };
  assert.equal(
    toMermaid(chart),
    `sequenceDiagram
  participant p7 as main
  participant p9 as a#59; b
  Note over p7: begins
  p7-->>p9: spawn
  p7-)p9: cast {:hi, 1}
  Note over p9: crashes: boom
  p7-xp9: :late
`,
  );
});
