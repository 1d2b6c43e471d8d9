/** The pictures that can be taken along: the stage, and the sequence diagram, whole and not only what is in sight. */

import type { Chart } from "../protocol.ts";
import { columnsOf, wholeSize, type Sight } from "../sequence/measures.ts";
import { paint } from "../sequence/paint.ts";
import { drawCapsule } from "../stage/capsule.ts";
import { arrow, drawTie, signalCurve, ties } from "../stage/edges.ts";
import { drawEnvelope, drawFlying, drawMore, lying, mailboxSlots, slotBox } from "../stage/envelope.ts";
import { angleAt, bowed, bowedBetween, easeInOut, pointAt, progress, strip, tilt, union } from "../stage/geometry.ts";
import type { Theme } from "../stage/theme.ts";
import type { Scene } from "../state/scene.ts";
import { SvgContext, type Measure } from "./svg.ts";

/** Something that can be drawn anywhere. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly ground: string;
  draw(ctx: CanvasRenderingContext2D): void;
}

const border = 28;

/** The stage as it stands: every process with its mailbox, and what is under way between them. */
export function stagePicture(scene: Scene, theme: Theme, title: string): Picture | undefined {
  const around = union(scene.places.values());
  if (!around) return undefined;
  const width = around.w + 2 * border;
  const height = around.h + strip.gap + strip.height + 2 * border;
  return {
    width,
    height,
    title,
    ground: theme.stage,
    draw(ctx) {
      ctx.save();
      ctx.translate(border - around.x, border - around.y);
      drawStage(ctx, scene, theme);
      ctx.restore();
    },
  };
}

function drawStage(ctx: CanvasRenderingContext2D, scene: Scene, theme: Theme): void {
  const box = (id: number) => scene.places.get(id);
  const drawn = ties(scene.edges.values(), box);
  for (const tie of drawn) drawTie(ctx, theme, tie, false);
  for (const node of scene.nodes.values()) {
    const place = box(node.id);
    if (!place) continue;
    drawCapsule(ctx, theme, { node, supervision: scene.supervisions.get(node.id), box: place, alpha: 1, detail: "all", ghost: node.life > 1, left: undefined });
    const mailbox = scene.mailboxes.get(node.id);
    if (!mailbox || mailbox.count + mailbox.out === 0) continue;
    const { envelopes, more } = lying(mailbox);
    const slots = mailboxSlots(ctx, theme, place, envelopes, more > 0);
    envelopes.forEach((envelope, i) => {
      const slot = slots[i];
      const flight = scene.flights.get(envelope.id);
      if (slot && !(flight && flight.start + flight.duration > scene.at)) drawEnvelope(ctx, theme, slotBox(place, slot), envelope.shape, envelope.label, envelope.skipped, 1);
    });
    const last = slots.at(-1);
    if (more > 0) drawMore(ctx, theme, slotBox(place, { x: last ? last.x + last.w + strip.between : 0, w: strip.overflow }), more);
  }
  for (const flight of scene.flights.values()) {
    const to = box(flight.to);
    const from = box(flight.from);
    if (!to || !from || flight.from === flight.to || scene.at < flight.start || scene.at >= flight.start + flight.duration) continue;
    const curve = bowed(from, { x: to.x + 40, y: to.y + to.h + strip.gap + strip.height / 2 }, 0.18);
    const t = easeInOut(progress(flight, scene.at));
    drawFlying(ctx, theme, pointAt(curve, t), tilt(angleAt(curve, t)), flight.shape, flight.label, 1);
  }
  for (const signal of scene.signals.values()) {
    const to = box(signal.to);
    const from = box(signal.from);
    if (!to || !from || scene.at < signal.start || scene.at >= signal.start + signal.duration) continue;
    const curve = signal.from === signal.to ? bowedBetween(from, to) : signalCurve(signal, drawn, from, to);
    const t = easeInOut(progress(signal, scene.at));
    const at = pointAt(curve, t);
    const angle = angleAt(curve, t);
    const color = signal.quiet ? theme.wait : theme.crash;
    ctx.beginPath();
    ctx.arc(at.x, at.y, 9, 0, 2 * Math.PI);
    ctx.fillStyle = theme.stage;
    ctx.fill();
    ctx.lineWidth = 2;
    ctx.strokeStyle = color;
    ctx.stroke();
    arrow(ctx, at.x + 20 * Math.cos(angle), at.y + 20 * Math.sin(angle), angle, 10, color);
  }
}

/** Rows of the sequence diagram. */
export function sequencePicture(chart: Chart, theme: Theme, title: string): Picture {
  const all = chart.first === 0 && chart.last === chart.rows;
  const { width, height } = wholeSize(chart.last - chart.first, columnsOf(chart), 1);
  // Rows above are out of sight, as if scrolled away.
  const sight: Sight = { width, height, left: 0, top: chart.first === 0 ? 0 : wholeSize(chart.first, 0, 1).height - wholeSize(0, 0, 1).height, zoom: 1 };
  return {
    width,
    height,
    title,
    ground: theme.stage,
    draw: (ctx) => paint(ctx, chart, { sight, theme, hovered: 0, current: chart.why, selected: 0, dragged: undefined, whole: all }),
  };
}

/** A picture as an SVG file. */
export function toSvg(picture: Picture, measure: Measure, mono: string): string {
  const out = new SvgContext(measure, mono);
  picture.draw(out.canvas2d);
  return out.toString(picture.width, picture.height, picture.title, picture.ground);
}

/** The most that browsers draw on one canvas, in pixels of a side. */
export const largestSide = 16_000;

/** How many pixels a picture's unit gets in a PNG: two, or fewer when it would be too large. */
export function pngScale(width: number, height: number): number {
  return Math.min(2, largestSide / Math.max(width, height), Math.sqrt(120e6 / (width * height)));
}

/** A picture as a PNG file. */
export async function toPng(picture: Picture): Promise<Blob> {
  const scale = pngScale(picture.width, picture.height);
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.floor(picture.width * scale));
  canvas.height = Math.max(1, Math.floor(picture.height * scale));
  const ctx = canvas.getContext("2d");
  if (!ctx) throw new Error("this browser draws no 2D canvas");
  ctx.fillStyle = picture.ground;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.scale(scale, scale);
  picture.draw(ctx);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the browser made no picture of it"))), "image/png");
  });
}
