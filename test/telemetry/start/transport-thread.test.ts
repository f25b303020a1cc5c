import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageChannel } from "node:worker_threads";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { isTransportThread } from "../../../packages/telemetry/src/start/transport-thread.ts";

const source = new URL("../../../packages/telemetry/src/start/transport-thread.ts", import.meta.url).href;

/** A transport whose thread says what it takes itself for. */
const transport = `
  import { Writable } from "node:stream";
  import { isTransportThread } from ${JSON.stringify(source)};
  export default ({ port }) => {
    port.postMessage(isTransportThread());
    return new Writable({ write: (_chunk, _encoding, done) => done() });
  };
`;

describe("a thread", () => {
  it("is told to be one of pino's transports by what pino gives it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "transport-"));
    const { port1, port2 } = new MessageChannel();
    try {
      const target = join(folder, "transport.mjs");
      writeFileSync(target, transport);
      const said = new Promise((resolve) => port1.once("message", resolve));
      const stream = pino.transport({ target, options: { port: port2 }, worker: { transferList: [port2] } });
      expect(await said).toBe(true);
      stream.end();
    } finally {
      port1.close();
      rmSync(folder, { recursive: true });
    }
  });

  it("of the application is none, nor is the main thread", () => {
    expect(isTransportThread(null)).toBe(false);
    expect(isTransportThread({ workerData: { $context: {} } })).toBe(false);
  });
});
