/** Marks in the table of contents what the learner has read and solved. */

import type { Kept } from "../state/kept.ts";
import { h } from "../state/view.ts";

/** Makes the marks. */
export function contentsView(root: HTMLElement): { show(kept: Kept): void } {
  return {
    show(kept) {
      for (const entry of root.querySelectorAll<HTMLElement>("li[data-slug]")) {
        const slug = entry.dataset["slug"] ?? "";
        entry.querySelector(":scope .v-mark")?.remove();
        const steps = [...entry.querySelectorAll<HTMLElement>("li[data-step]")];
        for (const step of steps) step.dataset["read"] = String(kept.visited.has(`${slug}#${step.dataset["step"]}`));
        const read = steps.filter((s) => s.dataset["read"] === "true").length;
        const solved = [...kept.passed].filter((key) => key.startsWith(`${slug}/`)).length;
        const words = [
          steps.length > 0 && read > 0 ? (read === steps.length ? "read" : `${read} of ${steps.length} steps read`) : steps.length === 0 && [...kept.visited].some((v) => v.startsWith(`${slug}#`)) ? "seen" : "",
          solved > 0 ? `${solved} solved` : "",
        ].filter((w) => w !== "");
        if (words.length > 0) (entry.querySelector("h2") ?? entry).append(h("span", { class: "v-mark" }, words.join(", ")));
      }
    },
  };
}
