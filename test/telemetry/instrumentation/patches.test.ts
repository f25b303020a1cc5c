import { describe, expect, test } from "vitest";
import { applyPatches, onPatch, patchModule } from "../../../packages/telemetry/src/instrumentation/patches.ts";

let number = 0;

/** A name that no other test uses: patches are for the whole process. */
function moduleName(): string {
  return `module-${process.pid}-${number++}`;
}

function cube(): (value: number) => number {
  return Object.assign((value: number) => value ** 3, { version: 1, helper: () => "helper" });
}

/** What `import-in-the-middle` gives for a CommonJS module: copies that may be assigned. */
function namespaceOf(exports: object): Record<string, unknown> {
  return { default: exports, "module.exports": exports, ...exports };
}

describe("patches of modules", () => {
  test("replace what require gives, once for each copy", () => {
    const name = moduleName();
    let calls = 0;
    patchModule({
      module: name,
      patch: () => {
        calls++;
        return { replaced: true };
      },
    });
    const exports = { replaced: false };
    const patched = applyPatches(exports, { name, format: "require" });
    expect(patched).toEqual({ replaced: true });
    expect(applyPatches(exports, { name, format: "require" })).toBe(patched);
    expect(applyPatches(patched, { name, format: "require" })).toBe(patched);
    expect(calls).toBe(1);
  });

  test("reach an import of the same CommonJS module: its default, and the names that are copies of its members", () => {
    const name = moduleName();
    patchModule({
      module: name,
      patch: (exports) =>
        typeof exports === "function" ? Object.assign(() => 27, exports, { helper: () => "patched" }) : undefined,
    });
    const exports = cube();
    const namespace = namespaceOf(exports);
    namespace["own"] = "not a copy";
    applyPatches(namespace, { name, format: "commonjs" });
    const { default: main, helper, version, own } = namespace;
    expect(typeof main === "function" && main(2)).toBe(27);
    expect(namespace["module.exports"]).toBe(main);
    expect(typeof helper === "function" && helper()).toBe("patched");
    expect([version, own]).toEqual([1, "not a copy"]);
    expect(applyPatches(exports, { name, format: "require" })).toBe(main);
  });

  test("give a module in ESM its namespace to change", () => {
    const name = moduleName();
    patchModule({
      module: name,
      patch: (namespace) => {
        if (typeof namespace === "object" && namespace !== null) Reflect.set(namespace, "hello", "patched");
      },
    });
    const namespace = { hello: "world" };
    expect(applyPatches(namespace, { name, format: "module" })).toBe(namespace);
    expect(namespace.hello).toBe("patched");
  });

  test("come too late for no module that was imported since the hooks are there", () => {
    const name = moduleName();
    const namespace = namespaceOf({ value: 1 });
    applyPatches(namespace, { name, format: "commonjs" });
    expect(namespace["value"]).toBe(1);
    patchModule({ module: name, patch: () => ({ value: 2 }) });
    expect(namespace).toMatchObject({ value: 2, default: { value: 2 } });
  });

  test("that throw leave the module as it is, and are told as not taken", () => {
    const name = moduleName();
    const heard: unknown[] = [];
    onPatch((module, took) => heard.push([module, took]));
    patchModule({
      module: name,
      patch: () => {
        throw new Error("an unknown version");
      },
    });
    const exports = { value: 1 };
    expect(applyPatches(exports, { name, format: "require" })).toBe(exports);
    expect(heard).toContainEqual([name, false]);
  });

  test("leave modules alone that nobody patches, whatever they export", () => {
    for (const exports of [undefined, null, 1, "text", () => 1])
      expect(applyPatches(exports, { name: moduleName(), format: "require" })).toBe(exports);
  });
});
