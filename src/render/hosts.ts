import type { Artifact } from "../artifact/artifact.ts";
import { type HostArtifact, place } from "../artifact/place.ts";
import type { Model } from "../model/model.ts";
import type { Signals } from "../signals/signals.ts";

/** Config files of the services themselves, as their kinds print them. */
export function renderHostFiles(model: Model, signals: Signals): readonly Artifact[] {
  const files = signals.hostFiles.flatMap(({ service, kind, hosts, fact, source }) =>
    hosts.map(
      (host): HostArtifact => ({
        host,
        service,
        path: fact.path,
        content: fact.content,
        ...(fact.mode === undefined ? {} : { mode: fact.mode }),
        ...(fact.owner === undefined ? {} : { owner: fact.owner }),
        reload: fact.reload,
        generator: `catalog/${kind}`,
        source: [source],
      }),
    ),
  );
  return place(files, (service) => managedHosts(model, service));
}

/** Names of the managed hosts of a service. */
export function managedHosts(model: Model, service: string): readonly string[] {
  return (model.services.get(service)?.instances ?? []).filter(({ host }) => host.managed).map(({ host }) => host.name);
}
