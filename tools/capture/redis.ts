import { type Bench, eventually, get, scrape } from "./bench.ts";
import { type Capture, families, versionIn } from "./captured.ts";
import { merge } from "./text-format.ts";

const flags = ["-include-system-metrics", "-export-client-list", "-check-single-keys=db0=capture"];

/** The redis exporter on a primary and on its replica. */
export async function captureRedis(bench: Bench): Promise<Capture> {
  const [primary, replica] = [await bench.freePort(), await bench.freePort()];
  startRedis(bench, primary, ["--maxmemory", "64mb"]);
  startRedis(bench, replica, ["--replicaof", "127.0.0.1", String(primary)]);
  const cli = (port: number, ...command: readonly string[]): Promise<string> =>
    bench.run("redis-cli", ["-h", "127.0.0.1", "-p", String(port), ...command]);
  await eventually(() => cli(primary, "SET", "capture", "1", "EX", "600"));
  await cli(primary, "GET", "absent");
  await cli(primary, "BGSAVE");
  await cli(primary, "CONFIG", "SET", "slowlog-log-slower-than", "0");
  await eventually(async () => {
    if (!(await cli(replica, "INFO", "replication")).includes("master_link_status:up")) throw new Error("no link yet");
  });
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

function startRedis(bench: Bench, port: number, more: readonly string[]): void {
  const own = ["--bind", "127.0.0.1", "--port", String(port), "--dir", bench.path("."), "--dbfilename", `${port}.rdb`];
  bench.start("redis-server", [...own, ...more]);
}
