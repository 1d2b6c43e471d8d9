/** The shell in the page: what it has said, and the field to type into. It runs on the machine, as a process like any other. */

import type { CompletionItem } from "../protocol.ts";
import { consoleAt } from "../state/console.ts";
import { filesOf } from "../state/files.ts";
import { movedTo } from "../state/time.ts";
import { alive, type Action, type State } from "../state/state.ts";
import { h, type View } from "../state/view.ts";
import { words } from "../words.ts";
import { plain } from "./ansi.ts";
import type { Store } from "./console.ts";
import { createHistory } from "./history.ts";
import { logView } from "./log.ts";

/** Makes the shell's view; it starts the shell. */
export function shellView(state: State, dispatch: (action: Action) => void, storage?: Store): View<State> {
  const log = logView(words.iex.output, {
    select: () => undefined,
    goTo: (file, line) => dispatch({ type: "goTo", file, line }),
    known: (file) => file === shown.cell.file || filesOf(shown.drafts, shown.cell.key).some((f) => f.file === file),
  }, true);
  const prompt = h("span", { class: "v-iex-prompt", "aria-hidden": "true" });
  const field = h("textarea", {
    class: "v-iex-field", rows: "1", "aria-label": words.iex.name, placeholder: words.iex.hint, spellcheck: "false", autocapitalize: "off", autocomplete: "off",
    "aria-autocomplete": "list", "aria-controls": "iex-completions",
    oninput: () => {
      close();
      grow();
    },
    onkeydown: (event: KeyboardEvent) => press(event),
    onblur: () => close(),
  });
  const interrupt = h("button", { class: "v-ghost v-iex-stop", type: "button", hidden: true, onclick: () => {
    dispatch({ type: "interrupt" });
    field.focus();
  } }, words.iex.interrupt);
  const options = h("ul", { class: "v-completions", role: "listbox", id: "iex-completions", "aria-label": words.iex.completions, hidden: true });
  const about = h("p", { class: "v-completion-about", hidden: true, "aria-live": "polite" });
  const note = h("p", { class: "v-iex-note", hidden: true });
  const dom = h("div", { class: "v-iex" }, log.dom, note, h("div", { class: "v-completion-box" }, about, options), h("div", { class: "v-iex-row" }, prompt, field, interrupt));

  const history = createHistory(storage);
  let shown = state;
  /** Lines for a shell that is being started. */
  let unsent: string[] = [];
  let started = false;

  const width = (): number => Math.max(40, Math.min(160, Math.floor((log.dom.clientWidth - 40) / 7.5)));
  const start = (): void => {
    if (started) return;
    started = true;
    dispatch({ type: "shell", width: width() });
  };
  const grow = (): void => {
    field.rows = Math.min(8, field.value.split("\n").length);
  };
  const put = (text: string, caret = text.length): void => {
    field.value = text;
    field.setSelectionRange(caret, caret);
    grow();
  };
  const enter = (): void => {
    const text = field.value;
    put("");
    history.add(text);
    const lines = text.split("\n").map((line) => `${line}\n`);
    if (shown.shell.asking.shelled) for (const line of lines) dispatch({ type: "typed", text: line, shell: true });
    else {
      unsent.push(...lines);
      started = false;
      start();
    }
  };

  // Completions: one question at a time, the latest one's answer counts.
  let question = 0;
  let asked = { text: "", caret: 0 };
  let items: readonly CompletionItem[] = [];
  let from = 0;
  let active = -1;
  const complete = (): void => {
    const caret = field.selectionStart;
    asked = { text: field.value, caret };
    // What stands above belongs to it, too.
    dispatch({ type: "complete", id: ++question, text: pending() + field.value.slice(0, caret) });
  };
  /** The lines of an expression that is not complete yet. */
  const pending = (): string => {
    const lines: string[] = [];
    if (!/^\.\.\./.test(promptText(shown))) return "";
    for (const line of [...shown.shell.text.lines].reverse().slice(1)) {
      const text = plain(line.text);
      const match = /^(iex|\.\.\.)(?:\([^)]*\))?\d*>\s?(.*)$/.exec(text);
      if (!match) break;
      lines.unshift(match[2] ?? "");
      if (match[1] === "iex") break;
    }
    return lines.map((line) => `${line}\n`).join("");
  };
  const accept = (item: CompletionItem): void => {
    const caret = field.selectionStart;
    const begin = Math.max(0, caret - from);
    put(field.value.slice(0, begin) + item.text + field.value.slice(caret), begin + item.text.length);
    close();
  };
  const close = (): void => {
    if (options.hidden && items.length === 0) return;
    items = [];
    active = -1;
    options.hidden = true;
    about.hidden = true;
    options.replaceChildren();
    field.removeAttribute("aria-activedescendant");
  };
  const choose = (index: number): void => {
    active = index;
    [...options.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
    const item = items[index];
    if (!item) return;
    field.setAttribute("aria-activedescendant", `iex-completion-${index}`);
    options.children[index]?.scrollIntoView({ block: "nearest" });
    const text = [item.detail, item.doc].filter((t) => t !== "").join("\n");
    about.textContent = text;
    about.hidden = text === "";
  };
  const offer = (found: readonly CompletionItem[], replaced: number): void => {
    // Somebody has gone on typing.
    if (field.value !== asked.text || field.selectionStart !== asked.caret || document.activeElement !== field) return;
    close();
    from = replaced;
    const begin = asked.text.slice(0, asked.caret).slice(asked.caret - replaced);
    const common = commonBeginning(found.map((i) => i.text));
    if (found.length === 0) return;
    if (found.length === 1 && found[0] && found[0].text !== begin) {
      accept(found[0]);
      return;
    }
    if (common.length > begin.length && common.startsWith(begin)) {
      const at = asked.caret - replaced;
      put(asked.text.slice(0, at) + common + asked.text.slice(asked.caret), at + common.length);
      from = common.length;
    }
    items = found;
    options.replaceChildren(
      ...found.map((item, index) =>
        h("li", { role: "option", id: `iex-completion-${index}`, class: "v-completion", "aria-selected": "false", onmousedown: (event: MouseEvent) => {
          event.preventDefault();
          accept(item);
        } }, h("span", { class: "v-completion-label" }, item.label), h("span", { class: "v-completion-kind" }, item.kind)),
      ),
    );
    options.hidden = false;
    choose(0);
  };

  const press = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const { key } = event;
    const list = items.length > 0;
    const line = field.value.slice(0, field.selectionStart);
    const rest = field.value.slice(field.selectionEnd);
    if (key === "Enter" && !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey) {
      const item = items[active];
      if (list && item) accept(item);
      else enter();
    } else if (key === "Tab" && !event.shiftKey && list) {
      const item = items[active];
      if (item) accept(item);
    } else if (key === "Tab" && !event.shiftKey && line.trim() !== "") complete();
    else if (key === "ArrowDown" && list) choose((active + 1) % items.length);
    else if (key === "ArrowUp" && list) choose((active - 1 + items.length) % items.length);
    else if (key === "Escape" && list) close();
    else if (key === "ArrowUp" && !line.includes("\n")) {
      const older = history.older(field.value);
      if (older !== undefined) put(older);
    } else if (key === "ArrowDown" && !rest.includes("\n")) {
      const newer = history.newer(field.value);
      if (newer !== undefined) put(newer);
    } else if (key.toLowerCase() === "l" && event.ctrlKey) dispatch({ type: "clear", panel: "iex" });
    else if (key.toLowerCase() === "c" && event.ctrlKey && field.selectionStart === field.selectionEnd) {
      if (field.value === "") dispatch({ type: "interrupt" });
      put("");
    } else return;
    event.preventDefault();
  };

  const show = (next: State, previous?: State): void => {
    shown = next;
    const { text, asking, completions } = next.shell;
    const { live, current } = next.time;
    if (text !== previous?.shell.text || movedTo(next, previous)) log.show(live ? text : consoleAt(text, current));
    const busy = asking.shelled && !asking.shell;
    prompt.textContent = asking.shell ? promptText(next) : busy ? "…" : words.iex.prompt;
    interrupt.hidden = !busy;
    note.hidden = !(next.paused && alive(next));
    note.textContent = note.hidden ? "" : words.iex.paused;
    if (previous?.shell.asking.shelled && !asking.shelled) started = false;
    if (asking.shell && unsent.length > 0) {
      const lines = unsent;
      unsent = [];
      // The reducer is at work: the lines follow it.
      queueMicrotask(() => {
        for (const line of lines) dispatch({ type: "typed", text: line, shell: true });
      });
    }
    if (completions && completions !== previous?.shell.completions && completions.id === question) offer(completions.items, completions.from);
  };
  show(state);
  queueMicrotask(() => {
    if (!shown.shell.asking.shelled) start();
    field.focus({ preventScroll: true });
  });

  return {
    dom,
    update(next, previous) {
      show(next, previous);
      if (next.shell.panel === "iex" && previous.shell.panel !== "iex") {
        if (!next.shell.asking.shelled && !started) queueMicrotask(start);
        field.focus({ preventScroll: true });
      }
    },
    destroy() {
      dom.remove();
    },
  };
}

/** The prompt that the shell has written. */
function promptText({ shell }: State): string {
  const last = shell.text.lines.at(-1);
  return last?.open ? plain(last.text) : words.iex.prompt;
}

/** What all texts begin with. */
function commonBeginning(texts: readonly string[]): string {
  const [first = "", ...others] = texts;
  let length = first.length;
  for (const text of others) while (!text.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}
