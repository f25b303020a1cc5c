import type { Reporter } from "../reports/reporter.ts";
import type { ResourceAttributes } from "../settings/resource.ts";
import type { TraceSettings } from "../settings/traces.ts";
import type { SpanCounts } from "./counts.ts";
import { logDiagnostics } from "./diagnostics.ts";
import { startFull } from "./full.ts";
import { registerLight } from "./light.ts";
import { createOtlpSender } from "./otlp-sender.ts";
import { createSpans } from "./span-processor.ts";
import { createSampler } from "./trace-sampler.ts";

/** The traces of this process. */
export interface Traces {
  readonly mode: "light" | "full";
  /** Sampled spans since the start of the process. */
  counts(): SpanCounts;
  /** Exports what is queued; gives up waiting after `deadlineMs` milliseconds. */
  flush(deadlineMs: number): Promise<void>;
  /** Exports what is queued, then ends; what has not arrived after `deadlineMs` milliseconds is dropped and counted. */
  shutdown(deadlineMs: number): Promise<void>;
}

export interface TraceParts {
  readonly resource: ResourceAttributes;
  readonly reporter: Reporter;
}

/**
 * Makes OpenTelemetry's API give real spans, contexts and propagators to everybody in this process. Never throws: where
 * the full mode cannot be loaded, that is reported and the light one runs.
 */
export function startTraces(settings: TraceSettings, { resource, reporter }: TraceParts): Traces {
  logDiagnostics(settings.logLevel);
  if (settings.mode === "full") {
    try {
      return startFull(settings, { resource, reporter });
    } catch (error) {
      reporter.begin("full-mode", "the full mode cannot be started; the light one runs instead", {
        settings: settings.fullFor.join(", "),
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }
  const spans = createSpans({
    senders: settings.enabled ? [createOtlpSender(settings.otlp)] : [],
    settings: settings.queue,
    reporter,
  });
  process.once("exit", spans.end);
  registerLight(settings, {
    resource,
    processor: spans.processor,
    sampler: createSampler(settings.sampler, spans.isRecorded),
  });
  return { mode: "light", counts: spans.counts, flush: spans.flush, shutdown: spans.shutdown };
}
