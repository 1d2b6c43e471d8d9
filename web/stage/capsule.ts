/** Processes on the canvas: shape tells the kind, filling the status, a double ring that exits are trapped. */

import type { NodeKind, Node, Status, Supervision } from "../protocol.ts";
import { words } from "../words.ts";
import type { Box } from "./geometry.ts";
import { cutText, textWidth } from "./text.ts";
import type { Theme } from "./theme.ts";
import { kindWord, statusLine } from "./words.ts";

/** How a capsule is drawn now. */
export interface CapsuleLook {
  readonly node: Node;
  readonly supervision: Supervision | undefined;
  readonly box: Box;
  /** 0 to 1. */
  readonly alpha: number;
  /** What of its text is worth drawing at this zoom. */
  readonly detail: "all" | "name" | "none";
  /** The process before it in its place left an outline. */
  readonly ghost: boolean;
  /** How much of its timeout is left, 1 to 0; undefined for a process that has none. */
  readonly left: number | undefined;
}

/** The colours of a status: of the outline and of the words. */
function statusColors(status: Status, theme: Theme): { readonly line: string; readonly ink: string; readonly width: number; readonly bold: boolean } {
  switch (status) {
    case "running":
      return { line: theme.run, ink: theme["run-ink"], width: 2.4, bold: true };
    case "ready":
      return { line: theme.ready, ink: theme["ready-ink"], width: 2, bold: true };
    case "waiting":
      return { line: theme.wait, ink: theme.soft, width: 1.5, bold: false };
    case "suspended":
      return { line: theme.msg, ink: theme.soft, width: 1.5, bold: false };
    case "exited":
      return { line: theme.line, ink: theme.soft, width: 1.5, bold: false };
    case "crashed":
      return { line: theme.crash, ink: theme["crash-ink"], width: 2.4, bold: true };
  }
}

/** Draws a capsule at its box. */
export function drawCapsule(ctx: CanvasRenderingContext2D, theme: Theme, look: CapsuleLook): void {
  const { node, box } = look;
  const colors = statusColors(node.status, theme);
  ctx.save();
  ctx.globalAlpha = look.alpha * (node.status === "exited" ? 0.72 : 1);
  ctx.translate(box.x, box.y);
  const { w, h } = box;
  const radius = Math.min(14, h / 4);

  if (look.ghost) {
    ctx.setLineDash([3, 5]);
    ctx.lineWidth = 1.3;
    ctx.strokeStyle = theme.crash;
    const alpha = ctx.globalAlpha;
    ctx.globalAlpha = alpha * 0.7;
    rounded(ctx, 5, 7, w, h, radius);
    ctx.stroke();
    ctx.globalAlpha = alpha;
    ctx.setLineDash([]);
  }
  if (node.kind === "group") {
    // A pile of cards.
    for (const offset of [8, 4]) {
      rounded(ctx, offset, offset, w, h, radius);
      ctx.fillStyle = theme.cap;
      ctx.fill();
      ctx.lineWidth = 1.2;
      ctx.strokeStyle = theme.wait;
      ctx.stroke();
    }
  }
  if (node.trapExit) {
    rounded(ctx, -4, -4, w + 8, h + 8, radius + 4);
    ctx.lineWidth = 1.2;
    ctx.strokeStyle = colors.line;
    const alpha = ctx.globalAlpha;
    ctx.globalAlpha = alpha * 0.55;
    ctx.stroke();
    ctx.globalAlpha = alpha;
  }
  rounded(ctx, 0, 0, w, h, radius);
  ctx.fillStyle = node.status === "crashed" ? theme["crash-soft"] : theme.cap;
  ctx.fill();
  ctx.lineWidth = colors.width;
  ctx.strokeStyle = colors.line;
  if (node.status === "exited") ctx.setLineDash([5, 4]);
  ctx.stroke();
  ctx.setLineDash([]);

  if (look.detail === "none") {
    // From very far: only the status, as a tint and a thick line.
    ctx.globalAlpha *= 0.25;
    ctx.fillStyle = colors.line;
    ctx.fill();
    ctx.globalAlpha *= 4;
    ctx.lineWidth = 6;
    ctx.stroke();
    ctx.restore();
    return;
  }
  if (look.detail === "name") {
    // From afar: a big name.
    const font = `650 26px ${theme.sans}`;
    drawIcon(ctx, theme, node.kind, node.status, 24, h / 2, 11);
    write(ctx, font, theme.ink, cutText(ctx, font, node.name, w - 58), 46, h / 2 + 9);
    ctx.restore();
    return;
  }

  if (look.left !== undefined) drawTimeout(ctx, theme, w, h, look.left);
  const supervisor = node.kind === "supervisor" && h < 88;
  const glass = supervisor && look.supervision !== undefined && w >= 240;
  const left = supervisor ? 50 : node.kind === "script" ? 36 : 40;
  const nameFont = `650 15px ${theme.sans}`;
  const softFont = `12px ${theme.sans}`;
  const lineFont = colors.bold ? `600 12px ${theme.sans}` : softFont;
  const smallFont = `11.5px ${theme.sans}`;
  const top = supervisor ? 34 : node.kind === "script" ? 32 : 31;

  drawIcon(ctx, theme, node.kind, node.status, supervisor ? 24 : node.kind === "script" ? 20 : 22, supervisor ? 36 : top - 5, supervisor ? 13 : node.kind === "script" ? 7 : 7.5);

  // The corner says what it is in words; the script has no other lines, so there it stands beside the name.
  const role = node.kind === "script" ? kindWord(node.kind) : node.kind === "supervisor" || node.kind === "group" ? "" : node.kind === "process" ? node.behaviour || kindWord(node.kind) : kindWord(node.kind);
  const badge = node.life > 1 ? `life ${node.life}` : "";
  const badgeFont = `600 11px ${theme.sans}`;
  const badgeWidth = badge === "" ? 0 : textWidth(ctx, badgeFont, badge) + 16;
  const beside = node.kind === "script" ? textWidth(ctx, smallFont, role) + 10 : 0;
  const room = w - left - 14 - (badge === "" ? 0 : badgeWidth + 8) - beside - (glass ? 60 : 0);
  const name = cutText(ctx, nameFont, node.name, room);
  write(ctx, nameFont, theme.ink, name, left, top);
  if (badge !== "") {
    const x = left + textWidth(ctx, nameFont, name) + 9;
    rounded(ctx, x, top - 14.5, badgeWidth, 19, 9.5);
    ctx.fillStyle = theme["leaf-soft"];
    ctx.fill();
    write(ctx, badgeFont, theme["leaf-ink"], badge, x + 8, top - 1);
  }
  if (node.kind === "script") write(ctx, smallFont, theme.soft, role, w - 16, top, "right");

  const line = statusLine(node, look.supervision);
  if (supervisor) {
    write(ctx, lineFont, colors.ink, cutText(ctx, lineFont, line, w - left - 14 - (glass ? 60 : 0)), left, 53);
    if (glass && look.supervision) drawGlass(ctx, theme, look.supervision, w - 56, 14);
  } else {
    write(ctx, lineFont, colors.ink, cutText(ctx, lineFont, line, w - 34), 18, top + (node.kind === "script" ? 24 : 23));
  }
  if (node.kind !== "script" && !supervisor) {
    const peek = node.state === "" ? "" : `state ${node.state}`;
    const peekFont = `12.5px ${theme.mono}`;
    // The state matters more than the word for what the shape says already.
    const peekWidth = peek === "" ? 0 : textWidth(ctx, peekFont, peek) + 10;
    const roleRoom = w - 34 - peekWidth;
    const roleWidth = textWidth(ctx, smallFont, role);
    const roleFits = role !== "" && (peek === "" || roleWidth <= roleRoom);
    if (peek !== "") write(ctx, peekFont, theme.ink, cutText(ctx, peekFont, peek, w - 34 - (roleFits ? roleWidth + 8 : 0)), 18, 76);
    if (roleFits) write(ctx, smallFont, theme.soft, cutText(ctx, smallFont, role, w - 34), w - 16, 76, "right");
  }
  if (node.oldCode) {
    // A tag on its edge: what it runs has been replaced.
    const tagWidth = textWidth(ctx, badgeFont, words.stage.oldCode) + 16;
    rounded(ctx, w - tagWidth - 14, -9.5, tagWidth, 19, 4);
    ctx.fillStyle = theme["msg-soft"];
    ctx.fill();
    ctx.lineWidth = 1.3;
    ctx.strokeStyle = theme.msg;
    ctx.stroke();
    write(ctx, badgeFont, theme.ink, words.stage.oldCode, w - tagWidth - 6, 4);
  }
  ctx.restore();
}

function write(ctx: CanvasRenderingContext2D, font: string, color: string, text: string, x: number, y: number, align: CanvasTextAlign = "left"): void {
  ctx.font = font;
  ctx.fillStyle = color;
  ctx.textAlign = align;
  ctx.textBaseline = "alphabetic";
  ctx.fillText(text, x, y);
}

/** Traces a rounded box. */
export function rounded(ctx: CanvasRenderingContext2D, x: number, y: number, w: number, h: number, radius: number): void {
  ctx.beginPath();
  ctx.roundRect(x, y, w, h, Math.max(0, Math.min(radius, w / 2, h / 2)));
}

/** The corners of each kind's shape, 0 for round; the first one's angle. */
const outlines: Readonly<Record<NodeKind, { readonly corners: number; readonly turn: number }>> = {
  process: { corners: 4, turn: Math.PI / 4 },
  script: { corners: 3, turn: 0 },
  genserver: { corners: 0, turn: 0 },
  supervisor: { corners: 6, turn: -Math.PI / 2 },
  task: { corners: 4, turn: 0 },
  agent: { corners: 5, turn: -Math.PI / 2 },
  registry: { corners: 3, turn: Math.PI / 2 },
  statem: { corners: 8, turn: Math.PI / 8 },
  system: { corners: 8, turn: 0 },
  group: { corners: 4, turn: Math.PI / 4 },
  shell: { corners: 3, turn: 0 },
};

function traceShape(ctx: CanvasRenderingContext2D, kind: NodeKind, x: number, y: number, radius: number): void {
  const { corners, turn } = outlines[kind];
  ctx.beginPath();
  if (corners === 0) {
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  const size = radius * (corners === 4 ? 1.22 : corners === 3 ? 1.2 : 1.08);
  for (let i = 0; i < corners; i++) {
    const angle = turn + (i * 2 * Math.PI) / corners;
    ctx.lineTo(x + size * Math.cos(angle), y + size * Math.sin(angle));
  }
  ctx.closePath();
}

/** Draws a kind's shape, filled as the status says: empty waits, full runs, a half is ready, bars are suspended, a cross is dead. */
export function drawIcon(ctx: CanvasRenderingContext2D, theme: Theme, kind: NodeKind, status: Status, x: number, y: number, radius: number): void {
  const colors = statusColors(status, theme);
  const color = kind === "supervisor" && status !== "crashed" ? theme.leaf : status === "exited" ? theme.wait : colors.line;
  ctx.strokeStyle = color;
  ctx.fillStyle = color;
  ctx.lineWidth = radius > 10 ? 2 : 2.2;
  ctx.lineJoin = "round";
  traceShape(ctx, kind, x, y, radius);
  switch (status) {
    case "running":
      ctx.fill();
      ctx.stroke();
      break;
    case "ready":
      ctx.stroke();
      ctx.beginPath();
      ctx.moveTo(x, y - radius);
      ctx.lineTo(x, y + radius);
      ctx.stroke();
      break;
    case "suspended":
      ctx.stroke();
      ctx.fillRect(x - radius * 0.4, y - radius * 0.4, radius * 0.25, radius * 0.8);
      ctx.fillRect(x + radius * 0.15, y - radius * 0.4, radius * 0.25, radius * 0.8);
      break;
    case "crashed":
    case "exited": {
      ctx.stroke();
      const s = radius * 0.42;
      ctx.lineWidth = 1.8;
      ctx.beginPath();
      ctx.moveTo(x - s, y - s);
      ctx.lineTo(x + s, y + s);
      ctx.moveTo(x + s, y - s);
      ctx.lineTo(x - s, y + s);
      ctx.stroke();
      break;
    }
    case "waiting":
      ctx.stroke();
      break;
  }
}

/** What is left of a timeout: a line at the foot that gets shorter. */
function drawTimeout(ctx: CanvasRenderingContext2D, theme: Theme, w: number, h: number, left: number): void {
  const room = w - 32;
  ctx.save();
  ctx.lineCap = "round";
  ctx.lineWidth = 3;
  for (const [to, color] of [[room, theme.line], [room * left, theme.ready]] as const) {
    ctx.strokeStyle = color;
    ctx.beginPath();
    ctx.moveTo(16, h - 6);
    ctx.lineTo(16 + to, h - 6);
    ctx.stroke();
  }
  ctx.restore();
}

/** A supervisor's patience: a glass that every restart fills a little more. */
function drawGlass(ctx: CanvasRenderingContext2D, theme: Theme, s: Supervision, x: number, y: number): void {
  ctx.save();
  ctx.translate(x, y);
  const level = s.max > 0 ? Math.min(1, s.used / s.max) : s.used > 0 ? 1 : 0;
  if (level > 0) {
    const height = 44 * level;
    ctx.beginPath();
    ctx.moveTo(4 - (4 * height) / 44 + 0.8, 48 - height);
    ctx.lineTo(32 + (4 * height) / 44 - 0.8, 48 - height);
    ctx.lineTo(31.4, 47.4);
    ctx.lineTo(4.6, 47.4);
    ctx.closePath();
    ctx.fillStyle = theme.crash;
    ctx.globalAlpha *= 0.75;
    ctx.fill();
    ctx.globalAlpha /= 0.75;
  }
  ctx.beginPath();
  ctx.moveTo(0, 4);
  ctx.lineTo(36, 4);
  ctx.lineTo(32, 48);
  ctx.lineTo(4, 48);
  ctx.closePath();
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = s.gaveUp ? theme.crash : theme.soft;
  ctx.stroke();
  write(ctx, `10.5px ${theme.sans}`, s.gaveUp ? theme["crash-ink"] : theme.soft, s.gaveUp ? "gave up" : `${s.used} of ${s.max} · ${s.seconds} s`, 18, 61, "center");
  ctx.restore();
}
