// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Grafana's variables
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { kinds } from "../../src/catalog/index.ts";
import { readInventory } from "../../src/inventory/read.ts";
import { build } from "../../src/pipeline/build.ts";
import { readByGrammar } from "../../src/promql/grammar.ts";
import { Notes } from "../../src/promql/notes.ts";
import { readQuick } from "../../src/promql/quick.ts";
import { expressionOf } from "../../src/render/prometheus/expression.ts";
import { invalid, valid } from "./validity.ts";

/** What both readers give must be the same; the quick one may give nothing. */
function expectAgreement(text: string): void {
  const quick = readQuick(text);
  if (quick === undefined) return;
  const notes = new Notes(text);
  expect(quick, text).toStrictEqual(readByGrammar(text, notes));
  expect(notes.all, text).toEqual([]);
}

const words = [
  "( ) { } [ ] , + - * / % ^ == != < > <= >= =~ !~ = and or unless atan2 bool on ignoring group_left group_right by without",
  'up x_total job:x:rate5m "a" "b.*" "\\\\." "$job" "a\\n" 0 1 2.5 1e3 5m 0x1f Inf NaN offset @ start end sum count topk rate',
  "histogram_quantile time vector label_replace absent abs le job by(a) on(job) [5m] [$__rate_interval] [1h:] [1h30m] # '",
].join(" ");
const soup = fc
  .array(fc.constantFrom(...words.split(" ")), { maxLength: 14 })
  .chain((parts) => fc.constantFrom(" ", "", "\n").map((between) => parts.join(between)));

/** Expressions that are mostly right, with blanks where blanks may be. */
const { expression } = fc.letrec<{ expression: string; selector: string }>((tie) => ({
  selector: fc
    .tuple(
      fc.constantFrom("up", "x_total", "job:x:rate5m", "sum", "by", ""),
      fc.constantFrom(
        "",
        "{}",
        '{a="b"}',
        ' { a = "b" , c=~"d|$e" }',
        '{__name__="x"}',
        '{a!="",b!~"\\\\d"}',
        '{on="x"}',
      ),
      fc.constantFrom(
        "",
        "[5m]",
        " [5m]",
        "[$__rate_interval]",
        "[$x]",
        "[0s]",
        "[1h:5m]",
        "[1h:]",
        " offset 5m",
        "[5m]  offset 1d",
        " OFFSET -5m",
        " @ 5",
      ),
    )
    .map((parts) => parts.join("")),
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie("selector"),
    fc.constantFrom("1", "-1", "0.5", '"text"', "time()", "1e3", "$x"),
    fc
      .tuple(
        fc.constantFrom("rate", "abs", "sum", "SUM", "sum by (a, le)", "count without()", "Rate"),
        tie("expression"),
      )
      .map(([name, inner]) => `${name}(${inner})`),
    tie("expression").map((inner) => `sum(${inner}) by (a)`),
    tie("expression").map((inner) => `topk(3,${inner} )`),
    tie("expression").map((inner) => `( ${inner})`),
    tie("expression").map((inner) => `(${inner})[1h:5m] offset 1d`),
    tie("expression").map((inner) => `-${inner}`),
    fc
      .tuple(
        tie("expression"),
        fc.constantFrom(
          "+",
          "-",
          "^",
          "==",
          "> bool",
          "and",
          "OR",
          "unless on (a)",
          "* on(a) group_left(b)",
          "/ ignoring ( a ,b ) group_right",
        ),
        fc.constantFrom(" ", "\n"),
        tie("expression"),
      )
      .map(([left, op, between, right]) => `${left}${between}${op}${between}${right}`),
  ),
}));

test("the quick reader and the grammar agree on everyday expressions", () => {
  fc.assert(fc.property(expression, expectAgreement), { numRuns: 3_000 });
});

test("the quick reader and the grammar agree on rows of any words", () => {
  fc.assert(fc.property(soup, expectAgreement), { numRuns: 3_000 });
});

test("the quick reader and the grammar agree on the tables of right and wrong expressions", () => {
  for (const text of [...valid, ...invalid]) expectAgreement(text);
});

test("the quick reader has nearly all expressions of the reference inventory, and agrees on them", () => {
  const reading = readInventory(readFileSync("examples/meishi.yaml"));
  if (!reading.ok) throw new Error("the reference inventory is not YAML");
  const { result } = build(reading, kinds, () => ({ rules: [], dashboards: [], scrapeConfigs: [] }));
  if (result === undefined) throw new Error("the reference inventory has problems");
  const texts = [...result.panels.map(({ expr }) => expr), ...result.signals.alerts.map(expressionOf)];
  for (const text of texts) expectAgreement(text);
  expect(texts.filter((text) => readQuick(text) === undefined).length).toBeLessThan(texts.length / 20);
});
