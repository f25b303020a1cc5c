/** One JSON document on stdout, and nothing else there. */
export function printDocument(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** A line for people, on stderr: progress and prose. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Whether a stream may be coloured. https://no-color.org */
export function hasColour(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && (process.env["NO_COLOR"] ?? "") === "";
}

/** `1 host`, `2 hosts`, `10,000 hosts`. `toLocaleString` would load tens of milliseconds of locale data for the commas. */
export function count(number: number, noun: string): string {
  return `${String(number).replaceAll(/\B(?=(?:\d{3})+$)/g, ",")} ${noun}${number === 1 ? "" : "s"}`;
}
