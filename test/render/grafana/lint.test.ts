import { expect, test } from "vitest";
import { renderDashboards } from "../../../src/render/grafana/index.ts";
import { labelKnowledge } from "../../../src/render/grafana/labels.ts";
import { lintDashboard } from "../../../src/render/grafana/lint.ts";
import { model, signals } from "../platform.ts";

const good = (): unknown => structuredClone(sample);

/** A dashboard with one panel, as small as the rules allow. */
const sample = {
  title: "MySQL",
  editable: false,
  templating: {
    list: [
      { type: "datasource", name: "datasource", label: "Data source", query: "prometheus" },
      ...["Job", "Instance"].map((label) => ({
        type: "query",
        name: label.toLowerCase(),
        label,
        datasource: { uid: "$datasource" },
        query: { query: `label_values(up{kind="mysql"}, ${label.toLowerCase()})` },
        multi: true,
        allValue: ".+",
        refresh: 2,
      })),
    ],
  },
  panels: [
    { type: "row", title: "State", panels: [] },
    {
      type: "timeseries",
      title: "Queries",
      description: "Steady is normal.",
      datasource: { uid: "$datasource" },
      fieldConfig: { defaults: { unit: "ops" } },
      targets: [
        {
          refId: "A",
          expr: 'sum(rate(mysql_queries_total{job=~"$job",instance=~"$instance"}[$__rate_interval]))',
        },
      ],
    },
  ],
};

test("a good dashboard has no findings", () => {
  expect(lintDashboard(good())).toEqual([]);
});

/** Replaces one piece of the good dashboard's JSON, and says which rules object. */
function broken(from: string, to: string): readonly string[] {
  const text = JSON.stringify(good());
  if (!text.includes(from)) throw new Error(`the good dashboard has no ${from}`);
  const findings = lintDashboard(JSON.parse(text.replace(from, to)));
  return [...new Set(findings.map(({ rule }) => rule))];
}

const matchers = String.raw`{job=~\"$job\",instance=~\"$instance\"}`;
const refreshed = '"refresh":2';

test.each([
  ["template-datasource-rule", '"label":"Data source"', '"label":"Source"'],
  ["template-job-rule", '"name":"job"', '"name":"work"'],
  ["template-job-rule", '"label":"Job"', '"label":"Work"'],
  ["template-job-rule", '"multi":true', '"multi":false'],
  ["template-job-rule", '"allValue":".+"', '"allValue":".*"'],
  ["template-instance-rule", '"name":"instance"', '"name":"target"'],
  ["template-label-promql-rule", "up{kind=", "up{{kind="],
  ["template-label-promql-rule", "label_values(", "label_value("],
  ["template-on-time-change-reload-rule", refreshed, '"refresh":1'],
  ["uneditable-dashboard", '"editable":false', '"editable":true'],
  [
    "panel-datasource-rule",
    '"description":"Steady is normal.","datasource":{"uid":"$datasource"}',
    '"description":"Steady is normal.","datasource":{"uid":"P1809F7CD0C75ACF3"}',
  ],
  ["panel-title-description-rule", '"title":"Queries"', '"title":""'],
  ["panel-title-description-rule", '"description":"Steady is normal."', '"description":""'],
  ["panel-units-rule", '"unit":"ops"', '"unit":"queries"'],
  ["panel-units-rule", '"unit":"ops"', '"decimals":2'],
  ["panel-no-targets-rule", JSON.stringify(sample.panels[1]?.targets), "[]"],
  ["target-promql-rule", "sum(rate(", "sum((rate("],
  ["target-rate-interval-rule", "$__rate_interval", "5m"],
  ["target-job-rule", matchers, String.raw`{instance=~\"$instance\"}`],
  ["target-job-rule", String.raw`job=~\"$job\"`, String.raw`job=\"$job\"`],
  ["target-instance-rule", matchers, String.raw`{job=~\"$job\"}`],
  [
    "target-counter-agg-rule",
    `rate(mysql_queries_total${matchers}[$__rate_interval])`,
    `mysql_queries_total${matchers}`,
  ],
])("%s objects when %s becomes %s", (rule, from, to) => {
  expect(broken(from, to)).toEqual([rule]);
});

test("without a variable for the data source everything that should use it is found", () => {
  expect(broken('"name":"datasource"', '"name":"prom"')).toEqual([
    "template-datasource-rule",
    "template-job-rule",
    "template-instance-rule",
    "panel-datasource-rule",
  ]);
});

test("a variable in braces names the data source as well", () => {
  expect(broken('"uid":"$datasource"', `"uid":"$\{datasource}"`)).toEqual([]);
});

test("panels inside a collapsed row are looked at too", () => {
  const [row, panel] = sample.panels;
  const collapsed = { ...sample, panels: [{ ...row, panels: [{ ...panel, description: "" }] }] };
  expect(lintDashboard(collapsed).map(({ rule }) => rule)).toEqual(["panel-title-description-rule"]);
});

test("series that cannot have a label need no matcher on it", () => {
  const text = JSON.stringify(good()).replace(matchers, String.raw`{job=~\"$job\"}`);
  const exempt = (metric: string | undefined, label: string): boolean =>
    metric === "mysql_queries_total" && label === "instance";
  expect(lintDashboard(JSON.parse(text), exempt)).toEqual([]);
});

test("every dashboard that we print keeps all rules", () => {
  const hasLabel = labelKnowledge(signals);
  const findings = renderDashboards(model, signals).artifacts.flatMap(({ path, content }) =>
    lintDashboard(JSON.parse(content), (metric, label) => !hasLabel(metric, label)).map(
      (finding) => `${path}: ${finding.rule} ${finding.panel}: ${finding.message}`,
    ),
  );
  // Recorded numbers of the inventory have no instance, which the exemption knows.
  expect(findings).toEqual([]);
});
