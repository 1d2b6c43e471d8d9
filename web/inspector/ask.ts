/** The field for what a control needs: a message, a reason, a time. */

import type { Asking } from "../state/control.ts";
import type { Action, State } from "../state/state.ts";
import { h, type View } from "../state/view.ts";

const words: Readonly<Record<Asking["what"], { readonly label: string; readonly button: string; readonly example: string; readonly hint: string }>> = {
  send: { label: "Message", button: "Send", example: "{:add, 1}", hint: "A term in Elixir; another process is pid(0, 110, 0)." },
  exit: { label: "Reason", button: "Exit", example: ":shutdown", hint: "A term in Elixir. A process that traps exits gets it as a message." },
  delay: { label: "Milliseconds", button: "Delay", example: "1000", hint: "How much later it comes, in the machine's time." },
};

/** Makes the field. It is there while something is asked for. */
export function askView(state: State, dispatch: (action: Action) => void): View<State> {
  let shown: Asking | null = null;
  const label = h("label", { for: "v-ask-field" });
  const field = h("input", { id: "v-ask-field", class: "v-ask-field", type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", "aria-describedby": "v-ask-problem v-ask-hint" });
  const problem = h("p", { id: "v-ask-problem", class: "v-ask-problem", role: "alert" });
  const hint = h("p", { id: "v-ask-hint", class: "v-ask-hint" });
  const go = h("button", { class: "v-btn", type: "submit" });
  const dom = h(
    "form",
    { class: "v-ask", hidden: true },
    label,
    field,
    problem,
    hint,
    h("div", { class: "v-ask-row" }, go, h("button", { class: "v-ghost", type: "button", onclick: () => dispatch({ type: "unask" }) }, "Cancel")),
  );
  dom.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!shown) return;
    dispatch({ type: "control", node: shown.node, what: shown.what, text: field.value, ...(shown.message ? { message: shown.message.id } : {}) });
  });
  dom.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") dispatch({ type: "unask" });
  });

  const show = (next: State): void => {
    const { asking } = next.control;
    if (asking === shown) return;
    const same = shown !== null && asking !== null && shown.node === asking.node && shown.what === asking.what && shown.message === asking.message;
    shown = asking;
    dom.hidden = !asking;
    if (!asking) return;
    const word = words[asking.what];
    const name = next.scene.nodes.get(asking.node)?.name ?? "";
    problem.textContent = asking.problem;
    problem.hidden = asking.problem === "";
    field.setAttribute("aria-invalid", String(asking.problem !== ""));
    if (same) return;
    label.replaceChildren(asking.message ? `${word.label} for ${asking.message.label}` : `${word.label} for ${name}`);
    hint.textContent = word.hint;
    go.textContent = word.button;
    field.value = "";
    field.placeholder = word.example;
    field.focus({ preventScroll: false });
  };
  show(state);

  return {
    dom,
    update(next) {
      show(next);
    },
    destroy() {
      dom.remove();
    },
  };
}
