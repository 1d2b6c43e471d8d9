/**
 * The light editor: a text area over a copy of its text in colours. It is there at once, weighs next to nothing, and gives
 * way to the editor proper when somebody means to write.
 */

import { h } from "../state/view.ts";

/** The light editor. */
export interface LightEditor {
  readonly dom: HTMLElement;
  readonly area: HTMLTextAreaElement;
  setSource(source: string): void;
}

/** Makes the light editor. */
export function lightEditor(source: string, onEdit: (source: string) => void): LightEditor {
  const area = h("textarea", {
    class: "v-light-area",
    "aria-label": "Code",
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
    wrap: "off",
    oninput: () => {
      paint();
      onEdit(area.value);
    },
    onscroll: () => {
      picture.scrollTop = area.scrollTop;
      picture.scrollLeft = area.scrollLeft;
    },
  });
  const picture = h("pre", { class: "v-light-picture", "aria-hidden": "true" });
  const paint = (): void => {
    // The last line must be as high in the copy, and a lone newline at the end is none there.
    picture.replaceChildren(...pieces(area.value).map(({ kind, text }) => (kind === "" ? text : h("span", { class: `v-light-${kind}` }, text))), "\n");
  };
  area.value = source;
  paint();
  return {
    dom: h("div", { class: "v-light" }, picture, area),
    area,
    setSource(next) {
      area.value = next;
      paint();
    },
  };
}

/** A piece of a program's text, and how it is coloured. */
export interface Piece {
  readonly kind: "" | "comment" | "string" | "atom" | "name" | "keyword" | "number" | "definition";
  readonly text: string;
}

const rules: readonly (readonly [Piece["kind"], RegExp])[] = [
  ["comment", /#[^\n]*/y],
  ["string", /"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|~[a-zA-Z]+(?:"""[\s\S]*?"""|"(?:\\.|[^"\\])*"|\((?:\\.|[^)\\])*\)|\[(?:\\.|[^\]\\])*\]|\{(?:\\.|[^}\\])*\}|<(?:\\.|[^>\\])*>|\/(?:\\.|[^/\\])*\/|\|(?:\\.|[^|\\])*\|)[a-zA-Z]*|"(?:\\[\s\S]|[^"\\])*"?|'(?:\\[\s\S]|[^'\\])*'?|\?\\?[^\s]/y],
  ["atom", /:(?:[a-zA-Z_][\w@]*[?!]?|"(?:\\.|[^"\\])*")|[a-z_]\w*[?!]?:(?=\s)|\b(?:true|false|nil)\b/y],
  ["definition", /\b(?:def|defp|defmacro|defmacrop|defguard|defdelegate)\b/y],
  ["keyword", /\b(?:defmodule|defstruct|defimpl|defprotocol|defexception|do|end|fn|case|cond|if|unless|else|receive|after|for|with|try|rescue|catch|raise|when|and|or|not|in|use|import|alias|require|quote|unquote)\b(?!:)/y],
  ["keyword", /@\w+/y],
  ["name", /\b[A-Z]\w*/y],
  ["number", /\b\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?\b/y],
];

/** Cuts a program into pieces; put together they are the program again. */
export function pieces(source: string): readonly Piece[] {
  const found: Piece[] = [];
  let plain = "";
  const flush = (): void => {
    if (plain !== "") found.push({ kind: "", text: plain });
    plain = "";
  };
  scan: for (let at = 0; at < source.length; ) {
    for (const [kind, rule] of rules) {
      rule.lastIndex = at;
      const text = rule.exec(source)?.[0];
      if (!text) continue;
      flush();
      found.push({ kind: kind === "definition" ? "keyword" : kind, text });
      at += text.length;
      if (kind === "definition") {
        const name = /\s+([a-z_]\w*[?!]?)/y;
        name.lastIndex = at;
        const match = name.exec(source);
        if (match) {
          found.push({ kind: "", text: match[0].slice(0, -(match[1]?.length ?? 0)) }, { kind: "definition", text: match[1] ?? "" });
          at += match[0].length;
        }
      }
      continue scan;
    }
    // A word that is none of these is passed over as a whole, so that no rule begins in its middle.
    const word = /[a-z_]\w*[?!]?|[\s\S]/iy;
    word.lastIndex = at;
    const text = word.exec(source)?.[0] ?? "";
    plain += text;
    at += text.length;
  }
  flush();
  return found;
}
