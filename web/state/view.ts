/** Views: thin shells over the state. */

/** A part of the page. It shows a state and owns nothing of it. */
export interface View<S> {
  readonly dom: HTMLElement;
  /** Brings the page up to date; only called when the state has changed. */
  update(next: S, previous: S): void;
  destroy(): void;
}

/** A view that also draws at every frame of the page's loop: first all read the layout, then all write. */
export interface Animated {
  /** Reads what it needs of the layout. */
  measure(): void;
  /** Draws; `now` is in milliseconds. Says whether it wants the next frame too. */
  draw(now: number): boolean;
}

/** Makes an element: `h("button", { class: "v-btn", onclick }, "Run")`. Handlers begin with "on", the rest are attributes. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | boolean | ((event: never) => void)>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Makes an icon from the inside of an SVG of 16 by 16. */
export function icon(inside: string): SVGSVGElement {
  const template = document.createElement("template");
  template.innerHTML = `<svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">${inside}</svg>`;
  return template.content.firstElementChild as SVGSVGElement;
}

/**
 * Mounts a view in a slot and isolates it: when it throws, its place says so and the rest of the page lives on.
 */
export function mount<S, V extends View<S>>(slot: HTMLElement, name: string, make: () => V): Mounted<S, V> {
  let view: V | undefined;
  const fail = (error: unknown): void => {
    console.error(`The ${name} failed:`, error);
    try {
      view?.destroy();
    } catch (again) {
      console.error(again);
    }
    view = undefined;
    slot.replaceChildren(h("p", { class: "v-broken", role: "alert" }, `The ${name} failed. The rest of the page still works; reloading brings it back.`));
  };
  try {
    view = make();
    slot.append(view.dom);
  } catch (error) {
    fail(error);
  }
  return {
    get view() {
      return view;
    },
    guard(action) {
      if (!view) return undefined;
      try {
        return action(view);
      } catch (error) {
        fail(error);
        return undefined;
      }
    },
    update(next, previous) {
      this.guard((v) => v.update(next, previous));
    },
  };
}

/** A mounted view; `guard` runs something on it as long as it works. */
export interface Mounted<S, V extends View<S>> {
  readonly view: V | undefined;
  guard<R>(action: (view: V) => R): R | undefined;
  update(next: S, previous: S): void;
}
