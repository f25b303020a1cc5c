/** A place in the original text, in UTF-16 units. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export type MatchOp = "=" | "!=" | "=~" | "!~";

/** A word with its place: a label of a grouping clause, an operator. */
export interface Word extends Span {
  readonly text: string;
}

export interface Matcher extends Span {
  readonly label: string;
  readonly op: MatchOp;
  /** Unquoted; dashboard variables stand in it as they were written. */
  readonly value: string;
  /** The value holds a dashboard variable, so that it is not known. */
  readonly variable: boolean;
}

/** `up{job="node"}`. A metric name in the braces (`{"a.b"}`, `{__name__="up"}`) is in `name` as well. */
export interface Selector extends Span {
  readonly type: "selector";
  /** Undefined without a name, or if the name holds a dashboard variable (`variable`). */
  readonly name: string | undefined;
  readonly variable: boolean;
  /** The metric name, else the braces: what a finding about the metric points at. */
  readonly head: Span;
  readonly matchers: readonly Matcher[];
  /** Where another matcher goes, and what has to stand around it. */
  readonly insertion: { readonly at: number; readonly form: "braces" | "first" | "next" };
  readonly offset: boolean;
  readonly at: boolean;
}

export interface Matrix extends Span {
  readonly type: "matrix";
  readonly selector: Expr;
  readonly offset: boolean;
  readonly at: boolean;
}

export interface Subquery extends Span {
  readonly type: "subquery";
  readonly expr: Expr;
  readonly offset: boolean;
  readonly at: boolean;
}

export interface Call extends Span {
  readonly type: "call";
  readonly name: Word;
  readonly args: readonly Expr[];
}

export interface Grouping extends Span {
  readonly kind: "by" | "without";
  readonly labels: readonly Word[];
}

export interface Aggregate extends Span {
  readonly type: "aggregate";
  readonly op: Word;
  readonly grouping: Grouping | undefined;
  /** All arguments; the aggregated vector is the last one. */
  readonly args: readonly Expr[];
}

export interface Matching {
  readonly kind: "on" | "ignoring";
  readonly labels: readonly Word[];
  readonly group: "left" | "right" | undefined;
  /** Labels that the group modifier copies from the one side. */
  readonly include: readonly Word[];
}

export interface Binary extends Span {
  readonly type: "binary";
  readonly op: Word;
  readonly left: Expr;
  readonly right: Expr;
  readonly bool: boolean;
  readonly matching: Matching | undefined;
  readonly fill: boolean;
}

export interface Unary extends Span {
  readonly type: "unary";
  readonly op: "-" | "+";
  readonly expr: Expr;
}

export interface Paren extends Span {
  readonly type: "paren";
  readonly expr: Expr;
}

export interface NumberLiteral extends Span {
  readonly type: "number";
  readonly value: number;
}

export interface StringLiteral extends Span {
  readonly type: "string";
  readonly value: string;
  readonly variable: boolean;
}

/** A dashboard variable where an expression stands: a number or a metric, nobody knows. */
export interface Variable extends Span {
  readonly type: "variable";
}

export type Expr =
  | Selector
  | Matrix
  | Subquery
  | Call
  | Aggregate
  | Binary
  | Unary
  | Paren
  | NumberLiteral
  | StringLiteral
  | Variable;

/** Calls `visit` for the expression and everything inside, outermost first. */
export function visit(expr: Expr, visitor: (expr: Expr) => void): void {
  visitor(expr);
  for (const child of children(expr)) visit(child, visitor);
}

/** The expression without the parentheses around it. */
export function bare(expr: Expr): Expr {
  let inner = expr;
  while (inner.type === "paren") inner = inner.expr;
  return inner;
}

function children(expr: Expr): readonly Expr[] {
  switch (expr.type) {
    case "matrix":
      return [expr.selector];
    case "subquery":
    case "unary":
    case "paren":
      return [expr.expr];
    case "call":
    case "aggregate":
      return expr.args;
    case "binary":
      return [expr.left, expr.right];
    case "selector":
    case "number":
    case "string":
    case "variable":
      return [];
  }
}
