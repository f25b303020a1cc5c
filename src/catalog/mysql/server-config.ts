import type { Service } from "../../model/model.ts";
import { parseDuration } from "../../model/units.ts";
import type { HostFile } from "../../signals/host.ts";
import type { Settings } from "./settings.ts";

/**
 * The server variables that the inventory names, as an option file that the server reads after its own. It is read
 * at the next start of the server: nothing here is worth a restart by itself. `read_only` is never written, because
 * it moves with each failover and no file knows who is primary.
 */
export function serverConfig(service: Service, settings: Settings): readonly HostFile[] {
  const options = [...plain(settings), ...semiSync(settings)];
  if (options.length === 0) return [];
  const lines = options.map(([name, value]) => `${name} = ${value}\n`);
  return [{ path: pathOf(service, settings), content: `[mysqld]\n${lines.join("")}` }];
}

type Option = readonly [name: string, value: string | number];

function plain(settings: Settings): readonly Option[] {
  const { binlog_format, max_connections, long_query_time, error_log, slow_log } = settings;
  return [
    ...option("binlog_format", binlog_format?.toUpperCase()),
    ...option("max_connections", max_connections),
    ...option("long_query_time", long_query_time === undefined ? undefined : parseDuration(long_query_time) / 1000),
    ...option("log_error", error_log),
    ...(slow_log === undefined ? [] : ([["slow_query_log", 1], ...option("slow_query_log_file", slow_log)] as const)),
  ];
}

function option(name: string, value: string | number | undefined): readonly Option[] {
  return value === undefined ? [] : [[name, value]];
}

/** Both sides are on everywhere: which of them works follows from the server's role at the time. */
function semiSync({ distribution, semi_sync }: Settings): readonly Option[] {
  if (semi_sync === undefined) return [];
  const state = semi_sync === "off" ? "OFF" : "ON";
  const point: readonly Option[] = semi_sync === "off" ? [] : [["wait_point", semi_sync.toUpperCase()]];
  if (distribution === "mariadb")
    return [
      ["rpl_semi_sync_master_enabled", state],
      ["rpl_semi_sync_slave_enabled", state],
      ...point.map(([name, value]): Option => [`rpl_semi_sync_master_${name}`, value]),
    ];
  return [
    ["plugin_load_add", "rpl_semi_sync_source=semisync_source.so"],
    ["plugin_load_add", "rpl_semi_sync_replica=semisync_replica.so"],
    ["rpl_semi_sync_source_enabled", state],
    ["rpl_semi_sync_replica_enabled", state],
    ...point.map(([name, value]): Option => [`rpl_semi_sync_source_${name}`, value]),
  ];
}

function pathOf(service: Service, settings: Settings): string {
  const rhel = service.instances.length > 0 && service.instances.every((each) => each.host.os === "rhel-9");
  if (rhel) return "/etc/my.cnf.d/zz-stackwright.cnf";
  return settings.distribution === "mariadb"
    ? "/etc/mysql/mariadb.conf.d/90-stackwright.cnf"
    : "/etc/mysql/mysql.conf.d/zz-stackwright.cnf";
}
