import assert from "node:assert/strict";
import { test } from "node:test";
import { isReport, places } from "./log.ts";

test("an error that nobody caught is known by how its report begins", () => {
  for (const text of ["12:30:01.123 [error] GenServer :b terminating", "\u001b[31m12:30:01.123 [error] Process #PID<0.9.0> raised an exception"]) {
    assert.ok(isReport({ kind: "stdout", text }), text);
    assert.ok(isReport({ kind: "stderr", text }), text);
    assert.ok(!isReport({ kind: "note", text }), text);
  }
  assert.ok(isReport({ kind: "stderr", text: "** (KeyError) key :a not found" }));
  assert.ok(!isReport({ kind: "stdout", text: "** (KeyError) key :a not found" }), "a part of a report, or the program's own words");
  assert.ok(!isReport({ kind: "stderr", text: "    (stdlib 8.1) gen_server.erl:1: :gen_server.loop/1" }));
  assert.ok(!isReport({ kind: "stderr", text: "warning: unused" }));
});

test("finds places of sources", () => {
  assert.deepEqual(places("    cells.exs:13: Cell.f/1").filter((p) => p.line > 0), [{ text: "cells.exs:13", file: "cells.exs", line: 13 }]);
  assert.deepEqual(places("└─ my-file.ex:4:7: A.f/0").filter((p) => p.line > 0), [{ text: "my-file.ex:4:7", file: "my-file.ex", line: 4 }]);
  assert.equal(places("at 12:30 o'clock").map((p) => p.text).join(""), "at 12:30 o'clock");
  assert.deepEqual(places(""), []);
});
