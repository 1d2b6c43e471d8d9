/** The button "Export" in the row above the views. What it does is loaded when it is first opened. */

import type { Action, State } from "../state/state.ts";
import { h, icon, type View } from "../state/view.ts";
import type { ExportMenu } from "./menu.ts";

/** Makes the button with its menu. */
export function exportButton(state: State, dispatch: (action: Action) => void): View<State> {
  let shown = state;
  let menu: ExportMenu | undefined;
  let loading = false;
  const button = h("button", { class: "v-ghost v-export-button", type: "button", "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": "export-menu", onclick: () => void toggle() }, icon('<path d="M8 2.5v7M5 7l3 3 3-3M3 12.5h10"/>'), h("span", {}, "Export"));
  const label = button.querySelector("span");
  const dom = h("div", { class: "v-export" }, button);
  const open = (yes: boolean, refocus = true): void => {
    if (!menu || menu.dom.hidden !== yes) return;
    menu.dom.hidden = !yes;
    button.setAttribute("aria-expanded", String(yes));
    if (yes) menu.dom.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    else if (refocus) button.focus();
  };
  const toggle = async (): Promise<void> => {
    if (!menu) {
      if (loading) return;
      loading = true;
      try {
        const { ExportMenu } = await import("./menu.ts");
        menu = new ExportMenu(shown, dispatch);
      } catch (error) {
        // Offline, perhaps: the next click tries again.
        console.error(error);
        return;
      } finally {
        loading = false;
      }
      menu.dom.addEventListener("click", () => open(false));
      menu.dom.addEventListener("v-recording", (event) => {
        const on = (event as CustomEvent<boolean>).detail;
        button.classList.toggle("v-recording", on);
        if (label) label.textContent = on ? "Recording" : "Export";
      });
      menu.status.hidden = true;
      dom.append(menu.dom, menu.status);
    }
    open(Boolean(menu.dom.hidden));
  };
  dom.addEventListener("keydown", (event) => {
    if (!menu || menu.dom.hidden) return;
    const items = [...menu.dom.querySelectorAll<HTMLElement>("[role=menuitem]")];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === "Escape") open(false);
    else if (to !== undefined) items[(to + items.length) % items.length]?.focus();
    else return;
    event.preventDefault();
  });
  dom.addEventListener("focusout", (event) => {
    if (!(event.relatedTarget instanceof Node && dom.contains(event.relatedTarget))) open(false, false);
    if (menu) menu.status.hidden ||= menu.status.textContent === "";
  });
  return {
    dom,
    update(next) {
      shown = next;
      menu?.update(next);
    },
    destroy() {
      dom.remove();
    },
  };
}
