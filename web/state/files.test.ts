import assert from "node:assert/strict";
import { test } from "node:test";
import { fileKey, filesOf, freeName, nameProblem, reduceFiles, type FileAction, type Files } from "./files.ts";

const none: Files = { drafts: new Map([["", "main"], ["other|b.ex", "not ours"]]), open: "", deleted: null };
const after = (actions: readonly FileAction[], state = none): Files => actions.reduce((s, a) => reduceFiles(s, a, "", "program.exs"), state);
const names = (state: Files): string[] => filesOf(state.drafts, "").map((f) => f.file);

test("files are added, renamed, deleted and brought back", () => {
  let state = after([{ type: "addFile" }, { type: "addFile" }]);
  assert.deepEqual(names(state), ["module.ex", "module2.ex"]);
  assert.equal(state.open, "module2.ex");
  state = after([{ type: "renameFile", file: "module2.ex", to: "cell.ex" }, { type: "renameFile", file: "module.ex", to: "cell.ex" }, { type: "renameFile", file: "module.ex", to: "program.exs" }], state);
  assert.deepEqual(names(state), ["cell.ex", "module.ex"]);
  assert.equal(state.open, "cell.ex");
  state = { ...state, drafts: new Map(state.drafts).set(fileKey("", "cell.ex"), "text") };
  state = after([{ type: "deleteFile", file: "cell.ex" }], state);
  assert.deepEqual(names(state), ["module.ex"]);
  assert.equal(state.open, "");
  state = after([{ type: "undeleteFile" }], state);
  assert.deepEqual(filesOf(state.drafts, ""), [{ file: "cell.ex", source: "text" }, { file: "module.ex", source: "" }]);
  assert.equal(state.deleted, null);
  assert.equal(state.drafts.get("other|b.ex"), "not ours");
});

test("names are names of sources, and free", () => {
  assert.equal(nameProblem("a.ex", "main.exs", []), "");
  for (const bad of ["a", "a.txt", "../a.ex", "a b.ex", "", ".ex", "a|b.ex"]) assert.equal(nameProblem(bad, "main.exs", []), "form", bad);
  assert.equal(nameProblem("main.exs", "main.exs", []), "taken");
  assert.equal(freeName("module.ex", []), "module2.ex");
});

test("a program's own files come once, and never over what somebody wrote", () => {
  const files = [{ file: "a.ex", source: "1" }];
  assert.deepEqual(names(after([{ type: "bringFiles", files }])), []);
  const fresh: Files = { drafts: new Map(), open: "", deleted: null };
  const state = after([{ type: "bringFiles", files }], fresh);
  assert.deepEqual(names(state), ["a.ex"]);
  assert.equal(after([{ type: "bringFiles", files: [{ file: "a.ex", source: "2" }] }], state), state);
});
