/** Finding processes on the stage: by name or pid, and by kind. */

import type { Node, NodeKind } from "../protocol.ts";
import type { Scene } from "../state/scene.ts";
import type { Action, Finding, State } from "../state/state.ts";
import { h, icon, type View } from "../state/view.ts";
import { kindWord } from "./words.ts";

/** Whether a process is among those looked for: part of a name of it, or its pid's beginning. Nothing typed finds everything. */
export function isFound(node: Node, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return true;
  const pid = wanted.replace(/^#?(pid)?<?/, "").replace(/>$/, "");
  return [node.name, ...node.names].some((name) => name.toLowerCase().includes(wanted)) || (pid !== "" && node.pid.startsWith(pid));
}

/** The processes on the stage that are found, from top to bottom and left to right. */
export function found(scene: Scene, { text, hidden }: Finding): readonly number[] {
  const result: { id: number; x: number; y: number }[] = [];
  for (const node of scene.nodes.values()) {
    const place = scene.places.get(node.id);
    if (place && !hidden.has(node.kind) && isFound(node, text)) result.push({ id: node.id, x: place.x, y: place.y });
  }
  return result.sort((a, b) => a.y - b.y || a.x - b.x).map((r) => r.id);
}

const searchIcon = '<circle cx="7" cy="7" r="4.2"/><path d="M10.2 10.2L14 14"/>';
const filterIcon = '<path d="M2 3.5h12L9.5 9v4L6.5 14V9z"/>';

/** Makes the field and the filter. */
export function finderView(state: State, dispatch: (action: Action) => void): View<State> {
  let shown = state;
  const field = h("input", {
    type: "search", class: "v-find-field", placeholder: "Find", "aria-label": "Find a process", spellcheck: "false", autocomplete: "off",
    oninput: () => dispatch({ type: "find", text: field.value }),
    onkeydown: (event: KeyboardEvent) => {
      // What is typed is no command to the stage.
      event.stopPropagation();
      if (event.key === "Enter") {
        next(event.shiftKey ? -1 : 1);
        event.preventDefault();
      } else if (event.key === "Escape") {
        dispatch({ type: "find", text: "" });
      }
    },
  });
  const told = h("span", { class: "v-find-told", role: "status", "aria-label": "Found" });
  /** Selects the next of those found, or the one before. */
  const next = (step: number): void => {
    const ids = found(shown.scene, { ...shown.finding, text: field.value });
    if (ids.length === 0) return;
    const at = ids.indexOf(shown.selected);
    const id = ids[at < 0 ? (step > 0 ? 0 : ids.length - 1) : (at + step + ids.length) % ids.length];
    if (id !== undefined) dispatch({ type: "select", node: id });
  };

  const menu = h("div", { class: "v-find-menu", role: "group", "aria-label": "Kinds shown", hidden: true });
  const toggle = h("button", {
    class: "v-icon", type: "button", "aria-label": "Kinds shown", title: "Kinds shown", "aria-expanded": "false",
    onclick: () => open(menu.hasAttribute("hidden")),
  });
  toggle.append(icon(filterIcon));
  const open = (on: boolean): void => {
    menu.hidden = !on;
    toggle.setAttribute("aria-expanded", String(on));
    if (on) fill(shown);
  };
  let filled = "";
  /** The kinds that there are, or that are hidden. */
  const fill = (next: State): void => {
    const kinds = new Set<NodeKind>([...next.scene.nodes.values()].map((n) => n.kind).filter((kind) => kind !== "group"));
    for (const kind of next.finding.hidden) kinds.add(kind);
    kinds.delete("system");
    const key = [...kinds].sort().map((k) => `${k}${next.finding.hidden.has(k)}`).join() + String(next.finding.system);
    if (key === filled) return;
    filled = key;
    const had = document.activeElement instanceof HTMLInputElement && menu.contains(document.activeElement) ? document.activeElement.name : "";
    const box = (name: string, word: string, on: boolean, act: (on: boolean) => void): HTMLElement => {
      const input = h("input", { type: "checkbox", name, onchange: () => act(input.checked) });
      input.checked = on;
      return h("label", {}, input, word);
    };
    menu.replaceChildren(
      ...[...kinds].sort((a, b) => kindWord(a).localeCompare(kindWord(b))).map((kind) => box(kind, kindWord(kind), !next.finding.hidden.has(kind), (on) => dispatch({ type: "showKind", kind, show: on }))),
      box("system", "system processes", next.finding.system, (on) => dispatch({ type: "showSystem", show: on })),
    );
    if (had !== "") menu.querySelector<HTMLInputElement>(`input[name="${had}"]`)?.focus();
  };

  const glass = h("label", { class: "v-find-glass" }, field);
  glass.prepend(icon(searchIcon));
  const dom = h("div", { class: "v-find", role: "search" }, glass, told, toggle, menu);
  dom.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || menu.hidden) return;
    open(false);
    toggle.focus();
    event.stopPropagation();
  });
  dom.addEventListener("focusout", (event) => {
    if (!menu.hidden && !(event.relatedTarget instanceof Element && dom.contains(event.relatedTarget)) && event.relatedTarget) open(false);
  });

  const show = (next: State): void => {
    shown = next;
    const { text, hidden, system } = next.finding;
    if (field.value !== text) field.value = text;
    toggle.classList.toggle("v-on", hidden.size > 0 || system);
    const bare = text.trim() === "";
    if (bare) told.textContent = "";
    else {
      const ids = found(next.scene, next.finding);
      const at = ids.indexOf(next.selected);
      told.textContent = ids.length === 0 ? "none" : at < 0 ? String(ids.length) : `${at + 1} of ${ids.length}`;
    }
    if (!menu.hidden) fill(next);
  };
  show(state);
  return {
    dom,
    update(next, previous) {
      if (next.finding !== previous.finding || next.selected !== previous.selected || next.scene.nodes !== previous.scene.nodes) show(next);
      else shown = next;
    },
    destroy() {
      dom.remove();
    },
  };
}
