import { block, directive, type NginxArgument, type NginxDirective } from "../../artifact/nginx-block.ts";

/** A `map` block; a row's left side is a text or, with `~`, a regular expression. */
export function map(
  from: NginxArgument,
  to: string,
  rows: readonly (readonly [string, NginxArgument])[],
): NginxDirective {
  return block(
    "map",
    [from, { variables: to }],
    rows.map(([left, right]) => directive(left, right)),
  );
}
