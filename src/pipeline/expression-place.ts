/**
 * Line and column (from 1) of an offset of an expression, in a text that holds it as YAML or as JSON; the beginning of
 * `fromLine` where it is not found.
 */
export function placeInText(
  text: string,
  expr: string,
  offset: number,
  fromLine = 1,
): { readonly line: number; readonly column: number } {
  const lines = text.split("\n");
  const wanted = expr.split("\n").map((line) => line.trim());
  const json = JSON.stringify(expr).slice(1, -1);
  for (let index = fromLine - 1; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const whole = [expr, expr.replaceAll("'", "''"), json]
      .map((form) => (form.includes("\n") ? -1 : line.indexOf(form)))
      .find((at) => at >= 0);
    if (whole !== undefined)
      return { line: index + 1, column: whole + 1 + Math.min(offset, Math.max(0, line.length - whole - 1)) };
    if (wanted.length > 1 && wanted[0] !== undefined && wanted[0] !== "" && line.trim() === wanted[0])
      return inBlock(lines, index, expr, offset);
  }
  return { line: fromLine, column: (lines[fromLine - 1] ?? "").search(/\S|$/) + 1 };
}

function inBlock(
  lines: readonly string[],
  first: number,
  expr: string,
  offset: number,
): { readonly line: number; readonly column: number } {
  const before = expr.slice(0, offset).split("\n");
  const line = lines[first + before.length - 1] ?? "";
  const indent = line.length - line.trimStart().length;
  const own = expr.split("\n")[before.length - 1] ?? "";
  const ownIndent = own.length - own.trimStart().length;
  return { line: first + before.length, column: Math.max(1, indent + 1 + (before.at(-1)?.length ?? 0) - ownIndent) };
}
