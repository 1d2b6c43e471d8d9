/** Small charts over the run. */

import { h } from "../state/view.ts";

/** A line or a layer of a chart. */
export interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

/** What a chart shows. */
export interface ChartData {
  /** Milliseconds, growing. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  /** Layers add up; lines stand each for itself. */
  readonly stacked: boolean;
}

/** A chart as an element, and how to show other data in it. */
export interface Chart {
  readonly dom: HTMLElement;
  show(data: ChartData, now: string, said: string): void;
}

const width = 300;
const height = 84;
const namespace = "http://www.w3.org/2000/svg";

/** The points of a path, one a time. The greatest value lies at the top. */
export function path(times: readonly number[], values: readonly number[], most: number): string {
  const first = times[0] ?? 0;
  const span = Math.max(1, (times.at(-1) ?? 0) - first);
  return times.map((t, i) => `${i === 0 ? "M" : "L"}${round(((t - first) / span) * width)} ${round(height - 2 - ((values[i] ?? 0) / (most || 1)) * (height - 8))}`).join("");
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}

/** The values of layers, each with those below it. */
export function stack(series: readonly Series[]): readonly (readonly number[])[] {
  const sums: number[] = [];
  return series.map(({ values }) => values.map((v, i) => (sums[i] = (sums[i] ?? 0) + v)));
}

/** How fast a count grew between two times, a second. */
export function rates(times: readonly number[], counts: readonly number[]): readonly number[] {
  return counts.map((count, i) => {
    if (i === 0) return 0;
    const passed = (times[i] ?? 0) - (times[i - 1] ?? 0);
    return passed > 0 ? Math.max(0, ((count - (counts[i - 1] ?? 0)) * 1000) / passed) : 0;
  });
}

/** Makes a chart with a title. */
export function chart(title: string): Chart {
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  const value = h("b", { class: "v-chart-now" });
  const key = h("ul", { class: "v-chart-key", "aria-hidden": "true" });
  const dom = h("figure", { class: "v-chart" }, h("figcaption", {}, h("span", {}, title), value), svg, key);
  let keyed = "";
  return {
    dom,
    show({ times, series, stacked }, now, said) {
      value.textContent = now;
      svg.setAttribute("aria-label", `${title}: ${said}`);
      const layers = stacked ? stack(series) : series.map((s) => s.values);
      const most = Math.max(1, ...layers.flat());
      const shapes = layers.map((values, i) => {
        const line = document.createElementNS(namespace, "path");
        const d = path(times, values, most);
        line.setAttribute("class", `v-chart-${i % 6} ${stacked ? "v-chart-layer" : "v-chart-line"}`);
        line.setAttribute("vector-effect", "non-scaling-stroke");
        line.setAttribute("d", stacked && times.length > 0 ? `${d}L${width} ${height}L0 ${height}Z` : d);
        return line;
      });
      // What adds up is drawn from the highest down, so that each covers what is not its own.
      svg.replaceChildren(...(stacked ? shapes.reverse() : shapes));
      const names = series.length > 1 ? series.map((s) => s.name) : [];
      if (names.join() === keyed) return;
      keyed = names.join();
      key.replaceChildren(...names.map((name, i) => h("li", { class: `v-chart-${i % 6}` }, name)));
    },
  };
}
