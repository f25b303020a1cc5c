import type { Problem } from "../../diagnostics/problem.ts";
import type { KindFacts, Written } from "../context.ts";
import type { Model } from "../model.ts";
import { checkAddresses } from "./addresses.ts";
import { checkCapacity } from "./capacity.ts";
import { checkClusters } from "./clusters.ts";
import { checkDependencyCycles } from "./dependency-cycles.ts";
import { checkEmbeddedStore } from "./embedded-store.ts";
import { checkFailureDomains } from "./failure-domains.ts";
import { checkHostFiles } from "./host-files.ts";
import { checkMonitoring } from "./monitoring.ts";
import { checkNetworks } from "./networks.ts";
import { checkPorts } from "./ports.ts";
import { checkReferences } from "./references.ts";
import { checkSlos } from "./slos.ts";
import { checkVersions } from "./versions.ts";
import { checkVirtualIps } from "./virtual-ips.ts";

/** A model with the kinds of its services, and the inventory as it is written. */
export interface Checked {
  readonly model: Model;
  readonly kinds: ReadonlyMap<string, KindFacts>;
  readonly written: Written;
}

const checks: readonly ((checked: Checked) => readonly Problem[])[] = [
  checkReferences,
  checkNetworks,
  checkAddresses,
  checkPorts,
  checkHostFiles,
  checkVirtualIps,
  checkClusters,
  checkCapacity,
  checkDependencyCycles,
  checkFailureDomains,
  checkEmbeddedStore,
  checkSlos,
  checkMonitoring,
  checkVersions,
  ({ model, kinds }) =>
    [...model.services.values()].flatMap((service) => kinds.get(service.kind)?.check?.(service, model) ?? []),
];

/** Everything that is wrong between the parts of a model, in no particular order. */
export function checkModel(checked: Checked): readonly Problem[] {
  return checks.flatMap((check) => check(checked));
}
