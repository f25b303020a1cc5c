import { anyOf, anything, type Label } from "./label-values.ts";

/** Whether values only grow; `unknown` covers untyped metrics and mixtures, and nothing is said of those. */
export type SeriesType = "counter" | "gauge" | "unknown";

/** What is known of the series that an expression gives. */
export interface Shape {
  readonly labels: ReadonlyMap<string, Label>;
  /** There may be labels beside `labels`. */
  readonly open: boolean;
  readonly type: SeriesType;
  /**
   * Set if one service surely gives several series that differ in `host` and `instance`: the labels that all of them
   * share.
   */
  readonly crowd: ReadonlySet<string> | undefined;
}

/** Series of which nothing is known. */
export const unknownShape: Shape = { labels: new Map(), open: true, type: "unknown", crowd: undefined };

/** One series without labels. */
export const bareShape: Shape = { labels: new Map(), open: false, type: "unknown", crowd: undefined };

/** What a label can be on these series; undefined if they surely lack it. */
export function labelIn(shape: Shape, name: string): Label | undefined {
  return shape.labels.get(name) ?? (shape.open || name === "__name__" ? anything : undefined);
}

/** Series of any of these kinds; of each label all values in one pass, because there may be a thousand kinds. */
export function union(shapes: readonly Shape[]): Shape {
  const [first, ...rest] = shapes;
  if (first === undefined) return unknownShape;
  if (rest.length === 0) return first;
  return {
    labels: rest.every(({ labels }) => labels === first.labels) ? first.labels : labelsOfAny(shapes),
    open: shapes.some(({ open }) => open),
    type: rest.every(({ type }) => type === first.type) ? first.type : "unknown",
    crowd: shapes.find(({ crowd }) => crowd !== undefined)?.crowd,
  };
}

function labelsOfAny(shapes: readonly Shape[]): ReadonlyMap<string, Label> {
  const labels = new Map<string, Label>();
  for (const shape of shapes) {
    for (const name of shape.labels.keys()) {
      if (!labels.has(name)) labels.set(name, anyOf(shapes.map((other) => labelIn(other, name))));
    }
  }
  return labels;
}

/** The series without some labels. */
export function withoutLabels(shape: Shape, names: Iterable<string>): Shape {
  const labels = new Map(shape.labels);
  for (const name of names) labels.delete(name);
  return { ...shape, labels };
}

/** The series with only these labels. */
export function onlyLabels(shape: Shape, names: Iterable<string>): Shape {
  const labels = new Map<string, Label>();
  for (const name of names) {
    const label = labelIn(shape, name);
    if (label !== undefined) labels.set(name, label);
  }
  return { ...shape, labels, open: false };
}
