import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { alerts } from "../../../src/catalog/prometheus/alerts.ts";

const missing = spawnSync("promtool", ["--version"]).error !== undefined;
const template = alerts.find((alert) => alert.name === "TargetsMissing");

const expected = (service: string, kind: string, count: number) =>
  series(
    `service:expected_targets:count{service="${service}",owner="${service}-owner",kind="${kind}",job="${kind}"}`,
    count,
  );
const up = (service: string, job: string, host: string, value: number, owner = `${service}-owner`) =>
  series(`up{job="${job}",service="${service}",owner="${owner}",host="${host}",instance="${host}:1"}`, value);

function series(name: string, value: number): { readonly series: string; readonly values: string } {
  return { series: name, values: `${value}x60` };
}

/** Which services lack how many targets, by the alert's expression, as promtool evaluates it. */
function lacking(...input: readonly ReturnType<typeof series>[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "targets-missing-"));
  try {
    // An expectation that never holds makes promtool print what it got.
    const expectation = {
      expr: template?.expr ?? "",
      eval_time: "10m",
      exp_samples: [{ labels: '{a="b"}', value: 0 }],
    };
    const tests = [{ interval: "1m", input_series: input, promql_expr_test: [expectation] }];
    const file = join(folder, "test.yml");
    writeFileSync(file, JSON.stringify({ tests }));
    const { stdout, stderr } = spawnSync("promtool", ["test", "rules", file], { encoding: "utf8" });
    const output = `${stdout}${stderr}`;
    expect(output).toContain("got:");
    return [...output.matchAll(/\{([^}]*service="[^}]*)\} ([0-9.E+]+)/g)]
      .map(([, labels = "", value]) => {
        const of = (name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(labels)?.[1] ?? "";
        return `${of("service")} of ${of("owner")} lacks ${Number(value)}`;
      })
      .sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(missing)("TargetsMissing (needs promtool)", () => {
  it("names a service of which nothing is scraped at all", () => {
    expect(
      lacking(expected("orders-db", "mysql", 5), expected("edge", "nginx", 1), up("edge", "nginx", "a", 1)),
    ).toEqual(["orders-db of orders-db-owner lacks 5"]);
  });

  it("counts those that vanished from the list, not those that are listed and down", () => {
    expect(
      lacking(expected("orders-db", "mysql", 3), up("orders-db", "mysql", "a", 1), up("orders-db", "mysql", "b", 0)),
    ).toEqual(["orders-db of orders-db-owner lacks 1"]);
  });

  it("takes no probe of a service for one of its targets", () => {
    expect(
      lacking(
        expected("edge", "nginx", 2),
        up("edge", "nginx", "a", 1),
        up("edge", "blackbox-http_2xx", "b", 1),
        up("edge", "blackbox-icmp", "c", 1),
      ),
    ).toEqual(["edge of edge-owner lacks 1"]);
  });

  it("is silent where hosts of several owners make up one service", () => {
    expect(
      lacking(expected("node", "node", 2), up("node", "node", "a", 1, "dba"), up("node", "node", "b", 1, "storefront")),
    ).toEqual([]);
  });

  it("keeps two services of one kind apart", () => {
    expect(
      lacking(
        expected("orders-db", "mysql", 1),
        expected("users-db", "mysql", 2),
        up("orders-db", "mysql", "a", 1),
        up("users-db", "mysql", "b", 0),
      ),
    ).toEqual(["users-db of users-db-owner lacks 1"]);
  });
});
