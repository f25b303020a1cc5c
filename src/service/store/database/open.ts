import { closeSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { StoreLimits } from "../limits.ts";
import type { Signal } from "../protocol.ts";
import { makeFolder } from "./folder.ts";
import { schema, schemaVersion, textIndex } from "./schema.ts";
import { loadSqlite } from "./sqlite.ts";

/** An open store. */
export interface Database {
  readonly sqlite: DatabaseSync;
  /** A prepared statement, made once. */
  readonly statement: (sql: string) => StatementSync;
  /** Numbers of records, kept up to date by whoever writes. */
  readonly records: Record<Signal | "traces", number>;
  /** Whether SQLite can keep an index of texts here; without one they are read through. */
  readonly hasTextIndex: boolean;
  /** Identifiers of data streams. */
  readonly streams: Map<string, number>;
  readonly limits: StoreLimits;
  /** Bytes that the database itself may take; the rest of `maxBytes` is for the log beside it. */
  readonly databaseBytes: number;
}

/** The database has the tables of another version. */
export class OtherSchema extends Error {
  override readonly name = "OtherSchema";
}

/** A check found that the database is damaged. */
export class CorruptDatabase extends Error {
  override readonly name = "CorruptDatabase";
}

/** Of the write-ahead log beside the database, which SQLite cuts back to this. */
const maxLogBytes = 16 * 1024 * 1024;
/** How long to wait for a lock of another connection; ours are short. */
const busyMs = 2_000;

/** Opens or makes the database; in memory where there is no file. Throws what SQLite throws, or `OtherSchema`. */
export function openDatabase(
  file: string | undefined,
  { limits, readOnly = false }: { readonly limits: StoreLimits; readonly readOnly?: boolean },
): Database {
  const { DatabaseSync: Connection } = loadSqlite();
  if (file !== undefined && !readOnly) {
    makeFolder(dirname(file));
    makeFile(file);
  }
  const sqlite = new Connection(file ?? ":memory:", { readOnly });
  try {
    const logBytes = file === undefined ? 0 : Math.min(maxLogBytes, Math.floor(limits.maxBytes / 4));
    sqlite.exec(`PRAGMA busy_timeout = ${busyMs}`);
    if (!readOnly) prepareTables(sqlite, { logBytes, databaseBytes: limits.maxBytes - logBytes });
    return handle(sqlite, { limits, databaseBytes: limits.maxBytes - logBytes, hasTextIndex: hasTextIndex(sqlite) });
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/**
 * Makes the file where it is missing, for our eyes only: a folder that somebody else made may be open to all, and what
 * SQLite puts beside a database is as private as the database. One that is there must not be opened by anything but
 * SQLite, whose locks would be gone when it is closed.
 */
function makeFile(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

/** Runs something in one transaction: all of it stays, or nothing. */
export function inTransaction<Result>(database: Database, run: () => Result): Result {
  const { sqlite } = database;
  sqlite.exec("BEGIN IMMEDIATE");
  try {
    const result = run();
    sqlite.exec("COMMIT");
    return result;
  } catch (error) {
    rollBack(sqlite);
    database.streams.clear();
    Object.assign(database.records, countRecords(sqlite));
    throw error;
  }
}

/** After some errors SQLite has done so by itself, and then says that there is no transaction. */
function rollBack(sqlite: DatabaseSync): void {
  try {
    sqlite.exec("ROLLBACK");
  } catch {
    // The error that led here tells more.
  }
}

/** Throws `CorruptDatabase` where a part of the database does not fit another. It reads all of it. */
export function verify({ sqlite }: Database): void {
  const found = sqlite.prepare("PRAGMA quick_check(1)").get()?.["quick_check"];
  if (found !== "ok") throw new CorruptDatabase(String(found));
}

/** Bytes in use, without pages that are free. */
export function usedBytes({ statement }: Database): number {
  const number = (pragma: string): number => Number(statement(`SELECT * FROM pragma_${pragma}`).get()?.[pragma] ?? 0);
  return (number("page_count") - number("freelist_count")) * number("page_size");
}

function prepareTables(
  sqlite: DatabaseSync,
  { logBytes, databaseBytes }: { readonly logBytes: number; readonly databaseBytes: number },
): void {
  // Every answer to a sender says that its records survive power loss, as Elasticsearch's does.
  sqlite.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = ${logBytes}`);
  const pageSize = Number(sqlite.prepare("PRAGMA page_size").get()?.["page_size"] ?? 4096);
  sqlite.exec(`PRAGMA max_page_count = ${Math.floor(databaseBytes / pageSize)}`);
  const isNew = sqlite.prepare("SELECT name FROM sqlite_schema LIMIT 1").get() === undefined;
  if (!isNew) return;
  const [index, version] = canIndexTexts(sqlite)
    ? [textIndex, schemaVersion.withTextIndex]
    : ["", schemaVersion.withoutTextIndex];
  sqlite.exec(`BEGIN IMMEDIATE; ${schema} ${index} PRAGMA user_version = ${version}; COMMIT`);
}

/** As the database was made; one with an index that this SQLite does not know is of no use. */
function hasTextIndex(sqlite: DatabaseSync): boolean {
  const version = sqlite.prepare("PRAGMA user_version").get()?.["user_version"];
  if (version === schemaVersion.withTextIndex && canIndexTexts(sqlite)) return true;
  if (version === schemaVersion.withoutTextIndex) return false;
  throw new OtherSchema(`its tables are of version ${version}, which is not read here`);
}

function canIndexTexts(sqlite: DatabaseSync): boolean {
  return sqlite.prepare("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'").get() !== undefined;
}

function handle(sqlite: DatabaseSync, about: Pick<Database, "limits" | "databaseBytes" | "hasTextIndex">): Database {
  const statements = new Map<string, StatementSync>();
  return {
    sqlite,
    statement: (sql) => {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const made = sqlite.prepare(sql);
      statements.set(sql, made);
      return made;
    },
    records: countRecords(sqlite),
    streams: new Map(),
    ...about,
  };
}

function countRecords(sqlite: DatabaseSync): Record<Signal | "traces", number> {
  const count = (table: string): number => Number(sqlite.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"]);
  return { logs: count("logs"), spans: count("spans"), traces: count("traces") };
}
