/** Search in the lessons. The index is read when it is first wanted. */

import { h } from "../state/view.ts";

/** A step of a lesson, as internal/site/pages.go writes it. */
export interface Entry {
  readonly address: string;
  readonly number: number;
  readonly title: string;
  readonly step: string;
  readonly text: string;
}

/** A step that was found: the words of the question are between the pieces of the excerpt, in odd places. */
export interface Found {
  readonly entry: Entry;
  readonly excerpt: readonly string[];
}

/** As many steps are shown. */
const most = 12;

/** Finds the steps that have every word, those that have them in a title first. */
export function find(entries: readonly Entry[], question: string): readonly Found[] {
  const words = question.toLowerCase().split(/\s+/).filter((w) => w !== "");
  if (words.length === 0) return [];
  const found: (Found & { readonly weight: number })[] = [];
  for (const entry of entries) {
    const titles = `${entry.title} ${entry.step}`.toLowerCase();
    const text = entry.text.toLowerCase();
    if (!words.every((w) => titles.includes(w) || text.includes(w))) continue;
    found.push({ entry, excerpt: excerptOf(entry.text, words), weight: words.filter((w) => titles.includes(w)).length });
  }
  return found.sort((a, b) => b.weight - a.weight).slice(0, most);
}

/** The surroundings of the first word that is found, cut where the words are. */
function excerptOf(text: string, words: readonly string[]): readonly string[] {
  const pattern = new RegExp(`(${words.map((w) => w.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "gi");
  const first = text.search(pattern);
  if (first === -1) return [text.slice(0, 120)];
  const from = Math.max(0, text.lastIndexOf(" ", Math.max(0, first - 50)));
  const to = Math.min(text.length, from + 150);
  return `${from > 0 ? "… " : ""}${text.slice(from, to).trim()}${to < text.length ? " …" : ""}`.split(pattern);
}

/** Makes the search; `root` is the address of the site's root. */
export function searchView(root: string): HTMLElement {
  let index: Promise<readonly Entry[]> | undefined;
  const load = (): Promise<readonly Entry[]> => {
    const inPage = document.getElementById("search-data")?.textContent;
    index ??= inPage ? Promise.resolve(JSON.parse(inPage) as readonly Entry[]) : fetch(`${root}lessons/search.json`).then((r) => (r.ok ? (r.json() as Promise<readonly Entry[]>) : Promise.reject(new Error(String(r.status)))));
    return index;
  };
  const list = h("ul", { class: "v-found" });
  const said = h("p", { class: "v-soft", role: "status" });
  const input = h("input", {
    type: "search",
    class: "v-search",
    "aria-label": "Search the lessons",
    placeholder: "Search the lessons",
    autocomplete: "off",
    onfocus: () => void load().catch(() => undefined),
    oninput: () => void search(),
  });
  const search = async (): Promise<void> => {
    const question = input.value;
    let found: readonly Found[];
    try {
      found = find(await load(), question);
    } catch {
      index = undefined;
      said.textContent = "The index could not be loaded. Try again.";
      return;
    }
    if (question !== input.value) return;
    said.textContent = question.trim() === "" ? "" : found.length === 0 ? "Nothing has all of these words." : `${found.length === most ? "The first " : ""}${found.length} ${found.length === 1 ? "place" : "places"}`;
    list.replaceChildren(
      ...found.map(({ entry, excerpt }) =>
        h(
          "li",
          {},
          h("a", { href: new URL(entry.address, new URL(root, location.href)).href }, h("b", {}, entry.title), entry.step === entry.title ? "" : ` · ${entry.step}`),
          h("p", {}, ...excerpt.map((piece, i) => (i % 2 === 1 ? h("mark", {}, piece) : piece))),
        ),
      ),
    );
  };
  return h("div", { class: "v-search-box", role: "search" }, input, said, list);
}
