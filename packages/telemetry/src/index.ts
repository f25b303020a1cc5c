export type { Flushed, LogMode } from "./logs/sink.ts";
export type {
  BoundCounter,
  BoundGauge,
  BoundHistogram,
  Counter,
  Exemplar,
  Gauge,
  Histogram,
  HistogramOptions,
  InstrumentOptions,
  LabelValues,
  Meter,
  Observed,
  ObservedOptions,
} from "./metrics/instruments.ts";
export type { ResourceAttributes } from "./settings/resource.ts";
export { logger, meter } from "./start/application.ts";
export type { TelemetryOptions } from "./start/options.ts";
export { type Ended, startTelemetry, type Telemetry } from "./start/start.ts";
export type { SpanCounts } from "./traces/counts.ts";
