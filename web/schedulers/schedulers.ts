/**
 * The schedulers: a card for each, with its run queue, who runs, and the reduction bar that fills to 4,000; below them the
 * strip of turns. The cards are the page's own elements, so that everybody reads the same; what moves on its own, the
 * bar and a process on its way to another queue, follows the scene's clock.
 */

import type { Scheduler, Waiter } from "../protocol.ts";
import { Layer } from "../stage/layer.ts";
import { readTheme, type Theme } from "../stage/theme.ts";
import { alive, type Action, type State } from "../state/state.ts";
import { stealTime } from "../state/turns.ts";
import { h, type Animated, type View } from "../state/view.ts";
import { drawStrip, hueOf, type Placed } from "./strip.ts";
import { laneCounts, laneSentence, number, outWord, priorities, schedulerName, shortName, slice } from "./words.ts";

/** Makes the view. */
export function schedulersView(state: State, dispatch: (action: Action) => void): View<State> & Animated {
  return new Schedulers(state, dispatch);
}

/** A scheduler's card. */
interface Card {
  readonly dom: HTMLElement;
  readonly counts: HTMLElement;
  readonly queues: HTMLElement;
  readonly seat: HTMLElement;
  readonly bar: HTMLElement;
  readonly fill: HTMLElement;
  readonly said: HTMLElement;
  /** What its parts were last made of. */
  known: { queues: string; seat: string; said: string; counts: string };
}

/** The height of a row of the strip, in pixels. */
const rowHeight = (rows: number): number => (rows <= 2 ? 40 : rows <= 4 ? 28 : rows <= 8 ? 18 : 12);

class Schedulers implements View<State>, Animated {
  readonly dom: HTMLElement;
  private readonly list = h("ol", { class: "v-scheds", "aria-label": "Schedulers" });
  private readonly empty = h("p", { class: "v-empty" });
  private readonly strip = new Layer();
  private readonly stripBox = h("figure", { class: "v-strip" });
  private readonly caption = h("figcaption", {});
  private readonly tip = h("p", { class: "v-strip-tip", "aria-hidden": "true" });
  private readonly flying = new Layer();
  private readonly knob: HTMLInputElement;
  private readonly knobValue = h("output", { for: "schedulers-knob" });
  private readonly knobNote = h("span", { class: "v-knob-note" });
  private readonly again: HTMLButtonElement;
  private readonly cards = new Map<number, Card>();
  private readonly watcher: ResizeObserver;
  private readonly motion = matchMedia("(prefers-reduced-motion: reduce)");
  private readonly scheme = matchMedia("(prefers-color-scheme: dark)");
  private readonly changed = (): void => {
    this.stale = true;
    this.measured = false;
    wake();
  };

  private state: State;
  private theme: Theme | undefined;
  private hues: readonly string[] = [];
  private stale = true;
  private measured = false;
  private width = 0;
  private height = 0;
  private stripWidth = 0;
  private ratio = 1;
  private at = 0;
  private heard = { at: 0, now: 0 };
  private placed: readonly Placed[] = [];
  /** Where each card's queue and seat are, within the view; read when something is about to fly. */
  private places = new Map<number, { queue: DOMRect; seat: DOMRect }>();
  private listBox = new DOMRect();
  private origin = { x: 0, y: 0 };

  constructor(state: State, private readonly dispatch: (action: Action) => void) {
    this.state = state;
    this.knob = h("input", {
      type: "range", id: "schedulers-knob", min: "1", max: "16", step: "1", "aria-label": "Number of schedulers",
      oninput: () => dispatch({ type: "schedulers", count: Number(this.knob.value) }),
    });
    this.again = h("button", { class: "v-ghost", type: "button", onclick: () => dispatch({ type: "run" }) }, "Run again with it");
    this.stripBox.append(this.caption, this.strip.canvas, this.tip);
    this.flying.canvas.classList.add("v-flying");
    this.dom = h(
      "div",
      { class: "v-schedulers", role: "region", "aria-label": "Schedulers of the machine" },
      h("div", { class: "v-sched-tools" }, h("label", { class: "v-knob" }, "Schedulers", this.knob, this.knobValue), this.knobNote, this.again),
      this.list,
      this.stripBox,
      this.empty,
      this.flying.canvas,
    );
    this.watcher = new ResizeObserver(this.changed);
    this.watcher.observe(this.dom);
    this.scheme.addEventListener("change", this.changed);
    this.motion.addEventListener("change", this.changed);
    this.list.addEventListener("scroll", this.changed, { passive: true });
    this.strip.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.strip.canvas.addEventListener("pointerleave", () => (this.tip.textContent = ""));
    this.strip.canvas.addEventListener("click", (event) => {
      const turn = this.turnAt(event)?.turn;
      if (turn) dispatch({ type: "select", node: turn.pid });
    });
    this.show();
  }

  update(next: State, previous: State): void {
    this.state = next;
    if (next.theme !== previous.theme) this.theme = undefined;
    if (next.turns !== previous.turns || next.selected !== previous.selected || next.phase !== previous.phase || next.theme !== previous.theme) this.stale = true;
    if (next.turns !== previous.turns || next.schedulers !== previous.schedulers || next.phase !== previous.phase || next.cell !== previous.cell || next.selected !== previous.selected) this.show();
  }

  destroy(): void {
    this.watcher.disconnect();
    this.scheme.removeEventListener("change", this.changed);
    this.motion.removeEventListener("change", this.changed);
    this.dom.remove();
  }

  // --- what is read ---

  private show(): void {
    const { turns, phase, schedulers, cell } = this.state;
    const lanes = [...turns.lanes.values()].sort((a, b) => a.index - b.index);
    const wanted = schedulers || cell.schedulers || 4;
    this.knob.value = String(wanted);
    this.knobValue.textContent = String(wanted);
    const now = turns.count;
    const different = now !== 0 && now !== wanted;
    this.knobNote.textContent = different ? `from the next run on; this one has ${now}` : "holds for the next run, too";
    this.knobNote.hidden = now === 0;
    this.again.hidden = !different;

    this.empty.hidden = lanes.length > 0;
    this.list.hidden = this.stripBox.hidden = lanes.length === 0;
    if (lanes.length === 0) this.tellEmpty(phase);
    const all = lanes.reduce((sum, l) => sum + l.work, 0);
    for (const [index, card] of this.cards) {
      if (turns.lanes.has(index)) continue;
      card.dom.remove();
      this.cards.delete(index);
    }
    for (const lane of lanes) this.showLane(this.cardOf(lane.index), lane, all);
  }

  private tellEmpty(phase: State["phase"]): void {
    const word = { loading: "The machine is being loaded", idle: "Nothing runs yet", running: "The program is being compiled", waiting: "Nothing runs", ended: "Nothing runs any more", broken: "There is no machine" }[phase];
    const unwatched = !this.state.cell.watch && alive(this.state);
    const hint = unwatched ? "This program runs without a trace, so that nothing holds it up: its turns are not told." : phase === "idle" || phase === "ended" ? "Run the program to see how its processes take turns." : "";
    this.empty.replaceChildren(h("b", {}, unwatched ? "Not watched" : word), h("span", {}, hint));
  }

  private cardOf(index: number): Card {
    const known = this.cards.get(index);
    if (known) return known;
    const counts = h("span", { class: "v-sched-counts" });
    const queues = h("div", { class: "v-sched-queues" });
    const seat = h("div", { class: "v-sched-who" });
    const fill = h("i", {});
    const bar = h("div", { class: "v-sched-bar", role: "meter", "aria-valuemin": "0", "aria-valuemax": String(slice), "aria-label": `Reductions of ${schedulerName(index)}` }, fill);
    const said = h("span", { class: "v-sched-said" });
    const dom = h("li", { class: "v-sched" }, h("header", {}, h("h3", {}, schedulerName(index)), counts), h("div", { class: "v-sched-row" }, queues, h("div", { class: "v-sched-seat" }, seat, bar, said)));
    const card: Card = { dom, counts, queues, seat, bar, fill, said, known: { queues: "-", seat: "-", said: "-", counts: "-" } };
    this.cards.set(index, card);
    const after = [...this.cards.keys()].filter((i) => i > index).sort((a, b) => a - b)[0];
    this.list.insertBefore(dom, after === undefined ? null : (this.cards.get(after)?.dom ?? null));
    this.measured = false;
    return card;
  }

  private showLane(card: Card, lane: Scheduler, all: number): void {
    card.dom.setAttribute("aria-label", laneSentence(lane));
    card.dom.classList.toggle("v-busy", lane.busy);
    const counts = laneCounts(lane, all);
    if (counts !== card.known.counts) card.counts.textContent = card.known.counts = counts;
    const { selected } = this.state;
    const queues = JSON.stringify([lane.queues, selected]);
    if (queues !== card.known.queues) {
      card.known.queues = queues;
      // The head of a queue stands next to the seat; a queue that is hardly ever used shows only when it is.
      const shown = lane.queues.map((q, i) => ({ q, name: priorities[i] ?? "" })).filter(({ q, name }) => q.count > 0 || name === "normal");
      card.queues.replaceChildren(
        ...shown.map(({ q, name }) => {
          const chips = q.first.map((w) => h("li", {}, this.chip(w, selected)));
          const label = `${name === "normal" ? "ready" : name} ${q.count > 0 ? number(q.count) : ""}`;
          return h("div", { class: "v-sched-queue", "data-priority": name }, h("span", { class: "v-sched-prio" }, label), chips.length === 0 ? h("span", { class: "v-none" }, q.count === 0 ? "nobody" : "too many to name") : h("ol", { "aria-label": `${name} priority, ${readyWord(q.count)}` }, ...chips));
        }),
      );
    }
    const seat = JSON.stringify([lane.pid, lane.name, lane.busy, selected === lane.pid]);
    if (seat !== card.known.seat) {
      card.known.seat = seat;
      card.seat.replaceChildren(lane.pid === 0 ? h("span", { class: "v-none" }, "has run nobody yet") : this.chip({ pid: lane.pid, name: lane.name, system: false }, selected));
    }
  }

  private chip(w: Waiter, selected: number): HTMLElement {
    const button = h("button", { class: w.system ? "v-chip v-system" : "v-chip", type: "button", "data-hue": String(hueOf(w.pid)), "aria-pressed": String(w.pid === selected), onclick: () => this.dispatch({ type: "select", node: w.pid === this.state.selected ? 0 : w.pid }) });
    button.append(h("bdi", {}, shortName(w.name)));
    return button;
  }

  // --- what moves ---

  measure(): void {
    const ratio = window.devicePixelRatio || 1;
    if (!this.measured || ratio !== this.ratio) {
      this.measured = true;
      this.width = this.dom.clientWidth;
      this.height = this.dom.clientHeight;
      this.stripWidth = this.stripBox.clientWidth;
      this.ratio = ratio;
      this.stale = true;
      this.places.clear();
    }
    if (!this.theme) {
      this.theme = readTheme(document.body);
      const style = getComputedStyle(this.dom);
      const probe = h("span", { hidden: true });
      this.dom.append(probe);
      this.hues = Array.from({ length: 8 }, (_, i) => {
        probe.style.color = style.getPropertyValue(`--hue-${i}`);
        return getComputedStyle(probe).color;
      });
      probe.remove();
      this.stale = true;
    }
    if (this.state.turns.steals.length > 0 && this.places.size === 0) {
      const around = this.dom.getBoundingClientRect();
      this.origin = { x: around.left, y: around.top };
      this.listBox = this.list.getBoundingClientRect();
      for (const [index, card] of this.cards) this.places.set(index, { queue: card.queues.getBoundingClientRect(), seat: card.seat.getBoundingClientRect() });
    }
  }

  draw(now: number): boolean {
    const { scene, turns, phase, paused } = this.state;
    if (scene.at !== this.heard.at) this.heard = { at: scene.at, now };
    const passed = now - this.heard.now;
    this.at = paused ? scene.at : scene.at + (phase === "running" ? Math.min(passed, 24) : passed);
    if (!this.theme) return false;
    const moving = this.fillBars();
    const rows = [...turns.lanes.keys()].sort((a, b) => a - b);
    if (this.stale && rows.length > 0) {
      const height = rowHeight(rows.length) * rows.length;
      this.strip.canvas.style.height = `${height}px`;
      this.strip.resize(this.stripWidth, height, this.ratio);
      this.placed = drawStrip(this.strip, this.theme, this.hues, rows, turns.latest, { width: this.stripWidth, height, left: 20 }, this.state.selected);
      const shown = this.placed.length;
      this.caption.textContent = shown === 0 ? "Turns" : `The last ${shown === 1 ? "turn" : `${shown} turns`}: one thread plays all schedulers, so one block follows the other. A bar at its end: preempted. An arrow at its start: taken from another queue. A dashed line: everybody waited.`;
    }
    this.stale = false;
    const flying = this.fly();
    return moving || flying;
  }

  /** Fills the bars; says whether one is still filling. */
  private fillBars(): boolean {
    let moving = false;
    const { turns } = this.state;
    for (const [index, card] of this.cards) {
      const lane = turns.lanes.get(index);
      const last = turns.last.get(index);
      if (!lane) continue;
      // Who runs now and has not finished has used nothing that is known yet.
      const over = last !== undefined && !lane.busy;
      const part = !over ? 0 : last.duration <= 0 || this.motion.matches ? 1 : Math.min(1, Math.max(0, (this.at - last.at) / last.duration));
      if (over && part < 1) moving = true;
      const used = over ? Math.round(last.turn.reductions * part) : 0;
      const width = Math.min(1, used / slice);
      const full = over && part >= 1;
      const said = !over ? (lane.busy ? "runs" : "") : full ? `${number(used)} of 4,000 · ${outWord(last)}` : `${number(used)} of 4,000`;
      if (said !== card.known.said) {
        card.known.said = said;
        card.said.textContent = said;
        card.fill.style.transform = `scaleX(${width})`;
        card.bar.setAttribute("aria-valuenow", String(used));
        card.dom.classList.toggle("v-full", full && last.turn.out === "preempted");
        card.dom.classList.toggle("v-active", moving && over);
      }
    }
    return moving && !this.state.paused;
  }

  /** Draws who is on the way from one queue to another scheduler; says whether somebody is. */
  private fly(): boolean {
    const { steals } = this.state.turns;
    const { theme } = this;
    this.flying.resize(this.width, this.height, this.ratio);
    this.flying.clear();
    if (steals.length === 0 || !theme) return false;
    const { ctx } = this.flying;
    ctx.save();
    ctx.beginPath();
    ctx.rect(0, this.listBox.top - this.origin.y, this.width, this.listBox.height);
    ctx.clip();
    for (const steal of steals) {
      const from = this.places.get(steal.from)?.queue;
      const to = this.places.get(steal.to)?.seat;
      if (!from || !to) continue;
      const part = this.motion.matches ? 1 : Math.min(1, Math.max(0, (this.at - steal.at) / (stealTime * 0.6)));
      const a = { x: from.right - 30 - this.origin.x, y: from.top + from.height / 2 - this.origin.y };
      const b = { x: to.left + 40 - this.origin.x, y: to.top + to.height / 2 - this.origin.y };
      const bend = { x: Math.max(a.x, b.x) + 60, y: (a.y + b.y) / 2 };
      ctx.strokeStyle = theme.msg;
      ctx.lineWidth = 2;
      ctx.setLineDash([5, 4]);
      ctx.beginPath();
      ctx.moveTo(a.x, a.y);
      ctx.quadraticCurveTo(bend.x, bend.y, b.x, b.y);
      ctx.stroke();
      ctx.setLineDash([]);
      const x = (1 - part) ** 2 * a.x + 2 * part * (1 - part) * bend.x + part ** 2 * b.x;
      const y = (1 - part) ** 2 * a.y + 2 * part * (1 - part) * bend.y + part ** 2 * b.y;
      ctx.font = `600 12px ${theme.sans}`;
      const text = shortName(steal.name).slice(0, 24);
      const width = ctx.measureText(text).width + 16;
      ctx.fillStyle = theme["msg-soft"];
      ctx.strokeStyle = theme.msg;
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      ctx.roundRect(x - width / 2, y - 11, width, 22, 7);
      ctx.fill();
      ctx.stroke();
      ctx.fillStyle = theme.ink;
      ctx.textBaseline = "middle";
      ctx.textAlign = "center";
      ctx.fillText(text, x, y + 0.5);
      ctx.textAlign = "start";
    }
    ctx.restore();
    return !this.state.paused;
  }

  private turnAt(event: MouseEvent): Placed | undefined {
    const r = this.strip.canvas.getBoundingClientRect();
    const rows = [...this.state.turns.lanes.keys()].sort((a, b) => a - b);
    const row = rows[Math.floor(((event.clientY - r.top) / Math.max(1, r.height)) * rows.length)];
    const x = event.clientX - r.left - 20;
    return this.placed.find((p) => p.turn.scheduler === row && x >= p.x - 1 && x <= p.x + p.width + 1);
  }

  private point(event: PointerEvent): void {
    const turn = this.turnAt(event)?.turn;
    this.strip.canvas.style.cursor = turn ? "pointer" : "";
    this.tip.textContent = turn ? `${schedulerName(turn.scheduler)}: ${shortName(turn.name)}, ${number(turn.reductions)} reductions, ${outWord({ type: "slice", turn, at: 0, duration: 0 })}${turn.from === turn.scheduler ? "" : `, taken from ${schedulerName(turn.from).toLowerCase()}`}` : "";
  }
}

function readyWord(count: number): string {
  return count === 0 ? "nobody ready" : `${number(count)} ready`;
}

function wake(): void {
  document.dispatchEvent(new Event("vivarium:wake"));
}
