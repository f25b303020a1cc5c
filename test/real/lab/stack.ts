import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { kinds } from "../../../src/catalog/index.ts";
import { readInventory } from "../../../src/inventory/read.ts";
import { type BuildResult, build } from "../../../src/pipeline/build.ts";
import type { MachinePlan } from "./lab.ts";
import type { Machine } from "./machine.ts";

/** Folders that Debian's packages make. */
const packageFolders = [
  "var/lib/prometheus/metrics2",
  "var/lib/prometheus/alertmanager",
  "var/lib/prometheus/node-exporter",
];

/** Puts everything on a machine that the manifest says for its host; a secret is the word "secret". */
export function installHost(machine: Machine, { artifacts, secrets }: BuildResult): void {
  for (const folder of packageFolders) mkdirSync(join(machine.root, folder), { recursive: true });
  for (const artifact of artifacts) {
    for (const install of artifact.installs) {
      if (install.host === machine.name) machine.install(install.path, artifact.content, artifact.mode);
    }
  }
  for (const secret of secrets) if (secret.host === machine.name) machine.install(secret.path, "secret", 0o600);
}

/**
 * Starts a unit as its service file does: the program of the unit's name, with the arguments of /etc/default where we
 * generate them, else with the flags of the signals. `more` are arguments and variables that only a lab needs. Gives what stops it.
 */
export function startUnit(
  machine: Machine,
  result: BuildResult,
  unit: string,
  more: { readonly args?: readonly string[]; readonly environment?: Readonly<Record<string, string>> } = {},
): () => Promise<void> {
  const defaults = join(machine.root, "etc/default", unit);
  const given = existsSync(defaults) ? argumentsIn(readFileSync(defaults, "utf8")) : undefined;
  const fact = result.signals.units.find(({ fact, hosts }) => fact.name === unit && hosts.includes(machine.name));
  if (fact === undefined) throw new Error(`${machine.name} has no unit ${unit}`);
  return machine.start(unit, [...(given ?? fact.fact.flags ?? []), ...(more.args ?? [])], more.environment);
}

/** `ARGS="…"` of an environment file, split as systemd splits `$ARGS`. */
function argumentsIn(content: string): readonly string[] | undefined {
  const value = /^ARGS="(.*)"$/m.exec(content)?.[1];
  return value?.replaceAll(/\\([\\"$`])/g, "$1").split(" ");
}

/** Builds an inventory; throws its problems. Advice is no problem here. */
export function buildText(text: string): BuildResult {
  const reading = readInventory(Buffer.from(text));
  if (!reading.ok) throw new Error(`not readable: ${JSON.stringify(reading.flaws)}`);
  const { problems, result } = build(reading, kinds, () => ({ rules: [], dashboards: [], scrapeConfigs: [] }));
  if (result === undefined) throw new Error(problems.map(({ message }) => message).join("\n"));
  return result;
}

/** A machine for each host of the model that is named. */
export function machinesOf({ model }: BuildResult, names: readonly string[]): readonly MachinePlan[] {
  return names.map((name) => {
    const leg = model.hosts.get(name)?.legs[0];
    const card = leg && model.segments.get(leg.segment)?.interface;
    if (leg === undefined || card === undefined) throw new Error(`host ${name} has no address or no network card`);
    return { name, address: leg.address, prefix: 24, interface: card };
  });
}
