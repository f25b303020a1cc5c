import type { Provider, World } from "../../src/promql/world.ts";
import { counter, gauge, histogram, type MetricFamily } from "../../src/signals/metric.ts";

function byName(...families: readonly MetricFamily[]): ReadonlyMap<string, MetricFamily> {
  return new Map(families.map((family) => [family.name, family]));
}

function provider(job: string, service: string, instances: readonly string[], on: Provider["on"]): Provider {
  return {
    job,
    targetLabels: {
      job: [job],
      service: [service],
      kind: [job],
      owner: ["dba"],
      platform: ["meishi"],
      environment: ["test"],
      host: instances.map((instance) => instance.replace(/:.*/, "")),
      instance: instances,
    },
    on,
    off: new Map(),
  };
}

const node = byName(
  gauge("node_load1"),
  gauge("node_boot_time_seconds"),
  counter("node_cpu_seconds_total", { cpu: "open", mode: ["idle", "user", "system", "iowait"] }),
  gauge("node_filesystem_avail_bytes", { device: "open", fstype: "open", mountpoint: "open" }),
  gauge("node_filesystem_size_bytes", { device: "open", fstype: "open", mountpoint: "open" }),
  counter("node_network_receive_bytes_total", { device: "open" }),
  gauge("node_hwmon_chip_names", { chip: ["a", "b"] }, { snapshot: true }),
  { name: "node_vmstat_pgfault", type: "untyped", labels: {}, cumulative: true },
  { name: "node_uname_info", type: "gauge", labels: { release: "open", nodename: "open" } },
);
const mysql = byName(
  gauge("mysql_up"),
  gauge("mysql_global_status_threads_connected"),
  gauge("mysql_global_status_uptime"),
  { name: "mysql_global_status_queries", type: "untyped", labels: {} },
  counter("mysql_global_status_commands_total", { command: "open" }),
  gauge("mysql_slave_status_slave_io_running", { master_host: "open", channel_name: "open" }),
  gauge("mysql_version_info", { version: "open", job: "open" }),
);
const app = byName(
  histogram("http_request_duration_seconds", { route: "open", status: "open" }),
  { name: "gc_pause_seconds", type: "summary", labels: {} },
  gauge("queue_length", { queue: ["mail", "sms"] }),
);
const systemd = gauge("node_systemd_unit_state", { name: "open", state: ["active", "failed"] });

/** Two MySQL services of two instances, one application, the node exporter of three hosts. */
export const world: World = {
  providers: [
    {
      ...provider("node", "node", ["db1:9100", "db2:9100", "app1:9100"], node),
      off: new Map([[systemd.name, { family: systemd, why: "the collector systemd of node_exporter is off" }]]),
    },
    provider("mysql", "orders-db", ["db1:9104", "db2:9104"], mysql),
    provider("mysql", "users-db", ["db1:9105", "db2:9105"], mysql),
    provider("app", "shop", ["app1:3000"], app),
  ],
  recorded: [
    { name: "service:expected_targets:count", expr: "vector(2)", labels: { service: "orders-db", job: "mysql" } },
    { name: "service:expected_targets:count", expr: "vector(3)", labels: { service: "users-db", job: "mysql" } },
    { name: "service:up:count", expr: "count by (service) (up == 1)", labels: {} },
    { name: "instance:queries:rate5m", expr: "rate(mysql_global_status_queries[5m])", labels: { level: "raw" } },
    { name: "loop:a", expr: "sum by (service) (loop:b)", labels: {} },
    { name: "loop:b", expr: "loop:a * 2", labels: {} },
    { name: "broken:rule", expr: "sum(", labels: {} },
    { name: "job:labelled", expr: 'label_replace(mysql_up, "member", "$1", "instance", "(.*):.*")', labels: {} },
  ],
  alertNames: ["HostDown", "Watchdog"],
};
