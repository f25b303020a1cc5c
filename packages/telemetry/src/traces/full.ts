import { createRequire } from "node:module";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { NodeSDKConfiguration } from "@opentelemetry/sdk-node";
import type { ResourceAttributes } from "../settings/resource.ts";
import { readSecret } from "../settings/secret.ts";
import type { TraceSettings } from "../settings/traces.ts";
import { logDiagnostics } from "./diagnostics.ts";
import { createExporterSender } from "./exporter-sender.ts";
import { loadSdk, type Sdk } from "./full-sdk.ts";
import type { TraceParts, Traces } from "./index.ts";
import { spanLimits } from "./light.ts";
import { createOtlpSender } from "./otlp-sender.ts";
import { showTarget } from "./otlp-target.ts";
import { createSpans, type Spans } from "./span-processor.ts";
import type { SpanSender } from "./span-sender.ts";
import { createSampler } from "./trace-sampler.ts";

/**
 * Traces by `@opentelemetry/sdk-node`, which is loaded here and only here: its import alone takes longer than the whole
 * light start. Metrics, logs, propagators and resource detectors are its own; spans take our queue, so that they are
 * accounted for. Throws where it cannot be loaded.
 */
export function startFull(settings: TraceSettings, { resource, reporter }: TraceParts): Traces {
  const require = createRequire(import.meta.url);
  const sdk = loadSdk(createRequire(require.resolve("@opentelemetry/sdk-node")), require);
  if (settings.configFile !== undefined) return startFromFile(sdk, settings);
  const spans = createSpans({
    senders: settings.enabled ? settings.exporters.map((name) => senderFor(name, settings, sdk)) : [],
    settings: settings.queue,
    reporter,
  });
  const node = withOwnReaders(settings, () => new sdk.NodeSDK(configuration(settings, { spans, sdk, resource })));
  node.start();
  process.once("exit", spans.end);
  logDiagnostics(settings.logLevel);
  return {
    mode: "full",
    counts: spans.counts,
    flush: spans.flush,
    async shutdown(deadlineMs) {
      await Promise.all([spans.shutdown(deadlineMs), within(deadlineMs, node.shutdown())]);
    },
  };
}

function configuration(
  settings: TraceSettings,
  { spans, sdk, resource }: { readonly spans: Spans; readonly sdk: Sdk; readonly resource: ResourceAttributes },
): Partial<NodeSDKConfiguration> {
  return {
    resource: resourceFromAttributes(resource),
    // Ours comes last and wins: it is what the application and its environment say.
    resourceDetectors: [...detectors(settings, sdk), { detect: () => ({ attributes: resource }) }],
    sampler: createSampler(settings.sampler, spans.isRecorded),
    spanLimits: spanLimits(settings.limits),
    spanProcessors: settings.enabled ? [spans.processor] : [],
    // Left to itself it would send both to localhost.
    ...(settings.metricExporters.length === 0 && { metricReaders: [] }),
    ...(settings.logExporters.length === 0 && { logRecordProcessors: [] }),
  };
}

function detectors({ resourceDetectors = [] }: TraceSettings, sdk: Sdk): readonly Sdk["detectors"][string][] {
  if (resourceDetectors.includes("none")) return [];
  if (resourceDetectors.includes("all")) return Object.values(sdk.detectors);
  return resourceDetectors.flatMap((name) => sdk.detectors[name] ?? []);
}

function senderFor(name: TraceSettings["exporters"][number], settings: TraceSettings, sdk: Sdk): SpanSender {
  if (name === "zipkin") return createExporterSender("zipkin", sdk.zipkin());
  if (name === "console") return createExporterSender("console", sdk.console());
  const { otlp } = settings;
  if (otlp.protocol !== "grpc") return createOtlpSender(otlp);
  const exporter = sdk.grpc({ url: readSecret(otlp.endpoint), timeoutMillis: otlp.timeoutMs });
  return createExporterSender(showTarget(otlp), exporter);
}

/** The SDK reads the variable itself, and would open Prometheus' port beside ours. */
function withOwnReaders<T>({ metricExporters }: TraceSettings, create: () => T): T {
  const name = "OTEL_METRICS_EXPORTER";
  const before = process.env[name];
  if (before === undefined || metricExporters.length === 0) return create();
  process.env[name] = metricExporters.join(",");
  try {
    return create();
  } finally {
    process.env[name] = before;
  }
}

/** A declarative file says everything itself, the spans' way out included: they are not accounted for here. */
function startFromFile(sdk: Sdk, settings: TraceSettings): Traces {
  const started = sdk.startNodeSdk();
  logDiagnostics(settings.logLevel);
  const { counts } = createSpans({
    senders: [],
    settings: settings.queue,
    reporter: { begin: () => undefined, end: () => undefined },
  });
  return {
    mode: "full",
    counts,
    flush: async () => undefined,
    shutdown: (deadlineMs) => within(deadlineMs, started.shutdown()),
  };
}

async function within(deadlineMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, deadlineMs);
  });
  await Promise.race([work.then(undefined, () => undefined), deadline]);
  clearTimeout(timer);
}
