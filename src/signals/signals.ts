import type { Path } from "../diagnostics/path.ts";
import type { AlertParameters, AlertSeverity, AlertTemplate, RecordingRule } from "./alert.ts";
import type { Endpoint, Probe } from "./endpoint.ts";
import type { HostFile, LogSource, Package, Unit } from "./host.ts";
import type { MetricFamily } from "./metric.ts";
import type { Row } from "./panel.ts";

/** Everything that the kinds say about a model, free of any target's syntax. Sorted: the inventory's order leaves no trace. */
export interface Signals {
  readonly jobs: readonly ScrapeJob[];
  readonly probes: readonly ServiceProbe[];
  readonly records: readonly (RecordingRule & { readonly kind: string })[];
  readonly alerts: readonly AlertRule[];
  readonly dashboards: readonly KindDashboard[];
  /** How the instances of a service hold together, by service. */
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly logs: readonly ServiceFact<LogSource>[];
  readonly units: readonly ServiceFact<Unit>[];
  readonly packages: readonly ServiceFact<Package>[];
  readonly hostFiles: readonly ServiceFact<HostFile>[];
}

/** `quorum`: a majority of the instances has to live. `primary`: exactly one instance has this role. */
export type Cluster = { readonly type: "quorum" } | { readonly type: "primary"; readonly role: string };

/** Something that holds on every managed host of a service. */
export interface ServiceFact<Fact> {
  readonly service: string;
  readonly kind: string;
  readonly hosts: readonly string[];
  readonly fact: Fact;
  readonly source: Path;
}

/** One endpoint of one service with all its targets. */
export interface ScrapeJob {
  readonly service: string;
  readonly kind: string;
  readonly endpoint: Endpoint;
  /** Exporter version in force. */
  readonly version: string;
  readonly targets: readonly ScrapeTarget[];
  readonly source: Path;
}

export interface ScrapeTarget {
  /** Inventory host, or undefined for what we do not run. */
  readonly host: string | undefined;
  /** Where to reach it if `host` is undefined. */
  readonly externalHost: string | undefined;
  readonly port: number;
  /** `instance`, `service`, `kind`, `host`, `owner`, `platform`, `environment` and the inventory's own labels. */
  readonly labels: Readonly<Record<string, string>>;
  readonly source: Path;
}

export interface ServiceProbe {
  readonly probe: Probe;
  readonly service: string;
  /** All target labels but `prober`. */
  readonly labels: Readonly<Record<string, string>>;
  /** What the prober can say about it. */
  readonly metrics: readonly MetricFamily[];
  readonly source: Path;
}

/** An alert with the parameters in force for some services of its kind. */
export interface AlertRule {
  readonly kind: string;
  readonly template: AlertTemplate;
  readonly severity: AlertSeverity;
  readonly parameters: AlertParameters;
  /** Which services the rule is for, when others have other parameters: only these, or all but these. */
  readonly services: { readonly only: readonly string[] } | { readonly except: readonly string[] } | undefined;
  /** The thresholds that were set for it, else the kind's services. */
  readonly source: Path;
}

export interface KindDashboard {
  readonly kind: string;
  readonly title: string;
  readonly services: readonly string[];
  readonly rows: readonly Row[];
  readonly source: Path;
}
