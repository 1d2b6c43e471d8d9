/**
 * The tab "Sequence": the run as a space-time diagram. The machine's side lays it out and tells the rows in sight; here
 * they are drawn on a canvas that stands still while its scroller moves, and written down as a list over it.
 */

import type { Chart, ChartMark } from "../protocol.ts";
import { readTheme, type Theme } from "../stage/theme.ts";
import type { ChartRequest } from "../state/sequence.ts";
import type { Action, State } from "../state/state.ts";
import { h, icon, type Animated, type View } from "../state/view.ts";
import { Layer } from "../stage/layer.ts";
import { EventCard } from "./card.ts";
import { EventList } from "./events.ts";
import { LaneHeads, LaneMenu } from "./lanes.ts";
import { columnIds, columnsOf, laneWidth, laneX, largest, moved, rowHeight, rowsInSight, rowsToAsk, smallest, wholeSize, type Sight } from "./measures.ts";
import { paint } from "./paint.ts";
import { PastHeader } from "./past.ts";

/** Makes the view. */
export function sequenceView(state: State, dispatch: (action: Action) => void): View<State> & Animated {
  return new Sequence(state, dispatch);
}

/** So near its end the diagram is still read at its end. */
const nearEnd = 12;

class Sequence implements View<State>, Animated {
  readonly dom: HTMLElement;
  private readonly layer = new Layer();
  private readonly list: EventList;
  private readonly heads: LaneHeads;
  private readonly menu: LaneMenu;
  private readonly past: PastHeader;
  private readonly card: EventCard;
  private readonly empty = h("p", { class: "v-empty" });
  private readonly note = h("span", { class: "v-seq-note v-soft" });
  private readonly newest: HTMLButtonElement;
  private readonly scroller: HTMLElement;
  private readonly size: HTMLElement;
  private readonly watcher: ResizeObserver;
  private readonly scheme = matchMedia("(prefers-color-scheme: dark)");
  private readonly unthemed = (): void => {
    this.theme = undefined;
    this.wake();
  };

  private state: State;
  private theme: Theme | undefined;
  private ratio = 1;
  private sight: Sight = { width: 0, height: 0, left: 0, top: 0, zoom: 1 };
  private stale = true;
  /** The height of the whole view. */
  private roomFor = 0;
  /** The reader is at the end, and stays there as the run goes on. */
  private following = true;
  private current = 0;
  private hovered = 0;
  private dragged: { readonly column: number; readonly x: number } | undefined;
  /** A row that the reader wants to be at as soon as it is known. */
  private awaited = -1;
  /** An event that shall come into sight as soon as its row is known, and what was asked for it. */
  private pending = 0;
  private sought = { seq: 0, why: 0, until: 0 };
  private hidden: readonly number[] = [];
  private order: readonly number[] = [];
  private grouped = false;
  private local = false;
  private grey = false;
  private asked = "";
  private range = { first: 0, last: 0, rows: 0 };

  constructor(state: State, private readonly dispatch: (action: Action) => void) {
    this.state = state;
    this.list = new EventList({
      choose: (mark, go) => this.choose(mark, go),
      hover: (mark, event) => this.hover(mark, event),
      ask: (mark, at) => {
        this.choose(mark, false);
        this.card.menu(mark, at);
      },
      why: (mark) => dispatch({ type: "why", of: { seq: mark.seq } }),
      far: (row) => {
        this.awaited = row;
        this.reveal(row);
      },
      leave: () => {
        if (this.current !== 0) {
          this.current = 0;
          this.wake();
        } else if (this.state.sequence.why) dispatch({ type: "why", of: undefined });
      },
    });
    this.heads = new LaneHeads({
      select: (node) => dispatch({ type: "select", node: node === this.state.selected ? 0 : node }),
      hide: (lane) => this.show(lane, false),
      move: (from, to) => {
        const { chart } = this.state.sequence;
        const ids = chart ? columnIds(chart) : [];
        const id = ids[from];
        if (id === undefined) return;
        this.order = moved(ids, id, to);
        this.relay();
      },
      drag: (lane, x) => {
        this.dragged = x === undefined ? undefined : { column: lane.column, x: x - this.sight.left };
        this.wake();
      },
    });
    this.menu = new LaneMenu({
      show: (lane, shown) => this.show(lane, shown),
      group: (on) => {
        this.grouped = on;
        this.relay();
      },
      local: (on) => {
        this.local = on;
        this.relay();
      },
    });
    this.past = new PastHeader({
      grey: (on) => {
        this.grey = on;
        this.relay();
      },
      choose: (seq) => this.chooseSeq(seq),
      back: () => dispatch({ type: "why", of: undefined }),
    });
    this.card = new EventCard({
      why: (mark) => dispatch({ type: "why", of: { seq: mark.seq } }),
      go: (mark) => dispatch({ type: "seek", seq: mark.seq }),
      select: (node) => dispatch({ type: "select", node }),
      close: () => {
        this.current = 0;
        this.wake();
      },
    });
    const button = (name: string, inside: string, action: () => void): HTMLButtonElement => {
      const b = h("button", { class: "v-icon", type: "button", "aria-label": name, title: name, onclick: action });
      b.append(icon(inside));
      return b;
    };
    this.newest = h("button", { class: "v-ghost", type: "button", title: "Go to the newest event, and follow the run", onclick: () => this.follow() }, "Newest");
    const bar = h(
      "div",
      { class: "v-seq-bar" },
      this.menu.dom,
      h(
        "div",
        { class: "v-seq-zoom", role: "group", "aria-label": "Size" },
        button("Smaller", '<path d="M3.5 8h9"/>', () => this.zoomBy(1 / 1.25)),
        button("Larger", '<path d="M3.5 8h9M8 3.5v9"/>', () => this.zoomBy(1.25)),
      ),
      this.newest,
      h("span", { class: "v-sp" }),
      this.note,
    );
    this.size = h("div", { class: "v-seq-size" }, h("div", { class: "v-seq-pin" }, this.layer.canvas), this.heads.dom, this.list.dom, this.card.menuDom);
    this.scroller = h("div", { class: "v-seq-scroll" }, this.size);
    this.dom = h("div", { class: "v-seq" }, bar, this.past.dom, h("div", { class: "v-seq-box" }, this.scroller, this.empty, this.card.tip), this.card.dom);
    this.scroller.addEventListener("scroll", () => this.wake(), { passive: true });
    this.scroller.addEventListener(
      "wheel",
      (event) => {
        this.following &&= event.deltaY >= 0;
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.zoomBy(Math.exp(-event.deltaY / 240));
      },
      { passive: false },
    );
    this.dom.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || (event.target as Element).matches("input, textarea")) return;
      if (event.key === "+" || event.key === "=") this.zoomBy(1.25);
      else if (event.key === "-") this.zoomBy(1 / 1.25);
      else if (event.key === "0") this.zoomBy(1 / this.sight.zoom);
      else return;
      event.preventDefault();
    });
    this.watcher = new ResizeObserver(() => this.wake());
    this.watcher.observe(this.scroller);
    this.scheme.addEventListener("change", this.unthemed);
    this.update(state, state);
  }

  update(next: State, previous: State): void {
    this.state = next;
    if (next.theme !== previous.theme) this.theme = undefined;
    const { chart, why } = next.sequence;
    if (next.run !== previous.run || (previous.phase === "loading" && next.phase !== "loading")) this.asked = "";
    if (next.run !== previous.run) {
      this.current = 0;
      this.hidden = [];
      this.order = [];
      this.following = true;
    }
    if (why !== previous.sequence.why) {
      this.current = why ? why.seq : this.current;
      if (this.current !== 0) this.pending = this.current;
      this.following = why === undefined && this.following;
      this.awaited = -1;
      this.asked = "";
    }
    if (chart && chart !== previous.sequence.chart) {
      const last = previous.sequence.chart;
      if (last && chart.now !== last.now && chart.now < chart.rows) this.following = false;
    }
    this.wake();
  }

  destroy(): void {
    this.watcher.disconnect();
    this.scheme.removeEventListener("change", this.unthemed);
    this.dom.remove();
  }

  measure(): void {
    const { scroller } = this;
    const next: Sight = { width: scroller.clientWidth, height: scroller.clientHeight, left: scroller.scrollLeft, top: scroller.scrollTop, zoom: this.sight.zoom };
    const ratio = window.devicePixelRatio || 1;
    this.roomFor = this.dom.clientHeight;
    const { sight } = this;
    if (next.width !== sight.width || next.height !== sight.height || next.left !== sight.left || next.top !== sight.top || ratio !== this.ratio) {
      // Whoever scrolls up wants to stay there; whoever comes to the end, to follow.
      // A card that opens shall not hide what it speaks of.
      if (next.height !== sight.height && !this.following) this.pending = this.current;
      if (next.height === sight.height && next.top !== sight.top) this.following = next.top + next.height >= this.scroller.scrollHeight - nearEnd;
      this.sight = next;
      this.ratio = ratio;
      this.stale = true;
    }
    this.theme ??= readTheme(document.body);
  }

  draw(): boolean {
    if (!this.stale || !this.theme || this.sight.width === 0) return false;
    this.stale = false;
    const { chart, why } = this.state.sequence;
    const bare = chart === undefined || chart.rows === 0;
    this.empty.hidden = !bare;
    this.scroller.classList.toggle("v-seq-bare", bare);
    if (bare) this.sayNothing();
    this.past.update(why, chart, this.grey, this.roomFor);
    if (chart) this.fitTo(chart);
    this.ask();
    if (!chart) return false;
    this.menu.update(chart, this.hidden);
    this.heads.update(chart, this.sight);
    this.list.update(chart, this.sight, this.current);
    const mark = chart.marks.find((m) => m.seq === this.current);
    // What is asked of a past stands in its header already.
    this.card.update(this.current === 0 || this.current === why?.seq ? undefined : mark);
    this.newest.hidden = bare || (this.following && chart.now >= chart.rows);
    this.note.textContent = [chart.busy ? "reading the run" : "", chart.cut ? "the run began before the first row" : ""].filter((s) => s !== "").join(" · ");
    const { sight, layer } = this;
    layer.resize(sight.width, sight.height, this.ratio);
    layer.canvas.style.width = `${sight.width}px`;
    layer.canvas.style.height = `${sight.height}px`;
    layer.clear();
    if (bare) return false;
    paint(layer.ctx, chart, { sight, theme: this.theme, hovered: this.hovered, current: this.current, selected: this.state.selected, dragged: this.dragged, whole: false });
    return false;
  }

  /** Makes the scroller as large as the diagram, and goes where the reader wants to be. */
  private fitTo(chart: Chart): void {
    const whole = wholeSize(chart.rows, columnsOf(chart), this.sight.zoom);
    const width = `${Math.max(whole.width, 1)}px`;
    const height = `${whole.height}px`;
    if (this.size.style.width !== width) this.size.style.width = width;
    if (this.size.style.height !== height) this.size.style.height = height;
    if (this.pending !== 0 && chart.why === (this.state.sequence.why?.seq ?? 0)) {
      const mark = chart.marks.find((m) => m.seq === this.pending);
      if (mark) {
        this.pending = 0;
        this.reveal(mark.row, mark.column);
      }
    }
    if (this.awaited >= 0) {
      const mark = chart.marks.find((m) => Math.floor(m.row) === this.awaited);
      if (mark) {
        this.awaited = -1;
        this.current = mark.seq;
      }
    }
    const top = Math.max(0, whole.height - this.sight.height);
    if (this.following && Math.abs(this.sight.top - top) >= 1) {
      this.scrollTo(top);
    }
  }

  /** Asks for the rows in sight, when they are not there yet. */
  private ask(): void {
    const { phase, sequence } = this.state;
    if (phase === "loading" || phase === "idle" || phase === "broken") return;
    const why = sequence.why?.seq ?? 0;
    const layout = { hidden: this.hidden, order: this.order, grouped: this.grouped, local: this.local, why, grey: this.grey };
    const key = JSON.stringify([layout, this.following]);
    const { first, last } = rowsInSight(this.sight);
    const inside = this.following ? last - first <= this.range.rows : first >= this.range.first && Math.min(last, sequence.chart?.rows ?? last) <= this.range.last;
    const { first: from, rows } = rowsToAsk(this.sight);
    if (this.pending !== 0) {
      // Its row is not known here: the answer is the rows around it, unless the diagram does not have it.
      const now = performance.now();
      if (this.sought.seq !== this.pending || this.sought.why !== why) {
        this.sought = { seq: this.pending, why, until: now + 1000 };
        this.asked = key;
        this.dispatch({ type: "chart", request: { ...layout, at: this.pending, rows } });
        return;
      }
      if (now < this.sought.until) return;
      this.pending = 0;
    }
    this.sought = { seq: 0, why: 0, until: 0 };
    if (key === this.asked && inside) return;
    this.asked = key;
    this.range = { first: from, last: from + rows, rows };
    const request: ChartRequest = { ...layout, first: from, rows, follow: this.following };
    this.dispatch({ type: "chart", request });
  }

  /** The layout is to be another one. */
  private relay(): void {
    this.asked = "";
    this.wake();
  }

  private sayNothing(): void {
    const { phase, scene } = this.state;
    const word = phase === "loading" ? "The machine is being loaded" : phase === "broken" ? "There is no machine" : scene.nodes.size > 0 ? "Nothing has happened yet" : "Nothing runs yet";
    const hint = phase === "idle" || phase === "ended" ? "Run the program to see who tells whom what, and when." : "";
    if (this.empty.dataset["text"] === word + hint) return;
    this.empty.dataset["text"] = word + hint;
    this.empty.replaceChildren(h("b", {}, word), h("span", {}, hint));
  }

  private show(lane: number, shown: boolean): void {
    this.hidden = shown ? this.hidden.filter((id) => id !== lane) : [...this.hidden, lane];
    this.relay();
  }

  private choose(mark: ChartMark, go: boolean): void {
    this.current = mark.seq;
    this.awaited = -1;
    this.reveal(mark.row, mark.column);
    if (go) {
      this.following = false;
      this.dispatch({ type: "seek", seq: mark.seq });
    }
    this.wake();
  }

  private chooseSeq(seq: number): void {
    const mark = this.state.sequence.chart?.marks.find((m) => m.seq === seq);
    this.current = seq;
    if (mark) this.reveal(mark.row, mark.column);
    else this.pending = seq;
    this.following = false;
    this.wake();
  }

  private hover(mark: ChartMark | undefined, event?: PointerEvent): void {
    const seq = mark?.seq ?? 0;
    if (event && event.pointerType !== "touch") this.card.hover(mark, event, this.dom.querySelector(".v-seq-box") ?? this.dom);
    else this.card.hover(undefined);
    if (seq === this.hovered) return;
    this.hovered = seq;
    this.wake();
  }

  /** Brings a row into sight, and a lane. */
  private reveal(row: number, column = -1): void {
    const high = rowHeight(this.sight.zoom);
    const y = row * high;
    const room = this.sight.height - 54;
    const { scrollTop } = this.scroller;
    let top = scrollTop;
    if (y < scrollTop + high * 0.5) top = Math.max(0, y - room * 0.3);
    else if (y + high * 1.6 > scrollTop + room) top = y - room * 0.7;
    this.following = false;
    if (column >= 0) {
      const x = laneX(column, this.sight);
      const half = Math.min(laneWidth(this.sight.zoom), this.sight.width) / 2;
      if (x < half) this.scroller.scrollLeft += x - half - 8;
      else if (x > this.sight.width - half) this.scroller.scrollLeft += x - this.sight.width + half + 8;
    }
    if (top !== scrollTop) this.scrollTo(top);
    this.wake();
  }

  /** Scrolls; what the reader wants of following is not changed by it. */
  private scrollTo(top: number): void {
    this.scroller.scrollTop = top;
    this.sight = { ...this.sight, top: this.scroller.scrollTop };
  }

  private follow(): void {
    this.following = true;
    const { chart } = this.state.sequence;
    if (chart && chart.now < chart.rows) this.dispatch({ type: "live" });
    this.wake();
  }

  private zoomBy(factor: number): void {
    const zoom = Math.min(largest, Math.max(smallest, this.sight.zoom * factor));
    if (zoom === this.sight.zoom) return;
    // The row in the middle stays there.
    const middle = (this.scroller.scrollTop + this.sight.height / 2) / rowHeight(this.sight.zoom);
    this.sight = { ...this.sight, zoom };
    const { chart } = this.state.sequence;
    if (chart) this.fitTo(chart);
    if (!this.following) this.scrollTo(Math.max(0, middle * rowHeight(zoom) - this.sight.height / 2));
    this.wake();
  }

  /** Asks for a frame. */
  private wake(): void {
    this.stale = true;
    this.dom.dispatchEvent(new CustomEvent("vivarium:wake", { bubbles: true }));
  }
}
