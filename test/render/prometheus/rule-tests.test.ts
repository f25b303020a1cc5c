import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parse } from "../../../src/promql/parse.ts";
import { selectors } from "../../../src/promql/rewrite.ts";
import { testsOf } from "../../../src/render/prometheus/rule-tests.ts";
import type { AlertTemplate } from "../../../src/signals/alert.ts";
import type { AlertRule } from "../../../src/signals/signals.ts";
import { resultOf } from "../../random/built.ts";

const tests = z.array(
  z.object({
    name: z.string(),
    input_series: z.array(z.object({ series: z.string(), values: z.string() })),
    promql_expr_test: z.array(z.object({ expr: z.string(), eval_time: z.string(), exp_samples: z.array(z.unknown()) })),
  }),
);

function rule(name: string, expr: string, more: Partial<AlertTemplate> = {}, forSeconds = 300): AlertRule {
  const [metric = ""] = selectors(expr).map((selector) => selector.name ?? "");
  return {
    kind: "k",
    severity: "warning",
    parameters: { threshold: 0, forSeconds },
    services: undefined,
    source: ["services", "s"],
    template: {
      name,
      expr,
      for: "5m",
      severity: "warning",
      about: "instance",
      summary: "s",
      description: "d",
      test: { fires: { [metric]: 1 }, quiet: { [metric]: 0 } },
      ...more,
    },
  };
}

const read = (...rules: readonly AlertRule[]) => tests.parse(testsOf(rules));

describe("unit tests of rules", () => {
  it("share a test where alerts look at different metrics", () => {
    expect(read(rule("A", "a > 0"), rule("B", "b > 0")).map(({ name }) => name)).toEqual([
      "A, B are silent for two services just below their thresholds",
      "A, B fire at their times, not before, for the one of two services that is in trouble",
    ]);
  });

  it("stay apart where an alert reads what another one is tested with, or answers to its name", () => {
    expect(read(rule("A", "a > 0"), rule("B", "b > 0 unless a"))).toHaveLength(4);
    expect(read(rule("A", "a > 0"), rule("B", "a > 1"))).toHaveLength(4);
    expect(read(rule("A", "a > 0"), rule("A", "b > 0"))).toHaveLength(4);
    expect(read(rule("A", "a > 0"), rule("B", 'b > 0 and {__name__=~"c.*"}'))).toHaveLength(4);
    expect(read(rule("A", "a > 0"), rule("B", 'b > 0 unless ALERTS{alertname="A"}'))).toHaveLength(4);
  });

  it("stay apart where an alert reads a record of what another one is tested with", () => {
    const both = [rule("A", "a > 0"), rule("B", "k:b:sum > 0")];
    expect(testsOf(both, [{ record: "k:b:sum", expr: "sum(b)" }])).toHaveLength(2);
    expect(testsOf(both, [{ record: "k:b:sum", expr: "sum(a)" }])).toHaveLength(4);
  });

  it("expect an alert at the first evaluation at or after its time", () => {
    const [, trouble] = read(rule("A", "a > 0", {}, 90));
    expect(trouble?.promql_expr_test.map((test) => [test.eval_time, test.exp_samples.length])).toEqual([
      ["60s", 0],
      ["120s", 1],
    ]);
  });

  it("expect an alert that always fires after its time, too", () => {
    const always = (forSeconds: number) => {
      const [test] = read(rule("A", "vector(1)", { always: true, test: { fires: {}, quiet: {} } }, forSeconds));
      return test?.promql_expr_test.map((one) => [one.eval_time, one.exp_samples.length]);
    };
    expect(always(0)).toEqual([["0s", 1]]);
    expect(always(600)).toEqual([
      ["540s", 0],
      ["600s", 1],
    ]);
  });

  it("put further situations on services of their own", () => {
    const test = { fires: { a: 1 }, quiet: { a: 0 }, alsoFires: [{ a: 2 }], alsoQuiet: [{ a: -1 }, { a: -2 }] };
    const [quiet, trouble] = read(rule("A", "a > 0", { test }));
    expect(quiet?.input_series.map(({ series }) => /service="(\w+)"/.exec(series)?.[1])).toEqual([
      "alpha",
      "beta",
      "delta",
      "epsilon",
    ]);
    expect(trouble?.input_series).toHaveLength(5);
    expect(trouble?.promql_expr_test.at(-1)?.exp_samples).toHaveLength(2);
  });

  it("ask for every alert of the reference inventory, silent and firing, and never for two that meet", () => {
    const { signals, artifacts } = resultOf(
      load(readFileSync(new URL("../../../examples/meishi.yaml", import.meta.url), "utf8")),
    );
    for (const kind of new Set(signals.alerts.map((alert) => alert.kind))) {
      const file = artifacts.find(({ path }) => path === `alerts/tests/${kind}.yml`);
      const all = z.object({ tests }).parse(load(file?.content ?? "")).tests;
      const asked = all.flatMap((test) =>
        test.promql_expr_test.map(
          ({ expr, exp_samples }) => `${/alertname="(\w+)"/.exec(expr)?.[1]} ${exp_samples.length > 0}`,
        ),
      );
      for (const { template } of signals.alerts.filter((alert) => alert.kind === kind)) {
        expect(parse(template.expr.replaceAll("$threshold", "1")).ok).toBe(true);
        expect(asked).toContain(`${template.name} true`);
        if (template.always !== true) expect(asked).toContain(`${template.name} false`);
      }
      for (const { input_series } of all) {
        const names = input_series.map(({ series }) => series);
        expect(names).toEqual([...new Set(names)]);
      }
    }
  });
});
