/**
 * An embed's settings: what an author writes as attributes, and what the frame reads from its address. The host's script
 * (embed.js) and the frame share this module, so it stays small and imports nothing.
 */

/** The settings, as written. */
export interface Options {
  /** A lesson's name, such as "03-mailboxes", to take the program from; or "03-mailboxes/PROGRAM". */
  readonly lesson?: string;
  /** Pixels; without it an embed is as high as what it shows. */
  readonly height?: string;
  /** The view of the stage it opens with. */
  readonly tab?: string;
  /** Events a second, or "max". */
  readonly speed?: string;
  readonly theme?: string;
}

export const optionNames = ["lesson", "height", "tab", "speed", "theme"] as const;
export type OptionName = (typeof optionNames)[number];

export const tabs = ["tree", "sequence", "observer", "schedulers", "crowd"] as const;

/** Says what is wrong with a setting's value; "" when nothing is. */
export function complaint(name: OptionName, value: string): string {
  switch (name) {
    case "lesson":
      return /^[\w-]+(\/[\w-]+)?$/.test(value) ? "" : 'is a lesson\'s name, such as "03-mailboxes", with the name of one of its programs behind a slash if need be';
    case "height":
      return /^\d+(px)?$/.test(value) && Number.parseInt(value, 10) >= 120 && Number.parseInt(value, 10) <= 5000 ? "" : "is a number of pixels from 120 to 5000";
    case "tab":
      return (tabs as readonly string[]).includes(value) ? "" : `is one of ${tabs.join(", ")}`;
    case "speed":
      return value === "max" || (/^\d+(\.\d+)?$/.test(value) && Number(value) >= 1 && Number(value) <= 120) ? "" : 'is a number of events a second from 1 to 120, or "max"';
    case "theme":
      return value === "light" || value === "dark" || value === "auto" ? "" : "is light, dark or auto";
  }
}

/** Keeps the settings whose values are right, and tells of the others. */
export function checked(given: (name: OptionName) => string | null, warn: (text: string) => void): Options {
  const options: { -readonly [K in OptionName]?: string } = {};
  for (const name of optionNames) {
    const value = given(name)?.trim();
    if (!value) continue;
    const wrong = complaint(name, value);
    if (wrong) warn(`${name}="${value}" is passed over: ${name} ${wrong}.`);
    else options[name] = value;
  }
  return options;
}

/** What a writer of an unknown name may have meant; "" when it is like none. */
export function near(name: string, known: readonly string[] = optionNames): string {
  const found = known.find((k) => distance(name.toLowerCase(), k) <= 2);
  return found ? ` Did you mean "${found}"?` : "";
}

/** How many letters must be put in, taken out or exchanged to make one word the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The colours and fonts that a page may set as custom properties, `--vivarium-NAME`, and those of ours they stand for. */
export const looks: Readonly<Record<string, { readonly kind: "color" | "font-family"; readonly sets: readonly string[] }>> = {
  background: { kind: "color", sets: ["--bg", "--panel"] },
  text: { kind: "color", sets: ["--ink"] },
  soft: { kind: "color", sets: ["--soft"] },
  line: { kind: "color", sets: ["--line"] },
  accent: { kind: "color", sets: ["--leaf", "--leaf-ink"] },
  "on-accent": { kind: "color", sets: ["--on-leaf"] },
  code: { kind: "color", sets: ["--code"] },
  stage: { kind: "color", sets: ["--stage"] },
  font: { kind: "font-family", sets: ["--sans"] },
  "code-font": { kind: "font-family", sets: ["--mono"] },
};

/** The host's first message to the frame; it brings a MessagePort, over which everything else goes. */
export interface Hello {
  readonly vivarium: "hello";
  /** The visitor has clicked Run already. */
  readonly run: boolean;
  /** The frame shall say how high it is, and the host makes room. */
  readonly grow: boolean;
}

/** The frame's first message to whoever holds it: it holds nothing but that it is there. */
export interface There {
  readonly vivarium: "there";
}

/** From the frame to the host. */
export type FromFrame =
  | { readonly type: "height"; readonly height: number }
  /** The text as the visitor has edited it, or null when it is the author's again. */
  | { readonly type: "code"; readonly code: string | null };

/** From the host to the frame. */
export type FromHost = { readonly type: "theme"; readonly theme: string };
