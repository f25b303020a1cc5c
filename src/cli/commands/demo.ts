import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shippedFile } from "../../io/checkout.ts";
import { writeTree } from "../../io/tree/write.ts";
import type { ExitCode } from "../exit.ts";
import { exit } from "../exit.ts";
import { load } from "../load.ts";
import { count, say } from "../output.ts";
import { codeFor, renderSummary, report } from "../report.ts";
import { check } from "./check.ts";

/** Validates, generates and checks an inventory in a temporary folder, the reference inventory unless another is named. */
export async function demo(options: { readonly inventory?: string }): Promise<ExitCode> {
  const inventory = options.inventory ?? shippedFile("examples/meishi.yaml");
  const started = performance.now();
  say(`1. validate ${inventory}`);
  const { diagnostics, result } = await load(inventory);
  report(diagnostics, {});
  say(`   ${renderSummary(diagnostics)}`);
  if (result === undefined || codeFor(diagnostics, false) !== exit.ok) return exit.problem;
  const { model, signals, artifacts, manifest, proof } = result;
  const folder = mkdtempSync(join(tmpdir(), "stackwright-demo-"));
  try {
    say(`2. generate into ${folder}`);
    const written = await writeTree(folder, artifacts, manifest, { force: false, waitMs: 1000 });
    if (!written.ok) return exit.problem;
    const targets = signals.jobs.reduce((sum, job) => sum + job.targets.length, 0);
    const dashboards = artifacts.filter((artifact) => artifact.path.startsWith("dashboards/")).length;
    say(
      `   ${count(model.hosts.size, "host")}, ${count(model.services.size, "service")}, ${count(targets, "scrape target")}, ${count(signals.probes.length, "probe")}`,
    );
    say(
      `   ${count(signals.alerts.length, "alert rule")}, ${count(dashboards, "dashboard")}, ${count(artifacts.length, "artifact")} in all`,
    );
    say(
      `   ${count(proof.count, "expression")} proven against what the targets expose; ${Math.round(performance.now() - started)} ms so far`,
    );
    say("3. check with the real tools");
    return await check({ inventory, output: folder, requireTools: false });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
