import type { Bench } from "../../test/real/lab/bench.ts";
import { eventually, get } from "../../test/real/lab/waiting.ts";
import { type Capture, collectorsOf, families, versionIn } from "./captured.ts";
import { scrape } from "./scrape.ts";
import { merge, type SeenFamily } from "./text-format.ts";

const extra = ["processes", "tcpstat", "interrupts", "qdisc", "mountstats", "network_route", "ksmd", "slabinfo"];
const onByDefault = [
  ..."arp bcache bonding btrfs conntrack cpu cpufreq diskstats dmi edac entropy fibrechannel filefd filesystem".split(
    " ",
  ),
  ..."hwmon infiniband ipvs loadavg mdadm meminfo netclass netdev netstat nfs nfsd nvme os powersupplyclass".split(" "),
  ..."pressure rapl schedstat selinux sockstat softnet stat systemd tapestats textfile thermal_zone time timex".split(
    " ",
  ),
  ..."udp_queues uname vmstat xfs zfs".split(" "),
];

/** The node exporter on this machine, each collector scraped on its own so that its families are known. */
export async function captureNode(bench: Bench): Promise<Capture> {
  await bench.write("textfile/example.prom", "# TYPE capture_example gauge\ncapture_example 1\n");
  const port = await bench.freePort();
  const flags = extra.map((collector) => `--collector.${collector}`);
  bench.start("prometheus-node-exporter", [
    ...flags,
    `--collector.textfile.directory=${bench.path("textfile")}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  const url = `http://127.0.0.1:${port}/metrics`;
  const text = await eventually(() => get(url));
  const scrapes: [string, ReadonlyMap<string, SeenFamily>][] = [];
  for (const collector of [...onByDefault, ...extra]) {
    scrapes.push([collector, await scrape(`${url}?collect[]=${collector}`)]);
  }
  const all = new Map(merge([await scrape(url), ...scrapes.map(([, seen]) => seen)]));
  all.delete("capture_example");
  return {
    exporter: "node_exporter",
    version: versionIn(text),
    flags,
    source: "a Debian 12 host with a textfile directory; collectors told apart by collect[]",
    families: families(all, collectorsOf(scrapes)),
  };
}
