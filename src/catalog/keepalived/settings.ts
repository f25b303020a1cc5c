import { z } from "zod";
import { absolutePath, duration } from "../../inventory/values.ts";

// keepalived 2.2 takes whole seconds only for checks.
const seconds = (fallback: number) => z.int().min(1).max(60).default(fallback);

/** What stands under `keepalived:`: how members of virtual IPs check their service and report their state. */
export const keepalivedSettings = z.strictObject({
  check: z
    .strictObject({
      interval: seconds(1).meta({ description: "seconds between two checks of the local service" }),
      timeout: seconds(1).meta({ description: "seconds after which a check has failed" }),
      fall: z
        .int()
        .min(1)
        .max(100)
        .default(2)
        .meta({ description: "failures until the host gives its addresses away" }),
      rise: z.int().min(1).max(100).default(2).meta({ description: "successes until it may have them again" }),
    })
    .prefault({})
    .meta({ description: "check of the service behind the virtual IPs; a failover takes about interval times fall" }),
  garp_refresh: duration
    .default("60s")
    .meta({ description: "how often the master repeats its gratuitous ARP, for switches that forgot" }),
  textfile: absolutePath
    .default("/var/lib/prometheus/node-exporter/keepalived.prom")
    .meta({ description: "where the state is written for the node exporter's textfile collector" }),
  textfile_interval: duration.default("15s").meta({ description: "how often it is written" }),
});

export type KeepalivedSettings = z.output<typeof keepalivedSettings>;
