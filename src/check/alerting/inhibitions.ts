import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { Alerting } from "../../model/model.ts";
import type { Inhibition } from "../../render/alertmanager/inhibitions.ts";
import { matches } from "../../render/alertmanager/matcher.ts";
import type { Occurrence } from "../../render/alertmanager/occurrences.ts";
import type { Route } from "../../render/alertmanager/routes.ts";
import { receiversOf, walk } from "../../render/alertmanager/walk.ts";
import type { AlertRule } from "../../signals/signals.ts";
import { labelsOf } from "./routes.ts";

/**
 * Inhibitions under which something critical could stay untold for as long as its cause lasts: the cause is milder
 * and gets nobody up, is told to nobody, is muted at times, or is itself hidden by what it hides.
 */
export function checkInhibitions(
  alerting: Alerting,
  root: Route,
  inhibitions: readonly Inhibition[],
  all: readonly Occurrence[],
): readonly Problem[] {
  const alerts = distinct(all);
  const critical = alerts.filter(({ severity }) => severity === "critical");
  return inhibitions.flatMap((inhibition) => {
    const victims = critical.filter((alert) => matches(inhibition.hides, alert.labels));
    if (victims.length === 0) return [];
    const causes = alerts.filter((alert) => matches(inhibition.cause, alert.labels));
    for (const cause of causes) {
      const hidden = victims.find((alert) => hides(inhibition, cause, alert));
      if (hidden === undefined) continue;
      const why = danger(alerting, root, inhibitions, cause, hidden);
      if (why === undefined) continue;
      return [
        problem(
          "hiding-inhibition",
          cause.rule.source,
          `${cause.alert} hides the critical alert ${hidden.alert} of the same ${inhibition.equal.join(" and ")}, and ${why}`,
          { hint: `let ${cause.alert} be critical and never muted` },
        ),
      ];
    }
    return [];
  });
}

function danger(
  alerting: Alerting,
  root: Route,
  inhibitions: readonly Inhibition[],
  cause: Sample,
  hidden: Sample,
): string | undefined {
  const labels = labelsOf(cause);
  if (cause.severity !== "critical") return `is only of severity ${cause.severity}`;
  if (receiversOf(root, labels).length === 0) return "is told to nobody";
  const muted = walk(root, labels).flatMap((route) => route.muted);
  const times = alerting.muteTimes.filter(({ name }) => muted.includes(name));
  if (times.length > 0) return `is muted from ${times.map(({ start, end }) => `${start} to ${end}`).join(", ")}`;
  if (inhibitions.some((other) => hides(other, hidden, cause))) return "each of them hides the other";
  return undefined;
}

/** True where the one can hide the other: both sides match, and the labels to be equal can be so. */
function hides(inhibition: Inhibition, cause: Sample, target: Sample): boolean {
  if (cause.alert === target.alert && cause.service === target.service) return false;
  const [from, to] = [cause.labels, target.labels];
  const alike = inhibition.equal.every((label) => {
    const names = label === "alertname" || label === "service";
    return names ? from[label] === to[label] : (from[label] === undefined) === (to[label] === undefined);
  });
  return alike && matches(inhibition.cause, from) && matches(inhibition.hides, to);
}

/** An alert with the labels of one that fires. */
interface Sample extends Occurrence {
  readonly labels: Readonly<Record<string, string>>;
}

/** Alerts about an instance carry its host; which one does not matter here. */
function sample(occurrence: Occurrence): Sample {
  const place = occurrence.rule.template.about === "instance" ? { host: "host", instance: "host:1" } : {};
  return { ...occurrence, labels: { ...labelsOf(occurrence), ...place } };
}

/** Owners do not matter to inhibitions, services do. */
function distinct(all: readonly Occurrence[]): readonly Sample[] {
  const byRule = new Map<AlertRule, Map<string, Occurrence>>();
  for (const each of all) {
    const services = byRule.get(each.rule) ?? new Map<string, Occurrence>();
    byRule.set(each.rule, services.set(each.service, each));
  }
  return [...byRule.values()].flatMap((services) => [...services.values()].map(sample));
}
