import type { Path } from "../../diagnostics/path.ts";
import type { Problem } from "../../diagnostics/problem.ts";
import type { Inventory } from "../../inventory/schema/index.ts";
import { type KindFacts, Resolution, type Written } from "../context.ts";
import type { Logging, Model, Service, Tracing } from "../model.ts";
import { parseDuration } from "../units.ts";
import { resolveAlerting, resolveOwners } from "./alerting.ts";
import { resolveHosts, resolveSegments } from "./hosts.ts";
import { resolveServices } from "./services.ts";
import { resolveVirtualIps } from "./virtual-ips.ts";

/**
 * Resolves every reference of an inventory. The model is whole only where no error is among the problems.
 */
export function resolveModel(
  inventory: Inventory,
  kinds: readonly KindFacts[],
  written: Written,
): { readonly model: Model; readonly problems: readonly Problem[] } {
  const resolution = new Resolution(kinds, written);
  const segments = resolveSegments(inventory, resolution);
  const hosts = resolveHosts(inventory, segments, resolution);
  const services = resolveServices(inventory, hosts, resolution);
  const virtualIps = resolveVirtualIps(inventory, { segments, hosts, services, resolution });
  checkDependencies(services, resolution);
  const model: Model = {
    platform: inventory.platform,
    environment: inventory.environment,
    timezone: inventory.timezone,
    labels: inventory.labels,
    versions: inventory.versions,
    segments,
    hosts,
    services,
    virtualIps,
    owners: resolveOwners(inventory),
    scrape: resolveScrape(inventory, resolution),
    alerting: resolveAlerting(inventory, services, resolution),
    logging: resolveLogging(inventory, services, resolution),
    tracing: resolveTracing(inventory, services, resolution),
    extra: {
      rules: inventory.extra.rules,
      dashboards: inventory.extra.dashboards,
      scrapeConfigs: inventory.extra.scrape_configs,
    },
  };
  return { model: freeze(model), problems: resolution.problems };
}

/** Prometheus refuses a timeout beyond the interval; where none is written it is the default or the interval. */
function resolveScrape({ scrape }: Inventory, resolution: Resolution): Model["scrape"] {
  const intervalMs = parseDuration(scrape.interval);
  const timeoutMs = scrape.timeout === undefined ? Math.min(10_000, intervalMs) : parseDuration(scrape.timeout);
  for (const [key, ms] of Object.entries({ interval: intervalMs, timeout: timeoutMs }))
    if (ms === 0 && (key === "interval" || scrape.timeout !== undefined))
      resolution.report("invalid-value", ["scrape", key], `${key} of scrape is 0, which is no time at all`, {
        hint: key === "interval" ? "write interval: 15s" : "write timeout: 10s, or remove it",
      });
  if (timeoutMs > intervalMs && intervalMs > 0)
    resolution.report(
      "invalid-value",
      ["scrape", "timeout"],
      `timeout is ${scrape.timeout}, which is longer than the interval of ${scrape.interval}`,
      { hint: `write ${scrape.interval} or less, or remove timeout` },
    );
  return { intervalMs, timeoutMs, discovery: scrape.discovery, source: ["scrape"] };
}

function checkDependencies(services: ReadonlyMap<string, Service>, resolution: Resolution): void {
  for (const service of services.values())
    for (const [index, name] of service.dependsOn.entries())
      resolution.lookup(name, services, {
        section: "services",
        path: [...service.source, "depends_on", index],
        subject: `service "${service.name}" depends on`,
      });
}

function resolveLogging(
  inventory: Inventory,
  services: ReadonlyMap<string, Service>,
  resolution: Resolution,
): Logging | undefined {
  const entry = inventory.logging;
  if (entry === undefined) return undefined;
  const path = ["logging", "store"];
  const store = resolution.lookup(entry.store, services, {
    section: "services",
    path,
    subject: "logs are stored in service",
  });
  checkKind(store, ["elasticsearch", "stackwright"], path, resolution);
  return { store: entry.store, shipper: entry.shipper, retention: entry.retention, source: ["logging"] };
}

function checkKind(service: Service | undefined, kinds: readonly string[], path: Path, resolution: Resolution): void {
  if (service !== undefined && !kinds.includes(service.kind))
    resolution.report("invalid-value", path, `${path.at(-1)} is "${service.name}", which is of kind ${service.kind}`, {
      hint: `name a service of kind ${kinds.join(" or ")}`,
    });
}

function resolveTracing(
  inventory: Inventory,
  services: ReadonlyMap<string, Service>,
  resolution: Resolution,
): Tracing | undefined {
  const entry = inventory.tracing;
  if (entry === undefined) return undefined;
  if (entry.collector !== undefined) {
    const path = ["tracing", "collector"];
    const subject = "spans go to service";
    const collector = resolution.lookup(entry.collector, services, { section: "services", path, subject });
    checkKind(collector, ["otel-collector"], path, resolution);
  }
  for (const [index, exporter] of entry.exporters.entries())
    if ("service" in exporter) {
      const path = ["tracing", "exporters", index, "service"];
      const subject = "spans are exported to service";
      const target = resolution.lookup(exporter.service, services, { section: "services", path, subject });
      checkKind(target, ["jaeger", "stackwright", "otel-collector", "custom"], path, resolution);
    }
  const { ratio, keep_errors: keepErrors, keep_slower_than: slow } = entry.sampling;
  return {
    collector: entry.collector,
    sampling: { ratio, keepErrors, keepSlowerThanMs: slow === undefined ? undefined : parseDuration(slow) },
    exporters: entry.exporters.map((exporter) =>
      "service" in exporter
        ? exporter
        : { otlpHttp: { url: exporter.otlp_http.url, headers: exporter.otlp_http.headers } },
    ),
    source: ["tracing"],
  };
}

/** Freezes all plain objects and lists below, so that a later stage cannot change what an earlier one said. */
function freeze<T>(value: T): T {
  if (value instanceof Map) {
    for (const item of value.values()) freeze(item);
  } else if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const item of Object.values(value)) if (typeof item === "object") freeze(item);
  }
  return value;
}
