import type { Model } from "../../model/model.ts";
import type { AlertSeverity } from "../../signals/alert.ts";
import type { AlertRule, Signals } from "../../signals/signals.ts";

/** An alert as it can reach Alertmanager: with the service and the owner that its labels can name. */
export interface Occurrence {
  readonly rule: AlertRule;
  readonly alert: string;
  readonly severity: AlertSeverity;
  readonly service: string;
  readonly owner: string;
}

/** Kinds that watch others: their alerts carry the labels of any service. */
const watchers: readonly string[] = ["prometheus", "blackbox"];

/** Every alert with every service and owner that it can be about, in the order of the signals; none for one that always fires. */
export function occurrences(model: Model, signals: Signals): readonly Occurrence[] {
  const seen = subjects(model, signals);
  const all = new Map<string, Subject>([...seen.values()].flatMap((subjects) => [...subjects]));
  return signals.alerts.flatMap((rule) => {
    if (rule.template.always === true)
      return [{ rule, alert: rule.template.name, severity: rule.severity, service: "", owner: "" }];
    const own = watchers.includes(rule.kind) ? all : (seen.get(rule.kind) ?? new Map<string, Subject>());
    return [...own.values()]
      .filter(({ service }) => appliesTo(rule, service))
      .map(({ service, owner }) => ({ rule, alert: rule.template.name, severity: rule.severity, service, owner }));
  });
}

interface Subject {
  readonly service: string;
  readonly owner: string;
}

/** Services and owners by kind: of the targets and probes, and of services that have neither. */
function subjects(model: Model, signals: Signals): ReadonlyMap<string, ReadonlyMap<string, Subject>> {
  const byKind = new Map<string, Map<string, Subject>>();
  const add = (kind: string, service: string, owner: string): void => {
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

function appliesTo({ services }: AlertRule, service: string): boolean {
  if (services === undefined) return true;
  return "only" in services ? services.only.includes(service) : !services.except.includes(service);
}
