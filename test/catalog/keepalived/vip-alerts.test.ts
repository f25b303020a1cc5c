import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { alerts } from "../../../src/catalog/keepalived/alerts.ts";

const missing = spawnSync("promtool", ["--version"]).error !== undefined;

const vip = 'vip="web",vip_service="edge"';
const target = (host: string, owner = "platform"): string =>
  `job="keepalived",service="keepalived",kind="keepalived",owner="${owner}",host="${host}",instance="${host}:9100"`;
const up = (host: string) => `up{${target(host)}}`;
const held = (host: string, owner?: string) => `keepalived_vip_held{${vip},${target(host, owner)}}`;
const state = (host: string) => `keepalived_vrrp_state{${vip},iname="web",intf="eth0",vrid="51",${target(host)}}`;
const priority = (host: string) => `keepalived_vrrp_base_priority{${vip},${target(host)}}`;
const written = (host: string) => `keepalived_textfile_timestamp_seconds{${target(host)}}`;
const preempt = (host: string) => `keepalived_vrrp_preempt{${vip},${target(host)}}`;

/** Which alerts about virtual IPs fire after an hour, with the owner that is told. */
function firing(series: Readonly<Record<string, string>>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "keepalived-"));
  try {
    const rules = alerts.map((alert) => ({
      alert: alert.name,
      expr: alert.expr.replaceAll("$threshold", String(alert.threshold?.default ?? 0)),
      for: alert.for,
    }));
    writeFileSync(join(folder, "rules.yml"), JSON.stringify({ groups: [{ name: "keepalived", rules }] }));
    // An expectation that never holds makes promtool print what it got.
    const test = {
      interval: "1m",
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: [
        {
          expr: 'count by (alertname, owner) (ALERTS{alertstate="firing"})',
          eval_time: "1h",
          exp_samples: [{ value: 0 }],
        },
      ],
    };
    const file = { rule_files: ["rules.yml"], evaluation_interval: "1m", tests: [test] };
    writeFileSync(join(folder, "test.yml"), JSON.stringify(file));
    const { stdout, stderr } = spawnSync("promtool", ["test", "rules", join(folder, "test.yml")], { encoding: "utf8" });
    const output = `${stdout}${stderr}`;
    expect(output).toContain("got:");
    const got = output.slice(output.indexOf("got:"));
    return [...got.matchAll(/alertname="(\w+)", owner="([\w-]+)"/g)]
      .map(([, name, owner]) => `${name} ${owner}`)
      .sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(missing && process.env["CI"] === undefined)("alerts on virtual IPs", () => {
  it("say nothing while one member holds the address and the other is backup", () => {
    expect(
      firing({
        [up("lb1")]: "1x100",
        [up("lb2")]: "1x100",
        [held("lb1")]: "1x100",
        [held("lb2")]: "0x100",
        [state("lb1")]: "2x100",
        [state("lb2")]: "1x100",
        [written("lb1")]: "0+60x100",
        [written("lb2")]: "0+60x100",
      }),
    ).toEqual([]);
  });

  it("name an outage when every member stops answering and so all series are gone", () => {
    expect(
      firing({
        [up("lb1")]: "1x49 0x50",
        [up("lb2")]: "1x49 0x50",
        [held("lb1")]: "1x49 stale",
        [held("lb2")]: "0x49 stale",
      }),
    ).toEqual(["VipNoMaster platform"]);
  });

  it("name an outage when the holder is gone and the other member does not take over", () => {
    expect(
      firing({
        [up("lb1")]: "1x49 0x50",
        [up("lb2")]: "1x100",
        [held("lb1")]: "1x49 stale",
        [held("lb2")]: "0x100",
        [state("lb2")]: "3x100",
        [written("lb2")]: "0+60x100",
      }),
    ).toEqual(["VipNoMaster platform"]);
  });

  it("do not take an unreachable exporter for an outage while the backup still hears the master", () => {
    expect(
      firing({
        [up("lb1")]: "1x49 0x50",
        [up("lb2")]: "1x100",
        [held("lb1")]: "1x49 stale",
        [held("lb2")]: "0x100",
        [state("lb2")]: "1x100",
        [written("lb2")]: "0+60x100",
      }),
    ).toEqual([]);
  });

  it("forget a virtual IP that the inventory has dropped, while its hosts stay", () => {
    expect(
      firing({
        [up("lb1")]: "1x100",
        [held("lb1")]: "1x49 stale",
        [written("lb1")]: "0+60x100",
      }),
    ).toEqual([]);
  });

  it("see split brain between members that have different owners, and tell both", () => {
    expect(firing({ [held("lb1", "east")]: "1x100", [held("lb2", "west")]: "1x100" })).toEqual([
      "VipMultipleMasters east",
      "VipMultipleMasters west",
    ]);
  });

  it("do not miss a master that another owner's host has", () => {
    expect(firing({ [held("lb1", "east")]: "1x100", [held("lb2", "west")]: "0x100" })).toEqual([]);
  });

  it("leave an address alone where the inventory has preempt off", () => {
    const away = {
      [held("lb1")]: "0x100",
      [held("lb2")]: "1x100",
      [priority("lb1")]: "254x100",
      [priority("lb2")]: "253x100",
    };
    expect(firing({ ...away, [preempt("lb1")]: "0x100", [preempt("lb2")]: "0x100" })).toEqual([]);
    expect(firing({ ...away, [preempt("lb1")]: "1x100", [preempt("lb2")]: "1x100" })).toEqual([
      "VipNotOnPreferredHost platform",
    ]);
  });

  it("do not call a host wrong whose preferred peer is not there at all", () => {
    expect(firing({ [held("lb2")]: "1x100", [priority("lb2")]: "253x100", [preempt("lb2")]: "1x100" })).toEqual([]);
  });

  it("notice a textfile that nobody writes any more, and one that never was", () => {
    expect(firing({ [up("lb1")]: "1x100", [written("lb1")]: "0x100" })).toEqual(["KeepalivedMetricsStale platform"]);
    expect(firing({ [up("lb1")]: "1x100" })).toEqual(["KeepalivedMetricsStale platform"]);
  });

  it("count moves of a flapping address over both members", () => {
    const moves = (host: string) =>
      `keepalived_become_master_total{${vip},iname="web",intf="eth0",vrid="51",${target(host)}}`;
    const result = firing({ [held("lb1")]: "1x100", [moves("lb1")]: "0+0.3x100", [moves("lb2")]: "0+0.3x100" });
    expect(result).toEqual(["VipFlapping platform"]);
  });
});
