import { z } from "zod";
import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { metrics } from "./metrics.ts";

const statsPort = 1717;

/** What stands under `uwsgi:` of a service. */
const settings = z.strictObject({
  protocol: z
    .enum(["http", "uwsgi"])
    .default("uwsgi")
    .meta({ description: "what its port speaks to the balancer in front" }),
  processes: z.int().min(1).max(1024).default(1).meta({ description: "worker processes on each host" }),
  threads: z.int().min(1).max(1024).default(1).meta({ description: "threads of each worker process" }),
});

type UwsgiSettings = z.infer<typeof settings>;

export const uwsgi = defineKind<UwsgiSettings>({
  id: "uwsgi",
  title: "uWSGI",
  settings,
  port: 5000,
  ports: () => [{ port: statsPort, purpose: "uWSGI stats server" }],
  endpoints: () => [
    {
      name: "uwsgi",
      exporter: {
        name: "uwsgi_exporter",
        version: "1.3.0",
        source: "captured from uwsgi_exporter 1.3.0; https://github.com/timonwong/uwsgi_exporter/blob/v1.3.0/README.md",
      },
      port: 9117,
      metrics,
      collectors: [],
    },
  ],
  probe: { prober: "tcp" },
  alerts,
  dashboard: () => [dashboard],
  units: () => [{ name: "uwsgi" }, { name: "uwsgi_exporter", flags: [`--stats.uri=tcp://127.0.0.1:${statsPort}`] }],
  packages: () => [
    { debian: "uwsgi", rhel: "uwsgi" },
    { source: "https://github.com/timonwong/uwsgi_exporter/releases" },
  ],
});
