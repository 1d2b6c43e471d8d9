// Runs a module of Go that was split, as wasm_exec_node.js runs a whole one: node parts.cjs GOROOT FIRST PART...
// Loads each part when it is asked for; "--watch" prints the numbers of the functions that were called instead.
"use strict";
const fs = require("fs");
const path = require("path");
const [goroot, name, ...parts] = process.argv.slice(2);
globalThis.require = require;
globalThis.fs = fs;
globalThis.path = path;
require(path.join(goroot, "lib", "wasm", "wasm_exec.js"));
const go = new Go();
go.exit = process.exit;
const watch = parts[0] === "--watch";
let instance;
go.importObject.vivarium = {
  load(number) {
    process.stderr.write(`part ${number}\n`);
    new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(parts[number])), { vivarium: instance.exports });
  },
};
process.on("exit", () => {
  if (!watch) return;
  const called = Object.keys(instance.exports).filter((key) => /^\d+$/.test(key) && instance.exports[key].value === 1);
  process.stderr.write(called.join(" "));
});
instance = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(name)), go.importObject);
go.run(instance);
