import type { Bench } from "../../test/real/lab/bench.ts";
import { eventually, get } from "../../test/real/lab/waiting.ts";
import { type Capture, families, versionIn } from "./captured.ts";
import { scrape } from "./scrape.ts";
import { merge } from "./text-format.ts";

/** Three members of one etcd cluster without TLS, with a key that was written. */
export async function captureEtcd(bench: Bench): Promise<Capture> {
  const members = await Promise.all(
    ["a", "b", "c"].map(async (name) => ({ name, client: await bench.freePort(), peer: await bench.freePort() })),
  );
  const cluster = members.map(({ name, peer }) => `${name}=http://127.0.0.1:${peer}`).join(",");
  for (const { name, client, peer } of members)
    bench.start("etcd", [
      `--name=${name}`,
      `--data-dir=${bench.path(`etcd-${name}`)}`,
      `--listen-client-urls=http://127.0.0.1:${client}`,
      `--advertise-client-urls=http://127.0.0.1:${client}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-cluster=${cluster}`,
      "--initial-cluster-state=new",
    ]);
  const at = members.map(({ client }) => `http://127.0.0.1:${client}`);
  for (const url of at) await eventually(() => get(`${url}/health`));
  const key = { key: Buffer.from("capture").toString("base64"), value: Buffer.from("1").toString("base64") };
  const put = await fetch(`${at[0]}/v3/kv/put`, { method: "POST", body: JSON.stringify(key) });
  if (!put.ok) throw new Error(`etcd refuses to write: ${put.status}`);
  // Members measure the way to each other every half minute.
  const text = await eventually(async () => {
    const shown = await get(`${at[0]}/metrics`);
    if (!shown.includes("etcd_network_peer_round_trip_time_seconds_count")) throw new Error("no peer was measured yet");
    return shown;
  }, 60);
  return {
    exporter: "etcd",
    version: versionIn(text, /etcd_server_version\{[^}]*server_version="(\d+(?:\.\d+)+)/),
    flags: [],
    source: "a cluster of three members without TLS",
    families: families(merge(await Promise.all(at.map((url) => scrape(`${url}/metrics`))))),
  };
}
