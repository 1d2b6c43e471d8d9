/** The escape sequences of terminals in a program's output, as IO.ANSI writes them: what they look like, and what is left without them. */

/** A piece of a line in one style. `style` is as in `Style`. */
export interface Piece {
  readonly text: string;
  readonly style: string;
}

// A style is a row of words, in their order, so that equal styles are equal texts: each is the end of a class.
const on: Readonly<Record<number, string>> = { 1: "bold", 2: "faint", 3: "italic", 4: "underline", 7: "inverse", 9: "struck" };
const off: Readonly<Record<number, readonly string[]>> = { 22: ["bold", "faint"], 23: ["italic"], 24: ["underline"], 27: ["inverse"], 29: ["struck"] };
const colors = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
// eslint-disable-next-line no-control-regex
const escape = /\x1b\[([0-9;]*)([A-Za-z])|\x1b[@-Z\\-_]|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f]/g;

/** Takes a line apart, given the style that it begins with. */
export function ansi(line: string, begin = ""): { readonly pieces: readonly Piece[]; readonly end: string } {
  if (!/[\x00-\x08\x0b-\x1f\x7f]/.test(line)) return { pieces: line === "" ? [] : [{ text: line, style: begin }], end: begin };
  const pieces: Piece[] = [];
  let style = begin;
  let at = 0;
  for (const match of line.matchAll(escape)) {
    if (match.index > at) pieces.push({ text: line.slice(at, match.index), style });
    at = match.index + match[0].length;
    if (match[2] === "m") style = applied(style, match[1] ?? "");
  }
  if (at < line.length) pieces.push({ text: line.slice(at), style });
  return { pieces, end: style };
}

/** A line without its escape sequences. */
export function plain(line: string): string {
  return ansi(line).pieces.map((p) => p.text).join("");
}

function applied(style: string, codes: string): string {
  let words = new Set(style === "" ? [] : style.split(" "));
  const color = (prefix: string, word?: string): void => {
    words = new Set([...words].filter((w) => !w.startsWith(prefix)));
    if (word !== undefined) words.add(`${prefix}${word}`);
  };
  const list = codes.split(";").map(Number);
  for (let i = 0; i < list.length; i++) {
    const code = list[i] ?? 0;
    const tens = Math.floor(code / 10);
    const name = colors[code % 10];
    if (code === 0) words.clear();
    else if (on[code] !== undefined) words.add(on[code]);
    else if (off[code] !== undefined) for (const word of off[code]) words.delete(word);
    else if (code === 39) color("fg-");
    else if (code === 49) color("bg-");
    else if (code === 38 || code === 48) {
      const { word, used } = extended(list.slice(i + 1));
      color(code === 38 ? "fg-" : "bg-", word);
      i += used;
    } else if ((tens === 3 || tens === 9) && name !== undefined) color("fg-", name);
    else if ((tens === 4 || tens === 10) && name !== undefined) color("bg-", name);
  }
  return [...words].sort().join(" ");
}

/** The nearest of the eight colours to one of 256 or of all: the page has its own for light and for dark. */
function extended(rest: readonly number[]): { readonly word: string | undefined; readonly used: number } {
  if (rest[0] === 5) {
    const n = rest[1] ?? 0;
    if (n < 16) return { word: colors[n % 8], used: 2 };
    if (n >= 232) return { word: n < 244 ? "black" : "white", used: 2 };
    const [r, g, b] = [Math.floor((n - 16) / 36), Math.floor((n - 16) / 6) % 6, (n - 16) % 6];
    return { word: nearest(r / 5, g / 5, b / 5), used: 2 };
  }
  if (rest[0] === 2) return { word: nearest((rest[1] ?? 0) / 255, (rest[2] ?? 0) / 255, (rest[3] ?? 0) / 255), used: 4 };
  return { word: undefined, used: 0 };
}

function nearest(r: number, g: number, b: number): string | undefined {
  const most = Math.max(r, g, b);
  if (most < 0.25) return "black";
  const bit = (v: number): number => (v > most / 2 ? 1 : 0);
  return colors[bit(r) + 2 * bit(g) + 4 * bit(b)];
}
