import { type Finding, finding, type Report } from "./finding.ts";
import { parse } from "./parse.ts";
import { SeriesIndex } from "./series.ts";
import { bareShape, type Shape, unknownShape } from "./shape.ts";
import { Walk } from "./walk.ts";
import type { World } from "./world.ts";

export type { Finding } from "./finding.ts";

export interface ProveOptions {
  /** Let aggregations pass that mix services: overviews want that. */
  readonly allowMixing?: boolean;
}

export interface Prover {
  /** What is wrong with an expression, sorted by place. Takes any text and never throws. */
  readonly prove: (expr: string, options?: ProveOptions) => readonly Finding[];
}

/**
 * Proves PromQL against what the targets expose and the rules record. A finding is something that cannot work or means
 * nothing; where the world does not say, nothing is reported. Indexes and findings are kept per prover.
 */
export function createProver(world: World): Prover {
  const { prometheus } = world;
  const series = new SeriesIndex(world, shapeOf);
  const proven = new Map<string, readonly Finding[]>();

  function shapeOf(expr: string): Shape {
    const parsed = parse(expr, { prometheus });
    if (!parsed.ok) return unknownShape;
    return new Walk(series, expr, () => undefined).shape(parsed.expr) ?? bareShape;
  }

  function findingsOf(expr: string): readonly Finding[] {
    const parsed = parse(expr, { prometheus });
    if (!parsed.ok)
      return parsed.problems.map(({ message, hint, ...span }) => finding("parse-error", span, message, { hint }));
    if (parsed.type === "matrix" || parsed.type === "string") {
      const what = parsed.type === "matrix" ? "a range vector" : "a string";
      const hint = parsed.type === "matrix" ? "remove the range, or use a function over it" : undefined;
      return [finding("parse-error", parsed.expr, `${what} is neither drawn nor alerted on`, { hint })];
    }
    const found: Finding[] = [];
    const report: Report = (code, span, message, more) => {
      found.push(finding(code, span, message, more));
    };
    new Walk(series, expr, report).shape(parsed.expr);
    return withoutEchoes(found).toSorted((one, other) => one.from - other.from || one.to - other.to);
  }

  return {
    prove(expr, { allowMixing = false } = {}) {
      let found = proven.get(expr);
      if (found === undefined) {
        found = findingsOf(expr);
        proven.set(expr, found);
      }
      return allowMixing ? found.filter(({ code }) => code !== "mixes-services") : found;
    },
  };
}

/** An `le` in `by` that is not there is told once, as the quantile's problem. */
function withoutEchoes(found: readonly Finding[]): readonly Finding[] {
  if (!found.some(({ code }) => code === "missing-le")) return found;
  return found.filter(({ code, message }) => code !== "unknown-label" || !message.endsWith(" label le"));
}
