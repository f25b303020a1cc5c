import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, freemem, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Bench, Case } from "./case.ts";
import { accessLog } from "./cases/access-log.ts";
import { ansible } from "./cases/ansible.ts";
import { durability } from "./cases/durability.ts";
import { exposition } from "./cases/exposition.ts";
import { express } from "./cases/express.ts";
import { expressions } from "./cases/expressions.ts";
import { failover } from "./cases/failover.ts";
import { generate, hosts } from "./cases/generate.ts";
import { instruments } from "./cases/instruments.ts";
import { logging } from "./cases/logging.ts";
import { repeat } from "./cases/repeat.ts";
import { schema } from "./cases/schema.ts";
import { serve } from "./cases/serve.ts";
import { ship } from "./cases/ship.ts";
import { start } from "./cases/start.ts";
import { telemetryStart } from "./cases/telemetry-start.ts";
import { measure } from "./measure.ts";
import { figuresOf } from "./table.ts";

const cases: readonly Case[] = [
  start,
  generate,
  hosts,
  expressions,
  schema,
  repeat,
  ansible,
  accessLog,
  failover,
  serve,
  durability,
  express,
  telemetryStart,
  logging,
  ship,
  exposition,
  instruments,
];
const usage = [
  "npm run bench [-- [--runs N] NAME…]",
  ...cases.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`),
].join("\n");

/** Node alone started in 29 ms on the machine on which the goals in milliseconds were set. */
const startThereMs = 29;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { runs: { type: "string", default: "5" }, help: { type: "boolean", default: false } },
  });
  const runs = Number(values.runs);
  const unknown = positionals.filter((name) => !cases.some((each) => each.name === name));
  if (values.help || unknown.length > 0 || !Number.isInteger(runs) || runs < 1) {
    process.stderr.write(`${usage}\n`);
    return values.help ? 0 : 2;
  }
  const root = fileURLToPath(new URL("..", import.meta.url));
  const bundle = join(root, `node_modules/.cache/stackwright-bench-${process.pid}`);
  const folder = mkdtempSync(join(tmpdir(), "stackwright-bench-"));
  try {
    const built = spawnSync(process.execPath, ["build.ts", bundle], { cwd: root, encoding: "utf8", timeout: 120_000 });
    if (built.status !== 0) throw new Error(`the bundle cannot be built: ${built.stderr}`);
    // Below node_modules the checkout's package.json does not count; without one Node tries both module systems.
    writeFileSync(join(bundle, "package.json"), '{ "type": "module" }\n');
    // Asked once: later the load is our own.
    const isBusy = isMachineBusy();
    const pace = await paceOfMachine();
    process.stdout.write(`${machine(isBusy)}\n${paceLine(pace)}\n\n`);
    for (const each of cases) {
      if (positionals.length > 0 && !positionals.includes(each.name)) continue;
      const bench: Bench = { main: join(bundle, "main.js"), root, folder, runs, isBusy, pace };
      process.stdout.write(`${await each.run(bench)}\n`);
    }
    return 0;
  } finally {
    rmSync(bundle, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

function isMachineBusy(): boolean {
  const [load = 0] = loadavg();
  return load > cpus().length / 2;
}

async function paceOfMachine(): Promise<number> {
  const measured = await measure([{ name: "bare", argv: [process.execPath, "-e", "0"] }], 15);
  const bare = figuresOf(measured, "bare");
  return typeof bare === "string" ? 1 : bare.wallMs / startThereMs;
}

function paceLine(pace: number): string {
  const here = (pace * startThereMs).toFixed(1);
  return `Node alone starts in ${here} ms, where the goals were set in ${startThereMs}: pace ${pace.toFixed(2)}`;
}

function machine(isBusy: boolean): string {
  const [load = 0] = loadavg();
  const gibibytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(0);
  return [
    `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${gibibytes(freemem())} of ${gibibytes(totalmem())} GiB free,`,
    `Node ${process.versions.node}, load ${load.toFixed(2)}: ${isBusy ? "busy, so that only ratios count" : "idle"}`,
  ].join(" ");
}
