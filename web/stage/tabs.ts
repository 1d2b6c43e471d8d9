/** The row above the stage: a tab for each view of the run, and the counters. */

import { exportButton } from "../export/button.ts";
import type { Action, State } from "../state/state.ts";
import { tabNames, type Tab } from "../state/tab.ts";
import { h, type View } from "../state/view.ts";

const titles: Readonly<Record<Tab, string>> = { tree: "Tree", sequence: "Sequence", observer: "Observer", schedulers: "Schedulers", crowd: "Crowd" };

/** Makes the row. */
export function viewsRow(state: State, dispatch: (action: Action) => void): View<State> {
  const tabs = new Map(
    tabNames.map((tab) => [
      tab,
      h(
        "button",
        {
          class: "v-view-tab", type: "button", role: "tab", id: `tab-${tab}`, "aria-controls": `view-${tab}`,
          onclick: () => dispatch({ type: "tab", tab }),
          onkeydown: (event: KeyboardEvent) => move(event, tab),
        },
        titles[tab],
      ),
    ]),
  );
  /** Arrow keys, Home and End go from tab to tab and open them, as in any row of tabs. */
  const move = (event: KeyboardEvent, from: Tab): void => {
    const last = tabNames.length - 1;
    const at = tabNames.indexOf(from);
    const steps: Readonly<Record<string, number>> = { ArrowLeft: at === 0 ? last : at - 1, ArrowRight: at === last ? 0 : at + 1, Home: 0, End: last };
    const next = tabNames[steps[event.key] ?? -1];
    if (next === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    dispatch({ type: "tab", tab: next });
    tabs.get(next)?.focus();
  };
  const counts = h("span", { class: "v-counts" });
  const exports = exportButton(state, dispatch);
  const dom = h("div", { class: "v-views-row" }, h("div", { class: "v-tabs", role: "tablist", "aria-label": "Views" }, ...tabs.values()), h("span", { class: "v-sp" }), counts, exports.dom);
  const showTab = (shown: Tab): void => {
    for (const [tab, button] of tabs) {
      button.setAttribute("aria-selected", String(tab === shown));
      button.tabIndex = tab === shown ? 0 : -1;
      if (tab === shown && button.isConnected) button.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  };
  const showCounts = (next: State): void => {
    const { processes, messages, restarts, crashes } = next.scene.counts;
    const items: [number, string, string][] = [
      [processes, "process", "processes"],
      [messages, "message", "messages"],
    ];
    if (crashes > 0) items.push([crashes, "crash", "crashes"]);
    if (restarts > 0) items.push([restarts, "restart", "restarts"]);
    counts.replaceChildren(...items.map(([n, one, many]) => h("span", {}, h("b", {}, n.toLocaleString("en")), ` ${n === 1 ? one : many}`)));
  };
  showTab(state.tab);
  showCounts(state);
  return {
    dom,
    update(next, previous) {
      exports.update(next, previous);
      if (next.tab !== previous.tab) showTab(next.tab);
      if (next.scene.counts !== previous.scene.counts) showCounts(next);
    },
    destroy() {
      dom.remove();
    },
  };
}
