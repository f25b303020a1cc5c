import type { LogSource } from "../../signals/host.ts";
import type { Settings } from "./settings.ts";

/** A record of the error log begins with its time: `2026-11-21 11:53:12` of MariaDB, `2026-11-21T11:53:12.123456Z` of MySQL. */
export const errorRecord = String.raw`^\d{4}-\d{2}-\d{2}[ T] ?\d{1,2}:\d{2}:\d{2}`;

/**
 * A record of the slow log begins with the user. `# Time:` is written only when the second has changed, so it cannot
 * begin a record (it ends up behind the record before); the time of a query is its `SET timestamp=`.
 */
export const slowRecord = "^# User@Host: ";

/** Where the packages of Debian put the logs once they are switched on; `error_log` and `slow_log` name other places. */
export function logs(settings: Settings): readonly LogSource[] {
  const slow =
    settings.distribution === "mariadb" ? "/var/log/mysql/mariadb-slow.log" : "/var/log/mysql/mysql-slow.log";
  return [
    {
      name: "error",
      path: settings.error_log ?? "/var/log/mysql/error.log",
      parser: "mysql-error",
      multiline: errorRecord,
    },
    { name: "slow", path: settings.slow_log ?? slow, parser: "mysql-slow", multiline: slowRecord },
  ];
}
