import module from "node:module";
import { isAbsolute, join } from "node:path";
import { help } from "./help.ts";

// Compiled code is kept in the user's cache folder, never beside the program; what follows is loaded with its help. Where
// there is no such folder, or it cannot be written, nothing is kept. NODE_COMPILE_CACHE and NODE_DISABLE_COMPILE_CACHE win.
const { XDG_CACHE_HOME: caches, HOME: home } = process.env;
const cache = [caches, home && join(home, ".cache")].find((folder) => folder !== undefined && isAbsolute(folder));
if (
  cache !== undefined &&
  process.argv.length > 2 &&
  !process.argv.some((word) => /^(-h|--help|-V|--version|help)$/.test(word))
)
  module.enableCompileCache(join(cache, "stackwright"));

// Who reads may have seen enough: `stackwright generate --check | head`. The command still ends with its own code. Where
// data is lost otherwise, on a full disk for instance, nobody may take what came out for all of it; prose may be lost.
process.stderr.on("error", () => {});
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") return;
  process.stderr.write(`stackwright: the output is lost: ${error.message}\n`);
  process.exit(3);
});

if (process.argv.length === 3 && /^(?:-h|--help|help)$/.test(process.argv[2] ?? "")) process.stdout.write(help);
else {
  const { start } = await import("./start.ts");
  process.exitCode = await start();
}
