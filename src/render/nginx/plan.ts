import { type NginxSettings, nginxSettingsOf, type Route, type Site, usesWaf } from "../../catalog/nginx/settings.ts";
import type { Path } from "../../diagnostics/path.ts";
import type { Host, Model, Service } from "../../model/model.ts";
import { servicesOf } from "../../model/services.ts";
import { type Listeners, planListeners, virtualIpOf } from "./listeners.ts";
import { type UpstreamTls, upstreamTlsOf } from "./upstream-tls.ts";
import { type Upstream, upstreamName } from "./upstreams.ts";
import { type Profile, planProfiles } from "./waf-profiles.ts";

/** What one balancer's config is printed from. */
export interface NginxPlan {
  readonly model: Model;
  readonly service: Service;
  readonly host: Host;
  readonly settings: NginxSettings;
  /** Path of the settings in the inventory. */
  readonly source: Path;
  readonly listeners: Listeners;
  readonly upstreams: readonly Upstream[];
  readonly sites: readonly SitePlan[];
  /** What the firewall does, once for each way that routes want it. */
  readonly profiles: readonly Profile[];
  readonly usesWaf: boolean;
  /** nginx's version in force, as the inventory writes it. */
  readonly version: string;
}

export interface SitePlan {
  readonly site: Site;
  /** First name of the site. */
  readonly name: string;
  readonly source: Path;
  /** Name of its file, without the ending; unique on the host. */
  readonly file: string;
  readonly routes: readonly RoutePlan[];
}

export interface RoutePlan {
  readonly route: Route;
  /** Path of the route as nginx compares it: decoded, without a slash at the end; empty for `/`. */
  readonly prefix: string;
  readonly source: Path;
  /** The upstream that answers; undefined where no instance is in rotation. */
  readonly upstream: Upstream | undefined;
  /** How it is asked by HTTPS; undefined for plain HTTP. */
  readonly tls: UpstreamTls | undefined;
  /** Operating system of the balancer. */
  readonly os: Host["os"];
  readonly profile: Profile | undefined;
}

/** Services of the kind nginx that have sites, by name. */
export function balancerServices(
  model: Model,
): readonly { readonly service: Service; readonly settings: NginxSettings }[] {
  return servicesOf(model, "nginx")
    .map((service) => ({ service, settings: nginxSettingsOf(service) }))
    .filter(({ settings }) => settings.sites.length > 0);
}

/** Plans the config of one balancer; `upstreams` as it reaches them. */
export function planNginx(
  model: Model,
  service: Service,
  settings: NginxSettings,
  { host, upstreams }: Pick<NginxPlan, "host" | "upstreams">,
): NginxPlan {
  const source = [...service.source, "nginx"];
  const profiles = planProfiles(settings, source);
  return {
    model,
    service,
    host,
    settings,
    source,
    listeners: planListeners(model, service, settings),
    upstreams,
    profiles: profiles.all,
    usesWaf: usesWaf(settings),
    version: service.version ?? model.versions["nginx"] ?? "1.22",
    sites: settings.sites.map((site, at): SitePlan => {
      const path = [...source, "sites", at];
      const [name = "_"] = site.server_name;
      return {
        site,
        name,
        source: path,
        file: fileName(name, site, virtualIpOf(model, service, site)?.name),
        routes: site.routes.map((route, index) => {
          const target = model.services.get(route.to);
          return {
            route,
            prefix: prefixOf(route.path),
            source: [...path, "routes", index],
            upstream: upstreams.find((upstream) => upstream.name === upstreamName(route)),
            tls: target && upstreamTlsOf(route, target),
            os: host.os,
            profile: profiles.of(route.waf),
          };
        }),
      };
    }),
  };
}

/** No host name has an underscore, so that a star as one and the separator lead to no second file of a name. */
function fileName(name: string, site: Site, virtualIp: string | undefined): string {
  return [name.toLowerCase().replace("*", "_"), site.listen, ...(virtualIp === undefined ? [] : [virtualIp])].join("_");
}

/** nginx compares decoded paths. What decodes to a control character is left: no path of a request is like it then. */
function prefixOf(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  try {
    const decoded = decodeURIComponent(trimmed);
    return /\p{Cc}/u.test(decoded) ? trimmed : decoded;
  } catch {
    return trimmed;
  }
}
