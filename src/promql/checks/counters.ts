import { bare, type Call, type Expr } from "../ast.ts";
import type { Report } from "../finding.ts";
import type { Shape } from "../shape.ts";

const forCounters: ReadonlySet<string> = new Set(["rate", "irate", "increase", "resets"]);
const forGauges: ReadonlySet<string> = new Set(["delta", "idelta", "deriv", "predict_linear"]);

/** Reports `rate-of-gauge` and `delta-of-counter`. `shape` is that of the function's range vector. */
export function checkCounters(call: Call, shape: Shape, report: Report): void {
  const [range] = call.args;
  if (range === undefined) return;
  const name = call.name.text;
  if (forCounters.has(name) && shape.type === "gauge") {
    report("rate-of-gauge", operand(range), `${name}() is for counters, and ${text(range)} is a gauge`, {
      hint: name === "resets" ? "use changes()" : "use delta(), deriv() or avg_over_time()",
    });
  }
  if (forGauges.has(name) && shape.type === "counter") {
    report("delta-of-counter", operand(range), `${name}() is for gauges, and ${text(range)} is a counter`, {
      hint: name === "delta" || name === "idelta" ? `use ${name === "delta" ? "increase" : "irate"}()` : "use rate()",
    });
  }
}

/** What the range is over: the metric's name, if it is a selector. */
function operand(range: Expr): { readonly from: number; readonly to: number } {
  const inner = innermost(range);
  return inner.type === "selector" ? inner.head : inner;
}

function text(range: Expr): string {
  const inner = innermost(range);
  return inner.type === "selector" && inner.name !== undefined ? inner.name : "this";
}

function innermost(range: Expr): Expr {
  const outer = bare(range);
  if (outer.type === "matrix") return bare(outer.selector);
  return outer.type === "subquery" ? bare(outer.expr) : outer;
}
