/** A term of the program that opens level by level; the machine tells only what is open. */

import type { TermPart } from "../protocol.ts";
import { partKey, type Place } from "../state/observer.ts";
import type { Action, State } from "../state/state.ts";
import { h } from "../state/view.ts";

/** As many children as the machine tells at once. */
const step = 100;

/** Kinds whose terms are within others' lines, and what opens of them. */
const words: Readonly<Record<string, string>> = { list: "list", tuple: "tuple", map: "map", struct: "struct", binary: "text" };

interface Branch {
  readonly place: Place;
  readonly dom: HTMLElement;
  readonly text: HTMLElement;
  readonly list: HTMLElement;
  readonly toggle: HTMLButtonElement;
  open: boolean;
  /** The parts that it is made of, one for each hundred children. */
  shown: (TermPart | undefined)[];
  readonly children: Map<number, Branch>;
}

/** A term as a tree of lines. */
export class PartTree {
  readonly dom = h("ul", { class: "v-value" });
  private root: Branch | undefined;
  private state: State | undefined;

  constructor(private readonly label: string, private readonly dispatch: (action: Action) => void) {}

  /** Whether it is open. */
  get open(): boolean {
    return this.root?.open ?? false;
  }

  /** Shows a term at a place, closed at first; `text` is what is known of it. */
  show(place: Place, text: string): void {
    if (this.root && partKey(this.root.place) === partKey(place)) return;
    this.root = this.branch(place, this.label, text, true);
    this.dom.replaceChildren(this.root.dom);
  }

  /** Opens it at once. */
  expand(): void {
    if (this.root && !this.root.open) this.toggle(this.root);
  }

  /** Takes over what the machine has told. */
  update(state: State): void {
    if (state.observer.parts === this.state?.observer.parts) return;
    this.state = state;
    if (this.root) this.refresh(this.root);
  }

  private branch(place: Place, key: string, text: string, opens: boolean): Branch {
    const toggle = h("button", { class: "v-value-toggle", type: "button", "aria-expanded": "false" });
    const words = h("bdi", { class: "v-value-text" }, text);
    const name = key === "" ? "" : `${key}: `;
    const line = h("span", { class: "v-value-line" }, h("bdi", { class: "v-value-key" }, name), words);
    const list = h("ul", { hidden: true });
    if (opens) toggle.append(line);
    const dom = h("li", {}, opens ? toggle : line, list);
    const branch: Branch = { place, dom, text: words, list, toggle, open: false, shown: [], children: new Map() };
    toggle.addEventListener("click", () => this.toggle(branch));
    return branch;
  }

  private toggle(branch: Branch): void {
    branch.open = !branch.open;
    branch.toggle.setAttribute("aria-expanded", String(branch.open));
    branch.list.hidden = !branch.open;
    if (branch.open) {
      this.ask(branch.place);
      this.refresh(branch);
    }
  }

  private ask(place: Place): void {
    this.dispatch({ type: "part", place });
  }

  private refresh(branch: Branch): void {
    if (!branch.open || !this.state) return;
    const { parts } = this.state.observer;
    const first = parts.get(partKey(branch.place));
    if (!first) return;
    const pages: (TermPart | undefined)[] = [first];
    while (pages.length * step < first.count) {
      const next = parts.get(partKey({ ...branch.place, from: pages.length * step }));
      if (!next) break;
      pages.push(next);
    }
    if (pages.length !== branch.shown.length || pages.some((part, i) => part !== branch.shown[i])) {
      branch.shown = pages;
      branch.text.textContent = first.text;
      const rows: HTMLElement[] = [];
      pages.forEach((part, page) =>
        part?.children.forEach((child, i) => {
          const index = page * step + i;
          let known = branch.children.get(index);
          const opens = child.kind in words && (child.count > 0 || child.kind === "binary");
          if (!known || (known.toggle.isConnected || known.open) !== opens) {
            known = this.branch({ ...branch.place, path: [...branch.place.path, index], from: 0 }, child.key, child.text, opens);
            branch.children.set(index, known);
          }
          if (!known.open) known.text.textContent = child.text;
          rows.push(known.dom);
        }),
      );
      const told = pages.length * step;
      if (told < first.count) {
        const more = first.count - told;
        rows.push(h("li", {}, h("button", { class: "v-value-more", type: "button", onclick: () => this.ask({ ...branch.place, from: told }) }, `${more.toLocaleString("en")} more`)));
      }
      if (first.count === 0 && rows.length === 0) rows.push(h("li", { class: "v-soft" }, "empty"));
      branch.list.replaceChildren(...rows);
    }
    for (const child of branch.children.values()) if (child.dom.isConnected) this.refresh(child);
  }
}
