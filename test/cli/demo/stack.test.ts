import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { kinds } from "../../../src/catalog/index.ts";
import { forDemo } from "../../../src/cli/demo/files.ts";
import { layOutHost } from "../../../src/cli/demo/host-tree.ts";
import { demoInventory, type Parts, usualPorts } from "../../../src/cli/demo/inventory.ts";
import { freePorts } from "../../../src/cli/demo/ports.ts";
import { readInventory } from "../../../src/inventory/read.ts";
import { type Build, build } from "../../../src/pipeline/build.ts";

const example = readFileSync(new URL("../../../examples/one-host.yaml", import.meta.url), "utf8");
const all: Parts = { prometheus: true, alertmanager: true, blackbox: true, node: true, edge: true };
const files = {
  inventory: "/tmp/d/inventory.yaml",
  oncall: "/tmp/d/secrets/oncall",
  deadman: "/tmp/d/secrets/deadman",
};

function builtWith(parts: Parts): Build {
  const reading = readInventory(Buffer.from(demoInventory(example, { ports: usualPorts, parts, files })));
  if (!reading.ok) throw new Error(JSON.stringify(reading.flaws));
  return build(reading, kinds, () => ({ rules: [], dashboards: [], scrapeConfigs: [] }));
}

describe("the inventory of a demo", () => {
  const parts = Object.keys(all);
  const combinations = Array.from({ length: 2 ** parts.length }, (_, bits): Parts => {
    const has = (name: keyof Parts): boolean => ((bits >> parts.indexOf(name)) & 1) === 1;
    return {
      prometheus: has("prometheus"),
      alertmanager: has("alertmanager"),
      blackbox: has("blackbox"),
      node: has("node"),
      edge: has("edge"),
    };
  });

  it("has no problem, whatever is installed", () => {
    for (const each of combinations) {
      const { problems, result } = builtWith(each);
      expect([each, problems.map(({ message }) => message), result?.proof.findings]).toEqual([each, [], []]);
    }
  });

  it("knows no address but loopback, and no receiver but its own", () => {
    const { hosts, segments, alerting } = Object(
      load(demoInventory(example, { ports: usualPorts, parts: all, files })),
    );
    expect([hosts, segments]).toEqual([
      { box: { address: "127.0.0.1", segment: "lan" } },
      { lan: { cidr: "127.0.0.0/8", interface: "lo" } },
    ]);
    expect(Object.values(Object(alerting.receivers))).toEqual([
      { webhook: { url: { host_file: files.oncall } } },
      { webhook: { url: { host_file: files.deadman } } },
    ]);
  });
});

describe("the files of a demo", () => {
  const root = mkdtempSync(join(tmpdir(), "demo-tree-"));
  const { result } = builtWith(all);
  const tree = layOutHost(result?.artifacts ?? [], "box", root, forDemo(root));

  it("start each unit as its host would, with paths of this folder", () => {
    expect(tree.command("prometheus")).toEqual([
      "/usr/bin/prometheus",
      "--web.listen-address=127.0.0.1:9090",
      `--config.file=${root}/etc/prometheus/prometheus.yml`,
      `--storage.tsdb.path=${root}/var/lib/prometheus/metrics2/`,
      "--storage.tsdb.retention.time=15d",
      "--enable-feature=exemplar-storage",
    ]);
    const alertmanager = tree.command("prometheus-alertmanager");
    expect(alertmanager.filter((word) => word.startsWith("--web.listen-address"))).toEqual([
      "--web.listen-address=127.0.0.1:9093",
    ]);
    expect(tree.command("stackwright")).toEqual([
      "stackwright",
      "serve",
      "--web.listen-address=127.0.0.1:9740",
      "-i",
      files.inventory,
    ]);
  });

  it("give an application the settings that its host would get", () => {
    expect(tree.environment("/etc/stackwright/apps/order.env")).toMatchObject({
      OTEL_SERVICE_NAME: "order",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9740",
      TELEMETRY_LOG_MODE: "durable",
    });
  });

  it("have nginx listen on loopback alone", () => {
    const { artifacts = [] } = result ?? {};
    const paths = artifacts.flatMap(({ installs }) => installs.map(({ path }) => path));
    const listens = paths
      .filter((path) => path.startsWith("/etc/nginx/"))
      .flatMap((path) => readFileSync(tree.path(path), "utf8").match(/^ *listen .*$/gm) ?? []);
    expect(listens.length).toBeGreaterThan(2);
    expect(listens.filter((line) => !/^ *listen 127\.0\.0\.1:\d+[ ;]/.test(line))).toEqual([]);
    rmSync(root, { recursive: true });
  });
});

it("a demo takes the usual ports where they are free, and others where they are not", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const address = taken.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const found = await freePorts({ one: port, two: port });
  expect(new Set([port, found.one, found.two]).size).toBe(3);
  taken.close();
});
