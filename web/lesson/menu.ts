/** The menu of lessons. */

import type { Action, State } from "../state/state.ts";
import { h, icon, type View } from "../state/view.ts";

/** Makes the header's part: which program this is, the ones before and after it, and the menu of all. */
export function lessonMenu(state: State, dispatch: (action: Action) => void): View<State> {
  const crumb = h("p", { class: "v-crumb" });
  const list = h("ul", { class: "v-menu-list", id: "lessons", hidden: true });
  const button = h("button", { class: "v-ghost", type: "button", "aria-haspopup": "true", "aria-expanded": "false", "aria-controls": "lessons", onclick: () => open(Boolean(list.hidden)) }, "Lessons");
  const menu = h("div", { class: "v-menu" }, button, list);
  const step = (name: string, by: number, path: string): HTMLButtonElement => {
    const b = h("button", { class: "v-icon", type: "button", "aria-label": name, title: name, onclick: () => go(by) });
    b.append(icon(path));
    return b;
  };
  const before = step("Previous lesson", -1, '<path d="M10 3.5L5.5 8l4.5 4.5"/>');
  const after = step("Next lesson", 1, '<path d="M6 3.5L10.5 8 6 12.5"/>');
  const dom = h("nav", { class: "v-lesson-row", "aria-label": "Lessons" }, crumb, h("div", { class: "v-lesson-nav" }, before, after, menu));
  let shown = state;

  const open = (yes: boolean, refocus = true): void => {
    if (list.hidden !== yes) return;
    list.hidden = !yes;
    button.setAttribute("aria-expanded", String(yes));
    if (yes) (list.querySelector<HTMLElement>("[aria-current=true]") ?? list.querySelector<HTMLElement>("button"))?.focus();
    else if (refocus) button.focus();
  };
  const go = (by: number): void => {
    const at = shown.lessons.findIndex((l) => l.slug === shown.lesson);
    const next = shown.lessons[at === -1 ? 0 : at + by];
    if (next) dispatch({ type: "lesson", slug: next.slug });
  };
  menu.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const buttons = [...list.querySelectorAll<HTMLElement>("button")];
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (event.key === "Escape") open(false);
    else if (to !== undefined) buttons[(to + buttons.length) % buttons.length]?.focus();
    else return;
    event.preventDefault();
  });
  menu.addEventListener("focusout", (event) => {
    if (!(event.relatedTarget instanceof Node && menu.contains(event.relatedTarget))) open(false, false);
  });

  list.append(
    ...state.lessons.map((lesson) =>
      h(
        "li",
        {},
        h(
          "button",
          {
            class: "v-menu-item",
            type: "button",
            "data-slug": lesson.slug,
            onclick: () => {
              open(false);
              dispatch({ type: "lesson", slug: lesson.slug });
            },
          },
          h("span", {}, String(lesson.number)),
          lesson.title,
        ),
      ),
    ),
  );

  const show = (next: State): void => {
    shown = next;
    const at = next.lessons.findIndex((l) => l.slug === next.lesson);
    const lesson = next.lessons[at];
    crumb.replaceChildren(...(lesson ? [String(lesson.number), " ", h("b", {}, lesson.title)] : [h("b", {}, "Your program")]));
    before.disabled = at <= 0;
    after.disabled = at === -1 ? next.lessons.length === 0 : at >= next.lessons.length - 1;
    for (const item of list.querySelectorAll<HTMLElement>("button")) item.setAttribute("aria-current", String(item.dataset["slug"] === next.lesson));
    menu.hidden = next.lessons.length === 0;
  };
  show(state);

  return {
    dom,
    update(next, previous) {
      if (next.lesson !== previous.lesson) show(next);
      shown = next;
    },
    destroy() {
      dom.remove();
    },
  };
}

