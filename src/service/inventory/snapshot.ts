import type { Diagnostic } from "../../diagnostics/problem.ts";
import type { Model } from "../../model/model.ts";
import { addressFrom } from "../../model/reach.ts";
import type { Signals } from "../../signals/signals.ts";
import { type Discovery, discoveryOf } from "../discovery/lists.ts";
import type { BridgeModel } from "../notify/options.ts";

/** What the service keeps of an inventory that was read and judged. Plain data: it crosses from the reading thread. */
export interface Snapshot {
  /** The first of them, errors before warnings, each in file order. */
  readonly problems: readonly Pick<
    Diagnostic,
    "file" | "line" | "column" | "severity" | "code" | "message" | "hint" | "because"
  >[];
  readonly errors: number;
  readonly warnings: number;
  /** Warnings that the inventory accepts with a reason. */
  readonly accepted: number;
  /** Files beside the inventory that belong to it. */
  readonly globs: readonly string[];
  /** Undefined where an error keeps it from being used. */
  readonly facts: Facts | undefined;
}

/** What a valid inventory says. */
export interface Facts {
  readonly platform: string;
  readonly environment: string;
  readonly hosts: number;
  readonly alerts: number;
  /** Sorted by name. */
  readonly services: readonly ServiceFacts[];
  readonly virtualIps: readonly VirtualIpFacts[];
  readonly prometheus: readonly PrometheusFacts[];
  readonly discovery: Discovery;
  readonly bridge: BridgeModel;
}

export interface ServiceFacts {
  readonly name: string;
  readonly kind: string;
  readonly owner: string;
  readonly instances: number;
  /** Scrape targets; 0 where it cannot be scraped. */
  readonly expected: number;
  /** Things that the blackbox exporters ask. */
  readonly probes: number;
}

export interface VirtualIpFacts {
  readonly name: string;
  readonly address: string;
  readonly service: string;
  readonly segment: string;
  /** Hosts that may hold it, the preferred one first. */
  readonly members: readonly string[];
}

/** A Prometheus server of the inventory. */
export interface PrometheusFacts {
  /** `HOST:PORT` with the inventory's name of the host. */
  readonly instance: string;
  /** Where this machine reaches it. */
  readonly address: string;
  readonly port: number;
}

/** An inventory as it was judged. */
export interface Judged {
  readonly diagnostics: readonly Diagnostic[];
  readonly accepted: readonly unknown[];
  readonly result: { readonly model: Model; readonly signals: Signals } | undefined;
}

/** More than anybody reads; the numbers are of all. */
const shownProblems = 200;

/**
 * The snapshot of an inventory. An error anywhere, in an expression too, keeps it from being used. `ownAddresses` are
 * this machine's: they tell which host of the inventory it is.
 */
export function snapshotOf({ diagnostics, accepted, result }: Judged, ownAddresses: ReadonlySet<string>): Snapshot {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const warnings = diagnostics.filter(({ severity }) => severity !== "error");
  const extra = result?.model.extra;
  return {
    problems: [...errors, ...warnings]
      .slice(0, shownProblems)
      .map(({ file, line, column, severity, code, message, hint, because }) => ({
        ...{ file, line, column, severity, code, message },
        ...(hint === undefined ? {} : { hint }),
        ...(because === undefined ? {} : { because }),
      })),
    errors: errors.length,
    warnings: warnings.length,
    accepted: accepted.length,
    globs: extra === undefined ? [] : [...extra.rules, ...extra.dashboards, ...extra.scrapeConfigs],
    facts: result === undefined || errors.length > 0 ? undefined : factsOf(result, ownAddresses),
  };
}

function factsOf(
  { model, signals }: { readonly model: Model; readonly signals: Signals },
  ownAddresses: ReadonlySet<string>,
): Facts {
  const { platform, environment, timezone, alerting } = model;
  return {
    platform,
    environment,
    hosts: model.hosts.size,
    alerts: signals.alerts.length,
    services: servicesOf(model, signals),
    virtualIps: [...model.virtualIps.values()]
      .map(({ name, address, service, segment, priority }) => ({ name, address, service, segment, members: priority }))
      .toSorted(byName),
    prometheus: prometheusOf(model, ownAddresses),
    discovery: discoveryOf(model, signals),
    bridge: { platform, environment, timezone, alerting },
  };
}

function servicesOf(model: Model, signals: Signals): readonly ServiceFacts[] {
  const expected = new Map<string, number>();
  for (const { service, targets } of signals.jobs) expected.set(service, (expected.get(service) ?? 0) + targets.length);
  const probes = new Map<string, number>();
  for (const { service } of signals.probes) probes.set(service, (probes.get(service) ?? 0) + 1);
  return [...model.services.values()]
    .map(({ name, kind, owner, ownedByHosts, instances, external }) => ({
      name,
      kind,
      owner: ownedByHosts ? "" : owner,
      instances: instances.length + external.length,
      expected: expected.get(name) ?? 0,
      probes: probes.get(name) ?? 0,
    }))
    .toSorted(byName);
}

function prometheusOf(model: Model, ownAddresses: ReadonlySet<string>): readonly PrometheusFacts[] {
  const own = [...model.hosts.values()].find(({ legs }) => legs.some(({ address }) => ownAddresses.has(address)));
  return [...model.services.values()]
    .filter(({ kind }) => kind === "prometheus")
    .flatMap((service) => [
      ...service.instances.map(({ host, port = service.port ?? 9090 }) => ({
        ...{ instance: `${host.name}:${port}`, port },
        address: addressFrom(own ?? { legs: [] }, host),
      })),
      ...service.external.map(({ host, port }) => ({ instance: `${host}:${port}`, address: host, port })),
    ])
    .toSorted((a, b) => (a.instance < b.instance ? -1 : 1));
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
