import module from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

// Compiled code is kept in the user's cache folder, never beside the program; what follows is loaded with its help.
const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
if (process.argv.length > 2 && !process.argv.some((word) => /^(-h|--help|-V|--version|help)$/.test(word)))
  module.enableCompileCache(join(cache, "stackwright"));

// Who reads may have seen enough: `stackwright generate --check | head`. The command still ends with its own code.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });

const { program } = await import("./program.ts");
const { run } = await import("./run.ts");
process.exitCode = await run(program(), process.argv);
