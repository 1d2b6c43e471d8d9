import assert from "node:assert/strict";
import { test } from "node:test";
import { fileOf, spare } from "./files.ts";

test("an address stands for a file, however the host writes it", () => {
  const files = new Set(["index.html", "lessons/index.html", "lessons/01-a.html", "assets/app-1.js"]);
  const cases: Readonly<Record<string, string | undefined>> = {
    "": "index.html",
    "index.html": "index.html",
    lessons: "lessons/index.html",
    "lessons/": "lessons/index.html",
    "lessons/01-a": "lessons/01-a.html",
    "lessons/01-a/": "lessons/01-a.html",
    "assets/app-1.js": "assets/app-1.js",
    "assets/app-2.js": undefined,
  };
  for (const [path, file] of Object.entries(cases)) assert.equal(fileOf(path, files), file, path);
});

test("a cache goes when no page belongs to it", () => {
  const caches = ["vivarium-1", "vivarium-2", "vivarium-3", "vivarium:pages", "other"];
  assert.deepEqual(spare(caches, "3", []), ["vivarium-1", "vivarium-2"]);
  assert.deepEqual(spare(caches, "3", ["2", "3"]), ["vivarium-1"]);
  assert.deepEqual(spare(caches, "3", ["1", undefined]), [], "a page of which nothing is known may need any of them");
});
