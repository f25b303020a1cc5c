import { expect, test } from "vitest";
import { kinds } from "../../../src/catalog/index.ts";
import type { Model } from "../../../src/model/model.ts";
import { buildInhibitions } from "../../../src/render/alertmanager/inhibitions.ts";
import { matches } from "../../../src/render/alertmanager/matcher.ts";
import type { AlertRule, Signals } from "../../../src/signals/signals.ts";
import { model, signals } from "../platform.ts";

type Labels = Readonly<Record<string, string>>;

/** What is told of a set of firing alerts, as Alertmanager decides it: an alert that matches both sides of a rule does not hide such another. */
function told(firing: readonly Labels[], changed: Model = model, from: Signals = signals): readonly string[] {
  const rules = buildInhibitions(changed, from);
  return firing
    .filter(
      (alert) =>
        !rules.some(
          (rule) =>
            matches(rule.hides, alert) &&
            firing.some(
              (cause) =>
                matches(rule.cause, cause) &&
                rule.equal.every((label) => (cause[label] ?? "") === (alert[label] ?? "")) &&
                !(matches(rule.cause, alert) && matches(rule.hides, cause)),
            ),
        ),
    )
    .map((alert) => `${alert["alertname"]} ${alert["host"] ?? alert["service"]}`);
}

const alert = (alertname: string, severity: string, service: string, host?: string): Labels => ({
  alertname,
  severity,
  service,
  ...(host === undefined ? {} : { host, instance: `${host}:1` }),
});

const onDb1: readonly Labels[] = [
  alert("MysqlDown", "critical", "orders-db", "db1"),
  alert("MysqlSlowQueriesHigh", "warning", "orders-db", "db1"),
  alert("NodeExporterDown", "warning", "node", "db1"),
  alert("NodeLoadHigh", "warning", "node", "db1"),
  alert("ProbeFailed", "critical", "orders-db", "db1"),
];

test("a dead host gives one notification", () => {
  expect(told([alert("HostDown", "critical", "node", "db1"), ...onDb1])).toEqual(["HostDown db1"]);
});

test("a dead host hides neither other hosts nor what is about a whole service", () => {
  const others = [
    alert("MysqlDown", "critical", "orders-db", "db2"),
    alert("HostDown", "critical", "node", "mon1"),
    alert("MysqlNoPrimary", "critical", "orders-db"),
    alert("TargetsMissing", "warning", "orders-db"),
  ];
  expect(told([alert("HostDown", "critical", "node", "db1"), ...onDb1, ...others])).toEqual([
    "HostDown db1",
    "MysqlDown db2",
    "HostDown mon1",
    "MysqlNoPrimary orders-db",
    "TargetsMissing orders-db",
  ]);
});

test("without a dead host nothing critical is hidden", () => {
  expect(told(onDb1)).toEqual(["MysqlDown db1", "NodeExporterDown db1", "ProbeFailed db1"]);
});

test("a dead exporter hides the node's own warnings only", () => {
  expect(
    told([
      alert("NodeExporterDown", "warning", "node", "db1"),
      alert("NodeLoadHigh", "warning", "node", "db1"),
      alert("NodeLoadHigh", "warning", "node", "db2"),
      alert("MysqlSlowQueriesHigh", "warning", "orders-db", "db1"),
      alert("HostDown", "critical", "node", "db2"),
    ]),
  ).toEqual(["NodeExporterDown db1", "MysqlSlowQueriesHigh db1", "HostDown db2"]);
});

test("an exporter that is down does not hide that its instance does not answer, an instance that is down does", () => {
  const probed = (host: string): Labels => ({
    ...alert("ProbeFailed", "warning", "orders-db", host),
    job: "blackbox-tcp_connect",
  });
  const firing = [
    alert("MysqlExporterDown", "warning", "orders-db", "db1"),
    alert("MysqlSlowQueriesHigh", "warning", "orders-db", "db1"),
    probed("db1"),
    alert("MysqlDown", "critical", "orders-db", "db2"),
    probed("db2"),
  ];
  expect(told(firing, model, catalog())).toEqual(["MysqlExporterDown db1", "ProbeFailed db1", "MysqlDown db2"]);
});

test("a host on which nothing answers gives one notification, and is not told beside its death", () => {
  const silent = alert("HostSilent", "critical", "node", "db1");
  expect(told([silent, ...onDb1], model, catalog())).toEqual(["HostSilent db1"]);
  const dead = alert("HostDown", "critical", "node", "db1");
  expect(told([silent, dead, ...onDb1], model, catalog())).toEqual(["HostDown db1"]);
});

test("a critical alert hides its own warning about the same instance", () => {
  const burn = (severity: string, slo: string): Labels => ({ ...alert("SloBurn", severity, "gateway"), slo });
  expect(told([burn("critical", "availability"), burn("warning", "availability"), burn("warning", "latency")])).toEqual(
    ["SloBurn gateway", "SloBurn gateway"],
  );
});

test("what we do not run hides by its endpoint, never the whole service", () => {
  const source = ["services", "rds"];
  const found = model.services.get("orders-db");
  if (found === undefined) throw new Error("no orders-db");
  const external = [{ host: "rds.example", port: 3306, source }];
  const services = new Map([...model.services, ["rds", { ...found, name: "rds", instances: [], external }] as const]);
  const at = (alertname: string, severity: string, instance: string): Labels => ({
    alertname,
    severity,
    service: "rds",
    instance,
  });
  expect(
    told(
      [
        at("MysqlDown", "critical", "a:3306"),
        at("MysqlSlowQueriesHigh", "warning", "a:3306"),
        at("MysqlSlowQueriesHigh", "warning", "b:3306"),
        alert("TargetsMissing", "warning", "rds"),
      ],
      { ...model, services },
    ),
  ).toEqual(["MysqlDown rds", "MysqlSlowQueriesHigh rds", "TargetsMissing rds"]);
});

/** Every alert of the catalog, once, with the severities that are given instead of its own. */
function catalog(severities: Readonly<Record<string, AlertRule["severity"]>> = {}): Signals {
  const alerts = kinds.flatMap((kind) =>
    kind.alerts.map(
      (template): AlertRule => ({
        kind: kind.id,
        template,
        severity: severities[template.name] ?? template.severity,
        parameters: { threshold: 0, forSeconds: 0 },
        services: undefined,
        source: ["services"],
      }),
    ),
  );
  return { ...signals, alerts };
}

test("the worst that is true of a certificate is told, for each endpoint by itself", () => {
  const certificate = (alertname: string, severity: string, instance: string, more: Labels = {}): Labels => ({
    ...alert(alertname, severity, "edge"),
    job: "blackbox-tls_connect",
    instance,
    ...more,
  });
  const firing = [
    certificate("TlsCertExpiringSoon", "warning", "a"),
    certificate("TlsCertExpiry", "critical", "a"),
    certificate("TlsCertExpired", "critical", "a"),
    certificate("TlsCertExpiringSoon", "warning", "b"),
    certificate("TlsCertExpiry", "critical", "b"),
    certificate("TlsCertExpiringSoon", "warning", "c"),
    certificate("TlsCertExpiry", "critical", "a", { service: "other" }),
  ];
  expect(told(firing, model, catalog())).toEqual([
    "TlsCertExpired edge",
    "TlsCertExpiry edge",
    "TlsCertExpiringSoon edge",
    "TlsCertExpiry other",
  ]);
});

test("a full filesystem hides that it is almost full, and says nothing of others", () => {
  const filesystem = (alertname: string, severity: string, mountpoint: string): Labels => ({
    ...alert(alertname, severity, "node", "db1"),
    device: "/dev/sda1",
    mountpoint,
  });
  const firing = [
    filesystem("NodeFilesystemOutOfSpace", "critical", "/"),
    filesystem("NodeFilesystemAlmostOutOfSpace", "warning", "/"),
    filesystem("NodeFilesystemSpaceFillingUp", "warning", "/"),
    filesystem("NodeFilesystemAlmostOutOfSpace", "warning", "/srv"),
  ];
  expect(told(firing, model, catalog())).toEqual([
    "NodeFilesystemOutOfSpace db1",
    "NodeFilesystemAlmostOutOfSpace db1",
  ]);
});

test("an alert that the inventory makes milder than what it outranks hides nothing", () => {
  const firing = [
    alert("TlsCertExpired", "warning", "edge"),
    alert("TlsCertExpiry", "critical", "edge"),
    alert("TlsCertExpiringSoon", "warning", "edge"),
  ];
  expect(told(firing, model, catalog({ TlsCertExpired: "warning" }))).toEqual([
    "TlsCertExpired edge",
    "TlsCertExpiry edge",
  ]);
});
