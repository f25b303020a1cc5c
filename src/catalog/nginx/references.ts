import type { Path } from "../../diagnostics/path.ts";
import type { NginxSettings } from "./settings.ts";

/** A name that the settings mention; the path begins inside the settings. */
export interface Named {
  readonly name: string;
  readonly path: Path;
}

/** The services that routes lead to and the virtual IPs that sites listen on, each as often as it is written. */
export function nginxReferences(settings: NginxSettings): {
  readonly services: readonly Named[];
  readonly virtualIps: readonly Named[];
} {
  return {
    services: settings.sites.flatMap((site, at) =>
      site.routes.map((route, index) => ({ name: route.to, path: ["sites", at, "routes", index, "to"] })),
    ),
    virtualIps: settings.sites.flatMap((site, at) =>
      site.virtual_ip === undefined ? [] : [{ name: site.virtual_ip, path: ["sites", at, "virtual_ip"] }],
    ),
  };
}
