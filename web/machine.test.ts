import assert from "node:assert/strict";
import { test } from "node:test";
import { startMachine, type FromWorker, type ToWorker } from "./machine.ts";

/** A worker that notes what it is sent and says what it is told to say. */
class FakeWorker {
  readonly sent: ToWorker[] = [];
  onmessage: ((event: { data: FromWorker }) => void) | null = null;
  postMessage(message: ToWorker): void {
    this.sent.push(message);
  }
  terminate(): void {}
  says(data: FromWorker): void {
    this.onmessage?.({ data });
  }
}

/** The first batch there is: that the machine is ready, and that it rests. */
function firstBatch(): ArrayBuffer {
  const runState = [65, 0, 0, ...new Array<number>(8).fill(0), 0, 1];
  return Uint8Array.of(64, 1, "1".charCodeAt(0), ...runState).buffer;
}

test("what is begun when the machine is ready comes after what the machine told of itself", async () => {
  const worker = new FakeWorker();
  const heard: string[] = [];
  const machine = startMachine(
    {
      batch: (messages) => heard.push(messages.map((m) => (m.type === "runState" ? m.state : m.type)).join(" ")),
      ready() {
        heard.push("ready");
        machine.request({ do: "run", source: "1" }, true);
      },
      restarted: () => assert.fail("restarted"),
      broken: (reason) => assert.fail(reason),
    },
    { code: [{ url: "machine.wasm" }, { url: "rest.wasm" }], worker: async () => worker as unknown as Worker },
  );
  await Promise.resolve();
  worker.says({ type: "batch", seen: 0, batch: firstBatch() });
  assert.deepEqual(heard, ["ready idle", "ready"]);
  assert.deepEqual(worker.sent.map((m) => m.type), ["start", "request", "rest"]);
  // What was made before the run was heard of is about something else.
  worker.says({ type: "batch", seen: 0, batch: firstBatch().slice(3) });
  assert.deepEqual(heard, ["ready idle", "ready"]);
  machine.destroy();
});
