// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Grafana's variables
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "../../src/promql/parse.ts";
import { createProver } from "../../src/promql/prove.ts";
import { addMatchers, matcher, selectors } from "../../src/promql/rewrite.ts";
import { invalid, valid } from "./validity.ts";
import { world } from "./world.ts";

const nasty = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom('"} or vector(1) #', "\\", "\n", '\\"', "${x}", "`", "\u0000", "\u007f", "a\\\nb'"),
);
const hosts = fc.constantFrom(
  "up",
  "up{}",
  'up{job="x"}',
  'up{job="x",}',
  'sum by (a) (rate(x_total{a=~"$b"}[$__rate_interval])) / y offset 5m',
  '{__name__=~"a|b" # comment }\n}',
  '${metric}{a="b"}',
  "max_over_time((x > 0)[1h:$step])",
  'label_replace(x, "a", "$1", "b", "(.*)")',
);
const garbage = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        ..."( ) { } [ ] , : + - * == =~ = \" ' ` # $ @ \\ up x sum by (a) rate( [5m] offset 5m 1 and on bool".split(
          " ",
        ),
      ),
      { maxLength: 25 },
    )
    .map((parts) => parts.join(" ")),
  fc
    .tuple(fc.constantFrom(...valid, ...invalid), fc.nat(40), fc.nat(5), fc.string({ maxLength: 3 }))
    .map(([expr, at, cut, put]) => expr.slice(0, at) + put + expr.slice(at + cut)),
);

describe("addMatchers", () => {
  it("gives PromQL whose selectors have the matcher, whatever the value", () => {
    fc.assert(
      fc.property(hosts, nasty, fc.constantFrom("=", "!="), (expr, value, op) => {
        const result = addMatchers(expr, () => [{ label: "added", op, value }]);
        expect(parse(result).ok).toBe(true);
        const after = selectors(result);
        expect(after).toHaveLength(selectors(expr).length);
        for (const { matchers } of after) expect(matchers.at(-1)).toMatchObject({ label: "added", op, value });
      }),
    );
  });

  it("changes nothing else: without the printed matchers the text is the old one", () => {
    fc.assert(
      fc.property(hosts, nasty, (expr, value) => {
        const printed = matcher("added", "=", value);
        const result = addMatchers(expr, () => [{ label: "added", op: "=", value }]);
        const plain = (text: string): string => text.replaceAll("{}", "");
        expect(plain(result.replaceAll(`,${printed}`, "").replaceAll(printed, ""))).toBe(plain(expr));
      }),
    );
  });
});

describe("the parser and the prover", () => {
  const prover = createProver(world);

  it("take any text, and point into it", () => {
    fc.assert(
      fc.property(garbage, (text) => {
        const parsed = parse(text);
        if (!parsed.ok) expect(parsed.problems.length).toBeGreaterThan(0);
        for (const { from, to } of prover.prove(text)) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to).toBeGreaterThanOrEqual(from);
          expect(to).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
