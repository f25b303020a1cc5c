import { load } from "js-yaml";
import { z } from "zod";
import type { Path } from "../diagnostics/path.ts";
import { type Problem, problem } from "../diagnostics/problem.ts";
import type { Model } from "../model/model.ts";
import type { OwnParts } from "../render/prometheus/index.ts";

/** Files that the inventory names under `extra`, as read from disk; paths are relative to the inventory's folder. */
export interface OwnFiles {
  readonly rules: readonly OwnFile[];
  readonly dashboards: readonly OwnFile[];
  readonly scrapeConfigs: readonly OwnFile[];
}

export interface OwnFile {
  readonly file: string;
  readonly content: string;
  /** The glob of the inventory that found it. */
  readonly source: Path;
}

/** An expression of the operator's own, with its place in its file. */
export interface OwnExpression {
  readonly file: string;
  readonly expr: string;
  /** Name of the recording rule, where it is one. */
  readonly record: string | undefined;
  readonly alert: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly source: Path;
}

export interface ReadOwnParts {
  readonly parts: OwnParts & { readonly dashboards: readonly OwnFile[] };
  readonly expressions: readonly OwnExpression[];
  /** promtool's unit tests among the rule files, for `check` to run. */
  readonly tests: readonly OwnFile[];
  /** Alerts that a unit test among the rule files names. */
  readonly testedAlerts: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

const rule = z.looseObject({
  record: z.string().optional(),
  alert: z.string().optional(),
  expr: z.union([z.string(), z.number()]).transform(String),
  labels: z.record(z.string(), z.string()).default({}),
});
const ruleFile = z.looseObject({ groups: z.array(z.looseObject({ rules: z.array(rule).default([]) })) });
const testFile = z.looseObject({ tests: z.array(z.unknown()) });

/** Paths under `extra` that match no file: a misspelt one would leave something unproven without a word. */
export function unmatched(model: Model, files: OwnFiles): readonly Problem[] {
  const sections = [
    ["rules", model.extra.rules, files.rules],
    ["dashboards", model.extra.dashboards, files.dashboards],
    ["scrape_configs", model.extra.scrapeConfigs, files.scrapeConfigs],
  ] as const;
  return sections.flatMap(([section, globs, found]) =>
    globs.flatMap((glob, index) => {
      if (found.some(({ source }) => source.at(-1) === index)) return [];
      const message = `extra.${section} names ${JSON.stringify(glob)}, which matches no file below the inventory's folder`;
      return [
        problem("unknown-reference", ["extra", section, index], message, {
          hint: "write the path of a file, or remove it",
        }),
      ];
    }),
  );
}

/** Takes the operator's own files apart: what is passed on, and every expression that has to be proven. */
export function readOwnParts(files: OwnFiles): ReadOwnParts {
  const problems: Problem[] = [];
  const expressions: OwnExpression[] = [];
  const rules: { file: string; content: string }[] = [];
  const tested = new Set<string>();
  const tests: OwnFile[] = [];
  for (const file of files.rules) {
    const value = parse(file, problems, load);
    if (testFile.safeParse(value).success) {
      tests.push(file);
      for (const match of file.content.matchAll(/alertname\s*[:=]\s*"?([A-Za-z0-9_]+)/g)) tested.add(match[1] ?? "");
      continue;
    }
    const read = ruleFile.safeParse(value);
    if (!read.success) {
      if (value !== undefined)
        problems.push(
          problem("invalid-value", file.source, `${file.file} is neither a rule file nor a file of unit tests`, {
            hint: "give it groups with rules, or tests",
          }),
        );
      continue;
    }
    rules.push({ file: file.file, content: file.content });
    for (const { record, alert, expr, labels } of read.data.groups.flatMap((group) => group.rules))
      expressions.push({ file: file.file, expr, record, alert, labels, source: file.source });
  }
  for (const file of files.dashboards)
    expressions.push(...dashboardExpressions(file, parse(file, problems, JSON.parse)));
  const scrapeConfigs = files.scrapeConfigs.flatMap((file) => {
    const value = parse(file, problems, load);
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      problems.push(
        problem("invalid-value", file.source, `${file.file} is not a list of scrape configs`, {
          hint: "begin each scrape config with - job_name:",
        }),
      );
      return [];
    }
    return value.map((config: unknown) => ({ file: file.file, config }));
  });
  return {
    parts: { rules, dashboards: files.dashboards, scrapeConfigs },
    expressions,
    tests,
    testedAlerts: tested,
    problems,
  };
}

function parse(file: OwnFile, problems: Problem[], read: (text: string) => unknown): unknown {
  try {
    return read(file.content);
  } catch (error) {
    const [why = "it cannot be read"] = error instanceof Error ? error.message.split("\n") : [];
    problems.push(
      problem("invalid-value", file.source, `${file.file} cannot be read: ${why}`, { hint: `mend ${file.file}` }),
    );
    return undefined;
  }
}

/** Every `expr` of a dashboard, however deep its rows. */
function dashboardExpressions(file: OwnFile, value: unknown): readonly OwnExpression[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]): readonly OwnExpression[] => {
    if (key === "expr" && typeof inner === "string")
      return [{ file: file.file, expr: inner, record: undefined, alert: undefined, labels: {}, source: file.source }];
    return dashboardExpressions(file, inner);
  });
}
