/** The help: every key of the page. */

import { h } from "../state/view.ts";
import { helpWords as help } from "./words.ts";

/** Makes the dialog. */
export function helpDialog(): HTMLDialogElement {
  const dialog = h(
    "dialog",
    { class: "v-dialog v-help-dialog", "aria-label": help.name },
    h("h2", {}, help.name),
    h("p", {}, help.intro),
    h(
      "div",
      { class: "v-help-groups" },
      ...help.groups.map(({ name, keys }) =>
        h("section", {}, h("h3", {}, name), h("dl", {}, ...keys.flatMap(([combination, text]) => [h("dt", {}, ...keysOf(combination)), h("dd", {}, text)]))),
      ),
    ),
    h("div", { class: "v-dialog-end" }, h("button", { class: "v-ghost", type: "button", onclick: () => dialog.close() }, help.close)),
  );
  // A click beside it closes it.
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  return dialog;
}

/** "Ctrl+S / F2" as keys. */
function keysOf(combination: string): (Node | string)[] {
  return combination.split(" / ").flatMap((one, index) => [...(index > 0 ? [" "] : []), ...one.split(/(?<=.)\+/).flatMap((key, i) => [...(i > 0 ? ["+"] : []), h("kbd", {}, key)])]);
}
