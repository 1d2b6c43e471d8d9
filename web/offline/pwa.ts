/** The page's side of the service worker: it asks for one, and tells when a new version waits. */

import { h } from "../state/view.ts";

/** How often an open page asks whether there is a new version, in milliseconds. */
const interval = 60 * 60 * 1000;

/**
 * Lets the site work without network from the next visit on, and announces updates. A browser that offers no service
 * worker (over plain HTTP but on this computer, in private windows of some, from a file) has the site as it is.
 *
 * A new version waits until the visitor says so, or until no page of the old one is open; then it is there at the next
 * visit. Nothing changes under an open page.
 */
export function keepOffline(): void {
  const container = "serviceWorker" in navigator ? navigator.serviceWorker : undefined;
  if (!container || !/^https?:$/.test(location.protocol)) return;
  const start = async (): Promise<void> => {
    const registration = await container.register(new URL("../sw.js", import.meta.url));
    const look = (): void => {
      // The first one there ever was is no update.
      if (registration.waiting && container.controller) announce(registration.waiting);
    };
    const watch = (): void => {
      registration.installing?.addEventListener("statechange", look);
    };
    registration.addEventListener("updatefound", watch);
    watch();
    look();
    let asked = performance.now();
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible" || performance.now() - asked < interval) return;
      asked = performance.now();
      void registration.update().catch(() => undefined);
    });
  };
  // Not before the page has what it needs itself.
  const later = (): void => void setTimeout(() => void start().catch((error: unknown) => console.info("The site will not work without network:", error)), 1500);
  if (document.readyState === "complete") later();
  else addEventListener("load", later, { once: true });
}

let announced: HTMLElement | undefined;

/** Tells that a new version waits, and offers to take it. */
function announce(waiting: ServiceWorker): void {
  announced?.remove();
  const take = (): void => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage("take over");
  };
  const dom = h(
    "div",
    { class: "v-update", role: "status" },
    h("span", {}, "There is a new version of Vivarium."),
    h("button", { class: "v-btn", type: "button", onclick: take }, "Reload"),
    h("button", { class: "v-ghost", type: "button", onclick: () => dom.remove() }, "Later"),
  );
  announced = dom;
  document.body.append(dom);
}
