import { expect, test } from "vitest";
import type { Model } from "../../../src/model/model.ts";
import { buildInhibitions } from "../../../src/render/alertmanager/inhibitions.ts";
import { matches } from "../../../src/render/alertmanager/matcher.ts";
import { model, signals } from "../platform.ts";

type Labels = Readonly<Record<string, string>>;

/** What is told of a set of firing alerts, as Alertmanager decides it: an alert that matches both sides of a rule does not hide such another. */
function told(firing: readonly Labels[], changed: Model = model): readonly string[] {
  const rules = buildInhibitions(changed, signals);
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
