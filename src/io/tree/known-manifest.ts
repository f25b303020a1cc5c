import { z } from "zod";

/** What is needed of a manifest that stands on disk. */
export interface KnownManifest {
  readonly platform: string;
  readonly environment: string;
  readonly checksums: ReadonlyMap<string, string>;
}

const form = z.object({
  platform: z.string(),
  environment: z.string(),
  artifacts: z.array(z.object({ path: z.string(), sha256: z.string() })),
});

/** Reads a manifest; one that is damaged counts as none, so that files are kept rather than overwritten. */
export function readManifest(text: Uint8Array | undefined): KnownManifest | undefined {
  if (text === undefined) return undefined;
  try {
    const result = form.safeParse(JSON.parse(new TextDecoder().decode(text)), { jitless: true });
    if (!result.success) return undefined;
    const { platform, environment, artifacts } = result.data;
    return { platform, environment, checksums: new Map(artifacts.map(({ path, sha256 }) => [path, sha256])) };
  } catch {
    return undefined;
  }
}
