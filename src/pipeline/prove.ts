import type { Artifact } from "../artifact/artifact.ts";
import { worldOf } from "../check/expressions/world.ts";
import { type Code, type Severity, severities } from "../diagnostics/codes.ts";
import type { Path } from "../diagnostics/path.ts";
import type { Model } from "../model/model.ts";
import { createProver } from "../promql/prove.ts";
import type { Recorded } from "../promql/world.ts";
import { expectedRecords } from "../render/prometheus/expected.ts";
import { expressionOf } from "../render/prometheus/expression.ts";
import type { Signals } from "../signals/signals.ts";
import { placeInText } from "./expression-place.ts";
import type { OwnExpression, ReadOwnParts } from "./own-parts.ts";
import { placeAtPath } from "./own-place.ts";
import { ownProviders } from "./own-targets.ts";

/** Something wrong with an expression, with its place in the file that holds it. */
export interface ExpressionFinding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  readonly hint: string | undefined;
  /** The inventory path behind it. */
  readonly source: Path;
}

interface Candidate {
  readonly file: string;
  readonly expr: string;
  /** What it belongs to, for the message. */
  readonly of: string;
  readonly source: Path;
  readonly allowMixing: boolean;
  /** Line of the artifact at which it begins, where that is known; in an own file its path. */
  readonly from: number | Path;
}

/** An expression of a dashboard: which file, which panel. */
export interface DashboardExpression {
  readonly path: string;
  readonly panel: string;
  readonly expr: string;
  readonly source: Path;
  /** Overviews put services side by side on purpose. */
  readonly isOverview: boolean;
}

export interface Proof {
  /** How many expressions were proven. */
  readonly count: number;
  readonly findings: readonly ExpressionFinding[];
}

/** Proves every expression of rules and dashboards, ours and the operator's own. */
export function proveAll(
  model: Model,
  signals: Signals,
  artifacts: readonly Artifact[],
  dashboards: readonly DashboardExpression[],
  own: ReadOwnParts,
): Proof {
  const texts = new Map(artifacts.map((artifact) => [artifact.path, artifact]));
  const recorded: Recorded[] = [
    ...signals.records.map(({ record, expr, labels }) => ({ name: record, expr, labels: labels ?? {} })),
    ...expectedRecords(model, signals).map(({ record, expr, labels }) => ({ name: record, expr, labels })),
    ...own.expressions.flatMap(({ record, expr, labels }) =>
      record === undefined ? [] : [{ name: record, expr, labels }],
    ),
  ];
  const alertNames = [
    ...signals.alerts.map((rule) => rule.template.name),
    ...own.expressions.flatMap(({ alert }) => alert ?? []),
  ];
  const world = worldOf(signals, recorded, alertNames, prometheusVersion(model));
  const providers = [...world.providers, ...ownProviders(own.parts.scrapeConfigs)];
  const prover = createProver({ ...world, providers });
  const candidates = [
    ...ruleCandidates(signals, texts),
    ...dashboards.map(dashboardCandidate),
    ...own.expressions.map(ownCandidate),
  ];
  const contents = new Map([...texts].map(([path, artifact]) => [path, artifact.content]));
  for (const { file, content } of [...own.parts.rules, ...own.parts.dashboards]) contents.set(file, content);
  const findings = candidates.flatMap((candidate) =>
    prover.prove(candidate.expr, { allowMixing: candidate.allowMixing }).map((finding): ExpressionFinding => {
      const { code, severity, message, hint, from } = finding;
      const text = contents.get(candidate.file) ?? "";
      const place =
        typeof candidate.from === "number"
          ? placeInText(text, candidate.expr, from, candidate.from)
          : placeAtPath(text, candidate.from, candidate.expr, from);
      return {
        file: candidate.file,
        ...place,
        code,
        severity,
        message: `${candidate.of}: ${message}`,
        hint,
        source: candidate.source,
      };
    }),
  );
  return { count: candidates.length, findings: [...findings, ...untested(own)] };
}

function prometheusVersion(model: Model): string | undefined {
  const versions = [...model.services.values()]
    .filter((service) => service.kind === "prometheus")
    .flatMap((service) => service.version ?? []);
  return versions[0] ?? model.versions["prometheus"];
}

function ruleCandidates(signals: Signals, texts: ReadonlyMap<string, Artifact>): readonly Candidate[] {
  const lineOf = (file: string, component: string, skip: number): number =>
    (texts.get(file)?.origins ?? []).filter((origin) => origin.component === component)[skip]?.from ?? 1;
  const seen = new Map<string, number>();
  const rule = (kind: string, what: string, name: string, expr: string, source: Path): Candidate => {
    const file = `alerts/${kind}.yml`;
    const component = `catalog/${kind} ${what} ${name}`;
    const before = seen.get(component) ?? 0;
    seen.set(component, before + 1);
    return { file, expr, of: `${what} ${name}`, source, allowMixing: false, from: lineOf(file, component, before) };
  };
  return [
    ...signals.records.map(({ kind, record, expr }) => rule(kind, "record", record, expr, ["services"])),
    ...signals.alerts.map((alert) => rule(alert.kind, "alert", alert.template.name, expressionOf(alert), alert.source)),
  ];
}

function dashboardCandidate({ path, panel, expr, source, isOverview }: DashboardExpression): Candidate {
  return { file: path, expr, of: `panel "${panel}"`, source, allowMixing: isOverview, from: 1 };
}

function ownCandidate({ file, expr, record, alert, title, at, source }: OwnExpression): Candidate {
  const drawn = title === undefined ? "a panel without a title" : `panel ${JSON.stringify(title)}`;
  const of = alert !== undefined ? `alert ${alert}` : record !== undefined ? `record ${record}` : drawn;
  return { file, expr, of, source, allowMixing: false, from: at };
}

/** Our alerts have their cases; the operator's own need a unit test among the rule files. */
function untested(own: ReadOwnParts): readonly ExpressionFinding[] {
  return own.expressions.flatMap(({ file, alert, source, at }) => {
    if (alert === undefined || own.testedAlerts.has(alert)) return [];
    const content = own.parts.rules.find((rule) => rule.file === file)?.content ?? "";
    return [
      {
        file,
        ...placeAtPath(content, [...at.slice(0, -1), "alert"], alert, 0),
        code: "untested-alert" as const,
        severity: severities["untested-alert"],
        message: `alert ${alert} has no unit test`,
        hint: `add a promtool test file under extra.rules with an alert_rule_test for ${alert}`,
        source,
      },
    ];
  });
}
