import type { LoggerOptions } from "../settings/logger.ts";
import type { LogOptions } from "../settings/logs.ts";
import type { MetricOptions } from "../settings/metrics.ts";
import type { RequestOptions } from "../settings/requests.ts";
import type { ResourceOptions } from "../settings/resource.ts";
import type { TraceOptions } from "../settings/traces.ts";

/** What the code may choose; the environment wins over all of it. Everything has a default. */
export interface TelemetryOptions extends ResourceOptions {
  readonly traces?: TraceOptions;
  readonly metrics?: MetricOptions;
  /** How log lines travel beside stdout. */
  readonly logs?: LogOptions;
  /** How log lines look. */
  readonly logger?: LoggerOptions;
  readonly requests?: RequestOptions;
}
