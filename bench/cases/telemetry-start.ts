import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "../case.ts";
import { type Command, measure } from "../measure.ts";
import { type Figures, figuresOf } from "../table.ts";

/** Milliseconds over the bare start that the light mode may take. */
const goalMs = 150;
const bare = "bare Express";
const light = "this library, light mode";

interface Variant {
  readonly name: string;
  readonly preload?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What it costs to start an Express application with telemetry, beside the usual set-up and none. */
export const telemetryStart: Case = {
  name: "telemetry-start",
  about: "start of an Express application with telemetry, light and full, over one without",
  run: async ({ root, folder, runs, isBusy, pace }) => {
    if (!existsSync(join(root, "packages/telemetry/dist/register.js")))
      throw new Error("packages/telemetry/dist is missing: npm run build makes it");
    const library = "@stackwright/telemetry/register";
    const variants: readonly Variant[] = [
      { name: bare },
      { name: light, preload: library },
      { name: "this library, full mode", preload: library, env: { OTEL_PROPAGATORS: "tracecontext,baggage,b3" } },
      { name: "NodeSDK, http and express", preload: join(root, "bench/express/standard.ts") },
    ];
    const measured = await measure(
      variants.map((variant) => commandOf(variant, { root, folder })),
      runs * 3,
    );
    const figures = variants.map(({ name }) => ({ name, own: figuresOf(measured, name) }));
    const [first] = figures;
    const base = first === undefined || typeof first.own === "string" ? undefined : first.own;
    return [
      `## Start of an Express application (${runs * 3} interleaved runs)`,
      "",
      "| what | median | least to most | CPU | over bare | goal |",
      "| --- | --- | --- | --- | --- | --- |",
      ...figures.map(({ name, own }) => printRow(name, own, { base, isBusy, pace })),
      "",
    ].join("\n");
  },
};

function commandOf(
  { name, preload, env = {} }: Variant,
  place: { readonly root: string; readonly folder: string },
): Command {
  const all = {
    NODE_ENV: "production",
    OTEL_SERVICE_NAME: "bench",
    OTEL_METRICS_EXPORTER: "none",
    OTEL_LOGS_EXPORTER: "none",
    TELEMETRY_LOG_MODE: "stdout",
    STATE_DIRECTORY: place.folder,
    ...env,
  };
  return {
    name,
    argv: [
      "env",
      ...Object.entries(all).map(([key, value]) => `${key}=${value}`),
      process.execPath,
      ...(preload === undefined ? [] : ["--import", preload]),
      join(place.root, "bench/telemetry-start/app.mjs"),
    ],
  };
}

interface Context {
  readonly base: Figures | undefined;
  readonly isBusy: boolean;
  readonly pace: number;
}

function printRow(name: string, own: Figures | string, { base, isBusy, pace }: Context): string {
  if (typeof own === "string") return `| ${name} | not measured: ${own} | | | | |`;
  const over = base === undefined ? undefined : own.wallMs - base.wallMs;
  const cells = [
    name,
    `${own.wallMs.toFixed(0)} ms`,
    `${own.leastMs.toFixed(0)} to ${own.mostMs.toFixed(0)} ms`,
    own.cpuMs === undefined ? "" : `${own.cpuMs.toFixed(0)} ms`,
    over === undefined || name === bare ? "" : `+${over.toFixed(0)} ms`,
    name === light ? `≤ +${goalMs} ms ${verdict(over, isBusy, pace)}` : "",
  ];
  return `| ${cells.join(" | ")} |`;
}

function verdict(over: number | undefined, isBusy: boolean, pace: number): string {
  if (over === undefined) return "not measured";
  if (over <= goalMs) return "reached";
  const atPace = over <= goalMs * pace ? ` (at this machine's pace ${(goalMs * pace).toFixed(0)} ms: reached)` : "";
  return `${isBusy ? "not judged: busy" : "MISSED"}${atPace}`;
}
