import { formatPath } from "../../diagnostics/path.ts";
import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { Alerting } from "../../model/model.ts";
import type { Occurrences, Subject } from "../../render/alertmanager/occurrences.ts";
import type { Route } from "../../render/alertmanager/routes.ts";
import { labelsAsked, walker } from "../../render/alertmanager/walk.ts";

/** Alerts that end where nobody is told, and routes at which no alert ends. */
export function checkRoutes(alerting: Alerting, root: Route, all: readonly Occurrences[]): readonly Problem[] {
  const taken = new Set<Route>();
  const unheard = new Map<string, Problem>();
  const way = walker(root);
  const differing = differingOn(root);
  for (const { alert, severity, subjects } of all)
    for (const subject of differing(subjects)) {
      const labels = labelsOf(alert, severity, subject);
      const path = way(labels);
      for (const route of path) taken.add(route);
      const lost = unreachable(alerting, path, labels);
      if (lost !== undefined) unheard.set(JSON.stringify([lost.path, lost.message]), lost);
    }
  return [...unheard.values(), ...deadRoutes(root, taken)];
}

/** One subject for each owner, and for each service where some node asks for it. Rules share lists, which are looked through once. */
function differingOn(root: Route): (subjects: readonly Subject[]) => readonly Subject[] {
  const isServiceAsked = labelsAsked(root).has("service");
  const known = new Map<readonly Subject[], readonly Subject[]>();
  return (subjects) => {
    const before = known.get(subjects);
    if (before !== undefined) return before;
    const ways = new Set<string>();
    const differing = subjects.filter(({ owner, service }) => {
      const way = isServiceAsked ? `${owner} ${service}` : owner;
      return !ways.has(way) && ways.add(way);
    });
    known.set(subjects, differing);
    return differing;
  };
}

interface AlertLabels extends Readonly<Record<string, string>> {
  readonly alertname: string;
  readonly severity: string;
  readonly service: string;
  readonly owner: string;
}

/** What an alert looks like to the routing tree. */
export function labelsOf(alertname: string, severity: string, { service, owner }: Subject): AlertLabels {
  return { alertname, severity, service, owner };
}

function unreachable(alerting: Alerting, path: readonly Route[], alert: AlertLabels): Problem | undefined {
  const route = path.findLast(({ receivers }) => receivers !== undefined);
  const told = route?.receivers ?? [];
  const deaf = told.find((name) => (alerting.receivers.get(name)?.channels.length ?? 0) === 0);
  const { alertname, severity, owner } = alert;
  // Without a receiver for the Watchdog, `no-watchdog` has been said.
  if (told.length === 0 && alertname === "Watchdog") return undefined;
  if (told.length > 0 && deaf === undefined) return undefined;
  const subject = `${alertname} of severity ${severity} and owner ${owner}`;
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
