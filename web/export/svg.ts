/**
 * A canvas's calls written down as SVG: what draws the page's pictures draws them as vectors, too. It knows the calls
 * that our pictures make, and leaves out shadows.
 */

type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

interface Pen {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  lineCap: CanvasLineCap;
  lineJoin: CanvasLineJoin;
  globalAlpha: number;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
}

/** How wide a text is in a font, in pixels. */
export type Measure = (font: string, text: string) => number;

/** Writes the text of an element or of an attribute. What XML has no way to say is left out. */
export function escapeXml(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are the characters that XML forbids
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd").replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? c);
}

const number = (n: number): string => String(Math.round(n * 100) / 100);

/** Takes a canvas's calls. */
export class SvgContext {
  fillStyle = "#000";
  strokeStyle = "#000";
  lineWidth = 1;
  lineCap: CanvasLineCap = "butt";
  lineJoin: CanvasLineJoin = "miter";
  globalAlpha = 1;
  font = "10px sans-serif";
  textAlign: CanvasTextAlign = "start";
  textBaseline: CanvasTextBaseline = "alphabetic";
  shadowColor = "transparent";
  shadowBlur = 0;
  shadowOffsetX = 0;
  shadowOffsetY = 0;
  private dash: readonly number[] = [];
  private matrix: Matrix = [1, 0, 0, 1, 0, 0];
  private readonly stack: { readonly pen: Pen; readonly dash: readonly number[]; readonly matrix: Matrix }[] = [];
  private path = "";
  private readonly parts: string[] = [];

  constructor(
    private readonly measure: Measure,
    private readonly mono: string,
  ) {}

  /** The same, for what draws on a canvas. */
  get canvas2d(): CanvasRenderingContext2D {
    return this as unknown as CanvasRenderingContext2D;
  }

  save(): void {
    const { fillStyle, strokeStyle, lineWidth, lineCap, lineJoin, globalAlpha, font, textAlign, textBaseline } = this;
    this.stack.push({ pen: { fillStyle, strokeStyle, lineWidth, lineCap, lineJoin, globalAlpha, font, textAlign, textBaseline }, dash: this.dash, matrix: this.matrix });
  }

  restore(): void {
    const top = this.stack.pop();
    if (!top) return;
    Object.assign(this, top.pen);
    this.dash = top.dash;
    this.matrix = top.matrix;
  }

  translate(x: number, y: number): void {
    this.transform([1, 0, 0, 1, x, y]);
  }

  scale(x: number, y: number): void {
    this.transform([x, 0, 0, y, 0, 0]);
  }

  rotate(angle: number): void {
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    this.transform([cos, sin, -sin, cos, 0, 0]);
  }

  private transform([a, b, c, d, e, f]: Matrix): void {
    const [A, B, C, D, E, F] = this.matrix;
    this.matrix = [A * a + C * b, B * a + D * b, A * c + C * d, B * c + D * d, A * e + C * f + E, B * e + D * f + F];
  }

  setLineDash(dash: readonly number[]): void {
    this.dash = dash;
  }

  beginPath(): void {
    this.path = "";
  }

  moveTo(x: number, y: number): void {
    this.path += `M${number(x)} ${number(y)}`;
  }

  lineTo(x: number, y: number): void {
    this.path += `${this.path === "" ? "M" : "L"}${number(x)} ${number(y)}`;
  }

  bezierCurveTo(a: number, b: number, c: number, d: number, x: number, y: number): void {
    this.path += `C${[a, b, c, d, x, y].map(number).join(" ")}`;
  }

  closePath(): void {
    this.path += "Z";
  }

  arc(x: number, y: number, radius: number, from: number, to: number): void {
    const at = (angle: number): string => `${number(x + radius * Math.cos(angle))} ${number(y + radius * Math.sin(angle))}`;
    const r = number(radius);
    this.path += `${this.path === "" || this.path.endsWith("Z") ? "M" : "L"}${at(from)}`;
    if (Math.abs(to - from) >= 2 * Math.PI - 1e-6) this.path += `A${r} ${r} 0 1 1 ${at(from + Math.PI)}A${r} ${r} 0 1 1 ${at(from)}Z`;
    else this.path += `A${r} ${r} 0 ${Math.abs(to - from) > Math.PI ? 1 : 0} ${to > from ? 1 : 0} ${at(to)}`;
  }

  rect(x: number, y: number, w: number, h: number): void {
    this.path += `M${number(x)} ${number(y)}h${number(w)}v${number(h)}h${number(-w)}Z`;
  }

  roundRect(x: number, y: number, w: number, h: number, radius: number): void {
    const r = Math.max(0, Math.min(radius, w / 2, h / 2));
    if (r === 0) {
      this.rect(x, y, w, h);
      return;
    }
    const corner = (dx: number, dy: number): string => `a${number(r)} ${number(r)} 0 0 1 ${number(dx)} ${number(dy)}`;
    this.path += `M${number(x + r)} ${number(y)}h${number(w - 2 * r)}${corner(r, r)}v${number(h - 2 * r)}${corner(-r, r)}h${number(2 * r - w)}${corner(-r, -r)}v${number(2 * r - h)}${corner(r, -r)}Z`;
  }

  /** Pictures for a file are not cut off anywhere. */
  clip(): void {
    this.path = "";
  }

  clearRect(): void {
    // There is nothing below.
  }

  fill(): void {
    this.shape(this.path, `fill="${escapeXml(this.fillStyle)}"`);
  }

  stroke(): void {
    this.shape(this.path, `fill="none" ${this.line()}`);
  }

  fillRect(x: number, y: number, w: number, h: number): void {
    this.shape(`M${number(x)} ${number(y)}h${number(w)}v${number(h)}h${number(-w)}Z`, `fill="${escapeXml(this.fillStyle)}"`);
  }

  strokeRect(x: number, y: number, w: number, h: number): void {
    this.shape(`M${number(x)} ${number(y)}h${number(w)}v${number(h)}h${number(-w)}Z`, `fill="none" ${this.line()}`);
  }

  measureText(text: string): { readonly width: number } {
    return { width: this.measure(this.font, text) };
  }

  fillText(text: string, x: number, y: number): void {
    this.text(text, x, y, `fill="${escapeXml(this.fillStyle)}"`);
  }

  strokeText(text: string, x: number, y: number): void {
    this.text(text, x, y, `fill="none" ${this.line()}`);
  }

  private line(): string {
    const more = [
      this.lineCap === "butt" ? "" : ` stroke-linecap="${this.lineCap}"`,
      this.lineJoin === "miter" ? "" : ` stroke-linejoin="${this.lineJoin}"`,
      this.dash.length === 0 ? "" : ` stroke-dasharray="${this.dash.map(number).join(" ")}"`,
    ].join("");
    return `stroke="${escapeXml(this.strokeStyle)}" stroke-width="${number(this.lineWidth)}"${more}`;
  }

  private common(): string {
    const [a, b, c, d, e, f] = this.matrix;
    const still = a === 1 && b === 0 && c === 0 && d === 1 && e === 0 && f === 0;
    const moved = still ? "" : ` transform="matrix(${[a, b, c, d].map((n) => String(Math.round(n * 1e4) / 1e4)).join(" ")} ${number(e)} ${number(f)})"`;
    return `${moved}${this.globalAlpha >= 1 ? "" : ` opacity="${number(Math.max(0, this.globalAlpha))}"`}`;
  }

  private shape(path: string, look: string): void {
    if (path !== "" && this.globalAlpha > 0) this.parts.push(`<path d="${path}" ${look}${this.common()}/>`);
  }

  /** The reader may not have our fonts: families are told by their kind, and each text keeps the width that it has here. */
  private text(text: string, x: number, y: number, look: string): void {
    if (text === "" || this.globalAlpha <= 0) return;
    const [, weight = "", size = "10", family = ""] = /^(?:(\d+|bold) )?([\d.]+)px (.*)$/.exec(this.font) ?? [];
    const anchor = { left: "start", start: "start", center: "middle", right: "end", end: "end" }[this.textAlign];
    const width = this.measure(this.font, text);
    const fixed = text.length > 1 && width > 0 ? ` textLength="${number(width)}" lengthAdjust="spacingAndGlyphs"` : "";
    this.parts.push(
      `<text x="${number(x)}" y="${number(y)}" font-family="${family === this.mono ? "monospace" : "sans-serif"}" font-size="${size}"${weight === "" ? "" : ` font-weight="${weight}"`}${anchor === "start" ? "" : ` text-anchor="${anchor}"`}${fixed} xml:space="preserve" ${look}${this.common()}>${escapeXml(text)}</text>`,
    );
  }

  /** The whole as a file that stands alone. */
  toString(width: number, height: number, title: string, ground: string): string {
    const size = `${number(width)} ${number(height)}`;
    return `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="${number(width)}" height="${number(height)}" viewBox="0 0 ${size}" role="img">\n<title>${escapeXml(title)}</title>\n<rect width="100%" height="100%" fill="${escapeXml(ground)}"/>\n${this.parts.join("\n")}\n</svg>\n`;
  }
}
