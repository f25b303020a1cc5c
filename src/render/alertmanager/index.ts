import type { Artifact, Origin } from "../../artifact/artifact.ts";
import { generatedHeader } from "../../artifact/comment.ts";
import { type Piece, printOutline } from "../../artifact/outline.ts";
import type { Alerting, Instance, Model, Service } from "../../model/model.ts";
import type { HostSecret } from "../../model/secret-path.ts";
import { managedInstances } from "../../model/services.ts";
import type { Signals } from "../../signals/signals.ts";
import { buildInhibitions, type Inhibition } from "./inhibitions.ts";
import { printMatcher } from "./matcher.ts";
import { printMuteTime } from "./mute-times.ts";
import { bridgeSecrets, printReceivers, receiverName, receiverSecrets } from "./receivers.ts";
import { buildRoutes, type Route } from "./routes.ts";

const generator = "render/alertmanager";
const unit = "prometheus-alertmanager";
const configPath = "/etc/prometheus/alertmanager.yml";
/** One notification for an alert on all instances of a service. */
const grouping = ["alertname", "service", "environment"];

/** Alertmanager's config, the same on all hosts of the service. Nothing without `alerting`. */
export function renderAlertmanager(model: Model, signals: Signals): readonly Artifact[] {
  const { alerting } = model;
  const service = alerting && model.services.get(alerting.service);
  if (alerting === undefined || service === undefined || service.instances.length === 0) return [];
  const members = managedInstances(service).toSorted((a, b) => (a.host.name < b.host.name ? -1 : 1));
  return [renderConfig(model, alerting, signals, service, members)];
}

/** Secrets of the receivers on the hosts of Alertmanager: those that it reads itself, and those of the bridge beside it. */
export function alertmanagerSecrets(model: Model): readonly HostSecret[] {
  const { alerting } = model;
  const service = alerting && model.services.get(alerting.service);
  if (alerting === undefined || service === undefined) return [];
  const hosts = managedInstances(service).map(({ host }) => host.name);
  return [...receiverSecrets(alerting, hosts), ...bridgeSecrets(model, alerting, hosts)];
}

function renderConfig(
  model: Model,
  alerting: Alerting,
  signals: Signals,
  service: Service,
  members: readonly Instance[],
): Artifact {
  const root = buildRoutes(model, alerting, signals);
  const source = [alerting.source, ["owners"], service.source];
  const { content, origins } = printOutline(generatedHeader(generator, source), [
    { value: { global: { resolve_timeout: "5m" } }, indent: 0, source: alerting.source },
    { text: "route:\n" },
    { value: { ...printRoute(root), group_by: grouping }, indent: 2, source: root.source },
    { text: "  routes:\n" },
    ...root.routes.flatMap((route) => routePieces(route, 4)),
    { text: "inhibit_rules:\n" },
    ...buildInhibitions(model, signals).map(inhibitionPiece),
    ...muteTimePieces(model, alerting),
    { text: "receivers:\n" },
    ...printReceivers(model, alerting, root).map(({ value, source }) => ({ value: [value], indent: 2, source })),
  ]);
  return {
    path: `deploy/services/${service.name}${configPath}`,
    content,
    mode: 0o644,
    owner: "root:root",
    generator,
    source,
    origins: [...origins, ...repeatOrigins(content, alerting)],
    installs: members.map(({ host }) => ({ host: host.name, path: configPath, reload: unit })),
  };
}

/** Lines that the inventory's own repeat interval has made. */
function repeatOrigins(content: string, { repeat, source }: Alerting): readonly Origin[] {
  if (repeat === undefined) return [];
  return content.split("\n").flatMap((line, index) => {
    const told = line.trim() === `repeat_interval: ${repeat}`;
    return told ? [{ from: index + 1, to: index + 1, source: [...source, "repeat"] }] : [];
  });
}

function routePieces(route: Route, indent: number): readonly Piece[] {
  const own = { value: [printRoute(route)], indent, source: route.source };
  if (route.routes.length === 0) return [own];
  const children = route.routes.flatMap((child) => routePieces(child, indent + 4));
  return [own, { text: `${" ".repeat(indent + 2)}routes:\n` }, ...children];
}

/** A node without its children. */
function printRoute({ matchers, receivers, timing, muted }: Route): object {
  return {
    ...(matchers.length === 0 ? {} : { matchers: matchers.map(printMatcher) }),
    ...(receivers === undefined ? {} : { receiver: receiverName(receivers) }),
    ...(timing === undefined
      ? {}
      : { group_wait: timing.wait, group_interval: timing.interval, repeat_interval: timing.repeat }),
    ...(muted.length === 0 ? {} : { mute_time_intervals: muted }),
  };
}

function inhibitionPiece({ cause, hides, equal, source }: Inhibition): Piece {
  const value = { source_matchers: cause.map(printMatcher), target_matchers: hides.map(printMatcher), equal };
  return { value: [value], indent: 2, source };
}

function muteTimePieces(model: Model, { muteTimes }: Alerting): readonly Piece[] {
  if (muteTimes.length === 0) return [];
  const sorted = muteTimes.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return [
    { text: "time_intervals:\n" },
    ...sorted.map((time) => ({ value: [printMuteTime(time, model.timezone)], indent: 2, source: time.source })),
  ];
}
