import type { SettingProblem } from "./problem.ts";

export interface MetricOptions {
  /** Whether there is an endpoint; the instruments work in any case. Default: true. */
  readonly enabled?: boolean;
  /** Address of a listener of its own. Default: localhost. */
  readonly host?: string;
  /** TCP port; the application's own where they are the same. Default: 9464. */
  readonly port?: number;
  /** Default: /metrics. */
  readonly path?: string;
  /** Label sets of one metric, 1 to 1,000,000. Default: 2,000. */
  readonly maxSeries?: number;
  /** Metrics of the process (`nodejs_*`, `process_*`). Default: true. */
  readonly processMetrics?: boolean;
  /** `_created` samples in OpenMetrics: Prometheus keeps each as a series of its own. Default: false. */
  readonly createdSamples?: boolean;
  /** With `node:cluster` a scrape of any process gives the sums of all. Default: true. */
  readonly cluster?: boolean;
  /**
   * Further registries of prom-client to show. Its default registry is found without this, unless it was built into a
   * bundle. Default: none.
   */
  readonly registries?: readonly object[];
}

export type MetricSettings = Required<MetricOptions>;

const defaults: MetricSettings = {
  enabled: true,
  host: "localhost",
  port: 9464,
  path: "/metrics",
  maxSeries: 2_000,
  processMetrics: true,
  createdSamples: false,
  cluster: true,
  registries: [],
};

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Settings of the metrics: options of the code, overruled by the environment. What cannot be obeyed is told, and the
 * default or option is used in its stead.
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#prometheus-exporter
 */
export function readMetricSettings(
  options: MetricOptions,
  env: Env,
): { readonly settings: MetricSettings; readonly problems: readonly SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const read = <T>(setting: string, fallback: T, parse: (text: string) => T | undefined, wanted: string): T => {
    const text = env[setting]?.trim();
    if (text === undefined || text === "") return fallback;
    const value = parse(text);
    if (value !== undefined) return value;
    const shown = JSON.stringify(text.slice(0, 100));
    const used = typeof fallback === "boolean" ? (fallback ? "prometheus" : "none") : String(fallback);
    problems.push({ setting, message: `${shown} is not ${wanted}; ${used} is used` });
    return fallback;
  };
  const option = <K extends keyof MetricSettings>(
    key: K,
    isFit: (value: unknown) => value is MetricSettings[K],
    wanted: string,
  ): MetricSettings[K] => {
    const value: unknown = options[key];
    if (value === undefined) return defaults[key];
    if (isFit(value)) return value;
    problems.push({ setting: `metrics.${key}`, message: `it is not ${wanted}; ${String(defaults[key])} is used` });
    return defaults[key];
  };
  const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
  const port = option("port", isPort, "a port from 1 to 65535");
  const enabled = option("enabled", isBoolean, "true or false");
  const settings: MetricSettings = {
    enabled: read("OTEL_METRICS_EXPORTER", enabled, isOurs, "prometheus or none"),
    host: withoutBrackets(
      env["OTEL_EXPORTER_PROMETHEUS_HOST"]?.trim() || option("host", isText, "a host name or address"),
    ),
    port: read(
      "TELEMETRY_METRICS_PORT",
      read("OTEL_EXPORTER_PROMETHEUS_PORT", port, parsePort, "a port from 1 to 65535"),
      parsePort,
      "a port from 1 to 65535",
    ),
    path: read(
      "TELEMETRY_METRICS_PATH",
      option("path", isPath, "a path that begins with /"),
      (text) => (isPath(text) ? text : undefined),
      "a path that begins with /",
    ),
    maxSeries: read(
      "TELEMETRY_METRICS_MAX_SERIES",
      option("maxSeries", isLimit, "a number from 1 to 1000000"),
      (text) => (/^\d{1,7}$/.test(text) && isLimit(Number(text)) ? Number(text) : undefined),
      "a number from 1 to 1000000",
    ),
    processMetrics: option("processMetrics", isBoolean, "true or false"),
    createdSamples: option("createdSamples", isBoolean, "true or false"),
    cluster: option("cluster", isBoolean, "true or false"),
    registries: option("registries", isRegistries, "a list of registries of prom-client"),
  };
  if (!settings.enabled && env["TELEMETRY_METRICS_PORT"]?.trim())
    problems.push({
      setting: "TELEMETRY_METRICS_PORT",
      message: "it has no effect, because OTEL_METRICS_EXPORTER asks for no Prometheus endpoint; remove one of the two",
    });
  return { settings, problems };
}

/** A list by commas. What others export, as OTLP does, is beside our endpoint: it does not have our metrics. */
function isOurs(text: string): boolean | undefined {
  const names = text.split(",").map((each) => each.trim().toLowerCase());
  if (!names.every((name) => ["prometheus", "none", "otlp", "console"].includes(name))) return undefined;
  return !names.includes("none");
}

/** `[::1]`, as it stands in addresses. */
function withoutBrackets(host: string): string {
  return /^\[(.+)\]$/.exec(host)?.[1] ?? host;
}

function parsePort(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && isPort(Number(text)) ? Number(text) : undefined;
}

function isPort(value: unknown): value is number {
  return isWhole(value, 65_535);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** A path as it stands in a request: no query, no fragment, no space. */
function isPath(value: unknown): value is string {
  return typeof value === "string" && /^\/[^\s?#]*$/.test(value);
}

function isRegistries(value: unknown): value is readonly object[] {
  return Array.isArray(value) && value.every((each: unknown) => typeof each === "object" && each !== null);
}

function isLimit(value: unknown): value is number {
  return isWhole(value, 1_000_000);
}

function isWhole(value: unknown, most: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most;
}
