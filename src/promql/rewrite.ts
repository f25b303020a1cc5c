import { type MatchOp, type Selector, visit, type Matcher as Written } from "./ast.ts";
import { parse } from "./parse.ts";
import { quote } from "./strings.ts";

export { escapeRegex } from "./regex.ts";

/** A matcher to add. The value is plain text; Grafana variables in it stay variables. */
export interface Matcher {
  readonly label: string;
  readonly op: MatchOp;
  readonly value: string;
}

/** A selector of an expression with its place. */
export type Selected = Pick<Selector, "name" | "from" | "to"> & { readonly matchers: readonly Written[] };

/** `label="value"` as PromQL, with everything in the value escaped. */
export function matcher(label: string, op: MatchOp, value: string): string {
  return `${/^[A-Za-z_]\w*$/.test(label) ? label : quote(label)}${op}${quote(value)}`;
}

/** All selectors of an expression in the order of the text; none if it is not PromQL. */
export function selectors(expr: string): readonly Selected[] {
  return findSelectors(expr).map(({ name, from, to, matchers }) => ({ name, from, to, matchers }));
}

/**
 * The expression with more matchers in each selector; those that a selector has already are not repeated. Nothing else
 * of the text changes. An expression that is not PromQL comes back as it is: the proof reports it.
 * `matchersFor` gets the metric's name, undefined where there is none or a dashboard variable stands for it.
 */
export function addMatchers(expr: string, matchersFor: (metricName: string | undefined) => readonly Matcher[]): string {
  let text = "";
  let copied = 0;
  for (const selector of findSelectors(expr)) {
    const added = matchersFor(selector.name).filter((wanted) => !selector.matchers.some((had) => isSame(had, wanted)));
    if (added.length === 0) continue;
    const { at, form } = selector.insertion;
    const printed = added.map(({ label, op, value }) => matcher(label, op, value)).join(",");
    text += expr.slice(copied, at);
    text += form === "braces" ? `{${printed}}` : form === "next" ? `,${printed}` : printed;
    copied = at;
  }
  return text + expr.slice(copied);
}

function findSelectors(expr: string): readonly Selector[] {
  const parsed = parse(expr);
  if (!parsed.ok) return [];
  const found: Selector[] = [];
  visit(parsed.expr, (inner) => {
    if (inner.type === "selector") found.push(inner);
  });
  return found;
}

function isSame(one: Matcher, other: Matcher): boolean {
  return one.label === other.label && one.op === other.op && one.value === other.value;
}
