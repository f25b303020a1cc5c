import { z } from "zod";
import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { metrics } from "./metrics.ts";

/** cAdvisor's own default, 8080, is the port that web applications take. */
const defaultPort = 8098;
const settings = z.strictObject({});

export const docker = defineKind<z.infer<typeof settings>>({
  id: "docker",
  title: "Docker",
  tools: ["cadvisor"],
  settings,
  port: defaultPort,
  endpoints: (service) => [
    {
      name: "docker",
      exporter: {
        name: "cadvisor",
        version: "0.60.5",
        source: "https://github.com/google/cadvisor/blob/v0.60.5/docs/storage/prometheus.md",
      },
      port: service.port ?? defaultPort,
      metrics,
    },
  ],
  alerts,
  dashboard: () => [dashboard],
  units: (service) => [
    { name: "docker" },
    {
      name: "cadvisor",
      flags: [`--port=${service.port ?? defaultPort}`, "--docker_only=true", "--store_container_labels=false"],
      listen: { flag: "--listen_ip" },
      after: ["docker"],
      own: { description: "cAdvisor", program: ["cadvisor"], user: "root", everywhere: true },
    },
  ],
  packages: () => [
    { debian: "docker.io", rhel: "docker-ce", source: "https://docs.docker.com/engine/install/" },
    { source: "https://github.com/google/cadvisor/releases" },
  ],
});
