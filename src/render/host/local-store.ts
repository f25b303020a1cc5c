import type { Host, Service } from "../../model/model.ts";

/**
 * The embedded store of the exporter service on the same host. It takes spans and log records over loopback only; an
 * inventory that has an application elsewhere was refused.
 */
export function localStore({ instances, port }: Service, host: Host): string | undefined {
  const own = instances.find((each) => each.host.name === host.name);
  return own && `http://127.0.0.1:${own.port ?? port ?? 9740}`;
}
