/**
 * What the service worker keeps, and for how long. Pure decisions; web/offline/sw.ts carries them out.
 *
 * A build has a version, and each version a cache of its own with all its files, put together before the version is used.
 * A page belongs to the version that gave it to the visitor, until it is closed or loaded anew: what it asks for later comes
 * from its own version's cache, so a new version never breaks an open page. A cache goes when no page belongs to it.
 */

/** The caches' names begin with this. */
export const prefix = "vivarium-";

/** The cache that remembers which page belongs to which version. */
export const pagesCache = "vivarium:pages";

/** What an address stands for: the name of a file of the site, relative to its root; undefined when it has none. */
export function fileOf(path: string, files: ReadonlySet<string>): string | undefined {
  // Hosts differ in how they write addresses of pages: with .html, without, or with a slash.
  for (const name of [path, `${path}index.html`, `${path}.html`, `${path}/index.html`, `${path.replace(/\/$/, "")}.html`]) {
    if (name !== "" && files.has(name)) return name;
  }
  return undefined;
}

/** The caches that nobody needs any more: neither the version in force nor a page, each given by its version; undefined for a page of which nothing is known. */
export function spare(caches: readonly string[], current: string, pages: readonly (string | undefined)[]): readonly string[] {
  if (pages.includes(undefined)) return [];
  return caches.filter((name) => name.startsWith(prefix) && name !== prefix + current && !pages.includes(name.slice(prefix.length)));
}
