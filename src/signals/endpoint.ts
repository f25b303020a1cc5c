import type { Path } from "../diagnostics/path.ts";
import type { MetricFamily } from "./metric.ts";
import type { SecretRef } from "./secret.ts";

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
  /** Its metrics are not known beforehand: any name may come from it, with any labels. `metrics` are those that surely do. */
  readonly anyMetrics?: true;
  /** Collectors that are on; families without a collector always exist. */
  readonly collectors?: readonly string[];
  /** Regular expression of metric names to keep or to drop at the scrape (fully anchored). */
  readonly keep?: string;
  readonly drop?: string;
  /** A token that the scrape needs: its file on the Prometheus hosts, and where it comes from. */
  readonly bearerToken?: { readonly file: string; readonly from: SecretRef; readonly source: Path };
}

export type Prober = "http" | "tcp" | "icmp" | "dns";

/** Something that a blackbox exporter asks from outside. */
export interface Probe {
  /** Module in blackbox.yml; the job is `blackbox-MODULE`. */
  readonly module: string;
  readonly prober: Prober;
  /** An inventory host, reached on the leg that the prober shares with it, or a fixed address or name. */
  readonly at: { readonly host: string } | { readonly address: string };
  /** None for icmp. */
  readonly port?: number;
  /** For http: the scheme, and the path with its `/`. */
  readonly scheme?: "http" | "https";
  readonly path?: string;
  /** Host header and TLS server name where they differ from the target. */
  readonly hostname?: string;
  /** The virtual IP that is asked, by its name. */
  readonly virtualIp?: string;
  /** Value of the label `instance`: unique within the module. */
  readonly instance: string;
  readonly source: Path;
}
