import { createServer, type RequestListener, type Server } from "node:http";
import { connect } from "node:net";
import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { createLogging, type Logging } from "../../../packages/telemetry/src/logs/pino/index.ts";
import { createRegistry } from "../../../packages/telemetry/src/metrics/index.ts";
import { createReporter } from "../../../packages/telemetry/src/reports/reporter.ts";
import { type Requests, type RequestsParts, startRequests } from "../../../packages/telemetry/src/requests/index.ts";
import { readLoggerSettings } from "../../../packages/telemetry/src/settings/logger.ts";
import { readMetricSettings } from "../../../packages/telemetry/src/settings/metrics.ts";
import { readRequestSettings } from "../../../packages/telemetry/src/settings/requests.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What the library has seen of the requests of a test. */
export interface Observed {
  readonly requests: Requests;
  readonly logging: Logging;
  readonly spans: () => readonly ReadableSpan[];
  /** Log lines, parsed. */
  readonly lines: () => readonly Fields[];
  /** What the library said about itself. */
  readonly reports: () => readonly Fields[];
  /** Samples of `http_server_request_duration_seconds_count`, without the name. */
  readonly counts: () => Promise<readonly string[]>;
  /** Waits until so many requests have been written down. */
  readonly finished: (count: number) => Promise<void>;
  readonly stop: () => void;
}

/** Observes all servers of this thread with real parts: a registry, a tracer provider, a logger. */
export function observe(
  options: Partial<RequestsParts> & { readonly env?: Readonly<Record<string, string>> } = {},
): Observed {
  const { env = {}, ...parts } = options;
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  const lines: string[] = [];
  const reports: string[] = [];
  const reporter = createReporter((line) => reports.push(line));
  const registry = createRegistry(readMetricSettings({ processMetrics: false }, {}).settings, reporter);
  const logging = createLogging({
    settings: readLoggerSettings({}, {}).settings,
    resource: { "service.name": "menu", "service.instance.id": "menu-1" },
    reporter,
    stdout: {
      write: (line) => lines.push(line),
      flush: () => Promise.resolve(),
      flushSync: () => {},
      dropped: () => 0,
    },
  });
  const requests = startRequests({
    settings: readRequestSettings({}, env).settings,
    meter: registry,
    tracer: provider.getTracer("test"),
    reporter,
    log: logging.requestLogger,
    ...parts,
  });
  return {
    requests,
    logging,
    spans: () => exporter.getFinishedSpans(),
    lines: () => lines.map(parse),
    reports: () => reports.map(parse),
    counts: async () => {
      const { pieces } = await registry.render();
      return Buffer.concat(pieces)
        .toString()
        .split("\n")
        .filter((line) => line.startsWith("http_server_request_duration_seconds_count"))
        .map((line) => line.slice("http_server_request_duration_seconds_count".length));
    },
    finished: async (count) => {
      const end = Date.now() + 10_000;
      const isDone = (): boolean => requests.active() === 0 && exporter.getFinishedSpans().length >= count;
      while (!isDone() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 2));
    },
    stop: () => {
      requests.stop();
      trace.disable();
      propagation.disable();
      context.disable();
    },
  };
}

/** A server on loopback while `use` runs. */
export async function serving(
  listener: RequestListener | Server,
  use: (base: string, port: number) => Promise<void>,
): Promise<void> {
  const server = typeof listener === "function" ? createServer(listener) : listener;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  try {
    await use(`http://127.0.0.1:${port}`, port);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Sends bytes as they are, and gives back what was answered until the other side closed, or `until` was seen. */
export function raw(port: number, bytes: string, until?: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes, "latin1"));
    let seen = "";
    socket.setEncoding("latin1").on("data", (text: string) => {
      seen += text;
      if (until?.test(seen)) socket.destroy();
    });
    socket.once("close", () => resolve(seen)).once("error", reject);
  });
}

function parse(line: string): Fields {
  return JSON.parse(line);
}
