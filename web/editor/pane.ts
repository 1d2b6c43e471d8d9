/** The editor's pane: file name, Run and Stop, and the code. */

import { fileKey } from "../state/files.ts";
import { alive, openText, programOf, shownProblems, wholeText, type Action, type Keeping, type State } from "../state/state.ts";
import { h, type View } from "../state/view.ts";
import { words } from "../words.ts";
import type { Assistant, Spot } from "./assistant.ts";
import type { Diagnostic } from "../protocol.ts";
import type { Editor } from "./editor.ts";
import { caretAfter } from "./format.ts";
import { problemsView } from "./problems.ts";
import { fileTabs } from "./tabs.ts";

/**
 * Makes the pane. Until the editor proper has loaded, after the first paint, a plain text area holds the code; the
 * editor then takes over its text, selection and focus. Exactly one of them is in the page.
 */
export function editorPane(state: State, dispatch: (action: Action) => void, assistant: Assistant): View<State> {
  const plain = h("textarea", {
    "aria-label": words.editor.code,
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
  plain.value = openText(state);
  const files = fileTabs(state, dispatch);
  const stop = h("button", { class: "v-ghost v-stop", type: "button", onclick: () => dispatch({ type: "stop" }) }, words.editor.stop);
  const run = h("button", { class: "v-btn", type: "button", "data-keys": "Ctrl+Enter", "aria-keyshortcuts": "Control+Enter", onclick: () => dispatch({ type: "run" }) }, words.editor.run);
  const original = h("button", { class: "v-console-tool", type: "button", title: words.editor.originalTitle, onclick: () => dispatch({ type: "original" }) }, words.editor.original);
  const undelete = h("button", { class: "v-console-tool", type: "button", hidden: true, onclick: () => dispatch({ type: "undeleteFile" }) });
  const format = h("button", { class: "v-ghost", type: "button", title: words.editor.formatTitle, "aria-keyshortcuts": "Control+Shift+F", onclick: () => void tidy() }, words.editor.format);
  const loader = h("button", { class: "v-ghost v-load", type: "button", title: words.editor.loadTitle, "aria-keyshortcuts": "Control+S", onclick: () => dispatch({ type: "save" }) }, words.editor.load);
  const body = h("div", { class: "v-editor-body" }, plain);
  const unkept = h("p", { class: "v-unkept", role: "alert", hidden: true });
  const problems = problemsView(state, dispatch, (d) => (d.file === "" || d.file === name() ? goTo(d.line, d.column) : dispatch({ type: "goTo", file: d.file, line: d.line })), [undelete, original]);
  const dom = h("div", { class: "v-editor" }, h("div", { class: "v-editor-bar" }, files.dom, h("span", { class: "v-sp" }), format, loader, stop, run), body, problems.dom, unkept);
  const keys = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === "s" && !event.shiftKey) dispatch({ type: "save" });
    else if (key === "f" && event.shiftKey) void tidy();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  // Wherever the focus is: a page has nothing else to save or to look for in this way.
  document.addEventListener("keydown", keys, { capture: true });

  /** The name of the file in the editor. */
  const name = (): string => (shown.open === "" ? shown.cell.file : shown.open);
  /** What is wrong in the file in the editor. */
  const marks = (of: State): readonly Diagnostic[] => shownProblems(of).filter((d) => d.file === "" || d.file === (of.open === "" ? of.cell.file : of.open));
  /** A place in the program as it is typed. */
  const spot = (line: number, column: number): Spot => ({ program: programOf(shown), file: name(), line, column });
  /** Shows a place of the code, and goes there. */
  const goTo = (line: number, column: number): void => {
    if (editor) {
      editor.goTo(line, column);
      return;
    }
    const at = plain.value.split("\n").slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + Math.max(0, column - 1);
    plain.focus();
    plain.setSelectionRange(at, at);
  };
  /** Formats the program; the caret stays at what it was at. */
  const tidy = async (): Promise<void> => {
    const before = editor?.source() ?? plain.value;
    try {
      const { source, problem, line } = await assistant.format(before, name());
      if ((editor?.source() ?? plain.value) !== before) return; // somebody has gone on writing
      if (problem !== "") {
        dispatch({ type: "notice", text: words.editor.notFormatted(problem, line) });
        return;
      }
      if (shown.notice !== "") dispatch({ type: "notice", text: "" });
      if (source === before) return;
      if (editor) {
        editor.reformat(source);
        return;
      }
      const caret = caretAfter(before, source, plain.selectionStart);
      plain.value = source;
      plain.setSelectionRange(caret, caret);
      dispatch({ type: "edited", source });
    } catch (error) {
      dispatch({ type: "notice", text: words.editor.notFormatted(error instanceof Error ? error.message : String(error), 0) });
    }
  };

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
      file: fileKey(shown.cell.key, shown.open),
      selection,
      onEdit: (source) => dispatch({ type: "edited", source }),
      onRun: () => dispatch({ type: "run" }),
      helper: {
        complete: (line, column) => assistant.complete(spot(line, column)),
        about: (line, column) => assistant.about(spot(line, column)),
        definition: (line, column) => assistant.definition(spot(line, column)),
        show: ({ file, line, column }) => {
          if (file === name()) goTo(line, column);
          else dispatch({ type: "goTo", file, line });
        },
      },
    });
    const scroll = plain.scrollTop;
    body.replaceChildren(editor.dom);
    editor.scrollTo(scroll);
    editor.setDiagnostics(marks(shown));
    editor.setLine(shown.open === "" ? shown.line : 0);
    if (focused) editor.focus();
  };
  // When the page is painted and has nothing more urgent to do; a program that runs by itself comes first.
  const atRest = (act: () => void): unknown => ("requestIdleCallback" in window ? requestIdleCallback(act, { timeout: 1000 }) : requestAnimationFrame(() => setTimeout(act)));
  requestAnimationFrame(() => atRest(() => void load().catch((error: unknown) => console.error("The editor did not load; the plain one stays:", error))));

  const show = (next: State): void => {
    undelete.hidden = next.deleted === null;
    undelete.textContent = next.deleted ? words.files.undelete(next.deleted.file) : "";
    original.hidden = next.cell.source === next.source;
    loader.hidden = !alive(next) || next.ran === wholeText(next);
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
      show(next);
      files.update(next, previous);
      problems.update(next, previous);
      if (editor) {
        const moved = next.open !== previous.open || next.cell.key !== previous.cell.key;
        if (moved) editor.openFile(fileKey(next.cell.key, next.open), openText(next));
        else if (openText(next) !== editor.source()) editor.setSource(openText(next));
        if (moved || (shownProblems(next) !== shownProblems(previous) && next.problems.phase !== "checking")) editor.setDiagnostics(marks(next), next.diagnostics !== previous.diagnostics);
        if (moved || next.line !== previous.line) editor.setLine(next.open === "" ? next.line : 0);
      } else if (plain.value !== openText(next)) {
        plain.value = openText(next);
      }
      if (next.place && next.place !== previous.place) goTo(next.place.line, 0);
    },
    destroy() {
      destroyed = true;
      document.removeEventListener("keydown", keys, { capture: true });
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
