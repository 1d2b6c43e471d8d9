/**
 * The stage: three canvases, still things below, what travels above them, what the visitor points at on top; and over
 * them the tree for screen readers and keyboards. What is drawn follows from the scene and its clock alone, so a pause or
 * a jump in time needs nothing special; only the camera and the layout's moves follow the wall clock.
 */

import type { Flight, Mailbox, Signal } from "../protocol.ts";
import type { Scene, Taking } from "../state/scene.ts";
import type { Action, State } from "../state/state.ts";
import { h, icon, type Animated, type View } from "../state/view.ts";
import { drawCapsule, rounded } from "./capsule.ts";
import { arrow, drawTie, signalCurve, ties, trace, type Tie } from "./edges.ts";
import { compact, drawEnvelope, drawFlying, drawFrost, drawMore, lying, mailboxSlots, paper, slotBox } from "./envelope.ts";
import {
  angleAt, bowed, bowedBetween, center, easeInOut, easeOut, fit, loopTo, mix, mixBox, mixCamera, onScreen, overlaps, pointAt, progress, strip, tilt, union, zoomAt,
  type Box, type Camera, type Curve, type Point,
} from "./geometry.ts";
import { finderView, isFound } from "./finder.ts";
import type { Islands } from "./islands.ts";
import { Layer } from "./layer.ts";
import { Minimap, sight } from "./minimap.ts";
import { onMenu } from "./reach.ts";
import { cutText, textWidth } from "./text.ts";
import { readTheme, type Theme } from "./theme.ts";
import { ProcessTree } from "./tree.ts";
import { Tweens } from "./tween.ts";
import { messageWord } from "./words.ts";

/** From this zoom down a capsule shows its name only; from the second one down, nothing. */
const nameZoom = 0.5;
const bareZoom = 0.2;

/** More messages under way than this are a swarm. */
const swarm = 40;

/** As long as a batch may be late before what travels waits for it, in milliseconds. */
const betweenBatches = 24;

/** When the last effect of a scene is over, on the scene's clock. */
function lastEnd(scene: Scene): number {
  let last = 0;
  for (const effects of [scene.flights, scene.signals, scene.pulses, scene.births, scene.deaths, scene.restarts, scene.takings]) {
    for (const { start, duration } of effects.values()) last = Math.max(last, start + duration);
  }
  return last;
}

/** Whether a message has started or landed that lies in a mailbox: it is drawn there once it no longer flies. */
function landing(next: Scene, previous: Scene): boolean {
  if (next.flights === previous.flights) return false;
  const lies = ({ id, to }: Flight): boolean => next.mailboxes.get(to)?.first.some((envelope) => envelope.id === id) ?? false;
  for (const flight of previous.flights.values()) if (!next.flights.has(flight.id) && lies(flight)) return true;
  for (const flight of next.flights.values()) if (!previous.flights.has(flight.id) && lies(flight)) return true;
  return false;
}

/** Makes the stage. */
export function stageView(state: State, dispatch: (action: Action) => void): View<State> & Animated {
  return new Stage(state, dispatch);
}

class Stage implements View<State>, Animated {
  readonly dom: HTMLElement;
  private readonly still = new Layer();
  private readonly messages = new Layer();
  private readonly overlay = new Layer();
  private readonly tree: ProcessTree;
  private readonly finder: View<State>;
  private readonly map = new Minimap((at) => this.lookAt(at));
  /** Boxes around the nodes of the machine, once there are several. */
  private islands: Islands | "loading" | undefined;
  private readonly empty = h("p", { class: "v-empty" });
  private readonly legend = h("p", { class: "v-legend" }, "shape = kind · dash = monitor · double ring = traps exits");
  private readonly tweens = new Tweens();
  private readonly watcher: ResizeObserver;
  private readonly motion = matchMedia("(prefers-reduced-motion: reduce)");
  private readonly scheme = matchMedia("(prefers-color-scheme: dark)");
  private readonly schemeChanged = (): void => {
    this.themed = false;
    this.wake();
  };

  private state: State;
  private theme: Theme;
  private themed = true;
  private width = 0;
  private height = 0;
  private ratio = 1;
  private measured = false;
  private stale = true;
  private drawnMessages = false;
  private placed: Scene["places"] | undefined;
  private drawnTies: readonly Tie[] = [];
  private time = 0;
  /** A process in sight waits with a timeout. */
  private counting = false;
  /** The scene's clock as it is drawn, see tellTime. */
  private at = 0;
  private heard = { at: 0, now: 0 };

  private camera: Camera = { x: 0, y: 0, zoom: 1 };
  /** The camera keeps everything in sight until the visitor moves it. */
  private following = true;
  private cameraSet = false;
  private cameraTarget: Camera | undefined;

  /** Where the messages under way were drawn last, in the layout. */
  private readonly flying = new Map<number, Point>();
  private readonly pointers = new Map<number, Point>();
  private dragged = 0;

  constructor(state: State, private readonly dispatch: (action: Action) => void) {
    this.state = state;
    this.tree = new ProcessTree({
      select: (node) => {
        if (this.dragged < 6) dispatch({ type: "select", node: node === this.state.selected ? 0 : node });
      },
      hover: (node) => dispatch({ type: "hover", node }),
      focus: (node) => this.reveal(node),
      fold: (node) => dispatch({ type: "fold", node }),
    });
    this.finder = finderView(state, dispatch);
    const zoom = (factor: number): void => this.zoomBy(factor, this.width / 2, this.height / 2);
    const button = (name: string, inside: string, action: () => void): HTMLElement => {
      const b = h("button", { class: "v-icon", type: "button", "aria-label": name, title: name, onclick: action });
      b.append(icon(inside));
      return b;
    };
    this.dom = h(
      "div",
      { class: "v-stage-view" },
      this.still.canvas,
      this.messages.canvas,
      this.overlay.canvas,
      this.legend,
      this.empty,
      this.tree.dom,
      h(
        "div",
        { class: "v-stage-tools" },
        h(
          "div",
          { class: "v-zoom", role: "group", "aria-label": "Zoom" },
          button("Zoom out", '<path d="M3.5 8h9"/>', () => zoom(1 / 1.3)),
          button("Zoom in", '<path d="M3.5 8h9M8 3.5v9"/>', () => zoom(1.3)),
          button("Show all", '<path d="M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10"/>', () => this.follow()),
        ),
        this.finder.dom,
      ),
      this.map.dom,
    );
    this.theme = readTheme(document.body);
    this.watcher = new ResizeObserver(() => {
      this.measured = false;
      this.wake();
    });
    this.watcher.observe(this.dom);
    this.scheme.addEventListener("change", this.schemeChanged);
    this.motion.addEventListener("change", this.schemeChanged);
    this.listen();
    this.update(state, state);
  }

  update(next: State, previous: State): void {
    this.state = next;
    if (next.theme !== previous.theme) this.themed = false;
    const { scene } = next;
    if (scene.nodes.size === 0 && previous.scene.nodes.size > 0) this.following = true;
    this.tree.update(scene, next.selected, next.finding.hidden);
    this.finder.update(next, previous);
    // Who is chosen by a search is brought into sight.
    if (next.selected !== previous.selected && next.finding.text !== "") this.reveal(next.selected);
    this.stale ||=
      scene.nodes !== previous.scene.nodes ||
      scene.places !== previous.scene.places ||
      scene.mailboxes !== previous.scene.mailboxes ||
      scene.edges !== previous.scene.edges ||
      scene.supervisions !== previous.scene.supervisions ||
      landing(scene, previous.scene) ||
      (scene.time !== previous.scene.time && this.counting) ||
      next.selected !== previous.selected ||
      next.finding !== previous.finding ||
      next.hovered !== previous.hovered;
    this.showIslands(scene, previous.scene);
    const bare = scene.places.size === 0;
    this.empty.hidden = !bare;
    this.legend.hidden = bare;
    if (bare) {
      const word = { loading: "The machine is being loaded", idle: "Nothing runs yet", running: "The program is being compiled", waiting: "Nothing runs", ended: "Nothing runs any more", broken: "There is no machine" }[next.phase];
      const hint = next.phase === "idle" || next.phase === "ended" ? "Run the program to see its processes." : "";
      const text = `${word}\n${hint}`;
      if (this.empty.dataset["text"] !== text) {
        this.empty.dataset["text"] = text;
        this.empty.replaceChildren(h("b", {}, word), h("span", {}, hint));
      }
    }
  }

  private showIslands(scene: Scene, previous: Scene): void {
    this.stale ||= scene.islands !== previous.islands || scene.wires !== previous.wires;
    if (this.islands === undefined && scene.islands.size > 0) {
      this.islands = "loading";
      void import("./islands.ts").then(({ Islands }) => {
        const made = new Islands(this.dispatch);
        this.islands = made;
        this.tree.dom.before(made.dom);
        made.update(this.state.scene);
        this.wake();
      });
    }
    if (this.islands instanceof Object) this.islands.update(scene);
  }

  destroy(): void {
    this.watcher.disconnect();
    this.finder.destroy();
    this.scheme.removeEventListener("change", this.schemeChanged);
    this.motion.removeEventListener("change", this.schemeChanged);
    this.dom.remove();
  }

  measure(): void {
    const ratio = window.devicePixelRatio || 1;
    if (!this.measured || ratio !== this.ratio) {
      this.measured = true;
      this.width = this.dom.clientWidth;
      this.height = this.dom.clientHeight;
      this.ratio = ratio;
      this.stale = true;
    }
    if (!this.themed) {
      this.themed = true;
      this.theme = readTheme(document.body);
      this.stale = true;
    }
  }

  draw(now: number): boolean {
    const elapsed = Math.min(100, Math.max(0, now - this.time));
    this.time = now;
    const { scene } = this.state;
    const reduced = this.motion.matches;
    this.tellTime(now);

    for (const layer of [this.still, this.messages, this.overlay]) layer.resize(this.width, this.height, this.ratio);
    if (scene.places !== this.placed) {
      this.tweens.retarget(scene.places, now, reduced || this.placed === undefined);
      this.placed = scene.places;
      this.stale = true;
    }
    const moving = this.tweens.moving(now);
    const panning = this.moveCamera(elapsed, reduced);
    const acting = scene.births.size + scene.deaths.size + scene.restarts.size > 0;

    const box = (id: number): Box | undefined => this.tweens.at(id, now);
    if (this.stale || moving || panning || acting) {
      const { hidden } = this.state.finding;
      this.drawnTies = ties(scene.edges.values(), (id) => (hidden.has(scene.nodes.get(id)?.kind ?? "group") ? undefined : box(id)), scene.places.keys());
      this.tree.place(box);
      this.tree.dom.style.transform = `translate(${this.camera.x}px, ${this.camera.y}px) scale(${this.camera.zoom})`;
      if (this.islands instanceof Object) this.islands.look(this.camera);
      this.drawStill(scene, box, reduced);
      this.drawOverlay(box);
      this.map.draw(this.theme, scene.nodes.values(), box, sight(this.camera, this.width, this.height), this.ratio);
    }
    const travelling = scene.flights.size + scene.signals.size + scene.pulses.size + scene.takings.size > 0;
    if (travelling || acting || this.drawnMessages) {
      this.drawMessages(scene, box, reduced);
      this.drawnMessages = travelling || acting;
    }
    const again = moving || panning || (!this.state.paused && this.state.phase !== "running" && this.at < lastEnd(scene));
    // A last frame after the last movement, when all is in its place.
    this.stale = again && !this.stale ? true : again;
    return again;
  }

  /**
   * The scene's clock comes with each batch. Between two batches of a running program it goes on a little, so that what
   * travels does not stutter; after the end of a program it goes on until everything has come to rest.
   */
  private tellTime(now: number): void {
    const { scene, phase, paused } = this.state;
    if (scene.at !== this.heard.at) this.heard = { at: scene.at, now };
    const passed = now - this.heard.now;
    this.at = paused ? scene.at : scene.at + (phase === "running" ? Math.min(passed, betweenBatches) : passed);
  }

  // --- the camera ---

  private padding(): { top: number; right: number; bottom: number; left: number } {
    const small = this.width < 600;
    const inspector = this.state.selected !== 0 && !small ? 304 : 0;
    if (small) return { top: 40, right: 16, bottom: this.state.selected !== 0 ? this.height * 0.55 : 48, left: 16 };
    const high = this.height > 480;
    return { top: high ? 58 : 46, right: 40 + inspector, bottom: high ? 40 : 20, left: 40 };
  }

  private wanted(): Camera | undefined {
    const { scene } = this.state;
    const islands = this.islands instanceof Object ? this.islands.extent() : undefined;
    const around = union([...scene.places.values(), ...(islands ? [islands] : [])]);
    if (!around || this.width === 0) return undefined;
    // Below the lowest ones lie their mailboxes.
    const room = { ...around, h: around.h + strip.gap + strip.height };
    return fit(room, this.width, this.height, this.padding(), this.width < 600 ? 1 : 1.1);
  }

  /** Moves the camera towards its target; says whether it is still under way. */
  private moveCamera(elapsed: number, reduced: boolean): boolean {
    const target = this.following ? this.wanted() : this.cameraTarget;
    if (!target) return false;
    const far = Math.max(Math.abs(target.x - this.camera.x), Math.abs(target.y - this.camera.y), Math.abs(target.zoom - this.camera.zoom) * 600);
    if (far === 0) return false;
    if (reduced || !this.cameraSet || far < 0.4) {
      this.camera = target;
      this.cameraSet = true;
      this.stale = true;
    } else {
      this.camera = mixCamera(this.camera, target, 1 - Math.exp(-elapsed / 110));
    }
    return true;
  }

  private follow(): void {
    this.following = true;
    this.cameraTarget = undefined;
    this.wake();
  }

  private zoomBy(factor: number, x: number, y: number): void {
    this.following = false;
    this.cameraTarget = zoomAt(this.cameraTarget ?? this.camera, factor, x, y);
    this.wake();
  }

  private panBy(dx: number, dy: number, smooth: boolean): void {
    this.following = false;
    const from = smooth ? (this.cameraTarget ?? this.camera) : this.camera;
    this.cameraTarget = { ...from, x: from.x + dx, y: from.y + dy };
    if (!smooth) this.camera = this.cameraTarget;
    this.stale = true;
    this.wake();
  }

  /** Brings a point of the plane to the middle. */
  private lookAt(at: Point): void {
    this.following = false;
    const { zoom } = this.camera;
    this.camera = this.cameraTarget = { x: this.width / 2 - at.x * zoom, y: this.height / 2 - at.y * zoom, zoom };
    this.wake();
  }

  /** Brings a node into sight. */
  private reveal(node: number): void {
    const place = this.state.scene.places.get(node);
    if (!place) return;
    const at = onScreen(place, this.camera);
    const dx = at.x < 12 ? 24 - at.x : at.x + at.w > this.width - 12 ? this.width - 24 - at.x - at.w : 0;
    const dy = at.y < 12 ? 24 - at.y : at.y + at.h > this.height - 12 ? this.height - 24 - at.y - at.h : 0;
    if (dx !== 0 || dy !== 0) this.panBy(dx, dy, true);
    this.wake();
  }

  // --- the visitor's hand ---

  private listen(): void {
    const { dom } = this;
    onMenu(dom, (target, x, y) => this.openMenu(target, x, y));
    dom.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const r = dom.getBoundingClientRect();
        const step = event.deltaMode === 1 ? 30 : 1;
        this.zoomBy(Math.exp((-event.deltaY * step) / (event.ctrlKey ? 120 : 420)), event.clientX - r.left, event.clientY - r.top);
      },
      { passive: false },
    );
    dom.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || (event.target as Element).closest(".v-stage-tools, .v-islands")) return;
      this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (this.pointers.size === 1) this.dragged = 0;
    });
    dom.addEventListener("pointermove", (event) => {
      const last = this.pointers.get(event.pointerId);
      if (!last) return;
      const next = { x: event.clientX, y: event.clientY };
      const others = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, p]) => p);
      const other = others[0];
      if (other) {
        const r = dom.getBoundingClientRect();
        const before = Math.hypot(last.x - other.x, last.y - other.y);
        const after = Math.hypot(next.x - other.x, next.y - other.y);
        if (before > 0) this.zoomBy(after / before, (next.x + other.x) / 2 - r.left, (next.y + other.y) / 2 - r.top);
        if (this.cameraTarget) this.camera = this.cameraTarget;
        this.dragged = 100;
      } else {
        this.dragged += Math.abs(next.x - last.x) + Math.abs(next.y - last.y);
        if (this.dragged >= 6) {
          if (!dom.hasPointerCapture(event.pointerId)) dom.setPointerCapture(event.pointerId);
          dom.classList.add("v-dragging");
          this.panBy(next.x - last.x, next.y - last.y, false);
        }
      }
      this.pointers.set(event.pointerId, next);
    });
    const up = (event: PointerEvent): void => {
      if (!this.pointers.delete(event.pointerId)) return;
      dom.classList.remove("v-dragging");
      const onItem = (event.target as Element).closest("[role=treeitem]");
      if (event.type === "pointerup" && this.dragged < 6 && !onItem && this.state.selected !== 0) this.dispatch({ type: "select", node: 0 });
    };
    dom.addEventListener("pointerup", up);
    dom.addEventListener("pointercancel", up);
    dom.addEventListener("dblclick", (event) => {
      if (!(event.target as Element).closest("[role=treeitem], .v-stage-tools, .v-minimap, .v-islands")) this.follow();
    });
    dom.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const step = 60;
      switch (event.key) {
        case "+":
        case "=":
          this.zoomBy(1.25, this.width / 2, this.height / 2);
          break;
        case "-":
          this.zoomBy(1 / 1.25, this.width / 2, this.height / 2);
          break;
        case "0":
          this.follow();
          break;
        case "ArrowLeft":
        case "ArrowRight":
        case "ArrowUp":
        case "ArrowDown":
          if (!event.shiftKey) return;
          this.panBy(event.key === "ArrowLeft" ? step : event.key === "ArrowRight" ? -step : 0, event.key === "ArrowUp" ? step : event.key === "ArrowDown" ? -step : 0, true);
          break;
        default:
          return;
      }
      event.preventDefault();
    });
  }

  /** Opens the menu of the message or the process at a place in the window. */
  private openMenu(target: Element, x: number, y: number): boolean {
    const r = this.dom.getBoundingClientRect();
    const at = { x: (x - r.left - this.camera.x) / this.camera.zoom, y: (y - r.top - this.camera.y) / this.camera.zoom };
    const { scene } = this.state;
    const flight = [...scene.flights.values()].find(({ id }) => {
      const place = this.flying.get(id);
      return place !== undefined && Math.abs(place.x - at.x) < 48 && Math.abs(place.y - at.y) < 18;
    });
    const node = flight?.to ?? Number(target.closest<HTMLElement>("[role=treeitem]")?.dataset["node"] ?? 0);
    if (!scene.nodes.has(node)) return false;
    const message = flight ? { id: flight.id, label: messageWord(flight.shape, flight.label) } : null;
    this.dispatch({ type: "menu", menu: { node, message, x, y } });
    return true;
  }

  /** Asks for a frame: the state has not changed, but the picture has. */
  private wake(): void {
    this.stale = true;
    this.dom.dispatchEvent(new CustomEvent("vivarium:wake", { bubbles: true }));
  }

  // --- still things ---

  private drawStill(scene: Scene, box: (id: number) => Box | undefined, reduced: boolean): void {
    const { ctx } = this.still;
    const { theme, camera } = this;
    this.still.clear();
    this.drawGrid(ctx);
    this.still.look(camera);
    const seen: Box = { x: -camera.x / camera.zoom - 20, y: -camera.y / camera.zoom - 60, w: this.width / camera.zoom + 40, h: this.height / camera.zoom + 80 };
    const focus = this.state.hovered || this.state.selected;
    if (this.islands instanceof Object) this.islands.draw(ctx, theme);

    let monitors = 0;
    for (const tie of this.drawnTies) {
      drawTie(ctx, theme, tie, focus !== 0 && (tie.edge.from === focus || tie.edge.to === focus));
      if (tie.edge.kind === "monitor") monitors++;
    }
    if (monitors > 0 && monitors <= 6 && camera.zoom > nameZoom) {
      for (const tie of this.drawnTies) {
        if (tie.edge.kind !== "monitor") continue;
        const at = pointAt(tie.curve, 0.45);
        this.label(ctx, "monitors", at, theme.soft, `11.5px ${theme.sans}`);
      }
    }

    const { finding } = this.state;
    this.counting = false;
    const detail = camera.zoom > nameZoom ? "all" : camera.zoom > bareZoom ? "name" : "none";
    for (const node of scene.nodes.values()) {
      const place = box(node.id);
      if (!place || !overlaps(place, seen) || finding.hidden.has(node.kind)) continue;
      this.counting ||= node.until > scene.time;
      const birth = scene.births.get(node.id);
      const restart = scene.restarts.get(node.id);
      let at = place;
      let alpha = 1;
      const faint = isFound(node, finding.text) ? 1 : 0.2;
      if (!reduced && birth && !restart) {
        const p = easeOut(progress(birth, this.at));
        const parent = box(birth.parent);
        if (parent && p < 1) {
          const c = center(parent);
          at = mixBox({ x: c.x - place.w * 0.3, y: c.y - place.h * 0.3, w: place.w * 0.6, h: place.h * 0.6 }, place, p);
        }
        alpha = p;
      }
      if (!reduced && restart) alpha = easeInOut(progress(restart, this.at));
      if (alpha <= 0.01) {
        if (restart) this.ghost(ctx, place);
        continue;
      }
      // A box that is not at its full size yet is drawn scaled, text and all.
      const scale = at.w / place.w;
      ctx.save();
      ctx.translate(at.x, at.y);
      ctx.scale(scale, scale);
      alpha *= faint;
      ctx.shadowColor = alpha === 1 && detail === "all" ? "#1d2a2612" : "transparent";
      drawCapsule(ctx, theme, {
        node,
        supervision: scene.supervisions.get(node.id),
        box: { x: 0, y: 0, w: place.w, h: place.h },
        alpha,
        detail,
        ghost: node.life > 1,
        left: node.until > node.since ? Math.min(1, Math.max(0, (node.until - scene.time) / (node.until - node.since))) : undefined,
      });
      ctx.restore();
      const mailbox = scene.mailboxes.get(node.id);
      if (node.frozen && alpha === 1 && camera.zoom > bareZoom) drawFrost(ctx, theme, place);
      if (mailbox && mailbox.count + mailbox.out > 0 && camera.zoom > bareZoom) this.drawMailbox(ctx, scene, place, mailbox, alpha);
    }
  }

  private ghost(ctx: CanvasRenderingContext2D, place: Box): void {
    ctx.save();
    ctx.setLineDash([3, 5]);
    ctx.lineWidth = 1.3;
    ctx.strokeStyle = this.theme.crash;
    ctx.globalAlpha = 0.7;
    rounded(ctx, place.x, place.y, place.w, place.h, 14);
    ctx.stroke();
    ctx.restore();
  }

  private drawGrid(ctx: CanvasRenderingContext2D): void {
    let step = 28 * this.camera.zoom;
    while (step < 16) step *= 2;
    while (step > 56) step /= 2;
    ctx.fillStyle = this.theme.grid;
    const size = 2;
    for (let y = ((this.camera.y % step) + step) % step; y < this.height; y += step) {
      for (let x = ((this.camera.x % step) + step) % step; x < this.width; x += step) {
        ctx.beginPath();
        ctx.arc(x, y, size / 2, 0, 2 * Math.PI);
        ctx.fill();
      }
    }
  }

  private drawMailbox(ctx: CanvasRenderingContext2D, scene: Scene, place: Box, mailbox: Mailbox, alpha: number): void {
    const { envelopes, more } = lying(mailbox);
    const laid = mailboxSlots(ctx, this.theme, place, envelopes, more > 0);
    envelopes.forEach((envelope, i) => {
      const slot = laid[i];
      const flight = scene.flights.get(envelope.id);
      if (!slot || (flight && flight.start + flight.duration > this.at)) return;
      drawEnvelope(ctx, this.theme, slotBox(place, slot), envelope.shape, envelope.label, envelope.skipped, alpha);
    });
    if (more > 0) {
      const last = laid.at(-1);
      drawMore(ctx, this.theme, slotBox(place, { x: last ? last.x + last.w + strip.between : 0, w: strip.overflow }), more);
    }
  }

  // --- what travels ---

  private drawMessages(scene: Scene, box: (id: number) => Box | undefined, reduced: boolean): void {
    const { ctx } = this.messages;
    this.flying.clear();
    this.messages.clear();
    this.messages.look(this.camera);
    for (const death of scene.deaths.values()) this.drawDeath(ctx, scene, death.node, box(death.node), reduced);
    for (const birth of scene.births.values()) {
      const at = box(birth.node);
      if (at && reduced) this.ring(ctx, at, this.theme.leaf, 1 - progress(birth, this.at) * 0.6);
    }
    for (const taking of scene.takings.values()) this.drawTaking(ctx, taking, box(taking.node), reduced);
    for (const pulse of scene.pulses.values()) {
      const from = box(pulse.from);
      const to = box(pulse.to);
      if (!to) continue;
      const curve = from && pulse.from !== pulse.to ? bowedBetween(from, to) : this.fromNowhere(to, this.inbox(to));
      this.drawPulse(ctx, curve, reduced ? 0.5 : easeInOut(progress(pulse, this.at)), pulse.count, pulse.label);
    }
    if (scene.flights.size > swarm) this.drawSwarm(ctx, scene, box, reduced);
    else for (const flight of scene.flights.values()) this.drawFlight(ctx, scene, flight, box, reduced);
    for (const signal of scene.signals.values()) this.drawSignal(ctx, signal, box, reduced);
  }

  /** Where a message lands when its place in the mailbox is not known: below the node, on the left. */
  private inbox(node: Box): Point {
    return { x: node.x + 40, y: node.y + node.h + strip.gap + strip.height / 2 };
  }

  /** The way of what no process sent. */
  private fromNowhere(to: Box, end: Point): Curve {
    const a = { x: to.x - 60, y: to.y + to.h + 70 };
    return { a, b: { x: a.x + 10, y: a.y - 20 }, c: { x: end.x - 30, y: end.y + 20 }, d: end };
  }

  /** More messages than anybody could read: each is a dot with a short trail, and those of a colour are drawn at once. */
  private drawSwarm(ctx: CanvasRenderingContext2D, scene: Scene, box: (id: number) => Box | undefined, reduced: boolean): void {
    const size = 3.4 / Math.min(1, this.camera.zoom);
    const shoals = new Map<string, { readonly dots: Path2D; readonly trails: Path2D }>();
    for (const flight of scene.flights.values()) {
      const to = box(flight.to);
      if (!to || this.at < flight.start || this.at >= flight.start + flight.duration) continue;
      const end = this.inbox(to);
      const from = box(flight.from);
      const curve = flight.from === flight.to ? loopTo(to, end) : from ? bowed(from, end, 0.18) : this.fromNowhere(to, end);
      // No flying where motion is not wanted: it shows at its goal.
      const t = reduced ? 1 : easeInOut(progress(flight, this.at));
      const at = pointAt(curve, t);
      const before = pointAt(curve, Math.max(0, t - 0.07));
      this.flying.set(flight.id, at);
      const { line } = paper(flight.shape, this.theme);
      let shoal = shoals.get(line);
      if (!shoal) shoals.set(line, (shoal = { dots: new Path2D(), trails: new Path2D() }));
      shoal.dots.rect(at.x - size, at.y - size * 0.7, 2 * size, 1.4 * size);
      shoal.trails.moveTo(before.x, before.y);
      shoal.trails.lineTo(at.x, at.y);
    }
    ctx.save();
    ctx.lineWidth = size * 0.5;
    for (const [color, { dots, trails }] of shoals) {
      ctx.strokeStyle = ctx.fillStyle = color;
      ctx.globalAlpha = 0.4;
      ctx.stroke(trails);
      ctx.globalAlpha = 1;
      ctx.fill(dots);
    }
    ctx.restore();
  }

  private drawFlight(ctx: CanvasRenderingContext2D, scene: Scene, flight: Flight, box: (id: number) => Box | undefined, reduced: boolean): void {
    const to = box(flight.to);
    if (this.at < flight.start || this.at >= flight.start + flight.duration) return;
    if (flight.lost) {
      this.drawLost(ctx, flight, box(flight.from), to, reduced);
      return;
    }
    if (!to) return;
    let end = this.inbox(to);
    const mailbox = scene.mailboxes.get(flight.to);
    if (mailbox) {
      const { envelopes, more } = lying(mailbox);
      const index = envelopes.findIndex((e) => e.id === flight.id);
      const laid = mailboxSlots(ctx, this.theme, to, envelopes, more > 0);
      const slot = laid[index] ?? laid.at(-1);
      if (slot) {
        const target = slotBox(to, slot);
        end = { x: target.x + target.w / 2, y: target.y + target.h / 2 };
      }
    }
    const from = box(flight.from);
    const p = progress(flight, this.at);
    if (reduced) {
      // No flying: the message shows at its goal and its sender is marked.
      this.flying.set(flight.id, end);
      if (from) this.ring(ctx, from, paper(flight.shape, this.theme).line, 0.8);
      drawFlying(ctx, this.theme, end, 0, flight.shape, flight.label, 1);
      return;
    }
    const curve = flight.from === flight.to ? loopTo(to, end) : from ? bowed(from, end, 0.18) : this.fromNowhere(to, end);
    const t = easeInOut(p);
    ctx.save();
    ctx.setLineDash([2, 5]);
    ctx.lineWidth = 1.4;
    ctx.strokeStyle = paper(flight.shape, this.theme).line;
    ctx.globalAlpha = 0.8 * Math.min(1, 4 * (1 - p) + 0.2);
    trace(ctx, curve);
    ctx.stroke();
    ctx.restore();
    const at = pointAt(curve, t);
    this.flying.set(flight.id, at);
    if (this.camera.zoom < 0.35) {
      this.dot(ctx, at, paper(flight.shape, this.theme).line, 6 / this.camera.zoom / 1.6);
      return;
    }
    // Grows out of the sender and shrinks into its slot.
    const scale = Math.min(1, 0.55 + p * 4) * (p > 0.85 ? mix(1, 0.92, (p - 0.85) / 0.15) : 1);
    drawFlying(ctx, this.theme, at, tilt(angleAt(curve, t)) * (p > 0.8 ? (1 - p) / 0.2 : 1), flight.shape, flight.label, Math.min(1, p * 8 + 0.2), scale);
  }

  /** A message that nobody gets: it comes to where its receiver was, or never leaves, and falls. */
  private drawLost(ctx: CanvasRenderingContext2D, flight: Flight, from: Box | undefined, to: Box | undefined, reduced: boolean): void {
    const goal = to ? this.inbox(to) : from && { x: from.x + from.w + 50, y: from.y + from.h / 2 };
    if (!goal) return;
    const p = progress(flight, this.at);
    const there = Math.min(1, p / 0.6);
    const fall = Math.max(0, (p - 0.6) / 0.4);
    const way = from ? bowed(from, goal, 0.18) : this.fromNowhere(to ?? { ...goal, w: 0, h: 0 }, goal);
    const at = reduced ? goal : pointAt(way, easeInOut(there));
    drawFlying(ctx, this.theme, { x: at.x, y: at.y + (reduced ? 0 : 90 * fall * fall) }, reduced ? 0 : fall * 0.9, flight.shape, flight.label, 1 - fall);
    if (this.camera.zoom > 0.35) this.label(ctx, "nobody is there", { x: goal.x, y: goal.y - 22 }, this.theme["crash-ink"], `600 11.5px ${this.theme.sans}`);
  }

  private drawTaking(ctx: CanvasRenderingContext2D, taking: Taking, node: Box | undefined, reduced: boolean): void {
    if (!node || this.at < taking.start || this.camera.zoom < bareZoom) return;
    const p = progress(taking, this.at);
    // It lay at the place it had, and goes up into the process that takes it.
    const slot = mailboxSlots(ctx, this.theme, node, [{ shape: taking.shape, label: taking.label }], false)[0];
    if (!slot) return;
    const start = slotBox(node, { x: Math.min(taking.index * 34, Math.max(0, node.w - slot.w)), w: slot.w });
    const lift = reduced ? 0 : easeInOut(p) * (strip.gap + strip.height + 14);
    if (taking.index > 0) this.drawReach(ctx, node, start, taking.index, 1 - p * p);
    drawEnvelope(ctx, this.theme, { ...start, y: start.y - lift }, taking.shape, taking.label, false, 1 - p * p);
    this.ring(ctx, node, paper(taking.shape, this.theme).line, (1 - p) * 0.7);
  }

  /** A selective receive reaches past the messages that match none of its clauses. */
  private drawReach(ctx: CanvasRenderingContext2D, node: Box, slot: Box, skipped: number, alpha: number): void {
    const { theme } = this;
    const y = slot.y + slot.h + 5;
    const end = slot.x + slot.w / 2;
    ctx.save();
    ctx.globalAlpha = alpha;
    ctx.strokeStyle = theme.leaf;
    ctx.lineWidth = 2;
    ctx.beginPath();
    ctx.moveTo(node.x + 8, slot.y);
    ctx.bezierCurveTo(node.x + 8, y + 12, end, y + 14, end, slot.y + slot.h + 2);
    ctx.stroke();
    arrow(ctx, end, slot.y + slot.h + 1, -Math.PI / 2, 8, theme.leaf);
    ctx.restore();
    if (this.camera.zoom > nameZoom) this.label(ctx, `past ${skipped}`, { x: (node.x + 8 + end) / 2, y: y + 24 }, theme["leaf-ink"], `600 11.5px ${theme.sans}`);
  }

  private drawPulse(ctx: CanvasRenderingContext2D, curve: Curve, t: number, count: number, label: string): void {
    const { theme } = this;
    ctx.save();
    trace(ctx, curve);
    ctx.lineWidth = 3;
    ctx.strokeStyle = theme.msg;
    ctx.globalAlpha = 0.35;
    ctx.stroke();
    ctx.globalAlpha = 1;
    const at = pointAt(curve, t);
    const font = `600 12px ${theme.sans}`;
    const text = `×${compact(count)}`;
    const w = Math.max(30, textWidth(ctx, font, text) + 16);
    rounded(ctx, at.x - w / 2, at.y - 13, w, 26, 13);
    ctx.fillStyle = theme["msg-soft"];
    ctx.fill();
    ctx.lineWidth = 2;
    ctx.stroke();
    ctx.font = font;
    ctx.fillStyle = theme.ink;
    ctx.textAlign = "center";
    ctx.fillText(text, at.x, at.y + 4.5);
    if (label !== "" && this.camera.zoom > nameZoom) {
      const small = `11px ${theme.mono}`;
      ctx.font = small;
      ctx.fillStyle = theme.soft;
      ctx.fillText(cutText(ctx, small, label, 120), at.x, at.y + 28);
    }
    ctx.restore();
  }

  private drawSignal(ctx: CanvasRenderingContext2D, signal: Signal, box: (id: number) => Box | undefined, reduced: boolean): void {
    const from = box(signal.from);
    const to = box(signal.to);
    if (!to || this.at < signal.start || this.at >= signal.start + signal.duration) return;
    const curve = from && signal.from !== signal.to ? signalCurve(signal, this.drawnTies, from, to) : this.fromNowhere(to, this.inbox(to));
    const { theme } = this;
    const color = signal.quiet ? theme.wait : theme.crash;
    const p = progress(signal, this.at);
    const t = reduced ? 0.5 : easeInOut(p);
    ctx.save();
    ctx.globalAlpha = p > 0.85 ? (1 - p) / 0.15 : 1;
    ctx.strokeStyle = color;
    ctx.lineWidth = signal.quiet ? 2 : 2.6;
    trace(ctx, curve);
    ctx.stroke();
    const at = pointAt(curve, t);
    const angle = angleAt(curve, t);
    ctx.lineWidth = 2;
    ctx.beginPath();
    ctx.arc(at.x, at.y, 9, 0, 2 * Math.PI);
    ctx.fillStyle = theme.stage;
    ctx.fill();
    ctx.stroke();
    arrow(ctx, at.x + 20 * Math.cos(angle), at.y + 20 * Math.sin(angle), angle, 10, color);
    if (this.camera.zoom > 0.35) this.label(ctx, `exit: ${signal.reason}`, { x: at.x + 18, y: at.y + 4 }, signal.quiet ? theme.soft : theme["crash-ink"], `600 12px ${theme.sans}`, "left");
    ctx.restore();
  }

  private drawDeath(ctx: CanvasRenderingContext2D, scene: Scene, node: number, place: Box | undefined, reduced: boolean): void {
    const death = scene.deaths.get(node);
    if (!place || !death || this.at < death.start) return;
    const p = progress(death, this.at);
    const { theme } = this;
    if (!death.crash) {
      this.ring(ctx, place, theme.wait, 1 - p);
      return;
    }
    ctx.save();
    // The flash, and its wave.
    rounded(ctx, place.x, place.y, place.w, place.h, 14);
    ctx.fillStyle = theme.crash;
    ctx.globalAlpha = 0.55 * (1 - p) ** 2;
    ctx.fill();
    if (!reduced) {
      const grow = easeOut(p) * 26;
      rounded(ctx, place.x - grow, place.y - grow, place.w + 2 * grow, place.h + 2 * grow, 14 + grow);
      ctx.globalAlpha = 0.8 * (1 - p);
      ctx.lineWidth = 3 * (1 - p) + 0.5;
      ctx.strokeStyle = theme.crash;
      ctx.stroke();
    }
    ctx.restore();
    const text = death.banner || death.reason;
    if (text !== "" && this.camera.zoom > 0.3) {
      const font = `600 12px ${theme.sans}`;
      const cut = cutText(ctx, font, text, 260);
      const w = textWidth(ctx, font, cut) + 20;
      const x = place.x + place.w / 2 - w / 2;
      const y = place.y - 34 - (reduced ? 0 : easeOut(p) * 4);
      ctx.save();
      ctx.globalAlpha = p > 0.8 ? (1 - p) / 0.2 : 1;
      rounded(ctx, x, y, w, 25, 8);
      ctx.fillStyle = theme["crash-soft"];
      ctx.fill();
      ctx.strokeStyle = theme.crash;
      ctx.lineWidth = 1.2;
      ctx.stroke();
      ctx.font = font;
      ctx.fillStyle = theme["crash-ink"];
      ctx.textAlign = "center";
      ctx.fillText(cut, place.x + place.w / 2, y + 17);
      ctx.restore();
    }
  }

  private ring(ctx: CanvasRenderingContext2D, box: Box, color: string, alpha: number): void {
    ctx.save();
    ctx.globalAlpha = Math.max(0, alpha);
    rounded(ctx, box.x - 5, box.y - 5, box.w + 10, box.h + 10, 18);
    ctx.lineWidth = 2.5;
    ctx.strokeStyle = color;
    ctx.stroke();
    ctx.restore();
  }

  private dot(ctx: CanvasRenderingContext2D, at: Point, color: string, radius: number): void {
    ctx.beginPath();
    ctx.arc(at.x, at.y, radius, 0, 2 * Math.PI);
    ctx.fillStyle = color;
    ctx.fill();
  }

  /** Words on the stage's ground, with a halo so that lines behind do not cross them. */
  private label(ctx: CanvasRenderingContext2D, text: string, at: Point, color: string, font: string, align: CanvasTextAlign = "center"): void {
    const cut = cutText(ctx, font, text, 220);
    ctx.save();
    ctx.font = font;
    ctx.textAlign = align;
    ctx.lineJoin = "round";
    ctx.lineWidth = 5;
    ctx.strokeStyle = this.theme.stage;
    ctx.strokeText(cut, at.x, at.y);
    ctx.fillStyle = color;
    ctx.fillText(cut, at.x, at.y);
    ctx.restore();
  }

  // --- what the visitor points at ---

  private drawOverlay(box: (id: number) => Box | undefined): void {
    this.overlay.clear();
    this.overlay.look(this.camera);
    const { selected, hovered } = this.state;
    const mark = (id: number, alpha: number): void => {
      const at = id !== 0 ? box(id) : undefined;
      if (at) this.ring(this.overlay.ctx, { x: at.x - 3, y: at.y - 3, w: at.w + 6, h: at.h + 6 }, this.theme.leaf, alpha);
    };
    if (hovered !== selected) mark(hovered, 0.4);
    mark(selected, 1);
  }
}
