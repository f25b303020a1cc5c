import type { Binary, Expr, Matching, Span, Word } from "./ast.ts";
import type { Notes } from "./notes.ts";

/** An expression taken apart, in the order of the text. */
export type Piece =
  | { readonly kind: "operand"; readonly expr: Expr }
  | { readonly kind: "prefix"; readonly op: "-" | "+"; readonly from: number }
  | {
      readonly kind: "infix";
      readonly op: Word;
      readonly bool: Span | undefined;
      readonly matching: Matching | undefined;
      readonly fill: Span | undefined;
    }
  | { readonly kind: "matrix" | "subquery" | "offset" | "at" | "extended"; readonly to: number };

const levels: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  "+": 4,
  "-": 4,
  "*": 5,
  "/": 5,
  "%": 5,
  atan2: 5,
  "^": 6,
};
const comparison = 3;
const power = 6;

/**
 * Puts the pieces together by Prometheus' precedences; undefined if there are none.
 * https://prometheus.io/docs/prometheus/latest/querying/operators/#binary-operator-precedence
 */
export function climb(pieces: readonly Piece[], notes: Notes): Expr | undefined {
  let at = 0;
  const operand = (): Expr | undefined => {
    const piece = pieces[at++];
    if (piece === undefined) return undefined;
    if (piece.kind === "prefix") {
      const expr = parse(power);
      return expr === undefined ? undefined : { type: "unary", op: piece.op, expr, from: piece.from, to: expr.to };
    }
    if (piece.kind !== "operand") return undefined;
    let expr = piece.expr;
    for (let next = pieces[at]; next !== undefined && isPostfix(next); next = pieces[at]) {
      expr = extend(expr, next, notes);
      at++;
    }
    return expr;
  };
  const parse = (least: number): Expr | undefined => {
    let left = operand();
    for (let next = pieces[at]; left !== undefined && next?.kind === "infix"; next = pieces[at]) {
      const text = next.op.text.toLowerCase();
      const level = levels[text] ?? comparison;
      if (level < least) break;
      at++;
      const right = parse(level === power ? level : level + 1);
      if (right === undefined) return left;
      left = binary(left, right, next);
    }
    return left;
  };
  return parse(0);
}

type Postfix = Extract<Piece, { kind: "matrix" | "subquery" | "offset" | "at" | "extended" }>;

function isPostfix(piece: Piece): piece is Postfix {
  return piece.kind !== "operand" && piece.kind !== "prefix" && piece.kind !== "infix";
}

function binary(left: Expr, right: Expr, { op, bool, matching, fill }: Extract<Piece, { kind: "infix" }>): Binary {
  return {
    type: "binary",
    op: { ...op, text: op.text.toLowerCase() },
    left,
    right,
    bool: bool !== undefined,
    matching,
    fill: fill !== undefined,
    from: left.from,
    to: right.to,
  };
}

function extend(expr: Expr, piece: Postfix, notes: Notes): Expr {
  const { to } = piece;
  switch (piece.kind) {
    case "matrix":
      if (expr.type !== "selector" && expr.type !== "variable") {
        notes.problem(expr, "a range stands only behind a selector", "for an expression write a subquery: [5m:]");
      } else if (expr.type === "selector" && (expr.offset || expr.at)) {
        notes.problem(expr, "offset and @ come after the range", "write x[5m] offset 1h");
      }
      return { type: "matrix", selector: expr, offset: false, at: false, from: expr.from, to };
    case "subquery":
      return { type: "subquery", expr, offset: false, at: false, from: expr.from, to };
    case "offset":
    case "at":
      return modify(expr, piece.kind, { to, notes });
    case "extended":
      if (expr.type !== "selector" && expr.type !== "matrix" && expr.type !== "variable") {
        notes.problem(expr, "anchored and smoothed stand only behind a selector");
      }
      return expr;
  }
}

function modify(expr: Expr, kind: "offset" | "at", { to, notes }: { to: number; notes: Notes }): Expr {
  const word = kind === "at" ? "@" : kind;
  if (expr.type === "variable") return expr;
  if (expr.type !== "selector" && expr.type !== "matrix" && expr.type !== "subquery") {
    notes.problem(expr, `${word} stands only behind a selector or a subquery`);
    return expr;
  }
  if (expr[kind]) notes.problem(expr, `${word} stands here twice`);
  return kind === "at" ? { ...expr, at: true, to } : { ...expr, offset: true, to };
}
