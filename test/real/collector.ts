import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTool } from "../../src/io/tools.ts";
import type { Bench } from "./lab/bench.ts";
import { eventually } from "./lab/waiting.ts";

const sources = join(import.meta.dirname, "collector");

/** The Collector of the tests, under a name that changes with what it is made of. */
export const collector = join(tmpdir(), `stackwright-otelcol-${digest()}`);

/** Builds it, unless it is there: two to three minutes on two cores, once. Needs Go; throws what the compiler says. */
export function buildCollector(): void {
  if (existsSync(collector) || findTool("go") === undefined) return;
  process.stderr.write("building the OpenTelemetry Collector\n");
  const own = `${collector}.${process.pid}`;
  const flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags=-s -w"];
  // Without these tags, service discovery of every cloud is compiled as well, for more than a quarter of an hour.
  const { status, stderr } = spawnSync("go", ["build", ...flags, "-tags=remove_all_sd,enable_dns_sd", "-o", own, "."], {
    cwd: sources,
    env: { ...process.env, GOFLAGS: "", GOWORK: "off" },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the Collector cannot be built: ${stderr.trim()}`);
  renameSync(own, collector);
}

/** Starts it with a configuration, and gives where it takes OTLP over HTTP. `OTLP` in it stands for that address. */
export async function startCollector(bench: Bench, configuration: string): Promise<string> {
  if (!existsSync(collector)) throw new Error(`${collector} is missing: building it needs Go`);
  const address = `127.0.0.1:${await bench.freePort()}`;
  const file = await bench.write("collector.yaml", configuration.replaceAll("OTLP", address));
  bench.start(collector, [`--config=${file}`]);
  await eventually(() => fetch(`http://${address}/v1/traces`));
  return `http://${address}`;
}

function digest(): string {
  const hash = createHash("sha256");
  for (const name of ["main.go", "components.go", "go.mod", "go.sum"]) hash.update(readFileSync(join(sources, name)));
  return hash.digest("hex").slice(0, 12);
}
