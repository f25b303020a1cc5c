import module from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

// Compiled code is kept in the user's cache folder, never beside the program; what follows is loaded with its help.
const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
if (process.argv.length > 2 && !process.argv.some((word) => /^(-h|--help|-V|--version|help)$/.test(word)))
  module.enableCompileCache(join(cache, "stackwright"));

const { program } = await import("./program.ts");
const { run } = await import("./run.ts");
process.exitCode = await run(program(), process.argv);
