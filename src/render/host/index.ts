import type { Artifact } from "../../artifact/artifact.ts";
import { generatedHeader, printComment } from "../../artifact/comment.ts";
import { type HostArtifact, place } from "../../artifact/place.ts";
import type { Model } from "../../model/model.ts";
import type { HostSecret } from "../../model/secret-path.ts";
import { managedInstances } from "../../model/services.ts";
import type { Signals } from "../../signals/signals.ts";
import { askedOn, askingHosts, hostFile } from "./address.ts";
import { shareAlike } from "./alike.ts";
import { appFiles, appSecrets } from "./app.ts";
import { packageLists } from "./packages.ts";
import { sysusers } from "./sysusers.ts";
import { usesAddress } from "./unit.ts";
import { type HostUnit, unitFiles, unitSecrets, unitsOf } from "./units.ts";
import { printWithSecret, withSecretPath } from "./with-secret.ts";

const generator = "render/host";

/**
 * What each managed Linux host needs beside the configs of its services: units and their flags, its address, users,
 * the list of packages, the settings of its applications, and the files that the kinds print themselves.
 */
export function renderHosts(model: Model, signals: Signals): readonly Artifact[] {
  const members = managedMembers(model);
  const units = unitsOf(model, signals);
  const files = [
    ...unitFiles(model, units, generator),
    ...addressFiles(model, units),
    ...shareAlike(secretScripts(units), members),
    ...shareAlike(sysusers(units, generator), members),
    ...shareAlike(packageLists(model, signals, generator), members),
    ...appFiles(model, signals, generator),
    ...kindFiles(signals),
  ];
  return place(files, (service) => members.get(service) ?? []);
}

/** Secrets that the units of the hosts read, and its applications. */
export function hostSecrets(model: Model, signals: Signals): readonly HostSecret[] {
  return [...unitSecrets(unitsOf(model, signals)), ...appSecrets(model)];
}

function addressFiles(model: Model, units: readonly HostUnit[]): readonly HostArtifact[] {
  const byHost = Map.groupBy(
    units.filter(({ unit }) => usesAddress(unit)),
    ({ host }) => host,
  );
  const asking = askingHosts(model);
  return [...byHost].map(([host, own]) => {
    const names = own.map(({ unit }) => unit.name).toSorted();
    return hostFile({ host, asked: askedOn(asking, host), units: names }, generator);
  });
}

function secretScripts(units: readonly HostUnit[]): readonly HostArtifact[] {
  const needing = units.filter(({ unit }) => unit.secretVariables !== undefined);
  return [...new Map(needing.map((each) => [each.host.name, each])).values()].map(({ host, service }) => ({
    host: host.name,
    service,
    path: withSecretPath,
    content: printWithSecret(generator),
    mode: 0o755,
    generator,
    source: [["services"]],
  }));
}

/** Config files of the services themselves, as their kinds print them. What several want alike on a host names them all. */
function kindFiles(signals: Signals): readonly HostArtifact[] {
  const facts = signals.hostFiles.flatMap((each) =>
    each.hosts.map((host) => ({ ...each, host, key: JSON.stringify([host, each.fact.path, each.fact.content]) })),
  );
  const alike = Map.groupBy(facts, ({ key }) => key);
  return facts.map((each): HostArtifact => {
    const { host, service, kind, fact, key } = each;
    const sources = (alike.get(key) ?? [each]).map(({ source }) => source);
    return {
      host,
      service,
      path: fact.path,
      content: withHeader(fact.content, generatedHeader(`catalog/${kind}`, sources)),
      ...(fact.mode === undefined ? {} : { mode: fact.mode }),
      ...(fact.owner === undefined ? {} : { owner: fact.owner }),
      reload: fact.reload,
      restart: fact.restart,
      generator: `catalog/${kind}`,
      source: sources,
    };
  });
}

/** A kind that knows more about its file than we do has printed the header itself. All these formats comment with `#`. */
function withHeader(content: string, header: readonly string[]): string {
  return content.startsWith("#") ? content : printComment(header) + content;
}

/** Names of the managed hosts of each service. */
function managedMembers(model: Model): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...model.services.values()].map((service) => [
      service.name,
      managedInstances(service).map(({ host }) => host.name),
    ]),
  );
}
