import { type Aggregate, type Binary, bare, type Call, type Expr, type Selector } from "./ast.ts";
import { aggregations, functions, type Signature, type ValueType } from "./functions.ts";
import type { Notes } from "./notes.ts";
import { readPattern } from "./regex.ts";

const sets: ReadonlySet<string> = new Set(["and", "or", "unless"]);
const comparisons: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);
const names: Readonly<Record<ValueType, string>> = {
  scalar: "a number",
  vector: "an instant vector",
  matrix: "a range vector",
  string: "a string",
  any: "anything",
};

/** The type of an expression. What Prometheus refuses although the grammar lets it pass goes to `notes`. */
export function typeCheck(expr: Expr, notes: Notes): ValueType {
  switch (expr.type) {
    case "selector":
      checkSelector(expr, notes);
      return "vector";
    case "matrix":
      typeCheck(expr.selector, notes);
      return "matrix";
    case "subquery":
      expect(expr.expr, { type: "vector", where: "a subquery", notes });
      return "matrix";
    case "call":
      return checkCall(expr, notes);
    case "aggregate":
      return checkAggregate(expr, notes);
    case "binary":
      return checkBinary(expr, notes);
    case "unary": {
      const type = typeCheck(expr.expr, notes);
      if (type === "matrix" || type === "string") notes.problem(expr, `${expr.op} takes no ${names[type].slice(2)}`);
      return type;
    }
    case "paren":
      return typeCheck(expr.expr, notes);
    case "number":
      return "scalar";
    case "string":
      return "string";
    case "variable":
      return "any";
  }
}

/** Whether an operator compares. */
export function isComparison(op: string): boolean {
  return comparisons.has(op);
}

/** Whether an operator is `and`, `or` or `unless`. */
export function isSetOperator(op: string): boolean {
  return sets.has(op);
}

interface Expected {
  readonly type: ValueType;
  readonly where: string;
  readonly notes: Notes;
}

function expect(expr: Expr, { type, where, notes }: Expected): void {
  const found = typeCheck(expr, notes);
  if (found === type || found === "any" || type === "any") return;
  const isRange = type === "matrix" && bare(expr).type === "selector";
  notes.problem(
    expr,
    `${where} takes ${names[type]}, and this is ${names[found]}`,
    isRange ? "add a range: [5m]" : found === "matrix" ? "remove the range, or use a function over it" : undefined,
  );
}

function checkSelector(selector: Selector, notes: Notes, mayBeEmpty = false): void {
  let isNarrow = selector.name !== undefined || selector.variable || mayBeEmpty;
  for (const matcher of selector.matchers) {
    const { op, value, variable } = matcher;
    isNarrow ||= variable || (op === "=" && value !== "") || (op === "!=" && value === "");
    if ((op !== "=~" && op !== "!~") || variable) continue;
    const pattern = readPattern(value);
    if (pattern.kind === "invalid") notes.problem(matcher, `${JSON.stringify(value)} is no pattern: ${pattern.reason}`);
    else if (pattern.kind === "opaque") isNarrow = true;
    else isNarrow ||= pattern.matches("") === (op === "!~");
  }
  if (!isNarrow) notes.problem(selector, "the selector takes every series there is", "name a metric");
}

function checkCall(call: Call, notes: Notes): ValueType {
  const signature = functions.get(call.name.text);
  if (signature === undefined) {
    notes.problem(call.name, `Prometheus has no function ${call.name.text}`);
    return "any";
  }
  const what = `the function ${call.name.text}`;
  if (signature.since !== undefined) notes.needs(signature.since, call.name, what);
  if (signature.until !== undefined) {
    notes.gone(signature.until, call.name, what, "write double_exponential_smoothing");
  }
  checkCount(call, signature, notes);
  const [, labels] = call.args;
  if (call.name.text === "info" && labels?.type === "selector") {
    if (labels.name !== undefined) notes.problem(labels, "info takes label matchers without a metric name");
    checkSelector(labels, notes, true);
  }
  for (const [index, arg] of call.args.entries()) {
    if (call.name.text === "info" && index === 1 && arg.type === "selector") continue;
    const type = signature.args[Math.min(index, signature.args.length - 1)];
    expect(arg, { type: type ?? "any", where: call.name.text, notes });
  }
  return signature.returns;
}

function checkCount(call: Call, { args, optional = 0, repeats }: Signature, notes: Notes): void {
  const least = args.length - optional;
  const most = repeats === undefined ? args.length : args.length - 1 + repeats;
  const { length } = call.args;
  if (length >= least && length <= most) return;
  const wanted =
    most === least ? `${least}` : most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`;
  notes.problem(call, `${call.name.text} takes ${wanted} argument${wanted === "1" ? "" : "s"}, and here are ${length}`);
}

function checkAggregate(aggregate: Aggregate, notes: Notes): ValueType {
  const { op, args } = aggregate;
  const known = aggregations.get(op.text);
  if (known?.since !== undefined) notes.needs(known.since, op, `the aggregation ${op.text}`);
  const wanted = known?.parameter === undefined ? 1 : 2;
  if (args.length !== wanted) {
    notes.problem(
      aggregate,
      `${op.text} takes ${wanted} argument${wanted === 1 ? "" : "s"}, and here are ${args.length}`,
    );
  }
  for (const [index, arg] of args.entries()) {
    const type = wanted === 2 && index === 0 ? (known?.parameter ?? "any") : index < wanted ? "vector" : "any";
    expect(arg, { type, where: op.text, notes });
  }
  return "vector";
}

function checkBinary(expr: Binary, notes: Notes): ValueType {
  const { op, matching } = expr;
  const sides = [expr.left, expr.right].map((side) => {
    const type = typeCheck(side, notes);
    if (type === "matrix" || type === "string") {
      notes.problem(side, `${op.text} takes numbers and instant vectors, and this is ${names[type]}`);
    }
    return type;
  });
  const isScalar = sides.includes("scalar");
  const isSet = isSetOperator(op.text);
  if (expr.bool && !isComparison(op.text)) notes.problem(op, "bool stands only behind a comparison");
  if (isComparison(op.text) && !expr.bool && sides.every((type) => type === "scalar")) {
    notes.problem(op, `two numbers are compared with ${op.text} bool`);
  }
  if (isSet && isScalar) notes.problem(op, `${op.text} works on two vectors only`);
  if (isScalar && (matching?.labels.length ?? 0) > 0) {
    notes.problem(op, `${matching?.kind} works on two vectors only`);
  }
  if (isScalar && expr.fill) notes.problem(op, "fill works on two vectors only");
  if (isSet && matching?.group !== undefined) {
    notes.problem(op, `${op.text} takes no group_${matching.group}`);
  }
  if (isSet && expr.fill) notes.problem(op, `${op.text} takes no fill`);
  if (matching?.kind === "on") {
    const twice = matching.include.find(({ text }) => matching.labels.some((label) => label.text === text));
    if (twice !== undefined) notes.problem(twice, `${twice.text} stands in on() and in group_${matching.group}()`);
  }
  if (sides.every((type) => type === "scalar")) return "scalar";
  return sides.every((type) => type === "any" || type === "scalar") && sides.includes("any") ? "any" : "vector";
}
