import type { TreeCursor } from "@lezer/common";
import * as term from "@prometheus-io/lezer-promql";
import type { Expr, Matcher, MatchOp, Selector, Span } from "./ast.ts";
import type { Notes } from "./notes.ts";
import { unquote } from "./strings.ts";
import { holdsVariable } from "./variables.ts";

/** The selector at the cursor, which ends where it began. A bare `$x` may be a number as well: that is a `variable`. */
export function buildSelector(cursor: TreeCursor, text: string, notes: Notes): Expr {
  const span = { from: cursor.from, to: cursor.to };
  let name: Span | undefined;
  let braces: Span | undefined;
  let quoted: { readonly text: string; readonly span: Span } | undefined;
  let insertion: Selector["insertion"] = { at: span.to, form: "braces" };
  const matchers: Matcher[] = [];
  if (cursor.firstChild()) {
    do {
      const here = { from: cursor.from, to: cursor.to };
      if (cursor.type.id === term.Identifier) {
        name = here;
        insertion = { at: here.to, form: "braces" };
      } else if (cursor.type.id === term.LabelMatchers) {
        braces = here;
        insertion = { at: here.from + 1, form: "first" };
        quoted = readMatchers(cursor, text, notes, matchers);
        const last = Math.max(quoted?.span.to ?? 0, matchers.at(-1)?.to ?? 0);
        if (last > 0) insertion = { at: last, form: "next" };
      }
    } while (cursor.nextSibling());
    cursor.parent();
  }
  const written = name === undefined ? undefined : text.slice(name.from, name.to);
  const variable = written !== undefined && holdsVariable(written);
  if (variable && braces === undefined && /^[$[]\S*$/.test(written) && isWhole(written)) {
    return { type: "variable", ...span };
  }
  if (written !== undefined && quoted !== undefined) {
    notes.problem(quoted.span, `the metric name stands twice: ${written} and ${quoted.text}`);
  }
  const named = matchers.find(({ label, op }) => label === "__name__" && op === "=");
  if (written !== undefined || quoted !== undefined) {
    const twice = matchers.find(({ label }) => label === "__name__");
    if (twice !== undefined) {
      notes.problem(twice, `the metric name stands twice: ${written ?? quoted?.text} and ${twice.value}`);
    }
  }
  const given = written ?? quoted?.text ?? (named?.variable === false ? named.value : undefined);
  return {
    type: "selector",
    name: variable ? undefined : given,
    variable: variable || named?.variable === true,
    head: name ?? quoted?.span ?? named ?? braces ?? span,
    matchers,
    insertion,
    offset: false,
    at: false,
    ...span,
  };
}

/** Whether the text is one variable and nothing beside it. */
function isWhole(text: string): boolean {
  return /^(?:\$\w+|\$\{[^}]*\}|\[\[[^\]]*\]\])$/.test(text);
}

function readMatchers(
  cursor: TreeCursor,
  text: string,
  notes: Notes,
  into: Matcher[],
): { readonly text: string; readonly span: Span } | undefined {
  let quoted: { readonly text: string; readonly span: Span } | undefined;
  if (!cursor.firstChild()) return undefined;
  do {
    const span = { from: cursor.from, to: cursor.to };
    const { id } = cursor.type;
    if (id === term.QuotedLabelName) {
      notes.needs("3.0", span, "a metric name in the braces");
      const name = readString(text.slice(span.from, span.to), span, notes);
      if (quoted !== undefined) notes.problem(span, `the metric name stands twice: ${quoted.text} and ${name}`);
      quoted ??= { text: name, span };
    } else if (id === term.UnquotedLabelMatcher || id === term.QuotedLabelMatcher) {
      const matcher = readMatcher(cursor, text, notes);
      if (matcher !== undefined) into.push(matcher);
    }
  } while (cursor.nextSibling());
  cursor.parent();
  return quoted;
}

function readMatcher(cursor: TreeCursor, text: string, notes: Notes): Matcher | undefined {
  const span = { from: cursor.from, to: cursor.to };
  let label = "";
  let op: MatchOp | undefined;
  let value: string | undefined;
  if (!cursor.firstChild()) return undefined;
  do {
    const here = { from: cursor.from, to: cursor.to };
    const written = text.slice(here.from, here.to);
    const { id } = cursor.type;
    if (id === term.LabelName) label = written;
    else if (id === term.QuotedLabelName) {
      notes.needs("3.0", here, "a quoted label name");
      label = readString(written, here, notes);
    } else if (id === term.MatchOp && isMatchOp(written)) op = written;
    else if (id === term.StringLiteral) value = readString(written, here, notes);
  } while (cursor.nextSibling());
  cursor.parent();
  if (op === undefined || value === undefined) return undefined;
  return { label, op, value, variable: holdsVariable(value), ...span };
}

function isMatchOp(text: string): text is MatchOp {
  return text === "=" || text === "!=" || text === "=~" || text === "!~";
}

function readString(literal: string, span: Span, notes: Notes): string {
  const read = unquote(literal);
  if ("value" in read) return read.value;
  notes.problem(span, read.problem);
  return "";
}
