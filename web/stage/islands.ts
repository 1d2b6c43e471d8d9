/**
 * The nodes of a machine as islands: a box around each node's processes, the links between the nodes, and a list of both
 * with what can be done to them, which lies over the drawing. Loaded when there first are several nodes.
 */

import type { Island, NodeWire } from "../protocol.ts";
import { wireKey, type Scene } from "../state/scene.ts";
import type { Action } from "../state/state.ts";
import { h } from "../state/view.ts";
import { rounded } from "./capsule.ts";
import { trace } from "./edges.ts";
import { pointAt, union, type Box, type Camera, type Curve, type Point } from "./geometry.ts";
import type { Theme } from "./theme.ts";

/** How far below the islands a link runs that goes past one of them. */
const detour = 84;

/** Latencies to choose from, in milliseconds. */
const latencies = [0, 0.1, 1, 10, 100, 1000, 5000] as const;

/** A link with its way. */
export interface Route {
  readonly wire: NodeWire;
  readonly curve: Curve;
}

function straight(a: Point, d: Point): Curve {
  return { a, b: { x: (2 * a.x + d.x) / 3, y: (2 * a.y + d.y) / 3 }, c: { x: (a.x + 2 * d.x) / 3, y: (a.y + 2 * d.y) / 3 }, d };
}

function crosses(between: Box, left: Box, right: Box): boolean {
  return between.x >= left.x + left.w && between.x + between.w <= right.x && between.y < right.y + right.h && between.y + between.h > left.y;
}

/**
 * The links to draw. Neighbours are joined by a straight line from side to side or from bottom to top; a link past another
 * island runs below it.
 */
export function routes(islands: ReadonlyMap<number, Island>, wires: Iterable<NodeWire>): readonly Route[] {
  const result: Route[] = [];
  for (const wire of wires) {
    const one = islands.get(wire.a);
    const other = islands.get(wire.b);
    if (!one || !other) continue;
    if (one.y === other.y) {
      const [left, right] = one.x <= other.x ? [one, other] : [other, one];
      const past = [...islands.values()].filter((i) => i !== left && i !== right && crosses(i, left, right));
      if (past.length === 0) {
        const y = left.y + Math.min(left.h, right.h) / 2;
        result.push({ wire, curve: straight({ x: left.x + left.w, y }, { x: right.x, y }) });
        continue;
      }
      const low = Math.max(...[left, right, ...past].map((i) => i.y + i.h)) + detour * (0.6 + 0.4 * past.length);
      const a = { x: left.x + left.w * 0.62, y: left.y + left.h };
      const d = { x: right.x + right.w * 0.38, y: right.y + right.h };
      result.push({ wire, curve: { a, b: { x: a.x, y: low + detour / 3 }, c: { x: d.x, y: low + detour / 3 }, d } });
      continue;
    }
    const [upper, lower] = one.y < other.y ? [one, other] : [other, one];
    result.push({ wire, curve: straight({ x: upper.x + upper.w / 2, y: upper.y + upper.h }, { x: lower.x + lower.w / 2, y: lower.y }) });
  }
  return result;
}

/** What the islands and their links take on the plane; undefined for none. */
export function extent(islands: ReadonlyMap<number, Island>, wires: Iterable<NodeWire>): Box | undefined {
  const boxes: Box[] = [...islands.values()];
  for (const { curve } of routes(islands, wires)) {
    const at = pointAt(curve, 0.5);
    boxes.push({ x: at.x - 80, y: at.y - 20, w: 160, h: 40 });
  }
  return union(boxes);
}

function latencyText(ms: number): string {
  return ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`;
}

const states = { connected: "connected", closed: "not connected", cut: "cut" } as const;

interface LinkItem {
  readonly row: HTMLLIElement;
  readonly toggle: HTMLButtonElement;
  readonly word: HTMLElement;
  readonly wait: HTMLSelectElement;
  known: NodeWire | undefined;
}

interface IslandItem {
  readonly row: HTMLLIElement;
  readonly end: HTMLButtonElement;
  known: Island | undefined;
}

/** Draws the islands, and keeps the lists of nodes and links. */
export class Islands {
  readonly dom: HTMLElement;
  private readonly nodes = h("ul", { class: "v-nodes", "aria-label": "Nodes" });
  private readonly links = h("ul", { class: "v-nodes", "aria-label": "Links between nodes" });
  private readonly islandItems = new Map<number, IslandItem>();
  private readonly linkItems = new Map<number, LinkItem>();
  private ways: readonly Route[] = [];
  private scene: Scene | undefined;

  constructor(private readonly dispatch: (action: Action) => void) {
    this.dom = h("div", { class: "v-islands" }, this.nodes, this.links);
  }

  /** Brings the lists up to date with a scene. */
  update(scene: Scene): void {
    const before = this.scene;
    if (before && before.islands === scene.islands && before.wires === scene.wires) return;
    this.scene = scene;
    this.ways = routes(scene.islands, scene.wires.values());
    this.dom.hidden = scene.islands.size === 0;
    for (const [number, item] of this.islandItems) {
      if (scene.islands.has(number)) continue;
      item.row.remove();
      this.islandItems.delete(number);
    }
    for (const island of scene.islands.values()) this.fillIsland(island);
    for (const [key, item] of this.linkItems) {
      if (scene.wires.has(key)) continue;
      item.row.remove();
      this.linkItems.delete(key);
    }
    for (const [key, wire] of scene.wires) this.fillLink(key, wire, scene);
    for (const { wire, curve } of this.ways) {
      const row = this.linkItems.get(wireKey(wire.a, wire.b))?.row;
      const at = pointAt(curve, 0.5);
      if (row) row.style.transform = `translate(${at.x}px, ${at.y}px) translate(-50%, -50%)`;
    }
  }

  /** What all of it takes on the plane. */
  extent(): Box | undefined {
    return this.scene && extent(this.scene.islands, this.scene.wires.values());
  }

  /** Lays the lists over what the camera sees. */
  look(camera: Camera): void {
    this.dom.style.transform = `translate(${camera.x}px, ${camera.y}px) scale(${camera.zoom})`;
  }

  /** Draws boxes and links, on the plane. */
  draw(ctx: CanvasRenderingContext2D, theme: Theme): void {
    if (!this.scene) return;
    for (const island of this.scene.islands.values()) drawIsland(ctx, theme, island);
    for (const { wire, curve } of this.ways) drawLink(ctx, theme, wire, curve);
  }

  private fillIsland(island: Island): void {
    const item = this.islandItems.get(island.number) ?? this.makeIsland(island.number);
    if (item.known === island) return;
    item.known = island;
    item.row.setAttribute("aria-label", `Node ${island.name}, ${island.up ? "up" : "down"}`);
    item.row.style.transform = `translate(${island.x}px, ${island.y}px)`;
    item.row.style.width = `${island.w}px`;
    item.end.hidden = !island.up;
    item.end.setAttribute("aria-label", `End node ${island.name}`);
    item.end.title = `End node ${island.name}, as if its computer had lost its power`;
  }

  private makeIsland(number: number): IslandItem {
    const end = h("button", { type: "button", class: "v-node-end", onclick: () => this.dispatch({ type: "network", what: "stopNode", a: number, b: number }) }, "End");
    const row = h("li", { class: "v-node" }, end);
    const item: IslandItem = { row, end, known: undefined };
    this.islandItems.set(number, item);
    this.nodes.append(row);
    return item;
  }

  private fillLink(key: number, wire: NodeWire, scene: Scene): void {
    const names = `${scene.islands.get(wire.a)?.name ?? wire.a} and ${scene.islands.get(wire.b)?.name ?? wire.b}`;
    const item = this.linkItems.get(key) ?? this.makeLink(key, wire);
    const label = `Link of ${names}, ${states[wire.state]}`;
    if (item.known === wire && item.row.getAttribute("aria-label") === label) return;
    item.known = wire;
    item.row.setAttribute("aria-label", label);
    item.row.dataset["state"] = wire.state;
    item.word.textContent = states[wire.state];
    item.toggle.textContent = wire.state === "cut" ? "Mend" : "Cut";
    item.toggle.setAttribute("aria-label", `${wire.state === "cut" ? "Mend" : "Cut"} the link of ${names}`);
    item.wait.setAttribute("aria-label", `Latency between ${names}`);
    const value = String(wire.latency);
    if (![...item.wait.options].some((o) => o.value === value)) item.wait.append(h("option", { value }, latencyText(wire.latency)));
    item.wait.value = value;
  }

  private makeLink(key: number, { a, b }: NodeWire): LinkItem {
    const toggle = h("button", { type: "button", onclick: () => this.dispatch({ type: "network", what: item.known?.state === "cut" ? "heal" : "cut", a, b }) });
    const wait = h("select", { onchange: () => this.dispatch({ type: "network", what: "latency", a, b, latency: Number(wait.value) }) }, ...latencies.map((ms) => h("option", { value: String(ms) }, latencyText(ms))));
    const word = h("span", { class: "v-wire-word" });
    const row = h("li", { class: "v-wire" }, word, toggle, wait);
    const item: LinkItem = { row, toggle, word, wait, known: undefined };
    this.linkItems.set(key, item);
    this.links.append(row);
    return item;
  }
}

function drawIsland(ctx: CanvasRenderingContext2D, theme: Theme, island: Island): void {
  ctx.save();
  rounded(ctx, island.x, island.y, island.w, island.h, 22);
  ctx.fillStyle = theme.panel;
  ctx.globalAlpha = island.up ? 0.55 : 0.25;
  ctx.fill();
  ctx.globalAlpha = island.up ? 1 : 0.7;
  ctx.lineWidth = 1.6;
  ctx.strokeStyle = island.up ? theme.wait : theme.crash;
  if (!island.up) ctx.setLineDash([7, 7]);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.font = `600 14px ${theme.sans}`;
  ctx.fillStyle = island.up ? theme.ink : theme["crash-ink"];
  ctx.textAlign = "left";
  ctx.fillText(island.up ? island.name : `${island.name} · down`, island.x + 18, island.y + 28, Math.max(40, island.w - 90));
  ctx.restore();
}

function drawLink(ctx: CanvasRenderingContext2D, theme: Theme, wire: NodeWire, curve: Curve): void {
  ctx.save();
  trace(ctx, curve);
  ctx.lineWidth = wire.state === "connected" ? 3.4 : 2.4;
  ctx.strokeStyle = wire.state === "connected" ? theme.leaf : wire.state === "cut" ? theme.crash : theme.wait;
  if (wire.state === "cut") ctx.setLineDash([9, 9]);
  else if (wire.state === "closed") ctx.setLineDash([2, 6]);
  ctx.stroke();
  ctx.restore();
}
