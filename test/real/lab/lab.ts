import { existsSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Machine, startMachine } from "./machine.ts";
import { addMachine, addSwitch, namespaceOwners, removeNamespaces } from "./namespaces.ts";

/** A machine that a lab is asked for. */
export interface MachinePlan {
  readonly name: string;
  readonly address: string;
  /** Bits of the network's prefix. */
  readonly prefix: number;
  /** Name of its network card. */
  readonly interface: string;
}

/** Machines on one switch: each has a network namespace and a root folder of its own, and nothing leads outside. */
export interface Lab {
  /** For working files; removed with the lab. */
  readonly folder: string;
  /** Throws where there is none of this name. */
  readonly machine: (name: string) => Machine;
  /** The end of every process's log, for a message about a failure. */
  readonly logs: () => string;
  /** Ends all processes, and removes namespaces and folders. */
  readonly clear: () => Promise<void>;
}

/** Namespaces and their processes can be made here: on Linux, as root. */
export function canStartLab(): boolean {
  return process.platform === "linux" && process.getuid?.() === 0;
}

/**
 * Starts the machines. What an earlier process left behind is removed first; what a living one has is left alone, because
 * names carry the id of the process.
 */
export async function startLab(plans: readonly MachinePlan[]): Promise<Lab> {
  for (const owner of [...namespaceOwners(), ...folderOwners()].filter((pid) => !isAlive(pid))) {
    removeNamespaces(owner);
    for (const left of foldersOf(owner)) rmSync(left, { recursive: true, force: true });
  }
  const folder = mkdtempSync(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  const machines = new Map<string, Machine>();
  const clear = async (): Promise<void> => {
    await Promise.all([...machines.values()].map((machine) => machine.clear()));
    removeNamespaces(process.pid);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    addSwitch();
    for (const plan of plans) {
      const namespace = addMachine(plan);
      machines.set(plan.name, startMachine({ ...plan, namespace, root: join(folder, plan.name) }));
    }
  } catch (error) {
    await clear();
    throw error;
  }
  return {
    folder,
    machine: (name) => {
      const machine = machines.get(name);
      if (machine === undefined) throw new Error(`the lab has no machine ${name}`);
      return machine;
    },
    logs: () => [...machines.values()].flatMap((machine) => machine.logs()).join("\n"),
    clear,
  };
}

const folderPrefix = "stackwright-lab-";

function foldersOf(pid: number): readonly string[] {
  return globSync(join(tmpdir(), `${folderPrefix}${pid}-*`));
}

/** Ids of the processes that made folders of labs. */
function folderOwners(): readonly number[] {
  return globSync(join(tmpdir(), `${folderPrefix}[0-9]*-*`)).map((folder) =>
    Number(basename(folder).slice(folderPrefix.length).split("-")[0]),
  );
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}
