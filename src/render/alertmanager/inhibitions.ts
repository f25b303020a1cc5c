import type { Path } from "../../diagnostics/path.ts";
import type { Model } from "../../model/model.ts";
import type { AlertSeverity } from "../../signals/alert.ts";
import type { AlertRule, Signals } from "../../signals/signals.ts";
import { type Matcher, noneOf, oneOf } from "./matcher.ts";

/** While an alert fires that `cause` matches, alerts that `hides` matches are not told where the labels `equal` are the same. */
export interface Inhibition {
  readonly cause: readonly Matcher[];
  readonly hides: readonly Matcher[];
  readonly equal: readonly string[];
  readonly source: Path;
}

const hostDown = "HostDown";
/** Nothing on a host answers although it may be pinged; the milder word where HostDown can be told. */
const hostSilent = "HostSilent";
const ranked: readonly AlertSeverity[] = ["critical", "warning", "info"];
const some = ".+";

/**
 * Inhibitions by topology. None hides an alert that is more severe than its cause, and none hides the alert that an
 * instance or a host is down by another such alert, so that a cause is always told.
 */
export function buildInhibitions(model: Model, signals: Signals): readonly Inhibition[] {
  const down = downAlerts(signals);
  return [
    ...hostInhibitions(signals, hostDown, []),
    ...hostInhibitions(signals, hostSilent, [hostDown]),
    ...instanceInhibitions(model, signals, down),
    ...outrankingInhibitions(signals),
    ...severityInhibitions(),
  ];
}

/**
 * A host that is down hides all that is said about the same host but `worse`; alerts about a whole service have no host.
 */
function hostInhibitions(signals: Signals, name: string, worse: readonly string[]): readonly Inhibition[] {
  return severitiesOf(signals, (rule) => rule.template.name === name).map(({ severity, source }) => ({
    cause: [{ label: "alertname", op: "=", value: name }, severityIs(severity)],
    hides: [
      noneOf("alertname", [...worse, name]),
      { label: "host", op: "=~", value: some },
      ...(severity === "critical" ? [] : [oneOf("severity", notAbove(severity))]),
    ],
    equal: ["host"],
    source,
  }));
}

/**
 * An instance or its exporter that is down hides the warnings of the same service on the same host; for what we do
 * not run, which has no host, those of the same endpoint. What probes say does not come from an exporter: with the
 * exporter gone, only they see that the instance itself goes.
 */
function instanceInhibitions(model: Model, signals: Signals, down: readonly string[]): readonly Inhibition[] {
  const told = [hostDown, hostSilent, ...down];
  const exporters = down.filter((name) => name.endsWith("ExporterDown"));
  return [
    ...inhibitionsBy(
      model,
      signals,
      down.filter((name) => !exporters.includes(name)),
      told,
    ),
    ...inhibitionsBy(model, signals, exporters, [...new Set([...told, ...probeAlerts(signals)])]),
  ];
}

/** What `causes` hide of the same instance: warnings, but none of `told`. */
function inhibitionsBy(
  model: Model,
  signals: Signals,
  causes: readonly string[],
  told: readonly string[],
): readonly Inhibition[] {
  const outside = [...model.services.values()].some(({ external }) => external.length > 0);
  return severitiesOf(signals, (rule) => causes.includes(rule.template.name)).flatMap(({ severity, source, names }) => {
    const cause = [oneOf("alertname", names), severityIs(severity)];
    const hides = [
      noneOf("alertname", told),
      oneOf(
        "severity",
        notAbove(severity).filter((lower) => lower !== "critical"),
      ),
    ];
    const host: Matcher = { label: "host", op: "=~", value: some };
    const inside: Inhibition = { cause: [...cause, host], hides: [...hides, host], equal: ["service", "host"], source };
    if (!outside) return [inside];
    const noHost: Matcher = { label: "host", op: "=", value: "" };
    const endpoint: Matcher = { label: "instance", op: "=~", value: some };
    return [
      inside,
      { cause: [...cause, noHost], hides: [...hides, noHost, endpoint], equal: ["service", "instance"], source },
    ];
  });
}

/** The worse of two alerts about one thing (a certificate, a filesystem) hides the milder one, by the severities in force. */
function outrankingInhibitions(signals: Signals): readonly Inhibition[] {
  const present = new Set(signals.alerts.map(({ template }) => template.name));
  const templates = new Set(signals.alerts.map(({ template }) => template));
  return [...templates].flatMap((template) => {
    const milder = template.outranks?.alerts.filter((name) => present.has(name)) ?? [];
    if (milder.length === 0) return [];
    return severitiesOf(signals, (rule) => rule.template === template).map(({ severity, source }) => ({
      cause: [{ label: "alertname", op: "=" as const, value: template.name }, severityIs(severity)],
      hides: [oneOf("alertname", milder), oneOf("severity", notAbove(severity))],
      equal: ["service", ...(template.outranks?.by ?? [])],
      source,
    }));
  });
}

/** An alert that is critical hides its own milder form about the same thing. */
function severityInhibitions(): readonly Inhibition[] {
  return [
    {
      cause: [severityIs("critical")],
      hides: [oneOf("severity", ["warning", "info"])],
      equal: ["alertname", "service", "host", "instance", "slo", "device", "mountpoint", "vip"],
      source: ["alerting"],
    },
  ];
}

/**
 * Alerts that say that an instance does not answer: about an instance, named after their kind or testing nothing but
 * an `up` metric. Others that end in `Down` speak of a part (a container, an upstream) and hide nothing.
 */
function downAlerts(signals: Signals): readonly string[] {
  const names = signals.alerts.filter(saysDown).map(({ template }) => template.name);
  return [...new Set(names)].toSorted();
}

function saysDown({ kind, template }: AlertRule): boolean {
  const { name, about, expr } = template;
  if (about !== "instance" || name === hostDown) return false;
  const pascal = kind.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (name === `${pascal}Down` || name === `${pascal}ExporterDown`) return true;
  return name.endsWith("Down") && /^\s*(?:[a-z0-9]+_)?up(?:\{[^}]*\})?\s*==\s*0\s*$/.test(expr);
}

/** Alerts about an instance that come from asking it from outside. */
function probeAlerts(signals: Signals): readonly string[] {
  const rules = signals.alerts.filter(
    ({ template }) => template.about === "instance" && /\bprobe_/.test(template.expr),
  );
  return rules.map(({ template }) => template.name).toSorted();
}

interface Ranked {
  readonly severity: AlertSeverity;
  readonly names: readonly string[];
  readonly source: Path;
}

/** The alerts in question by the severity in force. */
function severitiesOf(signals: Signals, wanted: (rule: AlertRule) => boolean): readonly Ranked[] {
  return ranked.flatMap((severity) => {
    const rules = signals.alerts.filter((rule) => rule.severity === severity && wanted(rule));
    const [first] = rules;
    const names = [...new Set(rules.map(({ template }) => template.name))].toSorted();
    return first === undefined ? [] : [{ severity, names, source: first.source }];
  });
}

function severityIs(severity: AlertSeverity): Matcher {
  return { label: "severity", op: "=", value: severity };
}

function notAbove(severity: AlertSeverity): readonly AlertSeverity[] {
  return ranked.slice(ranked.indexOf(severity));
}
