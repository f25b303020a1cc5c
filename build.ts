import { chmod, rm } from "node:fs/promises";
import { rolldown } from "rolldown";

/** Bundles the command line with its dependencies; actions stay in chunks of their own, so that `--help` loads none. */
await rm("dist", { recursive: true, force: true });
const bundle = await rolldown({
  input: { main: "src/cli/main.ts" },
  platform: "node",
  resolve: { conditionNames: ["node", "import", "default"] },
});
await bundle.write({
  dir: "dist",
  format: "esm",
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  chunkFileNames: "chunks/[name]-[hash].js",
  banner: (chunk) => (chunk.isEntry ? "#!/usr/bin/env node" : ""),
});
await chmod("dist/main.js", 0o755);
