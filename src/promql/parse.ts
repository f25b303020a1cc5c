import type { Expr } from "./ast.ts";
import type { ValueType } from "./functions.ts";
import { readByGrammar } from "./grammar.ts";
import { type Note, Notes, problemsWith, type SyntaxProblem } from "./notes.ts";
import { readQuick } from "./quick.ts";
import { typeCheck } from "./type-check.ts";

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
  const expr = readQuick(text) ?? readByGrammar(text, notes);
  const built = notes.all;
  const isRead = expr !== undefined && !built.some((note) => note.type === "problem");
  const type = isRead ? typeCheck(expr, notes) : "any";
  return { expr, type, notes: { built, typed: notes.all } };
}
