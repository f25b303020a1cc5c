import type { Service } from "../model/model.ts";
import { formatDuration } from "../model/units.ts";
import type { AlertRule, Signals } from "../signals/signals.ts";
import type { Explainable, Explanation } from "./explain.ts";

/** An alert by its name: one explanation for each rule that it became. */
export function explainAlert(what: string, { signals, model, artifacts }: Explainable): readonly Explanation[] {
  return signals.alerts
    .filter((rule) => rule.template.name === what)
    .map((rule): Explanation => {
      const services = [...model.services.values()].filter(
        (service) => service.kind === rule.kind && isFor(rule, service.name) && isMeasured(service, signals),
      );
      const file = artifacts.find((artifact) => artifact.path === `alerts/${rule.kind}.yml`);
      const { template, parameters } = rule;
      return {
        subject: `alert ${template.name}`,
        facts: [
          `${rule.severity}, after ${formatDuration(parameters.forSeconds * 1000)}: ${template.summary}`,
          `expression: ${template.expr.trim().replaceAll(/\s+/g, " ")}`,
          ...(template.threshold === undefined
            ? []
            : [`threshold: ${parameters.threshold} (${template.threshold.meaning}; ${template.threshold.unit})`]),
          `for services: ${services.map((service) => service.name).join(", ")}`,
          ...(file === undefined ? [] : [`rule: ${file.path}, runbook: src/catalog/${rule.kind}/README.md`]),
        ],
        component: `catalog/${rule.kind}`,
        sources: [rule.source, ...services.map((service) => service.source).filter((source) => source !== rule.source)],
      };
    });
}

function isFor(rule: AlertRule, service: string): boolean {
  if (rule.services === undefined) return true;
  return "only" in rule.services ? rule.services.only.includes(service) : !rule.services.except.includes(service);
}

/** Of what runs elsewhere only the port is asked, unless it is scraped: no alert of its kind is about it. */
function isMeasured({ name, instances }: Service, { jobs }: Signals): boolean {
  return instances.length > 0 || jobs.some((job) => job.service === name);
}
