import type { Path } from "../diagnostics/path.ts";
import type { Origin } from "./artifact.ts";
import { printComment } from "./comment.ts";
import { printValue } from "./yaml.ts";

/** A piece of a YAML document: text as it stands, or a value that is printed at an indent, with where it comes from. */
export type Piece =
  | { readonly text: string }
  | { readonly value: unknown; readonly indent: number; readonly source: Path; readonly component?: string };

/** YAML whose pieces are known by line, so that a complaint about a line leads to the inventory. */
export function printOutline(
  header: readonly string[],
  pieces: readonly Piece[],
): { readonly content: string; readonly origins: readonly Origin[] } {
  let content = printComment(header);
  let line = header.length + 1;
  const origins: Origin[] = [];
  for (const piece of pieces) {
    const text = "text" in piece ? piece.text : indented(piece.value, piece.indent);
    const count = text.split("\n").length - 1;
    if ("source" in piece && count > 0)
      origins.push({
        from: line,
        to: line + count - 1,
        source: piece.source,
        ...(piece.component === undefined ? {} : { component: piece.component }),
      });
    content += text;
    line += count;
  }
  return { content, origins };
}

function indented(value: unknown, indent: number): string {
  const printed = printValue(value);
  return indent === 0 ? printed : printed.replace(/^(?=.)/gm, " ".repeat(indent));
}
