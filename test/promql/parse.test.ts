// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Grafana's variables
import { describe, expect, it } from "vitest";
import { parse } from "../../src/promql/parse.ts";
import { invalid, valid } from "./validity.ts";

const prometheus = "2.42.0";

/** The tree in brackets, to see what binds to what. */
function tree(text: string): string {
  const parsed = parse(text);
  if (!parsed.ok) return `refused: ${parsed.problems.map(({ message }) => message).join("; ")}`;
  const print = (expr: typeof parsed.expr): string => {
    switch (expr.type) {
      case "binary":
        return `(${print(expr.left)} ${expr.op.text} ${print(expr.right)})`;
      case "unary":
        return `(${expr.op}${print(expr.expr)})`;
      case "matrix":
        return `range(${print(expr.selector)})${expr.offset ? "@" : ""}`;
      case "subquery":
        return `sub(${print(expr.expr)})`;
      case "selector":
        return `${expr.name}${expr.offset ? "@" : ""}`;
      case "number":
        return `${expr.value}`;
      case "variable":
        return "?";
      default:
        return text.slice(expr.from, expr.to);
    }
  };
  return print(parsed.expr);
}

describe("the validity of an expression", () => {
  it.each(valid)("accepts %s", (expr) => {
    expect(parse(expr, { prometheus })).toMatchObject({ ok: true });
  });

  it.each(invalid.filter((expr) => !expr.includes("$y")))("refuses %s", (expr) => {
    expect(parse(expr, { prometheus })).toMatchObject({ ok: false });
  });
});

describe("operators", () => {
  it.each([
    ["a + b offset 5m", "(a + b@)"],
    ["a + b offset 5m * c", "(a + (b@ * c))"],
    ["a * b offset 5m + c", "((a * b@) + c)"],
    ["a - b - c", "((a - b) - c)"],
    ["a ^ b ^ c", "(a ^ (b ^ c))"],
    ["-a ^ b", "(-(a ^ b))"],
    ["-1 ^ 2", "(-(1 ^ 2))"],
    ["-a * b", "((-a) * b)"],
    ["a or b and c", "(a or (b and c))"],
    ["a and b unless c", "((a and b) unless c)"],
    ["a > b + c == d", "((a > (b + c)) == d)"],
    ["2 ^ -a * b", "((2 ^ (-a)) * b)"],
    ["a atan2 b AND c", "((a atan2 b) and c)"],
  ])("bind in %s as in Prometheus", (expr, expected) => {
    expect(tree(expr)).toBe(expected);
  });
});

describe("dashboard variables", () => {
  it.each([
    ["x[$__interval]", "range(x)"],
    ["x[[[range]]]", "range(x)"],
    ["x[${n}m]", "range(x)"],
    ["x[5$unit]", "range(x)"],
    ["x[$__range:$__interval]", "sub(x)"],
    ["x offset ${shift}", "x@"],
    ["x @ ${__to:date:seconds}", "x"],
    ["x > $limit", "(x > ?)"],
    ["$metric[5m]", "range(?)"],
    ['${metric}{a="b"}', "undefined"],
    ["app_${name}_total", "undefined"],
    ["x * [[factor]]", "(x * ?)"],
    ["x * $__range_s", "(x * ?)"],
  ])("may stand in %s", (expr, expected) => {
    expect(tree(expr)).toBe(expected);
  });

  it("in strings stay part of the value", () => {
    const parsed = parse('x{a=~"${b:regex}|$c|[[d]]",e="5$"}');
    expect(parsed.ok && parsed.expr.type === "selector" && parsed.expr.matchers).toMatchObject([
      { label: "a", value: "${b:regex}|$c|[[d]]", variable: true },
      { label: "e", value: "5$", variable: false },
    ]);
  });

  it("leave the offsets of what follows as they are", () => {
    const text = 'rate(x{a="$b"}[$__rate_interval]) + nofn(y)';
    const parsed = parse(text);
    const [problem] = parsed.ok ? [] : parsed.problems;
    expect(text.slice(problem?.from, problem?.to)).toBe("nofn");
  });

  it("are told from the end of a line in a pattern", () => {
    expect(parse('x{a=~"(b$"}').ok).toBe(false);
  });
});

describe("problems", () => {
  it.each([
    ["sum(x", "", "the expression ends too early"],
    ["rat(x[5m])", "rat", "Prometheus has no function rat"],
    ["a b", "b", "unexpected b"],
    ["rate(x)", "x", "rate takes a range vector, and this is an instant vector"],
    ["1 > 2", ">", "two numbers are compared with > bool"],
    ['x{a="\\d"}', '"\\d"', '"\\\\d" is no escape in a string'],
    ["clamp(x, 1)", "clamp(x, 1)", "clamp takes 3 arguments, and here are 2"],
    ["x[0s]", "0s", "the range must be more than 0"],
  ])("of %s point at the smallest wrong thing", (expr, at, message) => {
    const parsed = parse(expr);
    const problems = parsed.ok ? [] : parsed.problems;
    expect(problems.map((one) => [expr.slice(one.from, one.to), one.message])).toEqual([[at, message]]);
  });

  it("do not come from a few hundred operators or brackets", () => {
    expect(parse(`x${" or x".repeat(400)}`)).toMatchObject({ ok: true });
    expect(parse(`${"(".repeat(400)}x${")".repeat(400)}`)).toMatchObject({ ok: true });
  });

  it("are reported rather than exhausting the stack", () => {
    const mixed = `${"(".repeat(400)}x${`${" + x".repeat(400)})`.repeat(400)}`;
    const duration = `x[${"(".repeat(5000)}5m${")".repeat(5000)}]`;
    for (const deep of [
      `${"(".repeat(5000)}x${")".repeat(5000)}`,
      `${"-".repeat(5000)}x`,
      `x${" + x".repeat(5000)}`,
      mixed,
      duration,
    ]) {
      expect(parse(deep)).toMatchObject({ ok: false });
    }
  });
});
