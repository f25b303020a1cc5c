import { open, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { manifestPath } from "../../artifact/manifest.ts";

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
