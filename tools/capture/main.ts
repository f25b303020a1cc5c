// Captures the metric families of real exporters on this machine and writes them beside their kinds.
// `node tools/capture/main.ts [NAME…]`; a capture says what it needs. One that cannot be taken leaves its files as they are.
import { globSync, readFileSync } from "node:fs";
import { type Bench, withBench } from "../../test/real/lab/bench.ts";
import { captures, nameOfCapture } from "./captures.ts";
import { missing } from "./needs.ts";
import { store } from "./store.ts";

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => nameOfCapture(name) === undefined);
if (unknown.length > 0) {
  process.stderr.write(`unknown: ${unknown.join(", ")}; known: ${Object.keys(captures).join(", ")}\n`);
  process.exitCode = 2;
} else {
  const names = asked.length > 0 ? asked.flatMap((name) => nameOfCapture(name) ?? []) : Object.keys(captures);
  for (const name of new Set(names)) {
    if (!(await capture(name))) process.exitCode = 1;
  }
}

/** Whether it was taken; says what came out, or why nothing did. */
async function capture(name: string): Promise<boolean> {
  const { needs = [], files = [], take } = captures[name] ?? {};
  if (take === undefined) return false;
  const lacking = missing(needs);
  if (lacking.length > 0) return notTaken(name, files, lacking);
  process.stderr.write(`${name}: capturing\n`);
  let contents: readonly object[];
  try {
    contents = await withBench((bench) => take(bench).catch((error: unknown) => explain(error, bench)));
  } catch (error) {
    return notTaken(name, files, String(error instanceof Error ? error.message : error).split("\n"));
  }
  for (const [index, file] of files.entries()) {
    const changes = store(file, contents[index] ?? {});
    const said = changes.length === 0 ? "as it was" : `${changes.length} changed`;
    process.stderr.write([`wrote src/catalog/${file}, ${said}`, ...changes].join("\n  ").concat("\n"));
  }
  return true;
}

function notTaken(name: string, files: readonly string[], reasons: readonly string[]): false {
  const kept = files.map((file) => `src/catalog/${file}`).join(" and ");
  process.stderr.write([`${name}: not captured, ${kept} as before`, ...reasons].join("\n  ").concat("\n"));
  return false;
}

/** Adds what the processes of the bench said last, before their logs are removed. */
function explain(error: unknown, bench: Bench): never {
  const logs = globSync("*.log", { cwd: bench.path(".") }).map((file) => {
    const lines = readFileSync(bench.path(file), "utf8").trimEnd().split("\n");
    return [`${file}:`, ...lines.slice(-8)].join("\n  ");
  });
  throw new Error([error instanceof Error ? error.message : String(error), ...logs].join("\n"), { cause: error });
}
