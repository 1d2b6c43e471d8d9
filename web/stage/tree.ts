/** The parallel tree: what the canvas shows, for screen readers, keyboards and scripts. */

import type { Mailbox, Node, NodeKind } from "../protocol.ts";
import type { Scene } from "../state/scene.ts";
import { h } from "../state/view.ts";
import type { Box } from "./geometry.ts";
import { itemName, messageWord } from "./words.ts";

/** What the tree tells the stage. */
export interface TreeEvents {
  select(node: number): void;
  hover(node: number): void;
  focus(node: number): void;
  /** Fold what hangs below the node, or unfold it. */
  fold(node: number): void;
}

interface Item {
  readonly row: HTMLLIElement;
  readonly mail: HTMLUListElement;
  readonly group: HTMLUListElement;
  node: Node | undefined;
  mailbox: Mailbox | undefined;
  parent: number;
}

/** The nodes in the tree's order: children below whoever supervises or made them, from left to right. */
export function treeOrder(scene: Scene): ReadonlyMap<number, readonly number[]> {
  const children = new Map<number, number[]>();
  for (const node of scene.nodes.values()) {
    if (!scene.places.has(node.id)) continue;
    const parent = treeParent(scene, node);
    const list = children.get(parent);
    if (list) list.push(node.id);
    else children.set(parent, [node.id]);
  }
  const x = (id: number): number => scene.places.get(id)?.x ?? 0;
  const y = (id: number): number => scene.places.get(id)?.y ?? 0;
  for (const list of children.values()) list.sort((a, b) => y(a) - y(b) || x(a) - x(b) || a - b);
  return children;
}

/** A node's parent in the tree, 0 for none: the supervisor, else the maker, where that is on the stage and not below the node. */
function treeParent(scene: Scene, node: Node): number {
  for (const candidate of [node.supervisor, node.parent]) {
    if (candidate === 0 || candidate === node.id || !scene.places.has(candidate)) continue;
    let above: number | undefined = candidate;
    const seen = new Set([node.id]);
    while (above !== undefined && above !== 0 && !seen.has(above)) {
      seen.add(above);
      const next = scene.nodes.get(above);
      above = next && (next.supervisor || next.parent);
    }
    if (above !== node.id) return candidate;
  }
  return 0;
}

/** The tree as DOM. One item takes the Tab key; arrow keys go on from there. */
export class ProcessTree {
  readonly dom = h("ul", { class: "v-tree", role: "tree", "aria-label": "Processes" });
  private readonly items = new Map<number, Item>();
  private order: ReadonlyMap<number, readonly number[]> = new Map();
  private current = 0;
  private selected = 0;
  private hidden: ReadonlySet<NodeKind> = new Set();
  private scene: Scene | undefined;

  constructor(private readonly events: TreeEvents) {
    this.dom.addEventListener("click", (event) => {
      const id = this.idOf(event.target);
      if (id !== 0) this.events.select(id);
    });
    this.dom.addEventListener("dblclick", (event) => {
      this.fold(this.idOf(event.target));
    });
    this.dom.addEventListener("pointerover", (event) => this.events.hover(this.idOf(event.target)));
    this.dom.addEventListener("pointerleave", () => this.events.hover(0));
    this.dom.addEventListener("focusin", (event) => {
      const id = this.idOf(event.target);
      if (id === 0) return;
      this.makeCurrent(id);
      this.events.focus(id);
    });
    this.dom.addEventListener("keydown", (event) => this.key(event));
  }

  /** Brings the tree up to date with a scene. */
  update(scene: Scene, selected: number, hidden: ReadonlySet<NodeKind>): void {
    const previous = this.scene;
    this.scene = scene;
    const filtered = hidden !== this.hidden;
    this.hidden = hidden;
    if (!filtered && previous && previous.nodes === scene.nodes && previous.places === scene.places && previous.mailboxes === scene.mailboxes) {
      this.select(selected);
      return;
    }
    if (!previous || previous.nodes !== scene.nodes || previous.places !== scene.places) {
      this.order = treeOrder(scene);
      this.arrange(scene);
    }
    for (const [id, item] of this.items) {
      const node = scene.nodes.get(id);
      if (node && item.node !== node) {
        const name = itemName(node);
        if (item.row.getAttribute("aria-label") !== name) item.row.setAttribute("aria-label", name);
        item.mail.setAttribute("aria-label", `Mailbox of ${node.name}`);
        if (item.row.hasAttribute("aria-expanded")) item.row.setAttribute("aria-expanded", String(!node.folded));
        item.node = node;
      }
      if (node) item.row.classList.toggle("v-off", hidden.has(node.kind));
      const mailbox = scene.mailboxes.get(id);
      if (node && item.mailbox !== mailbox) {
        item.mailbox = mailbox;
        fillMailbox(item.mail, mailbox);
      }
    }
    this.select(selected);
  }

  /** Puts the items where the boxes are. */
  place(box: (id: number) => Box | undefined): void {
    for (const [id, item] of this.items) {
      const at = box(id);
      if (!at) continue;
      const above = box(item.parent);
      const style = item.row.style;
      style.left = `${at.x - (above?.x ?? 0)}px`;
      style.top = `${at.y - (above?.y ?? 0)}px`;
      style.width = `${at.w}px`;
      style.height = `${at.h}px`;
    }
  }

  /** Folds what has something below it; the node for what is folded unfolds it. */
  private fold(id: number): void {
    if (this.scene?.nodes.get(id)?.kind === "group" || (this.order.get(id)?.length ?? 0) > 0) this.events.fold(id);
  }

  private select(selected: number): void {
    if (selected === this.selected) return;
    this.items.get(this.selected)?.row.setAttribute("aria-selected", "false");
    this.items.get(selected)?.row.setAttribute("aria-selected", "true");
    this.selected = selected;
  }

  /** Makes, removes and nests items as the order says. */
  private arrange(scene: Scene): void {
    const had = document.activeElement instanceof HTMLElement && this.dom.contains(document.activeElement) ? this.idOf(document.activeElement) : 0;
    for (const [id, item] of this.items) {
      if (scene.nodes.has(id) && scene.places.has(id)) continue;
      item.row.remove();
      this.items.delete(id);
    }
    const walk = (parent: number, list: HTMLUListElement, level: number): void => {
      const ids = this.order.get(parent) ?? [];
      ids.forEach((id, index) => {
        const item = this.items.get(id) ?? this.make(id);
        item.parent = parent;
        if (list.children[index] !== item.row) list.insertBefore(item.row, list.children[index] ?? null);
        item.row.setAttribute("aria-level", String(level));
        const below = (this.order.get(id)?.length ?? 0) > 0;
        if (below && !item.group.isConnected) item.row.append(item.group);
        if (below) item.row.setAttribute("aria-expanded", String(!scene.nodes.get(id)?.folded));
        else item.row.removeAttribute("aria-expanded");
        walk(id, item.group, level + 1);
        if (!below) item.group.remove();
      });
    };
    walk(0, this.dom, 1);
    const first = this.order.get(0)?.[0] ?? 0;
    if (!this.items.has(this.current)) this.makeCurrent(first);
    // An item that is moved loses the focus; of a process that is gone, what is nearest gets it.
    const row = had === 0 ? undefined : (this.items.get(had) ?? this.items.get(this.current))?.row;
    if (row && document.activeElement !== row) row.focus({ preventScroll: true });
  }

  private make(id: number): Item {
    const mail = h("ul", { class: "v-mail", role: "list" });
    const row = h("li", { role: "treeitem", tabindex: "-1", "aria-selected": String(id === this.selected), "data-node": String(id) }, mail);
    const item: Item = { row, mail, group: h("ul", { role: "group" }), node: undefined, mailbox: undefined, parent: 0 };
    this.items.set(id, item);
    return item;
  }

  private makeCurrent(id: number): void {
    this.items.get(this.current)?.row.setAttribute("tabindex", "-1");
    this.current = id;
    this.items.get(id)?.row.setAttribute("tabindex", "0");
  }

  private idOf(target: EventTarget | null): number {
    const row = target instanceof Element ? target.closest<HTMLElement>("[role=treeitem]") : null;
    return Number(row?.dataset["node"] ?? 0);
  }

  private key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const id = this.idOf(event.target);
    const item = this.items.get(id);
    if (!item) return;
    const siblings = this.order.get(item.parent) ?? [];
    const flat = this.flat();
    const at = flat.indexOf(id);
    let next: number | undefined;
    switch (event.key) {
      case "ArrowDown":
        next = flat[at + 1];
        break;
      case "ArrowUp":
        next = flat[at - 1];
        break;
      case "ArrowRight":
        next = this.order.get(id)?.[0] ?? siblings[siblings.indexOf(id) + 1];
        break;
      case "ArrowLeft":
        next = item.parent !== 0 ? item.parent : siblings[siblings.indexOf(id) - 1];
        break;
      case "Home":
        next = flat[0];
        break;
      case "End":
        next = flat.at(-1);
        break;
      case "c":
        this.fold(id);
        event.preventDefault();
        return;
      case "Enter":
      case " ":
        this.events.select(id);
        event.preventDefault();
        return;
      case "Escape":
        this.events.select(0);
        event.preventDefault();
        return;
      default:
        return;
    }
    event.preventDefault();
    if (next !== undefined) this.items.get(next)?.row.focus({ preventScroll: true });
  }

  private flat(): readonly number[] {
    const result: number[] = [];
    const walk = (parent: number): void => {
      for (const id of this.order.get(parent) ?? []) {
        result.push(id);
        walk(id);
      }
    };
    walk(0);
    return result;
  }
}

function fillMailbox(list: HTMLUListElement, mailbox: Mailbox | undefined): void {
  const texts = (mailbox?.first ?? []).map((e) => messageWord(e.shape, e.label) + (e.skipped ? ", skipped" : ""));
  const more = (mailbox?.count ?? 0) - texts.length;
  if (more > 0) texts.push(`and ${more} more`);
  const held = mailbox?.held ?? [];
  texts.push(...held.map((e) => `${messageWord(e.shape, e.label)}, waiting outside`));
  if ((mailbox?.out ?? 0) > held.length) texts.push(`and ${(mailbox?.out ?? 0) - held.length} more outside`);
  list.replaceChildren(...texts.map((text) => h("li", {}, text)));
}
