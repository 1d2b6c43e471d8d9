/**
 * Browsers that playwright-core cannot drive as they come from a distribution: Firefox by its own Marionette protocol,
 * WebKit by WebDriver. Each is reduced to what a test needs: open an address, run a script in it, end.
 */

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A browser under control. */
export interface Driven {
  readonly name: string;
  open(address: string): Promise<void>;
  /** Runs the body of a function in the page and returns its value. */
  run(body: string): Promise<unknown>;
  end(): Promise<void>;
}

/** A browser that is on this computer, or why it is not. */
export type Found = { readonly start: () => Promise<Driven> } | { readonly missing: string };

const onPath = (name: string): boolean => spawnSync("sh", ["-c", `command -v ${name}`]).status === 0;

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Tries until it succeeds, or the time is over. */
async function patiently<T>(milliseconds: number, act: () => Promise<T>): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (Date.now() > end) throw error;
      await pause(100);
    }
  }
}

const stopped = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else {
      child.once("exit", () => resolve());
      child.kill("SIGKILL");
    }
  });

/** Firefox, driven by Marionette: messages `LENGTH:[kind, id, command, parameters]` over TCP. */
export function firefox(): Found {
  const binary = ["firefox", "firefox-esr"].find(onPath);
  if (!binary) return { missing: "Firefox is not installed (Debian: firefox-esr)" };
  return {
    async start() {
      const profile = mkdtempSync(join(tmpdir(), "vivarium-firefox-"));
      const port = await freePort();
      writeFileSync(join(profile, "user.js"), `user_pref("marionette.port", ${port});\nuser_pref("datareporting.policy.dataSubmissionEnabled", false);\nuser_pref("browser.shell.checkDefaultBrowser", false);\nuser_pref("app.update.enabled", false);\n`);
      const child = spawn(binary, ["--headless", "--marionette", "--no-remote", "--profile", profile], { stdio: "ignore", env: { ...process.env, HOME: profile } });
      const socket = await patiently(30_000, () => new Promise<Socket>((resolve, reject) => {
        const s = connect(port, "127.0.0.1", () => resolve(s));
        s.once("error", reject);
      }));
      const ask = marionette(socket);
      await ask("WebDriver:NewSession", { capabilities: {} });
      await ask("WebDriver:SetTimeouts", { script: 30_000, pageLoad: 30_000 });
      return {
        name: "Firefox",
        open: async (address) => void (await ask("WebDriver:Navigate", { url: address })),
        run: async (body) => ((await ask("WebDriver:ExecuteScript", { script: body, args: [] })) as { value: unknown }).value,
        async end() {
          socket.destroy();
          await stopped(child);
          rmSync(profile, { recursive: true, force: true });
        },
      };
    },
  };
}

/** Speaks Marionette over a socket. */
function marionette(socket: Socket): (command: string, parameters: object) => Promise<unknown> {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let buffer = Buffer.alloc(0);
  let last = 0;
  socket.on("data", (data) => {
    buffer = Buffer.concat([buffer, data]);
    for (;;) {
      const colon = buffer.indexOf(":");
      const length = Number(buffer.subarray(0, colon).toString());
      if (colon < 0 || buffer.length < colon + 1 + length) return;
      const message: unknown = JSON.parse(buffer.subarray(colon + 1, colon + 1 + length).toString());
      buffer = buffer.subarray(colon + 1 + length);
      if (!Array.isArray(message)) continue; // the greeting
      const [, id, error, result] = message as [number, number, { message: string } | null, unknown];
      const asked = waiting.get(id);
      waiting.delete(id);
      if (error) asked?.reject(new Error(error.message));
      else asked?.resolve(result);
    }
  });
  const lost = (): void => {
    for (const { reject } of waiting.values()) reject(new Error("Firefox went away"));
    waiting.clear();
  };
  socket.on("close", lost);
  socket.on("error", lost);
  return (command, parameters) =>
    new Promise((resolve, reject) => {
      const text = Buffer.from(JSON.stringify([0, ++last, command, parameters]));
      waiting.set(last, { resolve, reject });
      socket.write(Buffer.concat([Buffer.from(`${text.length}:`), text]));
    });
}

/** The number of the display that Xvfb found free, which it writes once it is there. */
const displayNumber = (screen: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = "";
    screen.stdout?.on("data", (data: Buffer) => {
      text += data.toString();
      if (text.includes("\n")) resolve(text.trim());
    });
    screen.once("error", reject);
    screen.once("exit", () => reject(new Error("Xvfb did not start")));
  });

/** WebKit, driven by WebDriver. Its small browser wants a display, if only one that nobody sees. */
export function webkit(): Found {
  if (!onPath("WebKitWebDriver")) return { missing: "WebKit's driver is not installed (Debian: webkit2gtk-driver)" };
  const folders = ["/usr/lib", "/usr/libexec"].filter(existsSync).flatMap((d) => [d, ...readdirSync(d).map((n) => join(d, n))]);
  const binary = folders.flatMap((d) => ["webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0"].map((n) => join(d, n, "MiniBrowser"))).find(existsSync);
  if (!binary) return { missing: "WebKit's MiniBrowser is not installed (Debian: webkit2gtk-driver)" };
  const display = process.env["DISPLAY"] ?? process.env["WAYLAND_DISPLAY"];
  if (!display && !onPath("Xvfb")) return { missing: "there is no display for WebKit, nor Xvfb (Debian: xvfb)" };
  return {
    async start() {
      const environment = { ...process.env };
      let screen: ChildProcess | undefined;
      if (!display) {
        const own = spawn("Xvfb", ["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"], { stdio: ["ignore", "pipe", "ignore"] });
        screen = own;
        environment["DISPLAY"] = `:${await displayNumber(own)}`;
      }
      const port = await freePort();
      const child = spawn("WebKitWebDriver", [`--port=${port}`], { stdio: "ignore", env: environment });
      const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
        const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, signal: AbortSignal.timeout(60_000), ...(body ? { body: JSON.stringify(body) } : {}) });
        const { value } = (await response.json()) as { value: unknown };
        if (!response.ok) throw new Error(`${path}: ${JSON.stringify(value)}`);
        return value;
      };
      await patiently(10_000, () => ask("GET", "/status"));
      const { sessionId } = (await ask("POST", "/session", { capabilities: { alwaysMatch: { "webkitgtk:browserOptions": { binary, args: ["--automation"] } } } })) as { sessionId: string };
      const session = `/session/${sessionId}`;
      return {
        name: "WebKit",
        open: async (address) => void (await ask("POST", `${session}/url`, { url: address })),
        run: (body) => ask("POST", `${session}/execute/sync`, { script: body, args: [] }),
        async end() {
          await ask("DELETE", session).catch(() => undefined);
          await stopped(child);
          if (screen) await stopped(screen);
        },
      };
    },
  };
}
