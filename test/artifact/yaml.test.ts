import { readFileSync } from "node:fs";
import fc from "fast-check";
import { dump, load } from "js-yaml";
import { expect, test } from "vitest";
import { printValue } from "../../src/artifact/yaml.ts";
import { kinds } from "../../src/catalog/index.ts";
import { readInventory } from "../../src/inventory/read.ts";
import { build } from "../../src/pipeline/build.ts";

const byJsYaml = (value: unknown): string => dump(value, { lineWidth: -1, noRefs: true });

/** Characters that mean something in YAML, beside some that never do. */
const telling = fc.string({
  unit: fc.constantFrom(..."yesnotruflYNO019.+-_:xeTZ #'\"[]{},&*!|>%@`?~=<$/(\n\t\\ab é\u0085\u2028"),
  maxLength: 12,
});
/** Numbers, dates and promtool's notation of series, and what is nearly one of them. */
const numeric = fc.string({ unit: fc.constantFrom(..."0123456789xx.+-_: eTa"), maxLength: 9 });
const leaf = fc.oneof(
  telling,
  numeric,
  fc.string(),
  fc.string({ unit: "grapheme" }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(telling, fc.string()), tie("tree"), { maxKeys: 4 }),
  ),
}));

test("a text is printed byte for byte as js-yaml prints it, as an item, as a value and as a key", () => {
  fc.assert(
    fc.property(fc.oneof(telling, numeric, fc.string({ unit: "grapheme" })), (text) => {
      for (const value of [text, [text], { a: text }, { [text]: 1 }, { a: [{ b: text, c: [[text]] }] }])
        expect(printValue(value)).toBe(byJsYaml(value));
    }),
    { numRuns: 2_000 },
  );
});

test("any value is printed byte for byte as js-yaml prints it", () => {
  fc.assert(
    fc.property(tree, (value) => {
      expect(printValue(value)).toBe(byJsYaml(value));
    }),
    { numRuns: 2_000 },
  );
});

test("what is neither a plain list nor a plain map is left to js-yaml", () => {
  const date = new Date(0);
  for (const value of [{ date }, [new Uint8Array([1, 2])]]) expect(printValue(value)).toBe(byJsYaml(value));
});

test("every YAML file of the reference inventory is what js-yaml prints of its value", () => {
  const reading = readInventory(readFileSync("examples/meishi.yaml"));
  if (!reading.ok) throw new Error("the reference inventory is not YAML");
  const { result } = build(reading, kinds, () => ({ rules: [], dashboards: [], scrapeConfigs: [] }));
  const files = (result?.artifacts ?? []).filter(({ path }) => /\.ya?ml$/.test(path));
  expect(files.length).toBeGreaterThan(30);
  for (const { content } of files) {
    const value = load(content);
    expect(printValue(value)).toBe(byJsYaml(value));
  }
});
