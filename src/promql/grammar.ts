import type { Tree, TreeCursor } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import type { Expr } from "./ast.ts";
import { build } from "./build.ts";
import type { Notes } from "./notes.ts";
import type { Source } from "./reader.ts";
import { fillVariables } from "./variables.ts";

/** Reads any PromQL by Prometheus' grammar for editors; undefined where it is none. What is wrong goes to `notes`. */
export function readByGrammar(text: string, notes: Notes): Expr | undefined {
  const filled = fillVariables(text);
  const tree = parser.parse(filled);
  return findError(tree, notes) ? undefined : readTop(tree.cursor(), { text, filled }, notes);
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
