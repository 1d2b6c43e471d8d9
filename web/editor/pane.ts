/** The editor's pane: file name, Run and Stop, and the code. */

import { alive, type Action, type State } from "../state/state.ts";
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
  const file = h("span", { class: "v-tab-label" });
  const stop = h("button", { class: "v-ghost v-stop", type: "button", onclick: () => dispatch({ type: "stop" }) }, "Stop");
  const run = h("button", { class: "v-btn", type: "button", "data-keys": "Ctrl+Enter", "aria-keyshortcuts": "Control+Enter", onclick: () => dispatch({ type: "run" }) }, "Run");
  const original = h("button", { class: "v-ghost", type: "button", title: "Back to the program as the lesson has it", onclick: () => dispatch({ type: "original" }) }, "Original");
  const body = h("div", { class: "v-editor-body" }, plain);
  const dom = h("div", { class: "v-editor" }, h("div", { class: "v-editor-bar" }, file, h("span", { class: "v-sp" }), original, stop, run), body);

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
  // Two frames: the first has painted the page when the second comes.
  requestAnimationFrame(() => requestAnimationFrame(() => void load().catch((error: unknown) => console.error("The editor did not load; the plain one stays:", error))));

  const show = (next: State): void => {
    const lesson = next.lessons.find((l) => l.slug === next.lesson);
    file.textContent = lesson?.file ?? "program.exs";
    original.hidden = !lesson || lesson.source === next.source;
    stop.disabled = !alive(next);
    run.setAttribute("aria-disabled", String(next.phase === "loading"));
  };
  show(state);

  return {
    dom,
    update(next, previous) {
      shown = next;
      show(next);
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

