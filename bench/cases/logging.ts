import type { Case } from "../case.ts";
import { logLines, type Way } from "../logs/run.ts";
import { median } from "../measure.ts";

const lines = 200_000;
const ways: readonly (readonly [Way, string])[] = [
  ["file", "pino writes to a file"],
  ["durable", "pino writes to the durable buffer, which ships meanwhile"],
  ["fast", "pino writes to the buffer in memory, which ships meanwhile"],
];
/** The logging call, beside pino and a file. */
const mostTimes = 1.5;

/** What a logging call costs the application. */
export const logging: Case = {
  name: "logging",
  about: "the logging call with our buffers, beside pino writing to a file",
  run: async ({ root, folder, runs }) => {
    const all = new Map<Way, number[]>(ways.map(([way]) => [way, []]));
    for (let round = 0; round < runs; round++)
      for (const [way] of ways) all.get(way)?.push(await logLines(root, folder, way, lines));
    const perLine = (way: Way): number => ((median(all.get(way) ?? []) ?? Number.NaN) * 1000) / lines;
    const file = perLine("file");
    return [
      `## Logging call (${lines / 1000},000 lines of 330 bytes, ${runs} interleaved runs)`,
      "",
      "| what | µs a line | ratio | goal |",
      "| --- | --- | --- | --- |",
      ...ways.map(([way, what]) => {
        const ratio = perLine(way) / file;
        const verdict = ratio <= mostTimes ? "met" : "MISSED";
        const goal = way === "file" ? "" : `≤ ${mostTimes}× ${verdict}`;
        return `| ${what} | ${perLine(way).toFixed(2)} | ${ratio.toFixed(2)} | ${goal} |`;
      }),
      "",
    ].join("\n");
  },
};
