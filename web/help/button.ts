/** The way to the help: a button, and the key "?" wherever nothing is being written. */

import { h } from "../state/view.ts";
import { words } from "../words.ts";

/** Makes the button. What it opens is loaded when it is first wanted. */
export function helpButton(): { readonly dom: HTMLElement; update(): void; destroy(): void } {
  let dialog: Promise<HTMLDialogElement> | undefined;
  const open = async (): Promise<void> => {
    dialog ??= import("./dialog.ts").then(({ helpDialog }) => document.body.appendChild(helpDialog()));
    try {
      const element = await dialog;
      if (!element.open) element.showModal();
    } catch (error) {
      dialog = undefined;
      console.error("The help did not load:", error);
    }
  };
  const dom = h("button", { class: "v-ghost v-help", type: "button", "aria-haspopup": "dialog", "aria-label": words.help.name, title: `${words.help.name} (?)`, "aria-keyshortcuts": "?", onclick: () => void open() }, "?");
  const press = (event: KeyboardEvent): void => {
    if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.closest("input:not([type=checkbox], [type=range], [type=radio]), textarea, select, [contenteditable=true], dialog[open]")) return;
    event.preventDefault();
    void open();
  };
  document.addEventListener("keydown", press);
  return {
    dom,
    update: () => undefined,
    destroy() {
      document.removeEventListener("keydown", press);
      dom.remove();
    },
  };
}
