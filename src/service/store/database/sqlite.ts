/** Node's own module, loaded when it is first needed. */
export type Sqlite = typeof import("node:sqlite");

/**
 * Loads `node:sqlite`. Older versions of Node warn on stderr that it is experimental, in the middle of our JSON lines:
 * that one warning is left out, and no other.
 */
export function loadSqlite(): Sqlite {
  const emit = process.emitWarning;
  const isAboutSqlite = (warning: string | Error, rest: readonly unknown[]): boolean =>
    rest[0] === "ExperimentalWarning" && String(warning).startsWith("SQLite is an experimental feature");
  process.emitWarning = (warning: string | Error, ...rest: never[]) => {
    if (!isAboutSqlite(warning, rest)) emit.call(process, warning, ...rest);
  };
  try {
    return process.getBuiltinModule("node:sqlite");
  } finally {
    process.emitWarning = emit;
  }
}
