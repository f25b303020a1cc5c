import { formatPath } from "../../diagnostics/path.ts";
import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { Alerting } from "../../model/model.ts";
import type { Occurrence } from "../../render/alertmanager/occurrences.ts";
import type { Route } from "../../render/alertmanager/routes.ts";
import { labelsAsked, walk } from "../../render/alertmanager/walk.ts";
import type { AlertRule } from "../../signals/signals.ts";

/** Alerts that end where nobody is told, and routes at which no alert ends. */
export function checkRoutes(alerting: Alerting, root: Route, all: readonly Occurrence[]): readonly Problem[] {
  const taken = new Set<Route>();
  const unheard = new Map<string, Problem>();
  for (const occurrence of differing(root, all)) {
    const path = walk(root, labelsOf(occurrence));
    for (const route of path) taken.add(route);
    const lost = unreachable(alerting, path, occurrence);
    if (lost !== undefined) unheard.set(JSON.stringify([lost.path, lost.message]), lost);
  }
  return [...unheard.values(), ...deadRoutes(root, taken)];
}

/** One occurrence of each rule for each owner, and for each service where some node asks for it. */
function differing(root: Route, all: readonly Occurrence[]): readonly Occurrence[] {
  const isServiceAsked = labelsAsked(root).has("service");
  const seen = new Map<AlertRule, Set<string>>();
  return all.filter(({ rule, owner, service }) => {
    const way = isServiceAsked ? `${owner} ${service}` : owner;
    const ways = seen.get(rule) ?? new Set();
    seen.set(rule, ways);
    return !ways.has(way) && ways.add(way);
  });
}

/** What an alert looks like to the routing tree. */
export function labelsOf({ alert, severity, service, owner }: Occurrence): Readonly<Record<string, string>> {
  return { alertname: alert, severity, service, owner };
}

function unreachable(alerting: Alerting, path: readonly Route[], occurrence: Occurrence): Problem | undefined {
  const route = path.findLast(({ receivers }) => receivers !== undefined);
  const told = route?.receivers ?? [];
  const deaf = told.find((name) => (alerting.receivers.get(name)?.channels.length ?? 0) === 0);
  const { alert, severity, owner } = occurrence;
  // Without a receiver for the Watchdog, `no-watchdog` has been said.
  if (told.length === 0 && alert === "Watchdog") return undefined;
  if (told.length > 0 && deaf === undefined) return undefined;
  const subject = `${alert} of severity ${severity} and owner ${owner}`;
  return problem(
    "unreachable-receiver",
    route?.source ?? [],
    deaf === undefined ? `${subject} reaches nobody` : `${subject} goes to receiver "${deaf}", which tells nobody`,
    { hint: "name a receiver that has a channel" },
  );
}

function deadRoutes(root: Route, taken: ReadonlySet<Route>): readonly Problem[] {
  return root.routes.flatMap((route) =>
    taken.has(route) || route.receivers === undefined || route.receivers.length === 0
      ? []
      : [
          problem("dead-route", route.source, `no alert takes the route ${formatPath(route.source)}`, {
            at: "key",
            hint: "take it out, or correct the owner or the severity",
          }),
        ],
  );
}
