import type { Meter } from "../metrics/instruments.ts";
import { type InstrumentationSettings, isInstrumented } from "../settings/instrumentations.ts";
import { instrumentHttpClient } from "./http-client.ts";
import { instrumentOfficially } from "./official.ts";
import { measureUndici } from "./undici-metric.ts";

export interface ClientParts {
  readonly settings: InstrumentationSettings;
  /** Undefined: no metrics of outgoing requests. */
  readonly meter: Meter | undefined;
}

/**
 * Spans, passed-on trace ids and `http_client_request_duration_seconds` of outgoing calls: `node:http` and
 * `node:https` by ourselves, undici with `fetch`, mysql2 and redis by OpenTelemetry's instrumentations. Names of
 * modules are those of `OTEL_NODE_ENABLED_INSTRUMENTATIONS` and `…_DISABLED_…`.
 */
export function instrumentClients({ settings, meter }: ClientParts): { stop(): void } {
  const isOn = (name: string): boolean => isInstrumented(settings, name);
  const duration = meter && clientDuration(meter);
  const stops = [
    ...(isOn("http") ? [instrumentHttpClient(duration)] : []),
    ...(isOn("undici") && duration !== undefined ? [measureUndici(duration)] : []),
    instrumentOfficially(isOn),
  ];
  return {
    stop() {
      for (const stop of stops) stop();
    },
  };
}

/** https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpclientrequestduration */
export type ClientDuration = ReturnType<typeof clientDuration>;

function clientDuration(meter: Meter) {
  return meter.histogram({
    name: "http_client_request_duration_seconds",
    help: "Time from an outgoing request to the end of its answer, in seconds.",
    labels: ["http_request_method", "http_response_status_code", "server_address", "server_port"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  });
}
