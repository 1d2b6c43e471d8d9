import assert from "node:assert/strict";
import { test } from "node:test";
import { isReport } from "./log.ts";

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
