import { counter, familiesOf, gauge, type MetricFamily } from "../../signals/metric.ts";
import captured from "./captured.json" with { type: "json" };

const core = { stats_uri: "open", worker_id: "open", core_id: "open" } as const;
const on = { collector: "cores" } as const;

/** Only with `--collect.cores`; from pkg/collector/exporter.go of uwsgi_exporter 1.3.0. */
const cores: readonly MetricFamily[] = [
  gauge("uwsgi_worker_core_busy", core, on),
  counter("uwsgi_worker_core_requests_total", core, on),
  counter("uwsgi_worker_core_static_requests_total", core, on),
  counter("uwsgi_worker_core_routed_requests_total", core, on),
  counter("uwsgi_worker_core_offloaded_requests_total", core, on),
  counter("uwsgi_worker_core_write_errors_total", core, on),
  counter("uwsgi_worker_core_read_errors_total", core, on),
];

/** What uwsgi_exporter makes of uWSGI's stats server. */
export const metrics: readonly MetricFamily[] = [...familiesOf(captured), ...cores];
