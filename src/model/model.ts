import type { Path } from "../diagnostics/path.ts";
import type { AlertSeverity } from "../signals/alert.ts";
import type { SecretRef } from "../signals/secret.ts";

/** Labels by name. */
export type Labels = Readonly<Record<string, string>>;

/** One inventory, resolved: references are objects, defaults are filled in, nothing is written twice. Frozen. */
export interface Model {
  readonly platform: string;
  readonly environment: string;
  readonly timezone: string;
  readonly labels: Labels;
  /** Tool → version, as the inventory names them. */
  readonly versions: Readonly<Record<string, string>>;
  readonly segments: ReadonlyMap<string, Segment>;
  /** In the inventory's order; renderers sort by name. */
  readonly hosts: ReadonlyMap<string, Host>;
  /** Declared ones and the implicit `node`, `windows`, `keepalived`. */
  readonly services: ReadonlyMap<string, Service>;
  readonly virtualIps: ReadonlyMap<string, VirtualIp>;
  readonly owners: ReadonlyMap<string, Owner>;
  readonly scrape: {
    readonly intervalMs: number;
    readonly timeoutMs: number;
    readonly discovery: "file" | "http";
    readonly source: Path;
  };
  readonly alerting: Alerting | undefined;
  readonly logging: Logging | undefined;
  readonly tracing: Tracing | undefined;
  readonly extra: {
    readonly rules: readonly string[];
    readonly dashboards: readonly string[];
    readonly scrapeConfigs: readonly string[];
  };
}

export interface Segment {
  readonly name: string;
  readonly cidr: string;
  readonly interface: string | undefined;
  readonly reservedVirtualRouterIds: readonly number[];
  readonly source: Path;
}

export interface Host {
  readonly name: string;
  /** In the inventory's order; the first is the one to use where no segment is shared. */
  readonly legs: readonly { readonly segment: string; readonly address: string; readonly source: Path }[];
  readonly os: "debian-12" | "ubuntu-24.04" | "rhel-9" | "windows";
  readonly owner: string;
  readonly labels: Labels;
  readonly managed: boolean;
  readonly source: Path;
}

export interface Service {
  readonly name: string;
  readonly kind: string;
  /** Only where the inventory says so. */
  readonly version: string | undefined;
  readonly owner: string;
  /** True for what runs on every host and names no owner: each instance belongs to its host's owner. */
  readonly ownedByHosts: boolean;
  readonly labels: Labels;
  /** Where it listens: the inventory's, else the kind's default; undefined for kinds that listen nowhere. */
  readonly port: number | undefined;
  readonly instances: readonly Instance[];
  /** `HOST:PORT` of what we do not run. */
  readonly external: readonly { readonly host: string; readonly port: number; readonly source: Path }[];
  readonly dependsOn: readonly string[];
  readonly capacity: { readonly peakRps: number; readonly rpsPerHost: number; readonly headroom: number } | undefined;
  readonly slos: readonly Slo[];
  readonly health: { readonly path: string; readonly port: number | undefined; readonly status: number } | undefined;
  /** Where the inventory says that metrics are, for `nodejs` and `custom`. */
  readonly metrics: { readonly path: string | undefined; readonly port: number | undefined } | undefined;
  readonly logs: readonly { readonly path: string; readonly parser: string; readonly multiline: string | undefined }[];
  /** What is written under the key with the kind's name, already found right by the kind's schema; `{}` where nothing is. */
  readonly settings: unknown;
  readonly thresholds: Thresholds;
  /** Code → reason. */
  readonly accept: Readonly<Record<string, string>>;
  /** Not written in the inventory, but implied by hosts or virtual IPs. */
  readonly implicit: boolean;
  readonly source: Path;
}

/** One service on one host. */
export interface Instance {
  readonly host: Host;
  readonly role: string | undefined;
  readonly backup: boolean;
  readonly spare: boolean;
  /** Its own port where it differs from the service's. */
  readonly port: number | undefined;
  readonly labels: Labels;
  readonly source: Path;
}

export interface Slo {
  readonly name: string;
  /** 0 to 1. */
  readonly objective: number;
  readonly sli: string;
  readonly thresholdMs: number | undefined;
  readonly source: Path;
}

/** Alert name → parameters that differ from its defaults; durations in ms, thresholds in the alert's base unit. */
export type Thresholds = Readonly<Record<string, AlertOverride>>;

export interface AlertOverride {
  readonly threshold: number | undefined;
  readonly forMs: number | undefined;
  readonly severity: AlertSeverity | undefined;
  readonly enabled: boolean;
  readonly source: Path;
}

export interface VirtualIp {
  readonly name: string;
  /** Without the prefix length. */
  readonly address: string;
  readonly prefixLength: number;
  readonly service: string;
  readonly segment: string;
  readonly virtualRouterId: number;
  /** Whether the inventory says the VRID, or it was derived from the name. */
  readonly pinned: boolean;
  /** Hosts that take the address, the preferred one first; no spares. */
  readonly priority: readonly string[];
  /** `priority` as it is written. */
  readonly writtenPriority: readonly string[];
  readonly advertIntervalMs: number;
  readonly preempt: boolean;
  readonly source: Path;
}

export interface Owner {
  readonly name: string;
  /** Severity → receiver names, in order. */
  readonly receivers: Readonly<Partial<Record<AlertSeverity, readonly string[]>>>;
  readonly source: Path;
}

export interface Alerting {
  /** The Alertmanager service. */
  readonly service: string;
  readonly watchdog: string | undefined;
  readonly runbookBase: string | undefined;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly routes: {
    readonly default: string;
    readonly bySeverity: Readonly<Partial<Record<AlertSeverity, readonly string[]>>>;
    readonly source: Path;
  };
  readonly muteTimes: readonly MuteTime[];
  /** Prometheus duration after which a standing alert is told again; the severity's own where undefined. */
  readonly repeat: string | undefined;
  readonly thresholds: Thresholds;
  readonly source: Path;
}

/** A receiver can have several channels; all of them are told. */
export interface Receiver {
  readonly name: string;
  readonly channels: readonly Channel[];
  readonly source: Path;
}

/** An address that may hold a token: written out, or by reference. */
export type Url = string | SecretRef;

export type Channel =
  | {
      readonly type: "email";
      readonly to: readonly string[];
      readonly from: string;
      readonly smarthost: string;
      readonly username: string | undefined;
      readonly password: SecretRef | undefined;
      readonly requireTls: boolean;
      readonly source: Path;
    }
  | { readonly type: "webhook"; readonly url: Url; readonly source: Path }
  | {
      readonly type: "wecom";
      readonly corpId: string;
      readonly agentId: string;
      readonly toParty: string | undefined;
      readonly toUser: string | undefined;
      readonly secret: SecretRef;
      readonly source: Path;
    }
  | {
      readonly type: "wecom-robot" | "dingtalk";
      readonly url: SecretRef;
      readonly secret: SecretRef | undefined;
      readonly source: Path;
    }
  | { readonly type: "sms"; readonly url: Url; readonly source: Path };

export interface MuteTime {
  readonly name: string;
  /** `HH:MM-HH:MM`, in the inventory's time zone. */
  readonly start: string;
  readonly end: string;
  readonly weekdays: readonly string[];
  readonly alerts: readonly string[];
  readonly source: Path;
}

export interface Logging {
  /** An Elasticsearch service, or the exporter service with its embedded store. */
  readonly store: string;
  readonly shipper: "fluentd" | "filebeat" | "logstash";
  readonly retention: { readonly hot: string; readonly delete: string } | undefined;
  readonly source: Path;
}

export interface Tracing {
  readonly collector: string | undefined;
  readonly sampling: {
    readonly ratio: number;
    readonly keepErrors: boolean;
    readonly keepSlowerThanMs: number | undefined;
  };
  readonly exporters: readonly (
    | { readonly service: string }
    | { readonly otlpHttp: { readonly url: Url; readonly headers: SecretRef | undefined } }
  )[];
  readonly source: Path;
}
