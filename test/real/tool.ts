import { describe } from "vitest";
import { findTool } from "../../src/io/tools.ts";

/** A group of tests that needs real tools: a named skip on a person's machine, a failure in CI. */
export function describeWith(tools: readonly string[], name: string, tests: () => void): void {
  const missing = tools.filter((tool) => findTool(tool) === undefined);
  if (missing.length === 0 || process.env["CI"] === "true") describe(name, tests);
  else describe.skip(`${name} (not checked: ${missing.join(", ")} missing here)`, tests);
}
