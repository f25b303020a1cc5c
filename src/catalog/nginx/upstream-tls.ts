import type { Path } from "../../diagnostics/path.ts";
import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { Model, Service } from "../../model/model.ts";
import { type NginxSettings, type Route, tlsNameOf } from "./settings.ts";

/** True where a route believes a certificate because the system does. */
export function trustsSystemCas({ sites }: NginxSettings): boolean {
  return sites.some(({ routes }) =>
    routes.some(({ upstream_tls: asked }) => asked === true || (typeof asked === "object" && asked.ca === undefined)),
  );
}

/** What the routes of a service say about TLS to what is behind them, and what they leave open. */
export function checkUpstreamTls(settings: NginxSettings, root: Path, model: Model): readonly Problem[] {
  const first = new Map<string, { readonly asked: string; readonly path: Path }>();
  return settings.sites.flatMap((site, at) =>
    site.routes.flatMap((route, index) => {
      const path = [...root, "sites", at, "routes", index];
      const service = model.services.get(route.to);
      if (service === undefined) return [];
      const httpsPort = placeOf443(service);
      if (route.upstream_tls === undefined && httpsPort !== undefined) return [unsaid(path, service, httpsPort)];
      const asked = JSON.stringify(route.upstream_tls ?? false);
      const earlier = first.get(route.to);
      if (earlier === undefined) first.set(route.to, { asked, path });
      const isOther = earlier !== undefined && earlier.asked !== asked;
      return isOther ? [disagrees(route, path, earlier.path)] : checkRoute(route, path, service);
    }),
  );
}

function checkRoute(route: Route, path: Path, service: Service): readonly Problem[] {
  if (route.upstream_tls === undefined || route.upstream_tls === false) return [];
  if (speaksUwsgi(service))
    return [
      problem(
        "invalid-value",
        [...path, "upstream_tls"],
        `upstream_tls is for HTTP, and service "${service.name}" ({line}) speaks the uwsgi protocol`,
        {
          mentions: service.source,
          hint: `remove upstream_tls, or add uwsgi: { protocol: http } under services.${service.name}`,
        },
      ),
    ];
  if (tlsNameOf(route, service) !== undefined) return [];
  return [
    problem(
      "missing-key",
      [...path, "upstream_tls", "server_name"],
      `upstream_tls has no server_name, and service "${service.name}" is not one host with a name: no certificate can be told to be its own`,
      { at: "parent", hint: "write upstream_tls: { server_name: NAME } with a name that its certificate is for" },
    ),
  ];
}

function unsaid(path: Path, service: Service, mentions: Path): Problem {
  const name = tlsNameOf({ upstream_tls: true }, service) === undefined ? "{ server_name: NAME }" : "true";
  return problem(
    "missing-key",
    [...path, "upstream_tls"],
    `the route to "${service.name}" does not say whether port 443 there ({line}) speaks TLS`,
    {
      at: "parent",
      mentions,
      hint: `add upstream_tls: ${name}, or upstream_tls: false for plain HTTP`,
    },
  );
}

function disagrees(route: Route, path: Path, earlier: Path): Problem {
  return problem(
    "invalid-value",
    route.upstream_tls === undefined ? path : [...path, "upstream_tls"],
    `upstream_tls is not what another route to "${route.to}" says ({line}), and connections to a service are shared`,
    {
      mentions: earlier,
      hint: "write the same upstream_tls on both, or lead one of them to another service with the same instances",
    },
  );
}

/** Where the inventory says that the service listens on 443. */
function placeOf443({ external, instances, port }: Service): Path | undefined {
  const own = instances.find((instance) => !instance.spare && (instance.port ?? port) === 443);
  return (external.find((each) => each.port === 443) ?? own)?.source;
}

/** What the kind uwsgi speaks unless its settings say otherwise. */
function speaksUwsgi({ kind, settings }: Service): boolean {
  const isHttp =
    typeof settings === "object" && settings !== null && "protocol" in settings && settings.protocol === "http";
  return kind === "uwsgi" && !isHttp;
}
