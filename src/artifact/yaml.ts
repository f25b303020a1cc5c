import { dump } from "js-yaml";
import { printComment } from "./comment.ts";

/**
 * YAML of a value under a comment. What a YAML 1.1 reader would take for a boolean, a number, a date or a time of day
 * (`no`, `017`, `02:00`) is quoted; long lines are not folded and nothing is shared by anchors, so that equal values
 * give equal bytes. Keys stand in the value's order.
 */
export function printYaml(value: unknown, header: readonly string[] = []): string {
  return printComment(header) + dump(value, { lineWidth: -1, noRefs: true });
}
