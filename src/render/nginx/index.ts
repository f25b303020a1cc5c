import type { Artifact } from "../../artifact/artifact.ts";
import { generatedHeader } from "../../artifact/comment.ts";
import { sha256 } from "../../artifact/manifest.ts";
import { type NginxNode, needsDollar, printNginx } from "../../artifact/nginx-block.ts";
import { type HostArtifact, place } from "../../artifact/place.ts";
import type { NginxSettings } from "../../catalog/nginx/settings.ts";
import type { Path } from "../../diagnostics/path.ts";
import type { Model } from "../../model/model.ts";
import { type HostSecret, secretPath } from "../../model/secret-path.ts";
import { managedHosts, managedInstances } from "../../model/services.ts";
import type { SecretRef } from "../../signals/secret.ts";
import { renderAuditLogFiles } from "./audit-log.ts";
import { printMain } from "./http.ts";
import { balancerServices, type NginxPlan, planNginx } from "./plan.ts";
import { printSite, printUnknown } from "./sites.ts";
import { printStatus } from "./status.ts";
import { renderNginxUnit } from "./unit.ts";
import { planUpstreams, printUpstream } from "./upstreams.ts";
import { renderWaf } from "./waf.ts";
import { settingSource } from "./written.ts";

const generator = "render/nginx";
const unit = "nginx";
const mainFile = "/etc/nginx/nginx.conf";
const folder = "/etc/nginx/stackwright";

/** A file of one balancer, before it is known whose it is. */
type Printed = Omit<HostArtifact, "host" | "service">;

/** The complete config of nginx and its firewall on every managed balancer. */
export function renderNginx(model: Model): readonly Artifact[] {
  const services = balancerServices(model);
  const files = services.flatMap(({ service, settings }) => {
    const printed = new Map<string, readonly Printed[]>();
    return managedInstances(service).flatMap(({ host }) => {
      const upstreams = planUpstreams(model, settings, host);
      // All that differs between balancers of a service: most of them have the same files, and printing takes long.
      const addresses = upstreams.map(({ servers }) => servers.map(({ address }) => address).join(","));
      const key = [host.os, ...addresses].join(" ");
      const same = printed.get(key) ?? renderHost(planNginx(model, service, settings, { host, upstreams }));
      printed.set(key, same);
      return same.map((file): HostArtifact => ({ ...file, host: host.name, service: service.name }));
    });
  });
  return place(files, managedHosts(model));
}

/** Certificates, keys and CAs that travel to the balancers; nginx reads them as root. */
export function nginxSecrets(model: Model): readonly HostSecret[] {
  return balancerServices(model).flatMap(({ service, settings }) => {
    const hosts = managedInstances(service).map(({ host }) => host.name);
    return secretsIn(settings).flatMap(({ from, path }) => {
      if (from.from === "host_file") return [];
      const source = [...service.source, "nginx", "sites", ...path];
      return hosts.map((host) => ({ host, path: secretPath(from, source), owner: "root:root", from, source }));
    });
  });
}

function secretsIn({ sites }: NginxSettings): readonly { readonly from: SecretRef; readonly path: Path }[] {
  return sites.flatMap(({ tls, routes }, at) => [
    ...(tls === undefined
      ? []
      : (["certificate", "key"] as const).map((part) => ({ from: tls[part], path: [at, "tls", part] }))),
    ...routes.flatMap(({ upstream_tls: asked }, index) => {
      const ca = typeof asked === "object" ? asked.ca : undefined;
      return ca === undefined ? [] : [{ from: ca, path: [at, "routes", index, "upstream_tls", "ca"] }];
    }),
  ]);
}

function renderHost(plan: NginxPlan): readonly Printed[] {
  const { settings, source, service } = plan;
  const upstreams = plan.upstreams.flatMap((upstream) => [
    printUpstream(upstream, settings.upstream_keepalive),
    "" as const,
  ]);
  const unknown = printUnknown(plan);
  const sites = plan.sites
    .map((site) => ({ path: `${folder}/${site.file}.conf`, nodes: printSite(plan, site), source: [site.source] }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const parts = [
    { path: `${folder}/upstreams.conf`, nodes: trimmed(upstreams), source: plan.upstreams.map((each) => each.source) },
    { path: `${folder}/unknown.conf`, nodes: trimmed(unknown), source: [[...source, "sites"]] },
    ...sites,
  ].filter(({ nodes }) => nodes.length > 0);
  const status = `${folder}/status.conf`;
  const includes = [...parts.map(({ path }) => path), status];
  const isDollarNeeded = needsDollar(parts.flatMap(({ nodes }) => nodes));
  const files = [
    print(mainFile, printMain(plan, includes, isDollarNeeded), [source, service.source]),
    ...parts.map((part) => print(part.path, part.nodes, part.source)),
    ...renderWaf(plan),
  ];
  const port = settingSource(settings, source, "status_port");
  return [
    ...files,
    print(status, printStatus(settings.status_port, hashOf(files), port), [port]),
    ...renderAuditLogFiles(plan),
    renderNginxUnit(plan),
  ];
}

/** Digest of all files but the one that holds it, by path, without comments: of what nginx does. */
function hashOf(files: readonly Printed[]): string {
  const lines = files
    .map(({ path, content }) => `${sha256(content.replaceAll(/^ *#.*\n/gm, ""))}  ${path}\n`)
    .toSorted();
  return sha256(lines.join(""));
}

function print(path: string, nodes: readonly NginxNode[], source: readonly Path[]): Printed {
  return { path, ...printNginx(nodes, generatedHeader(generator, source)), reload: unit, generator, source };
}

function trimmed(nodes: readonly NginxNode[]): readonly NginxNode[] {
  return nodes.at(-1) === "" ? nodes.slice(0, -1) : nodes;
}
