import type { Logger, LoggerOptions as PinoOptions } from "pino";
import { createLogging } from "../logs/pino/index.ts";
import type { Meter } from "../metrics/instruments.ts";
import { createReporter } from "../reports/reporter.ts";
import { registryOf, running } from "./running.ts";
import { readSettings } from "./settings.ts";

/**
 * Makes the application's own metrics. They are counted whether telemetry runs or not, and shown as soon as it does: an
 * application without the preload, in its tests for example, opens no port and sends nothing.
 */
export const meter: Meter = {
  counter: (options) => registryOf(running()).counter(options),
  gauge: (options) => registryOf(running()).gauge(options),
  histogram: (options) => registryOf(running()).histogram(options),
  observed: (options) => registryOf(running()).observed(options),
};

/**
 * A pino logger with ECS lines, for applications that do not make their own; see `Telemetry.logger`. What is made before
 * telemetry runs writes to stdout only.
 */
export function logger(options?: Omit<PinoOptions, "transport">): Logger {
  const { telemetry } = running();
  if (telemetry !== undefined) return telemetry.logger(options);
  const { settings } = readSettings({}, process.env);
  return createLogging({
    settings: settings.logger,
    resource: settings.resource,
    reporter: createReporter(),
  }).logger(options);
}
