// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Grafana's variables
import { describe, expect, it } from "vitest";
import { addMatchers, escapeRegex, matcher, selectors } from "../../src/promql/rewrite.ts";

const service = { label: "service", op: "=", value: "a" } as const;

describe("addMatchers", () => {
  it.each([
    ["up", 'up{service="a"}'],
    ["up{}", 'up{service="a"}'],
    ['up{job="x"}', 'up{job="x",service="a"}'],
    ['up{job="x",}', 'up{job="x",service="a",}'],
    ['{job="x"}', '{job="x",service="a"}'],
    ['{"a.b"}', '{"a.b",service="a"}'],
    ["rate(x[5m]) / on (b) y offset 5m", 'rate(x{service="a"}[5m]) / on (b) y{service="a"} offset 5m'],
    ['rate(${m}{a="$b"}[$i])', 'rate(${m}{a="$b",service="a"}[$i])'],
    ["x > $limit", 'x{service="a"} > $limit'],
    ['up{service="a"}', 'up{service="a"}'],
    ["vector(1)", "vector(1)"],
    ["sum(", "sum("],
  ])("turns %s into %s", (expr, expected) => {
    expect(addMatchers(expr, () => [service])).toBe(expected);
  });

  it("asks for each metric by its name", () => {
    const added = addMatchers('a + b + {job="c"}', (name) => (name === "b" ? [service] : []));
    expect(added).toBe('a + b{service="a"} + {job="c"}');
  });
});

describe("selectors", () => {
  it("lists names and unquoted values in the order of the text", () => {
    const found = selectors("a{x='1'} / rate(b{y!~`\\d`}[5m])");
    expect(found.map(({ name, matchers }) => [name, matchers.map(({ value }) => value)])).toEqual([
      ["a", ["1"]],
      ["b", ["\\d"]],
    ]);
  });

  it("lists nothing of what is not PromQL", () => {
    expect(selectors("a{")).toEqual([]);
  });
});

describe("escapeRegex", () => {
  it("makes a pattern that matches just the text", () => {
    expect(matcher("a", "=~", escapeRegex("1.5 (b|c)$"))).toBe('a=~"1\\\\.5 \\\\(b\\\\|c\\\\)\\\\$"');
  });
});
