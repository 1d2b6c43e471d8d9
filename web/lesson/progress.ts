/** What the browser keeps, in the learner's own hands: save it to a file, take it from one, delete it. */

import { conflicts, exportKept, importKept, nothingKept, readKept, storeKept, type Kept, type Storage } from "../state/kept.ts";
import { h } from "../state/view.ts";
import { save } from "./save.ts";

/** Makes the part; `changed` hears of what is kept from then on. */
export function progressView(storage: Storage | undefined, changed: (kept: Kept) => void): HTMLElement {
  const said = h("p", { role: "status" });
  const file = h("input", { type: "file", accept: ".json", hidden: true, "aria-label": "File with progress", onchange: () => void take() });
  const ask = h("div", { class: "v-ask", hidden: true });
  const dom = h(
    "section",
    { class: "v-progress", id: "progress", "aria-label": "Your progress" },
    h("h2", {}, "Your progress"),
    h("p", {}, "Programs you have changed, answers and solved exercises are kept in this browser, and nowhere else. With a file you can take them along."),
    h(
      "p",
      { class: "v-row-of" },
      h("button", { class: "v-ghost", type: "button", onclick: () => save("vivarium-progress.json", exportKept(readKept(storage))) }, "Save to a file"),
      h("button", { class: "v-ghost", type: "button", onclick: () => file.click() }, "Take from a file"),
      h("button", { class: "v-ghost v-danger", type: "button", onclick: () => confirmDelete() }, "Delete all of it"),
      file,
    ),
    ask,
    said,
  );

  const put = (kept: Kept, done: string): void => {
    ask.hidden = true;
    said.textContent = storeKept(storage, kept) ? done : "The browser's storage is full or closed: not everything could be kept.";
    changed(readKept(storage));
  };
  const question = (text: string, ...answers: [string, () => void][]): void => {
    said.textContent = "";
    ask.hidden = false;
    ask.replaceChildren(h("p", {}, text), h("p", { class: "v-row-of" }, ...answers.map(([word, act]) => h("button", { class: "v-ghost", type: "button", onclick: act }, word))));
    ask.querySelector<HTMLElement>("button")?.focus();
  };
  const take = async (): Promise<void> => {
    const chosen = file.files?.[0];
    file.value = "";
    if (!chosen) return;
    let theirs: Kept;
    try {
      if (chosen.size > 20_000_000) throw new Error("This file is too big to be one with progress.");
      theirs = importKept(await chosen.text());
    } catch (error) {
      ask.hidden = true;
      said.textContent = error instanceof Error ? error.message : String(error);
      return;
    }
    const mine = readKept(storage);
    const both = conflicts(mine, theirs);
    if (both.length === 0) {
      put(theirs, "Everything in the file is here now.");
      return;
    }
    question(
      `${both.length === 1 ? "One program is" : `${both.length} programs are`} here with another text than in the file: ${both.map((k) => k || "your own program").slice(0, 5).join(", ")}${both.length > 5 ? " and more" : ""}.`,
      ["Keep mine", () => put({ ...theirs, drafts: new Map([...theirs.drafts].filter(([key]) => !mine.drafts.has(key))) }, "Your programs are as they were; everything else of the file is here now.")],
      ["Take the file's", () => put(theirs, "Everything in the file is here now.")],
      ["Cancel", () => (ask.hidden = true)],
    );
  };
  const confirmDelete = (): void =>
    question(
      "Programs you have changed, answers, solved exercises: all of it is deleted for good.",
      ["Keep it", () => (ask.hidden = true)],
      ["Delete all of it", () => {
        ask.hidden = true;
        storeKept(storage, nothingKept, true);
        said.textContent = "Nothing is kept any more.";
        changed(nothingKept);
      }],
    );
  return dom;
}
