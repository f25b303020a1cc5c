import { type Aggregate, type Binary, bare, type Call, type Expr, type Selector } from "./ast.ts";
import { callShape } from "./calls.ts";
import { checkAbsent } from "./checks/absence.ts";
import { checkGrouping, checkMixing } from "./checks/aggregations.ts";
import { checkCounters } from "./checks/counters.ts";
import { checkLiteralCount } from "./checks/counts.ts";
import { checkQuantile } from "./checks/histograms.ts";
import { checkJoin } from "./checks/joins.ts";
import { checkSelector } from "./checks/selector.ts";
import type { Report } from "./finding.ts";
import { aggregateShape, binaryShape, isPicking } from "./operators.ts";
import type { SeriesIndex } from "./series.ts";
import { type Shape, unknownShape } from "./shape.ts";

/** Follows an expression from its selectors outwards, and lets the checks judge each step. */
export class Walk {
  readonly #series: SeriesIndex;
  readonly #report: Report;
  readonly #selected = new Map<Expr, Shape>();
  readonly #text: string;

  /** `text` is what the expression was read from. */
  constructor(series: SeriesIndex, text: string, report: Report) {
    this.#series = series;
    this.#text = text;
    this.#report = report;
  }

  /** What the expression gives; undefined if that is a number or a string. */
  shape(expr: Expr): Shape | undefined {
    switch (expr.type) {
      case "selector": {
        const shape = this.#select(expr);
        this.#selected.set(expr, shape);
        return shape;
      }
      case "matrix":
        return this.shape(expr.selector) ?? unknownShape;
      case "subquery":
      case "paren":
        return this.shape(expr.expr);
      case "unary": {
        const shape = this.shape(expr.expr);
        return shape && { ...shape, type: "unknown" };
      }
      case "call":
        return this.#call(expr);
      case "aggregate":
        return this.#aggregate(expr);
      case "binary":
        return this.#binary(expr);
      case "number":
      case "string":
        return undefined;
      case "variable":
        return unknownShape;
    }
  }

  /** The same selectors stand in many expressions; those without findings are worked out once. */
  #select(selector: Selector): Shape {
    const key = this.#text.slice(selector.from, selector.to);
    const before = this.#series.selections.get(key);
    if (before !== undefined) return before;
    let isClean = true;
    const shape = checkSelector(selector, this.#series, (...found) => {
      isClean = false;
      this.#report(...found);
    });
    if (isClean) this.#series.selections.set(key, shape);
    return shape;
  }

  #call(call: Call): Shape | undefined {
    const name = call.name.text;
    const args = call.args.map((arg, index) => {
      // The second argument of info() selects labels to add, not series to give.
      return name === "info" && index === 1 ? undefined : this.shape(arg);
    });
    const [first, second] = args;
    if (first !== undefined) checkCounters(call, first, this.#report);
    if (name === "histogram_quantile" && second !== undefined) checkQuantile(call, second, this.#report);
    if (name === "absent" || name === "absent_over_time") {
      checkAbsent(call, { series: this.#series, shapeOf: (expr) => this.#selected.get(expr) }, this.#report);
    }
    return callShape(call, args);
  }

  #aggregate(aggregate: Aggregate): Shape {
    const shapes = aggregate.args.map((arg) => this.shape(arg));
    const operand = shapes.at(-1) ?? unknownShape;
    checkGrouping(aggregate, operand, this.#report);
    if (!isPicking(aggregate.op.text)) checkMixing(aggregate, operand, this.#report);
    return aggregateShape(aggregate, operand);
  }

  #binary(expr: Binary): Shape | undefined {
    const left = this.#side(expr.left);
    const right = this.#side(expr.right);
    if (left !== undefined && right !== undefined) checkJoin(expr, { left, right, report: this.#report });
    const known = { series: this.#series, shapeOf: (inner: Expr) => this.#selected.get(inner) };
    checkLiteralCount(expr, known, this.#report);
    return binaryShape(expr, left, right);
  }

  /** A dashboard variable beside an operator is taken as a number: joined with a vector it would add no labels either. */
  #side(expr: Expr): Shape | undefined {
    return bare(expr).type === "variable" ? undefined : this.shape(expr);
  }
}
