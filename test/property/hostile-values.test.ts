import { load } from "js-yaml";
import { beforeAll, describe, expect, it } from "vitest";
import { kinds } from "../../src/catalog/index.ts";
import type { Path } from "../../src/diagnostics/path.ts";
import type { Problem } from "../../src/diagnostics/problem.ts";
import { compile } from "../../src/model/compile.ts";
import type { BuildResult } from "../../src/pipeline/build.ts";
import { resultOf } from "../random/built.ts";
import { everyField } from "../random/every-field.ts";
import { hostileValues } from "../random/hostile.ts";
import { textsOf, withTexts } from "../random/leaves.ts";

const rounds = 45;
/** `kind` decides what else is looked at; it has a test of its own. */
const leaves = textsOf(everyField).filter(({ path }) => path.at(-1) !== "kind");

interface Round {
  readonly tried: number;
  /** Texts that were refused nowhere, by path. */
  readonly accepted: ReadonlyMap<string, string>;
  /** Refused in words that do not name the place. */
  readonly misplaced: readonly string[];
}

/** Puts a hostile value into every field at once and sees which are refused, each at its own place. */
function round(seed: number): Round {
  const values = hostileValues(leaves.length, seed);
  const texts = new Map(leaves.map(({ path }, index) => [JSON.stringify(path), values[index] ?? ""]));
  const { problems } = compile(withTexts(everyField, texts), kinds);
  const errors = problems.filter(({ severity }) => severity === "error");
  const isLeaf = new Set(texts.keys());
  const misplaced = errors.filter(({ path }) => !isLeaf.has(JSON.stringify(path)) && !isAbove(path)).map(describeProblem);
  const refused = new Set(errors.flatMap(({ path }) => leaves.filter((leaf) => reaches(path, leaf.path))).map(({ path }) => JSON.stringify(path)));
  return { tried: values.length, accepted: new Map([...texts].filter(([path]) => !refused.has(path))), misplaced };
}

describe("a hostile value in any field of an inventory", () => {
  const seen: Round[] = [];
  beforeAll(() => {
    for (let seed = 1; seed <= rounds; seed++) seen.push(round(seed));
  });

  it("is refused at its place or accepted; more than 10,000 were tried", () => {
    expect(seen.reduce((sum, { tried }) => sum + tried, 0)).toBeGreaterThan(10_000);
    expect(seen.flatMap(({ misplaced }) => misplaced)).toEqual([]);
  });

  it("is accepted in fields that take free text only", () => {
    const fields = new Set(seen.flatMap(({ accepted }) => [...accepted.keys()]).map((path) => fieldOf(JSON.parse(path))));
    expect([...fields].sort()).toMatchInlineSnapshot();
  });

  it("stands in every generated file as exactly that value, and nowhere else", () => {
    for (const { accepted } of seen) expect(differences(accepted)).toEqual([]);
  });

  it("never gets into an alert's labels or annotations, where it could become a template", () => {
    for (const { accepted } of seen) {
      const { artifacts } = resultOf(withTexts(everyField, accepted));
      const texts = artifacts
        .filter(({ path }) => /^alerts\/[^/]+\.yml$/.test(path))
        .flatMap(({ content }) => textsOf(load(content)))
        .filter(({ path }) => path.includes("labels") || path.includes("annotations"));
      const templates = [...accepted.values()].filter((value) => value.includes("{{"));
      expect(texts.filter(({ text }) => templates.some((value) => text.includes(value)))).toEqual([]);
    }
  });
});
