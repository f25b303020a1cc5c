import { readdirSync, renameSync, rmSync, statfsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { StoreLimits } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import { type Evicted, evict } from "./evict.ts";
import { failureOf } from "./failure.ts";
import { holdFolder } from "./hold.ts";
import { CorruptDatabase, type Database, OtherSchema, openDatabase } from "./open.ts";
import { Unavailable } from "./unavailable.ts";

/** Keeps the database open, and comes back after what can go wrong with it. */
export interface Keeper {
  /**
   * Runs something with the database. A corrupt database is moved aside and a new one made; a full one loses its oldest
   * records; then it runs once more. Throws `Unavailable`, `Refusal` where it is too much for the store, or what it throws
   * itself.
   */
  readonly use: <Result>(run: (database: Database) => Result) => Result;
  readonly close: () => void;
}

export interface Keeping {
  readonly file: string | undefined;
  readonly limits: StoreLimits;
  readonly role: "reader" | "writer";
  readonly movedAside: (file: string, reason: string) => void;
  /** A reader found that the database is damaged; the writer has to look. */
  readonly suspected: () => void;
  readonly evicted: (evicted: readonly Evicted[]) => void;
}

/** What may stay of a full store, try by try: a request can be larger than what the first one frees. */
const shares = [0.85, 0.5, 0.2] as const;

/** Nothing is opened before it is used. */
export function keepDatabase({ file, limits, role, movedAside, suspected, evicted }: Keeping): Keeper {
  let open: Database | undefined;
  let held: ReturnType<typeof holdFolder> | undefined;

  const close = (): void => {
    const closing = open;
    open = undefined;
    try {
      closing?.sqlite.close();
    } catch {
      // It was broken, which is why it is closed.
    }
  };
  const ready = (): Database => {
    if (file !== undefined && role === "writer") held ??= holdFolder(dirname(file));
    open ??= openDatabase(file, { limits, readOnly: role === "reader" });
    return open;
  };
  /** Makes way for another try, or throws what the trouble means. `share` is what may stay of a full store. */
  const mend = (error: unknown, share: number): void => {
    const failure = error instanceof OtherSchema || error instanceof CorruptDatabase ? "corrupt" : failureOf(error);
    if (failure === "other") throw error;
    // Where the disk is full and not the store, throwing away would help nobody.
    if (failure === "full" && open !== undefined && !isDiskFull(file)) {
      evicted(evict(open, { nowMs: Date.now(), downTo: share }));
      return;
    }
    const reason = error instanceof Error ? error.message : String(error);
    // In memory, closing would be losing everything.
    if (file !== undefined) close();
    if (failure === "corrupt" && role === "writer" && file !== undefined) movedAside(moveAside(file), reason);
    else {
      if (failure === "corrupt") suspected();
      throw new Unavailable(`${file ?? "the store in memory"}: ${reason}`);
    }
  };
  const mendSafely = (error: unknown, share: number): void => {
    try {
      mend(error, share);
    } catch (worse) {
      if (failureOf(worse) === "other") throw worse;
      if (file !== undefined) close();
      throw new Unavailable(`${file ?? "the store in memory"}: ${worse instanceof Error ? worse.message : worse}`);
    }
  };
  return {
    use: (run) => {
      for (const share of shares) {
        try {
          return run(ready());
        } catch (error) {
          mendSafely(error, share);
        }
      }
      try {
        return run(ready());
      } catch (error) {
        if (failureOf(error) !== "full") throw error;
        throw new Refusal(413, "this is more at once than the store may hold; send less");
      }
    },
    close: () => {
      close();
      held?.release();
      held = undefined;
    },
  };
}

/** SQLite has one word for a full disk and for the limit that we set. With so little left it is the disk. */
function isDiskFull(file: string | undefined): boolean {
  if (file === undefined) return false;
  const { bavail, bsize } = statfsSync(dirname(file));
  return bavail * bsize < 8 * 1024 ** 2;
}

/** Renames the database and what is beside it; only the last one that went aside is kept. Gives its new name. */
function moveAside(file: string): string {
  const [folder, name] = [dirname(file), basename(file)];
  for (const old of readdirSync(folder))
    if (old.startsWith(`${name}.aside`)) rmSync(join(folder, old), { force: true });
  for (const part of ["", "-wal", "-shm"]) {
    try {
      renameSync(`${file}${part}`, `${file}.aside${part}`);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
  return `${file}.aside`;
}
