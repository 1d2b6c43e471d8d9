/** Sets the theme chosen by hand before the first paint, so that nothing flashes: a small script of its own, in every page's head. */

export {};

/** An embed's address may wish for one. */
const wished = new URLSearchParams(location.hash.slice(1)).get("theme");

try {
  const theme = wished ?? localStorage.getItem("vivarium.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
} catch {
  // Without storage the theme is the system's.
}
