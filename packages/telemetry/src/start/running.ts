import { createRegistry, type MetricRegistry } from "../metrics/index.ts";
import { createReporter } from "../reports/reporter.ts";
import { type MetricSettings, readMetricSettings } from "../settings/metrics.ts";
import type { Telemetry } from "./start.ts";

/** What there is once in a process. */
export interface Running {
  telemetry: Telemetry | undefined;
  registry: MetricRegistry | undefined;
}

const key = Symbol.for("@stackwright/telemetry");

/** The same in every copy of this library in the process: two of them would patch and count everything twice. */
export function running(): Running {
  const found: unknown = Reflect.get(globalThis, key);
  if (isRunning(found)) return found;
  const made: Running = { telemetry: undefined, registry: undefined };
  Reflect.set(globalThis, key, made);
  return made;
}

/** The registry of the process; where nothing was said about it, with the settings of the environment. */
export function registryOf(
  current: Running,
  settings: MetricSettings = readMetricSettings({}, process.env).settings,
  reporter = createReporter(),
): MetricRegistry {
  current.registry ??= createRegistry(settings, reporter);
  return current.registry;
}

function isRunning(value: unknown): value is Running {
  return typeof value === "object" && value !== null && "telemetry" in value && "registry" in value;
}
