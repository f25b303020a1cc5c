import type { ResourceDetector } from "@opentelemetry/resources";
import type { NodeSDK, startNodeSdk } from "@opentelemetry/sdk-node";
import type { SpanExporter } from "@opentelemetry/sdk-trace";

/** What the full mode takes from `@opentelemetry/sdk-node` and from the packages that it brings along. */
export interface Sdk {
  readonly NodeSDK: typeof NodeSDK;
  readonly startNodeSdk: typeof startNodeSdk;
  /** By their names in `OTEL_NODE_RESOURCE_DETECTORS`. */
  readonly detectors: Readonly<Record<string, ResourceDetector>>;
  /** The rest it reads from `OTEL_EXPORTER_OTLP_*` itself. */
  grpc(options: { readonly url: string; readonly timeoutMillis: number }): SpanExporter;
  zipkin(): SpanExporter;
  console(): SpanExporter;
}

/** `require` finds our dependencies, `requireOfSdk` those of the SDK: one copy of each. Throws what is missing. */
export function loadSdk(requireOfSdk: NodeJS.Require, require: NodeJS.Require): Sdk {
  const sdk: unknown = require("@opentelemetry/sdk-node");
  if (!isSdk(sdk)) throw new Error("@opentelemetry/sdk-node has neither NodeSDK nor startNodeSdk");
  const resources: unknown = requireOfSdk("@opentelemetry/resources");
  const create = (module: string, name: string, options: object = {}): SpanExporter => {
    const exports: unknown = requireOfSdk(module);
    const Exporter = hasClass(exports, name) ? exports[name] : undefined;
    const made: unknown = Exporter && new Exporter(options);
    if (!isExporter(made)) throw new Error(`${module} has no ${name}`);
    return made;
  };
  return {
    NodeSDK: sdk.NodeSDK,
    startNodeSdk: sdk.startNodeSdk,
    detectors: Object.fromEntries(
      detectorNames.flatMap(([name, exported]) => {
        const detector = member(resources, exported);
        return isDetector(detector) ? [[name, detector]] : [];
      }),
    ),
    grpc: (options) => create("@opentelemetry/exporter-trace-otlp-grpc", "OTLPTraceExporter", options),
    zipkin: () => create("@opentelemetry/exporter-zipkin", "ZipkinExporter"),
    console: () => create("@opentelemetry/sdk-trace", "ConsoleSpanExporter"),
  };
}

const detectorNames = [
  ["host", "hostDetector"],
  ["os", "osDetector"],
  ["serviceinstance", "serviceInstanceIdDetector"],
  ["process", "processDetector"],
  ["env", "envDetector"],
] as const;

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && name in value ? Reflect.get(value, name) : undefined;
}

function isSdk(value: unknown): value is Pick<Sdk, "NodeSDK" | "startNodeSdk"> {
  return typeof member(value, "NodeSDK") === "function" && typeof member(value, "startNodeSdk") === "function";
}

function hasClass(value: unknown, name: string): value is Readonly<Record<string, new (options: object) => unknown>> {
  return typeof member(value, name) === "function";
}

function isExporter(value: unknown): value is SpanExporter {
  return typeof member(value, "export") === "function" && typeof member(value, "shutdown") === "function";
}

function isDetector(value: unknown): value is ResourceDetector {
  return typeof member(value, "detect") === "function";
}
