import type { Path } from "../../diagnostics/path.ts";
import type { AlertOverride, Model, Service } from "../../model/model.ts";
import { parseDuration } from "../../model/units.ts";
import type { AlertParameters, AlertSeverity, AlertTemplate } from "../../signals/alert.ts";
import type { AlertRule } from "../../signals/signals.ts";
import type { Kind } from "../kind.ts";
import type { Exposure } from "./exposure.ts";

interface Effective {
  readonly severity: AlertSeverity;
  readonly parameters: AlertParameters;
  readonly enabled: boolean;
  readonly source: Path | undefined;
}

/**
 * The alerts of a kind, a rule for each set of parameters: a service's thresholds win over `alerting.thresholds` over the
 * default. An alert that needs metrics is for the services that have them.
 */
export function alertsOf(model: Model, kind: Kind, services: readonly Service[], has: Exposure): readonly AlertRule[] {
  return kind.alerts.flatMap((template) => {
    if (template.needsAlerting === true && model.alerting === undefined) return [];
    const { needs = [] } = template;
    const able = needs.length === 0 ? services : services.filter(({ name }) => needs.every((each) => has(name, each)));
    return rulesOf(model, kind, able, template);
  });
}

function rulesOf(
  model: Model,
  kind: Kind,
  services: readonly Service[],
  template: AlertTemplate,
): readonly AlertRule[] {
  const general = effective(template, generalOverride(model, kind, services, template.name), undefined);
  const special = new Map<string, { readonly effective: Effective; readonly services: string[] }>();
  for (const service of services) {
    const own = service.thresholds[template.name];
    if (own === undefined || isAboutOthers(kind)) continue;
    const value = effective(template, model.alerting?.thresholds[template.name], own);
    const key = JSON.stringify([value.severity, value.parameters, value.enabled]);
    const group = special.get(key) ?? { effective: value, services: [] };
    group.services.push(service.name);
    special.set(key, group);
  }
  const different = [...special.values()]
    .filter((group) => !same(group.effective, general))
    .map((group) => ({ ...group, services: group.services.sort() }));
  const excepted = different.flatMap((group) => group.services).sort();
  const rules: AlertRule[] = [];
  const make = (value: Effective, scope: AlertRule["services"], fallback: Path): void => {
    if (value.enabled)
      rules.push({
        kind: kind.id,
        template,
        severity: value.severity,
        parameters: value.parameters,
        services: scope,
        source: value.source ?? fallback,
      });
  };
  const isExcepted = new Set(excepted);
  const rest = isExcepted.size === 0 ? services : services.filter((service) => !isExcepted.has(service.name));
  const [first] = rest;
  if (first !== undefined) make(general, excepted.length === 0 ? undefined : { except: excepted }, first.source);
  for (const group of different)
    make(group.effective, rest.length === 0 && different.length === 1 ? undefined : { only: group.services }, [
      "services",
    ]);
  return rules;
}

/** Alerts on probes carry the names of the services that are probed: what the probers say holds for all of those. */
function isAboutOthers(kind: Kind): boolean {
  return kind.probeMetrics !== undefined;
}

function generalOverride(
  model: Model,
  kind: Kind,
  services: readonly Service[],
  name: string,
): AlertOverride | undefined {
  const own = isAboutOthers(kind) ? services.find((service) => service.thresholds[name] !== undefined) : undefined;
  return own?.thresholds[name] ?? model.alerting?.thresholds[name];
}

function effective(
  template: AlertTemplate,
  general: AlertOverride | undefined,
  own: AlertOverride | undefined,
): Effective {
  return {
    severity: own?.severity ?? general?.severity ?? template.severity,
    parameters: {
      threshold: own?.threshold ?? general?.threshold ?? template.threshold?.default ?? 0,
      forSeconds: (own?.forMs ?? general?.forMs ?? parseDuration(template.for)) / 1000,
    },
    enabled: (own?.enabled ?? true) && (own !== undefined || (general?.enabled ?? true)),
    source: own?.source ?? general?.source,
  };
}

function same(a: Effective, b: Effective): boolean {
  return (
    a.enabled === b.enabled &&
    a.severity === b.severity &&
    a.parameters.threshold === b.parameters.threshold &&
    a.parameters.forSeconds === b.parameters.forSeconds
  );
}
