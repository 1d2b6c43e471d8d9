/**
 * CodeMirror's style rules, in a sheet made by script.
 *
 * The package style-mod, through which every rule of CodeMirror goes, writes a <style> element into a document; the site's
 * content security policy allows none. The bundler puts this module in the package's place.
 */

import { StyleModule as Original } from "style-mod";

/** As in style-mod, but mounted without a <style> element. */
export class StyleModule extends Original {
  static override mount(root: Document | ShadowRoot, modules: StyleModule | readonly StyleModule[]): void {
    const mounted = sheets.get(root) ?? { sheet: new CSSStyleSheet(), modules: new Set<StyleModule>() };
    const before = mounted.modules.size;
    // Each view names the basic rules first, since later rules win; what the first view named keeps its place.
    for (const module of Array.isArray(modules) ? (modules as readonly StyleModule[]) : [modules as StyleModule]) mounted.modules.add(module);
    if (mounted.modules.size > before) mounted.sheet.replaceSync([...mounted.modules].map((m) => m.getRules()).join("\n"));
    if (sheets.has(root)) return;
    sheets.set(root, mounted);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, mounted.sheet];
  }
}

const sheets = new WeakMap<Document | ShadowRoot, { readonly sheet: CSSStyleSheet; readonly modules: Set<StyleModule> }>();
