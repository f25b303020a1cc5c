import { openDirectSink } from "../../../packages/telemetry/src/logs/direct.ts";
import { createReporter } from "../../../packages/telemetry/src/reports/reporter.ts";

/** Writes 100 lines in the mode `direct`, one of them poisoned, and tells what the sink says about them. */
const none = { username: undefined, passwordFile: undefined, apiKeyFile: undefined, caFile: undefined };
const store = { urls: [process.argv[2] ?? ""], dataStream: "logs-direct.x-test", ...none };
const sink = openDirectSink(
  { store, maxMemoryBytes: 1_000_000 },
  createReporter(() => undefined),
);
for (let n = 0; n < 100; n++)
  sink.write(`${JSON.stringify({ "@timestamp": new Date().toISOString(), n: n === 5 ? "many" : n })}\n`);
const flushed = await sink.flush(30_000);
await sink.close(2_000);
process.stdout.write(JSON.stringify({ flushed, dropped: sink.counts().dropped }));
