/** The editor's pane: file name, Run and Stop, and the code. */

import { alive, type Action, type Keeping, type State } from "../state/state.ts";
import { h, type View } from "../state/view.ts";
import type { Editor } from "./editor.ts";

/**
 * Makes the pane. Until the editor proper has loaded, after the first paint, a plain text area holds the code; the
 * editor then takes over its text, selection and focus. Exactly one of them is in the page.
 */
export function editorPane(state: State, dispatch: (action: Action) => void): View<State> {
  const plain = h("textarea", {
    "aria-label": "Code",
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
    wrap: "off",
    oninput: () => dispatch({ type: "edited", source: plain.value }),
    onkeydown: (event: KeyboardEvent) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        dispatch({ type: "run" });
      }
    },
  });
  plain.value = state.source;
  const files = h("div", { class: "v-files" });
  const stop = h("button", { class: "v-ghost v-stop", type: "button", onclick: () => dispatch({ type: "stop" }) }, "Stop");
  const run = h("button", { class: "v-btn", type: "button", "data-keys": "Ctrl+Enter", "aria-keyshortcuts": "Control+Enter", onclick: () => dispatch({ type: "run" }) }, "Run");
  const original = h("button", { class: "v-ghost", type: "button", title: "Back to the program as it was", onclick: () => dispatch({ type: "original" }) }, "Original");
  const body = h("div", { class: "v-editor-body" }, plain);
  const unkept = h("p", { class: "v-unkept", role: "alert", hidden: true });
  const dom = h("div", { class: "v-editor" }, h("div", { class: "v-editor-bar" }, files, h("span", { class: "v-sp" }), original, stop, run), body, unkept);

  let editor: Editor | undefined;
  let destroyed = false;
  let shown = state;

  const load = async (): Promise<void> => {
    const { createEditor } = await import("./editor.ts");
    if (destroyed) return;
    const focused = document.activeElement === plain;
    const selection = { from: plain.selectionStart, to: plain.selectionEnd };
    editor = createEditor({
      source: plain.value,
      selection,
      onEdit: (source) => dispatch({ type: "edited", source }),
      onRun: () => dispatch({ type: "run" }),
    });
    const scroll = plain.scrollTop;
    body.replaceChildren(editor.dom);
    editor.scrollTo(scroll);
    editor.setDiagnostics(shown.diagnostics);
    editor.setLine(shown.line);
    if (focused) editor.focus();
  };
  // When the page is painted and has nothing more urgent to do; a program that runs by itself comes first.
  const atRest = (act: () => void): unknown => ("requestIdleCallback" in window ? requestIdleCallback(act, { timeout: 1000 }) : requestAnimationFrame(() => setTimeout(act)));
  requestAnimationFrame(() => atRest(() => void load().catch((error: unknown) => console.error("The editor did not load; the plain one stays:", error))));

  /** The programs of the step, each a tab; one is only a name. */
  const showFiles = (next: State): void => {
    const cells = next.lesson.steps[next.step]?.cells ?? [];
    if (cells.length < 2) {
      files.replaceChildren(h("span", { class: "v-tab-label" }, next.cell.file));
      return;
    }
    files.replaceChildren(
      ...cells.map((cell, index) =>
        h("button", { class: "v-tab-label", type: "button", "aria-pressed": String(cell.key === next.cell.key), onclick: () => dispatch({ type: "cell", key: cell.key }) }, `${index + 1}. ${cell.file}`),
      ),
    );
  };
  const show = (next: State, previous?: State): void => {
    if (next.cell !== previous?.cell || next.step !== previous.step || next.lesson !== previous.lesson) showFiles(next);
    original.hidden = next.cell.source === next.source;
    stop.disabled = !alive(next);
    run.setAttribute("aria-disabled", String(next.phase === "loading"));
    unkept.hidden = next.keeping === "kept";
    unkept.textContent = keepingWord(next.keeping);
  };
  show(state);

  return {
    dom,
    update(next, previous) {
      shown = next;
      show(next, previous);
      if (editor) {
        if (next.source !== editor.source()) editor.setSource(next.source);
        if (next.diagnostics !== previous.diagnostics) editor.setDiagnostics(next.diagnostics);
        if (next.line !== previous.line) editor.setLine(next.line);
      } else if (plain.value !== next.source) {
        plain.value = next.source;
      }
    },
    destroy() {
      destroyed = true;
      editor?.destroy();
    },
  };
}

function keepingWord(keeping: Keeping): string {
  switch (keeping) {
    case "kept":
      return "";
    case "full":
      return "The browser's storage for this site is full: what you type is not kept after a reload. Download the program to keep it.";
    case "refused":
      return "The browser keeps nothing for this page: what you type is gone after a reload. Download the program to keep it.";
  }
}
