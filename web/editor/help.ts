/** What the editor knows of the code: completion, documentation under the pointer, and the way to a definition. */

import { autocompletion, type Completion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import type { Extension, Text } from "@codemirror/state";
import { EditorView, hoverTooltip, keymap, type Command } from "@codemirror/view";
import type { About, Completions, Definition } from "../protocol.ts";
import { h } from "../state/view.ts";
import { words } from "../words.ts";

/** Who answers; each question is about a place in the text as it is, counted in characters from 1. */
export interface Helper {
  complete(line: number, column: number): Promise<Completions | undefined>;
  about(line: number, column: number): Promise<About | undefined>;
  definition(line: number, column: number): Promise<Definition | undefined>;
  /** Shows a place of another file. */
  show(definition: Definition): void;
}

/** How long the pointer rests before there is help, in milliseconds. */
const hoverTime = 350;

/** Makes the editor's extension. */
export function helpExtension(helper: Helper): Extension {
  const define = (view: EditorView, position: number): void => {
    const { line, column } = placeAt(view.state.doc, position);
    helper.definition(line, column).then((found) => found && helper.show(found), () => undefined);
  };
  const goTo: Command = (view) => {
    define(view, view.state.selection.main.head);
    return true;
  };
  return [
    autocompletion({ override: [(context) => complete(context, helper)], icons: false, optionClass: () => "v-code-option" }),
    hoverTooltip(async (view, position) => {
      const { line, column } = placeAt(view.state.doc, position);
      const about = await helper.about(line, column).catch(() => undefined);
      if (!about) return null;
      const { from: begin, to: end } = view.state.doc.line(about.line);
      return { pos: Math.min(begin + about.from - 1, end), end: Math.min(begin + about.to - 1, end), above: true, create: () => ({ dom: card(about) }) };
    }, { hoverTime }),
    keymap.of([{ key: "F12", run: goTo, preventDefault: true }]),
    EditorView.domEventHandlers({
      mousedown(event, view) {
        if (!(event.ctrlKey || event.metaKey) || event.button !== 0 || event.shiftKey || event.altKey) return false;
        const position = view.posAtCoords(event);
        if (position === null) return false;
        define(view, position);
        event.preventDefault();
        return true;
      },
    }),
  ];
}

async function complete(context: CompletionContext, helper: Helper): Promise<CompletionResult | null> {
  const before = context.matchBefore(/[\p{L}\p{N}_@:.%?!]+/u);
  // Only where something was begun, or somebody asks for it.
  if (!before && !context.explicit) return null;
  if (!context.explicit && before && /^[\p{N}]/u.test(before.text)) return null;
  const { line, column } = placeAt(context.state.doc, context.pos);
  const found = await helper.complete(line, column).catch(() => undefined);
  if (!found || context.aborted || found.items.length === 0) return null;
  return {
    from: context.pos - found.from,
    options: found.items.map((item, index): Completion => ({
      label: item.label.replace(/^@/, ""),
      displayLabel: item.label,
      apply: item.text,
      detail: item.kind,
      boost: -index,
      ...(item.detail === "" && item.doc === "" ? {} : { info: () => h("div", { class: "v-doc" }, ...(item.detail === "" ? [] : [h("code", {}, item.detail)]), ...(item.doc === "" ? [] : [h("p", {}, item.doc)])) }),
    })),
    validFor: /^[\p{L}\p{N}_]*[?!]?$/u,
  };
}

/** Documentation as it stands: its Markdown is readable, and none of it is taken for more than text. */
function card(about: About): HTMLElement {
  return h("div", { class: "v-doc" }, h("code", {}, about.title), h("p", {}, about.text === "" ? words.editor.noDocs : about.text));
}

function placeAt(doc: Text, position: number): { readonly line: number; readonly column: number } {
  const line = doc.lineAt(position);
  return { line: line.number, column: [...line.text.slice(0, position - line.from)].length + 1 };
}
