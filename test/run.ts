import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { installTools, mayInstall } from "./real/install-tools.ts";

/** `npm test`: brings the real tools where that is allowed, then runs the tests. Arguments go to vitest. */
if (mayInstall()) installTools();
const vitest = fileURLToPath(new URL("../node_modules/.bin/vitest", import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, "run", ...process.argv.slice(2)], { stdio: "inherit" });
process.exitCode = status ?? 1;
