import { z } from "zod";
import { httpUrl, secret } from "../../inventory/values.ts";
import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { logs } from "./logs.ts";
import { metrics } from "./metrics.ts";

const defaultPort = 3000;

/** What stands under `grafana:` of a service. */
export const settings = z.strictObject({
  external_url: httpUrl.optional().meta({
    description: "the address under which people open it; links in alerts lead there",
    examples: ["https://grafana.example.org"],
  }),
  admin_password: secret.optional().meta({
    description: "password of the user admin, by reference; without it Grafana starts with its public default",
  }),
});

export type GrafanaSettings = z.infer<typeof settings>;

export const grafana = defineKind<GrafanaSettings>({
  id: "grafana",
  title: "Grafana",
  settings,
  port: defaultPort,
  endpoints: (service) => [
    {
      name: "grafana",
      exporter: {
        name: "grafana",
        version: "13.2.3",
        source: "declared from the source of Grafana; https://grafana.com/docs/grafana/latest/",
      },
      port: service.port ?? defaultPort,
      metrics,
    },
  ],
  probe: { prober: "http", path: "/api/health", status: 200 },
  alerts,
  dashboard: () => dashboard,
  logs: () => logs,
  units: () => [{ name: "grafana-server" }],
  packages: () => [{ debian: "grafana", rhel: "grafana", source: "https://apt.grafana.com stable main" }],
});
