import Module from "node:module";

/**
 * Shows what `require` gives for some packages, and gives what comes back instead. A package is known by the name it is
 * asked for by, which costs a look into a set; a hook that resolves each file a second time, as require-in-the-middle
 * does, takes tens of milliseconds of an application's start.
 */
export function hookRequire(names: ReadonlySet<string>, show: (exports: unknown, name: string) => unknown): void {
  const load: unknown = Reflect.get(Module, "_load");
  if (typeof load !== "function") throw new Error("this Node.js loads CommonJS modules in a way that is not known");
  const loading = new Set<string>();
  const hooked = function (this: unknown, ...given: readonly unknown[]): unknown {
    const [name] = given;
    if (typeof name !== "string" || !names.has(name) || loading.has(name)) return Reflect.apply(load, this, given);
    // What a package sees of itself while it loads is not whole yet.
    loading.add(name);
    try {
      return show(Reflect.apply(load, this, given), name);
    } finally {
      loading.delete(name);
    }
  };
  Reflect.set(Module, "_load", hooked);
}
