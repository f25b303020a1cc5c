import type { Path } from "../../diagnostics/path.ts";
import type { Alerting, Model } from "../../model/model.ts";
import type { AlertSeverity } from "../../signals/alert.ts";
import type { Signals } from "../../signals/signals.ts";
import { type Matcher, matches, oneOf } from "./matcher.ts";
import { type Occurrences, occurrences } from "./occurrences.ts";

/**
 * A node of the routing tree. An alert goes to the first child that matches, and stays at the node where none does;
 * there is no `continue`, so that it always ends at exactly one node.
 */
export interface Route {
  readonly matchers: readonly Matcher[];
  /** Inventory receivers that are told, in order, each once; undefined where the parent's are. Empty: nobody. */
  readonly receivers: readonly string[] | undefined;
  readonly timing: Timing | undefined;
  /** Names of mute times. */
  readonly muted: readonly string[];
  readonly routes: readonly Route[];
  readonly source: Path;
}

/** Prometheus durations: how long the first notification waits for company, how often news of a group are told, and how often a standing alert. */
export interface Timing {
  readonly wait: string;
  readonly interval: string;
  readonly repeat: string;
}

/** A dead host is known to be dead within `wait` of what its services say first, so that one notification is sent. */
const timings: Readonly<Record<AlertSeverity, Timing>> = {
  critical: { wait: "30s", interval: "5m", repeat: "1h" },
  warning: { wait: "1m", interval: "10m", repeat: "12h" },
  info: { wait: "5m", interval: "30m", repeat: "1d" },
  none: { wait: "5m", interval: "30m", repeat: "1d" },
};

/** Repeated at every interval of a minute; at exactly a minute every second one would come a moment too early. */
const heartbeat: Timing = { wait: "0s", interval: "1m", repeat: "50s" };

const severities: readonly AlertSeverity[] = ["critical", "warning", "info", "none"];

/**
 * The routing tree: the Watchdog first, then what an owner names, then what a severity names; the default takes all
 * else. Alerts with mute times get a node of their own below the one that they end at.
 */
export function buildRoutes(model: Model, alerting: Alerting, signals: Signals): Route {
  const told = [...ownerRoutes(model), ...severityRoutes(alerting)].map((route) => repeated(route, alerting));
  const leaves = [watchdogRoute(alerting), ...told];
  const root: Route = {
    matchers: [],
    receivers: [alerting.routes.default],
    timing: timings.warning,
    muted: [],
    routes: [],
    source: [...alerting.routes.source, "default"],
  };
  const muted =
    alerting.muteTimes.length === 0
      ? new Map<Route, ReadonlySet<string>>()
      : mutedByLeaf(alerting, occurrences(model, signals), leaves, root);
  const withMuted = (leaf: Route): Route => ({ ...leaf, routes: mutedRoutes(alerting, muted.get(leaf) ?? new Set()) });
  return { ...repeated(root, alerting), routes: [...leaves.map(withMuted), ...withMuted(root).routes] };
}

/** The inventory's own repeat interval wins over the severity's. */
function repeated(route: Route, { repeat }: Alerting): Route {
  return repeat === undefined || route.timing === undefined ? route : { ...route, timing: { ...route.timing, repeat } };
}

/** The Watchdog says every minute that alerting works; without a receiver for it nobody is told. */
function watchdogRoute({ watchdog, source }: Alerting): Route {
  return {
    matchers: [{ label: "alertname", op: "=", value: "Watchdog" }],
    receivers: watchdog === undefined ? [] : [watchdog],
    timing: heartbeat,
    muted: [],
    routes: [],
    source: watchdog === undefined ? source : [...source, "watchdog"],
  };
}

function ownerRoutes(model: Model): readonly Route[] {
  return [...model.owners.values()]
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, receivers, source }) =>
      bySeverity(receivers, source, [{ label: "owner", op: "=", value: name }]),
    );
}

function severityRoutes({ routes }: Alerting): readonly Route[] {
  return bySeverity(routes.bySeverity, [...routes.source, "by_severity"], []);
}

function bySeverity(
  named: Readonly<Partial<Record<AlertSeverity, readonly string[]>>>,
  source: Path,
  matchers: readonly Matcher[],
): readonly Route[] {
  return severities.flatMap((severity) => {
    const receivers = named[severity];
    if (receivers === undefined || receivers.length === 0) return [];
    return {
      matchers: [...matchers, { label: "severity", op: "=", value: severity }],
      receivers: [...new Set(receivers)],
      timing: timings[severity],
      muted: [],
      routes: [],
      source: [...source, severity],
    } satisfies Route;
  });
}

/** Which alerts with mute times end at which node. */
function mutedByLeaf(
  { muteTimes }: Alerting,
  all: readonly Occurrences[],
  leaves: readonly Route[],
  root: Route,
): ReadonlyMap<Route, ReadonlySet<string>> {
  const names = new Set(muteTimes.flatMap(({ alerts }) => alerts));
  const muted = new Map<Route, Set<string>>();
  for (const { alert, severity, subjects } of all) {
    if (!names.has(alert)) continue;
    for (const owner of new Set(subjects.map((subject) => subject.owner))) {
      const leaf = leaves.find((route) => matches(route.matchers, { alertname: alert, severity, owner })) ?? root;
      muted.set(leaf, (muted.get(leaf) ?? new Set()).add(alert));
    }
  }
  return muted;
}

/** One node for the alerts that share their mute times. */
function mutedRoutes({ muteTimes }: Alerting, alerts: ReadonlySet<string>): readonly Route[] {
  const groups = new Map<string, { readonly times: readonly Alerting["muteTimes"][number][]; alerts: string[] }>();
  for (const alert of [...alerts].toSorted()) {
    const times = muteTimes
      .filter((time) => time.alerts.includes(alert))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const key = times.map(({ name }) => name).join(" ");
    const group = groups.get(key) ?? { times, alerts: [] };
    group.alerts.push(alert);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ times, alerts: names }) => ({
    matchers: [oneOf("alertname", names)],
    receivers: undefined,
    timing: undefined,
    muted: times.map(({ name }) => name),
    routes: [],
    source: times[0]?.source ?? [],
  }));
}
