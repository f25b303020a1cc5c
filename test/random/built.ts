import { dump } from "js-yaml";
import { kinds } from "../../src/catalog/index.ts";
import { readInventory } from "../../src/inventory/read.ts";
import { type Build, type BuildResult, build } from "../../src/pipeline/build.ts";

/** An inventory's value, written as YAML, read and built as a command would. */
export function buildOf(value: unknown): Build {
  const reading = readInventory(dump(value, { lineWidth: -1, noRefs: true }));
  if (!reading.ok) throw new Error(`not YAML: ${JSON.stringify(reading.flaws)}`);
  return build(reading, kinds, () => ({ rules: [], dashboards: [], scrapeConfigs: [] }));
}

/** What a valid inventory gives; throws with its problems where it is not valid. */
export function resultOf(value: unknown): BuildResult {
  const { result, problems } = buildOf(value);
  if (result === undefined)
    throw new Error(`has errors: ${JSON.stringify(problems.filter(({ severity }) => severity === "error"))}`);
  return result;
}
