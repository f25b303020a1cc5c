import { chmod, rm } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { type Plugin, rolldown } from "rolldown";
import { help } from "./src/cli/help.ts";

const mark = "\0builtin:";
const requiredMark = "\0required-builtin:";

/**
 * Node's own modules are taken from `process.getBuiltinModule` and not imported: an import reads every property of the
 * module, and with some that opens streams or loads other modules (`process`, `fs`, `child_process`), which takes a
 * third of the time of `--help`. Each importer has a copy of its own, so that none becomes a shared chunk. What is
 * required and not imported is the module itself: CommonJS calls and inherits from what it gets.
 */
const builtins: Plugin = {
  name: "builtins",
  resolveId: (source, importer, { kind }) => {
    if (!isBuiltin(source)) return null;
    return `${kind === "require-call" ? requiredMark : mark}${source}?${importer}`;
  },
  load: async (id) => {
    if (id.startsWith(requiredMark)) {
      const required = id.slice(requiredMark.length, id.indexOf("?"));
      return `module.exports = process.getBuiltinModule(${JSON.stringify(required)});`;
    }
    if (!id.startsWith(mark)) return null;
    const name = id.slice(mark.length, id.indexOf("?"));
    const keys = Object.keys(await import(name)).filter((key) => key !== "default" && /^[A-Za-z_$][\w$]*$/.test(key));
    return {
      code: [
        `const builtin = process.getBuiltinModule(${JSON.stringify(name)});`,
        "export default builtin;",
        ...keys.map((key) => `const _${key} = builtin.${key}; export { _${key} as ${key} };`),
      ].join("\n"),
      moduleSideEffects: false,
    };
  },
};

/** The text of `--help` does not depend on anything: it is worked out here, and not at every start. */
const textOfHelp: Plugin = {
  name: "text-of-help",
  load: (id) => (id.endsWith("/src/cli/help.ts") ? `export const help = ${JSON.stringify(help)};` : null),
};

/** All that every command needs, in one file. */
const start =
  /\/node_modules\/commander\/|\/src\/(?:cli\/(?:start|program|run|exit|file-error|output)|io\/(?:file-error|version))\.ts$/;

/**
 * Bundles the command line with its dependencies into the folder that is named, else `dist`; actions stay in chunks of
 * their own, so that each loads only what it needs.
 */
const folder = process.argv[2] ?? "dist";
await rm(folder, { recursive: true, force: true });
const bundle = await rolldown({
  input: {
    main: "src/cli/main.ts",
    "inventory-worker": "src/cli/inventory-worker.ts",
    "password-worker": "src/service/access/password-worker.ts",
  },
  platform: "node",
  resolve: { conditionNames: ["node", "default"] },
  plugins: [builtins, textOfHelp],
  treeshake: { propertyReadSideEffects: false },
});
await bundle.write({
  dir: folder,
  format: "esm",
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  chunkFileNames: "chunks/[name]-[hash].js",
  codeSplitting: { groups: [{ name: "start", test: start }] },
  banner: (chunk) => (chunk.isEntry ? "#!/usr/bin/env node" : ""),
});
await chmod(join(folder, "main.js"), 0o755);
