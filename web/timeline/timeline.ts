/** The timeline: the whole run as a slider with its marks, above it the run that it parted from, and what differs first. */

import { alive, type Action, type State } from "../state/state.ts";
import { beginning, markBeside, markWord, type Moment, type TimeState } from "../state/time.ts";
import { h, type View } from "../state/view.ts";
import { readTheme, type Theme } from "../stage/theme.ts";

/** Makes the timeline. */
export function timelineView(state: State, dispatch: (action: Action) => void): View<State> {
  let shown = state;
  const slider = h("input", {
    type: "range",
    class: "v-timeline",
    "aria-label": "Timeline",
    step: "1",
    oninput: () => go(Number(slider.value)),
    onkeydown: (event: KeyboardEvent) => {
      if (key(event)) event.preventDefault();
    },
    onpointermove: (event: PointerEvent) => {
      const near = nearest(event.offsetX);
      slider.title = near ? markWord(near) : "";
    },
  });
  const marks = h("canvas", { class: "v-marks", "aria-hidden": "true" });
  const track = h("div", { class: "v-track" }, marks, slider);
  const live = h("button", { class: "v-ghost", type: "button", title: "Show the latest moment again", onclick: () => dispatch({ type: "live" }) }, "Back to live");
  const fork = h("button", { class: "v-ghost", type: "button", onclick: () => dispatch({ type: "fork" }) }, "Run from here");
  const where = h("span", { class: "v-moment" });
  const difference = h("p", { class: "v-difference" });
  const dom = h("div", { class: "v-course" }, h("div", { class: "v-course-row" }, track, where, fork, live), difference);

  const go = (seq: number): void => {
    const { time } = shown;
    const to = Math.min(Math.max(seq, time.first), time.last);
    dispatch(to === time.last && alive(shown) ? { type: "live" } : { type: "seek", seq: to });
  };

  /** Whether a key is one of the slider's: an event, a mark, an end. */
  const key = ({ key: name, ctrlKey, altKey, metaKey }: KeyboardEvent): boolean => {
    if (ctrlKey || altKey || metaKey) return false;
    const { time } = shown;
    switch (name) {
      case "ArrowLeft":
      case "ArrowDown":
        dispatch({ type: "stepBack", by: "event" });
        return true;
      case "ArrowRight":
      case "ArrowUp":
        if (!time.live) dispatch({ type: "step", by: "event" });
        return true;
      case "Home":
        dispatch({ type: "seek", seq: beginning(time) });
        return true;
      case "End":
        dispatch({ type: "live" });
        return true;
      case "PageUp":
      case "PageDown": {
        const mark = markBeside(time, time.current, name === "PageUp" ? "after" : "before");
        if (mark) dispatch({ type: "seek", seq: mark.seq });
        else dispatch(name === "PageUp" ? { type: "live" } : { type: "seek", seq: beginning(time) });
        return true;
      }
      default:
        return false;
    }
  };

  const nearest = (x: number): Moment | undefined => {
    const { time } = shown;
    let best: Moment | undefined;
    let distance = 7;
    for (const mark of [...time.marks, ...(time.ghost?.marks ?? [])]) {
      const away = Math.abs(xOf(mark.seq) - x);
      // A crash is told rather than a line that was printed beside it.
      if (away < distance || (away === distance && mark.tone === "crash")) [best, distance] = [mark, away];
    }
    return best;
  };

  const scale = (): { from: number; to: number } => {
    const { time } = shown;
    return { from: beginning(time), to: Math.max(time.last, time.ghost?.from.last ?? 0, beginning(time) + 1) };
  };
  /** Where an event stands, in pixels: the thumb's middle goes from half of its width to as much before the end. */
  const xOf = (seq: number): number => {
    const { from, to } = scale();
    return thumb / 2 + ((seq - from) / (to - from)) * Math.max(0, marks.clientWidth - thumb);
  };

  let asked = 0;
  let theme: Theme | undefined;
  const draw = (): void => {
    asked ||= requestAnimationFrame(() => {
      asked = 0;
      drawMarks(marks, shown.time, xOf, (theme ??= readTheme(dom)));
    });
  };
  const recolour = (): void => {
    theme = undefined;
    draw();
  };
  const resized = new ResizeObserver(draw);
  resized.observe(track);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", recolour);

  const show = (next: State): void => {
    shown = next;
    const { time } = next;
    const { from, to } = scale();
    const none = time.last === 0;
    slider.disabled = none;
    slider.min = String(from);
    slider.max = String(to);
    slider.value = String(time.current);
    const mark = markBeside(time, time.current, "upTo");
    slider.setAttribute("aria-valuetext", none ? "no run" : `event ${time.current} of ${time.last}, ${clock(time.time)}${mark ? `, after ${markWord(mark)}` : ""}`);
    where.textContent = none ? "" : clock(time.time);
    where.title = none ? "" : `Event ${time.current} of ${time.last}`;
    live.hidden = time.live;
    fork.hidden = time.live && !(next.paused && alive(next));
    fork.textContent = next.source === next.ran ? "Run from here" : "Run from here with the new code";
    fork.title = next.source === next.ran ? "Go on from this moment; what came after it stays for comparison" : "Load the program as it is now into the run at this moment and go on; what came after it stays for comparison";
    fork.disabled = none;
    dom.dataset["live"] = String(time.live);
    difference.hidden = !time.ghost;
    difference.replaceChildren(...differenceWords(time));
    draw();
  };

  const differenceWords = ({ ghost, difference: d }: TimeState): (Node | string)[] => {
    if (!ghost) return [];
    if (!d) return [`The run parts from the one before at event ${ghost.from.seq}; no event differs yet.`];
    const at = h("button", { class: "v-link", type: "button", onclick: () => go(d.seq) }, `event ${d.seq}`);
    return ["First difference, at ", at, ": now ", h("q", {}, d.now), " – before, ", h("q", {}, d.then)];
  };
  show(state);

  return {
    dom,
    update(next, previous) {
      if (next.time !== previous.time || next.phase !== previous.phase || next.paused !== previous.paused || next.source !== previous.source || next.ran !== previous.ran) show(next);
      if (next.theme !== previous.theme) recolour();
      shown = next;
    },
    destroy() {
      resized.disconnect();
      scheme.removeEventListener("change", recolour);
      cancelAnimationFrame(asked);
      dom.remove();
    },
  };
}

/** The width of the slider's thumb, as the style has it. */
const thumb = 16;

/** A virtual time in words. */
function clock(milliseconds: number): string {
  return milliseconds < 10_000 ? `${milliseconds.toFixed(1)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

/**
 * Draws the marks. Kind is told by shape as well as by colour: a crash is a triangle, a restart a ring, a birth a short
 * line, an end a cross line, output a dot.
 */
function drawMarks(canvas: HTMLCanvasElement, time: TimeState, xOf: (seq: number) => number, theme: Theme): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.scale(ratio, ratio);
  const middle = height / 2;
  const rail = (from: number, to: number, y: number, paint: string, dashed: boolean): void => {
    context.strokeStyle = paint;
    context.lineWidth = 3;
    context.setLineDash(dashed ? [3, 3] : []);
    context.beginPath();
    context.moveTo(xOf(from), y);
    context.lineTo(xOf(to), y);
    context.stroke();
    context.setLineDash([]);
  };
  const mark = (moment: Moment, y: number): void => {
    const x = xOf(moment.seq);
    context.beginPath();
    switch (moment.tone) {
      case "crash":
        context.fillStyle = theme.crash;
        context.moveTo(x, y - 7);
        context.lineTo(x + 5, y + 4);
        context.lineTo(x - 5, y + 4);
        context.fill();
        break;
      case "restart":
        context.strokeStyle = theme.leaf;
        context.lineWidth = 2;
        context.arc(x, y, 4, 0, 2 * Math.PI);
        context.stroke();
        break;
      case "output":
        context.fillStyle = theme.soft;
        context.arc(x, y + 8, 1.5, 0, 2 * Math.PI);
        context.fill();
        break;
      default:
        context.strokeStyle = moment.tone === "birth" ? theme.run : theme.soft;
        context.lineWidth = 1.5;
        context.moveTo(x, y - 8);
        context.lineTo(x, y - 3);
        context.stroke();
    }
  };
  const order = (a: Moment, b: Moment): number => Number(a.tone === "crash") - Number(b.tone === "crash");
  const { ghost, difference } = time;
  const y = ghost ? height - 13 : middle;
  if (time.last > 0) {
    rail(beginning(time), time.last, y, theme.line, false);
    rail(beginning(time), time.current, y, theme.leaf, false);
  }
  if (ghost) {
    rail(ghost.from.seq, ghost.from.last, 8, theme.soft, true);
    context.globalAlpha = 0.55;
    for (const moment of [...ghost.marks].sort(order)) mark(moment, 10);
    context.globalAlpha = 1;
    for (const [seq, at] of difference ? ([[difference.seq, y], [difference.oldSeq, 8]] as const) : []) {
      if (seq === 0) continue;
      context.strokeStyle = theme.ink;
      context.lineWidth = 1.5;
      context.strokeRect(xOf(seq) - 4, at - 4, 8, 8);
    }
  }
  for (const moment of [...time.marks].sort(order)) mark(moment, y);
}
