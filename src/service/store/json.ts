/** An object of JSON, whose values could be anything. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text of at most so many UTF-16 units, without halves of characters. */
export function cut(text: string, length: number): string {
  return (text.length > length ? `${text.slice(0, length - 1)}…` : text).toWellFormed();
}
