import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "../case.ts";
import { type Command, measure } from "../measure.ts";
import { figuresOf, printTable, type Row } from "../table.ts";

/** How long `--help` takes beside Node itself. */
export const start: Case = {
  name: "start",
  about: "--help, beside Node itself",
  run: async ({ main, root, runs, isBusy, pace }) => {
    const bare: Command = { name: "node -e 0", argv: [process.execPath, "-e", "0"] };
    const bundle: Command = { name: "node dist/main.js --help", argv: [process.execPath, main, "--help"] };
    const script: Command = { name: "bin/stackwright --help", argv: [join(root, "bin/stackwright"), "--help"] };
    const stale = isStale(root);
    // A run takes some hundredths of a second, so that more of them cost nothing and steady the median.
    const measured = await measure(stale ? [bare, bundle] : [bare, bundle, script], runs * 4);
    const rows: readonly Row[] = [
      { what: bare.name, figures: figuresOf(measured, bare.name) },
      {
        what: bundle.name,
        figures: figuresOf(measured, bundle.name),
        against: bare.name,
        // 45 ms where Node alone takes 29.
        goal: { wallMs: 45, atMostTimes: 1.55 },
      },
      {
        what: script.name,
        figures: stale ? "dist is older than src; npm run build" : figuresOf(measured, script.name),
        against: bare.name,
        goal: { wallMs: 80, atMostTimes: 2.75 },
      },
    ];
    return printTable("Start", rows, { isBusy, pace });
  },
};

/** Whether `bin/stackwright` would run the sources instead of `dist`. */
function isStale(root: string): boolean {
  const main = join(root, "dist/main.js");
  if (!existsSync(main)) return true;
  const newer = spawnSync("find", [join(root, "src"), "-newer", main, "-name", "*.ts", "-print", "-quit"]);
  return newer.status !== 0 || newer.stdout.length > 0;
}
