/**
 * The single file's own ways. The app knows a site of many pages; here is one. Links to lessons become parts of this
 * page's address, other pages are shown in a dialog, and what the app would fetch is answered from within the file.
 */

import { save } from "../lesson/save.ts";
import { h } from "../state/view.ts";

const files = (globalThis as { vivariumFiles?: Readonly<Record<string, string>> }).vivariumFiles ?? {};
const here = new URL(location.href);
here.hash = here.search = "";
const root = new URL("./", here).href;

/** The path within the site that an address stands for; undefined for one elsewhere. */
const pathOf = (address: string): string | undefined => (address.startsWith(root) ? address.slice(root.length) : undefined);

const asked = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const address = new URL(input instanceof Request ? input.url : String(input), document.baseURI);
  const file = files[pathOf(address.href) ?? ""];
  return file === undefined ? asked(input, init) : Promise.resolve(new Response(file));
};

const dialog = h("dialog", { class: "v-dialog v-dialog-page" });
const close = h("button", { class: "v-ghost", type: "button", onclick: () => dialog.close() }, "Close");

/** Shows a page that has no stage. */
const showPage = (name: string, anchor: string): boolean => {
  const template = document.getElementById(`page-${name.replaceAll("/", "-")}`);
  if (!(template instanceof HTMLTemplateElement)) return false;
  const body = h("div", { class: "v-sheet" });
  body.append(template.content.cloneNode(true));
  for (const part of body.querySelectorAll(".v-site-only")) part.remove();
  // The page's own addresses are relative to where it was on the site.
  for (const link of body.querySelectorAll<HTMLAnchorElement>("a[href]")) link.href = new URL(link.getAttribute("href") ?? "", new URL(`${name}.html`, root)).href;
  dialog.setAttribute("aria-label", body.querySelector("h1")?.textContent ?? name);
  dialog.replaceChildren(body, h("div", { class: "v-dialog-end" }, close));
  if (!dialog.isConnected) document.body.append(dialog);
  if (!dialog.open) dialog.showModal();
  if (anchor) body.querySelector(`#${CSS.escape(anchor)}`)?.scrollIntoView();
  else dialog.scrollTop = 0;
  return true;
};

// Before the app's own listener, which would go to addresses that are not there.
document.addEventListener(
  "click",
  (event) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
    const path = link ? pathOf(link.href) : undefined;
    if (path === undefined) return;
    const [page = "", anchor = ""] = path.split("#", 2);
    if (new URL(page, root).href === here.href) return; // a place in this page
    const lesson = /^(lesson|example)s\/(\d[\w-]*)\.html$/.exec(page);
    const notebook = files[page];
    if (lesson) location.hash = `${lesson[1]}=${lesson[2]}${anchor ? `/${anchor}` : ""}`;
    else if (page === "" || page === "index.html") location.hash = anchor;
    else if (page.endsWith(".livemd") && notebook !== undefined) save(page.replace(/.*\//, ""), notebook);
    else if (!showPage(page.replace(/\.html$/, ""), anchor)) return;
    if (lesson || page === "" || page === "index.html") dialog.close();
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  { capture: true },
);
