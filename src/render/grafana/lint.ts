import { checkQuery } from "./lint-query.ts";
import { type LintedDashboard, type LintedPanel, type LintedVariable, lintable, uidOf } from "./lint-schema.ts";
import { type Finding, type LabelExemption, targetRules } from "./lint-targets.ts";
import { isUnit } from "./units.ts";

export type { Finding, LabelExemption } from "./lint-targets.ts";

/**
 * The rules of Grafana's dashboard-linter for dashboards on Prometheus, under their names there
 * (https://github.com/grafana/dashboard-linter, docs/rules), as checks of our own. `exempt` says which series cannot
 * have a label: recorded ones and alerts have no `instance`, and no matcher is asked for there.
 */
export function lintDashboard(dashboard: unknown, exempt: LabelExemption = () => false): readonly Finding[] {
  const parsed = lintable.parse(dashboard);
  const panels = parsed.panels.flatMap((panel) => [panel, ...panel.panels]).filter(({ type }) => type !== "row");
  return [
    ...dashboardRules(parsed),
    ...panels.flatMap((panel) => panelRules(parsed, panel)),
    ...panels.flatMap((panel) => panel.targets.flatMap(({ expr }) => targetRules(panel.title, expr, exempt))),
  ];
}

function dashboardRules(dashboard: LintedDashboard): readonly Finding[] {
  const { list } = dashboard.templating;
  const found = (rule: string, messages: readonly string[]): readonly Finding[] =>
    messages.map((message) => ({ rule, panel: undefined, message }));
  return [
    ...found("template-datasource-rule", datasourceVariable(list)),
    ...found("template-job-rule", labelVariable(list, "job")),
    ...found("template-instance-rule", labelVariable(list, "instance")),
    ...found("template-label-promql-rule", list.flatMap(checkQuery)),
    ...found("template-on-time-change-reload-rule", list.flatMap(reload)),
    ...found("uneditable-dashboard", dashboard.editable ? ["people can edit it, and lose what they edit"] : []),
  ];
}

function datasourceVariable(list: readonly LintedVariable[]): readonly string[] {
  const sources = list.filter(({ type }) => type === "datasource");
  if (sources.length === 0) return ["has no variable for the data source"];
  return sources.flatMap(({ name, label, query }) => {
    const plain = sources.length === 1 && name === "datasource" && label === "Data source";
    const specific = name === `${query}_datasource` && label.toLowerCase() === `${query} data source`;
    return plain || specific ? [] : [`variable ${name} is not called datasource, with the label Data source`];
  });
}

function labelVariable(list: readonly LintedVariable[], name: string): readonly string[] {
  const variable = list.find((each) => each.name === name);
  if (variable === undefined) return [`has no variable ${name}`];
  const label = `${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`;
  return [
    ...(isTemplated(list, variable.datasource) ? [] : [`variable ${name} does not take its values from $datasource`]),
    ...(variable.type === "query" ? [] : [`variable ${name} is no query`]),
    ...(variable.label === label ? [] : [`variable ${name} has not the label ${label}`]),
    ...(variable.multi ? [] : [`variable ${name} does not take several values`]),
    ...(variable.allValue === ".+" ? [] : [`variable ${name} does not match all by .+`]),
  ];
}

function reload({ type, name, refresh }: LintedVariable): readonly string[] {
  return type !== "query" || refresh === 2 ? [] : [`variable ${name} is not asked again when the time range changes`];
}

function panelRules(dashboard: LintedDashboard, panel: LintedPanel): readonly Finding[] {
  const found = (rule: string, wrong: boolean, message: string): readonly Finding[] =>
    wrong ? [{ rule, panel: panel.title, message }] : [];
  const unit = panel.fieldConfig?.defaults.unit ?? "";
  return [
    ...found(
      "panel-datasource-rule",
      !isTemplated(dashboard.templating.list, panel.datasource),
      "does not take its data from the data source variable",
    ),
    ...found("panel-title-description-rule", panel.title === "", "has no title"),
    ...found("panel-title-description-rule", panel.description === "", "has no description"),
    ...found("panel-units-rule", !isUnit(unit), unit === "" ? "has no unit" : `has the unknown unit ${unit}`),
    ...found("panel-no-targets-rule", panel.targets.length === 0, "has no query"),
  ];
}

function isTemplated(list: readonly LintedVariable[], datasource: LintedPanel["datasource"]): boolean {
  const uid = uidOf(datasource);
  return list.some(({ type, name }) => type === "datasource" && (uid === `$${name}` || uid === `$\{${name}}`));
}
