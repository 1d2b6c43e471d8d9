/** The whole forest small, with the part that is in sight; there when there is more than fits. */

import type { Node } from "../protocol.ts";
import { h } from "../state/view.ts";
import { union, type Box, type Camera, type Point } from "./geometry.ts";
import { Layer } from "./layer.ts";
import type { Theme } from "./theme.ts";

/** Its size in CSS pixels, and the room around what it shows. */
const width = 168;
const height = 112;
const margin = 6;

/** Where it shows what: `at = from * scale + offset`. */
interface Scale {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** The part of the plane that a camera sees. */
export function sight(camera: Camera, w: number, h: number): Box {
  return { x: -camera.x / camera.zoom, y: -camera.y / camera.zoom, w: w / camera.zoom, h: h / camera.zoom };
}

/** Whether a part of the boxes is out of sight. */
export function isCut(around: Box, seen: Box): boolean {
  return around.x < seen.x - 1 || around.y < seen.y - 1 || around.x + around.w > seen.x + seen.w + 1 || around.y + around.h > seen.y + seen.h + 1;
}

/** How a box is laid into the map. */
export function laidInto(around: Box): Scale {
  const scale = Math.min((width - 2 * margin) / around.w, (height - 2 * margin) / around.h);
  return { scale, x: (width - around.w * scale) / 2 - around.x * scale, y: (height - around.h * scale) / 2 - around.y * scale };
}

/** The map. It is for the eye and the mouse: keys move the stage itself. */
export class Minimap {
  readonly dom = h("div", { class: "v-minimap", "aria-hidden": "true", hidden: true });
  private readonly layer = new Layer();
  private scale: Scale = { scale: 1, x: 0, y: 0 };

  /** `look` is asked to bring a point of the plane to the middle of the stage. */
  constructor(look: (at: Point) => void) {
    this.dom.append(this.layer.canvas);
    const point = (event: PointerEvent): void => {
      const r = this.dom.getBoundingClientRect();
      look({ x: (event.clientX - r.left - this.scale.x) / this.scale.scale, y: (event.clientY - r.top - this.scale.y) / this.scale.scale });
    };
    this.dom.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      this.dom.setPointerCapture(event.pointerId);
      point(event);
    });
    this.dom.addEventListener("pointermove", (event) => {
      event.stopPropagation();
      if (this.dom.hasPointerCapture(event.pointerId)) point(event);
    });
  }

  /** Draws the boxes of the nodes, and the sight of the camera. */
  draw(theme: Theme, nodes: Iterable<Node>, box: (id: number) => Box | undefined, seen: Box, ratio: number): void {
    const boxes: { readonly at: Box; readonly node: Node }[] = [];
    for (const node of nodes) {
      const at = box(node.id);
      if (at) boxes.push({ at, node });
    }
    const around = union(boxes.map((b) => b.at));
    this.dom.hidden = !around || !isCut(around, seen);
    if (!around || this.dom.hidden) return;
    this.scale = laidInto(around);
    const { scale, x, y } = this.scale;
    const { ctx } = this.layer;
    this.layer.resize(width, height, ratio);
    this.layer.clear();
    for (const { at, node } of boxes) {
      ctx.fillStyle = node.status === "crashed" ? theme.crash : node.status === "running" ? theme.run : node.status === "ready" ? theme.ready : theme.wait;
      ctx.fillRect(at.x * scale + x, at.y * scale + y, Math.max(2, at.w * scale), Math.max(2, at.h * scale));
    }
    ctx.lineWidth = 1.5;
    ctx.strokeStyle = theme.leaf;
    ctx.strokeRect(seen.x * scale + x, seen.y * scale + y, seen.w * scale, seen.h * scale);
  }
}
