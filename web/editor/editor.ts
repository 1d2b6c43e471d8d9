/** The editor proper: CodeMirror 6 for Elixir. The heavy part of the page, so it is a chunk of its own, loaded after the first paint. */

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab, isolateHistory } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics, type Diagnostic as Mark } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, StateEffect, StateField, type Extension, type Text } from "@codemirror/state";
import { Decoration, drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, type DecorationSet } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { elixir } from "codemirror-lang-elixir";
import type { Diagnostic } from "../protocol.ts";
import { words } from "../words.ts";
import { caretAfter } from "./format.ts";
import { helpExtension, type Helper } from "./help.ts";

/** What the pane needs of the editor. */
export interface Editor {
  readonly dom: HTMLElement;
  source(): string;
  setSource(source: string): void;
  /** Another file: each has its own history, selection and place in view. */
  openFile(name: string, source: string): void;
  /** Marks what is wrong; `show` scrolls to the first error. */
  setDiagnostics(diagnostics: readonly Diagnostic[], show?: boolean): void;
  /** Marks the line the script is at; 0 for none. */
  setLine(line: number): void;
  scrollTo(top: number): void;
  /** Puts a formatted text in; the caret stays at what it was at. */
  reformat(source: string): void;
  /** Goes to a place, counted in characters from 1. */
  goTo(line: number, column: number): void;
  focus(): void;
  destroy(): void;
}

export interface EditorOptions {
  readonly source: string;
  /** The name of its file, for openFile. */
  readonly file?: string;
  readonly selection: { readonly from: number; readonly to: number };
  readonly onEdit: (source: string) => void;
  readonly onRun: () => void;
  /** Who knows more of the code; without one only the words of the text complete. */
  readonly helper?: Helper;
}

// Colours are the page's custom properties, so light and dark need no second theme.
const highlight = HighlightStyle.define([
  { tag: [tags.keyword, tags.attributeName], color: "var(--code-keyword)" },
  { tag: [tags.atom, tags.bool, tags.null], color: "var(--code-atom)" },
  { tag: [tags.namespace, tags.typeName], color: "var(--code-name)" },
  { tag: tags.definition(tags.function(tags.variableName)), color: "var(--ink)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string), tags.character, tags.docString], color: "var(--code-string)" },
  { tag: [tags.escape, tags.special(tags.brace)], color: "var(--code-keyword)" },
  { tag: [tags.integer, tags.float], color: "var(--code-number)" },
  { tag: [tags.lineComment, tags.comment], color: "var(--code-comment)" },
  { tag: tags.invalid, color: "var(--crash-ink)" },
]);

const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--code)", height: "100%", fontSize: "12.6px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.62", overflow: "auto" },
  ".cm-content": { padding: "10px 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 16px 0 10px" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--code)", color: "var(--soft)", border: "0" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "34px", padding: "0 4px 0 8px" },
  ".cm-gutter-lint": { width: "14px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "3px 0 0 2px" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--ink) 4%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--code-select)" },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--leaf) 18%, transparent)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "color-mix(in srgb, var(--leaf) 25%, transparent)", outline: "none" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--crash-soft)" },
  ".cm-at": { backgroundColor: "var(--code-hot)", boxShadow: "inset 3px 0 var(--msg)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--crash) 1px", textUnderlineOffset: "3px" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--msg) 1px", textUnderlineOffset: "3px" },
  ".cm-tooltip": { backgroundColor: "var(--panel)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "8px", boxShadow: "var(--shadow)", overflow: "hidden" },
  ".cm-diagnostic": { fontFamily: "var(--mono)", fontSize: "12px", whiteSpace: "pre-wrap", padding: "6px 12px", borderLeft: "3px solid var(--crash)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--msg)" },
  ".cm-panels": { backgroundColor: "var(--panel)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-textfield": { backgroundColor: "var(--code)", border: "1px solid var(--line)", borderRadius: "6px" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--panel)", border: "1px solid var(--line)", borderRadius: "6px" },
  ".v-doc": { maxWidth: "460px", maxHeight: "260px", overflow: "auto", padding: "8px 12px", font: "12.5px/1.5 var(--sans)", whiteSpace: "pre-wrap" },
  ".v-doc code": { font: "600 12px/1.5 var(--mono)", whiteSpace: "pre-wrap" },
  ".v-doc p": { margin: "6px 0 0" },
  ".cm-completionDetail": { color: "var(--soft)", fontStyle: "normal", fontFamily: "var(--sans)", fontSize: "11.5px", marginLeft: "14px" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--leaf-soft)", color: "var(--leaf-ink)" },
});

const goTo = StateEffect.define<number>();
const atLine = Decoration.line({ class: "cm-at" });

/** The highlighted line. */
const runLine = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    let next = value.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(goTo)) continue;
      const line = effect.value;
      next = line >= 1 && line <= transaction.state.doc.lines ? Decoration.set(atLine.range(transaction.state.doc.line(line).from)) : Decoration.none;
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Makes the editor. */
export function createEditor(options: EditorOptions): Editor {
  const length = options.source.length;
  const extensions: Extension = [
    lineNumbers(),
    highlightActiveLineGutter(),
    history(),
    drawSelection(),
    EditorState.allowMultipleSelections.of(true),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    options.helper ? helpExtension(options.helper) : autocompletion(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    lintGutter(),
    runLine,
    elixir(),
    syntaxHighlighting(highlight),
    look,
    EditorView.contentAttributes.of({ "aria-label": words.editor.code, "aria-multiline": "true", tabindex: "0" }),
    keymap.of([
      { key: "Mod-Enter", run: () => (options.onRun(), true), preventDefault: true },
      { key: "Ctrl-Enter", run: () => (options.onRun(), true), preventDefault: true },
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...defaultKeymap,
      // Tab indents; Escape, then Tab, leaves the editor (CodeMirror's own way out for the keyboard).
      indentWithTab,
    ]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) options.onEdit(update.state.doc.toString());
    }),
  ];
  const view = new EditorView({
    state: EditorState.create({ doc: options.source, selection: { anchor: Math.min(options.selection.from, length), head: Math.min(options.selection.to, length) }, extensions }),
  });
  // The files that are not shown, with the place that was in view.
  const others = new Map<string, { readonly state: EditorState; readonly top: number }>();
  let name = options.file ?? "";
  // Each file and program has its own history. Another text for the same one is an ordinary change: whoever asks for the
  // program as it was can take that back.
  return {
    dom: view.dom,
    source: () => view.state.doc.toString(),
    setSource(source) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: source }, selection: { anchor: 0 }, effects: EditorView.scrollIntoView(0) });
    },
    openFile(next, source) {
      others.set(name, { state: view.state, top: view.scrollDOM.scrollTop });
      name = next;
      const known = others.get(next);
      // What was changed elsewhere meanwhile has another history.
      view.setState(known?.state.doc.toString() === source ? known.state : EditorState.create({ doc: source, extensions }));
      view.scrollDOM.scrollTop = known?.top ?? 0;
    },
    setDiagnostics(diagnostics, show = false) {
      view.dispatch(setDiagnostics(view.state, diagnostics.filter((d) => d.line >= 1).map((d) => mark(view.state.doc, d))));
      const first = diagnostics.find((d) => d.severity === "error" && d.line >= 1);
      if (first && show) view.dispatch({ effects: EditorView.scrollIntoView(mark(view.state.doc, first).from, { y: "nearest", yMargin: 40 }) });
    },
    setLine(line) {
      const effects: StateEffect<unknown>[] = [goTo.of(line)];
      // Whoever edits keeps the place; whoever watches follows the program.
      if (!view.hasFocus && line >= 1 && line <= view.state.doc.lines) effects.push(EditorView.scrollIntoView(view.state.doc.line(line).from, { y: "nearest", yMargin: 30 }));
      view.dispatch({ effects });
    },
    scrollTo(top) {
      view.scrollDOM.scrollTop = top;
    },
    reformat(source) {
      const before = view.state.doc.toString();
      const { anchor, head } = view.state.selection.main;
      // Only what differs is exchanged, so that marks and the place in view stay.
      let from = 0;
      while (from < before.length && from < source.length && before[from] === source[from]) from++;
      let end = 0;
      while (end < before.length - from && end < source.length - from && before[before.length - 1 - end] === source[source.length - 1 - end]) end++;
      view.dispatch({
        changes: { from, to: before.length - end, insert: source.slice(from, source.length - end) },
        selection: { anchor: caretAfter(before, source, anchor), head: caretAfter(before, source, head) },
        userEvent: "input.format",
        annotations: isolateHistory.of("full"),
      });
    },
    goTo(line, column) {
      const at = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
      const place = column >= 1 ? Math.min(at.from + offset(at.text, column), at.to) : at.from + (at.text.length - at.text.trimStart().length);
      view.dispatch({ selection: { anchor: place }, effects: EditorView.scrollIntoView(place, { y: "center" }) });
      view.focus();
    },
    focus() {
      view.focus();
    },
    destroy() {
      view.destroy();
    },
  };
}

/** Where a diagnostic is in the text: its range, or the word at its place, or its line. */
function mark(doc: Text, d: Diagnostic): Mark {
  const line = doc.line(Math.min(d.line, doc.lines));
  const from = d.column >= 1 ? Math.min(line.from + offset(line.text, d.column), line.to) : line.from + (line.text.length - line.text.trimStart().length);
  let to = line.to;
  if (d.endLine >= 1 && d.endColumn >= 1) {
    const last = doc.line(Math.min(d.endLine, doc.lines));
    to = Math.min(last.from + offset(last.text, d.endColumn), last.to);
  } else if (d.column >= 1) {
    const word = /^[\p{L}\p{N}_@:.]+[?!]?|^./u.exec(line.text.slice(from - line.from));
    to = from + (word?.[0].length ?? 0);
  }
  return { from, to: Math.max(from, to), severity: d.severity, message: d.message };
}

/** The UTF-16 offset of a column that counts characters from 1. */
function offset(text: string, column: number): number {
  let index = 0;
  for (const character of text) {
    if (--column < 1) break;
    index += character.length;
  }
  return index;
}
