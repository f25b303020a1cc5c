import type { Path } from "../../diagnostics/path.ts";
import type { Inventory } from "../../inventory/schema/index.ts";
import type { Resolution } from "../context.ts";
import type { Alerting, Channel, Owner, Receiver, Service } from "../model.ts";
import { findAlert, reportUnknown, resolveThresholds } from "./thresholds.ts";

type Entry = NonNullable<Inventory["alerting"]>;
type BySeverity = Owner["receivers"];

/** Who is told what; names of receivers, services and alerts are checked. */
export function resolveAlerting(
  inventory: Inventory,
  services: ReadonlyMap<string, Service>,
  resolution: Resolution,
): Alerting | undefined {
  const entry = inventory.alerting;
  if (entry === undefined) {
    const none = (name: string, path: Path, subject: string): void => {
      resolution.lookup(name, new Map(), { section: "alerting.receivers", path, subject });
    };
    for (const [name, owner] of Object.entries(inventory.owners)) checkReceivers(owner, ["owners", name], none);
    return undefined;
  }
  const receivers = new Map(
    Object.entries(entry.receivers).map(([name, receiver]) => [name, resolveReceiver(name, receiver)]),
  );
  const refer = (name: string, path: Path, subject: string): void => {
    resolution.lookup(name, receivers, { section: "alerting.receivers", path, subject });
  };
  checkService(entry.service, services, resolution);
  refer(entry.routes.default, ["alerting", "routes", "default"], "the default route goes to receiver");
  if (entry.watchdog !== undefined) refer(entry.watchdog, ["alerting", "watchdog"], "the watchdog goes to receiver");
  checkReceivers(entry.routes.by_severity, ["alerting", "routes", "by_severity"], refer);
  for (const [name, owner] of Object.entries(inventory.owners)) checkReceivers(owner, ["owners", name], refer);
  return {
    service: entry.service,
    watchdog: entry.watchdog,
    runbookBase: entry.runbook_base,
    receivers,
    routes: {
      default: entry.routes.default,
      bySeverity: bySeverityOf(entry.routes.by_severity),
      source: ["alerting", "routes"],
    },
    muteTimes: resolveMuteTimes(entry, resolution),
    repeat: entry.repeat,
    thresholds: resolveThresholds(
      entry.thresholds,
      ["alerting", "thresholds"],
      [...resolution.kinds.values()],
      resolution,
    ),
    source: ["alerting"],
  };
}

/** Owners that stand under `owners`, by name. */
export function resolveOwners(inventory: Inventory): ReadonlyMap<string, Owner> {
  return new Map(
    Object.entries(inventory.owners).map(([name, entry]) => [
      name,
      { name, receivers: bySeverityOf(entry), source: ["owners", name] },
    ]),
  );
}

function checkService(name: string, services: ReadonlyMap<string, Service>, resolution: Resolution): void {
  const path = ["alerting", "service"];
  const service = resolution.lookup(name, services, {
    section: "services",
    path,
    subject: "alerts go through service",
  });
  if (service !== undefined && service.kind !== "alertmanager")
    resolution.report("invalid-value", path, `service is "${name}", which is of kind ${service.kind}`, {
      hint: "name a service of kind alertmanager",
    });
}

function bySeverityOf(
  entry: { readonly [Severity in "critical" | "warning" | "info"]?: readonly string[] | undefined },
): BySeverity {
  const { critical, warning, info } = entry;
  return { ...(critical && { critical }), ...(warning && { warning }), ...(info && { info }) };
}

function checkReceivers(
  entry: { readonly [Severity in "critical" | "warning" | "info"]?: readonly string[] | undefined },
  path: Path,
  refer: (name: string, path: Path, subject: string) => void,
): void {
  for (const severity of ["critical", "warning", "info"] as const)
    for (const [index, name] of (entry[severity] ?? []).entries())
      refer(name, [...path, severity, index], `alerts of severity ${severity} go to receiver`);
}

function resolveReceiver(name: string, entry: Entry["receivers"][string]): Receiver {
  const source = ["alerting", "receivers", name];
  const channels: Channel[] = [];
  if (entry.email !== undefined)
    channels.push({
      type: "email",
      to: entry.email.to,
      from: entry.email.from,
      smarthost: entry.email.smarthost,
      username: entry.email.username,
      password: entry.email.password,
      requireTls: entry.email.require_tls,
      source: [...source, "email"],
    });
  if (entry.webhook !== undefined)
    channels.push({ type: "webhook", url: entry.webhook.url, source: [...source, "webhook"] });
  if (entry.sms !== undefined) channels.push({ type: "sms", url: entry.sms.webhook.url, source: [...source, "sms"] });
  if (entry.wecom !== undefined)
    channels.push({
      type: "wecom",
      corpId: entry.wecom.corp_id,
      agentId: entry.wecom.agent_id,
      toParty: entry.wecom.to_party,
      toUser: entry.wecom.to_user,
      secret: entry.wecom.secret,
      source: [...source, "wecom"],
    });
  for (const [key, type] of [
    ["wecom_robot", "wecom-robot"],
    ["dingtalk", "dingtalk"],
  ] as const) {
    const robot = entry[key];
    if (robot !== undefined) channels.push({ type, url: robot.url, secret: robot.secret, source: [...source, key] });
  }
  return { name, channels, source };
}

function resolveMuteTimes(entry: Entry, resolution: Resolution): Alerting["muteTimes"] {
  const kinds = [...resolution.kinds.values()];
  return Object.entries(entry.mute_times).map(([name, mute]) => {
    const source = ["alerting", "mute_times", name];
    for (const [index, alert] of mute.alerts.entries())
      if (findAlert(alert, kinds) === undefined)
        reportUnknown(alert, [...source, "alerts", index], kinds, resolution, "value");
    const [start = "", end = ""] = mute.times.split("-");
    if (start === end)
      resolution.report("invalid-value", [...source, "times"], `times is ${mute.times}, which ends when it begins`, {
        hint: "write 00:00-24:00 for the whole day, or another end",
      });
    return { name, start, end, weekdays: mute.weekdays, alerts: mute.alerts, source };
  });
}
