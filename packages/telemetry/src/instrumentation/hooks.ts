import { register } from "node:module";
import { Hook as ImportHook } from "import-in-the-middle";
import { register as registerSync, supportsSyncHooks } from "import-in-the-middle/register-hooks.mjs";
import { patchableModules } from "./modules.ts";
import { applyPatches } from "./patches.ts";
import { hookRequire } from "./require-hook.ts";
import { noteModulesBeforeHooks } from "./self-test.ts";

let registered = false;

/**
 * Has Node.js show us modules as the application loads them, by `import` and by `require`. Invariant: this runs before
 * anything else is imported, OpenTelemetry's packages included; what was loaded before stays as it is, and
 * `patched()` says so. Calling it again does nothing. Never throws.
 */
export function registerHooks(report: (error: unknown) => void = ignore): void {
  if (registered) return;
  registered = true;
  noteModulesBeforeHooks();
  try {
    const include = [...patchableModules];
    if (supportsSyncHooks()) registerSync({ include });
    // Older Node.js: a loader in a thread of its own.
    else register("import-in-the-middle/hook.mjs", import.meta.url, { data: { include } });
    new ImportHook([...patchableModules], (exports, name, _folder, format) =>
      applyPatches(exports, { name, format: format ?? "" }),
    );
    hookRequire(new Set(patchableModules), (exports, name) => applyPatches(exports, { name, format: "require" }));
  } catch (error) {
    report(error);
  }
}

function ignore(): void {}
