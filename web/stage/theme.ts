/** The stage's colours: the page's custom properties, resolved for the canvas. */

const names = [
  "ink", "soft", "line", "leaf", "leaf-soft", "leaf-ink", "stage", "grid", "run", "run-ink", "wait", "ready", "ready-ink", "crash", "crash-ink", "crash-soft",
  "msg", "msg-soft", "call", "call-soft", "answer", "answer-soft", "cap", "panel",
] as const;

export type ColorName = (typeof names)[number];

/** Every colour of the stage, as CSS writes it. */
export type Theme = Readonly<Record<ColorName, string>> & { readonly sans: string; readonly mono: string };

/** Reads the colours that hold for an element now. A probe resolves light-dark(), which a custom property's own value does not. */
export function readTheme(host: HTMLElement): Theme {
  const probe = document.createElement("span");
  probe.hidden = true;
  host.append(probe);
  const style = getComputedStyle(probe);
  const theme: Record<string, string> = {};
  for (const name of names) {
    probe.style.color = `var(--${name})`;
    theme[name] = style.color;
  }
  theme["sans"] = style.getPropertyValue("--sans").trim();
  theme["mono"] = style.getPropertyValue("--mono").trim();
  probe.remove();
  return theme as unknown as Theme;
}
