/** The switch between the looks. */

import type { Action, State, Theme } from "../state/state.ts";
import { h, icon, type View } from "../state/view.ts";

const looks: Readonly<Record<Theme, { readonly name: string; readonly next: Theme; readonly icon: string }>> = {
  system: { name: "as the system", next: "light", icon: '<circle cx="8" cy="8" r="5.5"/><path d="M8 2.5v11" /><path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" stroke="none"/>' },
  light: { name: "light", next: "dark", icon: '<circle cx="8" cy="8" r="3"/><path d="M8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M12.6 3.4l-.7.7M4.1 11.9l-.7.7"/>' },
  dark: { name: "dark", next: "contrast", icon: '<path d="M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5z"/>' },
  contrast: { name: "high contrast", next: "system", icon: '<rect x="2.5" y="2.5" width="11" height="11" rx="1"/><path d="M8 2.5h5.5v11H8z" fill="currentColor" stroke="none"/>' },
};

/** Makes the theme's button for a place that keeps a theme: each press is the next look, and round again. */
export function themeControl(first: Theme, choose: (theme: Theme) => void): { readonly dom: HTMLButtonElement; show(theme: Theme): void } {
  let theme = first;
  const dom = h("button", { class: "v-icon", type: "button", onclick: () => choose(looks[theme].next) });
  const show = (next: Theme): void => {
    theme = next;
    const look = looks[theme];
    dom.setAttribute("aria-label", `Theme: ${look.name}`);
    dom.title = `Theme: ${look.name}`;
    dom.replaceChildren(icon(look.icon));
    if (theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  };
  show(first);
  return { dom, show };
}

/** Makes the theme's button of a page with a state. */
export function themeButton(state: State, dispatch: (action: Action) => void): View<State> {
  const { dom, show } = themeControl(state.theme, (theme) => dispatch({ type: "theme", theme }));
  return {
    dom,
    update(next, previous) {
      if (next.theme !== previous.theme) show(next.theme);
    },
    destroy() {
      dom.remove();
    },
  };
}
