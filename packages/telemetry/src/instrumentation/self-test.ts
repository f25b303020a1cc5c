import { createRequire } from "node:module";
import { sep } from "node:path";
import type { Reporter } from "../reports/reporter.ts";
import { onPatch, patchedNames } from "./patches.ts";

/** How to see that somebody else's patch took. */
export interface PatchProbe {
  readonly module: string;
  /** File that is patched, below `node_modules`. */
  readonly file: string;
  readonly isPatched: (exports: unknown) => boolean;
}

/**
 * Whether instrumentation really took in the modules that the application has loaded, by name of the package; modules
 * that it has not loaded are absent.
 */
const results = new Map<string, boolean>();
const probes: PatchProbe[] = [];
const tooEarly = new Set<string>();

/** CommonJS modules in the process, those that ESM imports included; Node.js gives no list of the modules in ESM. */
const { cache } = createRequire(import.meta.url);

/** What is in the process before our hooks are can only be there unpatched. */
export function noteModulesBeforeHooks(): void {
  for (const name of loadedPackages()) tooEarly.add(name);
  onPatch(note);
}

/** The self-test looks at this file as soon as it is loaded. */
export function expectPatched(probe: PatchProbe): void {
  probes.push(probe);
}

/** Says that a module's instrumentation took, or did not; one that failed once stays failed. */
export function note(module: string, took: boolean): void {
  const name = packageOf(module);
  results.set(name, took && results.get(name) !== false);
}

/** Result of the self-test by module, as it stands now. */
export function patched(): ReadonlyMap<string, boolean> {
  const loaded = loadedPackages();
  for (const module of patchedNames()) {
    const name = packageOf(module);
    if (tooEarly.has(name) || (loaded.has(name) && !results.has(name))) results.set(name, false);
  }
  for (const { module, file, isPatched } of probes)
    for (const path of filesOf(file)) note(module, isPatched(cache[path]?.exports));
  return results;
}

/** Looks, and says once which modules stay without instrumentation, and why. */
export function reportUnpatched(reporter: Reporter): void {
  const names = [...patched()].flatMap(([name, took]) => (took ? [] : [name])).toSorted();
  const late = names.filter((name) => tooEarly.has(name));
  const refused = names.filter((name) => !tooEarly.has(name));
  if (late.length > 0)
    reporter.begin(
      "loaded-too-early",
      "modules were loaded before telemetry and are not instrumented: start the application with node --import @stackwright/telemetry/register",
      { modules: late.join(", ") },
    );
  if (refused.length > 0)
    reporter.begin("not-patched", "modules are loaded in a version that cannot be instrumented", {
      modules: refused.join(", "),
    });
}

function filesOf(file: string): readonly string[] {
  const end = `${sep}node_modules${sep}${file.replaceAll("/", sep)}`;
  return Object.keys(cache).filter((path) => path.endsWith(end) && cache[path]?.loaded === true);
}

let seen = { files: -1, packages: new Set<string>() };

function loadedPackages(): ReadonlySet<string> {
  const files = Object.keys(cache);
  if (files.length === seen.files) return seen.packages;
  const marker = `${sep}node_modules${sep}`;
  const packages = new Set<string>();
  for (const file of files) {
    const start = file.lastIndexOf(marker);
    if (start !== -1) packages.add(packageOf(file.slice(start + marker.length), sep));
  }
  seen = { files: files.length, packages };
  return packages;
}

/** `@scope/name` or `name` of a path or a specifier. */
function packageOf(path: string, separator = "/"): string {
  const [first = "", second] = path.split(separator);
  return first.startsWith("@") && second !== undefined ? `${first}/${second}` : first;
}
