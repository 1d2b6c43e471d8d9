/** Text on the canvas: measured once, cut to fit. */

const widths = new Map<string, number>();
const cuts = new Map<string, string>();
const kept = 4000;

/** The width of a text in a font, in pixels at zoom 1. */
export function textWidth(ctx: CanvasRenderingContext2D, font: string, text: string): number {
  const key = `${font}\n${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    ctx.font = font;
    width = ctx.measureText(text).width;
    if (widths.size >= kept) widths.clear();
    widths.set(key, width);
  }
  return width;
}

/** The text, or as much of its beginning as fits, with an ellipsis. */
export function cutText(ctx: CanvasRenderingContext2D, font: string, text: string, room: number): string {
  if (textWidth(ctx, font, text) <= room) return text;
  const key = `${font}\n${Math.round(room)}\n${text}`;
  let cut = cuts.get(key);
  if (cut === undefined) {
    const characters = [...text];
    let low = 0;
    let high = characters.length;
    ctx.font = font;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (ctx.measureText(`${characters.slice(0, middle).join("")}…`).width <= room) low = middle;
      else high = middle - 1;
    }
    cut = low === 0 ? "…" : `${characters.slice(0, low).join("").trimEnd()}…`;
    if (cuts.size >= kept) cuts.clear();
    cuts.set(key, cut);
  }
  return cut;
}
