import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic } from "../../diagnostics/problem.ts";
import { shippedFile } from "../../io/checkout.ts";
import { writeTree } from "../../io/tree/write.ts";
import { load } from "../load.ts";
import { forDemo } from "./files.ts";
import { type HostTree, layOutHost } from "./host-tree.ts";
import { demoInventory, type Parts, type Ports } from "./inventory.ts";

/** The generated stack of a demo, and the counts that are worth a line. */
export interface Prepared {
  readonly tree: HostTree;
  readonly files: number;
  readonly expressions: number;
}

/** The inventory of a demo has problems; only a mistake of ours, or an odd folder for temporary files, brings that about. */
export class Unfit extends Error {
  override readonly name = "Unfit";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super("the inventory of the demo has problems");
    this.diagnostics = diagnostics;
  }
}

/** Writes the inventory into a folder, generates from it as `generate` does, and lays out the host beside it. */
export async function prepare(
  folder: string,
  { ports, parts }: { readonly ports: Ports; readonly parts: Parts },
): Promise<Prepared> {
  const file = (name: string): string => join(folder, name);
  const inventory = file("inventory.yaml");
  mkdirSync(file("secrets"), { mode: 0o700 });
  for (const name of ["oncall", "deadman"])
    writeFileSync(file(`secrets/${name}`), `http://127.0.0.1:${ports.receiver}/${name}\n`, { mode: 0o600 });
  const example = readFileSync(shippedFile("examples/one-host.yaml"), "utf8");
  const files = { inventory, oncall: file("secrets/oncall"), deadman: file("secrets/deadman") };
  writeFileSync(inventory, demoInventory(example, { ports, parts, files }));
  const { diagnostics, result } = await load(inventory);
  if (result === undefined || diagnostics.length > 0) throw new Unfit(diagnostics);
  const { artifacts, manifest, proof } = result;
  const written = await writeTree(folder, artifacts, manifest, { force: false, waitMs: 1000 });
  if (!written.ok) throw new Error(`the tree of the demo cannot be written: ${written.reason}`);
  const root = file("root");
  return {
    tree: layOutHost(artifacts, "box", root, forDemo(root)),
    files: artifacts.length,
    expressions: proof.count,
  };
}
