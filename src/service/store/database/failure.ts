/** What an error of SQLite means for us. https://www.sqlite.org/rescode.html */
export type Failure = "corrupt" | "full" | "unavailable" | "other";

const codes: Readonly<Record<number, Failure>> = {
  5: "unavailable", // BUSY: another process
  6: "unavailable", // LOCKED
  8: "unavailable", // READONLY
  10: "unavailable", // IOERR
  11: "corrupt",
  13: "full",
  14: "unavailable", // CANTOPEN
  26: "corrupt", // NOTADB
};

/** SQLite tells a full disk when it appends to the database as FULL, and when it makes its other files as IOERR. */
export function failureOf(error: unknown): Failure {
  if (typeof error !== "object" || error === null) return "other";
  if ("errcode" in error && typeof error.errcode === "number") return codes[error.errcode & 0xff] ?? "other";
  // Of the file system: the folder cannot be made, a file cannot be moved.
  if ("syscall" in error && "code" in error) return "unavailable";
  return "other";
}
