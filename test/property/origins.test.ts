import { describe, expect, it } from "vitest";
import { formatPath, type Path } from "../../src/diagnostics/path.ts";
import { explain } from "../../src/explain/explain.ts";
import { resultOf } from "../random/built.ts";
import { randomInventory } from "../random/inventory.ts";

const seeds = Array.from({ length: 25 }, (_, index) => 2001 + index);
/** Sections that are there, with their defaults, even if they are not written. */
const always = new Set([
  "platform",
  "environment",
  "default_owner",
  "scrape",
  "hosts",
  "segments",
  "services",
  "versions",
]);

describe("every line that is generated", () => {
  it.each(seeds)("leads to a place in the inventory (seed %i)", (seed) => {
    const value = randomInventory(seed);
    const result = resultOf(value);
    const world = {
      ...result,
      panels: result.panels.map(({ artifact, panel, ...more }) => ({ ...more, path: artifact, title: panel })),
    };
    let lines = 0;
    const lost = result.artifacts.flatMap((artifact) => {
      const count = artifact.content.split("\n").length - 1;
      lines += count;
      return Array.from({ length: count }, (_, index) => `${artifact.path}:${index + 1}`).flatMap((what) => {
        const found = explain(what, { ...world, artifacts: [artifact] });
        const sources = found.flatMap((each) => each.sources);
        const wrong = sources.filter((source) => !isThere(value, source));
        if (found.length === 1 && sources.length > 0 && wrong.length === 0) return [];
        return [`${what}: ${sources.length === 0 ? "nothing" : wrong.map(formatPath).join(", ")}`];
      });
    });
    expect(lost.slice(0, 20)).toEqual([]);
    expect(lines).toBeGreaterThan(100);
  });
});

/** The path, or something above it that implies it. */
function isThere(value: unknown, path: Path): boolean {
  const [section] = path;
  if (section === undefined) return false;
  if (always.has(String(section)) && path.length === 1) return true;
  return typeof value === "object" && value !== null && Object.hasOwn(value, section);
}
