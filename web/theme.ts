/**
 * What must be known before the first paint, so that nothing flashes or jumps: the theme chosen by hand, and that there is
 * JavaScript. A small script of its own, in every page's head.
 */

export {};

/** An embed's address may wish for one. */
const wished = new URLSearchParams(location.hash.slice(1)).get("theme");

document.documentElement.classList.add("js");
try {
  const theme = wished ?? localStorage.getItem("vivarium.theme");
  if (theme === "light" || theme === "dark" || theme === "contrast") document.documentElement.dataset["theme"] = theme;
} catch {
  // Without storage the theme is the system's.
}
