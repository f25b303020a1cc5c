import { directive, type NginxDirective } from "../../artifact/nginx-block.ts";
import { type Route, tlsNameOf } from "../../catalog/nginx/settings.ts";
import { joinHostPort } from "../../model/ip.ts";
import type { Host, Service } from "../../model/model.ts";
import { secretPath } from "../../model/secret-path.ts";
import type { SecretRef } from "../../signals/secret.ts";
import type { RoutePlan } from "./plan.ts";

/** How a balancer speaks TLS to a service. */
export interface UpstreamTls {
  /** The name that is asked for (SNI) and that the certificate has to be for. */
  readonly serverName: string;
  /** The CA that has to be behind the certificate; undefined where one of the system's own is. */
  readonly ca: SecretRef | undefined;
  /** What the service gets as `Host`: what others run answers to its own name only. Undefined for the client's. */
  readonly host: string | undefined;
}

/** What `upstream_tls` of a route means for the service that it leads to; undefined for plain HTTP. */
export function upstreamTlsOf(route: Route, service: Service): UpstreamTls | undefined {
  const serverName = tlsNameOf(route, service);
  if (serverName === undefined) return undefined;
  const asked = route.upstream_tls;
  return {
    serverName,
    ca: typeof asked === "object" ? asked.ca : undefined,
    host: service.external.length === 0 ? undefined : hostHeader(serverName, service),
  };
}

/** HTTP wants the port behind the name unless it is the usual one. */
function hostHeader(serverName: string, { external }: Service): string {
  const [port, ...others] = new Set(external.map((each) => each.port));
  return port === undefined || others.length > 0 || port === 443 ? serverName : joinHostPort(serverName, port);
}

/** What a location says about TLS to its service: nginx by itself verifies nothing and names nobody. */
export function askByTls({ source: route, os }: RoutePlan, { serverName, ca }: UpstreamTls): readonly NginxDirective[] {
  const source = [...route, "upstream_tls"];
  const trusted = ca === undefined ? systemCas(os) : secretPath(ca, [...source, "ca"]);
  return [
    directive("proxy_ssl_server_name", "on"),
    directive("proxy_ssl_name", serverName),
    directive("proxy_ssl_verify", "on"),
    directive("proxy_ssl_verify_depth", longestChain),
    directive("proxy_ssl_trusted_certificate", trusted),
    directive("proxy_ssl_protocols", "TLSv1.2", "TLSv1.3"),
  ].map((node) => ({ ...node, source }));
}

/** Intermediate certificates between the service's own and the CA; public ones have up to three. */
const longestChain = 4;

/** The file in which the package ca-certificates has the CAs that the system trusts. */
function systemCas(os: Host["os"]): string {
  return os === "rhel-9" ? "/etc/pki/tls/certs/ca-bundle.crt" : "/etc/ssl/certs/ca-certificates.crt";
}
