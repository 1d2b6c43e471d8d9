/** What the page has to say that has no better place: a damaged link, a file that cannot be read. */

import type { Action, State } from "../state/state.ts";
import { h, type View } from "../state/view.ts";

/** Makes the notice above the text. */
export function noticeView(state: State, dispatch: (action: Action) => void): View<State> {
  const text = h("p");
  const dom = h("div", { class: "v-notice", role: "alert", hidden: true }, text, h("button", { class: "v-ghost", type: "button", onclick: () => dispatch({ type: "notice", text: "" }) }, "Close"));
  const show = (next: State): void => {
    text.textContent = next.notice;
    dom.hidden = next.notice === "";
  };
  show(state);
  return {
    dom,
    update(next, previous) {
      if (next.notice !== previous.notice) show(next);
    },
    destroy() {
      dom.remove();
    },
  };
}
