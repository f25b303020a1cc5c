import type { Place } from "../place.ts";
import { eventually } from "../waiting.ts";

export interface Mariadb {
  /** Names its data folder and its socket. */
  readonly name: string;
  readonly id: number;
  readonly port: number;
  /** Further options of the server, after ours. */
  readonly options: readonly string[];
}

const password = "capture";

/**
 * Starts a MariaDB server on loopback with an empty database, a binary log, and the users `exporter` and `replication`
 * that may do everything.
 */
export async function startMariadb(place: Place, { name, id, port, options }: Mariadb): Promise<void> {
  const folder = place.path(name);
  await place.run("mariadb-install-db", [
    "--no-defaults",
    "--user=root",
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
    `--datadir=${folder}`,
  ]);
  place.start("mariadbd", [
    "--no-defaults",
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
  for (const user of ["exporter", "replication"]) {
    await sql(place, name, `GRANT ALL ON *.* TO '${user}'@'%' IDENTIFIED BY '${password}'; RESET MASTER;`);
  }
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
       MASTER_PASSWORD='${password}', MASTER_USE_GTID=slave_pos;
     START SLAVE;`,
  );
  await eventually(async () => {
    const status = await sql(place, replica, "SHOW SLAVE STATUS\\G");
    if (!/Seconds_Behind_Master: \d/.test(status)) throw new Error(`the replica does not follow: ${status}`);
  });
}

/** Client settings with which the exporter logs in. */
export function exporterLogin(port: number): string {
  return ["[client]", "user=exporter", `password=${password}`, "host=127.0.0.1", `port=${port}`, ""].join("\n");
}

/** What the server answers to statements of root. */
export function sql(place: Place, server: string, statements: string): Promise<string> {
  return place.run("mariadb", ["--no-defaults", "-uroot", `--socket=${place.path(`${server}.sock`)}`], statements);
}
