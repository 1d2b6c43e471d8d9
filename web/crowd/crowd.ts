/**
 * The crowd: a cell for each process of the run, on a canvas. The machine says where each cell is and what it tells; here
 * they are coloured, looked at from near and far, pointed at and chosen, by hand or by keyboard.
 */

import type { CrowdBy } from "../protocol.ts";
import { cellAt, emptyCell } from "../state/crowd.ts";
import { Layer } from "../stage/layer.ts";
import { readTheme, type Theme } from "../stage/theme.ts";
import type { Action, State } from "../state/state.ts";
import { h, icon, type Animated, type View } from "../state/view.ts";
import { byWords, glanceLines } from "./glance.ts";
import { byteWord, legendBytes, palette, parseColor, type Palette } from "./palette.ts";
import { Plane } from "./plane.ts";
import { cellUnder, fitCells, gridSize, largest, markSize, seeCell, zoomCells, type Camera } from "./view.ts";

/** Makes the view. */
export function crowdView(state: State, dispatch: (action: Action) => void): View<State> & Animated {
  return new Crowd(state, dispatch);
}

interface Cell {
  readonly x: number;
  readonly y: number;
}

class Crowd implements View<State>, Animated {
  readonly dom: HTMLElement;
  private readonly plane = new Plane();
  private readonly layer = new Layer();
  private readonly field: HTMLElement;
  private readonly empty = h("p", { class: "v-empty" });
  private readonly said = h("p", { class: "v-hidden", role: "status", "aria-live": "polite", "aria-label": "Cell" });
  private readonly tip = h("div", { class: "v-crowd-tip", "aria-hidden": "true", hidden: true });
  private readonly legend = h("ul", { class: "v-crowd-legend", "aria-label": "Legend" });
  private readonly summary = h("p", { class: "v-crowd-sum" });
  private readonly radios = new Map<CrowdBy, HTMLInputElement>();
  private readonly watcher: ResizeObserver;
  private readonly motion = matchMedia("(prefers-reduced-motion: reduce)");
  private readonly scheme = matchMedia("(prefers-color-scheme: dark)");
  private readonly schemeChanged = (): void => {
    this.theme = undefined;
    wake();
  };

  private state: State;
  private theme: Theme | undefined;
  private palette: Palette | undefined;
  private dressed = "";
  private measured = false;
  private stale = true;
  private width = 0;
  private height = 0;
  private ratio = 1;
  private camera: Camera = { x: 0, y: 0, zoom: 8 };
  private following = true;
  private legendKnown = "";
  private counted = 0;
  private later: ReturnType<typeof setTimeout> | undefined;

  private hover: Cell | undefined;
  private cursor: Cell | undefined;
  /** The last question, and what to do with its answer. */
  private asked: { readonly cell: Cell; readonly then: "tell" | "select" | "visit" } | undefined;
  private askedAt = 0;
  private readonly pointers = new Map<number, Cell>();
  private dragged = 0;
  private located = 0;

  constructor(state: State, private readonly dispatch: (action: Action) => void) {
    this.state = state;
    const radio = (by: CrowdBy): HTMLElement => {
      const input = h("input", { type: "radio", name: "crowd-by", value: by, onchange: () => dispatch({ type: "crowdBy", by }) });
      this.radios.set(by, input);
      return h("label", { class: "v-crowd-by" }, input, byWords[by]);
    };
    this.field = h("div", { class: "v-crowd-field", tabindex: "0", role: "application", "aria-roledescription": "picture of cells", "aria-label": "Crowd of processes", "aria-describedby": "crowd-keys" });
    this.field.append(this.layer.canvas, this.tip);
    const button = (name: string, inside: string, action: () => void): HTMLElement => {
      const b = h("button", { class: "v-icon", type: "button", "aria-label": name, title: name, onclick: action });
      b.append(icon(inside));
      return b;
    };
    this.dom = h(
      "div",
      { class: "v-crowd" },
      h("div", { class: "v-crowd-tools" }, h("fieldset", { class: "v-crowd-choice" }, h("legend", { class: "v-hidden" }, "What the colours tell"), radio("status"), radio("mailbox"), radio("age")), this.summary),
      this.field,
      this.empty,
      this.legend,
      this.said,
      h("p", { class: "v-hidden", id: "crowd-keys" }, "Arrow keys go from cell to cell, with Shift eight at a time. Space selects the process, Enter shows it in the tree, plus and minus zoom, 0 shows all."),
      h(
        "div",
        { class: "v-zoom", role: "group", "aria-label": "Zoom of the crowd" },
        button("Zoom out", '<path d="M3.5 8h9"/>', () => this.zoomBy(1 / 1.5, this.width / 2, this.height / 2)),
        button("Zoom in", '<path d="M3.5 8h9M8 3.5v9"/>', () => this.zoomBy(1.5, this.width / 2, this.height / 2)),
        button("Show all", '<path d="M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10"/>', () => this.follow()),
      ),
    );
    this.watcher = new ResizeObserver(() => {
      this.measured = false;
      wake();
    });
    this.watcher.observe(this.field);
    this.scheme.addEventListener("change", this.schemeChanged);
    this.motion.addEventListener("change", this.schemeChanged);
    this.listen();
    this.plane.take(state.crowd, undefined);
    this.show();
  }

  update(next: State, previous: State): void {
    this.state = next;
    if (next.theme !== previous.theme) this.theme = undefined;
    if (next.crowd !== previous.crowd) {
      if (next.crowd.tiles !== previous.crowd.tiles || next.crowd.begun !== previous.crowd.begun) {
        this.plane.take(next.crowd, this.motion.matches ? undefined : performance.now());
        if (next.crowd.processes === 0) this.following = true;
      }
      if (next.crowd.glance !== previous.crowd.glance) this.answered();
      this.stale = true;
    }
    if (next.selected !== previous.selected) {
      this.stale = true;
      this.located = 0;
    }
    this.show();
  }

  destroy(): void {
    clearTimeout(this.later);
    this.watcher.disconnect();
    this.scheme.removeEventListener("change", this.schemeChanged);
    this.motion.removeEventListener("change", this.schemeChanged);
    this.dom.remove();
  }

  // --- what is read ---

  private show(): void {
    const { crowd, crowdBy, phase } = this.state;
    for (const [by, input] of this.radios) input.checked = by === crowdBy;
    const none = crowd.processes === 0 && crowd.tiles.size === 0;
    this.empty.hidden = !none;
    this.legend.hidden = none;
    if (none) {
      const word = { loading: "The machine is being loaded", idle: "Nothing runs yet", running: "The program is being compiled", waiting: "Nothing runs", ended: "Nothing runs any more", broken: "There is no machine" }[phase];
      const hint = phase === "idle" ? "Run the program to see its processes, a cell for each." : phase === "ended" ? (this.state.cell.watch ? "Run the program to see its processes." : "The program ran without a trace: nobody remembers who was there.") : "";
      const text = `${word}\n${hint}`;
      if (this.empty.dataset["text"] !== text) {
        this.empty.dataset["text"] = text;
        this.empty.replaceChildren(h("b", {}, word), h("span", {}, hint));
      }
    }
    // The words follow a few times a second at most; nobody reads faster.
    const now = performance.now();
    clearTimeout(this.later);
    if (now - this.counted > 200 || none) this.tell();
    else this.later = setTimeout(() => this.tell(), 220);
  }

  /** Writes the summary and the legend with its counts. */
  private tell(): void {
    this.counted = performance.now();
    const { crowd } = this.state;
    const { counts } = this.plane;
    const bytes = legendBytes(crowd.by, (b) => counts[b] ?? 0);
    const known = `${crowd.by} ${this.dressed} ${bytes.map((b) => counts[b]).join(" ")}`;
    const sum = crowd.processes === 1 ? "1 process" : `${crowd.processes.toLocaleString("en")} processes`;
    this.summary.textContent = crowd.tiles.size === 0 ? "" : crowd.leftOut > 0 ? `${sum}, and ${crowd.leftOut.toLocaleString("en")} for which there is no cell` : "A cell for each process; those of one maker stand together.";
    if (known === this.legendKnown || !this.palette) return;
    this.legendKnown = known;
    this.legend.dataset["by"] = crowd.by;
    this.legend.replaceChildren(
      ...bytes.map((byte) => {
        const swatch = h("i", { "data-byte": String(byte) });
        const [r, g, b] = this.palette?.colors[byte] ?? [0, 0, 0];
        swatch.style.backgroundColor = `rgb(${r} ${g} ${b})`;
        return h("li", {}, swatch, `${byteWord(crowd.by, byte)} `, h("b", {}, (counts[byte] ?? 0).toLocaleString("en")));
      }),
    );
  }

  /** An answer about a cell has come. */
  private answered(): void {
    const { glance } = this.state.crowd;
    if (!glance) return;
    const { asked } = this;
    if (glance.pid !== 0 && glance.pid === this.state.selected) this.located = glance.pid;
    if (!asked || asked.cell.x !== glance.x || asked.cell.y !== glance.y) return;
    this.asked = undefined;
    const lines = glanceLines(glance);
    this.tip.replaceChildren(...lines.map((line, i) => h(i === 0 ? "b" : "span", { dir: "auto" }, line)));
    if (this.cursor && this.cursor.x === glance.x && this.cursor.y === glance.y) this.said.textContent = lines.join(", ");
    if (asked.then === "tell" || glance.pid === 0) {
      if (asked.then === "select") this.dispatch({ type: "select", node: 0 });
      return;
    }
    if (asked.then === "select") this.dispatch({ type: "select", node: glance.pid === this.state.selected ? 0 : glance.pid });
    else this.dispatch({ type: "visit", node: glance.pid });
  }

  private ask(cell: Cell, then: "tell" | "select" | "visit"): void {
    const now = performance.now();
    // A pointer that moves asks as often as there are answers; a click is never lost.
    if (then === "tell" && this.asked && (this.asked.then !== "tell" || now - this.askedAt < 80)) return;
    this.asked = { cell, then };
    this.askedAt = now;
    this.dispatch({ type: "glance", x: cell.x, y: cell.y });
  }

  // --- what is drawn ---

  measure(): void {
    const ratio = window.devicePixelRatio || 1;
    if (!this.measured || ratio !== this.ratio) {
      this.measured = true;
      this.width = this.field.clientWidth;
      this.height = this.field.clientHeight;
      this.ratio = ratio;
      this.stale = true;
    }
    const { by } = this.state.crowd;
    if (this.theme && this.dressed === by) return;
    this.theme = readTheme(document.body);
    const probe = h("span", { hidden: true });
    this.dom.append(probe);
    this.palette = palette(by, (name) => {
      probe.style.color = `var(${name})`;
      return parseColor(getComputedStyle(probe).color);
    });
    probe.remove();
    this.dressed = by;
    this.plane.dress(this.palette);
    this.legendKnown = "";
    this.tell();
    this.stale = true;
  }

  draw(now: number): boolean {
    const { theme } = this;
    if (!theme) return false;
    const { crowd } = this.state;
    const { painted, flashing } = this.plane.paint(now);
    this.layer.resize(this.width, this.height, this.ratio);
    if (this.following) {
      const camera = this.fit();
      if (camera.zoom !== this.camera.zoom || camera.x !== this.camera.x || camera.y !== this.camera.y) {
        this.camera = camera;
        this.stale = true;
      }
    }
    if (painted > 0 || this.stale) {
      this.stale = false;
      this.compose(theme);
    }
    if (this.state.selected !== 0 && this.located !== this.state.selected && crowd.processes > 0 && now - this.askedAt > 300 && !this.asked) {
      this.askedAt = now;
      this.dispatch({ type: "glance", node: this.state.selected });
    }
    return flashing;
  }

  private fit(): Camera {
    const { crowd } = this.state;
    const small = this.width < 600;
    return fitCells(crowd.w, crowd.h, this.width, this.height, small ? { top: 8, right: 8, bottom: 8, left: 8 } : { top: 12, right: 20, bottom: 12, left: 20 });
  }

  private compose(theme: Theme): void {
    const { layer, camera } = this;
    const { ctx } = layer;
    const { crowd } = this.state;
    layer.clear();
    const { zoom } = camera;
    const [r, g, b] = this.palette?.empty ?? [0, 0, 0];
    ctx.fillStyle = `rgb(${r} ${g} ${b})`;
    ctx.fillRect(camera.x, camera.y, crowd.w * zoom, crowd.h * zoom);
    if (crowd.w > 0) {
      ctx.imageSmoothingEnabled = zoom * this.ratio < 1;
      // Only the part in sight: scaling the rest costs as much.
      const x0 = Math.max(0, Math.floor(-camera.x / zoom));
      const y0 = Math.max(0, Math.floor(-camera.y / zoom));
      const x1 = Math.min(crowd.w, Math.ceil((this.width - camera.x) / zoom));
      const y1 = Math.min(crowd.h, Math.ceil((this.height - camera.y) / zoom));
      if (x1 > x0 && y1 > y0) {
        ctx.drawImage(this.plane.canvas, x0, y0, x1 - x0, y1 - y0, camera.x + x0 * zoom, camera.y + y0 * zoom, (x1 - x0) * zoom, (y1 - y0) * zoom);
        if (zoom >= gridSize) this.grid(x0, y0, x1, y1);
        if (zoom >= markSize && crowd.by === "status") this.marks(theme, x0, y0, x1, y1);
      }
    }
    const { glance } = crowd;
    if (glance && glance.pid !== 0 && (this.hover || this.cursor)) {
      ctx.strokeStyle = theme.soft;
      ctx.lineWidth = 1;
      for (const a of glance.where) ctx.strokeRect(camera.x + a.x * zoom - 0.5, camera.y + a.y * zoom - 0.5, a.w * zoom + 1, a.h * zoom + 1);
    }
    if (this.hover) this.frame(this.hover, theme.ink, 1.5);
    if (this.cursor) this.frame(this.cursor, theme.leaf, 2.5);
    if (glance && glance.pid === this.state.selected && glance.pid !== 0) this.frame(glance, theme["leaf-ink"], 2.5);
  }

  private frame(cell: Cell, color: string, width: number): void {
    const { ctx } = this.layer;
    const size = Math.max(6, this.camera.zoom);
    const x = this.camera.x + (cell.x + 0.5) * this.camera.zoom - size / 2;
    const y = this.camera.y + (cell.y + 0.5) * this.camera.zoom - size / 2;
    ctx.strokeStyle = color;
    ctx.lineWidth = width;
    ctx.strokeRect(x, y, size, size);
  }

  /** Lines between the cells. */
  private grid(x0: number, y0: number, x1: number, y1: number): void {
    const { ctx } = this.layer;
    const { x, y, zoom } = this.camera;
    const [r, g, b] = this.palette?.empty ?? [0, 0, 0];
    ctx.fillStyle = `rgb(${r} ${g} ${b})`;
    const line = zoom >= markSize ? 2 : 1;
    for (let i = x0; i <= x1; i++) ctx.fillRect(x + i * zoom - line / 2, y + y0 * zoom, line, (y1 - y0) * zoom);
    for (let i = y0; i <= y1; i++) ctx.fillRect(x + x0 * zoom, y + i * zoom - line / 2, (x1 - x0) * zoom, line);
  }

  /** A mark in each cell, so that colour does not tell alone. */
  private marks(theme: Theme, x0: number, y0: number, x1: number, y1: number): void {
    const { ctx } = this.layer;
    const { crowd } = this.state;
    const { zoom } = this.camera;
    const s = zoom * 0.24;
    ctx.strokeStyle = ctx.fillStyle = theme.panel;
    ctx.lineWidth = Math.max(1.4, zoom / 11);
    for (let row = y0; row < y1; row++) {
      for (let column = x0; column < x1; column++) {
        const byte = cellAt(crowd, column, row);
        if (byte === emptyCell) continue;
        const x = this.camera.x + (column + 0.5) * zoom;
        const y = this.camera.y + (row + 0.5) * zoom;
        mark(ctx, byte, x, y, s);
      }
    }
  }

  // --- the visitor's hand ---

  private follow(): void {
    this.following = true;
    this.stale = true;
    wake();
  }

  private zoomBy(factor: number, x: number, y: number): void {
    // Nearer than near is in the tree.
    if (factor > 1 && this.camera.zoom >= largest) {
      const cell = this.cellUnder(x, y);
      if (cell) this.ask(cell, "visit");
      return;
    }
    this.following = false;
    const least = Math.min(this.fit().zoom, 1) * 0.8;
    this.camera = zoomCells(this.camera, factor, x, y, least);
    this.stale = true;
    wake();
  }

  private cellUnder(x: number, y: number): Cell | undefined {
    return cellUnder(this.camera, x, y, this.state.crowd.w, this.state.crowd.h);
  }

  private pointAt(event: PointerEvent | WheelEvent | MouseEvent): { x: number; y: number } {
    const r = this.field.getBoundingClientRect();
    return { x: event.clientX - r.left, y: event.clientY - r.top };
  }

  private point(event: PointerEvent): void {
    const at = this.pointAt(event);
    const cell = this.cellUnder(at.x, at.y);
    if (cell?.x !== this.hover?.x || cell?.y !== this.hover?.y) {
      this.hover = cell;
      this.stale = true;
      wake();
    }
    const there = cell && cellAt(this.state.crowd, cell.x, cell.y) !== emptyCell;
    this.tip.hidden = !there;
    if (!cell || !there) return;
    this.ask(cell, "tell");
    const left = at.x + 16 + 240 > this.width;
    this.tip.style.transform = `translate(${Math.round(left ? at.x - 16 : at.x + 16)}px, ${Math.round(Math.min(at.y + 14, this.height - 84))}px)${left ? " translateX(-100%)" : ""}`;
  }

  private listen(): void {
    const { field } = this;
    field.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const at = this.pointAt(event);
        const lines = event.deltaMode === 1 ? 30 : 1;
        this.zoomBy(Math.exp((-event.deltaY * lines) / (event.ctrlKey ? 120 : 420)), at.x, at.y);
      },
      { passive: false },
    );
    field.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (this.pointers.size === 1) this.dragged = 0;
    });
    field.addEventListener("pointermove", (event) => {
      const last = this.pointers.get(event.pointerId);
      if (!last) {
        this.point(event);
        return;
      }
      const next = { x: event.clientX, y: event.clientY };
      this.pointers.set(event.pointerId, next);
      const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const r = field.getBoundingClientRect();
        const before = Math.hypot(last.x - other.x, last.y - other.y);
        if (before > 0) this.zoomBy(Math.hypot(next.x - other.x, next.y - other.y) / before, (next.x + other.x) / 2 - r.left, (next.y + other.y) / 2 - r.top);
        this.dragged = 100;
        return;
      }
      this.dragged += Math.abs(next.x - last.x) + Math.abs(next.y - last.y);
      if (this.dragged < 6) return;
      if (!field.hasPointerCapture(event.pointerId)) field.setPointerCapture(event.pointerId);
      this.following = false;
      this.camera = { ...this.camera, x: this.camera.x + next.x - last.x, y: this.camera.y + next.y - last.y };
      this.tip.hidden = true;
      this.stale = true;
      wake();
    });
    const up = (event: PointerEvent): void => {
      if (!this.pointers.delete(event.pointerId) || event.type !== "pointerup" || this.dragged >= 6) return;
      const at = this.pointAt(event);
      const cell = this.cellUnder(at.x, at.y);
      if (!cell) {
        if (this.state.selected !== 0) this.dispatch({ type: "select", node: 0 });
        return;
      }
      this.cursor = cell;
      this.ask(cell, "select");
    };
    field.addEventListener("pointerup", up);
    field.addEventListener("pointercancel", up);
    field.addEventListener("pointerleave", () => {
      this.hover = undefined;
      this.tip.hidden = true;
      this.stale = true;
      wake();
    });
    field.addEventListener("dblclick", (event) => {
      const at = this.pointAt(event);
      const cell = this.cellUnder(at.x, at.y);
      if (cell) this.ask(cell, "visit");
    });
    field.addEventListener("keydown", (event) => this.key(event));
    field.addEventListener("focus", () => {
      if (this.cursor || this.state.crowd.w === 0 || !field.matches(":focus-visible")) return;
      this.moveTo({ x: 0, y: 0 });
    });
    field.addEventListener("blur", () => {
      this.cursor = undefined;
      this.stale = true;
      wake();
    });
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = event.shiftKey ? 8 : 1;
    const cell = this.cursor ?? { x: 0, y: 0 };
    const moves: Readonly<Record<string, Cell>> = {
      ArrowLeft: { x: cell.x - by, y: cell.y }, ArrowRight: { x: cell.x + by, y: cell.y }, ArrowUp: { x: cell.x, y: cell.y - by }, ArrowDown: { x: cell.x, y: cell.y + by }, Home: { x: 0, y: 0 },
    };
    const move = moves[event.key];
    if (move) this.moveTo(move);
    else {
      switch (event.key) {
        case " ":
          if (this.cursor) this.ask(this.cursor, "select");
          break;
        case "Enter":
          if (this.cursor) this.ask(this.cursor, "visit");
          break;
        case "+":
        case "=":
          this.zoomBy(1.4, this.camera.x + (cell.x + 0.5) * this.camera.zoom, this.camera.y + (cell.y + 0.5) * this.camera.zoom);
          break;
        case "-":
          this.zoomBy(1 / 1.4, this.camera.x + (cell.x + 0.5) * this.camera.zoom, this.camera.y + (cell.y + 0.5) * this.camera.zoom);
          break;
        case "0":
          this.follow();
          break;
        case "Escape":
          if (this.state.selected === 0) return;
          this.dispatch({ type: "select", node: 0 });
          break;
        default:
          return;
      }
    }
    event.preventDefault();
  }

  private moveTo({ x, y }: Cell): void {
    const { w, h: height } = this.state.crowd;
    if (w === 0) return;
    this.cursor = { x: Math.min(w - 1, Math.max(0, x)), y: Math.min(height - 1, Math.max(0, y)) };
    if (!this.following) this.camera = seeCell(this.camera, this.cursor, this.width, this.height);
    this.asked = undefined;
    this.ask(this.cursor, "tell");
    this.stale = true;
    wake();
  }
}

/** Draws the mark of a status. */
function mark(ctx: CanvasRenderingContext2D, byte: number, x: number, y: number, s: number): void {
  ctx.beginPath();
  switch (byte) {
    case 0: // ready: half
      ctx.arc(x, y, s, Math.PI / 2, -Math.PI / 2);
      ctx.fill();
      break;
    case 1: // running
      ctx.moveTo(x - s * 0.8, y - s);
      ctx.lineTo(x + s, y);
      ctx.lineTo(x - s * 0.8, y + s);
      ctx.fill();
      break;
    case 2: // waiting
      ctx.arc(x, y, s * 0.9, 0, Math.PI * 2);
      ctx.stroke();
      break;
    case 3: // suspended
      ctx.rect(x - s * 0.8, y - s, s * 0.5, s * 2);
      ctx.rect(x + s * 0.3, y - s, s * 0.5, s * 2);
      ctx.fill();
      break;
    case 4: // exited
      ctx.moveTo(x - s, y);
      ctx.lineTo(x + s, y);
      ctx.stroke();
      break;
    case 5: // crashed
      ctx.moveTo(x - s, y - s);
      ctx.lineTo(x + s, y + s);
      ctx.moveTo(x + s, y - s);
      ctx.lineTo(x - s, y + s);
      ctx.stroke();
      break;
    default:
      break;
  }
}

function wake(): void {
  document.dispatchEvent(new Event("vivarium:wake"));
}
