// Captures the metric families of the exporters that run on this machine and writes them beside their kinds.
// `node tools/capture/main.ts [NAME…]`; needs Debian's packages of the exporters and of what they watch.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Bench, withBench } from "../../test/real/lab/bench.ts";
import { captureBlackbox } from "./blackbox.ts";
import { store } from "./captured.ts";
import { captureEtcd } from "./etcd.ts";
import { captureMonitoring } from "./monitoring.ts";
import { captureMysql } from "./mysql.ts";
import { captureNginx } from "./nginx.ts";
import { captureNode } from "./node.ts";
import { captureNodejs } from "./nodejs.ts";
import { captureRedis } from "./redis.ts";

type Files = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** By name: what gives which files in the catalog. */
const captures: Readonly<Record<string, (bench: Bench) => Promise<Files>>> = {
  node: async (bench) => ({ "node/captured.json": { ...(await captureNode(bench)) } }),
  nginx: async (bench) => ({ "nginx/captured.json": { ...(await captureNginx(bench)) } }),
  redis: async (bench) => ({ "redis/captured.json": { ...(await captureRedis(bench)) } }),
  mysql: async (bench) => ({ "mysql/captured.json": { ...(await captureMysql(bench)) } }),
  etcd: async (bench) => ({ "etcd/captured.json": { ...(await captureEtcd(bench)) } }),
  nodejs: async (bench) => ({ "nodejs/captured.json": { ...(await captureNodejs(bench)) } }),
  monitoring: async (bench) => {
    const { prometheus, alertmanager } = await captureMonitoring(bench);
    return { "prometheus/captured.json": { ...prometheus }, "alertmanager/captured.json": { ...alertmanager } };
  },
  blackbox: async (bench) => {
    const { own, probes } = await captureBlackbox(bench);
    return { "blackbox/captured.json": { ...own }, "blackbox/captured-probes.json": probes };
  },
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => captures[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(`unknown: ${unknown.join(", ")}; known: ${Object.keys(captures).join(", ")}\n`);
  process.exitCode = 2;
} else {
  const written: string[] = [];
  for (const [name, capture] of Object.entries(captures)) {
    if (names.length > 0 && !names.includes(name)) continue;
    for (const [path, content] of Object.entries(await withBench(capture))) {
      const file = new URL(`../../src/catalog/${path}`, import.meta.url);
      await store(file, content);
      written.push(fileURLToPath(file));
      process.stderr.write(`wrote src/catalog/${path}\n`);
    }
  }
  const biome = fileURLToPath(new URL("../../node_modules/.bin/biome", import.meta.url));
  const formatted = spawnSync(biome, ["format", "--write", ...written], { stdio: ["ignore", "ignore", "inherit"] });
  process.exitCode = formatted.status ?? 1;
}
