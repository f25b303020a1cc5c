import { createHash } from "node:crypto";
import { glob, open, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { manifestPath } from "../../artifact/manifest.ts";

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
  const inventory = createHash("sha256").update(bytes).digest("hex");
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

/** The tree that `generate` wrote beside the inventory. */
export interface Generation {
  /** When it was last changed, milliseconds since 1970: a run that finds nothing to change leaves no trace. */
  readonly atMs: number;
  /** Digest of the inventory that it was made from. */
  readonly inventory: string;
  readonly platform: string;
  readonly environment: string;
}

const head = z.object({ platform: z.string(), environment: z.string(), inventory_sha256: z.string() });
/** The manifest of a large platform has megabytes; what is wanted stands at its beginning. */
const headBytes = 4_096;

/** The generation whose manifest stands beside an inventory; undefined where there is none, or none of ours. */
export async function generationOf(file: string): Promise<Generation | undefined> {
  const path = join(dirname(file), manifestPath);
  try {
    const { mtimeMs } = await stat(path);
    const handle = await open(path);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
      const [start = ""] = buffer.toString("utf8", 0, bytesRead).split(/,\s*"artifacts":/);
      const { platform, environment, inventory_sha256 } = head.parse(JSON.parse(`${start}}`));
      return { atMs: mtimeMs, inventory: inventory_sha256, platform, environment };
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
