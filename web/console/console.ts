/** The pane below the editor: what the program wrote, what it reads, and the shell beside it. */

import { plain } from "./ansi.ts";
import { filesOf } from "../state/files.ts";
import { alive, type Action, type State } from "../state/state.ts";
import { consoleAt, type ConsoleState } from "../state/console.ts";
import type { Panel } from "../state/shell.ts";
import { movedTo } from "../state/time.ts";
import { h, type View } from "../state/view.ts";
import { words } from "../words.ts";
import { logView } from "./log.ts";

/** As much of a store as is needed here. */
export type Store = Pick<Storage, "getItem" | "setItem">;

/** Makes the pane's view. The shell's part is loaded when it is first wanted; a store keeps what was typed into it. */
export function consoleView(state: State, dispatch: (action: Action) => void, storage?: Store): View<State> {
  let shown = state;
  const log = logView(words.console.name, {
    select: (node) => dispatch({ type: "select", node }),
    why: (seq) => dispatch({ type: "why", of: { written: seq } }),
    goTo: (file, line) => dispatch({ type: "goTo", file, line }),
    known: (file) => file === shown.cell.file || filesOf(shown.drafts, shown.cell.key).some((f) => f.file === file),
  });
  const field = h("input", { class: "v-input-field", type: "text", "aria-label": words.console.input, placeholder: words.console.inputHint, autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
  const input = h("form", { class: "v-input", hidden: true, onsubmit: (event: Event) => {
    event.preventDefault();
    dispatch({ type: "typed", text: `${field.value}\n`, shell: false });
    field.value = "";
  } }, field, h("button", { class: "v-ghost", type: "submit" }, words.console.send));
  const output = h("div", { class: "v-console-body", id: "console-panel", role: "tabpanel", "aria-label": words.console.name }, log.dom, input);
  const shellPanel = h("div", { class: "v-console-body", id: "iex-panel", role: "tabpanel", "aria-label": words.console.iex, hidden: true });

  const tab = (panel: Panel, text: string, controls: string): HTMLButtonElement =>
    h("button", { class: "v-tab-label", type: "button", role: "tab", id: `${controls}-tab`, "aria-controls": controls, onclick: () => dispatch({ type: "panel", panel }) }, text);
  const tabs = { console: tab("console", words.console.name, "console-panel"), iex: tab("iex", words.console.iex, "iex-panel") };
  const list = h("div", { class: "v-files", role: "tablist", "aria-label": words.console.tabs, onkeydown: (event: KeyboardEvent) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const panel = shown.shell.panel === "console" ? "iex" : "console";
    dispatch({ type: "panel", panel });
    tabs[panel].focus();
    event.preventDefault();
  } }, tabs.console, tabs.iex);
  const said = h("span", { class: "v-console-said", role: "status", "aria-label": words.console.copy });
  const copy = h("button", { class: "v-console-tool", type: "button", onclick: () => void toClipboard() }, words.console.copy);
  const clear = h("button", { class: "v-console-tool", type: "button", onclick: () => dispatch({ type: "clear", panel: shown.shell.panel }) }, words.console.clear);
  const dom = h("div", { class: "v-console" }, h("div", { class: "v-console-bar" }, list, h("span", { class: "v-sp" }), said, copy, clear), output, shellPanel);

  const text = ({ lines }: ConsoleState): string => lines.map((line) => plain(line.text)).join("\n");
  const toClipboard = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text(shown.shell.panel === "iex" ? shown.shell.text : shown.console));
      said.textContent = words.console.copied;
    } catch {
      said.textContent = words.console.notCopied;
    }
    setTimeout(() => (said.textContent = ""), 2500);
  };

  let shell: View<State> | undefined;
  let asked = false;
  let destroyed = false;
  const openShell = async (): Promise<void> => {
    if (asked) return;
    asked = true;
    try {
      const { shellView } = await import("./iex.ts");
      if (destroyed) return;
      shell = shellView(shown, dispatch, storage);
      shellPanel.append(shell.dom);
    } catch (error) {
      asked = false;
      shellPanel.textContent = error instanceof Error ? error.message : String(error);
    }
  };
  const show = (next: State, previous?: State): void => {
    shown = next;
    // What was written after the moment in view is not there yet.
    const { live, current } = next.time;
    if (next.console !== previous?.console || movedTo(next, previous)) log.show(live ? next.console : consoleAt(next.console, current));
    const { panel, asking } = next.shell;
    if (panel !== previous?.shell.panel) {
      for (const name of ["console", "iex"] as const) {
        tabs[name].setAttribute("aria-selected", String(panel === name));
        tabs[name].tabIndex = panel === name ? 0 : -1;
      }
      output.hidden = panel !== "console";
      shellPanel.hidden = panel !== "iex";
      if (panel === "iex") void openShell();
    }
    const reads = asking.program && alive(next);
    if (input.hidden === reads) {
      input.hidden = !reads;
      if (reads && panel === "console") {
        log.dom.scrollTop = log.dom.scrollHeight;
        // Whoever writes code is left alone.
        if (!document.activeElement?.closest(".v-area-editor, .v-console, dialog")) field.focus({ preventScroll: true });
      }
    }
    if (previous) shell?.update(next, previous);
  };
  show(state);

  return {
    dom,
    update: show,
    destroy() {
      destroyed = true;
      shell?.destroy();
      dom.remove();
    },
  };
}
