import { bare, type Call, type Selector, visit } from "../ast.ts";
import type { Report } from "../finding.ts";
import { labelIn, type Shape } from "../shape.ts";

/** Reports `missing-le`: a quantile over something without buckets. `shape` is that of the second argument. */
export function checkQuantile(call: Call, shape: Shape, report: Report): void {
  const arg = call.args[1];
  if (arg === undefined || labelIn(shape, "le") !== undefined) return;
  const inner = bare(arg);
  const selectors: Selector[] = [];
  visit(arg, (expr) => {
    if (expr.type === "selector") selectors.push(expr);
  });
  const isBucket = selectors.some(({ name }) => name?.endsWith("_bucket") === true);
  if (isBucket) {
    const span = inner.type === "aggregate" ? (inner.grouping ?? inner.op) : arg;
    report("missing-le", span, "histogram_quantile() needs the label le, and it is aggregated away here", {
      hint: "add le to by (…)",
    });
    return;
  }
  const [first] = selectors;
  const what = first?.name ?? "this";
  report("missing-le", first?.head ?? arg, `histogram_quantile() needs buckets, and ${what} has no label le`, {
    hint: "use the histogram's series that end in _bucket",
  });
}
