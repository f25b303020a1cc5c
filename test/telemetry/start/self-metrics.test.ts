import { expect, it } from "vitest";
import { createLineWriter } from "../../../packages/telemetry/src/logs/pino/line-writer.ts";
import { createRegistry } from "../../../packages/telemetry/src/metrics/index.ts";
import { observeLibrary } from "../../../packages/telemetry/src/start/self-metrics.ts";
import { bare, sampleValue, textOf } from "../metrics/samples.ts";

const traces = { counts: () => ({ ended: 0, exported: 0, queued: 0, dropped: {} }) };
const reporter = { begin: () => {}, end: () => {} };

it("lines that stdout does not take are counted on the page of metrics, without a sink too", async () => {
  const closed = createLineWriter(-1, reporter);
  const registry = createRegistry(bare);
  const logging = { droppedFromStdout: () => closed.dropped() };
  observeLibrary(registry, { sink: undefined, logging, traces, patched: () => new Map() });
  expect(sampleValue(await textOf(registry), "telemetry_log_stdout_dropped_total")).toBe(0);
  closed.write("{}\n");
  closed.write("{}\n");
  closed.flushSync();
  expect(sampleValue(await textOf(registry), "telemetry_log_stdout_dropped_total")).toBe(2);
});
