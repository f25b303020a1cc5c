import { readFileSync } from "node:fs";
import type { Balancer } from "./balancer.ts";

const textfile = "/var/lib/prometheus/node-exporter/keepalived.prom";

/** Has the balancer write its textfile, as its timer does, and gives the series by name and labels. */
export async function writtenMetrics(balancer: Balancer): Promise<ReadonlyMap<string, number>> {
  await balancer.systemctl("start", "stackwright-keepalived-metrics.service");
  const lines = readFileSync(balancer.path(textfile), "utf8").split("\n");
  return new Map(
    lines.flatMap((line) => {
      const [, series, value] = /^([a-z_]+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
      return series === undefined ? [] : [[series, Number(value)] as const];
    }),
  );
}

/** The value of a metric of one virtual IP; undefined where the textfile has none. */
export function ofVirtualIp(metrics: ReadonlyMap<string, number>, name: string, vip: string): number | undefined {
  return [...metrics].find(([series]) => series.startsWith(`${name}{`) && series.includes(`vip="${vip}"`))?.[1];
}
