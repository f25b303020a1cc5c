import { setTimeout as sleep } from "node:timers/promises";
import { exit } from "../exit.ts";
import { printDocument, say } from "../output.ts";
import { report } from "../report.ts";
import { lookAround, type NotShown } from "./here.ts";
import { usualPorts } from "./inventory.ts";
import { freePorts, isFree } from "./ports.ts";
import { prepare, Unfit } from "./prepare.ts";
import type { Progress } from "./progress.ts";
import { type Missed, prove, type Shown } from "./proof.ts";
import { startReceiver } from "./receiver.ts";
import type { Ending } from "./signals.ts";
import { StartFailure, startStack } from "./stack.ts";
import type { Run } from "./supervisor/runs.ts";
import type { Supervisor } from "./supervisor/supervisor.ts";

export interface DemoOptions {
  /** End when everything was shown. */
  readonly once: boolean;
  readonly json: boolean;
}

/** Everything that is promised has to be there in this time. */
const proofSeconds = 110;

/** What a demo has to work with. */
interface Stage {
  readonly run: Run;
  readonly checkout: string;
  readonly supervisor: Supervisor;
  readonly ending: Ending;
  readonly progress: Progress;
}

/** Starts everything and shows it; resolves with the exit code when it is time to end. What was started is the caller's to end. */
export async function show({ once, json }: DemoOptions, stage: Stage): Promise<number> {
  const { run, checkout, supervisor, ending, progress } = stage;
  const { signal } = ending;
  const { here, parts, notShown } = await lookAround(async (port) => !(await isFree(port)));
  const ports = await freePorts(usualPorts);
  const hasAlerting = parts.prometheus && parts.alertmanager;
  let end = (): void => undefined;
  try {
    const { tree, files, expressions } = await prepare(run.folder, { ports, parts });
    progress.done(`generated ${files} files for this machine; ${expressions} expressions proven`);
    const receiver = await startReceiver(ports.receiver).catch((error: unknown) => {
      throw new StartFailure(`the receiver cannot be started: ${error instanceof Error ? error.message : error}`);
    });
    end = receiver.end;
    progress.doing("starting the exporter service, the applications, and what watches them");
    await startStack({ tree, folder: run.folder, checkout, here, parts, ports }, supervisor, {
      signal,
      told: (name, how) => progress.note(`${name} ${how}`),
    });
    const at = (port: number): string => `http://127.0.0.1:${port}/`;
    supervisor.announce(at(ports.exporter));
    progress.done("all of it answers");
    const addresses = {
      "exporter service": at(ports.exporter),
      shop: at(parts.edge ? ports.edge : ports.gateway),
      ...(parts.prometheus ? { prometheus: at(ports.prometheus) } : {}),
      ...(parts.alertmanager ? { alertmanager: at(ports.alertmanager) } : {}),
      receiver: at(ports.receiver),
    };
    for (const [name, address] of Object.entries(addresses)) progress.address(name, address);
    const shown: Shown[] = [];
    const missed = await prove({
      ports,
      receiver,
      hasAlerting,
      seconds: Math.max(30, proofSeconds - progress.seconds()),
      signal,
      shown: (each) => {
        shown.push(each);
        progress.shown(each.text, each.link);
      },
      doing: progress.doing,
    });
    return await conclude({ once, json }, stage, { shown, missed, notShown, addresses });
  } catch (error) {
    if (signal.aborted) return 128 + (ending.number() ?? 0);
    if (error instanceof Unfit) report(error.diagnostics, {});
    if (!(error instanceof StartFailure || error instanceof Unfit)) throw error;
    say(`stackwright: ${error.message}`);
    return exit.problem;
  } finally {
    end();
  }
}

interface Outcome {
  readonly shown: readonly Shown[];
  readonly missed: readonly Missed[];
  readonly notShown: readonly NotShown[];
  readonly addresses: Readonly<Record<string, string>>;
}

async function conclude(
  { once, json }: DemoOptions,
  { ending, progress }: Stage,
  { shown, missed, notShown, addresses }: Outcome,
): Promise<number> {
  for (const { id, reason } of missed) progress.failed(`${id}: not within ${proofSeconds} s: ${reason}`);
  for (const { what, needs } of notShown) progress.note(`not shown: ${what} needs ${needs}`);
  const isOk = missed.length === 0;
  if (json)
    printDocument({
      schema: 1,
      command: "demo",
      ok: isOk,
      seconds: Math.round(progress.seconds()),
      ...{ shown, missed, not_shown: notShown, addresses },
    });
  if (!once) {
    progress.note("Ctrl-C ends it and removes everything");
    await untilAborted(ending.signal);
  }
  return isOk ? exit.ok : exit.problem;
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await sleep(2 ** 31 - 1, undefined, { signal }).catch(() => undefined);
}
