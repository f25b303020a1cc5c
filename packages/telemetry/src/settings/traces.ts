import { type Environment, type EnvironmentReader, readEnvironment } from "./environment.ts";
import { type OtlpOptions, type OtlpSettings, readOtlpSettings } from "./otlp.ts";
import type { SettingProblem } from "./problem.ts";
import { readSamplerSettings, type SamplerOptions, type SamplerSettings } from "./sampler.ts";

export interface TraceSettings {
  /** False: no spans at all; trace ids of callers are passed on all the same. */
  readonly enabled: boolean;
  readonly mode: "light" | "full";
  /** The settings that only the full mode can obey; empty in the light mode, or where an option asks for the full one. */
  readonly fullFor: readonly string[];
  readonly exporters: readonly SpanExporterName[];
  readonly otlp: OtlpSettings;
  readonly sampler: SamplerSettings;
  readonly propagators: readonly string[];
  readonly queue: QueueSettings;
  readonly limits: SpanLimitSettings;
  /** Level of OpenTelemetry's own messages on stderr. */
  readonly logLevel: string | undefined;
  /** What the full mode starts beside traces. */
  readonly metricExporters: readonly string[];
  readonly logExporters: readonly string[];
  readonly configFile: string | undefined;
  readonly resourceDetectors: readonly string[] | undefined;
}

export type SpanExporterName = "otlp" | "console" | "zipkin";

/** Spans between their end and their export. */
export interface QueueSettings {
  /** Spans at most; the next ones are dropped and counted. */
  readonly maxSpans: number;
  /** Bytes at most, by a rough estimate of each span. */
  readonly maxBytes: number;
  /** Spans in one request at most. */
  readonly batchSpans: number;
  /** Milliseconds that a span waits for others at most. */
  readonly delayMs: number;
  /** Milliseconds that one attempt may take at most. */
  readonly exportTimeoutMs: number;
}

/** https://opentelemetry.io/docs/specs/otel/trace/sdk/#span-limits; undefined is the SDK's default. */
export interface SpanLimitSettings {
  readonly attributeValueLength: number | undefined;
  readonly attributes: number | undefined;
  readonly events: number | undefined;
  readonly links: number | undefined;
  readonly attributesPerEvent: number | undefined;
  readonly attributesPerLink: number | undefined;
}

export interface TraceOptions extends OtlpOptions, SamplerOptions {
  /** Default `auto`: full where a variable asks for what only `@opentelemetry/sdk-node` gives. */
  readonly mode?: "auto" | "light" | "full";
}

/** A burst of 10,000 spans in one tick fits, with room for what waits already. */
const defaultQueue: QueueSettings = {
  maxSpans: 20_000,
  maxBytes: 32 * 1024 * 1024,
  batchSpans: 256,
  delayMs: 1000,
  exportTimeoutMs: 30_000,
};

/** Options and `OTEL_*`; where both speak, the environment wins. Pure: secret files are read when spans are sent. */
export function readTraceSettings(
  options: TraceOptions,
  env: Environment,
): { readonly settings: TraceSettings; readonly problems: readonly SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const reader = readEnvironment(env, problems);
  const otlp = readOtlpSettings(options, { reader, problems });
  const exporters = readExporters(reader, problems);
  const propagators = readPropagators(reader, problems);
  const metricExporters = (reader.list("OTEL_METRICS_EXPORTER") ?? []).filter(isOfSdk);
  const logExporters = readLogExporters(reader, problems);
  const resourceDetectors = reader.list("OTEL_NODE_RESOURCE_DETECTORS");
  const configFile = reader.text("OTEL_CONFIG_FILE") ?? reader.text("OTEL_EXPERIMENTAL_CONFIG_FILE");
  const only: readonly (readonly [string, boolean])[] = [
    ["OTEL_CONFIG_FILE", configFile !== undefined],
    ["OTEL_TRACES_EXPORTER", exporters.some((each) => each !== "otlp")],
    ["OTEL_EXPORTER_OTLP_PROTOCOL", exporters.includes("otlp") && otlp.protocol === "grpc"],
    ["OTEL_METRICS_EXPORTER", metricExporters.length > 0],
    ["OTEL_LOGS_EXPORTER", logExporters.length > 0],
    ["OTEL_PROPAGATORS", propagators.some((each) => each !== "tracecontext" && each !== "baggage")],
    ["OTEL_NODE_RESOURCE_DETECTORS", resourceDetectors?.some((each) => each !== "none") ?? false],
  ];
  const disabled = reader.flag("OTEL_SDK_DISABLED") === true;
  const asked = only.flatMap(([name, isAsked]) => (isAsked ? [name] : []));
  const mode = options.mode ?? "auto";
  const light = mode === "light" || (mode === "auto" && asked.length === 0);
  if (mode === "light")
    for (const setting of asked) problems.push({ setting, message: "needs the full mode, but the option is light" });
  return {
    settings: {
      enabled: !disabled && (configFile !== undefined || exporters.length > 0),
      mode: light ? "light" : "full",
      fullFor: light ? [] : asked,
      exporters,
      otlp,
      sampler: readSamplerSettings(options, { reader, problems }),
      propagators,
      queue: readQueue(reader, problems),
      limits: readLimits(reader),
      logLevel: reader.choice("OTEL_LOG_LEVEL", ["none", "error", "warn", "info", "debug", "verbose", "all"]),
      metricExporters: disabled ? [] : metricExporters,
      logExporters: disabled ? [] : logExporters,
      configFile,
      resourceDetectors,
    },
    problems,
  };
}

/** Metrics for Prometheus are ours, and a name that nobody knows is no reason for the full mode. */
function isOfSdk(name: string): boolean {
  return name === "otlp" || name === "console";
}

function readLogExporters(reader: EnvironmentReader, problems: SettingProblem[]): readonly string[] {
  const names = reader.list("OTEL_LOGS_EXPORTER") ?? [];
  for (const name of names)
    if (name !== "none" && !isOfSdk(name))
      problems.push({
        setting: "OTEL_LOGS_EXPORTER",
        message: `names ${JSON.stringify(name)}; it takes otlp, console and none; ignored`,
      });
  return names.filter(isOfSdk);
}

function readExporters(reader: EnvironmentReader, problems: SettingProblem[]): readonly SpanExporterName[] {
  const names = reader.list("OTEL_TRACES_EXPORTER");
  if (names === undefined) return ["otlp"];
  if (names.includes("none")) return [];
  const known = names.filter((name): name is SpanExporterName => ["otlp", "console", "zipkin"].includes(name));
  for (const name of names)
    if (!known.some((each) => each === name))
      problems.push({
        setting: "OTEL_TRACES_EXPORTER",
        message: `names ${JSON.stringify(name)}; it takes otlp, console, zipkin and none; ignored`,
      });
  return known.length > 0 ? [...new Set(known)] : ["otlp"];
}

const knownPropagators = ["tracecontext", "baggage", "b3", "b3multi", "none"];

function readPropagators(reader: EnvironmentReader, problems: SettingProblem[]): readonly string[] {
  const names = reader.list("OTEL_PROPAGATORS");
  if (names === undefined) return ["tracecontext", "baggage"];
  if (names.includes("none")) return [];
  for (const name of names)
    if (!knownPropagators.includes(name))
      problems.push({
        setting: "OTEL_PROPAGATORS",
        message: `names ${JSON.stringify(name)}; it takes ${knownPropagators.join(", ")}; ignored`,
      });
  const known = names.filter((name) => knownPropagators.includes(name));
  return known.length > 0 ? [...new Set(known)] : ["tracecontext", "baggage"];
}

function readQueue(reader: EnvironmentReader, problems: SettingProblem[]): QueueSettings {
  const read = (name: string, max: number): number | undefined => reader.number(`OTEL_BSP_${name}`, { min: 1, max });
  const maxSpans = read("MAX_QUEUE_SIZE", 1_000_000) ?? defaultQueue.maxSpans;
  const batch = read("MAX_EXPORT_BATCH_SIZE", 100_000);
  if (batch !== undefined && batch > maxSpans)
    problems.push({
      setting: "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
      message: `is ${batch}, more than the queue takes; ${maxSpans} is used`,
    });
  return {
    maxSpans,
    maxBytes: defaultQueue.maxBytes,
    batchSpans: Math.min(batch ?? defaultQueue.batchSpans, maxSpans),
    delayMs: reader.number("OTEL_BSP_SCHEDULE_DELAY", { min: 0, max: 3_600_000 }) ?? defaultQueue.delayMs,
    exportTimeoutMs: read("EXPORT_TIMEOUT", 3_600_000) ?? defaultQueue.exportTimeoutMs,
  };
}

function readLimits(reader: EnvironmentReader): SpanLimitSettings {
  const read = (name: string): number | undefined => reader.number(`OTEL_${name}`, { min: 0 });
  return {
    attributeValueLength: read("SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT") ?? read("ATTRIBUTE_VALUE_LENGTH_LIMIT"),
    attributes: read("SPAN_ATTRIBUTE_COUNT_LIMIT") ?? read("ATTRIBUTE_COUNT_LIMIT"),
    events: read("SPAN_EVENT_COUNT_LIMIT"),
    links: read("SPAN_LINK_COUNT_LIMIT"),
    attributesPerEvent: read("EVENT_ATTRIBUTE_COUNT_LIMIT"),
    attributesPerLink: read("LINK_ATTRIBUTE_COUNT_LIMIT"),
  };
}
