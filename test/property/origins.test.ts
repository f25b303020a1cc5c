import { describe, expect, it } from "vitest";
import { formatPath, type Path } from "../../src/diagnostics/path.ts";
import { explain } from "../../src/explain/explain.ts";
import { originOf } from "../../src/explain/file.ts";
import { resultOf } from "../random/built.ts";
import { randomInventory } from "../random/inventory.ts";

const seeds = Array.from({ length: 25 }, (_, index) => 2001 + index);
/** Keys that hold, with their defaults, even if they are not written. */
const implied = new Set(["default_owner", "scrape"]);

describe("every line that is generated", () => {
  it.each(seeds)("leads to a place in the inventory (seed %i)", (seed) => {
    const value = randomInventory(seed);
    const result = resultOf(value);
    const lost = result.artifacts.flatMap((artifact) => {
      const lines = artifact.content.split("\n").length - 1;
      const sources = Array.from({ length: lines }, (_, line) => originOf(artifact, line + 1)?.source);
      const paths = [...new Set(sources.map((source) => JSON.stringify(source ?? artifact.source[0] ?? [])))];
      const wrong = paths.filter((path) => !isThere(value, JSON.parse(path)));
      return [...artifact.source.filter((path) => !isThere(value, path)).map(formatPath), ...wrong].map(
        (path) => `${artifact.path}: ${path}`,
      );
    });
    expect(lost).toEqual([]);
  });

  it.each(seeds.slice(0, 5))("is explained by the inventory and a component (seed %i)", (seed) => {
    const value = randomInventory(seed);
    const { model, signals, artifacts } = resultOf(value);
    const poor = artifacts.flatMap((artifact) => {
      const last = artifact.content.split("\n").length - 1;
      return [1, Math.ceil(last / 2), last].flatMap((line) => {
        const what = `${artifact.path}:${line}`;
        const found = explain(what, { model, signals, artifacts: [artifact], panels: [] });
        const isWhole = found.every(({ sources, component }) => sources.length > 0 && component !== undefined);
        return found.length === 1 && isWhole ? [] : [what];
      });
    });
    expect(poor).toEqual([]);
  });
});

/** The path is written in the inventory, or it is a key whose default holds. */
function isThere(value: unknown, path: Path): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return false;
  if (rest.length === 0 && implied.has(String(key))) return true;
  let inner: unknown = value;
  for (const step of path) {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, step)) return false;
    inner = Object.getOwnPropertyDescriptor(inner, step)?.value;
  }
  return true;
}
