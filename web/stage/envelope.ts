/** Messages on the canvas: in mailboxes, under way, and taken by a receive. */

import type { Envelope, Mailbox, Shape } from "../protocol.ts";
import { rounded } from "./capsule.ts";
import { slots, strip, type Box, type Point, type Slot } from "./geometry.ts";
import { cutText, textWidth } from "./text.ts";
import type { Theme } from "./theme.ts";
import { messageWord } from "./words.ts";

/** A message's colours: line and paper. */
export function paper(shape: Shape, theme: Theme): { readonly line: string; readonly fill: string } {
  switch (shape) {
    case "call":
    case "system":
      return { line: theme.call, fill: theme["call-soft"] };
    case "reply":
    case "io":
    case "ack":
      return { line: theme.answer, fill: theme["answer-soft"] };
    case "exit":
    case "down":
      return { line: theme.crash, fill: theme["crash-soft"] };
    case "plain":
    case "cast":
    case "timeout":
      return { line: theme.msg, fill: theme["msg-soft"] };
  }
}

const font = (theme: Theme): string => `11.5px ${theme.mono}`;
const widest = 104;

/** How wide a message's envelope would like to be. */
export function envelopeWidth(ctx: CanvasRenderingContext2D, theme: Theme, shape: Shape, label: string): number {
  return Math.min(widest, textWidth(ctx, font(theme), messageWord(shape, label)) + 18);
}

/** Draws an envelope that lies in a mailbox; one that a receive passed over is dashed. */
export function drawEnvelope(ctx: CanvasRenderingContext2D, theme: Theme, box: Box, shape: Shape, label: string, skipped: boolean, alpha: number): void {
  const { line, fill } = paper(shape, theme);
  ctx.save();
  ctx.globalAlpha = alpha;
  rounded(ctx, box.x, box.y, box.w, box.h, 6);
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.lineWidth = 1;
  ctx.strokeStyle = line;
  if (skipped) ctx.setLineDash([3, 3]);
  ctx.stroke();
  ctx.setLineDash([]);
  if (box.w < 34) {
    // Too narrow for words: a closed envelope.
    ctx.globalAlpha = alpha * 0.6;
    ctx.beginPath();
    ctx.moveTo(box.x + 1, box.y + 5);
    ctx.lineTo(box.x + box.w / 2, box.y + 13);
    ctx.lineTo(box.x + box.w - 1, box.y + 5);
    ctx.stroke();
  } else {
    ctx.font = font(theme);
    ctx.fillStyle = theme.ink;
    ctx.textAlign = "left";
    ctx.textBaseline = "alphabetic";
    const inset = box.w < 50 ? 5 : 9;
    ctx.fillText(cutText(ctx, font(theme), messageWord(shape, label), box.w - 2 * inset + 1), box.x + inset, box.y + 16);
  }
  ctx.restore();
}

/** Draws an envelope under way, tilted as it flies. */
export function drawFlying(ctx: CanvasRenderingContext2D, theme: Theme, at: Point, angle: number, shape: Shape, label: string, alpha: number, scale = 1): void {
  const { line, fill } = paper(shape, theme);
  const flyFont = `12px ${theme.mono}`;
  const text = cutText(ctx, flyFont, messageWord(shape, label), 150);
  const w = Math.max(46, textWidth(ctx, flyFont, text) + 26);
  const h = 26;
  ctx.save();
  ctx.globalAlpha = alpha;
  ctx.translate(at.x, at.y);
  ctx.rotate(angle);
  ctx.scale(scale, scale);
  ctx.shadowColor = "#0003";
  ctx.shadowBlur = 8;
  ctx.shadowOffsetY = 2;
  rounded(ctx, -w / 2, -h / 2, w, h, 6);
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.shadowColor = "transparent";
  // The flap.
  ctx.beginPath();
  ctx.moveTo(-w / 2 + 1, -h / 2 + 3);
  ctx.lineTo(0, 5);
  ctx.lineTo(w / 2 - 1, -h / 2 + 3);
  ctx.lineWidth = 1;
  ctx.strokeStyle = line;
  ctx.globalAlpha = alpha * 0.35;
  ctx.stroke();
  ctx.globalAlpha = alpha;
  rounded(ctx, -w / 2, -h / 2, w, h, 6);
  ctx.lineWidth = 1.6;
  ctx.stroke();
  ctx.font = flyFont;
  ctx.fillStyle = theme.ink;
  ctx.textAlign = "center";
  ctx.textBaseline = "alphabetic";
  ctx.fillText(text, 0, 4.5);
  ctx.restore();
}

/** What is drawn of a mailbox: what lies in it and, dashed like what was passed over, what a frozen one keeps out. */
export function lying(mailbox: Mailbox): { readonly envelopes: readonly Envelope[]; readonly more: number } {
  const { first, count, held, out } = mailbox;
  // What waits outside lies behind all that is in it.
  const envelopes = count > first.length ? first : [...first, ...held.map((e) => ({ ...e, skipped: true }))];
  return { envelopes, more: count + out - envelopes.length };
}

/** Draws the bar that keeps messages out of a frozen mailbox. */
export function drawFrost(ctx: CanvasRenderingContext2D, theme: Theme, node: Box): void {
  const y = node.y + node.h + strip.gap / 2;
  ctx.save();
  ctx.strokeStyle = theme["ready-ink"];
  ctx.lineWidth = 1.6;
  ctx.beginPath();
  ctx.moveTo(node.x + 14, y);
  ctx.lineTo(node.x + node.w - 14, y);
  for (let x = node.x + 20; x < node.x + node.w - 18; x += 12) {
    ctx.moveTo(x - 2.5, y - 2.5);
    ctx.lineTo(x + 2.5, y + 2.5);
    ctx.moveTo(x - 2.5, y + 2.5);
    ctx.lineTo(x + 2.5, y - 2.5);
  }
  ctx.stroke();
  ctx.restore();
}

/** Where the envelopes of a mailbox lie below its node. */
export function mailboxSlots(ctx: CanvasRenderingContext2D, theme: Theme, node: Box, envelopes: readonly { readonly shape: Shape; readonly label: string }[], more: boolean): readonly Slot[] {
  return slots(
    envelopes.map((e) => envelopeWidth(ctx, theme, e.shape, e.label)),
    Math.max(node.w, 150) + 8,
    more,
  );
}

/** The box of a slot on the plane. */
export function slotBox(node: Box, slot: Slot): Box {
  return { x: node.x + slot.x, y: node.y + node.h + strip.gap, w: slot.w, h: strip.height };
}

/** Draws the place for what does not fit: "+N". */
export function drawMore(ctx: CanvasRenderingContext2D, theme: Theme, box: Box, count: number): void {
  ctx.save();
  rounded(ctx, box.x, box.y, box.w, box.h, 6);
  ctx.setLineDash([3, 3]);
  ctx.lineWidth = 1;
  ctx.strokeStyle = theme.wait;
  ctx.stroke();
  ctx.setLineDash([]);
  const small = `11px ${theme.sans}`;
  ctx.font = small;
  ctx.fillStyle = theme.soft;
  ctx.textAlign = "center";
  ctx.fillText(cutText(ctx, small, `+${compact(count)}`, box.w - 2), box.x + box.w / 2, box.y + 16);
  ctx.restore();
}

/** 950, 1.2k, 34k, 5M. */
export function compact(n: number): string {
  if (n < 1000) return String(n);
  if (n < 10_000) return `${(Math.floor(n / 100) / 10).toString()}k`;
  if (n < 1_000_000) return `${Math.floor(n / 1000)}k`;
  return `${Math.floor(n / 1_000_000)}M`;
}
