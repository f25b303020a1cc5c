import { generatedHeader } from "../../artifact/comment.ts";
import { printEnvironmentFile } from "../../artifact/environment-file.ts";
import type { HostArtifact } from "../../artifact/place.ts";
import type { Host, Model } from "../../model/model.ts";
import { addressFrom } from "../../model/reach.ts";

/** The variable that has the host's address; IPv6 in brackets, empty for all addresses. */
export const addressVariable = "STACKWRIGHT_ADDRESS";
export const hostEnvironment = "/etc/stackwright/host.env";

/** What asks exporters, and each other. Alertmanager asks the bridge on loopback, and nobody else. */
const callers: readonly string[] = ["prometheus", "grafana", "blackbox", "stackwright"];

/** The hosts of the monitoring, each once. */
export function askingHosts(model: Model): readonly Host[] {
  const asking = [...model.services.values()].filter(({ kind }) => callers.includes(kind));
  return [...new Set(asking.flatMap(({ instances }) => instances.map(({ host }) => host)))];
}

/** The host's own addresses on which others ask it, sorted; its first one where nobody does. */
export function askedOn(asking: readonly Host[], host: Host): readonly string[] {
  if (asking.length === 0) return [addressFrom(host, host)];
  return [...new Set(asking.map((each) => addressFrom(each, host)))].toSorted();
}

/**
 * The one file that differs from host to host: the address of its exporters. Most of them listen on one address only, so
 * where the monitoring uses several legs of a host they listen on all.
 */
export function hostFile(
  { host, asked, units }: { readonly host: Host; readonly asked: readonly string[]; readonly units: readonly string[] },
  generator: string,
): HostArtifact {
  const [first = "", ...more] = asked;
  const address = more.length > 0 ? "" : first.includes(":") ? `[${first}]` : first;
  const source = [host.source];
  return {
    host: host.name,
    service: "node",
    path: hostEnvironment,
    content: printEnvironmentFile({ [addressVariable]: address }, generatedHeader(generator, source)),
    restart: units,
    generator,
    source,
  };
}
