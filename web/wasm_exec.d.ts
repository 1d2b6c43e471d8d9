/** Go's loader for WebAssembly, from the Go installation that compiled the machine; see internal/site. */
declare module "wasm_exec";
