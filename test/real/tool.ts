import { existsSync } from "node:fs";
import { describe } from "vitest";
import { findTool } from "../../src/io/tools.ts";
import { canStartLab } from "./lab/lab.ts";

/** A group of tests that needs real tools: a named skip on a person's machine, a failure in CI. */
export function describeWith(tools: readonly string[], name: string, tests: () => void): void {
  describeUnless(
    tools.filter(isMissing).map((tool) => `${tool} missing here`),
    name,
    tests,
  );
}

/** A group of tests on machines of a lab: these need root as well. */
export function describeInLab(tools: readonly string[], name: string, tests: () => void): void {
  const missing = ["ip", "setpriv", "unshare", ...tools].filter(isMissing);
  const reasons = missing.map((tool) => `${tool} missing here`);
  describeUnless(canStartLab() ? reasons : [...reasons, "network namespaces need root on Linux"], name, tests);
}

function describeUnless(reasons: readonly string[], name: string, tests: () => void): void {
  if (reasons.length === 0 || process.env["CI"] === "true") describe(name, tests);
  else describe.skip(`${name} (not checked: ${reasons.join(", ")})`, tests);
}

/** A program, or with a path a file. */
function isMissing(tool: string): boolean {
  return tool.startsWith("/") ? !existsSync(tool) : findTool(tool) === undefined;
}
