import type { Artifact } from "../../artifact/artifact.ts";
import { generatedHeader } from "../../artifact/comment.ts";
import { type Piece, printOutline } from "../../artifact/outline.ts";
import type { Model } from "../../model/model.ts";
import { servicesOf } from "../../model/services.ts";
import { formatDuration } from "../../model/units.ts";
import type { AlertRule, Signals } from "../../signals/signals.ts";
import { expectedRecords } from "./expected.ts";
import { expressionOf } from "./expression.ts";
import { prometheusHosts, unit } from "./layout.ts";

const generator = "render/prometheus";

/** A rule file for each kind that has rules, and one with the numbers that the inventory expects. */
export function renderRules(model: Model, signals: Signals, links: RuleLinks): readonly Artifact[] {
  const kinds = [...new Set([...signals.alerts, ...signals.records].map((rule) => rule.kind))].sort();
  const files = kinds.map((kind) => {
    const records = signals.records.filter((record) => record.kind === kind);
    const alerts = signals.alerts.filter((alert) => alert.kind === kind);
    const source = servicesOf(model, kind).map((service) => service.source);
    const pieces: Piece[] = [
      { text: `groups:\n  - name: ${kind}\n    rules:\n` },
      ...records.map(({ record, expr, labels }) => ({
        value: [{ record, expr, ...(labels && { labels }) }],
        indent: 6,
        source: source[0] ?? [],
        component: `catalog/${kind} record ${record}`,
      })),
      ...alerts.map((alert) => ({
        value: [alertRule(model, alert, links)],
        indent: 6,
        source: alert.source,
        component: `catalog/${kind} alert ${alert.template.name}`,
      })),
    ];
    return ruleFile(model, kind, source, pieces);
  });
  return [...files, expectedFile(model, signals)];
}

/** Where annotations point to. */
export interface RuleLinks {
  /** Address of the dashboard of a kind, or undefined where there is none. */
  readonly dashboard: (kind: string) => string | undefined;
}

/** Rules of one alert with other parameters are told apart by a label: promtool's lint takes them for duplicates otherwise. */
function alertRule(model: Model, rule: AlertRule, links: RuleLinks): unknown {
  const { template } = rule;
  const runbook = model.alerting?.runbookBase;
  const dashboard = links.dashboard(rule.kind);
  return {
    alert: template.name,
    expr: expressionOf(rule),
    ...(rule.parameters.forSeconds === 0 ? {} : { for: formatDuration(rule.parameters.forSeconds * 1000) }),
    labels: {
      severity: rule.severity,
      platform: model.platform,
      environment: model.environment,
      ...(rule.services !== undefined && "only" in rule.services && { parameters_of: rule.services.only.join(" ") }),
    },
    annotations: {
      summary: template.summary,
      description: template.description,
      ...(runbook === undefined
        ? {}
        : { runbook_url: `${runbook.replace(/\/$/, "")}/${rule.kind}#${template.name.toLowerCase()}` }),
      ...(dashboard === undefined ? {} : { dashboard_url: dashboard }),
    },
  };
}

function expectedFile(model: Model, signals: Signals): Artifact {
  const pieces: Piece[] = [
    { text: "groups:\n  - name: inventory\n    rules:\n" },
    ...expectedRecords(model, signals).map(({ source, ...rule }) => ({
      value: [rule],
      indent: 6,
      source,
      component: `render/prometheus record ${rule.record}`,
    })),
  ];
  return ruleFile(model, "inventory", [["services"], ["hosts"]], pieces);
}

function ruleFile(model: Model, name: string, source: Artifact["source"], pieces: readonly Piece[]): Artifact {
  const { content, origins } = printOutline(generatedHeader(generator, source), pieces);
  return {
    path: `alerts/${name}.yml`,
    content,
    mode: 0o644,
    owner: "root:root",
    generator,
    source,
    origins,
    installs: prometheusHosts(model).map((host) => ({ host, path: `/etc/prometheus/rules/${name}.yml`, reload: unit })),
  };
}
