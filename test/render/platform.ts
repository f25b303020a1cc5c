import type { Alerting, Channel, Host, Instance, Model, Receiver, Service } from "../../src/model/model.ts";
import type { AlertSeverity, AlertTemplate } from "../../src/signals/alert.ts";
import { gauge } from "../../src/signals/metric.ts";
import type { AlertRule, KindDashboard, ScrapeJob, Signals } from "../../src/signals/signals.ts";

/** A small platform: a balancer with two legs, two databases, two hosts that watch, one for traces and logs. */
const hosts = [
  host("lb1", { frontend: "198.51.100.11", backend: "203.0.113.11" }, "web"),
  host("db1", { backend: "203.0.113.31" }),
  host("db2", { backend: "203.0.113.32" }),
  host("mon1", { backend: "203.0.113.71" }),
  host("mon2", { backend: "203.0.113.72" }),
];

export function host(name: string, legs: Readonly<Record<string, string>>, owner = "platform"): Host {
  return {
    name,
    legs: Object.entries(legs).map(([segment, address]) => ({
      segment,
      address,
      source: ["hosts", name, "addresses", segment],
    })),
    os: "debian-12",
    owner,
    labels: {},
    managed: true,
    source: ["hosts", name],
  };
}

export function service(
  name: string,
  kind: string,
  on: readonly Host[],
  more: Partial<Service> = {},
): readonly [string, Service] {
  const source = ["services", name];
  const instances = on.map(
    (each): Instance => ({
      host: each,
      role: undefined,
      backup: false,
      spare: false,
      port: undefined,
      labels: {},
      source: [...source, "hosts", each.name],
    }),
  );
  return [
    name,
    {
      name,
      kind,
      version: undefined,
      owner: "platform",
      labels: {},
      port: undefined,
      instances,
      external: [],
      dependsOn: [],
      capacity: undefined,
      slos: [],
      health: undefined,
      metrics: undefined,
      logs: [],
      settings: {},
      thresholds: {},
      accept: {},
      implicit: false,
      ownedByHosts: false,
      source,
      ...more,
    },
  ];
}

export function receiver(name: string, ...channels: readonly Channel[]): readonly [string, Receiver] {
  return [name, { name, channels, source: ["alerting", "receivers", name] }];
}

export const channels = {
  email: {
    type: "email",
    to: ["ops@meishi.example", "night@meishi.example"],
    from: "alerts@meishi.example",
    smarthost: "smtp.meishi.example:587",
    username: "alerts",
    password: { from: "file", path: "secrets/smtp" },
    requireTls: true,
    source: ["alerting", "receivers", "mail", "email"],
  },
  wecom: {
    type: "wecom",
    corpId: "ww0000000000000000",
    agentId: "1000002",
    toParty: "2",
    toUser: undefined,
    secret: { from: "file", path: "secrets/wecom" },
    source: ["alerting", "receivers", "oncall", "wecom"],
  },
  sms: {
    type: "sms",
    url: { from: "env", name: "SMS_GATEWAY_URL" },
    source: ["alerting", "receivers", "oncall", "sms"],
  },
  tickets: {
    type: "webhook",
    url: "https://tickets.meishi.example/hooks/alertmanager",
    source: ["alerting", "receivers", "tickets", "webhook"],
  },
  deadman: {
    type: "webhook",
    url: { from: "env", name: "DEADMAN_URL" },
    source: ["alerting", "receivers", "deadman", "webhook"],
  },
} as const satisfies Readonly<Record<string, Channel>>;

export const alerting: Alerting = {
  service: "paging",
  watchdog: "deadman",
  runbookBase: "https://runbooks.meishi.example/",
  receivers: new Map([
    receiver("oncall", channels.wecom, channels.sms),
    receiver("mail", channels.email),
    receiver("tickets", channels.tickets),
    receiver("deadman", channels.deadman),
  ]),
  routes: {
    default: "mail",
    bySeverity: { critical: ["oncall", "tickets"], warning: ["mail"] },
    source: ["alerting", "routes"],
  },
  repeat: undefined,
  muteTimes: [
    {
      name: "nightly-backup",
      start: "02:00",
      end: "03:00",
      weekdays: [],
      alerts: ["MysqlSlowQueriesHigh", "MysqlBackupOld"],
      source: ["alerting", "mute_times", "nightly-backup"],
    },
  ],
  thresholds: {},
  source: ["alerting"],
};

const [, db1, db2, mon1, mon2] = hosts;

function some(...list: readonly (Host | undefined)[]): readonly Host[] {
  return list.filter((each) => each !== undefined);
}

export const model: Model = {
  platform: "meishi",
  environment: "production",
  timezone: "Asia/Shanghai",
  labels: {},
  versions: { alertmanager: "0.25" },
  segments: new Map(),
  hosts: new Map(hosts.map((each) => [each.name, each])),
  services: new Map([
    service("orders-db", "mysql", some(db1, db2), { owner: "dba", port: 3306 }),
    service("metrics", "prometheus", some(mon1, mon2), { port: 9090 }),
    service("paging", "alertmanager", some(mon1, mon2), { port: 9093 }),
    service("boards", "grafana", some(mon1), { port: 3000 }),
    service("exporter", "stackwright", some(mon1, mon2), { port: 9740 }),
    service("probes", "blackbox", some(mon1), { port: 9115 }),
    service("node", "node", hosts, { implicit: true, ownedByHosts: true }),
  ]),
  virtualIps: new Map(),
  owners: new Map([
    ["platform", { name: "platform", receivers: {}, source: ["owners", "platform"] }],
    ["dba", { name: "dba", receivers: { critical: ["oncall"], info: ["tickets"] }, source: ["owners", "dba"] }],
    ["web", { name: "web", receivers: { critical: ["tickets", "mail"] }, source: ["owners", "web"] }],
  ]),
  scrape: { intervalMs: 15_000, timeoutMs: 10_000, discovery: "file", source: ["scrape"] },
  alerting,
  logging: undefined,
  tracing: undefined,
  extra: { rules: [], dashboards: [], scrapeConfigs: [] },
};

export function alert(
  kind: string,
  name: string,
  severity: AlertSeverity,
  more: Partial<AlertTemplate> = {},
): AlertRule {
  const template: AlertTemplate = {
    name,
    expr: `${kind}_up == 0`,
    for: "1m",
    severity,
    about: "instance",
    summary: `${name} on {{ $labels.instance }}`,
    description: `${name} is true.`,
    test: { fires: {}, quiet: {} },
    ...more,
  };
  return {
    kind,
    template,
    severity,
    parameters: { threshold: 0, forSeconds: 60 },
    services: undefined,
    source: ["services", kind],
  };
}

function job(name: string, port: number, metrics: ScrapeJob["endpoint"]["metrics"] = []): ScrapeJob {
  const found = model.services.get(name);
  if (found === undefined) throw new Error(name);
  return {
    service: name,
    kind: found.kind,
    endpoint: {
      name: found.kind,
      exporter: { name: `${found.kind}_exporter`, version: "1.0.0", source: "made up" },
      port,
      metrics,
    },
    version: "1.0.0",
    targets: found.instances.map((instance) => ({
      host: instance.host.name,
      externalHost: undefined,
      port,
      labels: {
        service: name,
        kind: found.kind,
        host: instance.host.name,
        owner: found.ownedByHosts ? instance.host.owner : found.owner,
        platform: model.platform,
        environment: model.environment,
        instance: `${instance.host.name}:${port}`,
      },
      source: instance.source,
    })),
    source: found.source,
  };
}

function dashboard(kind: string, title: string, services: readonly string[]): KindDashboard {
  return {
    kind,
    title,
    services,
    rows: [
      {
        title: "State",
        panels: [
          {
            title: "Up",
            description: "Whether the exporter reaches it. Normal is up; look at its log next.",
            type: "stat",
            unit: "none",
            queries: [{ expr: `${kind}_up`, legend: "{{instance}}" }],
            mappings: { "0": "down", "1": "up" },
            levels: { warning: 1, critical: 0, lowIsBad: true },
          },
          {
            title: "Targets up",
            description: "Targets that answer, of those that the inventory expects.",
            type: "stat",
            unit: "short",
            queries: [
              { expr: "sum by (service) (up)", legend: "up" },
              { expr: "service:expected_targets:count", legend: "expected", narrow: "service" },
            ],
          },
        ],
      },
      {
        title: "Traffic",
        panels: [
          {
            title: "Connections",
            description: "Connections a second. Steady is normal; see the slow queries next.",
            type: "timeseries",
            unit: "ops",
            queries: [
              { expr: `sum by (service) (rate(${kind}_connections_total[$__rate_interval]))`, legend: "{{service}}" },
            ],
            stacked: true,
            min: 0,
          },
        ],
      },
    ],
    source: ["services", services[0] ?? ""],
  };
}

export const signals: Signals = {
  jobs: [
    job("orders-db", 9104, [gauge("mysql_up")]),
    job("metrics", 9090),
    job("paging", 9093),
    job("exporter", 9740),
    job("node", 9100, [gauge("node_load1")]),
  ],
  probes: [],
  records: [],
  alerts: [
    alert("blackbox", "ProbeFailed", "critical"),
    alert("mysql", "MysqlBackupOld", "info"),
    alert("mysql", "MysqlDown", "critical"),
    alert("mysql", "MysqlNoPrimary", "critical", { about: "service" }),
    alert("mysql", "MysqlSlowQueriesHigh", "warning"),
    alert("node", "HostDown", "critical"),
    alert("node", "NodeExporterDown", "warning", { expr: 'up{job="node"} == 0' }),
    alert("node", "NodeLoadHigh", "warning"),
    alert("prometheus", "TargetsMissing", "warning", { about: "service" }),
    alert("prometheus", "Watchdog", "none", { always: true }),
  ],
  dashboards: [dashboard("mysql", "MySQL", ["orders-db"]), dashboard("node", "Linux hosts", ["node"])],
  clusters: new Map(),
  logs: [],
  units: [],
  packages: [],
  hostFiles: [],
};
