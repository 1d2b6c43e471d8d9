/** The switch between light and dark. */

import type { Action, State, Theme } from "../state/state.ts";
import { h, icon, type View } from "../state/view.ts";

const looks: Readonly<Record<Theme, { readonly name: string; readonly next: Theme; readonly icon: string }>> = {
  system: { name: "as the system", next: "light", icon: '<circle cx="8" cy="8" r="5.5"/><path d="M8 2.5v11" /><path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" stroke="none"/>' },
  light: { name: "light", next: "dark", icon: '<circle cx="8" cy="8" r="3"/><path d="M8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M12.6 3.4l-.7.7M4.1 11.9l-.7.7"/>' },
  dark: { name: "dark", next: "system", icon: '<path d="M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5z"/>' },
};

/** Makes the theme's button: system, light, dark, and round again. */
export function themeButton(state: State, dispatch: (action: Action) => void): View<State> {
  let theme = state.theme;
  const dom = h("button", { class: "v-icon", type: "button", onclick: () => dispatch({ type: "theme", theme: looks[theme].next }) });
  const show = (next: State): void => {
    theme = next.theme;
    const look = looks[theme];
    dom.setAttribute("aria-label", `Theme: ${look.name}`);
    dom.title = `Theme: ${look.name}`;
    dom.replaceChildren(icon(look.icon));
    if (theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  };
  show(state);
  return {
    dom,
    update(next, previous) {
      if (next.theme !== previous.theme) show(next);
    },
    destroy() {
      dom.remove();
    },
  };
}
