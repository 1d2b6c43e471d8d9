import assert from "node:assert/strict";
import { test } from "node:test";
import { newNotebook, notebookOf, withDrafts } from "./export.ts";

const notebook = "# T\n\n## One\n\n```elixir\na = 1\n```\n\nwords\n\n```elixir\nb = 2\n```\n";

test("drafts stand where the programs stood", () => {
  assert.equal(withDrafts(notebook, [["a = 1\n", "a = 1\n"], ["b = 2\n", "b = 3"]]), notebook.replace("b = 2", "b = 3"));
  assert.equal(withDrafts(notebook, [["gone\n", "x"]]), notebook);
});

test("a program with a fence in it gets a longer one", () => {
  const draft = '"""\n```\n"""\n';
  const text = withDrafts(notebook, [["a = 1\n", draft], ["b = 2\n", "b = 4\n"]]);
  assert.equal(text, notebook.replace("```elixir\na = 1\n```", "````elixir\n" + draft + "````").replace("b = 2", "b = 4"));
  assert.equal(newNotebook("A\nB", [draft]), "# A B\n\n## Program\n\n````elixir\n" + draft + "````\n");
});

test("notebooks lie beside their pages", () => {
  assert.equal(notebookOf("05-share-nothing"), "lessons/05-share-nothing.livemd");
  assert.equal(notebookOf("examples/01-hello-process"), "examples/01-hello-process.livemd");
});
