/** The header's tools: share, and the ways out of the page and into it. */

import { encodeShare } from "../share/link.ts";
import { filesOf } from "../state/files.ts";
import type { State } from "../state/state.ts";
import { h, type View } from "../state/view.ts";
import type { Navigator } from "./go.ts";
import { notebookOf, toNotebook } from "./export.ts";
import { save } from "./save.ts";

/** Makes the tools. */
export function toolsView(state: State, navigator: Navigator): View<State> {
  let shown = state;

  const link = h("input", { type: "text", readonly: true, class: "v-link", "aria-label": "Link", onfocus: () => link.select() });
  const said = h("p", { class: "v-soft", role: "status" });
  const copy = h("button", {
    class: "v-btn",
    type: "button",
    onclick: () => {
      toClipboard(link.value).then(
        () => (said.textContent = "Copied."),
        () => {
          link.select();
          said.textContent = "The browser does not let the page copy it: press Ctrl+C.";
        },
      );
    },
  }, "Copy");
  const dialog = h(
    "dialog",
    { class: "v-dialog", "aria-label": "Share" },
    h("h2", {}, "Share this program"),
    h("p", {}, "The program itself is in the link. Nothing is sent anywhere, and nothing runs until whoever opens it says so."),
    h("div", { class: "v-copy" }, link, copy),
    said,
    h("div", { class: "v-dialog-end" }, h("button", { class: "v-ghost", type: "button", onclick: () => dialog.close() }, "Close")),
  );
  const share = h("button", { class: "v-ghost", type: "button", "aria-haspopup": "dialog", onclick: () => void openShare() }, "Share");
  const openShare = async (): Promise<void> => {
    const { source, lesson, cell, speed } = shown;
    const files = filesOf(shown.drafts, cell.key);
    said.textContent = "";
    link.value = "";
    dialog.showModal();
    try {
      const title = lesson.slug === "" ? undefined : lesson.title;
      const fragment = await encodeShare({ code: source, file: cell.file, speed, ...(title ? { title } : {}), ...(cell.seed === 0 ? {} : { seed: cell.seed }), ...(cell.view === "" ? {} : { view: cell.view }), ...(files.length === 0 ? {} : { files }) });
      link.value = `${navigator.addressOf("index.html").replace(/index\.html$/, location.protocol === "file:" ? "index.html" : "")}#${fragment}`;
      said.textContent = link.value.length > 2000 ? `The link has ${link.value.length.toLocaleString("en")} characters: some chats will cut it.` : `${link.value.length.toLocaleString("en")} characters.`;
      link.focus();
    } catch (error) {
      said.textContent = `This browser cannot make the link: ${error instanceof Error ? error.message : String(error)}`;
    }
  };

  const file = h("input", { type: "file", accept: ".livemd,.exs,.ex,.md,.txt", hidden: true, "aria-label": "File", onchange: () => {
    const chosen = file.files?.[0];
    if (chosen) void navigator.openFile(chosen);
    file.value = "";
  } });
  const livebook = h("a", { class: "v-menu-item", role: "menuitem", target: "_blank", rel: "noopener" }, "Open in Livebook");
  const menu = h(
    "div",
    { class: "v-menu-list", role: "menu", "aria-label": "File", id: "file-menu", hidden: true },
    h("button", { class: "v-menu-item", role: "menuitem", type: "button", onclick: () => file.click() }, "Open a file…"),
    h("button", { class: "v-menu-item", role: "menuitem", type: "button", onclick: () => save(`${nameOf(shown)}.exs`, shown.source) }, "Download the program"),
    h("button", { class: "v-menu-item", role: "menuitem", type: "button", onclick: () => void notebook() }, "Download as notebook"),
    livebook,
  );
  const notebook = async (): Promise<void> => {
    try {
      save(`${nameOf(shown)}.livemd`, await toNotebook(shown, navigator.addressOf));
    } catch (error) {
      navigator.notice(`The notebook could not be made: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const button = h("button", { class: "v-ghost", type: "button", "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": "file-menu", onclick: () => open(Boolean(menu.hidden)) }, "File");
  const box = h("div", { class: "v-menu" }, button, menu);
  const open = (yes: boolean, refocus = true): void => {
    if (menu.hidden !== yes) return;
    menu.hidden = !yes;
    button.setAttribute("aria-expanded", String(yes));
    if (yes) menu.querySelector<HTMLElement>(".v-menu-item:not([hidden])")?.focus();
    else if (refocus) button.focus();
  };
  menu.addEventListener("click", () => open(false));
  box.addEventListener("keydown", (event) => {
    if (menu.hidden) return;
    const items = [...menu.querySelectorAll<HTMLElement>(".v-menu-item:not([hidden])")];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === "Escape") open(false);
    else if (to !== undefined) items[(to + items.length) % items.length]?.focus();
    else return;
    event.preventDefault();
  });
  box.addEventListener("focusout", (event) => {
    if (!(event.relatedTarget instanceof Node && box.contains(event.relatedTarget))) open(false, false);
  });

  // A file may be dropped anywhere.
  const overlay = h("div", { class: "v-drop", hidden: true }, h("p", {}, "Drop a notebook (.livemd) or an Elixir file (.exs) here"));
  document.body.append(overlay);
  const carriesFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  document.addEventListener("dragover", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    overlay.hidden = false;
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) overlay.hidden = true;
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    overlay.hidden = true;
    const dropped = event.dataTransfer?.files[0];
    if (dropped) void navigator.openFile(dropped);
  }, { capture: true });

  const dom = h("div", { class: "v-tools-row" }, share, box, file, dialog);
  const show = (next: State): void => {
    shown = next;
    const ours = next.lesson.number > 0;
    livebook.hidden = !ours;
    // Livebook fetches the notebook itself, from its public address.
    if (ours) livebook.href = `https://livebook.dev/run?url=${encodeURIComponent(navigator.addressOf(notebookOf(next.lesson.slug)))}`;
  };
  show(state);
  return {
    dom,
    update: show,
    destroy() {
      overlay.remove();
      dom.remove();
    },
  };
}

function nameOf({ lesson, cell }: State): string {
  return lesson.number === 0 ? cell.file.replace(/\.\w+$/, "") : lesson.slug.replace(/^.*\//, "");
}

/** The browser's clipboard; not every page has one. */
function toClipboard(text: string): Promise<void> {
  return globalThis.navigator.clipboard ? globalThis.navigator.clipboard.writeText(text) : Promise.reject(new Error("no clipboard"));
}
