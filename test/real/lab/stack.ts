import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { kinds } from "../../../src/catalog/index.ts";
import { readInventory } from "../../../src/inventory/read.ts";
import { type BuildResult, build } from "../../../src/pipeline/build.ts";
import { readCommand, readEnvironmentFile, valuesOf } from "../../artifact/systemd-reader.ts";
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
 * Starts a unit as systemd would: with the command and the variables that its unit and our drop-in say. Users and
 * sandboxes are left out. Gives what stops it.
 */
export function startUnit(machine: Machine, unit: string): () => Promise<void> {
  const { command, environment } = commandOf(machine.root, unit);
  const [program = "", ...args] = command;
  return machine.start(program, args, environment);
}

/** What systemd executes for a unit, read from the files under a root folder; the package's own unit is this machine's. */
export function commandOf(
  root: string,
  unit: string,
): { readonly command: readonly string[]; readonly environment: Readonly<Record<string, string>> } {
  const folder = "etc/systemd/system";
  const files = [
    [join(root, folder, `${unit}.service`), `/usr/lib/systemd/system/${unit}.service`].find((file) => existsSync(file)),
    join(root, folder, `${unit}.service.d/stackwright.conf`),
  ];
  const texts = files.flatMap((file) => (file !== undefined && existsSync(file) ? [readFileSync(file, "utf8")] : []));
  const environment: Record<string, string> = {};
  for (const file of valuesOf(texts, "Service.EnvironmentFile"))
    Object.assign(environment, readEnvironmentFile(readFileSync(join(root, file.replace(/^-/, "")), "utf8")));
  const [line, ...others] = valuesOf(texts, "Service.ExecStart");
  if (line === undefined || others.length > 0) throw new Error(`${unit} has not one ExecStart in ${files.join(", ")}`);
  return { command: readCommand(line, environment), environment };
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
