import { block, directive, type NginxDirective, type NginxNode, nginxText } from "../../artifact/nginx-block.ts";
import { joinHostPort } from "../../model/ip.ts";
import { secretPath } from "../../model/secret-path.ts";
import { compareVersions } from "../../signals/versions.ts";
import { ownHeader, securityHeaders } from "./headers.ts";
import { type Role, takesUnknownNames } from "./listeners.ts";
import { printRoute } from "./locations.ts";
import type { NginxPlan, SitePlan } from "./plan.ts";

/** The file of a site: its server, and the one that leads from port 80 to it. */
export function printSite(plan: NginxPlan, site: SitePlan): readonly NginxNode[] {
  return site.site.redirect_http && site.site.tls !== undefined
    ? [server(plan, site), "", redirect(plan, site)]
    : [server(plan, site)];
}

function server(plan: NginxPlan, { site, source, routes }: SitePlan): NginxDirective {
  const hasRest = routes.some(({ prefix }) => prefix === "");
  return block(
    "server",
    [],
    [
      ...listens(plan, site, "site"),
      { ...directive("server_name", ...site.server_name), source: [...source, "server_name"] },
      ...(site.tls === undefined
        ? []
        : [
            ...http2(plan),
            {
              ...directive("ssl_certificate", secretPath(site.tls.certificate, [...source, "tls", "certificate"])),
              source: [...source, "tls", "certificate"],
            },
            {
              ...directive("ssl_certificate_key", secretPath(site.tls.key, [...source, "tls", "key"])),
              source: [...source, "tls", "key"],
            },
          ]),
      ...Object.keys(securityHeaders)
        .filter((header) => header !== "Strict-Transport-Security" || isOnlyTls(plan, site))
        .map((header) => directive("add_header", header, { variables: ownHeader(header) }, "always")),
      ...routes.flatMap((route) => ["" as const, ...printRoute(route)]),
      ...(hasRest ? [] : ["" as const, block("location", ["/"], [directive("return", 404)])]),
    ],
    { source },
  );
}

/** A browser that has been told to use TLS only does so on every port of the name. */
function isOnlyTls({ settings }: NginxPlan, site: SitePlan["site"]): boolean {
  const names = new Set(site.server_name);
  const plain = settings.sites.filter(({ tls }) => tls === undefined);
  return site.redirect_http && !plain.some(({ server_name }) => server_name.some((name) => names.has(name)));
}

function redirect(plan: NginxPlan, { site, source }: SitePlan): NginxDirective {
  const target =
    site.listen === 443 ? nginxText`https://$host$request_uri` : nginxText`https://$host:${site.listen}$request_uri`;
  return block(
    "server",
    [],
    [
      ...listens(plan, site, "redirect"),
      { ...directive("server_name", ...site.server_name), source: [...source, "server_name"] },
      directive("return", 301, target),
    ],
    { source: [...source, "redirect_http"] },
  );
}

function listens(plan: NginxPlan, site: SitePlan["site"], role: Role): readonly NginxDirective[] {
  const tls = role === "site" && site.tls !== undefined;
  const port = role === "site" ? site.listen : 80;
  const isDefault = takesUnknownNames({ site });
  return plan.listeners.of(site, role).flatMap((address) => listen(plan, { address, port, tls, isDefault }));
}

/** Connections that wait to be accepted; the kernel's own bound (`net.core.somaxconn`) is 4096 since Linux 5.4. */
const backlog = "backlog=4096";

/**
 * `listen` of an address, or of every address of both families. Only the wildcard address is bound; options of the
 * socket stand there, once, because a second place would be refused, and on another address they would bind it.
 */
function listen(
  plan: NginxPlan,
  at: {
    readonly address: string | undefined;
    readonly port: number;
    readonly tls: boolean;
    readonly isDefault: boolean;
  },
): readonly NginxDirective[] {
  const options = [
    ...(at.tls ? ["ssl", ...(hasHttp2Directive(plan) ? [] : ["http2"])] : []),
    ...(at.isDefault ? ["default_server"] : []),
  ];
  if (at.address !== undefined) return [directive("listen", joinHostPort(at.address, at.port), ...options)];
  const socket = at.isDefault ? [backlog] : [];
  return [
    directive("listen", at.port, ...options, ...socket),
    directive("listen", `[::]:${at.port}`, ...options, ...socket),
  ];
}

function http2(plan: NginxPlan): readonly NginxDirective[] {
  return hasHttp2Directive(plan) ? [directive("http2", "on")] : [];
}

/** Since 1.25.1 it is a directive, and nginx warns of the option of `listen`. */
function hasHttp2Directive({ version }: NginxPlan): boolean {
  return compareVersions(version, "1.25.1") >= 0;
}

/** Servers for names and addresses that no site has: the connection ends without an answer, a TLS handshake is refused. */
export function printUnknown(plan: NginxPlan): readonly NginxNode[] {
  return plan.listeners.ports.flatMap(({ port, unclaimed }) =>
    [false, true].flatMap((tls): readonly NginxNode[] => {
      const addresses = unclaimed.filter((each) => each.tls === tls);
      if (addresses.length === 0) return [];
      return [
        block(
          "server",
          [],
          [
            ...addresses.flatMap(({ address }) => listen(plan, { address, port, tls, isDefault: true })),
            directive("server_name", ""),
            ...(tls ? [directive("ssl_reject_handshake", "on")] : []),
            directive("return", 444),
          ],
          { comment: `Names, and addresses of this host, that no site has on port ${port}.` },
        ),
        "",
      ];
    }),
  );
}
