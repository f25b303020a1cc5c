import { createHash } from "node:crypto";
import { glob, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { sha256 } from "../artifact/manifest.ts";

/** Digests of an inventory and of everything that it names. */
export interface Digests {
  /** SHA-256 of the inventory's bytes, as the manifest has it. */
  readonly inventory: string;
  /** With its own files. */
  readonly all: string;
}

/** Digests of the inventory and of the files beside it that belong to it. Rejects where the inventory cannot be read. */
export async function digestsOf(file: string, globs: readonly string[]): Promise<Digests> {
  const bytes = await readFile(file);
  const inventory = sha256(bytes);
  const all = createHash("sha256").update(inventory);
  const folder = dirname(file);
  for (const pattern of globs) {
    const names: string[] = [];
    for await (const name of glob(pattern, { cwd: folder })) names.push(name);
    for (const name of names.sort()) all.update(`\0${name}\0`).update(await contentOf(join(folder, name)));
  }
  return { inventory, all: all.digest("hex") };
}

/** A file may go away between the listing and the reading; that is a change too. */
async function contentOf(file: string): Promise<Uint8Array | string> {
  try {
    return await readFile(file);
  } catch {
    return "gone";
  }
}
