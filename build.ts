import { chmod, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Plugin, rolldown } from "rolldown";
import { help } from "./src/cli/help.ts";
import { builtins } from "./tools/build/builtins.ts";

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
    "store-worker": "src/service/store/worker.ts",
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
