import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { printYaml } from "../../src/artifact/yaml.ts";
import type { Bench, Case } from "../case.ts";
import { manyExpressions } from "../expressions.ts";
import { measure, type Run } from "../measure.ts";
import { figures, figuresOf, printTable } from "../table.ts";

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
    const proof = proofs(bench, file);
    const hasTool = spawnSync("promtool", ["--version"], { stdio: "ignore", timeout: 60_000 }).status === 0;
    const peer = { name: "promtool", argv: ["promtool", "check", "rules", rules] } as const;
    return printTable(
      "Expressions",
      [
        { what: "proof, in a fresh process", figures: proof, goal: { wallMs: 250 } },
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

/** Times the proof alone: what comes before it in a process is measured by the other benches. */
function proofs({ root, runs }: Bench, file: string): ReturnType<typeof figures> {
  const all: Run[] = [];
  for (let round = 0; round < runs; round++) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "bench/prove-expressions.ts"), file], {
      encoding: "utf8",
      timeout: 120_000,
    });
    if (status !== 0) return /Error: .*/.exec(stderr)?.[0] ?? "the process was ended";
    all.push({ wallMs: Number(stdout), cpuMs: undefined, peakMiB: undefined });
  }
  return figures(all);
}
