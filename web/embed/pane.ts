/** The frame's editor: a row of buttons, and the code; first the light editor, then, on focus, the editor proper. */

import type { Editor } from "../editor/editor.ts";
import { alive, type Action, type State } from "../state/state.ts";
import { h, type View } from "../state/view.ts";
import { lightEditor } from "./light.ts";

/** What the pane shows besides the state. */
export interface PaneOptions {
  readonly title: string;
  /** The author's text. */
  readonly original: string;
  /** Makes the address of the playground with a text in it. */
  readonly playground: (source: string) => Promise<string>;
}

/** Makes the pane. */
export function embedPane(state: State, dispatch: (action: Action) => void, { title, original, playground }: PaneOptions): View<State> {
  let shown = state;
  const run = h("button", { class: "v-btn", type: "button", "aria-keyshortcuts": "Control+Enter", onclick: () => dispatch({ type: "run" }) }, "Run");
  const stop = h("button", { class: "v-ghost v-stop", type: "button", onclick: () => dispatch({ type: "stop" }) }, "Stop");
  const back = h("button", { class: "v-ghost", type: "button", title: "Back to the author's text", onclick: () => dispatch({ type: "edited", source: original }) }, "Original");
  const link = h("a", { class: "v-embed-link", target: "_blank", rel: "noopener" }, "Open in the playground");
  const aim = async (): Promise<void> => {
    const source = shown.source;
    const address = await playground(source);
    if (source === shown.source) link.href = address;
  };
  void aim();
  const light = lightEditor(state.source, (source) => dispatch({ type: "edited", source }));
  const body = h("div", { class: "v-editor-body" }, light.dom);
  const dom = h(
    "div",
    { class: "v-editor" },
    h("div", { class: "v-editor-bar" }, run, stop, h("span", { class: "v-embed-title" }, title), h("span", { class: "v-sp" }), back, link),
    body,
  );
  dom.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    dispatch({ type: "run" });
  });

  let editor: Editor | undefined;
  let asked = false;
  let destroyed = false;
  const load = async (): Promise<void> => {
    const { createEditor } = await import("../editor/editor.ts");
    if (destroyed) return;
    const { area } = light;
    const focused = document.activeElement === area;
    editor = createEditor({
      source: area.value,
      selection: { from: area.selectionStart, to: area.selectionEnd },
      onEdit: (source) => dispatch({ type: "edited", source }),
      onRun: () => dispatch({ type: "run" }),
    });
    const scroll = area.scrollTop;
    body.replaceChildren(editor.dom);
    editor.scrollTo(scroll);
    editor.setDiagnostics(shown.diagnostics);
    editor.setLine(shown.line);
    if (focused) editor.focus();
  };
  light.area.addEventListener("focus", () => {
    if (asked) return;
    asked = true;
    load().catch((error: unknown) => {
      asked = false;
      console.error("The editor did not load; the plain one stays:", error);
    });
  });

  const show = (next: State): void => {
    back.hidden = next.source === original;
    stop.disabled = !alive(next);
  };
  show(state);

  return {
    dom,
    update(next, previous) {
      shown = next;
      show(next);
      if (next.source !== previous.source) {
        void aim();
        // So high is the code, in lines: the pane grows with it.
        dom.style.setProperty("--lines", String(next.source.split("\n").length));
      }
      if (editor) {
        if (next.source !== editor.source()) editor.setSource(next.source);
        if (next.diagnostics !== previous.diagnostics) editor.setDiagnostics(next.diagnostics, true);
        if (next.line !== previous.line) editor.setLine(next.line);
        if (next.place && next.place !== previous.place) editor.goTo(next.place.line, 0);
      } else if (light.area.value !== next.source) {
        light.setSource(next.source);
      }
    },
    destroy() {
      destroyed = true;
      editor?.destroy();
    },
  };
}
