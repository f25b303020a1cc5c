import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { parseDuration } from "../../src/model/units.ts";
import type { BuildResult } from "../../src/pipeline/build.ts";
import { expressionOf } from "../../src/render/prometheus/expression.ts";
import { testsOf } from "../../src/render/prometheus/rule-tests.ts";
import type { AlertRule } from "../../src/signals/signals.ts";
import { resultOf } from "../random/built.ts";
import { layOut, run, type Said } from "./batch.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";
import { describeWith } from "./tool.ts";

/** Mutants that change nothing which fires, and why. */
const equal: Readonly<Record<string, string>> = {
  'VipMultipleMasters: without "== 1"':
    "it decides how many hosts are counted; whether there are several is the other side's",
};

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "stackwright-mutants-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describeWith(["promtool"], "the unit tests of every alert", () => {
  const alerts = everyAlert();

  it("pass with the alert alone in its file", async () => {
    const names = alerts.map((rules, index) => writeFiles(`whole-${index}`, rules, undefined));
    expect(
      (await failing(names)).map((file) => alerts[Number(file.replace("whole-", ""))]?.[0]?.template.name),
    ).toEqual([]);
  });

  it("fail with each mutant of the alert", async () => {
    const mutants = alerts.flatMap((rules) =>
      rules.flatMap((rule) => mutantsOf(rule).map((mutant) => ({ rules, rule, mutant }))),
    );
    const names = mutants.map(({ rules, rule, mutant }, index) => writeFiles(`m${index}`, rules, { rule, mutant }));
    const killed = new Set(await failing(names));
    const survivors = mutants
      .filter((_, index) => !killed.has(`m${index}`))
      .map(({ rule, mutant }) => `${rule.template.name}: ${mutant.what}`)
      .filter((name) => equal[name] === undefined);
    expect(mutants.length).toBeGreaterThan(1000);
    expect(survivors).toEqual([]);
  });
});

describeWith(["promtool"], "the generated unit tests, in which alerts share tests", () => {
  it("fail for each alert where every one fires a minute late", async () => {
    const { artifacts, signals } = reference();
    const files = artifacts
      .filter(({ path }) => path.startsWith("alerts/"))
      .map(({ path, content }) => ({ path: path.slice("alerts/".length), content }));
    layOut(
      folder,
      files.map(({ path, content }) => ({ path, content: path.startsWith("tests/") ? content : late(content) })),
    );
    const tests = files.map(({ path }) => path).filter((path) => path.startsWith("tests/"));
    const outputs = await test(tests);
    const failed = new Set(
      outputs.flatMap(({ output }) => [...output.matchAll(/alertname=\\"(\w+)/g)].map((match) => match[1])),
    );
    const alerts = signals.alerts
      .filter(({ template }) => template.always !== true)
      .map(({ template }) => template.name);
    expect([...new Set(alerts)].filter((name) => !failed.has(name))).toEqual([]);
  });
});

const ruleFile = z.object({
  groups: z.array(
    z.looseObject({ rules: z.array(z.looseObject({ alert: z.string().optional(), for: z.string().optional() })) }),
  ),
});

/** A rule file in which every alert waits a minute longer. */
function late(content: string): string {
  const groups = ruleFile.parse(load(content)).groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) =>
      rule.alert === undefined ? rule : { ...rule, for: `${parseDuration(rule.for ?? "0s") / 1000 + 60}s` },
    ),
  }));
  return JSON.stringify({ groups });
}

/** The rules of every alert of the reference inventory. */
function everyAlert(): readonly (readonly AlertRule[])[] {
  return [...Map.groupBy(reference().signals.alerts, (rule) => rule.template.name).values()];
}

function reference(): BuildResult {
  return resultOf(load(readFileSync(new URL("../../examples/meishi.yaml", import.meta.url), "utf8")));
}

/** A rule file with one alert alone, one of its rules changed, and the tests of the unchanged one. Gives the name. */
function writeFiles(
  name: string,
  rules: readonly AlertRule[],
  change: { readonly rule: AlertRule; readonly mutant: Mutant } | undefined,
): string {
  const printed = rules.flatMap((rule) => {
    const own = { expr: expressionOf(rule), forSeconds: rule.parameters.forSeconds };
    const now = change?.rule === rule ? change.mutant.rule : own;
    if (now === undefined) return [];
    return [
      { alert: rule.template.name, expr: now.expr, for: `${now.forSeconds}s`, labels: { severity: rule.severity } },
    ];
  });
  const tests = { rule_files: [`${name}.rules`], evaluation_interval: "1m", tests: testsOf(rules) };
  writeFileSync(join(folder, `${name}.rules`), JSON.stringify({ groups: [{ name: "one", rules: printed }] }));
  writeFileSync(join(folder, name), JSON.stringify(tests));
  return name;
}

/** The files whose tests fail. */
async function failing(files: readonly string[]): Promise<readonly string[]> {
  const outputs = await test(files);
  const judged = outputs.flatMap(({ stdout }) => [...stdout.matchAll(/^Unit Testing: +(\S+)\n(?: +(SUCCESS))?/gm)]);
  expect(judged.map(([, file]) => file).sort()).toEqual([...files].sort());
  return judged.flatMap(([, file = "", success]) => (success === undefined ? [file] : []));
}

/** promtool takes files one after the other, so two processes share them. */
function test(files: readonly string[]): Promise<readonly Said[]> {
  const halves = [0, 1].map((half) => files.filter((_, index) => index % 2 === half));
  return Promise.all(halves.map((half) => run("promtool", ["test", "rules", ...half], folder)));
}
