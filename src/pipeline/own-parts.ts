import { load } from "js-yaml";
import { z } from "zod";
import { ownName } from "../artifact/own-name.ts";
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

/** A scrape config of the operator's own, with the glob that found its file. */
export interface OwnScrapeConfig {
  readonly file: string;
  readonly config: unknown;
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
  /** Title of the panel or name of the annotation that draws it. */
  readonly title: string | undefined;
  /** Where it stands in its file. */
  readonly at: Path;
  readonly source: Path;
}

export interface ReadOwnParts {
  readonly parts: OwnParts & {
    readonly dashboards: readonly OwnFile[];
    readonly scrapeConfigs: readonly OwnScrapeConfig[];
  };
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

const named = z.looseObject({ job_name: z.string() });

/** Names of own scrape configs that are taken: Prometheus refuses the whole config where one stands twice. */
export function takenJobNames(
  scrapeConfigs: readonly OwnScrapeConfig[],
  ours: ReadonlySet<string>,
): readonly Problem[] {
  const owners = new Map([...ours].map((name) => [name, "one of ours"]));
  return scrapeConfigs.flatMap(({ file, config, source }) => {
    const read = named.safeParse(config);
    if (!read.success) return [];
    const name = read.data.job_name;
    const owner = owners.get(name);
    owners.set(name, owner ?? `another one in ${file}`);
    if (owner === undefined) return [];
    const message = `${file} has a scrape config with job_name ${JSON.stringify(name)}, which is also that of ${owner}`;
    return problem("duplicate-name", source, message, { hint: `give it another job_name in ${file}` });
  });
}

/** Own files that would be passed on under one name, because only letters, digits, dots, hyphens and _ are kept of a path. */
function sameNames(files: readonly OwnFile[]): readonly Problem[] {
  const first = byOwnName(files);
  return files.flatMap(({ file, source }) => {
    const other = first.get(ownName(file));
    if (other === undefined || other.file === file) return [];
    const message = `${other.file} and ${file} would both be passed on as ${ownName(file)}`;
    return problem("duplicate-name", source, message, { hint: `give ${file} another name` });
  });
}

/** The first file of each name. */
function byOwnName(files: readonly OwnFile[]): ReadonlyMap<string, OwnFile> {
  return new Map(files.toReversed().map((each) => [ownName(each.file), each]));
}

/** A file that two globs find is there once. */
function once(files: readonly OwnFile[]): readonly OwnFile[] {
  const byName = new Map<string, OwnFile>();
  for (const file of files) if (!byName.has(file.file)) byName.set(file.file, file);
  return [...byName.values()];
}

/** Takes the operator's own files apart: what is passed on, and every expression that has to be proven. */
export function readOwnParts(files: OwnFiles): ReadOwnParts {
  const problems: Problem[] = [];
  const expressions: OwnExpression[] = [];
  const rules: OwnFile[] = [];
  const tested = new Set<string>();
  const tests: OwnFile[] = [];
  for (const file of once(files.rules)) {
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
          problem("invalid-value", file.source, notRules(file.file, read.error.issues, value), {
            hint: "give it groups with rules, or tests",
          }),
        );
      continue;
    }
    rules.push(file);
    for (const [group, { rules: inGroup }] of read.data.groups.entries())
      for (const [index, { record, alert, expr, labels }] of inGroup.entries()) {
        const at = ["groups", group, "rules", index, "expr"];
        expressions.push({ file: file.file, expr, record, alert, labels, title: undefined, at, source: file.source });
      }
  }
  const dashboards = once(files.dashboards);
  for (const file of dashboards) expressions.push(...dashboardExpressions(file, parse(file, problems, JSON.parse)));
  const scrapeConfigs = once(files.scrapeConfigs).flatMap((file) => {
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
    return value.map((config: unknown) => ({ file: file.file, config, source: file.source }));
  });
  return {
    parts: {
      rules: rules.filter((each) => byOwnName(rules).get(ownName(each.file)) === each),
      dashboards: dashboards.filter((each) => byOwnName(dashboards).get(ownName(each.file)) === each),
      scrapeConfigs,
    },
    expressions,
    tests,
    testedAlerts: tested,
    problems: [...problems, ...sameNames(rules), ...sameNames(dashboards)],
  };
}

/** Says where a file with `groups` is none of rules; without any it is something else. */
function notRules(file: string, issues: readonly z.core.$ZodIssue[], value: unknown): string {
  const path = issues[0]?.path ?? [];
  if (path.length < 2 || typeof value !== "object") return `${file} is neither a rule file nor a file of unit tests`;
  const at = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
  return `${file} is no rule file: ${at.slice(1)} is missing or has the wrong form`;
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

/** Every `expr` of a dashboard that Prometheus is asked, however deep its rows, with the title of what holds it. */
function dashboardExpressions(file: OwnFile, value: unknown, at: Path = [], title?: string): readonly OwnExpression[] {
  if (typeof value !== "object" || value === null || asksAnother(value)) return [];
  return Object.entries(value).flatMap(([key, inner]): readonly OwnExpression[] => {
    const path = [...at, Array.isArray(value) ? Number(key) : key];
    if (key === "expr" && typeof inner === "string") {
      const of = title ?? titleOf(value);
      const base = { file: file.file, expr: inner, record: undefined, alert: undefined, labels: {} };
      return [{ ...base, title: of, at: path, source: file.source }];
    }
    return dashboardExpressions(file, inner, path, key === "targets" ? titleOf(value) : title);
  });
}

const source = z.looseObject({ datasource: z.looseObject({ type: z.string() }) });

/** Whether a panel or query says that its data source is none of Prometheus: Loki's queries stand under `expr`, too. */
function asksAnother(value: object): boolean {
  const type = source.safeParse(value).data?.datasource.type;
  return type !== undefined && !/prometheus|^datasource$|^-- |mixed/i.test(type);
}

/** A panel has a title, an annotation a name. */
function titleOf(value: object): string | undefined {
  const { title, name }: { title?: unknown; name?: unknown } = value;
  const found = [title, name].find((each) => typeof each === "string" && each !== "");
  return typeof found === "string" ? found : undefined;
}
