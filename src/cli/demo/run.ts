import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { shippedFile } from "../../io/checkout.ts";
import { type ExitCode, exit } from "../exit.ts";
import { say } from "../output.ts";
import { progressOf } from "./progress.ts";
import { type DemoOptions, show } from "./show.ts";
import { type Ending, endOnSignal } from "./signals.ts";
import { type Refusal, type Run, takeRun } from "./supervisor/runs.ts";
import { type Supervisor, supervise } from "./supervisor/supervisor.ts";

export type { DemoOptions };

/** Shows the whole stack at work on this machine, and leaves nothing behind. */
export async function runDemo(options: DemoOptions): Promise<ExitCode | number> {
  const checkout = dirname(shippedFile("package.json"));
  const reason = whyNotHere(checkout);
  if (reason !== undefined) {
    say(`stackwright: ${reason}`);
    return exit.missing;
  }
  const folder = join(tmpdir(), `stackwright-demo-${process.getuid?.() ?? 0}`);
  const taken = await takeRun(folder, "demo");
  if ("refusal" in taken) {
    say(`stackwright: ${refusalText(taken.refusal)}`);
    return exit.problem;
  }
  const progress = progressOf(say);
  if (taken.leftover !== undefined)
    progress.note(`removed what a demo left that was killed: ${taken.leftover.processes.join(", ") || "a folder"}`);
  return underWatch(taken.run, (supervisor, ending) =>
    show(options, { run: taken.run, checkout, supervisor, ending, progress }),
  );
}

function whyNotHere(checkout: string): string | undefined {
  if (process.platform !== "linux") return "the demo needs Linux: it follows the processes that it starts by /proc";
  if (existsSync(join(checkout, "apps/gateway/src/main.ts"))) return undefined;
  return [
    "the sample applications of the demo are not part of the installed package; run it in a checkout:",
    "git clone the project, and there: npm ci && npm run demo",
  ].join("\n");
}

function refusalText(refusal: Refusal): string {
  if (refusal.because === "not-ours") return `${refusal.message}; remove it, or set TMPDIR to a folder of your own`;
  const at = refusal.address === undefined ? "" : `, to be seen at ${refusal.address}`;
  return `a demo runs already (process ${refusal.owner.pid}${at}); end it with Ctrl-C there, or: kill ${refusal.owner.pid}`;
}

/** Ends everything that was started and removes the folder, however the work ends. */
async function underWatch(
  run: Run,
  work: (supervisor: Supervisor, ending: Ending) => Promise<number>,
): Promise<number> {
  const supervisor = supervise(run);
  // A terminal that was closed takes no more words; that must not keep us from ending in order.
  const deaf = (): void => undefined;
  process.stderr.on("error", deaf);
  const ending = endOnSignal(() => {
    supervisor.kill();
    run.remove();
    process.exit(130);
  });
  try {
    return await work(supervisor, ending);
  } finally {
    const forced = await supervisor.end();
    if (forced.length > 0) say(`had to be forced to end: ${forced.join(", ")}`);
    run.remove();
    ending.release();
    process.stderr.off("error", deaf);
  }
}
