import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { createLogging, type Logging } from "../../../packages/telemetry/src/logs/pino/index.ts";
import type { LogSink } from "../../../packages/telemetry/src/logs/sink.ts";
import { createReporter } from "../../../packages/telemetry/src/reports/reporter.ts";
import { type LoggerOptions, readLoggerSettings } from "../../../packages/telemetry/src/settings/logger.ts";

export type Fields = Readonly<Record<string, unknown>>;

export interface Written {
  readonly logging: Logging;
  /** Lines on stdout as they are. */
  readonly stdout: readonly string[];
  /** Lines in the sink as they are. */
  readonly sink: readonly string[];
}

/** Logging whose lines are kept. */
export function written(options: LoggerOptions = {}): Written {
  const stdout: string[] = [];
  const sink: string[] = [];
  const logging = createLogging({
    settings: readLoggerSettings(options, {}).settings,
    resource: {
      "service.name": "menu",
      "service.namespace": "meishi",
      "service.instance.id": "menu-1:8080",
      "deployment.environment.name": "production",
      "host.name": "menu-1",
      "process.pid": 7,
      owner: "kitchen",
    },
    reporter: createReporter(() => {}),
    sink: keeping(sink),
    stdout: {
      write: (line) => stdout.push(line),
      flush: () => Promise.resolve(),
      flushSync: () => {},
      dropped: () => 0,
    },
  });
  return { logging, stdout, sink };
}

function keeping(lines: string[]): LogSink {
  const nothing = { delivered: 0, buffered: 0, deadLettered: 0 };
  return {
    mode: "durable",
    write: (line) => lines.push(line),
    flush: () => Promise.resolve(nothing),
    close: () => Promise.resolve(nothing),
    counts: () => ({ ...nothing, accepted: lines.length, synced: 0, redirected: 0, dropped: {} }),
  };
}

export const ids = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" } as const;

/** Runs something while a span is at work. */
export function inSpan(run: () => void): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  try {
    context.with(trace.setSpan(context.active(), trace.wrapSpanContext({ ...ids, traceFlags: 1 })), run);
  } finally {
    context.disable();
  }
}

export function parsed(lines: readonly string[]): readonly Fields[] {
  return lines.map((line) => JSON.parse(line));
}
