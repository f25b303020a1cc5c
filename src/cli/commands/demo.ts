import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
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

export interface DemoOptions {
  readonly inventory?: string;
  readonly "web.listenAddress": readonly string[];
  readonly serve: boolean;
  /** How long to serve; without it as long as a terminal is there. */
  readonly seconds?: string;
}

/**
 * Validates, generates and checks an inventory in a temporary folder, the reference inventory unless another is named,
 * and serves it: until Ctrl-C at a terminal, for some seconds where they are named, else not, so that a script ends.
 */
export async function demo(options: DemoOptions): Promise<ExitCode> {
  const seconds = options.seconds === undefined ? undefined : Number(options.seconds);
  if (seconds !== undefined && !(seconds > 0 && seconds <= 86_400)) {
    say(`error: --seconds ${JSON.stringify(options.seconds)} is no number of seconds; write one from 1 to 86400`);
    return exit.usage;
  }
  const inventory = options.inventory ?? shippedFile("examples/meishi.yaml");
  const folder = mkdtempSync(join(tmpdir(), "stackwright-demo-"));
  try {
    const code = await show(inventory, folder);
    if (code === exit.problem || !options.serve || (seconds === undefined && !isAtTerminal())) return code;
    const served = await serveDemo(inventory, join(folder, "state"), {
      addresses: options["web.listenAddress"],
      seconds,
    });
    return served === exit.ok ? code : served;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function show(inventory: string, folder: string): Promise<ExitCode> {
  const started = performance.now();
  say(`1. validate ${inventory}`);
  const { diagnostics, result } = await load(inventory);
  report(diagnostics, {});
  say(`   ${renderSummary(diagnostics)}`);
  if (result === undefined || codeFor(diagnostics, false) !== exit.ok) return exit.problem;
  const { model, signals, artifacts, manifest, proof } = result;
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
  return check({ inventory, output: folder, requireTools: false });
}

/** The addresses of the reference inventory are nobody's to ask, so what Prometheus would say stays unknown. */
async function serveDemo(
  inventory: string,
  state: string,
  { addresses, seconds }: { readonly addresses: readonly string[]; readonly seconds: number | undefined },
): Promise<ExitCode> {
  const { endService, start, untilSignal } = await import("./serve.ts");
  mkdirSync(state);
  process.env["STATE_DIRECTORY"] ??= state;
  const service = await start({
    inventory,
    listenAddresses: addresses,
    secretsOn: "controller",
    asksPrometheus: false,
    log: { info: () => undefined, warn: (message) => say(`   ${message}`), error: (message) => say(`   ${message}`) },
  });
  if (!("addresses" in service)) return service.code;
  const [first] = service.addresses;
  const at = `http://${first?.family === "IPv6" ? `[${first.address}]` : first?.address}:${first?.port}`;
  say(`4. serve ${inventory}`);
  say(`   ${at}/                            status page`);
  say(`   ${at}/metrics                     metrics of the service`);
  say(`   ${at}/sd/prometheus               targets for Prometheus; ?job=NAME for one scrape config`);
  say(seconds === undefined ? "   Ctrl-C ends it" : `   for ${count(seconds, "second")}`);
  await untilSignal(seconds);
  await endService(service);
  return exit.ok;
}

function isAtTerminal(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true && process.env["CI"] === undefined;
}
