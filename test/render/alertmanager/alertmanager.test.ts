import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Model } from "../../../src/model/model.ts";
import { alertmanagerSecrets, renderAlertmanager } from "../../../src/render/alertmanager/index.ts";
import { buildRoutes } from "../../../src/render/alertmanager/routes.ts";
import { receiversOf, walk } from "../../../src/render/alertmanager/walk.ts";
import { alerting, channels, host, model, receiver, service, signals } from "../platform.ts";

const config = z.object({
  receivers: z.array(
    z.object({
      name: z.string(),
      email_configs: z.array(z.record(z.string(), z.unknown())).default([]),
      webhook_configs: z
        .array(z.object({ url: z.string(), send_resolved: z.boolean(), max_alerts: z.number().optional() }))
        .default([]),
    }),
  ),
  time_intervals: z.array(z.object({ name: z.string(), time_intervals: z.array(z.unknown()) })).default([]),
});

function configOf(changed: Model): z.infer<typeof config> {
  return config.parse(load(contentOf(changed, "deploy/services/paging/etc/prometheus/alertmanager.yml")));
}

function contentOf(changed: Model, path: string): string {
  const found = renderAlertmanager(changed, signals).find((artifact) => artifact.path === path);
  if (found === undefined) throw new Error(`no ${path}`);
  return found.content;
}

const root = buildRoutes(model, alerting, signals);
const told = (labels: Record<string, string>) => receiversOf(root, labels);

/** Host and path of what one user reads. */
function secretsFor(owner: string, of: Model = model): readonly string[] {
  return alertmanagerSecrets(of)
    .filter((secret) => secret.owner === owner)
    .map(({ host: on, path }) => `${on} ${path}`);
}

describe("routes", () => {
  test("an owner's receivers win over the severity's, and the default takes what neither names", () => {
    expect(told({ alertname: "MysqlDown", severity: "critical", owner: "dba" })).toEqual(["oncall"]);
    expect(told({ alertname: "HostDown", severity: "critical", owner: "platform" })).toEqual(["oncall", "tickets"]);
    expect(told({ alertname: "NodeLoadHigh", severity: "warning", owner: "dba" })).toEqual(["mail"]);
    expect(told({ alertname: "X", severity: "info", owner: "nobody-knows" })).toEqual(["mail"]);
    expect(told({})).toEqual(["mail"]);
  });

  test("a severity that the owner does not name goes by the severity and not to the owner's others", () => {
    expect(told({ alertname: "NodeLoadHigh", severity: "warning", owner: "web" })).toEqual(["mail"]);
  });

  test("the Watchdog goes to its receiver alone, whatever its owner and severity", () => {
    expect(told({ alertname: "Watchdog", severity: "none" })).toEqual(["deadman"]);
    expect(told({ alertname: "Watchdog", severity: "critical", owner: "dba" })).toEqual(["deadman"]);
  });

  test("without a receiver for the Watchdog nobody is mailed about it all day", () => {
    const silent = { ...alerting, watchdog: undefined };
    expect(receiversOf(buildRoutes(model, silent, signals), { alertname: "Watchdog" })).toEqual([]);
    expect(configOf({ ...model, alerting: silent }).receivers.map(({ name }) => name)).toContain("+nobody");
  });

  test("a muted alert keeps the receivers of its owner and severity", () => {
    const labels = { alertname: "MysqlBackupOld", severity: "info", owner: "dba" };
    expect(told(labels)).toEqual(["tickets"]);
    expect(walk(root, labels).at(-1)?.muted).toEqual(["nightly-backup"]);
    const neighbour = { ...labels, alertname: "Other" };
    expect(walk(root, neighbour).at(-1)?.muted).toEqual([]);
  });

  test("an alert is muted at the default route too", () => {
    const plain = { ...alerting, routes: { ...alerting.routes, bySeverity: {} } };
    const labels = { alertname: "MysqlSlowQueriesHigh", severity: "warning", owner: "dba" };
    const path = walk(buildRoutes(model, plain, signals), labels);
    expect(path.at(-1)?.muted).toEqual(["nightly-backup"]);
    expect(path).toHaveLength(2);
  });

  test("the order of owners in the inventory leaves no trace", () => {
    const turned: Model = { ...model, owners: new Map([...model.owners].toReversed()) };
    expect(renderAlertmanager(turned, signals)).toEqual(renderAlertmanager(model, signals));
  });
});

describe("receivers", () => {
  test("a combined receiver tells each channel once, and the bridge once for each inventory receiver", () => {
    const both = configOf(model).receivers.find(({ name }) => name === "oncall+tickets");
    expect(both?.webhook_configs).toEqual([
      { url: "http://127.0.0.1:9740/notify/oncall", send_resolved: true, max_alerts: 1000 },
      { url: "https://tickets.meishi.example/hooks/alertmanager", send_resolved: true },
    ]);
  });

  test("a mail password is read from a file and never stands in the config", () => {
    const mail = configOf(model).receivers.find(({ name }) => name === "mail");
    expect(mail?.email_configs).toEqual([
      {
        to: "ops@meishi.example, night@meishi.example",
        from: "alerts@meishi.example",
        smarthost: "smtp.meishi.example:587",
        auth_username: "alerts",
        auth_password_file: "/etc/stackwright/secrets/alerting.receivers.mail.email.password",
        require_tls: true,
        send_resolved: true,
      },
    ]);
    expect(secretsFor("prometheus:prometheus")).toEqual([
      "mon1 /etc/stackwright/secrets/alerting.receivers.mail.email.password",
      "mon2 /etc/stackwright/secrets/alerting.receivers.mail.email.password",
    ]);
  });

  test("secrets of the bridge are on the hosts that have both an Alertmanager and the exporter service, for that service", () => {
    const bridge = ["wecom.secret", "sms.webhook.url"].map((key) => `alerting.receivers.oncall.${key}`);
    const files = [...bridge, "alerting.receivers.deadman.webhook.url"].map((id) => `/etc/stackwright/secrets/${id}`);
    expect(secretsFor("stackwright:stackwright")).toEqual([
      ...files.map((file) => `mon1 ${file}`),
      ...files.map((file) => `mon2 ${file}`),
    ]);
    const [mon1] = model.services.get("exporter")?.instances ?? [];
    const services = new Map(
      [...model.services].map(([name, each]) => [
        name,
        name === "exporter" && mon1 !== undefined ? { ...each, instances: [mon1] } : each,
      ]),
    );
    expect(secretsFor("stackwright:stackwright", { ...model, services })).toEqual(files.map((file) => `mon1 ${file}`));
  });

  test("a robot's address and its signing secret are both the bridge's", () => {
    const source = ["alerting", "receivers", "chat", "dingtalk"];
    const robot = {
      type: "dingtalk",
      url: { from: "env", name: "A" },
      secret: { from: "env", name: "B" },
      source,
    } as const;
    const receivers = new Map([receiver("chat", robot)]);
    expect(
      alertmanagerSecrets({ ...model, alerting: { ...alerting, receivers } }).map(({ source }) => source.join(".")),
    ).toEqual([
      "alerting.receivers.chat.dingtalk.url",
      "alerting.receivers.chat.dingtalk.secret",
      "alerting.receivers.chat.dingtalk.url",
      "alerting.receivers.chat.dingtalk.secret",
    ]);
  });

  test("a secret address never stands in the config", () => {
    for (const { content } of renderAlertmanager(model, signals)) {
      expect(content).not.toContain("SMS_GATEWAY_URL");
      expect(content).not.toContain("secrets/wecom");
    }
  });

  test("the end of the Watchdog is not told, for it would look like a sign of life", () => {
    const sent = (changed: Model, name: string) =>
      configOf(changed).receivers.find((each) => each.name === name)?.webhook_configs[0]?.send_resolved;
    expect(sent(model, "deadman")).toBe(false);
    const shared = { ...alerting, watchdog: "tickets" };
    expect(sent({ ...model, alerting: shared }, "tickets")).toBe(true);
  });

  test("only receivers that a route names are written", () => {
    const spare = new Map([...alerting.receivers, receiver("spare", channels.tickets)]);
    expect(
      configOf({ ...model, alerting: { ...alerting, receivers: spare } }).receivers.map(({ name }) => name),
    ).toEqual(["deadman", "mail", "oncall", "oncall+tickets", "tickets", "tickets+mail"]);
  });
});

describe("mute times", () => {
  const at = (start: string, end: string, weekdays: readonly string[] = []) => {
    const [first] = alerting.muteTimes;
    if (first === undefined) throw new Error("no mute time");
    const muteTimes = [{ ...first, start, end, weekdays }];
    return configOf({ ...model, alerting: { ...alerting, muteTimes } }).time_intervals[0]?.time_intervals;
  };

  test("they hold in the inventory's time zone", () => {
    expect(at("02:00", "03:00")).toEqual([
      { times: [{ start_time: "02:00", end_time: "03:00" }], location: "Asia/Shanghai" },
    ]);
  });

  test("one that passes midnight goes on in the next day's morning", () => {
    expect(at("22:00", "02:00", ["sunday", "friday"])).toEqual([
      {
        times: [{ start_time: "22:00", end_time: "24:00" }],
        weekdays: ["friday", "sunday"],
        location: "Asia/Shanghai",
      },
      {
        times: [{ start_time: "00:00", end_time: "02:00" }],
        weekdays: ["monday", "saturday"],
        location: "Asia/Shanghai",
      },
    ]);
  });

  test("one that ends when it begins lasts the whole day", () => {
    expect(at("06:00", "06:00")).toEqual([
      { times: [{ start_time: "00:00", end_time: "24:00" }], location: "Asia/Shanghai" },
    ]);
  });
});

describe("artifacts", () => {
  test("the config is one file for all hosts, and hosts that we do not manage get none", () => {
    const outside = { ...host("mon3", { backend: "203.0.113.73" }), managed: false };
    const hosts = [host("mon1", { backend: "203.0.113.71" }), outside];
    const services = new Map([...model.services, service("paging", "alertmanager", hosts)]);
    const artifacts = renderAlertmanager({ ...model, services }, signals);
    expect(artifacts.flatMap(({ installs }) => installs.map((to) => `${to.host} ${to.path}`))).toEqual([
      "mon1 /etc/prometheus/alertmanager.yml",
    ]);
  });

  test("nothing is written without alerting", () => {
    expect(renderAlertmanager({ ...model, alerting: undefined }, signals)).toEqual([]);
  });

  test("each route's lines lead to the inventory", () => {
    const [artifact] = renderAlertmanager(model, signals);
    const lines = artifact?.content.split("\n") ?? [];
    const line = lines.findIndex((text) => text.includes('owner="web"')) + 1;
    const origins = artifact?.origins?.filter(({ from, to }) => from <= line && line <= to) ?? [];
    expect(origins.at(-1)?.source).toEqual(["owners", "web", "critical"]);
  });
});
