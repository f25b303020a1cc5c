import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./lab/bench.ts";
import { end, run } from "./lab/place.ts";
import { eventually } from "./lab/waiting.ts";

/** The tools that `startStores` needs. */
export const storeTools = ["mariadbd", "mariadb", "mariadb-install-db", "redis-server", "redis-cli"];

/** A server that goes away and comes back on the same port. */
export interface StoreServer {
  stop(): Promise<void>;
  start(): void;
  /** Holds it still with SIGSTOP while `use` runs. */
  frozen(use: () => Promise<void>): Promise<void>;
}

export interface Stores {
  readonly database: StoreServer;
  readonly redis: StoreServer;
  /** What applications find the two by. */
  readonly environment: Readonly<Record<string, string>>;
  readonly slowLog: string;
  /** What root's statements give. */
  sql(statements: string): Promise<string>;
  redisCli(...command: readonly string[]): Promise<string>;
  clear(): Promise<void>;
}

/** Starts a MariaDB with an empty database and a Redis, both on free ports of loopback. */
export async function startStores(): Promise<Stores> {
  const folder = mkdtempSync(join(tmpdir(), "app-stores-"));
  const [databasePort, redisPort] = [await freePort(), await freePort()];
  const socket = join(folder, "db.sock");
  const slowLog = join(folder, "slow.log");
  const sql = (statements: string): Promise<string> =>
    run("mariadb", ["--no-defaults", "-uroot", "-N", `--socket=${socket}`], statements);
  const redisCli = (...command: readonly string[]): Promise<string> =>
    run("redis-cli", ["-h", "127.0.0.1", "-p", String(redisPort), ...command]);

  await run("mariadb-install-db", [
    ...["--no-defaults", "--user=root", "--auth-root-authentication-method=normal", "--skip-test-db"],
    `--datadir=${join(folder, "db")}`,
  ]);
  const database = server("mariadbd", [
    ...["--no-defaults", "--user=root", "--bind-address=127.0.0.1", `--port=${databasePort}`],
    ...[`--datadir=${join(folder, "db")}`, `--socket=${socket}`, `--pid-file=${join(folder, "db.pid")}`],
    ...["--innodb-buffer-pool-size=16M", "--innodb-flush-log-at-trx-commit=0"],
    ...["--slow-query-log=1", "--long-query-time=0.3", `--slow-query-log-file=${slowLog}`],
  ]);
  const redis = server("redis-server", [
    ...["--bind", "127.0.0.1", "--port", String(redisPort), "--dir", folder, "--save", ""],
  ]);
  const clear = async (): Promise<void> => {
    await Promise.all([database.stop(), redis.stop()]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    // The password has a character that an address must escape.
    await eventually(() =>
      sql(`CREATE DATABASE IF NOT EXISTS meishi; CREATE OR REPLACE USER app@'127.0.0.1' IDENTIFIED BY 'p%ss';
           GRANT ALL ON meishi.* TO app@'127.0.0.1';`),
    );
    await eventually(() => redisCli("PING"));
  } catch (error) {
    await clear();
    throw error;
  }
  return {
    database,
    redis,
    slowLog,
    environment: {
      MYSQL_URL: `mysql://app:p%25ss@127.0.0.1:${databasePort}/meishi`,
      REDIS_URL: `redis://127.0.0.1:${redisPort}`,
    },
    sql,
    redisCli,
    clear,
  };
}

function server(command: string, args: readonly string[]): StoreServer {
  const start = (): ChildProcess => spawn(command, args, { stdio: "ignore" });
  let child = start();
  return {
    stop: () => end(child),
    start() {
      child = start();
    },
    async frozen(use) {
      child.kill("SIGSTOP");
      try {
        await use();
      } finally {
        child.kill("SIGCONT");
      }
    },
  };
}
