import { z } from "zod";
import { httpUrl, secret } from "../../inventory/values.ts";
import type { Service } from "../../model/model.ts";
import { secretPath } from "../../model/secret-path.ts";
import type { Unit } from "../../signals/host.ts";
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
  units: (service, options) => [unit(service, options)],
  packages: () => [{ debian: "grafana", rhel: "grafana", repository: "https://apt.grafana.com stable main" }],
});

/**
 * Variables win over /etc/grafana/grafana.ini, which stays the package's.
 * https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/
 */
function unit(service: Service, { external_url, admin_password }: GrafanaSettings): Unit {
  const source = [...service.source, "grafana", "admin_password"];
  return {
    name: "grafana-server",
    variables: {
      GF_SERVER_HTTP_PORT: String(service.port ?? defaultPort),
      ...(external_url === undefined ? {} : { GF_SERVER_ROOT_URL: external_url }),
      GF_LOG_FILE_FORMAT: "json",
      ...(admin_password === undefined
        ? {}
        : { GF_SECURITY_ADMIN_PASSWORD: `$__file{${secretPath(admin_password, source)}}` }),
    },
    ...(admin_password === undefined ? {} : { secrets: [{ owner: "grafana:grafana", from: admin_password, source }] }),
  };
}
