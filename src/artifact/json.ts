/** JSON of a value with two blanks of indent and a line break at the end. Keys stand in the value's order. */
export function printJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
