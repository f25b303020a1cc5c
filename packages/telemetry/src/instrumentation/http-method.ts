const known: ReadonlySet<string> = new Set([
  "CONNECT",
  "DELETE",
  "GET",
  "HEAD",
  "OPTIONS",
  "PATCH",
  "POST",
  "PUT",
  "QUERY",
  "TRACE",
]);

/** One of the methods that HTTP knows, else `_OTHER`, so that nobody makes series by inventing methods. */
export function knownMethod(method: string): string {
  return known.has(method) ? method : "_OTHER";
}
