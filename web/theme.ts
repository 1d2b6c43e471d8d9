/** Sets the theme chosen by hand before the first paint, so that nothing flashes: a small script of its own, in every page's head. */

export {};

try {
  const theme = localStorage.getItem("vivarium.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
} catch {
  // Without storage the theme is the system's.
}
