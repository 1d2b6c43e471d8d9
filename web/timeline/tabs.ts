/** The row above the stage: the views there are, and the counters. */

import type { State } from "../state/state.ts";
import { h, type View } from "../state/view.ts";

/** Makes the row. */
export function viewsRow(state: State): View<State> {
  const tabs = h(
    "div",
    { role: "tablist", "aria-label": "Views" },
    h("button", { class: "v-view-tab", type: "button", role: "tab", id: "tab-tree", "aria-selected": "true", "aria-controls": "view-tree" }, "Tree"),
  );
  const counts = h("span", { class: "v-counts" });
  const dom = h("div", { class: "v-views-row" }, tabs, h("span", { class: "v-sp" }), counts);
  const show = (next: State): void => {
    const { processes, messages, restarts, crashes } = next.scene.counts;
    const items: [number, string, string][] = [
      [processes, "process", "processes"],
      [messages, "message", "messages"],
    ];
    if (crashes > 0) items.push([crashes, "crash", "crashes"]);
    if (restarts > 0) items.push([restarts, "restart", "restarts"]);
    counts.replaceChildren(...items.map(([n, one, many]) => h("span", {}, h("b", {}, n.toLocaleString("en")), ` ${n === 1 ? one : many}`)));
  };
  show(state);
  return {
    dom,
    update(next, previous) {
      if (next.scene.counts !== previous.scene.counts) show(next);
    },
    destroy() {
      dom.remove();
    },
  };
}
