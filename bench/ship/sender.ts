import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { openDurableSink, openFastSink } from "../../packages/telemetry/src/logs/buffer/index.ts";
import { createReporter } from "../../packages/telemetry/src/reports/reporter.ts";

/** Sends lines as fast as it can by one of three ways; tells when it began, and when told that all arrived, what it cost. */
const [, , way = "", url = "", folder = "", count = "0"] = process.argv;
const lines = Number(count);
const padding = "x".repeat(110);
/** 330 bytes, as a request log line has. */
const line = (n: number): string =>
  `{"log.level":"info","@timestamp":"2026-11-21T12:00:00.000Z","ecs.version":"8.11.0","service.name":"bench","host.name":"host-1","process.pid":4711,"event.dataset":"nodejs.app","trace.id":"4bf92f3577b34da6a3ce929d0e0e4736","span.id":"00f067aa0ba902b7","n":${String(n).padStart(6)},"message":"${padding}"}\n`;

interface Way {
  /** True: wait for the turn of the event loop, or until there is room. */
  readonly write: (line: string) => Promise<void> | undefined;
  readonly close: () => Promise<unknown>;
}

const chosen = way === "pino-elasticsearch" ? openPeer() : openOurs();
// Threads and clients start once in the life of a service.
await sleep(1_000);
process.send?.("ready");
await new Promise((resolve) => process.once("message", resolve));

const cpuBefore = process.cpuUsage();
const started = Date.now();
for (let n = 0; n < lines; n++) {
  const waiting = chosen.write(line(n));
  if (waiting !== undefined) await waiting;
  else if (n % 500 === 499) await turn();
}
const written = Date.now();
const arrived = new Promise((resolve) => process.once("message", resolve));
process.send?.({ started, written });
await arrived;
const { user, system } = process.cpuUsage(cpuBefore);
const peakMiB = process.resourceUsage().maxRSS / 1_024;
const closing = performance.now();
await chosen.close();
process.send?.({ cpuMs: (user + system) / 1_000, peakMiB, closeMs: performance.now() - closing });
process.exit();

function openOurs(): Way {
  const directory = join(folder, "logs");
  mkdirSync(directory, { recursive: true });
  const delivery = { urls: [url], dataStream: "logs-bench-x", deadLetterFile: join(directory, "dead.ndjson") };
  const buffer = {
    directory,
    maxDiskBytes: 2 ** 30,
    maxMemoryBytes: 64 * 2 ** 20,
    maxAgeMs: 3_600_000,
    whenFull: "block" as const,
  };
  const options = { delivery, reporter: createReporter() };
  const sink = way === "fast" ? openFastSink(buffer, options) : openDurableSink(buffer, options);
  return {
    write(text) {
      sink.write(text);
      return undefined;
    },
    close: () => sink.close(10_000),
  };
}

function openPeer(): Way {
  const open = createRequire(import.meta.url)("pino-elasticsearch");
  const stream = open({
    node: url,
    index: "logs-bench-x",
    opType: "create",
    esVersion: 8,
    flushBytes: 1_000_000,
    flushInterval: 1_000,
  });
  return {
    write: (text) =>
      stream.write(text) === true ? undefined : new Promise<void>((resolve) => stream.once("drain", resolve)),
    close: async () => stream.end(),
  };
}
