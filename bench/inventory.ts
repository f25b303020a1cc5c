import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { printYaml } from "../src/artifact/yaml.ts";

/** Hosts that belong to no cell: three watch, three store logs. */
const fixedHosts = 6;
const cellSize = 20;

/**
 * An inventory of a large platform, as a value: cells of 20 hosts on segments of their own (two balancers with a virtual
 * IP, twelve application hosts, three databases, two caches, one Tomcat), and six hosts that watch all. It gives
 * about 10 targets a host and has no problems. The same number of hosts gives the same value.
 */
export function largeInventory(hosts: number): Readonly<Record<string, unknown>> {
  const cells = Array.from({ length: Math.ceil((hosts - fixedHosts) / cellSize) }, (_, index) =>
    cell(index, Math.min(cellSize, hosts - fixedHosts - index * cellSize)),
  );
  return {
    version: 1,
    platform: "large",
    environment: "production",
    timezone: "Asia/Shanghai",
    labels: { region: "cn-hangzhou" },
    segments: merged([{ watch: { cidr: "10.255.0.0/24", interface: "eth0" } }, ...cells.map((each) => each.segments)]),
    default_owner: "platform",
    owners: { platform: {}, ...merged(cells.map((each) => each.owners)) },
    hosts: merged([watchHosts, ...cells.map((each) => each.hosts)]),
    services: merged([watchServices, ...cells.map((each) => each.services), everywhere(cells)]),
    virtual_ips: merged(cells.map((each) => each.virtualIps)),
    scrape: { interval: "15s", timeout: "10s" },
    alerting: {
      service: "paging",
      watchdog: "deadman",
      runbook_base: "https://runbooks.large.example/",
      receivers: {
        oncall: { sms: { webhook: { url: { env: "SMS_GATEWAY_URL" } } } },
        mail: {
          email: { to: ["ops@large.example"], smarthost: "smtp.large.example:587", from: "alerts@large.example" },
        },
        deadman: { webhook: { url: { env: "DEADMAN_URL" } } },
      },
      routes: { default: "mail", by_severity: { critical: ["oncall"], warning: ["mail"], info: ["mail"] } },
    },
  };
}

/** Writes it as YAML into a folder; gives the path. */
export function writeLarge(folder: string, hosts: number): string {
  const file = join(folder, `${hosts}-hosts.yaml`);
  writeFileSync(file, printYaml(largeInventory(hosts)));
  return file;
}

type Section = Readonly<Record<string, unknown>>;

interface Cell {
  readonly segments: Section;
  readonly owners: Section;
  readonly hosts: Section;
  readonly services: Section;
  readonly virtualIps: Section;
  readonly appHosts: readonly string[];
  readonly diskHosts: readonly string[];
}

function cell(index: number, size: number): Cell {
  const id = `c${String(index + 1).padStart(3, "0")}`;
  const net = `10.${Math.floor(index / 250)}.${index % 250}`;
  const owner = `team-${String(Math.floor(index / 2) + 1).padStart(2, "0")}`;
  const named = (role: string, first: number, wanted: number): readonly string[] =>
    Array.from({ length: Math.max(0, Math.min(wanted, size - first)) }, (_, at) => `${id}-${role}${at + 1}`);
  const lb = named("lb", 0, 2);
  const app = named("app", 2, 12);
  const db = named("db", 14, 3);
  const mid = named("mid", 17, 2);
  const web = named("web", 19, 1);
  const all = [...lb, ...app, ...db, ...mid, ...web];
  const apps = app.length < 6 ? [] : Array.from({ length: 10 }, (_, at) => at);
  const services: Record<string, unknown> = {};
  for (const at of apps)
    services[`${id}-shop${at + 1}`] = {
      kind: "nodejs",
      hosts: [0, 1, 2].map((step) => app[(at + step) % app.length]),
      port: 3000 + at,
      owner,
      ...(db.length === 3 && { depends_on: [`${id}-orders`] }),
      slos: [{ name: "availability", objective: "99.9%", sli: "http-availability" }],
    };
  const hasEdge = lb.length === 2 && apps.length > 0;
  if (hasEdge)
    services[`${id}-edge`] = {
      kind: "nginx",
      hosts: lb,
      owner,
      nginx: {
        sites: [
          {
            server_name: `${id}.large.example`,
            listen: 80,
            routes: apps.map((at) => ({ path: at === 0 ? "/" : `/shop${at + 1}`, to: `${id}-shop${at + 1}` })),
          },
        ],
      },
    };
  const [first, ...rest] = db;
  if (first !== undefined && rest.length > 0)
    services[`${id}-orders`] = {
      kind: "mysql",
      hosts: { [first]: { role: "primary" }, ...Object.fromEntries(rest.map((host) => [host, { role: "replica" }])) },
      owner,
      mysql: { exporter: { user: "exporter", password: { file: "secrets/mysql-exporter" } } },
      ...(index % 10 === 0 && { thresholds: { MysqlReplicationLag: { threshold: "10s", for: "2m" } } }),
    };
  const [cache, replica] = mid;
  if (cache !== undefined && replica !== undefined)
    services[`${id}-cache`] = {
      kind: "redis",
      hosts: { [cache]: { role: "primary" }, [replica]: { role: "replica" } },
      owner,
      redis: { password: { file: "secrets/redis" } },
    };
  if (web.length > 0) services[`${id}-portal`] = { kind: "tomcat", hosts: web, port: 8080, owner };
  return {
    segments: { [id]: { cidr: `${net}.0/24`, interface: "eth0" } },
    owners: { [owner]: { critical: ["oncall"] } },
    hosts: Object.fromEntries(
      all.map((host, at) => [
        host,
        { address: `${net}.${at + 11}`, segment: id, labels: { rack: `r${(at % 3) + 1}` }, owner },
      ]),
    ),
    services,
    virtualIps: hasEdge
      ? { [`${id}-web`]: { address: `${net}.200/24`, service: `${id}-edge`, virtual_router_id: 51, priority: lb } }
      : {},
    appHosts: app,
    diskHosts: db,
  };
}

const watchHosts: Section = Object.fromEntries(
  ["mon1", "mon2", "mon3", "log1", "log2", "log3"].map((host, at) => [
    host,
    { address: `10.255.0.${at + 11}`, segment: "watch", labels: { rack: `r${(at % 3) + 1}` } },
  ]),
);

const watchServices: Section = {
  metrics: { kind: "prometheus", hosts: ["mon1", "mon2"], prometheus: { retention: "35d" } },
  paging: { kind: "alertmanager", hosts: ["mon1", "mon2", "mon3"] },
  probes: { kind: "blackbox", hosts: ["mon1", "mon2"] },
  exporter: { kind: "stackwright", hosts: ["mon1", "mon2", "mon3"] },
  logs: { kind: "elasticsearch", hosts: ["log1", "log2", "log3"] },
};

function everywhere(cells: readonly Cell[]): Section {
  const app = cells.flatMap((each) => each.appHosts);
  const disk = cells.flatMap((each) => each.diskHosts);
  return {
    ...(app.length > 0 && { containers: { kind: "docker", hosts: app } }),
    ...(disk.length > 0 && { disks: { kind: "smartctl", hosts: disk } }),
  };
}

function merged(sections: readonly Section[]): Section {
  const all: Record<string, unknown> = {};
  for (const section of sections) Object.assign(all, section);
  return all;
}
