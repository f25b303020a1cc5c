// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Grafana's variables
import { describe, expect, it } from "vitest";
import type { Code } from "../../src/diagnostics/codes.ts";
import { createProver } from "../../src/promql/prove.ts";
import { world } from "./world.ts";

interface Table {
  readonly code: Code;
  /** Expression, and the text that the finding points at. */
  readonly wrong: readonly (readonly [expr: string, at: string])[];
  readonly right: readonly string[];
}

const tables: readonly Table[] = [
  {
    code: "parse-error",
    wrong: [
      ["sum by (service (up)", "("],
      ["rate(node_load1)", "node_load1"],
      ["avrage(node_load1)", "avrage"],
      ["mysql_up and 1", "and"],
      ['mysql_up{service=~"("}', 'service=~"("'],
      ["", ""],
      ["mysql_up[5m]", "mysql_up[5m]"],
    ],
    right: [
      "rate(mysql_global_status_queries[$__rate_interval])",
      "rate(mysql_global_status_queries[${window}])",
      "mysql_up > $threshold",
      'mysql_up{instance=~"$instance"} offset $shift',
      "topk($n, mysql_up)",
      "sum by (service, $group) (mysql_up)",
    ],
  },
  {
    code: "unknown-metric",
    wrong: [
      ["node_lod1 > 1", "node_lod1"],
      ["rate(node_network_receive_bytes[5m])", "node_network_receive_bytes"],
      ['{__name__="mysql_upp"}', '__name__="mysql_upp"'],
      ['count({__name__=~"redis_.+"}) by (service)', '{__name__=~"redis_.+"}'],
      ["http_request_duration_seconds", "http_request_duration_seconds"],
      ["mysql_up_bucket", "mysql_up_bucket"],
      ["service:expected_targets", "service:expected_targets"],
    ],
    right: [
      "node_load1",
      "scrape_samples_scraped",
      "gc_pause_seconds",
      "rate(gc_pause_seconds_sum[5m]) / rate(gc_pause_seconds_count[5m])",
      '{__name__=~"mysql_.*"}',
      "${metric}_total",
      'ALERTS{alertstate="firing"}',
      "ALERTS_FOR_STATE",
      "loop:a",
    ],
  },
  {
    code: "unknown-label",
    wrong: [
      ['node_load1{device="sda"}', "device"],
      ['node_cpu_seconds_total{mod="idle"}', "mod"],
      ['node_filesystem_avail_bytes{fs_type!="tmpfs"}', "fs_type"],
      ["sum by (service, devce) (node_network_receive_bytes_total)", "devce"],
      ["mysql_up * on (instanc) group_left () mysql_up", "instanc"],
      ["mysql_up * on (instance) group_left (versoin) mysql_version_info", "versoin"],
      ['service:up:count{instance="db1:9104"}', "instance"],
    ],
    right: [
      'node_load1{device=""}',
      'node_filesystem_avail_bytes{fstype!="tmpfs"}',
      "mysql_up * on (instance) group_left (version) mysql_version_info",
      'mysql_version_info{exported_job="x"}',
      'service:up:count{instance!="x"}',
      "sum by (service, owner) (service:up:count)",
      'up{anything=~".*"}',
      'sum by (service, member) (label_replace(up, "member", "$1", "instance", "(.*):.*"))',
      'ALERTS{severity="critical"}',
      'broken:rule{anything="x"}',
      'instance:queries:rate5m{level="raw"}',
    ],
  },
  {
    code: "impossible-match",
    wrong: [
      ['node_cpu_seconds_total{mode="idel"}', 'mode="idel"'],
      ['mysql_up{service="orders"}', 'service="orders"'],
      ['up{job=~"mysqld|redis"}', 'job=~"mysqld|redis"'],
      ['mysql_up{job!="mysql"}', 'job!="mysql"'],
      ['mysql_up{service="orders-db",instance="db1:9105"}', 'instance="db1:9105"'],
      ['ALERTS{alertname="HostGone"}', 'alertname="HostGone"'],
      ['node_cpu_seconds_total{mode!~"idle|user|system|iowait"}', 'mode!~"idle|user|system|iowait"'],
      ['service:expected_targets:count{service="shop"}', 'service="shop"'],
      ['node_hwmon_chip_names{chip="c"}', 'chip="c"'],
    ],
    right: [
      'node_cpu_seconds_total{mode=~"idle|nice"}',
      'mysql_up{service=~"orders-.*"}',
      'mysql_up{service="$service"}',
      'node_network_receive_bytes_total{device="eth7"}',
      'up{job="mysql",instance="db1:9105"}',
      'node_cpu_seconds_total{mode!="nice"}',
      'service:expected_targets:count{service="users-db"}',
      'ALERTS{alertname="Watchdog"}',
      '{job="app"}',
    ],
  },
  {
    code: "collector-off",
    wrong: [
      ["node_systemd_unit_state", "node_systemd_unit_state"],
      ['node_systemd_unit_state{state="failed"} == 1', "node_systemd_unit_state"],
      ["sum by (service) (node_systemd_unit_state)", "node_systemd_unit_state"],
      ["max_over_time(node_systemd_unit_state[5m])", "node_systemd_unit_state"],
      ['{__name__="node_systemd_unit_state"}', '__name__="node_systemd_unit_state"'],
    ],
    right: ["node_load1", "node_uname_info", "mysql_up", "up", "scrape_duration_seconds"],
  },
  {
    code: "rate-of-gauge",
    wrong: [
      ["rate(node_load1[5m])", "node_load1"],
      ['irate(mysql_up{service="orders-db"}[5m])', "mysql_up"],
      ["sum by (service) (increase(queue_length[1h]))", "queue_length"],
      ["resets(node_boot_time_seconds[1h])", "node_boot_time_seconds"],
      ["rate((node_load1)[5m:])", "node_load1"],
      ["rate(instance:queries:rate5m[5m])", "instance:queries:rate5m"],
    ],
    right: [
      "rate(node_cpu_seconds_total[5m])",
      "rate(mysql_global_status_queries[5m])",
      "rate(node_vmstat_pgfault[5m])",
      "increase(http_request_duration_seconds_count[5m])",
      "rate(${metric}[5m])",
      "changes(node_boot_time_seconds[1h])",
      "rate(broken:rule[5m])",
    ],
  },
  {
    code: "delta-of-counter",
    wrong: [
      ["delta(node_cpu_seconds_total[5m])", "node_cpu_seconds_total"],
      ['idelta(mysql_global_status_commands_total{command="select"}[5m])', "mysql_global_status_commands_total"],
      ["deriv(node_network_receive_bytes_total[5m])", "node_network_receive_bytes_total"],
      ["predict_linear(http_request_duration_seconds_count[1h], 3600)", "http_request_duration_seconds_count"],
      ["delta(gc_pause_seconds_count[1h])", "gc_pause_seconds_count"],
    ],
    right: [
      "delta(node_load1[5m])",
      "predict_linear(node_filesystem_avail_bytes[6h], 86400) < 0",
      "deriv(mysql_global_status_threads_connected[5m])",
      "delta(mysql_global_status_queries[5m])",
      "node_cpu_seconds_total > 5",
      "idelta(gc_pause_seconds[5m])",
    ],
  },
  {
    code: "missing-le",
    wrong: [
      ["histogram_quantile(0.9, sum by (service) (rate(http_request_duration_seconds_bucket[5m])))", "by (service)"],
      ["histogram_quantile(0.9, sum without (le) (rate(http_request_duration_seconds_bucket[5m])))", "without (le)"],
      ['histogram_quantile(0.9, sum(rate(http_request_duration_seconds_bucket{service="shop"}[5m])))', "sum"],
      ["histogram_quantile(0.9, rate(http_request_duration_seconds_sum[5m]))", "http_request_duration_seconds_sum"],
      ["histogram_quantile(0.9, sum by (service, le) (rate(node_cpu_seconds_total[5m])))", "node_cpu_seconds_total"],
    ],
    right: [
      "histogram_quantile(0.9, sum by (service, le) (rate(http_request_duration_seconds_bucket[5m])))",
      "histogram_quantile(0.9, rate(http_request_duration_seconds_bucket[5m]))",
      "histogram_quantile(0.9, sum without (instance) (rate(http_request_duration_seconds_bucket[5m])))",
      "histogram_quantile(0.9, broken:rule)",
      "histogram_quantile(0.9, $metric)",
    ],
  },
  {
    code: "empty-join",
    wrong: [
      ["node_load1 / mysql_up", "/"],
      ["node_filesystem_avail_bytes / on (instance, device) node_load1", "device"],
      ["mysql_up == vector(1)", "=="],
      ["node_load1 * on (job) group_left () mysql_up", "job"],
      ["node_load1 and on (instance) mysql_up", "instance"],
      ["sum by (service) (mysql_up) < service:expected_targets:count", "<"],
      ['mysql_up{service="orders-db"} unless ignoring (instance) mysql_up{service="users-db"}', "unless"],
      ["service:up:count / on (service) mysql_up", "service"],
      ["mysql_global_status_commands_total / mysql_up", "/"],
      ["up > on () vector(1)", ">"],
    ],
    right: [
      "node_filesystem_avail_bytes / node_filesystem_size_bytes",
      "node_load1 * on (host) group_left () mysql_up",
      "sum by (service) (mysql_up) < on (service) service:expected_targets:count",
      "mysql_up * on (instance) group_left (version) mysql_version_info",
      "mysql_global_status_commands_total / ignoring (command) group_left () mysql_up",
      "node_load1 or mysql_up",
      "mysql_up + on (service) group_left () service:up:count",
      "up > on () group_left () vector(1)",
      "service:up:count / on (service) mysql_slave_status_slave_io_running",
      "mysql_up / broken:rule",
      "mysql_up * on (job, member) job:labelled",
      "mysql_up * on (service, missing_owner) group_left () broken:rule",
    ],
  },
  {
    code: "mixes-services",
    wrong: [
      ["sum(mysql_up)", "sum"],
      ["max by (host) (mysql_up)", "max"],
      ["avg without (service, instance) (mysql_global_status_threads_connected)", "avg"],
      ['sum(mysql_up{service=~"$service"})', "sum"],
      ["sum(rate(mysql_global_status_queries[5m])) > 100", "sum"],
      ["sum by (job) (service:up:count)", "sum"],
    ],
    right: [
      "sum by (service) (mysql_up)",
      'sum(mysql_up{service="orders-db"})',
      'sum(mysql_up{service="$service"})',
      "max by (instance) (mysql_up)",
      "sum without (command) (mysql_global_status_commands_total)",
      "sum by (host) (node_load1)",
      "topk(5, mysql_up)",
      "sum(vector(1))",
    ],
  },
  {
    code: "literal-count",
    wrong: [
      ["count by (service) (up) < 3", "3"],
      ['sum by (service) (up{job="mysql"}) != 2', "2"],
      ["count by (service) (mysql_up == 1) < 2", "2"],
      ['3 > sum(mysql_up{service="orders-db"})', "3"],
      ["(count by (service) (mysql_version_info)) >= bool 5", "5"],
      ["count by (service) (count by (service, instance) (mysql_global_status_commands_total)) < 3", "3"],
    ],
    right: [
      "count by (service) (up) == 0",
      "count by (service) (mysql_up == 1) > 1",
      "count by (service) (node_cpu_seconds_total) > 4",
      "sum by (service) (queue_length) > 100",
      "count by (service, version) (mysql_version_info) > 2",
      "sum by (service) (up) / count by (service) (up) < 0.5",
      "count by (service) (node_load1 > 8) > 2",
      "count by (service) (up) < on (service) service:expected_targets:count",
    ],
  },
  {
    code: "absent-trap",
    wrong: [
      ["absent(mysql_up)", "absent"],
      ['absent(up{job="mysql"})', "absent"],
      ["absent_over_time(node_load1[10m])", "absent_over_time"],
      ['absent(queue_length{instance="app1:3000"})', "absent"],
      ["absent(service:up:count)", "absent"],
      ['absent(up{job="app"} == 1)', "absent"],
    ],
    right: [
      'absent(up{job="mysql",instance="db1:9104"})',
      'absent(mysql_up{instance="db1:9104"})',
      'absent(queue_length{instance="app1:3000",queue="mail"})',
      'absent(ALERTS{alertname="Watchdog"})',
      'absent(service:up:count{service="shop"})',
      "absent(broken:rule)",
    ],
  },
];

describe.each(tables)("$code", ({ code, wrong, right }) => {
  const prover = createProver(world);

  it.each(wrong)("is found in %s", (expr, at) => {
    const found = prover.prove(expr);
    expect(found.map((one) => ({ code: one.code, at: expr.slice(one.from, one.to) }))).toEqual([{ code, at }]);
  });

  it.each(right)("is not found in %s", (expr) => {
    expect(prover.prove(expr)).toEqual([]);
  });
});

describe("the prover", () => {
  const prover = createProver(world);

  it("names the nearest metric, label and value", () => {
    const hints = (expr: string) => prover.prove(expr).map(({ hint }) => hint);
    expect(hints("node_lod1")).toEqual(["write node_load1"]);
    expect(hints("node_network_receive_bytes")).toEqual(["write node_network_receive_bytes_total"]);
    expect(hints("node_cpu")).toEqual(["write node_cpu_seconds_total"]);
    expect(hints("http_request_duration_seconds")[0]).toContain("http_request_duration_seconds_bucket");
    expect(hints('node_cpu_seconds_total{mod="idle"}')).toEqual(["write mode"]);
    expect(hints('node_cpu_seconds_total{mode="idel"}')).toEqual(['write mode="idle"']);
    expect(hints('queue_length{queue="letters"}')).toEqual(["queue is mail, sms"]);
  });

  it("knows the labels of all targets where no metric is named", () => {
    const unrecorded = createProver({ ...world, recorded: [] });
    expect(unrecorded.prove('count by (service) ({job="none"})').map(({ code }) => code)).toEqual(["impossible-match"]);
    expect(unrecorded.prove('count by (service) ({job="app"})')).toEqual([]);
  });

  it("finds what one of many rules of a name records, and nothing beside it", () => {
    const services = Array.from({ length: 80 }, (_, index) => `shop-${index}`);
    const each = services.map((service, index) => ({
      name: "service:expected_targets:count",
      expr: "vector(2)",
      labels: { service, owner: index % 2 === 0 ? "even" : "odd", ...(index === 7 && { tier: "front" }) },
    }));
    const many = createProver({ ...world, recorded: each });
    const codes = (matchers: string): readonly Code[] =>
      many.prove(`service:expected_targets:count{${matchers}}`).map(({ code }) => code);
    expect(codes('service="shop-79"')).toEqual([]);
    expect(codes('service="shop-79",owner="odd"')).toEqual([]);
    expect(codes('service="shop-79",owner="even"')).toEqual(["impossible-match"]);
    expect(codes('service="shop-80"')).toEqual(["impossible-match"]);
    expect(codes('tier="front"')).toEqual([]);
    expect(codes('tier="front",service="shop-7"')).toEqual([]);
    expect(codes('tier="front",service="shop-8"')).toEqual(["impossible-match"]);
    expect(codes('tire="front"')).toEqual(["unknown-label"]);
    const byTier = (owner: string): readonly Code[] =>
      many.prove(`sum by (service, tier) (service:expected_targets:count{owner="${owner}"})`).map(({ code }) => code);
    expect(byTier("odd")).toEqual([]);
    expect(byTier("even")).toEqual(["unknown-label"]);
  });

  it("takes what anything may have along with what many rules record", () => {
    const services = Array.from({ length: 80 }, (_, index) => `shop-${index}`);
    const recorded = [
      ...services.map((service) => ({ name: "shop:load", expr: "vector(2)", labels: { service } })),
      { name: "shop:load", expr: 'label_replace(node_load1, "service", "$1", "host", "(.*)")', labels: {} },
    ];
    const [found] = createProver({ ...world, recorded }).prove('sum by (tier) (shop:load{service="elsewhere"})');
    expect(found?.code).toBe("unknown-label");
  });

  it("says which collector is off", () => {
    const [found] = prover.prove("node_systemd_unit_state");
    expect(found?.hint).toBe("the collector systemd of node_exporter is off");
  });

  it("says that a collector is off where the metric exists, but not on the targets that are left", () => {
    const [node, ...others] = world.providers;
    const all = new Map([
      ...(node?.on ?? []),
      ["node_load1", { name: "node_load1", type: "gauge", labels: {} } as const],
    ]);
    const bare = { ...others[2], job: "other", targetLabels: { job: ["other"] }, on: new Map() };
    const off = new Map([
      ["node_load1", { family: { name: "node_load1", type: "gauge", labels: {} } as const, why: "off" }],
    ]);
    const providers =
      node === undefined
        ? []
        : [
            { ...node, on: all },
            { ...bare, off },
          ];
    const found = createProver({ ...world, providers }).prove('node_load1{job="other"}');
    expect(found.map(({ code }) => code)).toEqual(["collector-off"]);
  });

  it("only warns where the values come from one capture", () => {
    expect(prover.prove('node_hwmon_chip_names{chip="c"}')[0]?.severity).toBe("warning");
    expect(prover.prove('node_cpu_seconds_total{mode="c"}')[0]?.severity).toBe("error");
  });

  it("lets overviews mix services and still finds the rest", () => {
    expect(prover.prove("sum(mysql_up)", { allowMixing: true })).toEqual([]);
    expect(prover.prove("sum(mysql_upp)", { allowMixing: true })).toHaveLength(1);
    expect(prover.prove("sum(mysql_up)")).toHaveLength(1);
  });

  it("refuses functions that the Prometheus in use has not yet or no more", () => {
    const old = createProver({ ...world, prometheus: "2.42.0" });
    const current = createProver({ ...world, prometheus: "3.5.0" });
    const smooth = "holt_winters(node_load1[1h], 0.5, 0.5)";
    expect(old.prove(smooth)).toEqual([]);
    expect(current.prove(smooth).map(({ code }) => code)).toEqual(["parse-error"]);
    expect(old.prove("histogram_avg(node_load1)").map(({ code }) => code)).toEqual(["parse-error"]);
    expect(current.prove("histogram_avg(node_load1)")).toEqual([]);
  });

  it("reports several mistakes of one expression in the order of the text", () => {
    const found = prover.prove('rate(node_load1[5m]) + on (instance) delta(node_cpu_seconds_total{mode="x"}[5m])');
    expect(found.map(({ code }) => code)).toEqual(["rate-of-gauge", "impossible-match"]);
  });

  it("treats services alike whether or not they share their families", () => {
    const copied = world.providers.map((one) => ({ ...one, on: new Map(one.on), off: new Map(one.off) }));
    const other = createProver({ ...world, providers: copied });
    for (const { wrong } of tables) for (const [expr] of wrong) expect(other.prove(expr)).toEqual(prover.prove(expr));
  });

  it("proves the application's label when only some targets have one of that name", () => {
    const [node] = world.providers;
    const family = { name: "x", type: "gauge", labels: { role: "open" } } as const;
    const on = new Map([["x", family]]);
    const base = { job: "x", on, off: new Map() };
    const providers = [{ ...base, targetLabels: { job: ["x"], role: ["", "web"] } }];
    const mixed = createProver({ ...world, providers: node === undefined ? providers : [node, ...providers] });
    expect(mixed.prove('x{role="db"}')).toEqual([]);
    expect(mixed.prove('x{exported_role="db"}')).toEqual([]);
    expect(mixed.prove('x{exported_rule="db"}').map(({ code }) => code)).toEqual(["unknown-label"]);
  });
});
