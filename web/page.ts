/** The pages without a stage: the theme, the glossary's words, and what the table of contents can do. */

import { contentsView } from "./lesson/contents.ts";
import { explainTerms } from "./lesson/gloss.ts";
import { progressView } from "./lesson/progress.ts";
import { searchView } from "./lesson/search.ts";
import { themeControl } from "./lesson/theme.ts";
import { keepOffline } from "./offline/pwa.ts";
import { localStore, readKept } from "./state/kept.ts";

const storage = localStore();
const theme = themeControl(readKept(storage).theme ?? "system", (next) => {
  theme.show(next);
  try {
    if (next === "system") storage?.removeItem("vivarium.theme");
    else storage?.setItem("vivarium.theme", next);
  } catch {
    // The theme holds for this page.
  }
});
const slot = (name: string): Element | null => document.querySelector(`[data-slot="${name}"]`);

slot("theme")?.append(theme.dom);
slot("search")?.append(searchView(document.documentElement.dataset["root"] ?? "./"));
const progress = slot("progress");
if (progress) {
  const contents = contentsView(document.body);
  progress.append(progressView(storage, contents.show));
  contents.show(readKept(storage));
}
explainTerms(document.body);
keepOffline();
