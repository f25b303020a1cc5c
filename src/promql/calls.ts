import { bare, type Call, type Expr } from "./ast.ts";
import { anyOf, anything, fixed, type Label, labelOf } from "./label-values.ts";
import { bareShape, type SeriesType, type Shape, unknownShape, withoutLabels } from "./shape.ts";

const toGauge: ReadonlySet<string> = new Set(
  (
    "rate irate increase delta idelta deriv predict_linear changes resets count_over_time present_over_time " +
    "stddev_over_time stdvar_over_time quantile_over_time histogram_quantile timestamp"
  ).split(" "),
);
const keepsType: ReadonlySet<string> = new Set(
  "sort sort_desc sort_by_label sort_by_label_desc last_over_time first_over_time min_over_time max_over_time".split(
    " ",
  ),
);

/** What a function gives; undefined if it gives a number. `args` are the shapes of the arguments. */
export function callShape(call: Call, args: readonly (Shape | undefined)[]): Shape | undefined {
  const name = call.name.text;
  const shape = args.find((arg) => arg !== undefined);
  switch (name) {
    case "scalar":
      return undefined;
    case "absent":
    case "absent_over_time":
      return absentShape(call.args[0]);
    case "info":
      return unknownShape;
    case "label_replace":
      return shape && replaced(call, shape);
    case "label_join":
      return shape && { ...shape, labels: withLabel(shape, text(call.args[1]), anything), crowd: undefined };
    case "histogram_quantile":
      return shape && { ...withoutLabels(shape, ["le"]), type: "gauge", crowd: undefined };
    case "histogram_quantiles":
      return shape && quantiles(call, shape);
    default:
      return shape === undefined ? constant(call) : { ...shape, type: typeAfter(name, shape.type) };
  }
}

function typeAfter(name: string, type: SeriesType): SeriesType {
  if (toGauge.has(name)) return "gauge";
  return keepsType.has(name) || (type === "gauge" && name.endsWith("_over_time")) ? type : "unknown";
}

/** `vector(1)` and `hour()` are vectors, `time()` and `pi()` are numbers. */
function constant({ name, args }: Call): Shape | undefined {
  const isVector = name.text === "vector" || /^(?:day|hour|minute|month|year)/.test(name.text);
  return isVector && args.every((arg) => arg.type !== "variable") ? bareShape : isVector ? bareShape : undefined;
}

/** The labels that `absent` makes up: those with a single `=`. */
function absentShape(arg: Expr | undefined): Shape {
  let inner = arg === undefined ? undefined : bare(arg);
  if (inner?.type === "matrix") inner = bare(inner.selector);
  const labels = new Map<string, Label>();
  for (const { label, op, value, variable } of inner?.type === "selector" ? inner.matchers : []) {
    if (op === "=" && label !== "__name__" && (variable || value !== "")) {
      labels.set(label, variable ? { ...anything, pinned: true } : fixed(value));
    }
  }
  return { labels, open: false, type: "gauge", crowd: undefined };
}

function replaced(call: Call, shape: Shape): Shape {
  const label = text(call.args[1]);
  const replacement = text(call.args[2]);
  const isLiteral = replacement !== undefined && !replacement.includes("$") && replacement !== "";
  const made: Label = isLiteral ? { values: new Set([replacement]), always: false, pinned: false } : anything;
  const before = label === undefined ? undefined : shape.labels.get(label);
  const after = before === undefined ? made : { ...anyOf([before, made]), always: before.always && isLiteral };
  return {
    ...shape,
    labels: withLabel(shape, label, after),
    open: shape.open || label === undefined,
    crowd: undefined,
  };
}

function quantiles(call: Call, shape: Shape): Shape {
  const kept = withoutLabels(shape, ["le"]);
  return { ...kept, labels: withLabel(kept, text(call.args[1]), labelOf("open")), type: "gauge", crowd: undefined };
}

function withLabel(shape: Shape, name: string | undefined, label: Label): ReadonlyMap<string, Label> {
  return name === undefined ? shape.labels : new Map(shape.labels).set(name, label);
}

/** The value of a string argument, undefined if it is not known. */
function text(arg: Expr | undefined): string | undefined {
  const inner = arg === undefined ? undefined : bare(arg);
  return inner?.type === "string" && !inner.variable ? inner.value : undefined;
}
