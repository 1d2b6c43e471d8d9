/** The binary alone, in a folder with nothing else, as on a teacher's computer. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

test("the binary serves the site inside it, to the network too", async () => {
  const folder = mkdtempSync(join(tmpdir(), "vivarium-classroom-"));
  const binary = join(folder, "vivarium");
  copyFileSync("vivarium", binary);
  const server = spawn(binary, ["serve", "--port", "0"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  let complained = "";
  server.stdout.on("data", (data: Buffer) => (said += data.toString()));
  server.stderr.on("data", (data: Buffer) => (complained += data.toString()));
  try {
    for (let i = 0; i < 100 && !said.includes("\n") && server.exitCode === null; i++) await new Promise((resolve) => setTimeout(resolve, 50));
    const address = /http:\/\/localhost:\d+\//.exec(said)?.[0] ?? assert.fail(`${said}${complained} (./build.sh puts the site into the binary)`);
    // On every address of this computer, which a classroom's network is one of.
    const others = [...said.matchAll(/On this network: (\S+)/g)].map((m) => m[1] ?? "");
    for (const at of [address, address.replace("localhost", "127.0.0.1"), ...others]) {
      const response = await fetch(at);
      assert.equal(response.status, 200, at);
      assert.equal(await response.text(), readFileSync("dist/index.html", "utf8"), at);
    }
    const page = readFileSync("dist/index.html", "utf8");
    for (const [, name] of page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)) {
      const response = await fetch(address + (name ?? ""), { headers: { "Accept-Encoding": "gzip" } });
      assert.equal(response.status, 200, name);
      assert.match(response.headers.get("Cache-Control") ?? "", /immutable/);
      await response.arrayBuffer();
    }
    assert.match((await fetch(address)).headers.get("Content-Security-Policy") ?? "", /wasm-unsafe-eval/);
  } finally {
    await new Promise((resolve) => {
      server.once("exit", resolve);
      server.kill("SIGKILL");
    });
    rmSync(folder, { recursive: true, force: true });
  }
});
