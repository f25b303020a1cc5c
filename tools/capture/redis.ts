import type { Bench } from "../../test/real/lab/bench.ts";
import { linked, startRedis, useRedis } from "../../test/real/lab/servers/redis.ts";
import { eventually, get } from "../../test/real/lab/waiting.ts";
import { type Capture, families, versionIn } from "./captured.ts";
import { scrape } from "./scrape.ts";
import { merge } from "./text-format.ts";

const flags = ["-include-system-metrics", "-export-client-list", "-check-single-keys=db0=capture"];

/** The redis exporter on a primary and on its replica. */
export async function captureRedis(bench: Bench): Promise<Capture> {
  const [primary, replica] = [await bench.freePort(), await bench.freePort()];
  startRedis(bench, primary, ["--maxmemory", "64mb"]);
  startRedis(bench, replica, ["--replicaof", "127.0.0.1", String(primary)]);
  await useRedis(bench, primary);
  await linked(bench, replica);
  const urls: string[] = [];
  for (const target of [primary, replica]) {
    const port = await bench.freePort();
    const address = [`-redis.addr=redis://127.0.0.1:${target}`, `-web.listen-address=127.0.0.1:${port}`];
    bench.start("prometheus-redis-exporter", [...flags, ...address]);
    urls.push(`http://127.0.0.1:${port}/metrics`);
  }
  const [text = ""] = await Promise.all(urls.map((url) => eventually(() => get(url))));
  return {
    exporter: "redis_exporter",
    version: versionIn(text),
    flags,
    source: "a primary with maxmemory and its replica, Redis 7.0",
    families: families(merge(await Promise.all(urls.map(scrape)))),
  };
}
