import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Bench, Case } from "../case.ts";
import { median } from "../measure.ts";
import type { RenderTimes } from "../render-metrics.ts";
import { figures, printTable, type Row } from "../table.ts";

/** What is rendered. A histogram with 11 buckets has 14 samples. */
interface Load {
  readonly type: "counter" | "gauge" | "histogram";
  readonly samples: number;
  readonly metrics: number;
}

const loads: readonly Load[] = [
  { type: "counter", samples: 100_000, metrics: 1 },
  { type: "counter", samples: 100_000, metrics: 50 },
  { type: "gauge", samples: 100_000, metrics: 50 },
  { type: "histogram", samples: 98_000, metrics: 50 },
  { type: "counter", samples: 10_000, metrics: 10 },
  { type: "gauge", samples: 10_000, metrics: 10 },
  { type: "histogram", samples: 9_800, metrics: 10 },
];
const samplesOfHistogram = 14;
const heldGoalMs = 25;
const zippedGoalMs = 10;
const script = fileURLToPath(new URL("../render-metrics.ts", import.meta.url));

/** Rendering a scrape: prom-client's way, ours over prom-client's registry, and the library's own metrics. */
export const exposition: Case = {
  name: "exposition",
  about: "rendering /metrics: prom-client, ours over its registry, own metrics",
  run: async (bench) => {
    const parts = loads.map((load) => printLoad(load, render(load, bench), bench));
    return parts.join("\n");
  },
};

type Results = Readonly<Record<string, RenderTimes>>;

function render({ type, samples, metrics }: Load, { runs }: Bench): Results | string {
  const series = type === "histogram" ? samples / samplesOfHistogram : samples;
  const args = ["--expose-gc", "--conditions=stackwright-source", script, type, series, metrics, runs].map(String);
  const done = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 300_000, maxBuffer: 2 ** 24 });
  return done.status === 0 ? JSON.parse(done.stdout) : `exit ${done.status}: ${done.stderr.trim().split("\n").at(-1)}`;
}

function printLoad({ type, samples, metrics }: Load, results: Results | string, bench: Bench): string {
  const of = (name: string): Row["figures"] =>
    typeof results === "string" ? results : figures((results[name]?.wallMs ?? []).map(runOf));
  const [own, over] = ["own metrics", "ours over prom-client's registry"];
  const overGoal = type === "histogram" ? 2 : 5;
  const table = printTable(
    `Exposition: ${samples.toLocaleString("en")} samples of ${metrics} ${type}${metrics === 1 ? "" : "s"}`,
    [
      { what: own, figures: of("own") },
      { what: over, figures: of("over") },
      { what: "prom-client", figures: of("prom-client"), against: over, goal: { atLeastTimes: overGoal } },
      { what: "prom-client beside own metrics", figures: of("prom-client"), against: own, goal: { atLeastTimes: 6 } },
    ],
    bench,
  );
  return typeof results === "string" ? table : `${table}\n${printHeld(results, bench)}`;
}

function printHeld(results: Results, { isBusy }: Bench): string {
  const line = (what: string, { heldMs, busyMs }: RenderTimes, goal: string): string =>
    `${what}: event loop held ${ms(median(heldMs))} (most ${ms(Math.max(...heldMs))}), thread busy ${ms(median(busyMs))}${goal}`;
  const judge = (value: number | undefined, goalMs: number): string => {
    if (value === undefined) return "";
    const word = value <= goalMs ? "reached" : isBusy ? "not judged: busy" : "MISSED";
    return `; goal ≤ ${goalMs} ms ${word}`;
  };
  const empty: RenderTimes = { wallMs: [], heldMs: [], busyMs: [] };
  const { over = empty, own = empty, zipped = empty } = results;
  return [
    line("prom-client", results["prom-client"] ?? empty, ""),
    line("ours over its registry", over, judge(median(over.heldMs), heldGoalMs)),
    line("own metrics", own, judge(median(own.heldMs), heldGoalMs)),
    line("gzip of own metrics", zipped, judge(median(zipped.busyMs), zippedGoalMs)),
    "",
  ].join("\n");
}

function runOf(wallMs: number): { readonly wallMs: number; readonly cpuMs: undefined; readonly peakMiB: undefined } {
  return { wallMs, cpuMs: undefined, peakMiB: undefined };
}

function ms(value: number | undefined): string {
  return value === undefined ? "?" : `${value.toFixed(1)} ms`;
}
