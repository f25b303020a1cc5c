import type { Place } from "../place.ts";
import { eventually } from "../waiting.ts";

export interface Mariadb {
  /** Names its data folder and its socket. */
  readonly name: string;
  readonly id: number;
  readonly port: number;
  /** A config file that the server reads, and no other. */
  readonly defaults?: string;
  /** Further options of the server, after ours. */
  readonly options: readonly string[];
}

/** Password of the users `exporter` and `replication`. */
export const exporterPassword = "capture";

/**
 * Starts a MariaDB server on loopback with an empty database, a binary log, and the users `exporter` and `replication`
 * that may do everything.
 */
export async function startMariadb(place: Place, server: Mariadb): Promise<void> {
  const { name, id, port, defaults, options } = server;
  const folder = place.path(name);
  await place.run("mariadb-install-db", [
    "--no-defaults",
    "--user=root",
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
    `--datadir=${folder}`,
  ]);
  place.start("mariadbd", [
    defaults === undefined ? "--no-defaults" : `--defaults-file=${defaults}`,
    "--user=root",
    `--datadir=${folder}`,
    `--socket=${place.path(`${name}.sock`)}`,
    `--pid-file=${place.path(`${name}.pid`)}`,
    `--port=${port}`,
    `--server-id=${id}`,
    "--log-bin=binlog",
    "--relay-log=relay",
    "--innodb-buffer-pool-size=32M",
    ...options,
  ]);
  await eventually(() => sql(place, name, "SELECT 1"));
  // Not written to the binary log: the replica has its own users, and semi-sync would wait for it.
  const grants = ["exporter", "replication"].map(
    (user) => `GRANT ALL ON *.* TO '${user}'@'%' IDENTIFIED BY '${exporterPassword}';`,
  );
  await sql(place, name, ["SET sql_log_bin = 0;", ...grants].join("\n"));
}

/** Makes a server the replica of another, and waits until it follows. */
export async function follow(
  place: Place,
  replica: string,
  primary: { readonly host: string; readonly port: number },
): Promise<void> {
  await sql(
    place,
    replica,
    `CHANGE MASTER TO MASTER_HOST='${primary.host}', MASTER_PORT=${primary.port}, MASTER_USER='replication',
       MASTER_PASSWORD='${exporterPassword}', MASTER_USE_GTID=slave_pos;
     START SLAVE;`,
  );
  await eventually(async () => {
    const status = await sql(place, replica, "SHOW SLAVE STATUS\\G");
    if (!/Seconds_Behind_Master: \d/.test(status)) throw new Error(`the replica does not follow: ${status}`);
  });
}

/** Fills a primary: a heartbeat as pt-heartbeat writes it, and a table that is read and written. */
export async function useMariadb(place: Place, primary: string): Promise<void> {
  const statements = [
    "CREATE DATABASE heartbeat;",
    "CREATE TABLE heartbeat.heartbeat (ts VARCHAR(26) NOT NULL, server_id INT UNSIGNED NOT NULL PRIMARY KEY);",
    "INSERT INTO heartbeat.heartbeat VALUES (NOW(6), 1);",
    "CREATE TABLE heartbeat.counted (id INT AUTO_INCREMENT PRIMARY KEY, note VARCHAR(20), KEY (note));",
    "INSERT INTO heartbeat.counted (note) VALUES ('a'), ('b');",
    "UPDATE heartbeat.counted SET note='c' WHERE note='b';",
    "SELECT * FROM heartbeat.counted WHERE note='a';",
  ];
  await sql(place, primary, statements.join("\n"));
}

/** Client settings with which the exporter logs in. */
export function exporterLogin(port: number): string {
  return ["[client]", "user=exporter", `password=${exporterPassword}`, "host=127.0.0.1", `port=${port}`, ""].join("\n");
}

/** What the server answers to statements of root. */
export function sql(place: Place, server: string, statements: string): Promise<string> {
  return place.run("mariadb", ["--no-defaults", "-uroot", `--socket=${place.path(`${server}.sock`)}`], statements);
}
