import type { Tree, TreeCursor } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import type { Expr } from "./ast.ts";
import { build } from "./build.ts";
import type { ValueType } from "./functions.ts";
import { type Note, Notes, problemsWith, type SyntaxProblem } from "./notes.ts";
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
  const { expr, type, notes } = readOnce(text);
  const built = problemsWith(notes.built, prometheus);
  const problems = built.length > 0 ? built : problemsWith(notes.typed, prometheus);
  if (expr === undefined || problems.length > 0) return { ok: false, problems };
  return { ok: true, expr, type };
}

/** An expression as any Prometheus would read it, and what some of them would say. */
interface Read {
  readonly expr: Expr | undefined;
  readonly type: ValueType;
  /** Types are judged only where the reading went well. */
  readonly notes: { readonly built: readonly Note[]; readonly typed: readonly Note[] };
}

/** Expressions come again: in several dashboards, and to be rewritten before they are proven. */
const known = new Map<string, Read>();
const maxKnown = 20_000;

function readOnce(text: string): Read {
  const before = known.get(text);
  if (before !== undefined) return before;
  const read = readAnew(text);
  if (known.size >= maxKnown) known.clear();
  known.set(text, read);
  return read;
}

function readAnew(text: string): Read {
  const notes = new Notes(text);
  const filled = fillVariables(text);
  const tree = parser.parse(filled);
  const expr = findError(tree, notes) ? undefined : readTop(tree.cursor(), { text, filled }, notes);
  const built = notes.all;
  const isRead = expr !== undefined && !built.some((note) => note.type === "problem");
  const type = isRead ? typeCheck(expr, notes) : "any";
  return { expr, type, notes: { built, typed: notes.all } };
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
