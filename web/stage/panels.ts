/** The views of the run, one of which is shown: the panels of the tabs. */

import type { Action, State } from "../state/state.ts";
import { tabNames, type Tab } from "../state/tab.ts";
import { h, mount, type Animated, type Mounted, type View } from "../state/view.ts";
import { stageView } from "./stage.ts";

/** A view in a panel. One that draws is asked for each frame of the page's loop, but only while it is shown. */
export type PanelView = View<State> & Partial<Animated>;

/** Makes a view. */
export type MakeView = (state: State, dispatch: (action: Action) => void) => PanelView;

/** Where a view comes from: it is there from the start, or its code is loaded when its tab is first opened. */
type Source = { readonly make: MakeView } | { readonly load: () => Promise<MakeView> };

const sources: Readonly<Record<Tab, Source>> = {
  tree: { make: stageView },
  sequence: { load: async () => (await import("../sequence/sequence.ts")).sequenceView },
  observer: { load: async () => (await import("../observer/observer.ts")).observerView },
  schedulers: { load: async () => (await import("../schedulers/schedulers.ts")).schedulersView },
  crowd: { load: async () => (await import("../crowd/crowd.ts")).crowdView },
};

/** A panel: its place, and its view once there is one. */
interface Panel {
  readonly dom: HTMLElement;
  mounted?: Mounted<State, PanelView>;
  /** The state that its view knows. */
  known: State;
  loading: boolean;
}

/** Makes the panels. */
export function panelsView(state: State, dispatch: (action: Action) => void): View<State> & Animated {
  let shown = state;
  const panels = new Map<Tab, Panel>(
    tabNames.map((tab) => [tab, { dom: h("div", { class: "v-panel", role: "tabpanel", id: `view-${tab}`, "aria-labelledby": `tab-${tab}` }), known: state, loading: false }]),
  );
  const dom = h("div", { class: "v-panels" }, ...[...panels.values()].map((p) => p.dom));
  const wake = (): void => void document.dispatchEvent(new Event("vivarium:wake"));

  const fill = (tab: Tab, panel: Panel, make: MakeView): void => {
    panel.known = shown;
    panel.mounted = mount<State, PanelView>(panel.dom, `view "${tab}"`, () => make(shown, dispatch));
    wake();
  };
  const open = (tab: Tab): void => {
    for (const [name, panel] of panels) panel.dom.hidden = name !== tab;
    const panel = panels.get(tab);
    if (!panel || panel.mounted || panel.loading) return;
    const source = sources[tab];
    if ("make" in source) {
      fill(tab, panel, source.make);
      return;
    }
    panel.loading = true;
    panel.dom.replaceChildren(h("p", { class: "v-empty" }, "Loading"));
    source.load().then(
      (make) => {
        panel.dom.replaceChildren();
        fill(tab, panel, make);
      },
      (error: unknown) => {
        // Offline, perhaps: the next click tries again.
        console.error(error);
        panel.loading = false;
        panel.dom.replaceChildren(h("p", { class: "v-broken", role: "alert" }, "This view did not load. Open it again to try once more."));
      },
    );
  };
  const current = (): Mounted<State, PanelView> | undefined => panels.get(shown.tab)?.mounted;
  const refresh = (): void => {
    const panel = panels.get(shown.tab);
    if (!panel?.mounted || panel.known === shown) return;
    const { known } = panel;
    panel.known = shown;
    panel.mounted.update(shown, known);
  };
  open(state.tab);

  return {
    dom,
    update(next, previous) {
      shown = next;
      if (next.tab !== previous.tab) open(next.tab);
      refresh();
    },
    measure: () => void current()?.guard((view) => view.measure?.()),
    draw: (now) => current()?.guard((view) => view.draw?.(now)) ?? false,
    destroy() {
      for (const { mounted } of panels.values()) mounted?.view?.destroy();
      dom.remove();
    },
  };
}
