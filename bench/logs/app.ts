import { join } from "node:path";
import pino from "pino";
import { openDurableSink, openFastSink } from "../../packages/telemetry/src/logs/buffer/index.ts";
import { createReporter } from "../../packages/telemetry/src/reports/reporter.ts";

/** Logs a number of lines in one of several ways, and tells how long the calls took. Arguments: way, lines, folder, port of the store. */
const [way = "", count = "0", folder = ".", port = "0"] = process.argv.slice(2);
const lines = Number(count);
/** So many lines between two turns of the event loop, as a request or two make them. */
const linesPerTurn = 50;

const settings = {
  directory: join(folder, "buffer"),
  maxDiskBytes: 2 ** 30,
  // As much as all lines: the way that drops nothing is measured.
  maxMemoryBytes: 128 * 2 ** 20,
  maxAgeMs: 86_400_000,
  whenFull: "block",
} as const;
const options = {
  delivery: {
    urls: [`http://127.0.0.1:${port}`],
    dataStream: "logs-bench-default",
    deadLetterFile: join(folder, "dead-letters.ndjson"),
  },
  reporter: createReporter(),
};

const stream = destination();
const logger = pino(
  { base: { "service.name": "bench", "event.dataset": "bench", "host.name": "host-1" }, messageKey: "message" },
  stream,
);
// The logging call gets compiled, the thread starts: once in the life of a service.
for (let line = 0; line < 2_000; line++) log(line);
await new Promise((resolve) => setTimeout(resolve, 500));
let callsMs = 0;
for (let line = 0; line < lines; ) {
  const start = performance.now();
  for (const end = Math.min(lines, line + linesPerTurn); line < end; line++) log(line);
  callsMs += performance.now() - start;
  await new Promise((resolve) => setImmediate(resolve));
}
process.send?.({ callsMs }, () => process.exit(0));

/** 330 bytes as JSON. */
function log(line: number): void {
  logger.info(
    { "trace.id": "0af7651916cd43dd8448eb211c80319c", "span.id": "b7ad6b7169203331", order: line, user: "u-4711" },
    "order placed by a customer who wanted it quickly, and sent to the kitchen right away",
  );
}

function destination(): pino.DestinationStream {
  switch (way) {
    case "file":
      return pino.destination({ dest: join(folder, `file-${process.pid}.log`), sync: true });
    default:
      return (way === "fast" ? openFastSink : openDurableSink)(settings, options);
  }
}
