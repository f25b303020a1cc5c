import { createRequire } from "node:module";

const found = new Set<object>();
const loaded = createRequire(import.meta.url).cache;
let seen = 0;

/**
 * The default registries of all copies. prom-client is CommonJS, so each copy stands in Node's table of loaded modules,
 * even where no hook saw it being imported; what was built into a bundle does not.
 */
export function promClientDefaults(): ReadonlySet<object> {
  const files = Object.keys(loaded);
  if (files.length !== seen) {
    seen = files.length;
    for (const file of files) if (/[\\/]prom-client[\\/]index\.js$/.test(file)) remember(loaded[file]?.exports);
  }
  return found;
}

function remember(exports: unknown): void {
  if (typeof exports !== "object" || exports === null) return;
  const register: unknown = Reflect.get(exports, "register");
  if (typeof register === "object" && register !== null) found.add(register);
}
