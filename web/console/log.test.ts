import assert from "node:assert/strict";
import { test } from "node:test";
import { places } from "./log.ts";

test("finds places of sources", () => {
  assert.deepEqual(places("    cells.exs:13: Cell.f/1").filter((p) => p.line > 0), [{ text: "cells.exs:13", file: "cells.exs", line: 13 }]);
  assert.deepEqual(places("└─ my-file.ex:4:7: A.f/0").filter((p) => p.line > 0), [{ text: "my-file.ex:4:7", file: "my-file.ex", line: 4 }]);
  assert.equal(places("at 12:30 o'clock").map((p) => p.text).join(""), "at 12:30 o'clock");
  assert.deepEqual(places(""), []);
});
