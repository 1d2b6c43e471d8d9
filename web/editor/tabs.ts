/** The row of the program's files above the code: the programs of the step, and the files beside the one that is open. */

import { filesOf, nameProblem } from "../state/files.ts";
import type { Action, State } from "../state/state.ts";
import { h, icon, type View } from "../state/view.ts";
import { words } from "../words.ts";

/** Makes the row. */
export function fileTabs(state: State, dispatch: (action: Action) => void): View<State> {
  const list = h("div", { class: "v-files" });
  let shown = state;
  /** The file whose name is being written. */
  let renaming = "";

  const add = h("button", { class: "v-file-tool", type: "button", "aria-label": words.files.add, title: words.files.addTitle, onclick: () => {
    dispatch({ type: "addFile" });
    renaming = "?";
  } }, icon('<path d="M8 3v10M3 8h10"/>'));

  const dom = h("div", { class: "v-file-row" }, list, add);

  const rename = (file: string): void => {
    renaming = file;
    show(shown);
  };
  const nameField = (file: string): HTMLElement => {
    let done = false;
    const finish = (keep: boolean): void => {
      if (done) return;
      done = true;
      renaming = "";
      const to = field.value.trim();
      if (keep && to !== file && nameProblem(to, shown.cell.file, filesOf(shown.drafts, shown.cell.key)) === "") dispatch({ type: "renameFile", file, to });
      else show(shown);
    };
    const field = h("input", {
      class: "v-file-name", type: "text", value: file, "aria-label": words.files.name(file), spellcheck: "false", autocapitalize: "off", size: String(Math.max(8, file.length)),
      oninput: () => {
        const problem = nameProblem(field.value.trim(), shown.cell.file, filesOf(shown.drafts, shown.cell.key).filter((f) => f.file !== file));
        field.setAttribute("aria-invalid", String(problem !== ""));
        field.title = problem === "" ? "" : words.files.problem[problem];
      },
      onkeydown: (event: KeyboardEvent) => {
        if (event.key !== "Enter" && event.key !== "Escape") return;
        event.preventDefault();
        finish(event.key === "Enter");
      },
      onblur: () => finish(true),
    });
    queueMicrotask(() => {
      field.focus();
      field.setSelectionRange(0, file.replace(/\.exs?$/, "").length);
    });
    return field;
  };

  const show = (next: State): void => {
    shown = next;
    const { cell, lesson, open } = next;
    const cells = lesson.steps[next.step]?.cells ?? [];
    const files = filesOf(next.drafts, cell.key);
    if (renaming === "?" && open !== "") renaming = open;
    const rows: HTMLElement[] = [];
    const main = (text: string, active: boolean, act: () => void): HTMLElement =>
      h("button", { class: "v-tab-label", type: "button", "aria-pressed": String(active), onclick: act }, text);
    if (cells.length > 1) {
      cells.forEach((other, index) => {
        const own = other.key === cell.key;
        rows.push(main(`${index + 1}. ${other.file}`, own && open === "", () => dispatch(own ? { type: "openFile", file: "" } : { type: "cell", key: other.key })));
      });
    } else if (files.length > 0) rows.push(main(cell.file, open === "", () => dispatch({ type: "openFile", file: "" })));
    else rows.push(h("span", { class: "v-tab-label" }, cell.file));
    for (const { file } of files) {
      if (file === renaming) {
        rows.push(nameField(file));
        continue;
      }
      const tab = main(file, file === open, () => dispatch({ type: "openFile", file }));
      tab.addEventListener("dblclick", () => rename(file));
      tab.addEventListener("keydown", (event) => {
        if (event.key === "F2") rename(file);
        else if (event.key === "Delete") dispatch({ type: "deleteFile", file });
        else return;
        event.preventDefault();
      });
      rows.push(tab);
      if (file !== open) continue;
      rows.push(h("button", { class: "v-file-tool", type: "button", "aria-label": words.files.rename(file), title: words.files.rename(file), onclick: () => rename(file) }, icon('<path d="M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3z"/>')));
      rows.push(h("button", { class: "v-file-tool", type: "button", "aria-label": words.files.remove(file), title: words.files.remove(file), onclick: () => dispatch({ type: "deleteFile", file }) }, icon('<path d="M4 4l8 8M12 4l-8 8"/>')));
    }
    list.replaceChildren(...rows);
    const active = rows.findIndex((row) => row.getAttribute("aria-pressed") === "true");
    // With its tools.
    requestAnimationFrame(() => (rows[active + 2] ?? rows.at(-1))?.scrollIntoView({ block: "nearest", inline: "nearest" }));
  };
  show(state);

  return {
    dom,
    update(next, previous) {
      shown = next;
      const names = ({ drafts, cell }: State): string => filesOf(drafts, cell.key).map((f) => f.file).join("|");
      if (next.cell !== previous.cell || next.step !== previous.step || next.lesson !== previous.lesson || next.open !== previous.open || (next.drafts !== previous.drafts && names(next) !== names(previous))) show(next);
    },
    destroy() {
      dom.remove();
    },
  };
}
