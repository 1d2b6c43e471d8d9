/** The menu of what can be done to a process, or to a message for it: by right click, long press and the menu key. */

import { asks, controllable, controlsOf, letterControls, type ControlItem, type Letter, type Menu } from "../state/control.ts";
import { acting, type Action, type State } from "../state/state.ts";
import { h, type View } from "../state/view.ts";

/** How far the menu stays away from the window's edges. */
const margin = 8;

/** Makes the menu. It takes the focus while it is open, and gives it back. */
export function menuView(state: State, dispatch: (action: Action) => void): View<State> {
  const dom = h("div", { class: "v-context", role: "menu", hidden: true });
  let open: Menu | null = null;
  let before: Element | null = null;

  const close = (): void => dispatch({ type: "menu", menu: null });
  const items = (): HTMLElement[] => [...dom.querySelectorAll<HTMLElement>("[role=menuitem]")];
  const row = (label: string, hint: string, act: () => void, danger = false): HTMLElement =>
    h("button", { class: danger ? "v-context-item v-danger" : "v-context-item", type: "button", role: "menuitem", tabindex: "-1", title: hint, onclick: act }, label);

  const fill = (next: State, menu: Menu): void => {
    const node = next.scene.nodes.get(menu.node);
    const does = (control: ControlItem, message: Letter | null): HTMLElement =>
      row(control.label, control.title, () => {
        if (asks(control.what)) dispatch({ type: "ask", node: menu.node, what: control.what, ...(message ? { message } : {}) });
        else dispatch({ type: "control", node: menu.node, what: control.what, ...(message ? { message: message.id } : {}) });
      }, control.danger);
    const rows: HTMLElement[] = [];
    const head = (text: string): void => void rows.push(h("div", { class: "v-context-head", role: "presentation" }, h("bdi", {}, text)));
    const acts = node !== undefined && acting(next) && controllable(node);
    if (menu.message && acts) {
      const { message } = menu;
      head(message.label);
      rows.push(...letterControls.map((c) => does(c, message)), h("hr", { role: "separator" }));
    }
    head(node?.name ?? "");
    rows.push(row("Inspect", "Show what is known of it", () => {
      dispatch({ type: "menu", menu: null });
      dispatch({ type: "select", node: menu.node });
    }));
    if (node && acts) rows.push(...controlsOf(node).map((c) => does(c, null)));
    dom.replaceChildren(...rows);
    dom.setAttribute("aria-label", menu.message ? `Message ${menu.message.label} for ${node?.name ?? ""}` : `Process ${node?.name ?? ""}`);
  };

  const show = (next: State): void => {
    const { menu } = next.control;
    if (menu === open) return;
    if (!menu) {
      open = null;
      const held = dom.contains(document.activeElement);
      dom.hidden = true;
      // Unless what was chosen has taken the focus.
      if (held && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
      return;
    }
    if (!open) before = document.activeElement;
    open = menu;
    fill(next, menu);
    dom.hidden = false;
    const { width, height } = dom.getBoundingClientRect();
    dom.style.left = `${Math.max(margin, Math.min(menu.x, innerWidth - width - margin))}px`;
    dom.style.top = `${Math.max(margin, Math.min(menu.y, innerHeight - height - margin))}px`;
    items()[0]?.focus({ preventScroll: true });
  };

  dom.addEventListener("keydown", (event) => {
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) all[to]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  dom.addEventListener("contextmenu", (event) => event.preventDefault());
  const outside = (event: Event): void => {
    if (open && !dom.contains(event.target as globalThis.Node)) close();
  };
  addEventListener("pointerdown", outside, true);
  addEventListener("blur", close);
  addEventListener("resize", close);
  show(state);

  return {
    dom,
    update(next) {
      show(next);
    },
    destroy() {
      removeEventListener("pointerdown", outside, true);
      removeEventListener("blur", close);
      removeEventListener("resize", close);
      dom.remove();
    },
  };
}
