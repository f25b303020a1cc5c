import type { Path } from "../../diagnostics/path.ts";
import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { Model, Service } from "../../model/model.ts";
import type { NginxSettings, Site } from "./settings.ts";
import { checkUpstreamTls } from "./upstream-tls.ts";

/** What one inventory can get wrong about sites and routes although every key is well-formed. */
export function checkNginx(service: Service, settings: NginxSettings, model: Model): readonly Problem[] {
  const root = [...service.source, "nginx"];
  return [
    ...checkLimits(settings, root),
    ...settings.sites.flatMap((site, at) => checkSite(service, site, [...root, "sites", at], model)),
    ...checkUpstreamTls(settings, root, model),
    ...checkListeners(service, settings, [...root, "sites"], model),
  ];
}

function checkLimits(settings: NginxSettings, root: Path): readonly Problem[] {
  if (settings.worker_rlimit_nofile >= settings.worker_connections) return [];
  return [
    problem(
      "invalid-value",
      [...root, "worker_connections"],
      `worker_connections is ${settings.worker_connections}, but a worker may open only ${settings.worker_rlimit_nofile} files`,
      { hint: "raise worker_rlimit_nofile above worker_connections" },
    ),
  ];
}

function checkSite(service: Service, site: Site, path: Path, model: Model): readonly Problem[] {
  const problems: Problem[] = [];
  if (site.redirect_http && site.tls === undefined)
    problems.push(
      problem("invalid-value", [...path, "redirect_http"], "redirect_http is true, but the site has no tls", {
        hint: "add tls with certificate and key, or remove redirect_http",
      }),
    );
  if (site.redirect_http && site.tls !== undefined && site.listen === 80)
    problems.push(
      problem("invalid-value", [...path, "listen"], "listen is 80, which redirect_http takes for plain HTTP", {
        hint: "write listen: 443, or remove redirect_http",
      }),
    );
  return [...problems, ...checkVirtualIp(service, site, path, model), ...checkRoutes(site, path, model)];
}

function checkVirtualIp(service: Service, site: Site, path: Path, model: Model): readonly Problem[] {
  const own = ownVirtualIps(service, model);
  if (site.virtual_ip === undefined) {
    if (own.length < 2) return [];
    return [
      problem("missing-key", path, `the site has no virtual_ip, and service "${service.name}" has several`, {
        at: "parent",
        hint: `add virtual_ip: ${own.join(" or ")}`,
      }),
    ];
  }
  const chosen = model.virtualIps.get(site.virtual_ip);
  if (chosen === undefined || chosen.service === service.name) return [];
  return [
    problem(
      "invalid-value",
      [...path, "virtual_ip"],
      `virtual_ip is "${site.virtual_ip}", which belongs to service "${chosen.service}" ({line})`,
      {
        mentions: chosen.source,
        hint:
          own.length === 0
            ? `add a virtual IP with service: ${service.name}, or remove virtual_ip`
            : `write ${own.join(" or ")}`,
      },
    ),
  ];
}

function checkRoutes(site: Site, path: Path, model: Model): readonly Problem[] {
  const seen = new Map<string, Path>();
  return site.routes.flatMap((route, index) => {
    const here = [...path, "routes", index];
    const problems: Problem[] = [];
    const target = model.services.get(route.to);
    const key = route.path.replace(/(?<=.)\/+$/, "");
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, [...here, "path"]);
    else
      problems.push(
        problem("duplicate-name", [...here, "path"], `path ${route.path} has a route already ({line})`, {
          mentions: earlier,
          hint: "remove one of the two routes",
        }),
      );
    if (/\?|\/\/|\/\.\.?(?:\/|$)/.test(route.path))
      problems.push(
        problem(
          "invalid-value",
          [...here, "path"],
          `path is "${route.path}", which nginx finds in no request: it compares without the query, // and dots`,
          { hint: "write the path alone, for example /api" },
        ),
      );
    if (target !== undefined && target.external.length === 0 && !listens(target))
      problems.push(
        problem("invalid-value", [...here, "to"], `to is "${route.to}", a service that listens on no port`, {
          hint: `add port under services.${route.to}`,
          mentions: target.source,
        }),
      );
    if (route.balancing === "ip_hash" && target?.instances.some((instance) => instance.backup) === true)
      problems.push(
        problem(
          "invalid-value",
          [...here, "balancing"],
          `balancing is ip_hash, which cannot have the backup instances of "${route.to}"`,
          { hint: "write least_conn or round_robin, or make the backup instances ordinary ones" },
        ),
      );
    return problems;
  });
}

function listens(service: Service): boolean {
  return service.port !== undefined || service.instances.every((instance) => instance.port !== undefined);
}

/** Two sites with one name on one address, and plain sites on a port that speaks TLS. */
function checkListeners(service: Service, settings: NginxSettings, root: Path, model: Model): readonly Problem[] {
  const names = new Map<string, Path>();
  const schemes = new Map<string, { readonly tls: boolean; readonly path: Path }>();
  const only = ownVirtualIps(service, model);
  return settings.sites.flatMap((site, at) => {
    const path = [...root, at];
    const address = site.virtual_ip ?? (only.length === 1 ? only[0] : undefined) ?? "*";
    const sockets = [
      { port: site.listen, tls: site.tls !== undefined, path: [...path, "listen"] },
      ...(site.redirect_http && site.tls !== undefined && site.listen !== 80
        ? [{ port: 80, tls: false, path: [...path, "redirect_http"] }]
        : []),
    ];
    return sockets.flatMap((socket) => {
      const where = `${address} ${socket.port}`;
      const first = schemes.get(where);
      schemes.set(where, first ?? { tls: socket.tls, path: socket.path });
      const mixed =
        first === undefined || first.tls === socket.tls
          ? []
          : [
              problem(
                "invalid-value",
                socket.path,
                `port ${socket.port} is with tls on one site and without on another ({line})`,
                { mentions: first.path, hint: "give them different ports, or both the same" },
              ),
            ];
      return [...mixed, ...duplicates(site, socket.port, { where, path: [...path, "server_name"], names })];
    });
  });
}

function duplicates(
  site: Site,
  port: number,
  at: { readonly where: string; readonly path: Path; readonly names: Map<string, Path> },
): readonly Problem[] {
  return site.server_name.flatMap((written) => {
    const name = written.toLowerCase();
    const earlier = at.names.get(`${at.where} ${name}`);
    if (earlier === undefined) {
      at.names.set(`${at.where} ${name}`, at.path);
      return [];
    }
    return [
      problem(
        "duplicate-name",
        at.path,
        `server_name ${written} stands twice on port ${port} of one address ({line})`,
        {
          mentions: earlier,
          hint: "put the routes of both into one site, or give one another name or port",
        },
      ),
    ];
  });
}

function ownVirtualIps(service: Service, model: Model): readonly string[] {
  return [...model.virtualIps.values()]
    .filter((vip) => vip.service === service.name)
    .map((vip) => vip.name)
    .sort();
}
