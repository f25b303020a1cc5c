import { rmSync } from "node:fs";
import { join } from "node:path";
import { failureOf } from "./failure.ts";
import { makeFolder } from "./folder.ts";
import { loadSqlite } from "./sqlite.ts";
import { Unavailable } from "./unavailable.ts";

/** Gives the folder back. */
export interface Hold {
  readonly release: () => void;
}

/**
 * Holds a folder for this process, so that no other one moves its database aside or throws its records away. The lock is
 * SQLite's on a file of its own, which the kernel gives back when the process dies. Throws `Unavailable` where somebody
 * else holds it, and what SQLite and the file system throw.
 */
export function holdFolder(folder: string): Hold {
  makeFolder(folder);
  const file = join(folder, "owner.lock");
  try {
    return lock(file);
  } catch (error) {
    const failure = failureOf(error);
    if (failure === "corrupt") {
      // There is never anything in it, so whatever this is, nobody holds it.
      rmSync(file, { force: true });
      return lock(file);
    }
    const isTaken = error instanceof Error && "errcode" in error && error.errcode === 5;
    if (!isTaken) throw error;
    throw new Unavailable(`${folder} is in use by another process; name another folder with --store.directory`);
  }
}

function lock(file: string): Hold {
  const { DatabaseSync } = loadSqlite();
  const holding = new DatabaseSync(file);
  try {
    holding.exec("PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    holding.close();
    throw error;
  }
  return { release: () => holding.close() };
}
