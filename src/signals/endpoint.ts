import type { MetricFamily } from "./metric.ts";

/** The program that answers a scrape. */
export interface Exporter {
  /** The field's name of it, also its key under `versions`: `node_exporter`. */
  readonly name: string;
  /** Default version: Debian 12's, or the current stable release where Debian has none. */
  readonly version: string;
  /** Where port, flags and metrics are documented, or how they were captured. */
  readonly source: string;
}

/**
 * What is scraped on each instance of a service. A kind may have several; `job` is the kind on all of them, `name`
 * tells them apart in the Prometheus config.
 */
export interface Endpoint {
  /** Name of the scrape config, the kind's id or `KIND-SOMETHING`. */
  readonly name: string;
  readonly exporter: Exporter;
  readonly port: number;
  readonly path?: string;
  readonly scheme?: "http" | "https";
  readonly params?: Readonly<Record<string, readonly string[]>>;
  /** Slow exporters get more time; never below the inventory's interval. Prometheus durations. */
  readonly interval?: string;
  readonly timeout?: string;
  /** Every family that the exporter can expose; what is off is told by `collectors` and versions. */
  readonly metrics: readonly MetricFamily[];
  /** Collectors that are on; families without a collector always exist. */
  readonly collectors?: readonly string[];
  /** Regular expression of metric names to keep or to drop at the scrape (fully anchored). */
  readonly keep?: string;
  readonly drop?: string;
  /** A secret that the scrape needs: a bearer token in a file on the Prometheus host. */
  readonly bearerTokenFile?: string;
}

export type Prober = "http" | "tcp" | "icmp" | "dns";

/** Something that a blackbox exporter asks from outside. */
export interface Probe {
  /** Module in blackbox.yml; the job is `blackbox-MODULE`. */
  readonly module: string;
  readonly prober: Prober;
  /** `https://198.51.100.100:443/`, `203.0.113.31:3306`, an address for icmp. */
  readonly target: string;
  /** Host header and TLS server name where they differ from the target. */
  readonly hostname?: string;
  /** Host that is probed, where it is one host; otherwise it is a virtual IP or an outside endpoint. */
  readonly host?: string;
  readonly virtualIp?: string;
  /** Value of the label `instance`. */
  readonly instance: string;
}
