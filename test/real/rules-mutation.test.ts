import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { kinds } from "../../src/catalog/index.ts";
import { readInventory } from "../../src/inventory/read.ts";
import { build } from "../../src/pipeline/build.ts";
import { expressionOf } from "../../src/render/prometheus/expression.ts";
import { testsOf } from "../../src/render/prometheus/rule-tests.ts";
import type { AlertRule } from "../../src/signals/signals.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";
import { describeWith } from "./tool.ts";

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
      .map(({ rule, mutant }) => `${rule.template.name}: ${mutant.what}`);
    expect(mutants.length).toBeGreaterThan(1000);
    expect(survivors).toEqual([]);
  });
});

/** The rules of every alert of the reference inventory. */
function everyAlert(): readonly (readonly AlertRule[])[] {
  const inventory = readInventory(readFileSync(new URL("../../examples/meishi.yaml", import.meta.url)));
  if (!inventory.ok) throw new Error("the reference inventory cannot be read");
  const { result } = build(inventory, kinds, () => ({ rules: [], dashboards: [], scrapeConfigs: [] }));
  if (result === undefined) throw new Error("the reference inventory has errors");
  return [...Map.groupBy(result.signals.alerts, (rule) => rule.template.name).values()];
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

/** The files whose tests fail. promtool takes them one after the other, so two processes share them. */
async function failing(files: readonly string[]): Promise<readonly string[]> {
  const middle = Math.ceil(files.length / 2);
  const outputs = await Promise.all([files.slice(0, middle), files.slice(middle)].map(promtool));
  const judged = outputs.flatMap((output) => [...output.matchAll(/^Unit Testing: +(\S+)\n(?: +(SUCCESS))?/gm)]);
  expect(judged.map(([, file]) => file).sort()).toEqual([...files].sort());
  return judged.flatMap(([, file = "", success]) => (success === undefined ? [file] : []));
}

function promtool(files: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const process = spawn("promtool", ["test", "rules", ...files], {
      cwd: folder,
      stdio: ["ignore", "pipe", "ignore"],
    });
    let output = "";
    process.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
    process.on("error", reject).on("close", () => resolve(output));
  });
}
