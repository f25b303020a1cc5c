import { createRequire } from "node:module";
import { isPino, originalOf, type Pino } from "./patch.ts";

/**
 * pino as it is. It is loaded when the first logger of the library is made, and not with the library: an application
 * that starts telemetry from its code would otherwise get a pino that was loaded before it could be patched.
 */
export function loadPino(): Pino {
  const exports: unknown = createRequire(import.meta.url)("pino");
  if (!isPino(exports)) throw new Error("these are not the exports of pino");
  return originalOf(exports);
}
