import { isMainThread } from "node:worker_threads";
import { trace } from "@opentelemetry/api";
import type { Logger, LoggerOptions as PinoOptions } from "pino";
import { instrumentClients } from "../instrumentation/clients.ts";
import { registerHooks } from "../instrumentation/hooks.ts";
import { patchModule } from "../instrumentation/patches.ts";
import { patched, reportUnpatched } from "../instrumentation/self-test.ts";
import { createLogging } from "../logs/pino/index.ts";
import type { Flushed } from "../logs/sink.ts";
import {
  type Meter,
  type MetricRegistry,
  type MetricsHandler,
  metricsHandler,
  serveMetrics,
} from "../metrics/index.ts";
import { createReporter, type Reporter } from "../reports/reporter.ts";
import { patchExpress } from "../requests/express.ts";
import { startRequests } from "../requests/index.ts";
import { patchWebSocket } from "../requests/websocket.ts";
import { isInstrumented } from "../settings/instrumentations.ts";
import type { MetricSettings } from "../settings/metrics.ts";
import type { SpanCounts } from "../traces/counts.ts";
import { startTraces } from "../traces/index.ts";
import { beforeListening } from "./application-port.ts";
import { flushAtEnd } from "./ending.ts";
import { openLogSink } from "./log-sink.ts";
import type { TelemetryOptions } from "./options.ts";
import { registryOf, running } from "./running.ts";
import { observeLibrary } from "./self-metrics.ts";
import { readSettings } from "./settings.ts";

/** The telemetry of this process. */
export interface Telemetry {
  /** Makes the application's own metrics. */
  readonly meter: Meter;
  /** All metrics, for an own server or as a route of Express; the endpoint of the settings is there without it. */
  readonly metricsHandler: MetricsHandler;
  /**
   * A pino logger whose lines are ECS JSON with the ids of the active span, on stdout and on their way to the store.
   * A plain `pino()` of the application does the same.
   */
  logger(options?: Omit<PinoOptions, "transport">): Logger;
  /** Waits until log records and spans have been delivered, at most `deadlineMs` milliseconds (2,000). Never rejects. */
  flush(deadlineMs?: number): Promise<Ended>;
  /**
   * Flushes and releases ports, files and threads within `deadlineMs` milliseconds (2,000). What log records are left
   * stay on disk in the mode `durable`, for the next process. Never rejects.
   */
  shutdown(deadlineMs?: number): Promise<Ended>;
}

/** What has become of log records and spans; undefined where log lines go to stdout only. */
export interface Ended {
  readonly logs: Flushed | undefined;
  readonly spans: SpanCounts;
}

const defaultDeadlineMs = 2_000;

/**
 * Starts traces, metrics and logs in this process; where they run already, gives what runs. Call it before anything else
 * is imported, or better: start the application with `node --import @stackwright/telemetry/register`. Never throws for
 * a setting that is wrong: that is reported on stderr, and the default is used.
 */
export function startTelemetry(options: TelemetryOptions = {}): Telemetry {
  const current = running();
  if (current.telemetry !== undefined) return current.telemetry;
  const reporter = createReporter();
  registerHooks((error) =>
    reporter.begin("hooks", "modules cannot be instrumented", { "error.message": String(error) }),
  );
  const { settings, problems } = readSettings(options, process.env);
  for (const { setting, message } of problems)
    reporter.begin(`setting:${setting}:${message}`, "a setting cannot be obeyed", { setting, reason: message });

  const traces = startTraces(settings.traces, { resource: settings.resource, reporter });
  const registry = registryOf(current, settings.metrics, reporter);
  const sink = openLogSink(settings.logs, reporter);
  const logging = createLogging({
    ...{ settings: settings.logger, resource: settings.resource, reporter },
    ...(sink && { sink }),
  });
  observeLibrary(registry, { sink, logging, traces, patched });
  patchModule({ module: "pino", patch: logging.patchPino });
  for (const [module, patch] of [
    ["express", patchExpress],
    ["ws", patchWebSocket],
  ] as const)
    if (isInstrumented(settings.instrumentations, module)) patchModule({ module, patch });
  const clients = instrumentClients({ settings: settings.instrumentations, meter: registry });
  // At once for what was there before us, and again when the application has loaded the rest.
  reportUnpatched(reporter);
  const endpoint = openEndpoint(settings.metrics, { registry, reporter });
  const requests = startRequests({
    ...{ settings: settings.requests, meter: registry, reporter, log: logging.requestLogger },
    tracer: trace.getTracer("@stackwright/telemetry"),
    ...(endpoint && { metricsPage: endpoint.page }),
  });
  const selfTest = setTimeout(() => reportUnpatched(reporter), selfTestAfterMs).unref();

  const flush = async (deadlineMs = defaultDeadlineMs): Promise<Ended> => {
    const [logs] = await Promise.all([sink?.flush(deadlineMs), traces.flush(deadlineMs), logging.flush(deadlineMs)]);
    return { logs, spans: traces.counts() };
  };
  const forgetEnd = flushAtEnd(flush);
  let ended: Promise<Ended> | undefined;
  const end = async (deadlineMs: number): Promise<Ended> => {
    clearTimeout(selfTest);
    forgetEnd();
    requests.stop();
    clients.stop();
    endpoint?.close();
    const [logs] = await Promise.all([sink?.close(deadlineMs), traces.shutdown(deadlineMs), logging.flush(deadlineMs)]);
    return { logs, spans: traces.counts() };
  };
  const telemetry: Telemetry = {
    meter: registry,
    metricsHandler: metricsHandler(registry),
    logger: logging.logger,
    flush,
    shutdown: (deadlineMs = defaultDeadlineMs) => {
      ended ??= end(deadlineMs);
      return ended;
    },
  };
  current.telemetry = telemetry;
  return telemetry;
}

/** By then an application has loaded what it starts with. */
const selfTestAfterMs = 5_000;

interface Endpoint {
  readonly page: { readonly handler: MetricsHandler; readonly port: number; readonly path: string };
  close(): void;
}

/** A port of our own, given up as soon as a server of the application wants it: then that server answers the path. */
function openEndpoint(
  { enabled, host, port, path }: MetricSettings,
  parts: { readonly registry: MetricRegistry; readonly reporter: Reporter },
): Endpoint | undefined {
  // Worker threads get the preload as well; the process has one endpoint, and it is the main thread's.
  if (!enabled || !isMainThread) return undefined;
  const server = serveMetrics({ host, port, path, ...parts });
  const unhook = beforeListening(port, () => server.close());
  return {
    page: { handler: metricsHandler(parts.registry), port, path },
    close() {
      unhook();
      server.close();
    },
  };
}
