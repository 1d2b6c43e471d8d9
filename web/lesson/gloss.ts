/** The glossary's words in a text: what they mean shows when they are pointed at or focused. */

import { h } from "../state/view.ts";

/** Shows the meanings of the words within an element; one listener does for all, also for articles that come later. */
export function explainTerms(root: HTMLElement): void {
  const text = h("span");
  const tip = h("div", { class: "v-gloss", role: "tooltip", id: "gloss", hidden: true }, text);
  document.body.append(tip);
  let at: HTMLElement | undefined;

  const hide = (): void => {
    at?.removeAttribute("aria-describedby");
    at = undefined;
    tip.hidden = true;
  };
  const show = (term: HTMLElement): void => {
    if (term === at) return;
    hide();
    at = term;
    text.textContent = term.dataset["gloss"] ?? "";
    tip.hidden = false;
    term.setAttribute("aria-describedby", "gloss");
    const word = term.getBoundingClientRect();
    const box = tip.getBoundingClientRect();
    const below = word.bottom + 6 + box.height < innerHeight;
    tip.style.left = `${Math.max(8, Math.min(word.left, innerWidth - box.width - 8))}px`;
    tip.style.top = `${below ? word.bottom + 6 : Math.max(8, word.top - box.height - 6)}px`;
  };
  const termOf = (event: Event): HTMLElement | null => (event.target instanceof Element ? event.target.closest<HTMLElement>("[data-gloss]") : null);
  root.addEventListener("pointerover", (event) => {
    const term = termOf(event);
    if (term) show(term);
    else if (!tip.contains(event.target as Node)) hide();
  });
  root.addEventListener("focusin", (event) => {
    const term = termOf(event);
    if (term) show(term);
    else hide();
  });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && at) hide();
  });
  addEventListener("scroll", hide, { capture: true, passive: true });
}
