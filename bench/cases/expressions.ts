import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { printYaml } from "../../src/artifact/yaml.ts";
import type { Bench, Case } from "../case.ts";
import { manyExpressions } from "../expressions.ts";
import { measure, type Run } from "../measure.ts";
import { type Figures, figures, figuresOf, printTable } from "../table.ts";

const count = 5_000;

/** The proof of 5,000 expressions in a fresh process beside promtool, which parses the same and resolves nothing. */
export const expressions: Case = {
  name: "expressions",
  about: "parsing and resolving 5,000 expressions, beside promtool check rules of the same",
  run: async (bench) => {
    const list = manyExpressions(count);
    const file = join(bench.folder, "expressions.json");
    const rules = join(bench.folder, "expressions.yml");
    writeFileSync(file, JSON.stringify(list));
    const alerts = list.map((expr, at) => ({ alert: `Alert${at}`, expr }));
    writeFileSync(rules, printYaml({ groups: [{ name: "all", rules: alerts }] }));
    const { parse, prove } = inFreshProcesses(bench, file);
    const hasTool = spawnSync("promtool", ["--version"], { stdio: "ignore", timeout: 60_000 }).status === 0;
    const peer = { name: "promtool", argv: ["promtool", "check", "rules", rules] } as const;
    return printTable(
      "Expressions",
      [
        { what: "lezer alone, which only parses", figures: parse },
        {
          what: "proof, in a fresh process",
          figures: prove,
          against: "lezer alone, which only parses",
          // 250 ms where lezer takes 111.
          goal: { wallMs: 250, atMostTimes: 2.25 },
        },
        {
          what: "promtool, whole process",
          figures: hasTool ? figuresOf(await measure([peer], bench.runs), peer.name) : "promtool is not installed",
          against: "proof, in a fresh process",
        },
      ],
      bench,
    );
  },
};

const scripts = { parse: "bench/parse-expressions.ts", prove: "bench/prove-expressions.ts" } as const;

/**
 * Times the work alone, as the scripts print it: what comes before it in a process is measured by the other benches. One
 * run of each after the other, so that both have the same machine.
 */
function inFreshProcesses(
  { root, runs }: Bench,
  file: string,
): Readonly<Record<keyof typeof scripts, Figures | string>> {
  const all: { readonly parse: Run[]; readonly prove: Run[] } = { parse: [], prove: [] };
  for (let round = 0; round < runs; round++) {
    for (const what of ["parse", "prove"] as const) {
      const argv = [join(root, scripts[what]), file];
      const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: "utf8", timeout: 120_000 });
      if (status !== 0) throw new Error(`${scripts[what]}: ${/Error: .*/.exec(stderr)?.[0] ?? "it was ended"}`);
      all[what].push({ wallMs: Number(stdout), cpuMs: undefined, peakMiB: undefined });
    }
  }
  return { parse: figures(all.parse), prove: figures(all.prove) };
}
