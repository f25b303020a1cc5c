import type { Model } from "../../model/model.ts";
import type { AlertSeverity } from "../../signals/alert.ts";
import type { AlertRule, Signals } from "../../signals/signals.ts";

/** An alert as it can reach Alertmanager: with the services and owners that its labels can name. */
export interface Occurrences {
  readonly rule: AlertRule;
  readonly alert: string;
  readonly severity: AlertSeverity;
  /** Rules that are about the same share one list. */
  readonly subjects: readonly Subject[];
}

export interface Subject {
  readonly service: string;
  readonly owner: string;
}

/** Kinds that watch others: their alerts carry the labels of any service. */
const watchers: readonly string[] = ["prometheus", "blackbox"];

/** Every alert with every service and owner that it can be about, in the order of the signals; none for one that always fires. */
export function occurrences(model: Model, signals: Signals): readonly Occurrences[] {
  const seen = subjects(model, signals);
  const byKind = new Map([...seen].map(([kind, own]) => [kind, [...own.values()]]));
  const all = [...new Map([...seen.values()].flatMap((own) => [...own])).values()];
  return signals.alerts.map((rule) => {
    const own = watchers.includes(rule.kind) ? all : (byKind.get(rule.kind) ?? []);
    const about = rule.template.always === true ? nothing : rule.services === undefined ? own : chosen(rule, own);
    return { rule, alert: rule.template.name, severity: rule.severity, subjects: about };
  });
}

const nothing: readonly Subject[] = [{ service: "", owner: "" }];

/** Services and owners by kind: of the targets and probes, and of services that have neither. */
function subjects(model: Model, signals: Signals): ReadonlyMap<string, ReadonlyMap<string, Subject>> {
  const byKind = new Map<string, Map<string, Subject>>();
  let last = { kind: "", service: "", owner: "" };
  const add = (kind: string, service: string, owner: string): void => {
    // The targets of a service come one after another, mostly of one owner.
    if (kind === last.kind && service === last.service && owner === last.owner) return;
    last = { kind, service, owner };
    const known = byKind.get(kind) ?? new Map<string, Subject>();
    byKind.set(kind, known.set(`${service} ${owner}`, { service, owner }));
  };
  for (const job of signals.jobs)
    for (const { labels } of job.targets) add(job.kind, labels["service"] ?? job.service, labels["owner"] ?? "");
  for (const { labels, service } of signals.probes)
    add(labels["kind"] ?? "", labels["service"] ?? service, labels["owner"] ?? "");
  for (const service of model.services.values()) add(service.kind, service.name, service.owner);
  return byKind;
}

/** Those of a rule that is not for all services of its kind. */
function chosen({ services }: AlertRule, own: readonly Subject[]): readonly Subject[] {
  if (services === undefined) return own;
  const isOnly = "only" in services;
  const named = new Set(isOnly ? services.only : services.except);
  return own.filter(({ service }) => named.has(service) === isOnly);
}
