/** The service worker: after one visit the site works without network. See files.ts for what is kept and how long. */

import { fileOf, pagesCache, prefix, spare } from "./files.ts";

/** The build's version, and its files: internal/site/offline.go fills them in. */
declare const VERSION: string;
declare const FILES: readonly string[];

/** As much of a service worker's scope as is needed here; the page's types are other ones. */
interface Scope {
  readonly registration: { readonly scope: string };
  readonly clients: {
    claim(): Promise<void>;
    get(id: string): Promise<unknown>;
    matchAll(options: { type: "window" }): Promise<readonly { readonly id: string }[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: Lasting) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
  addEventListener(type: "message", listener: (event: Lasting & { readonly data: unknown }) => void): void;
}
interface Lasting {
  waitUntil(done: Promise<unknown>): void;
}
interface FetchEvent extends Lasting {
  readonly request: Request;
  readonly clientId: string;
  readonly resultingClientId: string;
  respondWith(response: Promise<Response>): void;
}

const worker = self as unknown as Scope;
const files = new Set(FILES);
const address = (name: string): string => new URL(name === "index.html" ? "./" : name, worker.registration.scope).href;

/** Puts the version's cache together. One file that cannot be had, and the version is not used. */
const install = async (): Promise<void> => {
  const first = !(await caches.keys()).some((name) => name.startsWith(prefix));
  const cache = await caches.open(prefix + VERSION);
  const queue = [...FILES];
  const fetchOne = async (name: string): Promise<void> => {
    const url = address(name);
    const hashed = name.startsWith("assets/");
    // A name with a hash stands for the same bytes for ever: an older version may have them, or the browser.
    const known = hashed ? await caches.match(url) : undefined;
    await cache.put(url, known ?? (await fresh(url, hashed ? "default" : "reload")));
  };
  // A few at a time: the page that is open has things to load, too.
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let name = queue.shift(); name !== undefined; name = queue.shift()) await fetchOne(name);
    }),
  );
  // Nothing came before: no page can be of another version.
  if (first) await worker.skipWaiting();
};

const fresh = async (url: string, cache: RequestCache): Promise<Response> => {
  const response = await fetch(url, { cache });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  // A page must not be given an answer that was redirected; the site's host may do so with addresses that end in .html.
  return response.redirected ? new Response(await response.arrayBuffer(), { headers: response.headers }) : response;
};

const activate = async (): Promise<void> => {
  const others = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== prefix + VERSION);
  if (others.length === 0) {
    // The pages that were opened before there was any version are of this one.
    await worker.clients.claim();
    for (const { id } of await worker.clients.matchAll({ type: "window" })) await belong(id);
  }
  await tidy();
};

/** Remembers that a page belongs to this version. */
const belong = async (id: string): Promise<void> => {
  const pages = await caches.open(pagesCache);
  await pages.put(pageKey(id), new Response(VERSION));
};
const pageKey = (id: string): string => new URL(`?page=${encodeURIComponent(id)}`, worker.registration.scope).href;

const versionOf = async (id: string): Promise<string | undefined> => {
  const known = id === "" ? undefined : await (await caches.open(pagesCache)).match(pageKey(id));
  return known?.text();
};

/** Throws away what no page needs any more. */
const tidy = async (): Promise<void> => {
  const pages = await caches.open(pagesCache);
  for (const request of await pages.keys()) {
    const id = new URL(request.url).searchParams.get("page") ?? "";
    if (!(await worker.clients.get(id))) await pages.delete(request);
  }
  const open = await worker.clients.matchAll({ type: "window" });
  const versions = await Promise.all(open.map(({ id }) => versionOf(id)));
  for (const name of spare(await caches.keys(), VERSION, versions)) await caches.delete(name);
};

const answer = async ({ request, clientId, resultingClientId }: FetchEvent): Promise<Response> => {
  const opens = request.mode === "navigate";
  const path = new URL(request.url).pathname.slice(new URL(worker.registration.scope).pathname.length);
  const name = fileOf(path, files) ?? path;
  const version = opens ? VERSION : ((await versionOf(clientId)) ?? VERSION);
  const url = address(name);
  const kept = (await (await caches.open(prefix + version)).match(url)) ?? (name.startsWith("assets/") ? await caches.match(url) : undefined);
  if (kept) {
    if (opens && resultingClientId !== "") await belong(resultingClientId);
    return kept;
  }
  try {
    return await fetch(request);
  } catch (error) {
    if (!opens) throw error;
    return new Response("There is no network, and this page is not among those that work without.", { status: 503, headers: { "Content-Type": "text/plain; charset=utf-8" } });
  }
};

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("message", (event) => {
  if (event.data === "take over") event.waitUntil(worker.skipWaiting());
});
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(worker.registration.scope) || request.headers.has("Range")) return;
  event.respondWith(answer(event));
  if (request.mode === "navigate") event.waitUntil(tidy());
});
