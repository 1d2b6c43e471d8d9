/** The sequence diagram on a canvas, or on whatever takes a canvas's calls. */

import type { Chart, ChartArrow, ChartLane, ChartLife, ChartMark, ChartWait, Status } from "../protocol.ts";
import { drawIcon, rounded } from "../stage/capsule.ts";
import { arrow as arrowHead } from "../stage/edges.ts";
import { compact, paper } from "../stage/envelope.ts";
import { cutText, textWidth } from "../stage/text.ts";
import type { Theme } from "../stage/theme.ts";
import { kindWord, messageWord } from "../stage/words.ts";
import { headHeight, headsOf, laneWidth, laneX, lifeInSight, rowHeight, rowY, type Sight } from "./measures.ts";

/** What is drawn besides the chart itself. */
export interface Look {
  readonly sight: Sight;
  readonly theme: Theme;
  /** The event under the pointer and the one that the reader is at, by number, 0 for none. */
  readonly hovered: number;
  readonly current: number;
  /** The process that is selected, 0 for none. */
  readonly selected: number;
  /** A lane that is being moved: its column and where it is held. */
  readonly dragged: { readonly column: number; readonly x: number } | undefined;
  /** Nothing is scrolled, so nothing needs to be cut off at the heads. */
  readonly whole: boolean;
}

/** From this height of rows down there are no words beside the arrows. */
const wordsFrom = 15;
const slotWidth = 5;

/** Draws a chart. */
export function paint(ctx: CanvasRenderingContext2D, chart: Chart, look: Look): void {
  const { sight } = look;
  const words = rowHeight(sight.zoom) >= wordsFrom;
  ctx.save();
  if (!look.whole) {
    ctx.beginPath();
    ctx.rect(0, headHeight, sight.width, Math.max(0, sight.height - headHeight));
    ctx.clip();
  }
  bands(ctx, chart, look);
  const x = (column: number): number => {
    if (look.dragged && look.dragged.column === column) return look.dragged.x;
    return laneX(column, sight);
  };
  const used = new Set<number>();
  for (const lane of chart.lanes) {
    if (lane.column < 0) continue;
    lifelines(ctx, chart, lane, x(lane.column), look, used.has(lane.column));
    used.add(lane.column);
  }
  for (const wait of chart.waits) drawWait(ctx, chart, wait, x, look);
  for (const a of chart.arrows) drawArrow(ctx, chart, a, x, look, words);
  for (const mark of chart.marks) if (mark.column >= 0) drawMark(ctx, chart, mark, x(mark.column), look, words);
  now(ctx, chart, look);
  ctx.restore();
  heads(ctx, chart, look, x);
}

/** How strongly something is drawn: what is not of the past, or has not happened yet, is faint. */
function strength(chart: Chart, row: number, dim: boolean): number {
  return (dim ? 0.22 : 1) * (chart.now < chart.rows && row >= chart.now ? 0.38 : 1);
}

function bands(ctx: CanvasRenderingContext2D, chart: Chart, { sight, theme, hovered, current }: Look): void {
  const high = rowHeight(sight.zoom);
  for (const mark of chart.marks) {
    if (mark.seq !== hovered && mark.seq !== current) continue;
    const y = rowY(mark.row, sight);
    ctx.fillStyle = theme["leaf-soft"];
    ctx.globalAlpha = mark.seq === current ? 0.8 : 0.45;
    ctx.fillRect(0, y - high * 0.45, sight.width, high * 0.9);
    ctx.globalAlpha = 1;
  }
}

/** The line of a lane: solid while its process lives, with an end for each of its lives. */
function lifelines(ctx: CanvasRenderingContext2D, chart: Chart, lane: ChartLane, x: number, { sight, theme, selected }: Look, again: boolean): void {
  const bottom = rowY(chart.rows, sight) - rowHeight(sight.zoom) * 0.3;
  for (const life of lane.lives) {
    const top = life.begin < 0 ? headHeight - (sight.top > 0 ? 0 : -4) : rowY(life.begin, sight);
    const end = life.end < 0 ? bottom : rowY(life.end, sight);
    if (end < 0 || top > sight.height) continue;
    ctx.globalAlpha = 1;
    ctx.lineWidth = life.node === selected ? 3.5 : 2;
    ctx.strokeStyle = life.node === selected ? theme.leaf : theme.wait;
    ctx.beginPath();
    ctx.moveTo(x, Math.max(top, -20));
    ctx.lineTo(x, Math.min(end, sight.height + 20));
    ctx.stroke();
    if (life.begin < 0 || rowHeight(sight.zoom) < wordsFrom) continue;
    // The head above may speak of another.
    if (life.number > 1) badge(ctx, theme, `life ${life.number}`, x + 12, top + 3);
    else if (again) badge(ctx, theme, cutText(ctx, `600 10.5px ${theme.sans}`, lane.name, laneWidth(sight.zoom) * 0.6), x + 12, top + 3);
  }
}

function badge(ctx: CanvasRenderingContext2D, theme: Theme, text: string, x: number, y: number): void {
  const font = `600 10.5px ${theme.sans}`;
  const w = textWidth(ctx, font, text) + 12;
  rounded(ctx, x, y - 8, w, 16, 8);
  ctx.fillStyle = theme["leaf-soft"];
  ctx.fill();
  write(ctx, font, theme["leaf-ink"], text, x + 6, y + 3.8);
}

/** A message that waits in a mailbox: a bar beside the lane, from where it was delivered to where it is taken. A timer is dotted. */
function drawWait(ctx: CanvasRenderingContext2D, chart: Chart, wait: ChartWait, laneAt: (column: number) => number, { sight, theme, current, hovered }: Look): void {
  if (wait.column < 0) return;
  const x = laneAt(wait.column) - 7 - wait.slot * slotWidth;
  const from = rowY(wait.fromRow, sight);
  const to = wait.toRow < 0 ? rowY(chart.rows, sight) : rowY(wait.toRow, sight);
  const strong = wait.seq === current || wait.seq === hovered;
  ctx.globalAlpha = strength(chart, wait.fromRow, wait.dim);
  if (wait.timer) {
    ctx.setLineDash([2, 4]);
    ctx.lineWidth = 1.6;
    ctx.strokeStyle = theme.msg;
    ctx.beginPath();
    ctx.moveTo(x, from);
    ctx.lineTo(x, to);
    ctx.stroke();
    ctx.setLineDash([]);
  } else {
    const { line, fill } = paper(wait.shape, theme);
    rounded(ctx, x - 2, from, 4, Math.max(4, to - from), 2);
    ctx.fillStyle = strong ? line : fill;
    ctx.fill();
    ctx.lineWidth = 1;
    ctx.strokeStyle = line;
    ctx.stroke();
  }
  if (wait.dropped && wait.toRow >= 0) cross(ctx, x, to, 3.5, wait.timer ? theme.soft : theme.crash, 1.5);
  ctx.globalAlpha = 1;
}

interface Ink {
  readonly line: string;
  readonly ink: string;
  readonly dash: readonly number[];
  readonly width: number;
}

/** How an arrow is drawn: each kind by colour and by dash. */
function inkOf(a: ChartArrow, theme: Theme): Ink {
  switch (a.kind) {
    case "spawn":
      return { line: theme.leaf, ink: theme["leaf-ink"], dash: [], width: 1.6 };
    case "restart":
      return { line: theme.leaf, ink: theme["leaf-ink"], dash: [6, 3], width: 1.6 };
    case "signal":
      return a.hush ? { line: theme.wait, ink: theme.soft, dash: [8, 3], width: 1.6 } : { line: theme.crash, ink: theme["crash-ink"], dash: [8, 3], width: 2 };
    case "link":
      return { line: theme.wait, ink: theme.soft, dash: [], width: 1 };
    case "monitor":
      return { line: theme.wait, ink: theme.soft, dash: [4, 4], width: 1 };
    case "many":
      return { line: theme.msg, ink: theme.ink, dash: [], width: 4 };
    default:
      return { line: paper(a.shape, theme).line, ink: theme.ink, dash: [], width: 1.6 };
  }
}

/** What stands beside an arrow. */
function arrowWord(a: ChartArrow): string {
  switch (a.kind) {
    case "many":
      return `×${compact(a.count)}${a.label === "" ? "" : ` ${a.label}`}`;
    case "signal":
      return `exit: ${a.label}`;
    case "spawn":
    case "restart":
    case "link":
    case "monitor":
      return a.label;
    default:
      return messageWord(a.shape, a.label);
  }
}

function drawArrow(ctx: CanvasRenderingContext2D, chart: Chart, a: ChartArrow, laneAt: (column: number) => number, { sight, theme, current, hovered }: Look, words: boolean): void {
  if (a.fromColumn < 0 && a.toColumn < 0) return;
  const stub = Math.min(laneWidth(sight.zoom) * 0.42, 60);
  const strong = a.seq === current || a.seq === hovered || a.main;
  const x1 = a.fromColumn >= 0 ? laneAt(a.fromColumn) : laneAt(a.toColumn) - stub;
  const x2 = a.toColumn >= 0 ? laneAt(a.toColumn) : x1 + stub;
  const y1 = rowY(a.fromRow, sight);
  // What is under way has got no further than the last row.
  const open = a.toRow < 0;
  const y2 = open ? rowY(Math.max(a.fromRow, chart.rows - 1) + 0.45, sight) : rowY(a.toRow, sight);
  const { line, ink, dash, width } = inkOf(a, theme);
  ctx.globalAlpha = strength(chart, a.fromRow, a.dim);
  ctx.strokeStyle = line;
  ctx.lineWidth = width + (strong ? 1 : 0);
  if (dash.length > 0) ctx.setLineDash([...dash]);
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  let angle = Math.atan2(y2 - y1, x2 - x1);
  let labelX = (x1 + x2) / 2;
  let labelY = (y1 + y2) / 2 - 4;
  let align: CanvasTextAlign = "center";
  if (x1 === x2) {
    // To itself: a hook.
    const out = x1 + 26;
    ctx.bezierCurveTo(out, y1, out, y2, x2 + 4, y2);
    angle = Math.PI;
    labelX = x1 + 26;
    labelY = (y1 + y2) / 2 + 4;
    align = "left";
  } else {
    ctx.lineTo(x2, y2);
  }
  ctx.stroke();
  ctx.setLineDash([]);
  if (a.kind === "link" || a.kind === "monitor") {
    if (a.kind === "monitor") arrowHead(ctx, x2 - Math.sign(x2 - x1) * 4, y2, angle, 7, line);
    dot(ctx, x2, y2, 3, theme.stage, line);
  } else if (a.lost || a.toColumn < 0) {
    if (a.lost) cross(ctx, x2, y2, 5, theme.crash, 2);
    else dot(ctx, x2, y2, 2.5, line, line);
  } else if (open) {
    dot(ctx, x2, y2, 3, theme.stage, line);
  } else {
    arrowHead(ctx, x2 - (x1 === x2 ? -3 : Math.sign(x2 - x1) * 3), y2, angle, a.kind === "many" ? 11 : 9, line);
  }
  if (words) {
    const mono = a.kind === "send" || a.kind === "fire" || a.kind === "many";
    const font = mono ? `11.5px ${theme.mono}` : `${a.kind === "signal" ? "600 " : ""}11px ${theme.sans}`;
    if (x1 !== x2) {
      // In the middle of what is in sight of it.
      const left = Math.max(0, Math.min(x1, x2));
      const right = Math.min(sight.width, Math.max(x1, x2));
      if (right > left + 20) labelX = (left + right) / 2;
      labelY = y1 + ((y2 - y1) * (labelX - x1)) / (x2 - x1) - 4;
    }
    const room = x1 === x2 ? laneWidth(sight.zoom) - 40 : Math.max(Math.abs(x2 - x1) - 22, 40);
    const tone = a.kind === "link" || a.kind === "monitor" ? theme.soft : ink;
    const text = cutText(ctx, font, arrowWord(a), room);
    // Along a short steep arrow the words would lie on its line.
    haloed(ctx, theme, font, tone, text, labelX, labelY, align);
  }
  ctx.globalAlpha = 1;
}

function drawMark(ctx: CanvasRenderingContext2D, chart: Chart, mark: ChartMark, x: number, { sight, theme, current }: Look, words: boolean): void {
  const y = rowY(mark.row, sight);
  const small = rowHeight(sight.zoom) < wordsFrom;
  ctx.globalAlpha = strength(chart, mark.row, mark.dim);
  switch (mark.kind) {
    case "send":
    case "many":
    case "signal":
      dot(ctx, x, y, small ? 2.5 : 3.5, mark.kind === "signal" && mark.crash ? theme.crash : paper(mark.shape, theme).line, theme.stage);
      break;
    case "fire":
      clock(ctx, theme, x, y, theme.msg);
      break;
    case "timer":
      clock(ctx, theme, x, y, theme.msg);
      if (words) note(ctx, chart, mark, theme, sight, x, y, theme.soft, `timer ${mark.label}`);
      break;
    case "take":
      // A mouth: what was waiting goes in.
      dot(ctx, x, y, small ? 3 : 4.5, theme.stage, paper(mark.shape, theme).line, 2);
      break;
    case "deliver":
      dot(ctx, x, y, 2.5, theme.stage, paper(mark.shape, theme).line, 1.5);
      break;
    case "begin":
    case "spawn":
      diamond(ctx, x, y, small ? 3.5 : 5, theme.leaf);
      if (words && mark.kind === "begin") note(ctx, chart, mark, theme, sight, x, y, theme["leaf-ink"], "begins");
      break;
    case "restart":
      diamond(ctx, x, y, small ? 3.5 : 5, theme.leaf);
      break;
    case "gaveUp":
    case "exit":
      if (mark.crash) {
        burst(ctx, x, y, small ? 6 : 9, theme);
        if (words) note(ctx, chart, mark, theme, sight, x, y, theme["crash-ink"], mark.kind === "gaveUp" ? "gives up" : mark.label, true);
      } else {
        ctx.fillStyle = theme.wait;
        ctx.fillRect(x - 9, y - 1.5, 18, 3);
        if (words) note(ctx, chart, mark, theme, sight, x, y, theme.soft, mark.label === ":normal" ? "ends" : `exit: ${mark.label}`);
      }
      break;
    case "link":
    case "monitor":
      dot(ctx, x, y, 3, theme.stage, theme.wait);
      break;
    case "local": {
      if (small) {
        dot(ctx, x, y, 2, theme.soft, theme.stage);
        break;
      }
      const font = `600 9.5px ${theme.sans}`;
      const text = mark.count > 1 ? compact(mark.count) : "";
      if (text === "") {
        dot(ctx, x, y, 2.5, theme.soft, theme.stage);
      } else {
        const w = Math.max(14, textWidth(ctx, font, text) + 8);
        rounded(ctx, x - w / 2, y - 6.5, w, 13, 6.5);
        ctx.fillStyle = theme.cap;
        ctx.fill();
        ctx.lineWidth = 1;
        ctx.strokeStyle = theme.wait;
        ctx.stroke();
        write(ctx, font, theme.soft, text, x, y + 3.3, "center");
      }
      if (words && mark.count === 1 && Number.isInteger(mark.row)) note(ctx, chart, mark, theme, sight, x, y, theme.soft, mark.label);
      break;
    }
  }
  if (mark.main || mark.seq === current) {
    ctx.beginPath();
    ctx.arc(x, y, 9, 0, 2 * Math.PI);
    ctx.lineWidth = 1.6;
    ctx.strokeStyle = theme.leaf;
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
}

/** Words at the right of a mark. */
function note(ctx: CanvasRenderingContext2D, _chart: Chart, mark: ChartMark, theme: Theme, sight: Sight, x: number, y: number, color: string, text: string, bold = false): void {
  const font = `${bold ? "600 " : ""}11px ${theme.sans}`;
  const ahead = mark.kind === "exit" ? 14 : 11;
  haloed(ctx, theme, font, color, cutText(ctx, font, text, laneWidth(sight.zoom) - ahead - 14), x + ahead, y + 4, "left");
}

/** The moment that is shown: a line below what has happened. */
function now(ctx: CanvasRenderingContext2D, chart: Chart, { sight, theme }: Look): void {
  if (chart.now >= chart.rows) return;
  const y = rowY(chart.now - 0.5, sight);
  ctx.strokeStyle = theme.leaf;
  ctx.lineWidth = 1.6;
  ctx.setLineDash([7, 4]);
  ctx.beginPath();
  ctx.moveTo(0, y);
  ctx.lineTo(sight.width, y);
  ctx.stroke();
  ctx.setLineDash([]);
  haloed(ctx, theme, `600 11px ${theme.sans}`, theme["leaf-ink"], "now", 8, y - 5, "left");
}

/** The heads of the lanes: who they are. */
function heads(ctx: CanvasRenderingContext2D, chart: Chart, { sight, theme, selected, dragged }: Look, laneAt: (column: number) => number): void {
  ctx.fillStyle = theme.panel;
  ctx.fillRect(0, 0, sight.width, headHeight);
  ctx.fillStyle = theme.line;
  ctx.fillRect(0, headHeight - 1, sight.width, 1);
  const wide = laneWidth(sight.zoom);
  for (const lane of headsOf(chart, sight)) {
    const x = laneAt(lane.column);
    if (x < -wide || x > sight.width + wide) continue;
    const last = lifeInSight(lane, chart, sight);
    const mine = last?.node === selected;
    if (mine || dragged?.column === lane.column) {
      rounded(ctx, x - wide / 2 + 4, 4, wide - 8, headHeight - 10, 9);
      ctx.fillStyle = theme["leaf-soft"];
      ctx.fill();
    }
    const nameFont = `650 13.5px ${theme.sans}`;
    const smallFont = `11px ${theme.sans}`;
    const life = (last?.number ?? 1) > 1 ? `life ${last?.number}` : "";
    const badgeFont = `600 10.5px ${theme.sans}`;
    const badgeWidth = life === "" ? 0 : textWidth(ctx, badgeFont, life) + 16;
    const room = wide - 36 - badgeWidth;
    const name = cutText(ctx, nameFont, lane.name, room);
    const width = textWidth(ctx, nameFont, name);
    const left = x - (width + 20 + badgeWidth) / 2;
    drawIcon(ctx, theme, lane.kind, statusOf(last), left + 7, 20, 6);
    write(ctx, nameFont, theme.ink, name, left + 20, 25);
    if (life !== "") badge(ctx, theme, life, left + 20 + width + 6, 20);
    const under = lane.group !== "" ? `in ${lane.group}` : lane.kind === "process" && lane.behaviour !== "" ? lane.behaviour : `${kindWord(lane.kind)} ${lane.kind === "script" ? "" : lane.behaviour}`.trim();
    if (under !== lane.name) write(ctx, smallFont, theme.soft, cutText(ctx, smallFont, under, wide - 16), x, 42, "center");
  }
}

/** The status that a lane's icon shows. */
export function statusOf(life: ChartLife | undefined): Status {
  return life === undefined || life.end < 0 ? "waiting" : life.crash ? "crashed" : "exited";
}

function write(ctx: CanvasRenderingContext2D, font: string, color: string, text: string, x: number, y: number, align: CanvasTextAlign = "left"): void {
  ctx.font = font;
  ctx.fillStyle = color;
  ctx.textAlign = align;
  ctx.textBaseline = "alphabetic";
  ctx.fillText(text, x, y);
}

/** Words with the ground's colour around them, so that lines do not cross them. */
function haloed(ctx: CanvasRenderingContext2D, theme: Theme, font: string, color: string, text: string, x: number, y: number, align: CanvasTextAlign): void {
  ctx.font = font;
  ctx.textAlign = align;
  ctx.textBaseline = "alphabetic";
  ctx.lineJoin = "round";
  ctx.lineWidth = 4;
  ctx.strokeStyle = theme.stage;
  ctx.strokeText(text, x, y);
  ctx.fillStyle = color;
  ctx.fillText(text, x, y);
}

function dot(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, fill: string, line: string, width = 1): void {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.lineWidth = width;
  ctx.strokeStyle = line;
  ctx.stroke();
}

function diamond(ctx: CanvasRenderingContext2D, x: number, y: number, size: number, color: string): void {
  ctx.beginPath();
  ctx.moveTo(x, y - size);
  ctx.lineTo(x + size, y);
  ctx.lineTo(x, y + size);
  ctx.lineTo(x - size, y);
  ctx.closePath();
  ctx.fillStyle = color;
  ctx.fill();
}

function cross(ctx: CanvasRenderingContext2D, x: number, y: number, size: number, color: string, width: number): void {
  ctx.beginPath();
  ctx.moveTo(x - size, y - size);
  ctx.lineTo(x + size, y + size);
  ctx.moveTo(x + size, y - size);
  ctx.lineTo(x - size, y + size);
  ctx.lineWidth = width;
  ctx.strokeStyle = color;
  ctx.stroke();
}

/** A crash: a burst with a cross in it. */
function burst(ctx: CanvasRenderingContext2D, x: number, y: number, size: number, theme: Theme): void {
  ctx.beginPath();
  for (let i = 0; i < 16; i++) {
    const radius = i % 2 === 0 ? size : size * 0.66;
    const angle = (i * Math.PI) / 8;
    ctx.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  ctx.closePath();
  ctx.fillStyle = theme["crash-soft"];
  ctx.fill();
  ctx.lineWidth = 1.6;
  ctx.strokeStyle = theme.crash;
  ctx.stroke();
  cross(ctx, x, y, size * 0.34, theme.crash, 1.8);
}

function clock(ctx: CanvasRenderingContext2D, theme: Theme, x: number, y: number, color: string): void {
  dot(ctx, x, y, 5, theme.stage, color, 1.5);
  ctx.beginPath();
  ctx.moveTo(x, y - 3);
  ctx.lineTo(x, y);
  ctx.lineTo(x + 2.4, y + 1);
  ctx.lineWidth = 1.3;
  ctx.strokeStyle = color;
  ctx.stroke();
}
