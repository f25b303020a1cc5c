import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Case } from "../case.ts";
import { median } from "../measure.ts";

const script = fileURLToPath(new URL("../count-metrics.ts", import.meta.url));

interface Line {
  readonly what: string;
  readonly peer?: string;
  readonly goal?: number;
}

const lines: readonly Line[] = [
  { what: "prom-client counter" },
  { what: "counter", peer: "prom-client counter", goal: 5 },
  { what: "prom-client counter child" },
  { what: "counter bound", peer: "prom-client counter child", goal: 35 },
  { what: "prom-client histogram" },
  { what: "histogram", peer: "prom-client histogram" },
  { what: "prom-client histogram child" },
  { what: "histogram bound", peer: "prom-client histogram child" },
  { what: "histogram bound, with exemplar", peer: "prom-client histogram child" },
];

/** One observation of 100 series with three labels: by labels, and by a series that was bound. */
export const instruments: Case = {
  name: "instruments",
  about: "counting and observing, beside prom-client",
  run: async ({ runs }) => {
    const args = ["--conditions=stackwright-source", script, String(runs)];
    const done = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 300_000 });
    if (done.status !== 0) return `## Instruments\n\nnot measured: ${done.stderr.trim().split("\n").at(-1)}\n`;
    const results: Readonly<Record<string, readonly number[]>> = JSON.parse(done.stdout);
    const ns = (name: string): number => median(results[name] ?? []) ?? Number.NaN;
    return [
      "## Instruments (one observation, three labels, 100 series)",
      "",
      "| what | median | times faster | goal |",
      "| --- | --- | --- | --- |",
      ...lines.map(({ what, peer, goal }) => {
        const times = peer === undefined ? undefined : ns(peer) / ns(what);
        const verdict =
          goal === undefined || times === undefined ? "" : `≥ ${goal} × ${times >= goal ? "reached" : "MISSED"}`;
        return `| ${what} | ${ns(what).toFixed(1)} ns | ${times === undefined ? "" : `${times.toFixed(1)} ×`} | ${verdict} |`;
      }),
      "",
    ].join("\n");
  },
};
