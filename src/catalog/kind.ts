import type { z } from "zod";
import type { Path } from "../diagnostics/path.ts";
import type { Problem } from "../diagnostics/problem.ts";
import type { Model, Service } from "../model/model.ts";
import type { AlertTemplate, RecordingRule } from "../signals/alert.ts";
import type { Endpoint, Probe, Prober } from "../signals/endpoint.ts";
import type { HostFile, LogSource, Package, Unit } from "../signals/host.ts";
import type { MetricFamily } from "../signals/metric.ts";
import type { Row } from "../signals/panel.ts";
import type { Cluster } from "../signals/signals.ts";
import { checkPlaced, moved, placed } from "./metrics-place.ts";

/**
 * A component kind: what Stackwright knows about one sort of software. Pure data and pure functions of one service;
 * a kind never looks at another kind.
 */
export interface Kind {
  /** Folder name, `kind:` in the inventory, the label `kind` and the label `job`. */
  readonly id: string;
  readonly title: string;
  /** Names under the inventory's `versions` that are its own, beside its id: those of its exporters. */
  readonly tools?: readonly string[];
  /** Schema of what stands under the key with the kind's name. */
  readonly settings: z.ZodType;
  /** Roles that an instance may have; none unless listed. */
  readonly roles?: readonly string[];
  /** How the instances of a service hold together. */
  readonly cluster?: (service: Service) => Cluster | undefined;
  /** Where the service itself listens, unless the inventory says otherwise; undefined where it listens nowhere. */
  readonly port?: number;
  /** Other ports that it takes on its hosts. Exporters' ports are taken from the endpoints. */
  readonly ports?: (service: Service) => readonly TakenPort[];
  /** What is scraped; empty where nothing can be, then `unscraped` says why and the service port is probed by TCP. */
  readonly endpoints: (service: Service, model: Model) => readonly Endpoint[];
  readonly unscraped?: string;
  /** How its own port is asked from outside: `http` asks `health`, `tcp` connects, undefined not at all. */
  readonly probe?: { readonly prober: Prober; readonly path?: string; readonly status?: number } | undefined;
  /** Probes that follow from its settings, beside that of its own port. */
  readonly probes?: (service: Service, model: Model) => readonly Probe[];
  /** Names in its settings of services, virtual IPs and hosts. */
  readonly references?: (service: Service) => readonly Reference[];
  /** Families that probes give, by prober; only the kind `blackbox` has them. */
  readonly probeMetrics?: Readonly<Record<Prober, readonly MetricFamily[]>>;
  readonly records?: readonly RecordingRule[];
  /** What the inventory expects of one service, recorded as constants, so that expressions are the same for all. */
  readonly expects?: (service: Service) => readonly RecordingRule[];
  readonly alerts: readonly AlertTemplate[];
  /** Rows of its dashboard; `services` are all services of the kind, so that rows that could never show data are left out. */
  readonly dashboard: (services: readonly Service[]) => readonly Row[];
  readonly logs?: (service: Service) => readonly LogSource[];
  readonly units?: (service: Service, model: Model) => readonly Unit[];
  readonly packages?: (service: Service) => readonly Package[];
  /** Config files of the service itself that Stackwright owns. */
  readonly hostFiles?: (service: Service, model: Model) => readonly HostFile[];
  /** What only the kind can say about its settings; paths begin with `service.source`. */
  readonly check?: (service: Service, model: Model) => readonly Problem[];
}

/** A port on each host of a service: what for, and where the inventory says so. */
export interface TakenPort {
  readonly port: number;
  readonly purpose: string;
  readonly path?: Path;
}

/** A name in a kind's settings, and where it stands. */
export interface Reference {
  readonly to: "service" | "virtual-ip" | "host";
  readonly name: string;
  readonly path: Path;
}

type Typed<Settings> = Omit<
  Kind,
  | "settings"
  | "cluster"
  | "ports"
  | "probes"
  | "references"
  | "expects"
  | "endpoints"
  | "logs"
  | "units"
  | "packages"
  | "hostFiles"
  | "check"
  | "dashboard"
> & {
  readonly settings: z.ZodType<Settings>;
  readonly cluster?: Cluster | ((settings: Settings) => Cluster | undefined);
  readonly ports?: (service: Service, settings: Settings) => readonly TakenPort[];
  readonly endpoints: (service: Service, settings: Settings, model: Model) => readonly Endpoint[];
  readonly probes?: (service: Service, settings: Settings, model: Model) => readonly Probe[];
  readonly references?: (service: Service, settings: Settings) => readonly Reference[];
  readonly expects?: (service: Service, settings: Settings) => readonly RecordingRule[];
  readonly dashboard: (services: readonly Service[], settings: readonly Settings[]) => readonly Row[];
  readonly logs?: (service: Service, settings: Settings) => readonly LogSource[];
  readonly units?: (service: Service, settings: Settings, model: Model) => readonly Unit[];
  readonly packages?: (service: Service, settings: Settings) => readonly Package[];
  readonly hostFiles?: (service: Service, settings: Settings, model: Model) => readonly HostFile[];
  readonly check?: (service: Service, settings: Settings, model: Model) => readonly Problem[];
};

/** Makes a kind whose functions get their settings typed. A service's settings were checked when the inventory was read. */
export function defineKind<Settings>(kind: Typed<Settings>): Kind {
  const parsed = new WeakMap<object, Settings>();
  /** Of services that say nothing of their own; most do not. */
  let usual: Settings | undefined;
  const of = (service: Service): Settings => {
    const known = parsed.get(service);
    if (known !== undefined) return known;
    const isUsual = isEmpty(service.settings);
    const before = isUsual ? usual : undefined;
    const settings = before ?? kind.settings.parse(service.settings, { jitless: true });
    if (isUsual) usual = settings;
    parsed.set(service, settings);
    return settings;
  };
  const { cluster, ports, probes, references, expects, logs, units, packages, hostFiles, check } = kind;
  return {
    ...kind,
    cluster: (service) => (typeof cluster === "function" ? cluster(of(service)) : cluster),
    ports: (service) => ports?.(service, of(service)) ?? [],
    endpoints: (service, model) => placed(kind, service, kind.endpoints(service, of(service), model)),
    probes: (service, model) => probes?.(service, of(service), model) ?? [],
    references: (service) => references?.(service, of(service)) ?? [],
    expects: (service) => expects?.(service, of(service)) ?? [],
    dashboard: (services) => kind.dashboard(services, services.map(of)),
    logs: (service) => logs?.(service, of(service)) ?? [],
    units: (service, model) => {
      const own = units?.(service, of(service), model) ?? [];
      if (service.metrics?.port === undefined) return own;
      return moved(kind, service, kind.endpoints(service, of(service), model), own);
    },
    packages: (service) => packages?.(service, of(service)) ?? [],
    hostFiles: (service, model) => hostFiles?.(service, of(service), model) ?? [],
    check: (service, model) => [
      ...(service.metrics === undefined ? [] : checkPlaced(kind, service, kind.endpoints(service, of(service), model))),
      ...(check?.(service, of(service), model) ?? []),
    ],
  };
}

function isEmpty(settings: unknown): boolean {
  return typeof settings === "object" && settings !== null && Object.keys(settings).length === 0;
}
