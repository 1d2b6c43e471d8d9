/**
 * From lesson to lesson: addresses, the browser's history, links that carry programs, files of one's own. A lesson is an
 * article; another page's article takes the place of this one, and the machine stays as it is.
 */

import { decodeShare, isShare, type Shared } from "../share/link.ts";
import type { Storage } from "../state/kept.ts";
import type { Action, State } from "../state/state.ts";
import type { Store } from "../state/store.ts";
import type { Lesson } from "./model.ts";
import { notebookArticle, programArticle, type NotebookPage } from "./build.ts";
import { readLesson } from "./read.ts";

/** What the page needs to get about. */
export interface Navigator {
  /** The article of a lesson that was shown. */
  articleOf(lesson: Lesson): HTMLElement;
  /** Goes where the address says. Resolves to whether that is a page of the site, and not somebody's program. */
  begin(): Promise<boolean>;
  /** Opens a file of the visitor's. */
  openFile(file: File): Promise<void>;
  /** An address within the site as an absolute one: `addressOf("lessons/index.html")`. */
  addressOf(path: string): string;
  /** Tells of something with no better place. */
  notice(text: string): void;
}

export interface NavigatorOptions {
  readonly store: Store<State, Action>;
  readonly article: HTMLElement;
  readonly lesson: Lesson;
  readonly storage: Storage | undefined;
  /** Reads a notebook; that is the machine's work. */
  readonly readNotebook: (file: string, text: string) => Promise<NotebookPage>;
}

/** The biggest file that may be opened, in bytes. */
const biggestFile = 1_000_000;

const fileKey = "vivarium.file.";

/** Makes the navigator, and takes the page's links over. */
export function createNavigator({ store, article, lesson, storage, readNotebook }: NavigatorOptions): Navigator {
  const { dispatch } = store;
  // Everything relative is made absolute once, since the address of the page will change under it.
  const root = new URL(document.documentElement.dataset["root"] ?? "./", location.href).href;
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[href]")) absolute(link, document.baseURI);
  const articles = new WeakMap<Lesson, HTMLElement>([[lesson, article]]);
  /** Articles by the address of their page. */
  const byAddress = new Map<string, Lesson>([[pageOf(location.href), lesson]]);
  let asked = 0;

  // The single file is its own front page, whatever it is called.
  const home = document.documentElement.dataset["single"] === undefined ? "index.html" : location.pathname;
  const addressOf = (path: string): string => new URL(path === "index.html" ? home : path, root).href;
  const notice = (text: string): void => dispatch({ type: "notice", text });

  const show = (next: Lesson, hash: string): void => {
    const named = next.steps.findIndex((s) => `#${s.id}` === hash);
    // Where the learner was before is where they go on.
    const at = next.slug === "" ? "" : stepOf(storage, next.slug);
    const step = named >= 0 ? named : next.steps.findIndex((s) => s.id === at);
    dispatch({ type: "lesson", lesson: next, step: Math.max(0, step) });
  };
  const add = (element: HTMLElement): Lesson => {
    const read = readLesson(element);
    articles.set(read, element);
    return read;
  };

  /** The lesson at an address of the site: one that was there before, one in a template, or one that is fetched. */
  const load = async (address: string): Promise<Lesson> => {
    const page = pageOf(address);
    const known = byAddress.get(page);
    if (known) return known;
    const slug = /(lessons|examples)\/([\w-]+)\.html$/.exec(page);
    const template = slug ? document.getElementById(`${slug[1] === "lessons" ? "lesson" : "example"}-${slug[2]}`) : null;
    let element: HTMLElement | null;
    if (template instanceof HTMLTemplateElement) {
      element = (template.content.cloneNode(true) as DocumentFragment).querySelector<HTMLElement>("article");
    } else {
      const response = await fetch(page);
      if (!response.ok) throw new Error(`${page}: ${response.status}`);
      element = new DOMParser().parseFromString(await response.text(), "text/html").querySelector<HTMLElement>("#lesson");
    }
    if (!element) throw new Error(`${page} holds no lesson`);
    const own = document.importNode(element, true);
    for (const link of own.querySelectorAll<HTMLAnchorElement>("a[href]")) absolute(link, page);
    const read = add(own);
    byAddress.set(page, read);
    return read;
  };

  /** Shows what an address stands for. The address is in the browser's bar already. */
  const open = async (address: string): Promise<boolean> => {
    const mine = ++asked;
    const { hash } = new URL(address);
    if (isShare(hash)) {
      try {
        const shared = await decodeShare(hash);
        if (mine === asked) showShared(shared, keyOf(hash));
      } catch (error) {
        const here = await load(address);
        if (mine !== asked) return false;
        show(here, "");
        notice(`${error instanceof Error ? error.message : String(error)} What you had is untouched.`);
      }
      return false;
    }
    if (hash.startsWith("#file=")) {
      const name = safeDecode(hash.slice("#file=".length));
      const text = readFile(storage, name);
      if (text !== undefined) {
        await showFile(name, text);
        return false;
      }
      show(await load(address), "");
      notice(`The file ${name} is not kept in this browser any more. Open it again.`);
      return false;
    }
    const inFile = /^#(lesson|example)=([\w-]+)(?:\/(.*))?$/.exec(hash);
    const next = await load(inFile ? addressOf(`${inFile[1]}s/${inFile[2]}.html`) : address);
    if (mine === asked) show(next, inFile ? `#${inFile[3] ?? ""}` : hash);
    return true;
  };

  const showShared = (shared: Shared, key: string): void => {
    const title = shared.title ?? "A shared program";
    const element = programArticle({
      slug: `share-${key}`, title, file: shared.file ?? "program.exs", source: shared.code,
      ...(shared.seed === undefined ? {} : { seed: shared.seed }), ...(shared.view === undefined ? {} : { view: shared.view }),
      words: ["This program came with a link. Nothing of it has run yet: read it, then press Run.", "What you change here is kept apart from your own program."],
    });
    element.querySelector(".v-lesson-head")?.append(leaveLink());
    show(add(element), "");
    if (shared.files) dispatch({ type: "bringFiles", files: shared.files });
    if (shared.speed !== undefined) dispatch({ type: "speed", speed: shared.speed });
  };
  const articleOf = (wanted: Lesson): HTMLElement => {
    const known = articles.get(wanted);
    if (!known) throw new Error("BUG: a lesson without an article");
    return known;
  };

  const showFile = async (name: string, text: string): Promise<void> => {
    const mine = asked;
    const element = /\.(livemd|md)$/i.test(name)
      ? notebookArticle(`file-${name}`, await readNotebook(name, text))
      : programArticle({ slug: `file-${name}`, title: name, file: name.replace(/[^\w.-]/g, "_"), source: text, words: ["Your own file. What you change here is kept in this browser; the file itself stays as it is."] });
    if (mine !== asked) return;
    element.querySelector(".v-lesson-head")?.append(leaveLink());
    show(add(element), "");
  };
  const leaveLink = (): HTMLElement => {
    const p = document.createElement("p");
    p.className = "v-small";
    const a = document.createElement("a");
    a.href = addressOf("index.html");
    a.textContent = "Back to your own program";
    p.append(a);
    return p;
  };

  const visit = (address: string): void => {
    if (address !== location.href) history.pushState(null, "", address);
    open(address).catch(() => location.assign(address));
  };
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
    if (!link || link.target !== "" || link.hasAttribute("download") || !isLesson(link.href, root)) return;
    event.preventDefault();
    visit(link.href);
  });
  addEventListener("popstate", () => void open(location.href).catch(() => location.reload()));
  store.listen((action, next, previous) => {
    if (next.step === previous.step && next.lesson === previous.lesson) return;
    const id = next.lesson.steps[next.step]?.id;
    if (next.lesson.slug === "" || !id || !next.visited.has(`${next.lesson.slug}#${id}`)) return;
    keepStep(storage, next.lesson.slug, id);
    // The step is in the address, so that it can be linked to; links that carry programs stay as they are.
    if (action.type === "turn" && !/^#(share|file|lesson|example)=/.test(location.hash)) history.replaceState(null, "", `#${id}`);
  });

  return {
    articleOf,
    addressOf,
    notice,
    async begin() {
      if (location.hash === "" && lesson.slug === "") return true;
      try {
        return await open(location.href);
      } catch {
        notice("The page could not be read. Reload it to try again.");
        return false;
      }
    },
    async openFile(file) {
      const name = file.name.slice(0, 100);
      if (!/\.(livemd|md|exs|ex|txt)$/i.test(name)) return notice(`${name} is neither a notebook (.livemd) nor an Elixir file (.exs, .ex).`);
      if (file.size > biggestFile) return notice(`${name} is too big: a million bytes is the most.`);
      let text: string;
      try {
        text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
      } catch {
        return notice(`${name} is not text in UTF-8.`);
      }
      try {
        storage?.setItem(fileKey + name, text);
      } catch {
        // It opens all the same; it will not be there after a reload.
      }
      history.pushState(null, "", `${addressOf("index.html")}#file=${encodeURIComponent(name)}`);
      asked++;
      try {
        await showFile(name, text);
      } catch (error) {
        notice(`${name} could not be read: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };
}

/** A page's address without what is behind it. */
function pageOf(address: string): string {
  const url = new URL(address);
  url.hash = url.search = "";
  if (url.pathname.endsWith("/")) url.pathname += "index.html";
  return url.href;
}

/** Whether an address is one of a page with a stage. */
function isLesson(address: string, root: string): boolean {
  const page = pageOf(address);
  if (!page.startsWith(root)) return false;
  const path = page.slice(root.length);
  return path === "index.html" || /^(lessons|examples)\/\d[\w-]*\.html$/.test(path);
}

function absolute(link: HTMLAnchorElement, base: string): void {
  const href = link.getAttribute("href") ?? "";
  if (!href.startsWith("#")) link.href = new URL(href, base).href;
}

/** A short name for a link's program: the same link has the same (FNV-1a, two of 32 bits). */
function keyOf(hash: string): string {
  let a = 0x811c9dc5;
  let b = 0x1000193;
  for (let i = 0; i < hash.length; i++) {
    a = Math.imul(a ^ hash.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ hash.charCodeAt(hash.length - 1 - i), 0x01000193);
  }
  return (a >>> 0).toString(16).padStart(8, "0") + (b >>> 0).toString(16).padStart(8, "0");
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readFile(storage: Storage | undefined, name: string): string | undefined {
  try {
    return storage?.getItem(fileKey + name) ?? undefined;
  } catch {
    return undefined;
  }
}

function stepOf(storage: Storage | undefined, slug: string): string {
  try {
    return storage?.getItem(`vivarium.step.${slug}`) ?? "";
  } catch {
    return "";
  }
}

function keepStep(storage: Storage | undefined, slug: string, id: string): void {
  try {
    storage?.setItem(`vivarium.step.${slug}`, id);
  } catch {
    // The place is not kept; the lesson begins at its beginning.
  }
}
