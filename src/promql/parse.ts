import type { Tree, TreeCursor } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import type { Expr } from "./ast.ts";
import { build } from "./build.ts";
import type { ValueType } from "./functions.ts";
import { Notes, type SyntaxProblem } from "./notes.ts";
import type { Source } from "./reader.ts";
import { typeCheck } from "./type-check.ts";
import { fillVariables } from "./variables.ts";

export type { SyntaxProblem } from "./notes.ts";

export type Parsed =
  | { readonly ok: true; readonly expr: Expr; readonly type: ValueType }
  | { readonly ok: false; readonly problems: readonly SyntaxProblem[] };

/**
 * Reads PromQL, with Grafana variables wherever they make sense, and checks the types as Prometheus does. Offsets are
 * those of `text`. With `prometheus`, a version such as `2.42.0`, syntax and functions that it lacks are problems too.
 * Takes any text and never throws.
 */
export function parse(text: string, { prometheus }: { readonly prometheus?: string | undefined } = {}): Parsed {
  const key = `${prometheus ?? ""} ${text}`;
  const known = parsed.get(key);
  if (known !== undefined) return known;
  const result = parseAnew(text, prometheus);
  if (parsed.size >= maxParsed) parsed.clear();
  parsed.set(key, result);
  return result;
}

/** Expressions come again: in several dashboards, and to be rewritten before they are proven. */
const parsed = new Map<string, Parsed>();
const maxParsed = 20_000;

function parseAnew(text: string, prometheus: string | undefined): Parsed {
  const notes = new Notes(text, prometheus);
  const filled = fillVariables(text);
  const tree = parser.parse(filled);
  const expr = findError(tree, notes) ? undefined : readTop(tree.cursor(), { text, filled }, notes);
  const type = expr === undefined || notes.problems.length > 0 ? "any" : typeCheck(expr, notes);
  const { problems } = notes;
  if (expr === undefined || problems.length > 0) return { ok: false, problems };
  return { ok: true, expr, type };
}

/** Notes the first place that the grammar could not read; it goes on after any, and what follows is guesswork. */
function findError(tree: Tree, notes: Notes): boolean {
  const cursor = tree.cursor();
  do {
    if (!cursor.type.isError) continue;
    notes.unreadable({ from: cursor.from, to: cursor.to });
    return true;
  } while (cursor.next());
  return false;
}

function readTop(cursor: TreeCursor, source: Source, notes: Notes): Expr | undefined {
  let expr: Expr | undefined;
  if (cursor.firstChild()) {
    do {
      if (cursor.type.name !== "LineComment") expr ??= build(cursor, source, notes);
    } while (cursor.nextSibling());
  }
  if (expr === undefined) notes.unreadable({ from: 0, to: 0 });
  return expr;
}
