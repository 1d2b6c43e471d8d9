import assert from "node:assert/strict";
import { test } from "node:test";
import { checked, near } from "./options.ts";

test("settings with wrong values are told of and passed over", () => {
  const said: string[] = [];
  const given: Record<string, string> = { lesson: "03-mailboxes", height: "12em", tab: "forest", speed: "max", theme: "dark" };
  assert.deepEqual(checked((name) => given[name] ?? null, (text) => said.push(text)), { lesson: "03-mailboxes", speed: "max", theme: "dark" });
  assert.equal(said.length, 2);
  assert.match(said[0] ?? "", /height="12em" is passed over: height is a number of pixels/);
  assert.match(said[1] ?? "", /tab is one of tree, sequence/);
});

test("a name that is nearly right is recognised", () => {
  assert.equal(near("hieght"), ' Did you mean "height"?');
  assert.equal(near("Themes"), ' Did you mean "theme"?');
  assert.equal(near("colour"), "");
});
