/** A canvas that is as sharp as the screen. */

import type { Camera } from "./geometry.ts";

export class Layer {
  readonly canvas = document.createElement("canvas");
  readonly ctx: CanvasRenderingContext2D;
  private ratio = 1;
  private width = 0;
  private height = 0;

  constructor() {
    const ctx = this.canvas.getContext("2d");
    if (!ctx) throw new Error("this browser draws no 2D canvas");
    this.ctx = ctx;
    this.canvas.className = "v-layer";
    this.canvas.setAttribute("aria-hidden", "true");
  }

  /** Gives it a size in CSS pixels at a ratio of device pixels. Emptied when anything changed. */
  resize(width: number, height: number, ratio: number): void {
    if (width === this.width && height === this.height && ratio === this.ratio) return;
    this.width = width;
    this.height = height;
    this.ratio = ratio;
    this.canvas.width = Math.max(1, Math.round(width * ratio));
    this.canvas.height = Math.max(1, Math.round(height * ratio));
  }

  /** Empties it; what is drawn next is in CSS pixels of the screen. */
  clear(): void {
    this.ctx.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.ctx.clearRect(0, 0, this.width, this.height);
  }

  /** What is drawn next is on the plane that the camera sees. */
  look(camera: Camera): void {
    const z = camera.zoom * this.ratio;
    this.ctx.setTransform(z, 0, 0, z, camera.x * this.ratio, camera.y * this.ratio);
  }
}
