import { nginxSettingsOf } from "../../catalog/nginx/settings.ts";
import type { Host, Service } from "../../model/model.ts";
import { addressFrom } from "../../model/reach.ts";

/** How a service is asked on its own host. */
export type Health =
  | {
      readonly type: "http";
      readonly address: string;
      readonly port: number;
      readonly path: string;
      readonly status: number;
    }
  | { readonly type: "tcp"; readonly address: string; readonly port: number };

/** What keepalived asks on a host; undefined for a service that listens nowhere. */
export function healthOf(service: Service, host: Host): Health | undefined {
  const statusPort = statusPortOf(service);
  if (statusPort !== undefined)
    return { type: "http", address: "127.0.0.1", port: statusPort, path: "/health", status: 200 };
  const instance = service.instances.find((each) => each.host.name === host.name);
  const address = addressFrom(host, host);
  const own = instance?.port ?? service.port ?? (service.kind === "nginx" ? 80 : undefined);
  const { health } = service;
  const port = health?.port ?? own;
  if (port === undefined) return undefined;
  if (health === undefined) return { type: "tcp", address, port };
  return { type: "http", address, port, path: health.path, status: health.status };
}

/** nginx with sites has our loopback server, which says whether nginx itself is well, whatever its sites do. */
function statusPortOf(service: Service): number | undefined {
  if (service.kind !== "nginx") return undefined;
  const { sites, status_port } = nginxSettingsOf(service);
  return sites.length === 0 ? undefined : status_port;
}
