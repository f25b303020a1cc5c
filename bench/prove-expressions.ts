import { readFileSync } from "node:fs";
import { readOwnParts } from "../src/pipeline/own-parts.ts";
import { proveAll } from "../src/pipeline/prove.ts";
import { largeModel, readExpressions } from "./expressions.ts";

// Proves the expressions of the file that is named, in a process that has proven none before, and prints the milliseconds.
const [file = ""] = process.argv.slice(2);
const { model, signals } = largeModel();
const dashboards = readExpressions(readFileSync(file, "utf8")).map((expr) => ({
  path: "bench.json",
  panel: "bench",
  expr,
  source: [],
  isOverview: true,
}));
const own = readOwnParts({ rules: [], dashboards: [], scrapeConfigs: [] });
const started = performance.now();
const { findings } = proveAll(model, { ...signals, alerts: [] }, [], dashboards, own);
const took = performance.now() - started;
const [first] = findings;
if (first !== undefined) throw new Error(`${findings.length} findings, the first: ${first.message}`);
process.stdout.write(`${took}\n`);
