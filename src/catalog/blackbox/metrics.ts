import type { Prober } from "../../signals/endpoint.ts";
import { type Captured, familiesOf, gauge, type MetricFamily } from "../../signals/metric.ts";
import captured from "./captured.json" with { type: "json" };
import probes from "./captured-probes.json" with { type: "json" };

/** What the exporter says about itself. */
export const metrics: readonly MetricFamily[] = familiesOf(captured);

/** Closed label values, from the probers' source at v0.23.0. */
const closed: Readonly<Record<string, Partial<Omit<MetricFamily, "name">>>> = {
  probe_http_duration_seconds: { labels: { phase: ["connect", "processing", "resolve", "tls", "transfer"] } },
  probe_icmp_duration_seconds: { labels: { phase: ["resolve", "rtt", "setup"] } },
  probe_dns_duration_seconds: { labels: { phase: ["connect", "request", "resolve"] } },
  probe_tls_version_info: { labels: { version: ["TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3", "unknown"] } },
};

/**
 * What a probe gives, by prober; the `tcp` ones about TLS only where the module speaks TLS, `probe_dns_serial` only for
 * questions of type SOA: https://github.com/prometheus/blackbox_exporter/tree/v0.23.0/prober
 */
export const probeMetrics: Readonly<Record<Prober, readonly MetricFamily[]>> = {
  http: ofProber(probes.http),
  tcp: ofProber(probes.tcp),
  icmp: ofProber(probes.icmp),
  dns: [...ofProber(probes.dns), gauge("probe_dns_serial")],
};

function ofProber(families: Captured["families"]): readonly MetricFamily[] {
  return familiesOf({ ...captured, families }, closed);
}
