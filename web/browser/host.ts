/** Pages of other origins that hold embeds, for the browser tests. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before } from "node:test";
import type { BrowserContextOptions, FrameLocator, Page } from "playwright-core";
import { pictures, siteAddress, theBrowser } from "./site.ts";

/** A page of another origin. */
export interface HostPage {
  /** What is in its body; SITE stands for the site's address. */
  readonly body: string;
  readonly head?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Hosted {
  readonly page: Page;
  /** What was written to the console as an error, and exceptions. */
  readonly errors: string[];
  readonly warnings: string[];
  /** What the page and its frames have asked the site for. */
  readonly asked: string[];
}

export interface HostOptions extends BrowserContextOptions {
  readonly prepare?: (page: Page) => Promise<unknown>;
}

let origin = "";
let shown: HostPage = { body: "" };

/** Serves the pages of another origin during a file's tests. */
export function useHost(): void {
  const server = createServer((_, response) => {
    const fill = (text: string): string => text.replaceAll("SITE", siteAddress().replace(/\/$/, ""));
    const headers = Object.fromEntries(Object.entries(shown.headers ?? {}).map(([name, value]) => [name, fill(value)]));
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", ...headers });
    response.end(fill(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page about processes</title><meta name="viewport" content="width=device-width">${shown.head ?? ""}</head><body>${shown.body}</body></html>`));
  });
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });
}

/** Opens a page of the other origin. It must make no errors that the test does not take out of the list. */
export async function onHost(name: string, host: HostPage, act: (hosted: Hosted) => Promise<void>, { prepare, ...options }: HostOptions = {}): Promise<void> {
  shown = host;
  const context = await theBrowser().newContext({ viewport: { width: 1000, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const errors: string[] = [];
  const warnings: string[] = [];
  const asked: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
    if (message.type() === "warning") warnings.push(message.text());
  });
  page.on("request", (request) => {
    if (request.url().startsWith(siteAddress())) asked.push(request.url().slice(siteAddress().length));
  });
  try {
    await prepare?.(page);
    await page.goto(origin);
    await act({ page, errors, warnings, asked });
    if (errors.length > 0) throw new Error(`the page made errors:\n${errors.join("\n")}`);
  } catch (error) {
    await page.screenshot({ path: `${pictures}/failed-${name.replace(/\W+/g, "-")}.png`, fullPage: true }).catch(() => undefined);
    throw error;
  } finally {
    await context.close();
  }
}

/** Waits until a frame's console has a piece. */
export async function framePrints(frame: FrameLocator, piece: string): Promise<void> {
  await frame.getByRole("log", { name: "Console" }).getByText(piece).first().waitFor();
}

/** Puts a program into a frame's editor, which comes with the click. */
export async function writeInFrame(page: Page, frame: FrameLocator, source: string): Promise<void> {
  await frame.getByRole("textbox", { name: "Code" }).click();
  await frame.locator(".cm-content").waitFor();
  await page.keyboard.press("ControlOrMeta+a");
  await frame.locator(".cm-content").evaluate((content, text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    content.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, source);
}
