import type { Environment } from "../settings/environment.ts";
import { type InstrumentationSettings, readInstrumentationSettings } from "../settings/instrumentations.ts";
import { type LoggerSettings, readLoggerSettings } from "../settings/logger.ts";
import { type LogSettings, readLogSettings } from "../settings/logs.ts";
import { type MetricSettings, readMetricSettings } from "../settings/metrics.ts";
import type { SettingProblem } from "../settings/problem.ts";
import { type RequestSettings, readRequestSettings } from "../settings/requests.ts";
import { type ResourceAttributes, readResource } from "../settings/resource.ts";
import { readTraceSettings, type TraceSettings } from "../settings/traces.ts";
import type { TelemetryOptions } from "./options.ts";

/** All settings of a process. */
export interface Settings {
  readonly resource: ResourceAttributes;
  readonly traces: TraceSettings;
  readonly metrics: MetricSettings;
  readonly logs: LogSettings;
  readonly logger: LoggerSettings;
  readonly requests: RequestSettings;
  readonly instrumentations: InstrumentationSettings;
}

/** Options and environment; what cannot be obeyed is told as a problem, and a default stands in its stead. */
export function readSettings(
  options: TelemetryOptions,
  env: Environment,
): { readonly settings: Settings; readonly problems: readonly SettingProblem[] } {
  const resource = readResource(options, env);
  const traces = readTraceSettings(options.traces ?? {}, env);
  const metrics = readMetricSettings(options.metrics ?? {}, env);
  const serviceName = String(resource.resource["service.name"]);
  const logs = readLogSettings(options.logs ?? {}, env, { serviceName });
  const logger = readLoggerSettings(options.logger ?? {}, env);
  const requests = readRequestSettings(options.requests ?? {}, env);
  return {
    settings: {
      resource: resource.resource,
      traces: traces.settings,
      metrics: metrics.settings,
      logs: logs.settings,
      logger: logger.settings,
      requests: requests.settings,
      instrumentations: readInstrumentationSettings(env),
    },
    problems: [resource, traces, metrics, logs, logger, requests].flatMap(({ problems }) => problems),
  };
}
