import { describe, expect, it } from "vitest";
import { expand } from "../../../src/catalog/expand/index.ts";
import { node } from "../../../src/catalog/node/index.ts";
import { redis } from "../../../src/catalog/redis/index.ts";
import { record } from "../../../src/catalog/redis/logs.ts";
import { settings } from "../../../src/catalog/redis/settings.ts";
import { formatPath } from "../../../src/diagnostics/path.ts";
import { compile } from "../../../src/model/compile.ts";
import type { Model, Service } from "../../../src/model/model.ts";

const kinds = [node, redis];

function compileCache(own: unknown, hosts: unknown) {
  const host = (last: number) => ({ address: `192.0.2.${last}`, segment: "lan" });
  const raw = {
    version: 1,
    platform: "example",
    environment: "test",
    segments: { lan: { cidr: "192.0.2.0/24" } },
    hosts: { mid1: host(11), mid2: host(12), mid3: host(13) },
    services: { cache: { kind: "redis", hosts, port: 6380, redis: own } },
  };
  return compile(raw, kinds);
}

function compiled(own: unknown, hosts: unknown): { readonly model: Model; readonly service: Service } {
  const { model, problems } = compileCache(own, hosts);
  const service = model?.services.get("cache");
  if (model === undefined || service === undefined) throw new Error(JSON.stringify(problems));
  return { model, service };
}

const two = { mid1: { role: "primary" }, mid2: { role: "replica" } };
const three = { ...two, mid3: { role: "replica" } };
const rows = ({ model }: { readonly model: Model }) =>
  expand(model, kinds)
    .dashboards.filter(({ kind }) => kind === "redis")
    .flatMap((board) => board.rows.map((row) => row.title));

describe("settings of redis", () => {
  it("are complete when nothing is written", () => {
    expect(settings.parse({})).toEqual({
      mode: "replication",
      exporter: {},
      sentinel: { port: 26379 },
      log: "/var/log/redis/redis-server.log",
    });
  });

  it("take the password by reference only", () => {
    expect(settings.safeParse({ password: "hunter2" }).success).toBe(false);
    expect(settings.parse({ password: { file: "secrets/redis" } }).password).toEqual({
      from: "file",
      path: "secrets/redis",
    });
  });
});

describe("redis with Sentinel", () => {
  it("wants an odd number of hosts, three or more", () => {
    const problems = (hosts: unknown) =>
      compileCache({ mode: "sentinel" }, hosts).problems.map((each) => `${each.code} ${formatPath(each.path)}`);
    expect(problems(two)).toEqual(["even-quorum services.cache.redis.mode"]);
    expect(problems(["mid1"])).toEqual(["even-quorum services.cache.redis.mode"]);
    expect(problems(three)).toEqual([]);
  });

  it("runs one beside each server and has its port taken and asked", () => {
    const { model, service } = compiled({ mode: "sentinel", sentinel: { port: 26400 } }, three);
    expect(redis.units?.(service, model).map(({ name }) => name)).toContain("redis-sentinel");
    expect(redis.ports?.(service)).toEqual([{ port: 26400, purpose: "Redis Sentinel" }]);
    expect(redis.probes?.(service, model).map(({ instance }) => instance)).toEqual([
      "mid1:26400",
      "mid2:26400",
      "mid3:26400",
    ]);
  });

  it("leaves no trace of Sentinel elsewhere", () => {
    const { model, service } = compiled({}, two);
    expect(redis.ports?.(service)).toEqual([]);
    expect(redis.probes?.(service, model)).toEqual([]);
    expect(redis.logs?.(service).map(({ name }) => name)).toEqual(["server"]);
  });
});

describe("the exporter of redis", () => {
  it("asks the service's own port, with flags of a single dash and without the password", () => {
    const { model, service } = compiled({ password: { env: "REDIS" }, exporter: { user: "watcher" } }, two);
    const unit = redis.units?.(service, model).find(({ name }) => name === "prometheus-redis-exporter");
    expect(unit?.flags).toEqual(["-redis.addr=redis://127.0.0.1:6380", "-redis.user=watcher"]);
  });

  it("keeps each metric's name once", () => {
    const { model, service } = compiled({}, two);
    const names = redis.endpoints(service, model).flatMap(({ metrics }) => metrics.map(({ name }) => name));
    expect(names.length).toBeGreaterThan(150);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

describe("the dashboard of redis", () => {
  it("has rows for replication and cluster only where they are", () => {
    expect(rows(compiled({}, ["mid1"]))).toEqual(["Overview", "Commands", "Memory and keys", "Persistence"]);
    expect(rows(compiled({}, two))).toContain("Replication");
    expect(rows(compiled({ mode: "cluster" }, three)).slice(-2)).toEqual(["Replication", "Cluster"]);
  });
});

describe("the log of redis", () => {
  it("begins a record with process, role and time", () => {
    const begins = new RegExp(record);
    expect(begins.test("16239:C 21 Nov 2026 11:53:14.303 # Configuration loaded")).toBe(true);
    expect(begins.test("19240:M 21 Nov 2026 12:22:06.057 # User requested shutdown...")).toBe(true);
    expect(begins.test("=== REDIS BUG REPORT START: Cut & paste starting from here ===")).toBe(false);
  });
});
