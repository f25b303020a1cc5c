import { createRequire } from "node:module";
import { z } from "zod";

/** Version of prom-client that programs of this repository run with. */
export function promClientVersion(): string {
  const { version } = z
    .object({ version: z.string() })
    .parse(createRequire(import.meta.url)("prom-client/package.json"));
  return version;
}
