import type { Path } from "../../diagnostics/path.ts";
import type { Service } from "../../model/model.ts";
import type { Endpoint } from "../../signals/endpoint.ts";
import type { Unit } from "../../signals/host.ts";
import { defineKind, type TakenPort } from "../kind.ts";
import { stackwrightPackages } from "../node-packages.ts";
import { alerts } from "./alerts.ts";
import { checkNginx } from "./check.ts";
import { nginxRows } from "./dashboard.ts";
import { nginxLogs } from "./logs.ts";
import { accessMetrics, statusMetrics } from "./metrics.ts";
import { nginxProbes } from "./probes.ts";
import { nginxReferences } from "./references.ts";
import { type NginxSettings, nginxSettings, usesWaf } from "./settings.ts";
import { trustsSystemCas } from "./upstream-tls.ts";

const accessPort = 9741;

/** It reads what nginx writes; its address stands in its config. */
const accessLogUnit: Unit = {
  name: "stackwright-access-log",
  flags: ["--config=/etc/stackwright/access-log.json"],
  after: ["nginx"],
  own: {
    description: "Stackwright access log exporter",
    program: ["stackwright", "access-log"],
    user: "stackwright",
    everywhere: true,
    state: "stackwright",
    // Debian's logs of nginx belong to this group.
    groups: ["adm"],
    confined: true,
  },
};

export const nginx = defineKind<NginxSettings>({
  id: "nginx",
  title: "nginx",
  tools: ["nginx_exporter", "nginx_access_exporter"],
  settings: nginxSettings,
  endpoints: (_service, settings) => endpoints(settings),
  ports: listeners,
  probes: nginxProbes,
  references: (service, settings) => {
    const { services, virtualIps } = nginxReferences(settings);
    const root = [...service.source, "nginx"];
    return [
      ...services.map(({ name, path }) => ({ to: "service" as const, name, path: [...root, ...path] })),
      ...virtualIps.map(({ name, path }) => ({ to: "virtual-ip" as const, name, path: [...root, ...path] })),
    ];
  },
  alerts,
  dashboard: (_services, settings) => nginxRows(settings),
  logs: (_service, settings) => nginxLogs(settings),
  units: (_service, settings) => [
    { name: "nginx" },
    {
      name: "prometheus-nginx-exporter",
      flags: [`-nginx.scrape-uri=http://127.0.0.1:${settings.status_port}/stub_status`],
      listen: { flag: "-web.listen-address", port: 9113 },
      after: ["nginx"],
      own: {
        description: "NGINX exporter",
        program: ["nginx-prometheus-exporter"],
        user: "prometheus",
        confined: true,
      },
    },
    ...(settings.sites.length === 0 ? [] : [accessLogUnit]),
  ],
  packages: (_service, settings) => [
    { debian: "nginx", rhel: "nginx" },
    {
      debian: "prometheus-nginx-exporter",
      source: "https://github.com/nginx/nginx-prometheus-exporter/releases",
    },
    ...(settings.sites.length === 0 ? [] : stackwrightPackages),
    ...(trustsSystemCas(settings) ? [{ debian: "ca-certificates", rhel: "ca-certificates" }] : []),
    ...(usesWaf(settings)
      ? [
          { debian: "libnginx-mod-http-modsecurity", source: "https://github.com/owasp-modsecurity/ModSecurity-nginx" },
          { debian: "modsecurity-crs", source: "https://github.com/coreruleset/coreruleset/releases" },
        ]
      : []),
  ],
  check: checkNginx,
});

function endpoints(settings: NginxSettings): readonly Endpoint[] {
  const status: Endpoint = {
    name: "nginx",
    exporter: {
      name: "nginx_exporter",
      version: "0.11.0",
      source: "captured from nginx-prometheus-exporter 0.11.0 on the stub_status of nginx 1.22",
    },
    port: 9113,
    metrics: statusMetrics,
  };
  if (settings.sites.length === 0) return [status];
  const access: Endpoint = {
    name: "nginx-access",
    exporter: {
      name: "nginx_access_exporter",
      version: "1.0.0",
      source: "captured: compared with what the exporter serves beside nginx 1.22 and ModSecurity 3.0.9",
    },
    port: accessPort,
    metrics: accessMetrics,
    collectors: ["access", ...(usesWaf(settings) ? ["waf"] : [])],
  };
  return [status, access];
}

/** The ports of its sites, or its own where it has none; stub_status on loopback. Each port once. */
function listeners(service: Service, settings: NginxSettings): readonly TakenPort[] {
  const taken = new Map<number, TakenPort>();
  const take = (port: number, purpose: string, path?: Path): void => {
    if (!taken.has(port))
      taken.set(port, { port, purpose, ...(path && { path: [...service.source, "nginx", ...path] }) });
  };
  if (settings.sites.length === 0) take(service.port ?? 80, "web server");
  for (const [index, site] of settings.sites.entries()) {
    const [name = "_"] = site.server_name;
    take(site.listen, `site ${name}`, ["sites", index, "listen"]);
    if (site.redirect_http) take(80, `redirect to site ${name}`, ["sites", index, "redirect_http"]);
  }
  take(settings.status_port, "stub_status on 127.0.0.1", ["status_port"]);
  return [...taken.values()].sort((a, b) => a.port - b.port);
}
