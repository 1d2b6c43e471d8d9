/**
 * embed.js: makes the Elixir programs of any page live. It is small, asks for nothing before a click, and needs no headers.
 *
 *     <script async src="https://…/embed.js"></script>
 *     <vivarium-embed><pre><code>IO.puts("hello")</code></pre></vivarium-embed>
 *
 * Or the page's own code blocks: `<pre data-vivarium>`, or all that match `data-blocks="CSS selector"` on the script. The
 * author's text stays where it is, for feeds, search engines and readers without JavaScript; below it come a few buttons. A
 * click puts the frame (embed.html) in the text's place; at most one frame of a page is alive.
 */

import { encodeShare } from "../share/link.ts";
import { checked, looks, near, optionNames, type FromFrame, type FromHost, type Hello, type OptionName, type Options } from "./options.ts";

const script = (document.currentScript ?? document.querySelector('script[src*="embed.js"]')) as HTMLScriptElement | null;
/** Where the frame comes from: beside this script, unless the script's data-site says otherwise. */
const site = new URL(script?.dataset["site"] ?? "./", script?.dataset["site"] ? location.href : (script?.src ?? location.href));
const tag = "vivarium-embed";

/** How long a frame may take to answer before the page says so, in milliseconds. */
const patience = 15_000;

/** The one that is alive. */
let live: VivariumEmbed | undefined;

const css = `
:host { display: block; margin: 1em 0; color-scheme: light dark; font: 14px/1.5 var(--vivarium-font, system-ui, sans-serif); }
:host([theme="light"]) { color-scheme: light; }
:host([theme="dark"]) { color-scheme: dark; }
:host([hidden]) { display: none; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin: 6px 0 0; }
button, a { font: 600 13px/20px var(--vivarium-font, system-ui, sans-serif); border-radius: 8px; padding: 3px 12px; cursor: pointer; }
button { border: 1px solid var(--vivarium-line, light-dark(#8a928d, #5d6d66)); background: var(--vivarium-background, light-dark(#fffefa, #151e1b)); color: var(--vivarium-text, light-dark(#1d2a26, #e6ede9)); }
.run { border-color: transparent; color: var(--vivarium-on-accent, light-dark(#fffefa, #0f1614)); background: var(--vivarium-accent, light-dark(#0b7a5b, #4fd1a5)); }
/* The row has no ground of its own, so its words have the page's colour. */
a { margin-left: auto; padding: 3px 0; font-weight: 400; color: inherit; }
.note:empty { display: none; }
.note { font-size: 13px; flex-basis: 100%; margin: 0; }
:focus-visible { outline: 2px solid var(--vivarium-accent, light-dark(#0b7a5b, #4fd1a5)); outline-offset: 2px; }
iframe { display: block; width: 100%; border: 1px solid var(--vivarium-line, light-dark(#dedccf, #25312d)); border-radius: var(--vivarium-radius, 10px); box-sizing: border-box; background: var(--vivarium-background, light-dark(#f6f5ef, #0f1614)); }
.live slot, .live .bar > :not(.note), .live .bar:has(.note:empty) { display: none; }`;

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/** The custom element. */
class VivariumEmbed extends HTMLElement {
  /** The page's own code block that this one makes live, when it is not around one. */
  block: HTMLElement | undefined;
  private readonly root: HTMLElement;
  private readonly link: HTMLAnchorElement;
  private readonly note: HTMLElement;
  private frame: HTMLIFrameElement | undefined;
  private port: MessagePort | undefined;
  /** The visitor's text, when it is not the author's. */
  private edited: string | null = null;
  private options: Options = {};
  private watch: ReturnType<typeof setTimeout> | undefined;
  private run = false;
  private stop = (): void => undefined;

  static readonly observedAttributes = ["theme"];

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [sheet];
    const make = <K extends keyof HTMLElementTagNameMap>(name: K, className: string, text = ""): HTMLElementTagNameMap[K] => {
      const element = document.createElement(name);
      element.className = className;
      element.setAttribute("part", className);
      element.textContent = text;
      return element;
    };
    const run = make("button", "run", "Run");
    const edit = make("button", "edit", "Edit");
    run.type = edit.type = "button";
    run.onclick = () => this.start(true);
    edit.onclick = () => this.start(false);
    this.link = make("a", "link", "Open in the playground");
    this.link.target = "_blank";
    this.link.rel = "noopener";
    this.note = make("p", "note");
    this.note.setAttribute("role", "status");
    const bar = make("div", "bar");
    bar.append(run, edit, this.link, this.note);
    // The link's address is made when somebody comes near: the text may still be loading now.
    bar.onpointerover = () => void this.aim();
    bar.addEventListener("focusin", () => void this.aim());
    this.root = make("div", "root");
    this.root.append(document.createElement("slot"), bar);
    shadow.append(this.root);
  }

  connectedCallback(): void {
    const warn = (text: string): void => console.warn(`<${tag}>: ${text}`, this);
    for (const name of this.getAttributeNames()) {
      if (!(optionNames as readonly string[]).includes(name) && !usual.test(name)) warn(`there is no attribute "${name}"; there are: ${optionNames.join(", ")}.${near(name)}`);
    }
    this.options = checked((name) => this.getAttribute(name), warn);
    this.link.href = site.href;
    if (this.options.lesson && this.edited === null && this.code() === "") {
      this.link.textContent = "Open the lesson";
      this.note.textContent = `The program of the lesson ${this.options.lesson}`;
    }
  }

  disconnectedCallback(): void {
    this.end();
  }

  attributeChangedCallback(): void {
    this.port?.postMessage({ type: "theme", theme: this.getAttribute("theme") ?? "auto" } satisfies FromHost);
  }

  /** The program: the visitor's, or what the author wrote. */
  private code(): string {
    if (this.edited !== null) return this.edited;
    const around: HTMLElement = this.block ?? this;
    const from = around.localName === "code" ? around : (around.querySelector<HTMLElement>("pre code") ?? around.querySelector<HTMLElement>("code, pre") ?? around);
    // innerText: some pages end their lines with elements.
    return from.innerText.replaceAll("\u00a0", " ").replace(/^\n/, "").trimEnd();
  }

  private async aim(): Promise<void> {
    const code = this.code();
    if (this.options.lesson && code === "") this.link.href = new URL(`lessons/${this.options.lesson.split("/")[0]}.html`, site).href;
    else this.link.href = new URL(`#${await encodeShare({ code: code === "" ? "" : `${code}\n` })}`, site).href;
  }

  /** Puts the frame in the text's place. */
  private start(run: boolean): void {
    if (live !== this) live?.end();
    live = this;
    this.run = run;
    const code = this.code();
    const settings = new URLSearchParams({ live: "" });
    if (code !== "") settings.set("code", `${code}\n`);
    for (const name of optionNames) if (this.options[name]) settings.set(name, this.options[name]);
    const style = getComputedStyle(this);
    const page = style.colorScheme.trim();
    if (!this.options.theme && this.parentElement) {
      // A page that says it is dark or light only is asked before the system is.
      const scheme = getComputedStyle(this.parentElement).colorScheme.replace("only", "").trim() || page;
      if (scheme === "dark" || scheme === "light") settings.set("theme", scheme);
    }
    for (const name of Object.keys(looks)) {
      const value = style.getPropertyValue(`--vivarium-${name}`).trim();
      if (value) settings.set(`look-${name}`, value);
    }
    const frame = document.createElement("iframe");
    frame.title = "Vivarium: an Elixir program, live";
    frame.allow = "clipboard-write; fullscreen";
    frame.referrerPolicy = "no-referrer";
    const fixed = this.options.height ? Number.parseInt(this.options.height, 10) : 0;
    frame.style.height = `${fixed || Math.max(480, this.root.offsetHeight)}px`;
    frame.src = new URL(`embed.html#${settings.toString().replaceAll("+", "%20")}`, site).href;
    this.frame = frame;
    const listen = (event: MessageEvent): void => this.meet(event, fixed === 0);
    const refused = (event: SecurityPolicyViolationEvent): void => {
      if (event.blockedURI.startsWith(site.origin) && /frame-src|child-src|default-src/.test(event.effectiveDirective)) this.say(`This page's content security policy does not let it show frames of ${site.origin} (frame-src).`);
    };
    addEventListener("message", listen);
    document.addEventListener("securitypolicyviolation", refused);
    this.watch = setTimeout(() => this.say(`The frame from ${site.host} does not answer. The program can be opened in the playground instead.`), patience);
    this.stop = () => {
      clearTimeout(this.watch);
      removeEventListener("message", listen);
      document.removeEventListener("securitypolicyviolation", refused);
    };
    this.root.append(frame);
    this.root.classList.add("live");
    this.block?.style.setProperty("display", "none", "important");
    this.note.textContent = "";
    frame.focus();
  }

  /** Answers the frame's first word. Only our own frame is heard, and only while it shows our own site. */
  private meet({ source, origin, data }: MessageEvent, grow: boolean): void {
    const { frame } = this;
    // In a sandbox without an origin the frame has none either.
    const theirs = self.origin === "null" ? "null" : site.origin;
    if (!frame || source !== frame.contentWindow || origin !== theirs || (data as { vivarium?: unknown } | null)?.vivarium !== "there") return;
    clearTimeout(this.watch);
    this.note.textContent = "";
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    port1.onmessage = ({ data }: MessageEvent<FromFrame>) => {
      if (data.type === "height" && grow && Number.isFinite(data.height)) frame.style.height = `${Math.min(5000, Math.max(120, Math.ceil(data.height) + 2))}px`;
      else if (data.type === "code" && (data.code === null || typeof data.code === "string")) this.edited = data.code;
    };
    frame.contentWindow?.postMessage({ vivarium: "hello", run: this.run, grow } satisfies Hello, theirs === "null" ? "*" : theirs, [port2]);
    // Were the frame to be loaded anew, it would be as if opened by hand.
    this.run = false;
  }

  private say(text: string): void {
    this.note.textContent = text;
    console.warn(`<${tag}>: ${text}`, this);
    this.link.style.display = "inline";
  }

  /** Ends the frame; the author's text is back, the visitor's is kept. */
  private end(): void {
    if (live === this) live = undefined;
    this.stop();
    this.port?.close();
    this.port = undefined;
    this.frame?.remove();
    this.frame = undefined;
    this.root.classList.remove("live");
    this.block?.style.removeProperty("display");
    this.note.textContent = this.edited === null ? "" : "Your changes are kept: Run and Edit go on with them.";
  }
}

/** Attributes that any element may have. */
const usual = /^(id|class|style|slot|title|lang|dir|hidden|inert|role|part|tabindex|translate|itemprop|(data|aria|on|astro|client|v|x)[-:]?.*|[_:@].*)$/;

/** Makes the page's own blocks live: those with data-vivarium, and those the script's data-blocks selects. */
function adopt(inside: ParentNode): void {
  const selector = ["[data-vivarium]", script?.dataset["blocks"]].filter(Boolean).join(",");
  for (const found of inside.querySelectorAll<HTMLElement>(selector)) {
    const block = found.closest("pre") ?? found;
    if (block.closest(tag) || (block.nextElementSibling as VivariumEmbed | null)?.block === block) continue;
    const element = document.createElement(tag) as VivariumEmbed;
    for (const from of [block, found]) {
      for (const [name, value] of Object.entries(from.dataset)) {
        const option = /^vivarium(\w+)$/.exec(name)?.[1]?.toLowerCase();
        if (option) element.setAttribute(option as OptionName, value ?? "");
      }
    }
    element.block = block;
    block.after(element);
  }
}

if (!customElements.get(tag)) {
  customElements.define(tag, VivariumEmbed);
  const start = (): void => {
    adopt(document);
    // Pages that change without being loaded anew.
    new MutationObserver((records) => {
      if (records.some((r) => [...r.addedNodes].some((n) => n instanceof Element))) adopt(document);
    }).observe(document.body, { childList: true, subtree: true });
  };
  if (document.body && document.readyState !== "loading") start();
  else addEventListener("DOMContentLoaded", start);
}
