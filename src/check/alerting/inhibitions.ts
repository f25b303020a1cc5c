import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { Alerting } from "../../model/model.ts";
import type { Inhibition } from "../../render/alertmanager/inhibitions.ts";
import { type Matcher, matches } from "../../render/alertmanager/matcher.ts";
import type { Occurrences, Subject } from "../../render/alertmanager/occurrences.ts";
import type { Route } from "../../render/alertmanager/routes.ts";
import { toldOn, walker } from "../../render/alertmanager/walk.ts";
import { labelsOf } from "./routes.ts";

/**
 * Inhibitions under which something critical could stay untold for as long as its cause lasts: the cause is milder
 * and gets nobody up, is told to nobody, is muted at times, or is itself hidden by what it hides.
 */
export function checkInhibitions(
  alerting: Alerting,
  root: Route,
  inhibitions: readonly Inhibition[],
  all: readonly Occurrences[],
): readonly Problem[] {
  const rules = distinct(all);
  const critical = rules.filter(({ severity }) => severity === "critical");
  const danger = dangers(alerting, root, inhibitions);
  return inhibitions.flatMap((inhibition) => {
    const victims = matching(inhibition.hides, critical);
    if (victims.length === 0) return [];
    for (const cause of matching(inhibition.cause, rules))
      for (const subject of cause.subjects.values()) {
        const hidden = firstHidden(inhibition, { ...cause, subject }, victims);
        if (hidden === undefined) continue;
        const why = danger({ ...cause, subject }, hidden);
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

/** An alert with the labels that all of its services have in common; what fires is about one of the subjects. */
interface Rule extends Omit<Occurrences, "subjects"> {
  readonly labels: Readonly<Record<string, string>>;
  /** By service: owners do not matter to inhibitions. */
  readonly subjects: ReadonlyMap<string, Subject>;
}

/** An alert that fires. */
interface Firing extends Omit<Rule, "subjects"> {
  readonly subject: Subject;
}

/** Alerts about an instance carry its host; which one does not matter here. */
function distinct(all: readonly Occurrences[]): readonly Rule[] {
  const byService = new Map<readonly Subject[], ReadonlyMap<string, Subject>>();
  return all.map(({ rule, alert, severity, subjects: listed }) => {
    const subjects = byService.get(listed) ?? new Map(listed.map((subject) => [subject.service, subject]));
    byService.set(listed, subjects);
    const place = rule.template.about === "instance" ? { host: "host", instance: "host:1" } : {};
    return { rule, alert, severity, subjects, labels: { alertname: alert, severity, ...place } };
  });
}

/** Alerts that matchers take. What these ask of all services alike is asked once for a rule. */
function matching(matchers: readonly Matcher[], rules: readonly Rule[]): readonly Rule[] {
  const [ofSubject, ofRule] = partition(matchers);
  const taken = rules.filter(({ labels }) => matches(ofRule, labels));
  if (ofSubject.length === 0) return taken;
  return taken.map((rule) => ({
    ...rule,
    subjects: new Map([...rule.subjects].filter(([, { service, owner }]) => matches(ofSubject, { service, owner }))),
  }));
}

/** Matchers on what differs between the subjects of a rule, and the others. */
function partition(matchers: readonly Matcher[]): readonly [readonly Matcher[], readonly Matcher[]] {
  const isOfSubject = ({ label }: Matcher): boolean => label === "service" || label === "owner";
  return [matchers.filter(isOfSubject), matchers.filter((matcher) => !isOfSubject(matcher))];
}

/** The first of the victims that the cause hides. */
function firstHidden(inhibition: Inhibition, cause: Firing, victims: readonly Rule[]): Firing | undefined {
  for (const victim of victims) {
    if (!canBeEqual(inhibition, cause, victim)) continue;
    const subject = inhibition.equal.includes("service")
      ? victim.subjects.get(cause.subject.service)
      : [...victim.subjects.values()].find((each) => areTwo(cause, { ...victim, subject: each }));
    if (subject !== undefined && areTwo(cause, { ...victim, subject })) return { ...victim, subject };
  }
  return undefined;
}

function areTwo(one: Firing, other: Firing): boolean {
  return one.alert !== other.alert || one.subject.service !== other.subject.service;
}

/** Whether the labels to be equal can be so, as far as the rules say: both have them, or neither has. */
function canBeEqual({ equal }: Inhibition, one: Pick<Rule, "labels">, other: Pick<Rule, "labels">): boolean {
  return equal.every((label) =>
    label === "alertname"
      ? one.labels[label] === other.labels[label]
      : (one.labels[label] === undefined) === (other.labels[label] === undefined),
  );
}

/** Why something hidden by a cause stays untold; undefined where it does not. */
function dangers(
  alerting: Alerting,
  root: Route,
  inhibitions: readonly Inhibition[],
): (cause: Firing, hidden: Firing) => string | undefined {
  const way = walker(root);
  return (cause, hidden) => {
    if (cause.severity !== "critical") return `is only of severity ${cause.severity}`;
    const path = way(labelsOf(cause.alert, cause.severity, cause.subject));
    if (toldOn(path).length === 0) return "is told to nobody";
    const muted = path.flatMap((route) => route.muted);
    const times = alerting.muteTimes.filter(({ name }) => muted.includes(name));
    if (times.length > 0) return `is muted from ${times.map(({ start, end }) => `${start} to ${end}`).join(", ")}`;
    if (inhibitions.some((other) => hides(other, hidden, cause))) return "each of them hides the other";
    return undefined;
  };
}

/** True where the one can hide the other: both sides match, and the labels to be equal can be so. */
function hides(inhibition: Inhibition, cause: Firing, target: Firing): boolean {
  if (!areTwo(cause, target) || !canBeEqual(inhibition, cause, target)) return false;
  if (inhibition.equal.includes("service") && cause.subject.service !== target.subject.service) return false;
  const takes = (matchers: readonly Matcher[], { labels, subject: { service, owner } }: Firing): boolean =>
    matches(matchers, { ...labels, service, owner });
  return takes(inhibition.cause, cause) && takes(inhibition.hides, target);
}
