import type { Model, Service } from "../../../src/model/model.ts";

/** A model with nothing in it. */
export const emptyModel: Model = {
  platform: "test",
  environment: "test",
  timezone: "UTC",
  labels: {},
  versions: {},
  segments: new Map(),
  hosts: new Map(),
  services: new Map(),
  virtualIps: new Map(),
  owners: new Map(),
  scrape: { intervalMs: 15_000, timeoutMs: 10_000, discovery: "file", source: [] },
  alerting: undefined,
  logging: undefined,
  tracing: undefined,
  extra: { rules: [], dashboards: [], scrapeConfigs: [] },
};

/** A service of a kind with these settings, named as the kind, without hosts. */
export function serviceOf(kind: string, settings: unknown): Service {
  return {
    name: kind,
    kind,
    version: undefined,
    owner: "ops",
    labels: {},
    port: undefined,
    instances: [],
    external: [],
    dependsOn: [],
    capacity: undefined,
    slos: [],
    health: undefined,
    metrics: undefined,
    logs: [],
    settings,
    thresholds: {},
    accept: {},
    implicit: false,
    ownedByHosts: false,
    source: ["services", kind],
  };
}
