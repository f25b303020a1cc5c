import { z } from "zod";
import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { metrics } from "./metrics.ts";

const defaultPort = 2379;
const settings = z.strictObject({});

export const etcd = defineKind<z.infer<typeof settings>>({
  id: "etcd",
  title: "etcd",
  settings,
  cluster: { type: "quorum" },
  port: defaultPort,
  ports: () => [{ port: 2380, purpose: "traffic between members" }],
  endpoints: (service) => [
    {
      name: "etcd",
      exporter: {
        name: "etcd",
        version: "3.4.23",
        source: "captured from etcd 3.4.23; https://etcd.io/docs/v3.4/op-guide/monitoring/",
      },
      port: service.port ?? defaultPort,
      metrics,
    },
  ],
  probe: { prober: "http", path: "/health", status: 200 },
  alerts,
  dashboard: () => [dashboard],
  units: () => [{ name: "etcd" }],
  packages: () => [{ debian: "etcd-server", source: "https://github.com/etcd-io/etcd/releases" }],
});
