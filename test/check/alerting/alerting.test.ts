import { describe, expect, test } from "vitest";
import { checkAlerting } from "../../../src/check/alerting/index.ts";
import { checkInhibitions } from "../../../src/check/alerting/inhibitions.ts";
import { checkRoutes } from "../../../src/check/alerting/routes.ts";
import type { Alerting, Model } from "../../../src/model/model.ts";
import { buildInhibitions, type Inhibition } from "../../../src/render/alertmanager/inhibitions.ts";
import { occurrences } from "../../../src/render/alertmanager/occurrences.ts";
import { buildRoutes } from "../../../src/render/alertmanager/routes.ts";
import type { Signals } from "../../../src/signals/signals.ts";
import { alert, alerting, channels, host, model, receiver, service, signals } from "../../render/platform.ts";

function found(changed: Model, said: Signals = signals): readonly string[] {
  return checkAlerting(changed, said).map(({ code, path, message }) => `${code} ${path.join(".")}: ${message}`);
}

function withAlerting(change: Partial<Alerting>): Model {
  return { ...model, alerting: { ...alerting, ...change } };
}

test("a platform whose alerts all reach somebody has no problems", () => {
  expect(found(model)).toEqual([]);
});

test("nothing is said where nothing is to be told", () => {
  expect(found({ ...model, alerting: undefined })).toEqual([]);
});

describe("receivers", () => {
  test("a receiver that needs the bridge is unreachable from an Alertmanager host without it", () => {
    const mon1 = host("mon1", { backend: "203.0.113.71" });
    const services = new Map([...model.services, service("exporter", "stackwright", [mon1])]);
    expect(found({ ...model, services })).toEqual([
      'unreachable-receiver alerting.receivers.deadman.webhook: receiver "deadman" is told through the exporter service on port 9740 of the Alertmanager host, which mon2 does not have',
      'unreachable-receiver alerting.receivers.oncall.wecom: receiver "oncall" is told through the exporter service on port 9740 of the Alertmanager host, which mon2 does not have',
    ]);
  });

  test("receivers that Alertmanager reaches itself need no bridge", () => {
    const services = new Map([...model.services].filter(([name]) => name !== "exporter"));
    const receivers = new Map([
      receiver("mail", channels.email),
      receiver("oncall", channels.email),
      receiver("tickets", channels.tickets),
      receiver("deadman", channels.tickets),
    ]);
    const said = { ...signals, jobs: signals.jobs.filter(({ kind }) => kind !== "stackwright") };
    expect(found({ ...withAlerting({ receivers }), services }, said)).toEqual([]);
  });

  test("an exporter service on another port than the config names is not the bridge", () => {
    const [mon1, mon2] = ["mon1", "mon2"].map((name) => host(name, { backend: "203.0.113.7" }));
    if (mon1 === undefined || mon2 === undefined) throw new Error("no hosts");
    const [name, exporter] = service("exporter", "stackwright", [mon1, mon2], { port: 9740 });
    const instances = exporter.instances.map((each) => (each.host.name === "mon2" ? { ...each, port: 9741 } : each));
    const services = new Map([...model.services, [name, { ...exporter, instances }]]);
    const text = "on port 9740 of the Alertmanager host, which mon2 has on port 9741";
    expect(found({ ...model, services }).map((each) => each.endsWith(text))).toEqual([true, true]);
    const problems = checkAlerting({ ...model, services }, signals);
    expect(problems.map(({ hint }) => hint)).toContain("give that on mon2 port 9740");
  });

  test("an alert that is routed to a receiver without channels is unreachable", () => {
    const receivers = new Map([...alerting.receivers, receiver("mail")]);
    expect(found(withAlerting({ receivers }))).toContain(
      'unreachable-receiver alerting.routes.by_severity.warning: MysqlSlowQueriesHigh of severity warning and owner dba goes to receiver "mail", which tells nobody',
    );
  });

  test("an alert that ends where no receiver is reaches nobody", () => {
    const root = buildRoutes(model, alerting, signals);
    const routes = root.routes.map((route) => ({ ...route, receivers: [] }));
    const problems = checkRoutes(alerting, { ...root, routes }, occurrences(model, signals));
    expect(problems.map(({ message }) => message)).toContain(
      "MysqlDown of severity critical and owner dba reaches nobody",
    );
    expect(problems.some(({ message }) => message.startsWith("Watchdog"))).toBe(false);
  });
});

describe("routes", () => {
  test("a severity that no alert has makes a dead route", () => {
    const routes = { ...alerting.routes, bySeverity: { ...alerting.routes.bySeverity, info: ["mail"] } };
    expect(found(withAlerting({ routes }))).toEqual([
      "dead-route alerting.routes.by_severity.info: no alert takes the route alerting.routes.by_severity.info",
    ]);
  });

  test("an owner of nothing makes a dead route", () => {
    const owners: Model["owners"] = new Map([
      ...model.owners,
      ["ghost", { name: "ghost", receivers: { critical: ["mail"] }, source: ["owners", "ghost"] }],
    ]);
    expect(found({ ...model, owners })).toEqual([
      "dead-route owners.ghost.critical: no alert takes the route owners.ghost.critical",
    ]);
  });

  test("a Watchdog receiver without a Watchdog is dead", () => {
    const alerts = signals.alerts.filter(({ template }) => template.name !== "Watchdog");
    expect(found(model, { ...signals, alerts })).toEqual([
      "dead-route alerting.watchdog: no alert takes the route alerting.watchdog",
    ]);
  });
});

describe("inhibitions", () => {
  const root = buildRoutes(model, alerting, signals);
  const all = occurrences(model, signals);
  const said = (...inhibitions: readonly Inhibition[]) =>
    checkInhibitions(alerting, root, inhibitions, all).map(({ message }) => message);
  const rule = (cause: string, hides: string, equal: readonly string[]): Inhibition => ({
    cause: [{ label: "alertname", op: "=", value: cause }],
    hides: [{ label: "alertname", op: "=", value: hides }],
    equal,
    source: [],
  });

  test("a warning that hides a critical alert hides it for as long as nobody cares", () => {
    expect(said(rule("NodeLoadHigh", "MysqlDown", ["host"]))).toEqual([
      "NodeLoadHigh hides the critical alert MysqlDown of the same host, and is only of severity warning",
    ]);
  });

  test("two criticals that hide each other are both untold", () => {
    expect(said(rule("HostDown", "MysqlDown", ["host"]), rule("MysqlDown", "HostDown", ["host"]))).toEqual([
      "HostDown hides the critical alert MysqlDown of the same host, and each of them hides the other",
      "MysqlDown hides the critical alert HostDown of the same host, and each of them hides the other",
    ]);
  });

  test("labels that only one of the two has are never equal", () => {
    expect(said(rule("NodeLoadHigh", "MysqlNoPrimary", ["host"]))).toEqual([]);
    expect(said(rule("NodeLoadHigh", "MysqlNoPrimary", ["service"]))).toEqual([]);
  });

  test("labels that neither has are always equal", () => {
    expect(said(rule("TargetsMissing", "MysqlNoPrimary", ["host"]))).toHaveLength(1);
  });

  test("a muted HostDown hides what its host says while nobody is told", () => {
    const [first] = alerting.muteTimes;
    if (first === undefined) throw new Error("no mute time");
    const muteTimes = [{ ...first, alerts: ["HostDown"] }];
    expect(found(withAlerting({ muteTimes }))).toEqual([
      "hiding-inhibition services.node: HostDown hides the critical alert ProbeFailed of the same host, and is muted from 02:00 to 03:00",
    ]);
  });

  test("a HostDown that was made a warning hides no critical alert", () => {
    const alerts = signals.alerts.map((each) =>
      each.template.name === "HostDown" ? { ...each, severity: "warning" as const } : each,
    );
    expect(found(model, { ...signals, alerts })).toEqual([]);
    expect(buildInhibitions(model, { ...signals, alerts })[0]?.hides.map(({ value }) => value)).toContain(
      "warning|info",
    );
  });

  test("an alert on a part that is down hides nothing", () => {
    const part = alert("docker", "ContainerDown", "critical", { expr: "time() - container_last_seen > 60" });
    const causes = buildInhibitions(model, { ...signals, alerts: [...signals.alerts, part] }).flatMap(({ cause }) =>
      cause.map(({ value }) => value),
    );
    expect(causes).toContain("MysqlDown");
    expect(causes.join(" ")).not.toContain("ContainerDown");
  });
});
