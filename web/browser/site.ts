/** The built site in a real Chromium, for the browser tests. */

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before } from "node:test";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

/** Where pictures of failures and of the look go; git ignores it. */
export const pictures = "test-results/pictures";

let browser: Browser;
let address = "";

/** Serves dist/ and starts the browser before a file's tests, and ends both after them. */
export function useSite(): void {
  let end = (): void => undefined;
  before(async () => {
    mkdirSync(pictures, { recursive: true });
    const server = spawn("./vivarium", ["serve", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
    end = () => void server.kill();
    address = await new Promise<string>((resolve, reject) => {
      let said = "";
      server.stdout.on("data", (data: Buffer) => {
        said += data.toString();
        const found = /http:\/\/\S+/.exec(said);
        if (found) resolve(found[0]);
      });
      server.on("error", reject);
      server.on("exit", (code) => reject(new Error(`vivarium serve ended with ${code}: ${said}`)));
    });
    const executablePath = process.env["CHROME"];
    if (!executablePath) throw new Error("set CHROME to a Chromium (build.sh test does)");
    browser = await chromium.launch({
      executablePath,
      args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
  });
  after(async () => {
    await browser?.close();
    end();
  });
}

/** What a test may want besides a page. */
export interface Visit {
  readonly page: Page;
  /** Errors of the page: exceptions, failed requests, what was written to the browser's console as an error. */
  readonly errors: string[];
}

export interface VisitOptions extends BrowserContextOptions {
  /** The page's address within the site; the front page if none is given, where a program runs from the start. */
  readonly path?: string;
  /** The page has no editor to wait for. */
  readonly plain?: boolean;
  /** Prepares the page before it is opened. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** Visits the page, waits until the editor is there, and tests that the page made no errors. A picture is taken of a failure. */
export async function visit(name: string, act: (visit: Visit) => Promise<void>, { prepare, path = "", plain = false, ...options }: VisitOptions = {}): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, serviceWorkers: "block", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("requestfailed", (request) => {
    // A page that is left while it loads aborts what it was loading.
    const reason = request.failure()?.errorText;
    if (reason !== "net::ERR_ABORTED") errors.push(`${request.url()}: ${reason}`);
  });
  try {
    await prepare?.(page);
    await page.goto(address + path);
    if (!plain) await page.locator(".cm-content").waitFor();
    await act({ page, errors });
    if (errors.length > 0) throw new Error(`the page made errors:\n${errors.join("\n")}`);
  } catch (error) {
    await page.screenshot({ path: `${pictures}/failed-${name.replace(/\W+/g, "-")}.png` }).catch(() => undefined);
    throw error;
  } finally {
    await context.close();
  }
}

/** Waits until what the page shows, which it draws with the next frame, is as it should be. */
export async function settles<T>(read: () => Promise<T>, check: (value: T) => void): Promise<void> {
  const end = Date.now() + 10_000;
  for (;;) {
    try {
      check(await read());
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** The browser, for tests that open their own pages. */
export function theBrowser(): Browser {
  return browser;
}

/** The address of the served site. */
export function siteAddress(): string {
  return address;
}

/** Puts a program into the editor. */
export async function write(page: Page, source: string): Promise<void> {
  const code = page.getByRole("textbox", { name: "Code" });
  await code.click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, source);
}

/** Sets the speed: from 0, slow, to 100, as fast as it goes. */
export async function speed(page: Page, value: number): Promise<void> {
  await page.getByRole("slider", { name: "Speed" }).fill(String(value));
}

/** Runs what is in the editor, and waits until that shows: the end of a run before is not this one's. */
export async function run(page: Page): Promise<void> {
  await page.evaluate(() => {
    const phase = document.querySelector<HTMLElement>(".v-phase");
    const seen = globalThis as unknown as { changed: boolean };
    seen.changed = phase === null;
    if (!phase) return;
    new MutationObserver((changes, observer) => {
      if (changes.every((change) => change.oldValue === phase.dataset["phase"])) return;
      seen.changed = true;
      observer.disconnect();
    }).observe(phase, { attributes: true, attributeFilter: ["data-phase"], attributeOldValue: true });
  });
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.waitForFunction(() => (globalThis as unknown as { changed: boolean }).changed);
}

/** Waits until the program has ended. */
export async function ended(page: Page): Promise<void> {
  await page.locator('.v-phase[data-phase="ended"]').waitFor();
}

/** The console's text. */
export async function consoleText(page: Page): Promise<string> {
  return page.getByRole("log", { name: "Console" }).innerText();
}

/** Waits until the console's text has a piece. */
export async function prints(page: Page, piece: string): Promise<void> {
  await page.waitForFunction((text) => document.querySelector<HTMLElement>("[role=log]")?.innerText.includes(text), piece);
}

/** Opens a page of the site as a link within the page does: without loading it anew. */
export async function follow(page: Page, path: string): Promise<void> {
  await page.evaluate((href) => {
    const link = document.createElement("a");
    link.href = href;
    document.body.append(link);
    link.click();
    link.remove();
  }, address + path);
  await page.waitForFunction((href) => location.href.startsWith(href), address + path);
}

/** What axe has to complain of, a line each. */
export async function complaints(page: Page): Promise<readonly string[]> {
  // As the browser's tools do it: the site's content security policy allows no script from elsewhere.
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; help: string; nodes: { html: string; any: { message: string }[] }[] }[] }> } };
    const { violations } = await axe.run();
    return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${v.help}: ${n.html.slice(0, 160)} ${n.any.map((a) => a.message).join("; ")}`));
  });
}
