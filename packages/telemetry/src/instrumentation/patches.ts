/** A change to a module of the application's. */
export interface ModulePatch {
  /** Name of the package, one of `patchableModules`. */
  readonly module: string;
  /**
   * Gets `module.exports` where the module is CommonJS, also where the application imports it from ESM; the namespace,
   * whose members may be assigned, where it is ESM. Returns what the application gets in its stead, or undefined for
   * the same. Called once per copy of the module; may throw: then the application gets the module unpatched.
   */
  readonly patch: (exports: unknown, name: string) => unknown;
}

export interface LoadedModule {
  readonly name: string;
  /** `require`, or the format that `import` found: `module`, `commonjs`, … */
  readonly format: string;
}

type Outcome = (module: string, took: boolean) => void;

const patches = new Map<string, ModulePatch["patch"]>();
/** What was imported, by us mostly, before a patch for it was known: its names can still be assigned. */
const waiting: { readonly exports: unknown; readonly from: LoadedModule }[] = [];
const done = new WeakMap<object, unknown>();
const listeners: Outcome[] = [];

/** Patches a module, also where it was imported since `registerHooks()`. One patch for each module: the last one wins. */
export function patchModule({ module, patch }: ModulePatch): void {
  patches.set(module, patch);
  for (const { exports, from } of waiting.splice(0)) {
    if (from.name === module) applyPatches(exports, from);
    else waiting.push({ exports, from });
  }
}

/** Names of all modules that have a patch. */
export function patchedNames(): Iterable<string> {
  return patches.keys();
}

/** Tells whether each patch of a loaded module took. */
export function onPatch(listener: Outcome): void {
  listeners.push(listener);
}

/** What the application gets in place of a module's exports. */
export function applyPatches<T>(exports: T, { name, format }: LoadedModule): T {
  const wanted = patches.get(name);
  if (wanted === undefined) {
    if (format !== "require") waiting.push({ exports, from: { name, format } });
    return exports;
  }
  if (format === "require" || format === "module" || format === "module-typescript" || !isObject(exports))
    return patchOnce(exports, name, wanted);
  patchNamespace(exports, name, wanted);
  return exports;
}

/** `import` of a CommonJS module: its default is `module.exports`, and each name is a copy of a member of that. */
function patchNamespace(namespace: object, name: string, wanted: ModulePatch["patch"]): void {
  const before: unknown = Reflect.get(namespace, "default");
  const names = Object.keys(namespace).filter((key) => key !== "default" && key !== "module.exports");
  const copies = new Set(names.filter((key) => Object.is(Reflect.get(namespace, key), memberOf(before, key))));
  const after = patchOnce(before, name, wanted);
  if (!Object.is(before, after)) {
    Reflect.set(namespace, "default", after);
    if ("module.exports" in namespace) Reflect.set(namespace, "module.exports", after);
  }
  for (const key of copies) {
    const value = memberOf(after, key);
    if (value !== undefined && !Object.is(value, Reflect.get(namespace, key))) Reflect.set(namespace, key, value);
  }
}

function patchOnce<T>(exports: T, name: string, patch: ModulePatch["patch"]): T;
function patchOnce(exports: unknown, name: string, patch: ModulePatch["patch"]): unknown {
  if (isObject(exports) && done.has(exports)) return done.get(exports);
  let current = exports;
  let took = true;
  try {
    current = patch(exports, name) ?? exports;
  } catch {
    took = false;
  }
  if (isObject(exports)) done.set(exports, current);
  if (isObject(current)) done.set(current, current);
  for (const listener of listeners) listener(name, took);
  return current;
}

function memberOf(value: unknown, key: string): unknown {
  return isObject(value) ? Reflect.get(value, key) : undefined;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
