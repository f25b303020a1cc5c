import { z } from "zod";
import { type Problem, problem } from "../../diagnostics/problem.ts";
import { identifier } from "../../inventory/values.ts";
import type { Service } from "../../model/model.ts";
import type { Endpoint } from "../../signals/endpoint.ts";
import { defineKind } from "../kind.ts";
import { nodePackage } from "../node-packages.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { logs } from "./logs.ts";
import { metrics } from "./metrics.ts";

/** What stands under `nodejs:` of a service. */
const settings = z.strictObject({
  unit: identifier.optional().meta({
    description: "the systemd unit that runs the application; named as the service unless said",
    examples: ["order"],
  }),
});

type NodejsSettings = z.infer<typeof settings>;

export const nodejs = defineKind<NodejsSettings>({
  id: "nodejs",
  title: "Node.js applications",
  tools: ["prom-client"],
  settings,
  endpoints: (service) => endpointsOf(service),
  probe: { prober: "http", path: "/healthz", status: 200 },
  alerts,
  dashboard: () => dashboard,
  logs,
  units: (service, { unit }) => [{ name: unit ?? service.name }],
  packages: () => [nodePackage],
  check: (service) => missingPort(service),
});

/** Applications have no port in common: without one in the inventory there is nothing to ask. */
function endpointsOf(service: Service): readonly Endpoint[] {
  const port = service.metrics?.port ?? service.port ?? service.external[0]?.port;
  if (port === undefined) return [];
  return [
    {
      name: "nodejs",
      exporter: {
        name: "prom-client",
        version: "15.1.3",
        source: "docs/contract.md; the defaults of prom-client 15.1.3 captured",
      },
      port,
      path: service.metrics?.path ?? "/metrics",
      metrics,
    },
  ];
}

function missingPort(service: Service): readonly Problem[] {
  if (service.port !== undefined || service.instances.length === 0) return [];
  return [
    problem(
      "missing-key",
      [...service.source, "port"],
      `service "${service.name}" has no port, and nodejs has no default`,
      {
        at: "parent",
        hint: "write the port on which the application listens, for example port: 3000",
      },
    ),
  ];
}
