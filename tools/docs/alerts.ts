import { kinds } from "../../src/catalog/index.ts";
import { formatDuration } from "../../src/model/units.ts";
import type { AlertTemplate } from "../../src/signals/alert.ts";
import { code, page, table } from "./markdown.ts";

/** Every alert of the catalog with its defaults. */
export function alertsPage(): string {
  const all = kinds.flatMap((kind) => kind.alerts);
  return page("Alerts", [
    `The ${all.length} alerts of the catalog with their defaults. The name leads to the runbook. \`threshold\`, \`for\`, \`severity\` and \`enabled\` can be set for all services under \`alerting.thresholds\` and for one under its \`thresholds\`: see [the guide](../guide/thresholds.md). An alert whose *needs* are met by no target is left out of the rules.`,
    ...kinds
      .filter((kind) => kind.alerts.length > 0)
      .map(
        (kind) =>
          `## ${kind.id}\n\n${table(
            ["alert", "severity", "for", "threshold", "summary"],
            kind.alerts.map((alert) => [
              `[${alert.name}](../../src/catalog/${kind.id}/README.md#${alert.name.toLowerCase()})`,
              alert.severity,
              alert.for,
              thresholdOf(alert),
              summaryOf(alert),
            ]),
          )}`,
      ),
  ]);
}

function thresholdOf({ threshold }: AlertTemplate): string {
  if (threshold === undefined) return "";
  return `${code(printed(threshold.default, threshold.unit))}: ${threshold.meaning}`;
}

/** As an inventory would write it. */
function printed(value: number, unit: NonNullable<AlertTemplate["threshold"]>["unit"]): string {
  switch (unit) {
    case "ratio":
      return `${Number((value * 100).toPrecision(12))}%`;
    case "seconds":
      return Number.isInteger(value * 1000) ? formatDuration(value * 1000) : `${value}s`;
    case "bytes":
      return `${value}B`;
    case "count":
      return String(value);
  }
}

function summaryOf({ summary, needs }: AlertTemplate): string {
  return `${code(summary)}${needs === undefined ? "" : `; needs ${needs.map(code).join(", ")}`}`;
}
